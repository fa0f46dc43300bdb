"""Whoever cannot read goes by numbers: every main answer is at most four taps away, each with few choices."""

from collections import deque
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import EntryAnswered, FactAsked, FlowOpened, OfficeTold
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Chose, Message, PersonId, Said

_NOW: Final = datetime(2026, 11, 29, 10, tzinfo=UTC)
#: Taps after which every main answer has been told, and the numbers that one choice may have.
_MOST_TAPS: Final = 4


def _reached(library: Library, first: str) -> dict[str, int]:
    """Return what is told after how many taps, from what is told to `first`."""
    said = Message("x", PersonId("p"), "", Said(first))
    begun = respond(Conversation(), said, library, _NOW)
    told: dict[str, int] = {}
    waiting = deque([(begun, 0)])
    seen: set[tuple[str, ...]] = set()
    while waiting:
        turn, taps = waiting.popleft()
        for event in turn.events:
            match event:
                case FlowOpened(flow):
                    told.setdefault(f"flow {flow}", taps)
                case EntryAnswered(entry):
                    told.setdefault(f"entry {entry}", taps)
                case OfficeTold(region=region):
                    told.setdefault(f"office {region}", taps)
                case FactAsked(fact):
                    told.setdefault(f"question {fact}", taps)
                case _:
                    pass
        shown = tuple(choice.id for choice in turn.conversation.shown)
        if taps == _MOST_TAPS or shown in seen:
            continue
        seen.add(shown)
        for choice in shown:
            message = Message("x", PersonId("p"), "", Chose(choice))
            waiting.append((respond(turn.conversation, message, library, _NOW), taps + 1))
    return told


@pytest.mark.parametrize("first", ["ما كنعرفش نقرا", "سلام"])
def test_every_main_answer_is_four_taps_away(first: str, library: Library) -> None:
    """From the first message of somebody who cannot read: each charter, the check, the caravan, all twelve offices."""
    told = _reached(library, first)
    wanted = {"flow foreign_trade", "flow investment", "flow caravan", f"flow {library.roles.check}"}
    wanted |= {f"office {region}" for region in range(1, 13)}
    for charter in ("foreign_trade", "investment"):
        wanted |= {f"flow {charter}_{part}" for part in ("who", "gives", "prepare", "apply")}
    assert not {what: told.get(what) for what in wanted if told.get(what, 99) > _MOST_TAPS}


def test_numbers_are_enough(library: Library) -> None:
    """Whoever says that they cannot read is told so in very short sentences, and goes on by a number alone."""
    turn = respond(Conversation(), Message("x", PersonId("p"), "", Said("ما كنعرفش نقرا")), library, _NOW)
    sentence = library.phrases.cannot_read.of("ar")
    assert any(sentence.strip() in reply.text for reply in turn.replies)
    assert all(len(one.split()) <= 10 for one in sentence.replace("\n", ".").split(".") if one.strip())
    assert 0 < len(turn.conversation.shown) <= 5
    for number in range(1, len(turn.conversation.shown) + 1):
        typed = respond(turn.conversation, Message("x", PersonId("p"), "", Said(str(number))), library, _NOW)
        tapped = Message("x", PersonId("p"), "", Chose(turn.conversation.shown[number - 1].id))
        assert typed.replies == respond(turn.conversation, tapped, library, _NOW).replies
