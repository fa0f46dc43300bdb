"""What is said while the staff have the word: once that a message arrived, and that the guide knows an office."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import CaseContinued, CaseLeft, OfficeTold
from bot.conversation.library import Library
from tests.conversation.asked import knowing, tapped, told


def _waiting(library: Library) -> Conversation:
    return told("بغيت نهضر مع شي واحد", knowing({}, library, "menu"), library).conversation


def test_the_first_message_is_acknowledged_and_the_next_is_not(library: Library) -> None:
    """One short sentence; then the guide leaves the word to the staff, who get every message."""
    first = told("ana smiti Hind mabghitch l9ra", _waiting(library), library)
    second = told("عندي مشكل مع الشركة ديال الشحن", first.conversation, library)

    assert [reply.text for reply in first.replies] == [library.phrases.staff_will_see.of("ar")]
    assert second.replies == ()
    assert [type(event) for turn in (first, second) for event in turn.events] == [CaseContinued] * 2


@pytest.mark.parametrize(
    "text", ["allo?? kayn chi 7ed", "allo?", "ألو؟", "واش كاين شي حد", "wach kayn chi wa7d", "il y a quelqu'un ?"]
)
def test_who_calls_is_told_that_staff_will_see_it(text: str, library: Library) -> None:
    """Also where they were told before: they doubt it."""
    turn = told(text, replace(_waiting(library), acknowledged=True), library)

    assert [reply.text for reply in turn.replies] == [library.phrases.staff_will_see.of("ar")]
    assert turn.conversation.with_person


@pytest.mark.parametrize(
    "text", ["سلام", "شكرا", "صافي فهمت", "نعم", "merci", "oui d'accord", "غدا نجي عندكم", "16 عام", "المدينة هي فاس"]
)
def test_what_is_said_to_the_staff_is_not_answered_by_the_guide(text: str, library: Library) -> None:
    """Once it is acknowledged, what a person and the staff say to each other is theirs."""
    assert told(text, replace(_waiting(library), acknowledged=True), library).replies == ()


@pytest.mark.parametrize(
    "text",
    [
        "nmra dial telephone dial delegation f agadir",
        "smiti Hind bghit nmra dial delegation agadir",
        "عطيني نمرة مديرية الصناعة التقليدية فأكادير",
        "le numéro de la délégation de l'artisanat à Agadir",
    ],
)
@pytest.mark.parametrize("is_acknowledged", [True, False])
def test_an_office_that_the_guide_knows_is_a_choice_away(text: str, library: Library, *, is_acknowledged: bool) -> None:
    """The way back is a choice that tells what it costs; taken, the office is told at once."""
    waiting = replace(_waiting(library), acknowledged=is_acknowledged)

    offered = told(text, waiting, library)
    assert offered.conversation.with_person
    assert [reply.text for reply in offered.replies] == [library.phrases.guide_knows_too.of("ar")]

    taken = tapped(offered.conversation.shown[0].label, offered.conversation, library)
    assert not taken.conversation.with_person
    assert CaseLeft() in taken.events
    assert [event.office for event in taken.events if isinstance(event, OfficeTold)] == ["dr_artisanat-9"]


def test_a_new_request_is_acknowledged_anew(library: Library) -> None:
    """Who went back and asks for a person again is told again that their words arrived."""
    back = told("القائمة", replace(_waiting(library), acknowledged=True), library).conversation
    again = told("بغيت نهضر مع شي واحد", back, library).conversation

    assert told("عندي سؤال على الشحن", again, library).replies != ()
