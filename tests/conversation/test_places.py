"""Places that may be meant: one is asked about by its name and province, several are told apart."""

import pytest

from bot.conversation.library import Library
from tests.conversation.asked import knowing, told


def test_one_that_may_be_meant_is_asked_about(library: Library) -> None:
    """A name that smaller places bear too: "do you mean" it, not "several places have this name"."""
    turn = told("الساحل", knowing({}, library, "office"), library)
    assert turn.replies[-1].text == "هل تقصدون الساحل (العرائش)؟"
    assert [choice.id for choice in turn.replies[-1].choices][1:] == ["do:none"]


def test_namesakes_are_told_apart_where_little_can_be_shown(library: Library) -> None:
    """On a small button the name alone would stand twice: what the places are in stands there."""
    turn = told("أجدير", knowing({}, library, "office"), library)
    asked = turn.replies[-1]
    assert asked.text == library.phrases.which_one.of("ar")
    namesakes = [choice for choice in asked.choices if choice.label.startswith("أجدير")]
    assert len({choice.short for choice in namesakes}) == len(namesakes) == 2
    assert all(choice.short in choice.label for choice in namesakes)


@pytest.mark.parametrize("text", ["مراكش", "f marrakech", "à Marrakech"])
def test_a_town_alone_where_a_check_is_to_be_chosen_is_where_they_are(text: str, library: Library) -> None:
    """It is taken and said back, the choice stands, and nobody is sent to an office they did not ask for."""
    after = told(text, knowing({"legal_form": "cooperative"}, library, library.roles.check), library).conversation
    assert (after.flow, after.facts["province"]) == (library.roles.check, "marrakech")
