"""Whoever cannot read goes by numbers: every main answer is at most four taps away, each with few choices."""

import re
from collections import deque
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import EntryAnswered, FactAsked, FlowOpened, OfficeTold
from bot.conversation.flow import Say, steps_within
from bot.conversation.helping import leads_to_a_person
from bot.conversation.library import Library
from bot.conversation.listening import sign_of
from bot.conversation.turn import respond
from bot.language.wording import WORDS_HEARD
from bot.message import ChoiceId, Chose, Message, PersonId, Said

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
    assert turn.conversation.listening
    assert all(len(line.split()) <= WORDS_HEARD for reply in turn.replies for line in reply.text.split("\n"))
    assert 0 < len(turn.conversation.shown) <= 9
    for number in range(1, len(turn.conversation.shown) + 1):
        typed = respond(turn.conversation, Message("x", PersonId("p"), "", Said(str(number))), library, _NOW)
        tapped = Message("x", PersonId("p"), "", Chose(turn.conversation.shown[number - 1].id))
        assert typed.replies == respond(turn.conversation, tapped, library, _NOW).replies


@pytest.mark.parametrize(
    "text",
    [
        "ما كنعرفش نقرا",
        "ما كنعرفش نقرا ولا نكتب",
        "أنا ما قارياش",
        "قرا ليا",
        "قرا ليا عافاك",
        "سمعني",
        "سمعني الجواب",
        "🔊",
        "makn3rfch n9ra",
        "ma ka n3rfch n9ra",
        "ana ma 9arich",
        "je ne sais pas lire",
        "je ne sais pas lire le français",
        "Bonjour, je ne sais ni lire ni écrire",
        "سلام، ما كنعرفش نقرا",
        "ما كنعرفش نقرا وبغيت نبيع الزربية لبرا",
    ],
)
def test_who_cannot_read_listens_from_then_on(text: str, library: Library) -> None:
    """Whoever says in any register that they cannot read, or sends 🔊, listens until they leave it."""
    turn = respond(Conversation(), Message("x", PersonId("p"), "", Said(text)), library, _NOW)
    assert turn.conversation.listening
    assert not any(isinstance(event, EntryAnswered) and event.entry == "social.literacy" for event in turn.events)
    again = respond(turn.conversation, Message("x", PersonId("p"), "", Said("1")), library, _NOW)
    assert again.conversation.listening
    for leaving in ("بغيت نقرا", "je sais lire", "bghit n9ra", "📖"):
        left = respond(again.conversation, Message("x", PersonId("p"), "", Said(leaving)), library, _NOW)
        assert not left.conversation.listening, leaving
    tapped = respond(turn.conversation, Message("x", PersonId("p"), "", Chose(ChoiceId("do:read"))), library, _NOW)
    assert not tapped.conversation.listening


def test_an_open_question_stays_open(library: Library) -> None:
    """Who begins to listen in the middle of a check goes on with its question; a number answers one of how much."""
    conversation = Conversation()
    for text in ("سلام", "شروط التسجيل", "1", "1"):
        conversation = respond(conversation, Message("x", PersonId("p"), "", Said(text)), library, _NOW).conversation
    asked = conversation.on_screen
    turn = respond(conversation, Message("x", PersonId("p"), "", Said("قرا ليا")), library, _NOW)
    assert turn.conversation.on_screen == asked
    assert turn.conversation.facts == conversation.facts
    assert turn.conversation.listening
    assert all(not choice.mark[:1].isdigit() for choice in turn.conversation.shown)
    answered = respond(turn.conversation, Message("x", PersonId("p"), "", Said("1")), library, _NOW)
    assert answered.conversation.facts["practice_years"] == 1


def test_everything_that_is_told_by_ear_is_short(library: Library) -> None:
    """What stands in place of screens and long questions has twelve words a sentence at most, with its amounts told."""
    said = [
        step.heard
        for flow in library.flows.values()
        for step in steps_within(flow.steps)
        if isinstance(step, Say) and step.heard is not None
    ]
    assert len(said) > 20
    for text in (*said, *library.listening.asks.values(), *(fact.ask for fact in library.facts.values())):
        for language in ("ar", "fr") if text in said else ("ar",):
            if text not in said and any(
                text is fact.ask and id_ in library.listening.asks for id_, fact in library.facts.items()
            ):
                continue
            for sentence in re.split(r"[.!?؟:]\s|\n", library.filled(text, _NOW.date()).of(language)):
                assert len(sentence.split()) <= WORDS_HEARD, sentence


def test_every_screen_has_a_sign_for_each_choice_and_a_person(library: Library) -> None:
    """On every screen within four taps each choice has a picture and a mark of its own, and a person is in view."""
    begun = respond(Conversation(), Message("x", PersonId("p"), "", Said("قرا ليا")), library, _NOW)
    waiting, seen = deque([(begun, 0)]), set[tuple[str, ...]]()
    while waiting:
        turn, taps = waiting.popleft()
        shown = turn.conversation.shown
        ids = tuple(choice.id for choice in shown)
        if ids in seen or not turn.conversation.listening:
            continue
        seen.add(ids)
        if not turn.conversation.with_person:
            marks = [choice.mark for choice in shown]
            assert all(sign_of(choice, library) and sign_of(choice, library) in choice.mark for choice in shown), marks
            assert len(set(marks)) == len(marks)
            assert any(leads_to_a_person(choice, library) for choice in shown[:9])
        if taps < _MOST_TAPS:
            for choice in shown:
                message = Message("x", PersonId("p"), "", Chose(choice.id))
                waiting.append((respond(turn.conversation, message, library, _NOW), taps + 1))
    assert len(seen) > 50
