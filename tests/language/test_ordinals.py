"""Choices said in words."""

import pytest

from bot.language.folding import folded
from bot.language.ordinals import LAST, ordinal


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("الأولى", 1),
        ("اللولى", 1),
        ("lowla", 1),
        ("lwla 3afak", 1),
        ("wa7d", 1),
        ("la première", 1),
        ("je voudrais la 1ère svp", 1),
        ("الثانية", 2),
        ("بغيت التانية", 2),
        ("جوج", 2),
        ("ntani", None),
        ("رقم جوج", 2),
        ("التالتة", 3),
        ("الرابع", 4),
        ("رقم 4", 4),
        ("الاختيار 4", 4),
        ("n° 4", 4),
        ("numéro 4", 4),
        ("choix 4", 4),
        ("l'option 4 s'il vous plaît", 4),
        ("nemra 4", 4),
        ("٤", 4),
        ("السابعة", 7),
        ("الأخيرة", LAST),
        ("la dernière", LAST),
        ("lekhra", LAST),
    ],
)
def test_a_choice_in_words(text: str, place: int | None) -> None:
    """An ordinal, a number or an announced number that is all a message says is a place in a list."""
    said = ordinal(folded(text))
    assert (said.place if said else None) == place


@pytest.mark.parametrize(
    "text",
    [
        "عندنا 4 خدامة",
        "خدامين 3",
        "la deuxième année",
        "من الأول",
        "الأولى والثانية",
        "رقم المعاملات 4",
        "2 مليون",
        "المرة الأولى اللي غنصدرو",
        "واحد السيد",
        "رقم",
        "",
    ],
)
def test_what_says_more_is_no_choice(text: str) -> None:
    """A message with anything beside is no choice."""
    assert ordinal(folded(text)) is None


@pytest.mark.parametrize(("text", "is_announced"), [("الثانية", True), ("رقم 2", True), ("2", False), ("جوج", False)])
def test_a_bare_number_may_be_an_amount(text: str, is_announced: bool) -> None:
    """Only an ordinal and an announced number are nothing else than a choice."""
    said = ordinal(folded(text))
    assert said is not None
    assert said.is_announced is is_announced
