"""Telegram by the Bot API: updates read by our own hand, replies written as plain calls and posted.

What sends is imported by whoever turns Telegram on. A chat's id and a message's text are never logged.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.channels.channel import Basis, Finding, Joined, Problem
from bot.channels.telegram.replies import alike, lint
from bot.channels.telegram.words import TelegramWords, read_words
from bot.channels.text import needed
from bot.config import Config
from bot.content.reading import Mistakes
from bot.credentials import Credentials
from bot.message import Choice, Reply


class TelegramChannel:
    """The guide as a bot on Telegram."""

    name: str = "telegram"
    title: str = "Telegram"

    def is_on(self, config: Config) -> bool:
        """Return whether the operator turned it on."""
        return config.telegram.is_on

    def words(self, root: Path, mistakes: Mistakes) -> TelegramWords | None:
        """Return the words that only Telegram needs."""
        return read_words(root, mistakes)

    def problems(self, reply: Reply, words: object) -> list[Problem]:
        """Return what a person would miss of a reply here, or find less handy."""
        assert isinstance(words, TelegramWords)
        return lint(reply, words)

    def alike(self, choices: Sequence[Choice]) -> list[Problem]:
        """Return the labels whose buttons would look the same."""
        return alike(choices)

    def join(self, config: Config, credentials: Credentials, basis: Basis) -> Joined:
        """Return the bot at work."""
        from bot.channels.telegram.channel import Telegram  # noqa: PLC0415

        return Telegram(config.telegram, credentials, needed(read_words, config.content), basis)

    def doctor(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Look the bot over."""
        from bot.channels.telegram.setup import looked_over  # noqa: PLC0415

        return looked_over(config.telegram, credentials)

    def connect(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Set the bot's webhook, commands and descriptions; return what came of it."""
        words = read_words(config.content, Mistakes())
        if words is None:
            return [Finding("problem", "flows/telegram.yaml has mistakes.", "Run: dalil check")]
        from bot.channels.telegram.setup import set_up  # noqa: PLC0415

        return set_up(config.telegram, credentials, words)
