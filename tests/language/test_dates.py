"""Which day it is in Morocco, and the days and months that people tell when they are asked since when."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import bot
from bot.language.dates import dates, moroccan_day

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


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # An hour ahead of Greenwich.
        ("2026-12-31T22:59:59", "2026-12-31"),
        ("2026-12-31T23:00:00", "2027-01-01"),
        # Ramadan of 2027, in which the clocks are set to Greenwich.
        ("2027-02-19T23:00:00", "2027-02-19"),
        ("2027-02-20T00:00:00", "2027-02-20"),
        ("2027-03-20T23:00:00", "2027-03-21"),
    ],
)
def test_the_day_turns_at_midnight_in_morocco_in_ramadan_too(instant: str, day: str) -> None:
    """The day that decides which law holds turns at midnight in Morocco, an hour later in Ramadan."""
    assert moroccan_day(datetime.fromisoformat(instant).replace(tzinfo=UTC)).isoformat() == day


def test_only_one_function_says_which_day_it_is() -> None:
    """No module takes today from an instant by itself: in UTC it would be yesterday for an hour of every night."""
    room = Path(bot.__file__).parent
    asked = [
        f"{path.relative_to(room)}:{node.lineno}"
        for path in sorted(room.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "date" or ast.unparse(node.func) in {"date.today", "datetime.today"})
    ]
    assert [place.split(":")[0] for place in asked] == ["language/dates.py"], asked
