"""Amounts, counts and days in words."""

from datetime import date

import pytest

from bot.language.wording import count, day, listed, money, percent, years
from bot.message import Text


@pytest.mark.parametrize(
    ("dirhams", "arabic", "french"),
    [
        (0, "0 درهم", "0 dirham"),
        (5, "5 دراهم", "5 dirhams"),
        (800, "800 درهم", "800 dirhams"),
        (2_000, "2000 درهم", "2000 dirhams"),
        (5_000, "5 آلاف درهم", "5000 dirhams"),
        (49_000, "49 ألف درهم", "49_000 dirhams"),
        (300_000, "300 ألف درهم", "300_000 dirhams"),
        (199_999, "199.999 درهم", "199_999 dirhams"),
        (1_000_000, "مليون درهم", "1 million de dirhams"),
        (1_000_000_000, "مليار درهم", "1 milliard de dirhams"),
        (10_000_000_000, "10 ملايير درهم", "10 milliards de dirhams"),
        (1_500_000_000, "1500 مليون درهم", "1500 millions de dirhams"),
        (1_200_000, "1,2 مليون درهم", "1,2 million de dirhams"),
        (1_125_000, "1.125.000 درهم", "1_125_000 dirhams"),
        (10_000_000, "10 ملايين درهم", "10 millions de dirhams"),
        (200_000_000, "200 مليون درهم", "200 millions de dirhams"),
        (1_333_333.333, "1.333.333,33 درهم", "1_333_333,33 dirhams"),
    ],
)
def test_money(dirhams: float, arabic: str, french: str) -> None:
    """Millions and thousands are told in words where they come out even, anything else digit by digit."""
    assert money(dirhams).of("ar") == arabic
    assert money(dirhams).of("fr") == french.replace("_", "\u00a0")


def test_shares_years_and_counts() -> None:
    """Shares, years in their Arabic forms, and plain numbers with a decimal comma."""
    assert percent(0.3).of("ar") == "30%"
    assert percent(0.075).of("fr") == "7,5\u00a0%"
    assert [years(number).of("ar") for number in (1, 2, 3, 10, 11, 1.5)] == [
        *("سنة واحدة", "سنتين", "3 سنوات", "10 سنوات", "11 سنة", "1,5 سنة"),
    ]
    assert [years(number).of("fr") for number in (1, 2)] == ["1\u00a0an", "2\u00a0ans"]
    assert (count(1.5).of("ar"), count(12_000).of("ar"), count(3).of("fr")) == ("1,5", "12.000", "3")


def test_days_have_moroccan_months() -> None:
    """A day is told with Morocco's name of the month, in French the first is the 1er."""
    assert day(date(2025, 10, 21)).of("ar") == "21 أكتوبر 2025"
    assert day(date(2026, 8, 1)).of("ar") == "1 غشت 2026"
    assert day(date(2026, 1, 1)).of("fr") == "1er janvier 2026"


def test_the_months_that_a_day_leaves_over_are_told() -> None:
    """Years counted from a day in the calendar are told with their months; a half stays a half."""
    assert [years(number).of("ar") for number in (0.5, 4.9167, 2.0833, 2.5)] == [
        *("6 أشهر", "4 سنوات و11 شهر", "سنتين وشهر واحد", "2,5 سنة"),
    ]
    assert years(10.5833).of("fr") == "10\u00a0ans et 7\u00a0mois"


def test_a_row_of_texts_has_the_comma_of_its_language() -> None:
    """Several things are told one after another, parted by the Arabic or the French comma."""
    row = listed([Text({"ar": "تعاونية", "fr": "Coopérative"}), Text({"ar": "فاس", "fr": "Fès"})])
    assert (row.of("ar"), row.of("fr")) == ("تعاونية، فاس", "Coopérative, Fès")
