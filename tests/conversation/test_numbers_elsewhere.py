"""A number typed to a question that asks for none."""

from dataclasses import replace

import pytest

from bot.conversation.events import FactAsked, Missed
from bot.conversation.library import Library
from bot.conversation.phrases import Miss
from tests.conversation.asked import asked, knowing, told


@pytest.mark.parametrize("fact", ["legal_form", "activity", "craft", "exports_already", "held_by_large", "province"])
@pytest.mark.parametrize("text", ["15 مليون", "200 مليون سنتيم", "3 ملايين درهم", "2 millions"])
def test_a_bare_amount_answers_no_choice(fact: str, text: str, library: Library) -> None:
    """It is neither an answer nor a question: the person is told so kindly, and asked the same again."""
    turn = told(text, replace(knowing({}, library), asking=fact), library)
    say = library.phrases
    expected = say.place_unclear if fact == "province" else say.not_an_option
    assert turn.replies[0].text.startswith(expected.of(turn.conversation.language).strip())
    assert library.facts[fact].ask.of(turn.conversation.language).split("{")[0] in turn.replies[0].text
    missed: Miss = "place_unclear" if fact == "province" else "not_an_option"
    assert turn.events == (Missed(missed), FactAsked(fact))
    assert asked(fact, text, library) == {}


@pytest.mark.parametrize(
    "text",
    ["عمرنا ماصدرنا", "عمري ماصدرت", "عمرنا مصدرنا", "3mrna ma sderna", "3mrna masderna", "jamais", "jamais exporté"],
)
def test_never_is_no(text: str, library: Library) -> None:
    """«عمرنا ما» denies, together or grown onto the word behind it."""
    assert asked("exports_already", text, library) == {"exports_already": False}
