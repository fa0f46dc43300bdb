"""Days and months that people tell when they are asked since when."""

from datetime import date

import pytest

from bot.language.dates import dates

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12/2021", (2021, 12, None)),
        ("12-2021", (2021, 12, None)),
        ("12 / 2021", (2021, 12, None)),
        ("١٢/٢٠٢١", (2021, 12, None)),
        ("2021-12", (2021, 12, None)),
        ("15/12/2021", (2021, 12, 15)),
        ("2021/12/15", (2021, 12, 15)),
        ("15/12/21", (2021, 12, 15)),
        ("décembre 2021", (2021, 12, None)),
        ("en déc 2021", (2021, 12, None)),
        ("le 1er mars 2020", (2020, 3, None)),
        ("دجنبر 2021", (2021, 12, None)),
        ("فدجنبر 2021", (2021, 12, None)),
        ("تأسسنا ف شهر 12 عام 2021", (2021, 12, None)),
        ("chhar 12 3am 2021", (2021, 12, None)),
        ("mois 12 2021", (2021, 12, None)),
        ("هاد العام", (2026, None, None)),
        ("العام اللي فات", (2025, None, None)),
        ("l'année dernière", (2025, None, None)),
        ("f l3am li fat", (2025, None, None)),
    ],
)
def test_a_date_is_read_as_it_is_told(text: str, told: tuple[int, int | None, int | None]) -> None:
    """A date, a month or a year told from today is read in digits, in words and in every script."""
    (one,) = dates(text, TODAY)
    assert (one.year, one.month, one.day) == told


@pytest.mark.parametrize(
    "text", ["2021", "f 2021", "3 سنين", "0612345678", "القانون 50-17", "13/2021", "2021/2022", "1.500.000", "10 %", ""]
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    """A year alone, a telephone, a law's number and a sum are no date."""
    assert dates(text, TODAY) == ()


@pytest.mark.parametrize(("text", "months"), [("12/2021", 59), ("15/12/2021", 59), ("24/11/2025", 11), ("01/2027", -2)])
def test_the_months_since_are_whole(text: str, months: int) -> None:
    """The month that is not over counts only when the day is not known."""
    (one,) = dates(text, TODAY)
    assert one.months_until(TODAY) == months


def test_where_a_date_stands_is_told() -> None:
    """The span of a date is that of the writer's own text."""
    text = "تأسَّسنا ف 12/2021 بالضبط، يعني دجنبر 2021"
    assert [text[slice(*one.span)] for one in dates(text, TODAY)] == ["12/2021", "دجنبر 2021"]
