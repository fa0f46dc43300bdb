"""The chat in a terminal: a line is a message, a reply is printed with its choices numbered.

`@27.1,-13.2` is a shared position. Everything else is what the person types.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from bot.channels.channel import Basis, Finding, Joined, Keeper, Problem, ReadUpdate
from bot.channels.incoming import UnheardError
from bot.channels.sending import Outlet
from bot.config import Config
from bot.content.reading import Mistakes
from bot.conversation.events import Turn
from bot.conversation.tapping import START as STARTING
from bot.credentials import Credentials
from bot.language.personal import without_secrets
from bot.message import Choice, Chose, Content, Located, Message, PersonId, Reply, Said

NAME: Final = "terminal"
#: What begins a talk, as the channel's own raw message.
START: Final = b"\x00start"
_POSITION: Final = re.compile(r"@\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)")


def read(raw: bytes, person: PersonId) -> Message:
    """Return a typed line as a message; bytes that are not UTF-8 are replaced."""
    return Message(NAME, person, "", _content(raw))


def _content(raw: bytes) -> Content:
    if raw == START:
        return Chose(STARTING)
    line = raw.decode("utf-8", "replace")
    if position := _POSITION.fullmatch(line.strip()):
        return Located(float(position[1]), float(position[2]))
    return Said(without_secrets(line))


def write(reply: Reply) -> str:
    """Return a reply as lines: the text, then each choice with the number that chooses it."""
    lines = [reply.text, *(_line(number, choice) for number, choice in enumerate(reply.choices, 1))]
    return "\n".join(lines)


def _line(number: int, choice: Choice) -> str:
    return f"  {choice.labels[0]}" if choice.mark else f"  {number}. {choice.label}"


class TerminalChannel:
    """The guide in a terminal."""

    name: str = NAME
    title: str = "Terminal"

    def is_on(self, config: Config) -> bool:
        """Return that it is: whoever has the program has it."""
        return True

    def words(self, root: Path, mistakes: Mistakes) -> object | None:
        """Return that there are none, and none are needed."""
        return ()

    def problems(self, reply: Reply, words: object) -> list[Problem]:
        """Return nothing: a terminal scrolls."""
        return []

    def alike(self, choices: Sequence[Choice]) -> list[Problem]:
        """Return nothing: every label is printed whole."""
        return []

    def join(self, config: Config, credentials: Credentials, basis: Basis) -> Joined:
        """Return the terminal at work."""
        return Terminal()

    def doctor(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Return nothing: there is nothing to set up."""
        return []


class Terminal:
    """One terminal: it asks the reception for its replies itself, and nothing is served or sent."""

    def __init__(self) -> None:
        self.name: str = NAME
        self.read: ReadUpdate = read
        self.outlet: Outlet | None = None
        self.has_listening: bool = False

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return nothing."""
        return {}

    async def recording(self, media: str) -> bytes:
        """Return nothing: nobody records anything here."""
        raise UnheardError("away")

    def web_instead(self) -> str:
        """Return nothing."""
        return ""

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Do nothing."""

    async def run(self, keeper: Keeper) -> None:
        """Wait."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Do nothing."""
