"""«عاود ليا»: what was said last comes again."""

from dataclasses import replace
from datetime import timedelta

from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Message, PersonId, Said
from tests.conversation.asked import COMPANY, NOW, knowing, told


def test_an_answer_comes_again(library: Library) -> None:
    """After an answer to a question the same answer comes, with its choices."""
    answered = told("شنو هو ميثاق الاستثمار", knowing({}, library, "menu"), library)
    assert answered.conversation.entry_told is not None
    assert told("عاود ليا", answered.conversation, library).replies == answered.replies


def test_a_question_comes_again(library: Library) -> None:
    """Inside a check the open question comes, and nothing is taken for an answer."""
    asked = knowing({"legal_form": "company"}, library)
    turn = told("3awd liya", asked, library)
    assert turn.conversation.facts == asked.facts
    assert any(choice.id == "do:unknown" for choice in turn.replies[-1].choices)


def test_a_result_comes_again(library: Library) -> None:
    """After a verdict the verdict comes."""
    facts = dict(COMPANY)
    facts.popitem()
    result = told("لا", knowing(facts, library), library)
    assert result.conversation.facts == COMPANY
    again = told("عاود ليا", result.conversation, library)
    assert [reply.text for reply in again.replies] == [reply.text for reply in result.replies]


def test_plain_words_of_what_has_ended_say_so(library: Library) -> None:
    """An answer past its last day says so first in plain words too, whether they are asked for or listened to."""
    entry = next(one for one in library.entries.values() if one.until is not None and one.plain is not None)
    assert entry.until is not None
    assert entry.plain is not None
    ended, plain = library.phrases.ended.of("ar").partition("{")[0], entry.plain.of("ar").split()[0]
    for late in (False, True):
        now = NOW.replace(year=entry.until.year, month=entry.until.month, day=entry.until.day) + timedelta(days=late)
        tap = Message("test", PersonId("p"), "1", Chose(ChoiceId(f"faq:{entry.id}")))
        answered = respond(knowing({}, library, "menu"), tap, library, now).conversation
        asked = respond(answered, Message("test", PersonId("p"), "2", Said("ما فهمتش")), library, now)
        listening = replace(knowing({}, library, "menu"), listening=True)
        heard = respond(listening, tap, library, now)
        for turn in (asked, heard):
            assert turn.replies[0].text.startswith(ended if late else plain)
