"""Sums beside the words of another question, and what two words of one message say against each other."""

import pytest

from bot.conversation.hearing.told_facts import told, with_implied
from bot.conversation.library import Library


@pytest.mark.parametrize(
    "text",
    [
        "لا سمح ليا المشروع 2500000 درهم ماشي 5000000 درهم",
        "سمح ليا المشروع ديالنا راه 2500000 درهم",
        "pardon, le projet c'est 2500000 dirhams, pas 5000000 dirhams",
        "la sme7 lia lmachro3 2500000 dh machi 5000000 dh",
    ],
)
def test_a_sum_beside_the_project_is_its_cost(text: str, library: Library) -> None:
    """Who puts the cost of the project right says its cost, whatever is asked just then."""
    assert dict(told(text, library)) == {"investment": 2_500_000}


@pytest.mark.parametrize(
    "text",
    [
        "غادي نحط 500000 درهم ف المشروع",
        "غادي نحط 500000 درهم فالمشروع",
        "ghadi n7et 500000 dh f lmachro3",
        "je mettrai 500000 dirhams dans le projet",
    ],
)
def test_a_sum_put_into_the_project_is_not_its_cost(text: str, library: Library) -> None:
    """Own money that goes into the project is not what the project costs."""
    assert "investment" not in told(text, library)


@pytest.mark.parametrize("text", ["شركة الزليج ففاس بغينا نكبرو المعمل", "عندي دار الضيافة وكنصاوب الزرابي"])
def test_what_contradicts_itself_is_not_taken(text: str, library: Library) -> None:
    """A craft and another activity in one breath: the activity is asked, not guessed."""
    facts = with_implied(told(text, library), text, {}, library)
    assert "activity" not in facts
    assert "craft" in facts
