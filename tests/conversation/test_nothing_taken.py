"""Nothing is recorded of a person that they did not say."""

from datetime import date

import pytest

from bot.conversation.hearing.reading import Amounts, Known, read_fact
from bot.conversation.hearing.told_facts import told
from bot.conversation.library import Library


@pytest.mark.parametrize(
    "text",
    [
        "صافي فهمت",
        "خدامة بوحدي فالدار",
        "كنخدم بوحدي",
        "ما عندي والو",
        "bghina nkebro lma3mel",
        "المعمل ديالنا صغير",
        "safi fhmt db",
        "كتر من هادشي",
        "أكثر من سؤال",
        "بزاف كثيرة هاد الأسئلة",
        "باقا ما وصلاتش",
        "la liste",
        "une liste svp",
        "momkin t3awni",
        "واش ممكن تعاونوني",
        "تعاوني الدولة",
        "ماذا تعني هاد الكلمة",
        "nhar sbt",
        "كلمة السر",
        "كلام خاوي هادا",
        "hadchi kalam",
        "بغيت شي حاجة أخرى",
        "les autres sont partis",
        "هاد المعاملة حابسة",
        "تحديد الموعد",
        "وزارة الصحة",
        "مثل هادشي",
        "فخر لينا كاملين",
        "عندنا 6 خدامة",
        "12 مرا خدامين معانا",
        "nous avons 6 salariés",
        "إصلاح الإدارة",
        "ma9al walo",
    ],
)
def test_everyday_words_tell_no_fact(text: str, library: Library) -> None:
    """A word that only shares its consonants with a craft, a town or a form of enterprise is none of them."""
    assert told(text, library) == {}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("أنا مقاول داتي", "auto_entrepreneur"),
        ("مقول ذاتي", "auto_entrepreneur"),
        ("ana mo9awil dati", "auto_entrepreneur"),
        ("7na ta3awniya", "cooperative"),
        ("3ndi charika", "company"),
        ("حنا تعاونية", "cooperative"),
    ],
)
def test_what_is_said_is_taken_in_any_letters(text: str, form: str, library: Library) -> None:
    """Who says what they are is heard, however they spell it."""
    assert told(text, library)["legal_form"] == form


@pytest.mark.parametrize("text", ["ماشي 3 سنين، 5 سنين", "ماشي 3 سنين، 5", "machi 3 snin, 5 snin", "pas 3 ans, 5 ans"])
def test_a_number_that_is_put_right_is_not_the_answer(text: str, library: Library) -> None:
    """Who says that it is not three but five has five."""
    answer = read_fact(library.facts["age_years"], text, library, Known(date(2026, 11, 23)))
    assert isinstance(answer, Amounts)
    assert answer.values == (5.0,)


@pytest.mark.parametrize(
    "text",
    [
        "التعاونية مازال ماتصاوبات، بغينا نديروها فتازناخت شنو خاصنا",
        "التعاونية ديالنا مازال ما تصاوبات وحنا فتازناخت",
        "lcoperative mazal ma tsawbat, 7na f tiznit, chno khassna",
        "notre coopérative n'existe pas encore, nous sommes à Safi",
        "notre coopérative est en cours de création à Safi",
    ],
)
def test_what_is_not_there_yet_is_not_taken(text: str, library: Library) -> None:
    """A cooperative that is still to be founded makes nobody one."""
    assert "legal_form" not in told(text, library)


@pytest.mark.parametrize(
    "text", ["حنا تعاونية مازال ماصدرنا والو فتازناخت", "une coopérative à Safi qui n'exporte pas encore"]
)
def test_what_is_there_and_did_something_not_yet_is_taken(text: str, library: Library) -> None:
    """Who has not exported yet is a cooperative all the same."""
    assert told(text, library)["legal_form"] == "cooperative"
