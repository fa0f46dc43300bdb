"""Shares of a whole, in percent and as fractions."""

import pytest

from bot.language.numbers import shares


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("10 %", 0.1),
        ("10%", 0.1),
        ("٪١٠", 0.1),
        ("10 فالمية", 0.1),
        ("عشرة في المئة", 0.1),
        ("10 pour cent", 0.1),
        ("10 f lmya", 0.1),
        ("la moitié", 0.5),
        ("نص المشروع", 0.5),
        ("الربع", 0.25),
        ("trois quarts", 0.75),
    ],
)
def test_a_share_is_read(text: str, share: float) -> None:
    """A part of a whole is read in percent or as a fraction, in every script."""
    assert [one.value for one in shares(text)] == [share]


@pytest.mark.parametrize("text", ["نص مليون", "3 سنين ونص", "100 000 dh", "خمس", "عشر", "deux", ""])
def test_what_is_no_share_is_not_read(text: str) -> None:
    """Half a million is a sum, and a number that is also a fraction needs its article."""
    assert shares(text) == ()


def test_two_shares_are_two() -> None:
    """Of two bounds each is told: the caller asks which."""
    assert [one.value for one in shares("20 ou 30 %")] == [0.2, 0.3]
