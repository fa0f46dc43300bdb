"""The chat in a terminal: a line is a message, a reply is printed with its choices numbered.

`@27.1,-13.2` is a shared position. Everything else is what the person types.
"""

import re
from typing import Final

from bot.message import ChoiceId, Chose, Content, Located, Message, PersonId, Reply, Said

NAME: Final = "terminal"
#: What begins a talk, as the channel's own raw message.
START: Final = b"\x00start"
_POSITION: Final = re.compile(r"@\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)")


def read(raw: bytes, person: PersonId) -> Message:
    """Return a typed line as a message; bytes that are not UTF-8 are replaced."""
    return Message(NAME, person, "", _content(raw))


def _content(raw: bytes) -> Content:
    if raw == START:
        return Chose(ChoiceId("do:start"))
    line = raw.decode("utf-8", "replace")
    if position := _POSITION.fullmatch(line.strip()):
        return Located(float(position[1]), float(position[2]))
    return Said(line)


def write(reply: Reply) -> str:
    """Return a reply as lines: the text, then each choice with the number that chooses it."""
    lines = [reply.text, *(f"  {number}. {choice.label}" for number, choice in enumerate(reply.choices, 1))]
    return "\n".join(lines)
