"""Who says in words that they want no check, or not this one, is out of it."""

import pytest

from bot.conversation.library import Library
from tests.conversation.asked import INVESTMENT, knowing, told

FINANCE = "eligibility_finance"


@pytest.mark.parametrize(
    "text",
    [
        "خلي هاد الفحص",
        "صافي خلي الفحص",
        "خرجني من هاد الأسئلة",
        "اتركوا هذا الفحص",
        "kheli had lfahs",
        "khrejni mn hadchi",
        "laisse tomber",
        "je veux sortir de la vérification",
    ],
)
def test_the_check_is_left(text: str, library: Library) -> None:
    """The menu stands again, and what was told is kept."""
    after = told(text, knowing({"legal_form": "cooperative"}, library), library).conversation
    assert after.flow == library.roles.menu
    assert after.facts["legal_form"] == "cooperative"


@pytest.mark.parametrize(
    "text",
    [
        "صافي ما بغيتش نكمل",
        "ما بقيتش باغي",
        "لا أريد أن أكمل",
        "ma bghitch nkmel",
        "on arrête là",
        "merci on arrête là",
    ],
)
def test_who_wants_to_go_on_no_more_is_let_go(text: str, library: Library) -> None:
    """They are thanked, and nothing is asked; the menu is one tap away."""
    after = told(text, knowing({"legal_form": "cooperative"}, library), library).conversation
    assert after.shown[0].id == "do:menu"


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        (FINANCE, "ماشي القروض"),
        (FINANCE, "لا، ماشي القروض"),
        (FINANCE, "ما بغيتش القروض"),
        (FINANCE, "machi l9rod"),
        (FINANCE, "je ne veux pas de crédit"),
        (INVESTMENT, "ماشي الاستثمار"),
    ],
)
def test_a_denied_aid_is_asked_about_no_more(flow: str, text: str, library: Library) -> None:
    """Which check is wanted is asked instead of another number."""
    before = knowing({"legal_form": "auto_entrepreneur"}, library, flow)
    assert told(text, before, library).conversation.flow == library.roles.check


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        (FINANCE, "ماشي القروض، كنسول على المعرض"),
        (INVESTMENT, "ماشي الاستثمار، كنسول على المعرض"),
        (FINANCE, "ما بغيتش كريدي، بغيت نسول على المعرض"),
    ],
)
def test_what_is_asked_instead_is_answered(flow: str, text: str, library: Library) -> None:
    """The answer stands outside the check, whose question does not come again."""
    after = told(text, knowing({"legal_form": "auto_entrepreneur"}, library, flow), library).conversation
    assert after.entry_told == "quality.fairs"
    assert after.flow == library.roles.menu


def test_another_aid_instead_opens_its_check(library: Library) -> None:
    """The aid named behind the denied one is checked."""
    before = knowing({"legal_form": "cooperative"}, library, FINANCE)
    assert told("ماشي القروض، بغيت دعم التصدير", before, library).conversation.flow == "eligibility_export"


def test_a_denial_that_answers_is_the_answer(library: Library) -> None:
    """«ما كنصدرش» to whether they export is a no, and leaves nothing."""
    before = knowing({"legal_form": "cooperative", "activity": "craft_production"}, library, "eligibility_export")
    after = told("لا ما كنصدرش", before, library).conversation
    assert after.facts["exports_already"] is False
    assert after.flow == "eligibility_export"
