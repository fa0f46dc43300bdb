"""Short questions that mean something only beside what was said before."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation, OnScreen
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told


@pytest.fixture
def at_the_menu(library: Library) -> Conversation:
    """Return the conversation of someone who was told nothing yet."""
    return knowing({}, library, "menu")


def _offered(text: str, conversation: Conversation, library: Library) -> list[str]:
    shown = told(text, conversation, library).conversation.shown
    return [choice.id.removeprefix("faq:") for choice in shown if choice.id.startswith("faq:")]


@pytest.mark.parametrize("text", ["شحال خاصني", "والوراق؟", "chhal khasni", "quels papiers ?", "واش نقدر"])
def test_alone_they_are_never_answered_at_once(text: str, at_the_menu: Conversation, library: Library) -> None:
    """Nobody has said what they are about: choices are offered, of more than one subject or the nearest alone."""
    turn = told(text, at_the_menu, library)
    assert turn.conversation.entry_told is None
    assert turn.conversation.question is not None
    assert 1 <= len(_offered(text, at_the_menu, library)) <= 3


@pytest.mark.parametrize(
    ("text", "after", "is_offered"),
    [
        ("والوراق؟", "tpme.what", "tpme.documents"),
        ("والوراق؟", "export.who", "export.papers"),
        ("شحال خاصني", "tpme.who", "tpme.own-funds"),
        ("quels papiers ?", "tpme.who", "tpme.documents"),
        ("شحال كيعطيو", "charters.investment", "tpme.how-much"),
        ("والوراق؟", "charters.foreign-trade", "export.papers"),
    ],
)
def test_after_an_answer_they_are_about_its_subject(
    text: str, after: str, is_offered: str, at_the_menu: Conversation, library: Library
) -> None:
    """What is offered is of the same subject, or of what the answer points to."""
    offered = _offered(text, replace(at_the_menu, on_screen=OnScreen("answer", after)), library)
    assert is_offered in offered
    pointed = {library.entries[name].subject for name in library.entries[after].see if name in library.entries}
    assert {library.entries[entry].subject for entry in offered} <= pointed | {library.entries[after].subject}


def test_a_question_that_may_lean_on_the_last_is_tried_both_ways(at_the_menu: Conversation, library: Library) -> None:
    """Of a short question that is not clear, what it is nearest to by itself is offered beside the last subject."""
    text = "شحال السقف"
    alone = _offered(text, at_the_menu, library)
    leaning = _offered(text, replace(at_the_menu, on_screen=OnScreen("answer", "tpme.what")), library)
    assert alone
    assert alone[0] in leaning
    assert any(library.entries[entry].subject == library.entries["tpme.what"].subject for entry in leaning)
