"""The way back: the question before, and all that was said there."""

from dataclasses import replace

from bot.conversation.conversation import OnScreen
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Message, PersonId, Said
from tests.conversation.asked import COMPANY, NOW, knowing, told


def _said(turn: Turn) -> str:
    return "\n\n".join(reply.text for reply in turn.replies)


def test_a_result_comes_back_whole(library: Library) -> None:
    """Whoever looks at something else and returns is told all of the result, not its last lines."""
    facts = dict(COMPANY)
    last, value = facts.popitem()
    before = knowing(facts, library)
    answered = before.answered(last, value)
    result = respond(before, Message("web", PersonId("p"), "1", Said("لا")), library, NOW)
    assert result.conversation.facts == answered.facts
    returned = told("رجوع", replace(result.conversation, on_screen=OnScreen("answer", "tpme.what")), library)
    assert _said(returned) == _said(result)


def test_the_way_back_leads_to_another_question(library: Library) -> None:
    """«زرابي», told unasked, answers two questions; the question that stands there already never comes again."""
    turn = told("زرابي", knowing({"legal_form": "company"}, library), library)
    assert len(turn.conversation.facts) > 2
    returned = told("رجوع", turn.conversation, library)
    assert _said(returned).startswith(library.facts["legal_form"].ask.of("ar"))


def test_the_question_alone_comes_back(library: Library) -> None:
    """The flow's introduction was read already; after a question of one's own in between, the step before comes."""
    at = knowing({"legal_form": "company"}, library)
    back = told("رجوع", replace(at, on_screen=OnScreen("answer", "tpme.what")), library)
    assert library.facts["legal_form"].ask.of("ar").splitlines()[0] in _said(back)
    assert len(back.replies) == 1
    assert "اللجنة الجهوية" not in _said(back)


def test_a_correction_alone_is_undone(library: Library) -> None:
    """Who put one thing right and goes back has what they had: nothing else that they told is lost with it."""
    before = told("زرابي", knowing({"legal_form": "company"}, library), library).conversation
    right = told("لا، حنا تعاونية", before, library).conversation
    assert right.facts["legal_form"] == "cooperative"
    returned = told("رجوع", right, library).conversation
    assert returned.facts == before.facts
