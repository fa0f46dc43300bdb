"""Spellings that people write for one another meet; nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.folding import folded, skeleton, traced

MEET = [
    ("التَّصْديرُ", "التصدير"),
    ("تعـــاونية", "تعاونية"),
    ("أكادير", "اكادير"),
    ("إنزكان", "انزكان"),
    ("آسفي", "اسفي"),
    ("أڭادير", "أكادير"),
    ("أگادير", "أكادير"),
    ("أݣادير", "أكادير"),
    ("مؤسسة", "موسسه"),
    ("الميثاق؟!", "الميثاق"),
    ("على", "علي"),
    ("تعاونیة", "تعاونية"),
    ("کوپیراتیڤ", "كوبيراتيف"),
    ("چهة", "شهه"),
    ("ﺳﻼﻡ", "سلام"),
    ("١٢٣", "123"),
    ("۴۵", "45"),
    ("واااااش", "واش"),
    ("bzzzzaf", "bzaf"),
    ("Coopérative", "cooperative"),
    ("ŒUVRE", "oeuvre"),
    ("l'export", "l export"),
    ("Fès-Meknès", "fes meknes"),
    ("ＤＡＬＩＬ", "dalil"),
    ("\u202bالعيون\u202c", "العيون"),
    ("الع\u200cيون", "العيون"),
    ("سنة 2025", "سنه ٢٠٢٥"),
]

MEET_ACROSS_SCRIPTS = [
    ("تصدير", "tasdir"),
    ("الميثاق", "lmitha9"),
    ("العيون", "l3youn"),
    ("شحال", "ch7al"),
    ("كيفاش", "kifach"),
    ("تعاونية", "ta3awniya"),
    ("كوبيراتيف", "coopérative"),
    ("الزربية", "zrbiya"),
    ("خاصني", "khassni"),
    ("خاصني", "5assni"),
    ("قافلة", "9afila"),
    ("غرفة", "ghorfa"),
    ("بغيت", "bghit"),
    ("وراق", "wra9"),
    ("مكتب", "mektab"),
    ("ضريبة", "dariba"),
]


@pytest.mark.parametrize(("one", "other"), MEET)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    """Two usual spellings of one word fold to the same."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("arabic", "latin"), MEET_ACROSS_SCRIPTS)
def test_arabic_letters_and_arabizi_meet(arabic: str, latin: str) -> None:
    """A word in Arabic letters and in Arabizi has one skeleton."""
    assert skeleton(folded(arabic)) == skeleton(folded(latin))


@pytest.mark.parametrize("text", ["1000", "111", "0555", "3000000"])
def test_digits_are_never_dropped(text: str) -> None:
    """Repeated digits stay: they are amounts, not emphasis."""
    assert folded(text) == text


@pytest.mark.parametrize(("one", "other"), [("تصدير", "استثمار"), ("غرفة", "قافلة"), ("3", "ع"), ("2025", "2026")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    """Folding does not join what differs in meaning."""
    assert folded(one) != folded(other)


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is folded for good."""
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=300))
def test_folding_tells_where_each_letter_comes_from(text: str) -> None:
    """Every folded letter is traced to a letter of the text, in order."""
    plain, origins = traced(text)
    assert plain == folded(text)
    assert len(plain) == len(origins)
    assert list(origins) == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(max_size=300))
def test_folding_does_not_grow_without_bound(text: str) -> None:
    """Nobody makes the guide slow with a letter that folds to a page: a ligature is at most 18 letters."""
    assert len(folded(text)) <= 18 * max(1, len(text))
