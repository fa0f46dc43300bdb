"""Runs isolated inside Arabic, texts parted and labels cut, for every channel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.text import END, ISOLATE, cut, isolated, length, parted

_MARKS = str.maketrans("", "", ISOLATE + END)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("الهاتف: 05 28 89 11 22.", "الهاتف: [05 28 89 11 22]."),
        ("من 2025-2027 إلى 03-22", "من [2025-2027] إلى [03-22]"),
        ("نسبة 30 % فقط", "نسبة [30 %] فقط"),
        ("على https://www.mcinet.gov.ma/ar.", "على [https://www.mcinet.gov.ma/ar]."),
        ("برنامج GIAC Maroc للتكوين", "برنامج [GIAC Maroc] للتكوين"),
        ("لا شيء هنا", "لا شيء هنا"),
        ("Rien à isoler, 2025-2027", "Rien à isoler, 2025-2027"),
        ("سبق [2025] ثم 7", "سبق [2025] ثم [7]"),
    ],
)
def test_isolates_runs(text: str, marked: str) -> None:
    """Numbers and Latin words inside Arabic are isolated once; French stays as it is."""
    known = str.maketrans("[]", ISOLATE + END)
    assert isolated(text.translate(known)) == marked.translate(known)


@settings(deadline=None)
@given(st.text(st.sampled_from("اب ت12+.:-/%é@#Za\n()«»\u2068\u2069"), max_size=80))
def test_isolating_changes_no_letter_and_is_done_once(text: str) -> None:
    """Only marks are added, and a text isolated twice is as one isolated once."""
    once = isolated(text)
    assert once.translate(_MARKS) == text.translate(_MARKS)
    if ISOLATE not in text and END not in text:
        assert isolated(once) == once
        assert once.count(ISOLATE) == once.count(END)


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ابتa1"), min_size=1, max_size=9), min_size=1, max_size=80),
    st.lists(st.sampled_from([" ", "\n", "\n\n", ". ", "؟ ", "، "]), min_size=80, max_size=80),
    st.integers(12, 60),
    st.integers(12, 60),
)
def test_parting_loses_no_word(words: list[str], gaps: list[str], most: int, last: int) -> None:
    """Every part fits, and together they hold every word in order."""
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    parts = parted(text, most, last, length)
    assert " ".join(parts).split() == text.split()
    assert all(length(part) <= most for part in parts[:-1])
    assert length(parts[-1]) <= last


def test_parts_where_a_reader_pauses() -> None:
    """A text is parted between paragraphs before sentences, and between sentences before words."""
    text = "One one one. Two two two.\n\nThree three three. Four four four."
    assert parted(text, 40, 40, length) == ["One one one. Two two two.", "Three three three. Four four four."]
    assert parted(text, 40, 20, length) == ["One one one. Two two two.", "Three three three.", "Four four four."]


@pytest.mark.parametrize(
    ("label", "most", "short"),
    [
        ("القائمة", 20, "القائمة"),
        ("ما رقم المعاملات المطلوب؟", 20, "ما رقم المعاملات…"),
        ("Quel chiffre d'affaires, au juste ?", 25, "Quel chiffre d'affaires…"),
        ("x" * 30, 10, "x" * 9 + "…"),
        ("😀" * 12, 20, "😀" * 9 + "…"),
    ],
)
def test_cuts_a_label_where_a_word_ends(label: str, most: int, short: str) -> None:
    """A label too long keeps its first words, with an ellipsis."""
    assert cut(label, most, length) == short
