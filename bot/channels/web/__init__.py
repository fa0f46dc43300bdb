"""The web chat: one page for cheap phones, Arabic first, that works without JavaScript and better with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.channels.channel import Basis, Finding, Joined, Problem
from bot.channels.text import needed
from bot.channels.web.words import missing, read_page
from bot.config import Config
from bot.content.reading import Mistakes
from bot.credentials import Credentials
from bot.message import Choice, Reply, Text


class WebChannel:
    """The guide as a page."""

    name: str = "web"
    title: str = "Web"

    def is_on(self, config: Config) -> bool:
        """Return that it is: the page is always served."""
        return True

    def words(self, root: Path, mistakes: Mistakes) -> Mapping[str, Text] | None:
        """Return the words of the page."""
        words = read_page(root, mistakes)
        return None if missing(words) else words

    def problems(self, reply: Reply, words: object) -> list[Problem]:
        """Return nothing: a page has room for any text and any number of choices."""
        return []

    def alike(self, choices: Sequence[Choice]) -> list[Problem]:
        """Return nothing: every label is shown whole."""
        return []

    def join(self, config: Config, credentials: Credentials, basis: Basis) -> Joined:
        """Return the page at work."""
        from bot.channels.web.channel import Web  # noqa: PLC0415

        return Web(config, needed(self.words, config.content), basis)

    def doctor(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Return nothing: the page needs nothing of anybody else."""
        return []
