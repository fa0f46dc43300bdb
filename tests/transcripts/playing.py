"""Plays a transcript against the guide, storing and reloading the conversation between every two lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.conversation.conversation import Conversation
from bot.conversation.events import Event
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Content, Located, Message, PersonId, Reply, Said, Sent

PERSON = "الشخص: "
GUIDE = "البوت: "
SILENCE = "(صمت)"
PHOTO = "(صورة)"
#: Before the first line of a transcript that is played on another day than `TODAY`.
DAY = "# اليوم: "
TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

_TAP = re.compile(r"^\[(.+)\]$")
_POSITION = re.compile(r"^@(-?[\d.]+),(-?[\d.]+)$")


@dataclass(slots=True)
class Talk:
    """One person's talk with the guide."""

    library: Library
    now: datetime = TODAY
    stored: bytes = b""
    count: int = 0
    events: tuple[Event, ...] = ()

    def say(self, line: str) -> tuple[Reply, ...]:
        """Return the replies to a line: words, `[a label]`, `@lat,lon`, or a photo."""
        conversation = msgspec.json.decode(self.stored, type=Conversation) if self.stored else Conversation()
        self.count += 1
        message = Message("test", PersonId("p"), str(self.count), content_of(line, conversation))
        turn = respond(conversation, message, self.library, self.now)
        self.stored = msgspec.json.encode(turn.conversation)
        self.events = turn.events
        return turn.replies


def content_of(line: str, conversation: Conversation) -> Content:
    """Return what the person sends with a line, in a conversation that stands so."""
    if tap := _TAP.match(line):
        shown = [choice.id for choice in conversation.shown if tap[1] in {choice.label, choice.labels[0]}]
        assert shown or ":" in tap[1], f"no choice reads «{tap[1]}»: {[c.label for c in conversation.shown]}"
        return Chose(shown[0] if shown else ChoiceId(tap[1]))
    if position := _POSITION.match(line):
        return Located(float(position[1]), float(position[2]))
    return Sent("photo") if line == PHOTO else Said(line)


def said_in(path: Path) -> list[str]:
    """Return the person's lines of a transcript."""
    lines = path.read_text("utf-8").splitlines()
    return [line.removeprefix(PERSON) for line in lines if line.startswith(PERSON)]


def played(path: Path, library: Library) -> str:
    """Return the transcript as the guide holds it today, with the person's lines as they are."""
    talk = Talk(library)
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            if line.startswith(DAY):
                talk.now = datetime.fromisoformat(f"{line.removeprefix(DAY)}T10:00+00:00")
            lines.append(line)
        elif line.startswith(PERSON):
            lines.append(line)
            lines += _written(talk.say(line.removeprefix(PERSON)))
    return "\n".join(lines) + "\n"


def _written(replies: tuple[Reply, ...]) -> Iterator[str]:
    if not replies:
        yield GUIDE + SILENCE
    for reply in replies:
        yield from (GUIDE + reply.text).splitlines()
        if reply.choices:
            yield "  " + " ".join(f"[{choice.labels[0]}]" for choice in reply.choices)
