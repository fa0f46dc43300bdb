"""Who wants to found what is not there yet is told how, and nothing is taken of what they have not."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.hearing.reading import option_to_found
from bot.conversation.library import Library
from bot.eligibility.facts import OneOf
from tests.conversation.asked import told


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("عندنا تعاونية ديال الطرز فصفرو مازال ما تصاوبات، بغينا نديروها", "status.cooperative-create"),
        ("notre coopérative de broderie verra le jour en 2027", "status.cooperative-create"),
        ("حنا 6 ديال العيالات كنسجو الزرابي فأزيلال وبغينا نديرو تعاونية", "status.cooperative-create"),
        ("بغيت نفتح تعاونية ديال الزرابي فتازة", "status.cooperative-create"),
        ("bghit n7el charika dyal zellij f tetouan", "status.company"),
    ],
)
def test_who_wants_to_found_is_told_how(text: str, entry: str, library: Library) -> None:
    """No check of an aid opens, what they tell of themselves is kept, and the form is not."""
    turn = told(text, Conversation(), library)
    assert turn.conversation.entry_told == entry
    assert "legal_form" not in turn.conversation.facts
    assert turn.conversation.facts["craft"]


@pytest.mark.parametrize(
    "text",
    [
        "notre coopérative de broderie verra le jour en 2027, quelles aides ?",
        "حنا من صفرو بغينا نأسسو تعاونية ديال الطرز، واش لينا الحق فشي دعم",
        "بغينا نفتحو شركة ب 3 مليون درهم ديال الفخار فآسفي",
    ],
)
def test_who_asks_for_a_right_or_tells_a_project_is_led_to_a_check(text: str, library: Library) -> None:
    """The form that is still to come is none of theirs there either."""
    turn = told(text, Conversation(), library)
    assert library.checks(turn.conversation.flow)
    assert "legal_form" not in turn.conversation.facts


@pytest.mark.parametrize("text", ["بغيت نقاد وراق التعاونية", "عندي شركة ديال الجلد ففاس والورشة مازال ما تصاوبات"])
def test_what_is_there_is_not_founded(text: str, library: Library) -> None:
    """Papers of a cooperative, and a workshop still to be built, found nothing."""
    kind = library.facts[library.roles.legal_form].kind
    assert isinstance(kind, OneOf)
    assert option_to_found(kind, text, library) is None


def test_whoever_worked_in_a_company_has_none(library: Library) -> None:
    """«خدمت فشركة 5 سنين» tells neither a company nor its age."""
    facts = told("خدمت فشركة 5 سنين ديال الجلد ففاس", Conversation(), library).conversation.facts
    assert facts.keys().isdisjoint({"legal_form", "age_years"})


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        ("بغينا نديرو تعاونية", "شحال من واحد خاص", "status.cooperative-members"),
        ("on veut créer une coopérative", "combien de personnes il faut", "status.cooperative-members"),
        ("bghina ndiro cooperative", "ch7al mn wa7ed", "status.cooperative-members"),
        ("شحال كتكلف التعاونية", "وفين نمشيو", "status.cooperative-where"),
        ("شحال كتكلف التعاونية", "شحال خاصنا نكونو", "status.cooperative-members"),
    ],
)
def test_short_questions_behind_the_founding_are_about_it(first: str, then: str, entry: str, library: Library) -> None:
    """How many people it takes is no number of jobs, and where to go is no list of all the steps."""
    turn = told(then, told(first, Conversation(), library).conversation, library)
    assert turn.conversation.entry_told == entry
