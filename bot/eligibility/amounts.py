"""Amounts of the law by date: what each was worth on a day, and how it is said.

An amount's list of dates is only ever added to; what was true on a day stays true of that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NewType, assert_never

from bot.language.wording import count, money, percent, years
from bot.message import Text

AmountName = NewType("AmountName", str)
AmountUnit = Literal["DH", "percent", "years", "number"]


@dataclass(frozen=True, slots=True)
class LegalAmount:
    """One number of the law on one day. A share of 10 % has the value 10 and is compared as 0.10."""

    name: AmountName
    unit: AmountUnit
    value: float

    @property
    def compared(self) -> float:
        """Return the number that facts are compared with."""
        return self.value / 100 if self.unit == "percent" else self.value

    def text(self) -> Text:
        """Return the amount with its unit, in words for people."""
        match self.unit:
            case "DH":
                return money(self.value)
            case "percent":
                return percent(self.value / 100)
            case "years":
                return years(self.value)
            case "number":
                return count(self.value)
            case unit:
                assert_never(unit)


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """An amount through time: the first day of each value, earliest first."""

    name: AmountName
    unit: AmountUnit
    since: tuple[tuple[date, float], ...]
    sources: tuple[str, ...]

    def on(self, day: date) -> LegalAmount | None:
        """Return the amount as it was on `day`; None before its first day."""
        value = None
        for first, then in self.since:
            if first <= day:
                value = then
        return None if value is None else LegalAmount(self.name, self.unit, value)


def on_day(amounts: Iterable[DatedAmount], day: date) -> dict[AmountName, LegalAmount]:
    """Return the amounts that had a value on `day`, by name."""
    return {dated.name: amount for dated in amounts if (amount := dated.on(day)) is not None}
