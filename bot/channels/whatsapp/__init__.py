"""WhatsApp by the Cloud API: webhooks read, replies written and sent, by an adapter of our own.

A person is known by a business-scoped user id or a WhatsApp id, whichever the platform tells; neither, nor a message's
text, is ever logged.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.channels.channel import Basis, Finding, Joined, Problem
from bot.channels.text import needed
from bot.channels.whatsapp.replies import alike, lint
from bot.channels.whatsapp.words import WhatsAppWords, read_words
from bot.config import Config
from bot.content.reading import Mistakes
from bot.credentials import WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, Credentials
from bot.message import Choice, Reply


class WhatsAppChannel:
    """The guide as a number on WhatsApp."""

    name: str = "whatsapp"
    title: str = "WhatsApp"

    def is_on(self, config: Config) -> bool:
        """Return whether the operator turned it on."""
        return config.whatsapp.is_on

    def words(self, root: Path, mistakes: Mistakes) -> WhatsAppWords | None:
        """Return the words that only WhatsApp needs."""
        return read_words(root, mistakes)

    def problems(self, reply: Reply, words: object) -> list[Problem]:
        """Return what a person would miss of a reply here, or find less handy."""
        assert isinstance(words, WhatsAppWords)
        return lint(reply, words)

    def alike(self, choices: Sequence[Choice]) -> list[Problem]:
        """Return the labels whose rows would have the same title."""
        return alike(choices)

    def join(self, config: Config, credentials: Credentials, basis: Basis) -> Joined:
        """Return the number at work."""
        from bot.channels.whatsapp.channel import WhatsApp  # noqa: PLC0415

        # All three at once, so that whoever lacks several is told of several.
        credentials.secrets(WHATSAPP_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN)
        words = needed(read_words, config.content)
        return WhatsApp(config.whatsapp, credentials, words, config.web.address, basis)

    def doctor(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Look the number over."""
        from bot.channels.whatsapp.setup import looked_over  # noqa: PLC0415

        return looked_over(config.whatsapp, credentials)
