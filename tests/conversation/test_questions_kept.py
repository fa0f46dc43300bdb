"""What is kept of a question for the staff: its words, and nothing that leads back to a person."""

import pytest

from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import CaseContinued, CaseOpened, Forgotten, QuestionAsked
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.language.personal import UNTAKEN
from bot.message import ChoiceId, Chose, Message, PersonId
from tests.conversation.asked import NOW, told


def _kept(text: str, library: Library) -> tuple[list[str], str | None]:
    turn = told(text, Conversation(release=library.release).answered(FLOW, library.roles.menu), library)
    return [event.text for event in turn.events if isinstance(event, QuestionAsked)], turn.conversation.question


@pytest.mark.parametrize(
    "personal",
    [
        "0661234567",
        "06 61 23 45 67",
        "06-61-23-45-67",
        "+212661234567",
        "٠٦٦١٢٣٤٥٦٧",
        "AB123456",
        "k12345",
        "me@example.ma",
    ],
)
def test_what_leads_back_to_a_person_is_masked(personal: str, library: Library) -> None:
    """Telephone numbers, identity cards and addresses are not kept."""
    kept, waiting = _kept(f"كيفاش نسيفط الزربية لخالتي {personal}", library)
    assert kept == ["كيفاش نسيفط الزربية لخالتي …"]
    assert waiting in {None, "كيفاش نسيفط الزربية لخالتي …"}


@pytest.mark.parametrize("text", ["0661234567", "AB123456", "me@example.ma", "AB123456 0661234567", "06 61 23 45 67 ?"])
def test_a_message_of_nothing_else_is_no_question(text: str, library: Library) -> None:
    """Who types only a number is asked for words, and nothing is kept."""
    assert _kept(text, library) == ([], None)


def test_short_numbers_are_kept(library: Library) -> None:
    """An amount or a year tells the staff what was asked."""
    kept, _ = _kept("واش كاين شي دعم ديال 50000 درهم ف 2026؟", library)
    assert kept == ["واش كاين شي دعم ديال 50000 درهم ف 2026؟"]


def test_a_long_question_is_masked_before_it_is_cut(library: Library) -> None:
    """A number that stands where a question is cut leaves no digits behind."""
    (kept,), _ = _kept("دعم" + " كلمة" * 58 + " 0661234567", library)
    assert len(kept) <= 300
    assert not any(letter.isdigit() for letter in kept)


def test_staff_are_shown_no_number_of_a_person(library: Library) -> None:
    """What is written to staff is masked before it is kept: they answer in the chat and need none of it."""
    talk = Conversation(release=library.release).answered(FLOW, library.roles.menu)
    opened = told("بغيت نهضر مع شي حد", talk, library)
    after = told("سميتي فاطمة الزهراء، ورقمي 06 61 23 45 67", opened.conversation, library)
    assert [event for event in opened.events if isinstance(event, CaseOpened)]
    assert after.events == (CaseContinued("سميتي …، ورقمي …"),)
    assert [reply.text for reply in after.replies] == [library.phrases.staff_will_see.of("ar")]


def test_whoever_sent_a_number_that_was_not_taken_in_is_told(library: Library) -> None:
    """The answer comes as always, after a word about the number; so does the word that staff will see it."""
    hidden = library.phrases.number_hidden.of("ar")
    talk = Conversation(release=library.release).answered(FLOW, library.roles.menu)
    turn = told(f"شنو هو ميثاق الاستثمار؟ {UNTAKEN}", talk, library)
    assert turn.replies[0].text.startswith(hidden)
    assert turn.replies[-1].choices
    waiting = told(f"البطاقة {UNTAKEN}", told("بغيت نهضر مع شي حد", talk, library).conversation, library)
    assert [reply.text for reply in waiting.replies] == [hidden, library.phrases.staff_will_see.of("ar")]


def test_who_waits_for_staff_can_be_forgotten(library: Library) -> None:
    """While staff have the word, "forget" still forgets: it is no message for them."""
    talk = Conversation(release=library.release).answered(FLOW, library.roles.menu)
    waiting = told("بغيت نهضر مع شي حد", talk, library).conversation
    turn = respond(waiting, Message("web", PersonId("p"), "1", Chose(ChoiceId("do:forget"))), library, NOW)
    assert Forgotten() in turn.events
    assert not turn.conversation.with_person
