"""What is written with a date: sources, the periods in which something holds, and the amounts of the law by day.

An amount's list of days is only ever added to; what was true on a day stays true of that day. What has an `until` is
not false after it: nobody has confirmed it since, so it decides nothing any more, neither a yes nor a no.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NewType, assert_never

from bot.language.wording import centimes, count, money, percent, years
from bot.message import Confidence, Text

AmountName = NewType("AmountName", str)
AmountUnit = Literal["DH", "percent", "years", "number"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written, when it was read, and how sure it is."""

    id: str
    title: Text
    url: str | None
    read: date
    confidence: Confidence
    #: When it was published, as it tells: a year, a month or a day in ISO spelling. None when it does not.
    published: str | None = None
    #: What kind of thing it tells, which says how soon it must be read again: an id of the kinds of `flows/ages.yaml`.
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """When something holds; an end that is not known is None."""

    since: date | None = None
    #: The last day on which it is known to hold: after it nobody has confirmed it.
    until: date | None = None
    #: The first day on which it holds no more, where a text says so.
    repealed: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether it was there on `day`: it had begun, and no text had taken it back."""
        return not (self.since and day < self.since) and not (self.repealed and day >= self.repealed)

    def ended(self, day: date) -> date | None:
        """Return the last day on which it was known to hold, when `day` is after it."""
        return self.until if self.until is not None and day > self.until else None


#: Of what has no beginning and no end that we know.
ALWAYS: Final = Period()


@dataclass(frozen=True, slots=True)
class LegalAmount:
    """One number of the law on one day. A share of 10 % has the value 10 and is compared as 0.10."""

    name: AmountName
    unit: AmountUnit
    value: float
    sources: tuple[Source, ...] = ()
    #: The last day on which it was known to hold, where that is past.
    ended: date | None = None

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


def in_centimes(name: str) -> str:
    """Return the name by which a text refers to an amount of dirhams in centimes, as people count."""
    return f"{name}_centimes"


def amounts_in_words(amounts: Mapping[AmountName, LegalAmount]) -> dict[str, Text]:
    """Return each amount in words by the name that texts refer to it by, those of dirhams in centimes too."""
    said = {str(name): amount.text() for name, amount in amounts.items()}
    return said | {in_centimes(name): centimes(one.value) for name, one in amounts.items() if one.unit == "DH"}


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """An amount through time: the first day of each value, earliest first, and the end of the last one."""

    name: AmountName
    #: What it is called by whoever chooses it; people read what it is worth.
    title: Text
    unit: AmountUnit
    since: tuple[tuple[date, float], ...]
    sources: tuple[Source, ...]
    #: The last day on which the newest value is known to hold; None when no end is known.
    until: date | None = None

    def on(self, day: date) -> LegalAmount | None:
        """Return the amount as it was on `day`; None before its first day."""
        value = None
        for first, then in self.since:
            if first <= day:
                value = then
        if value is None:
            return None
        return LegalAmount(self.name, self.unit, value, self.sources, Period(until=self.until).ended(day))


def on_day(amounts: Iterable[DatedAmount], day: date) -> dict[AmountName, LegalAmount]:
    """Return the amounts that had a value on `day`, by name."""
    return {dated.name: amount for dated in amounts if (amount := dated.on(day)) is not None}
