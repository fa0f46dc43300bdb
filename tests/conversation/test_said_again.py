"""«عاود ليا»: what was said last comes again."""

from bot.conversation.library import Library
from tests.conversation.asked import COMPANY, knowing, told


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
