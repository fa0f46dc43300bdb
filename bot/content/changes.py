"""What an edit may not change unasked, seen only beside the files before: sums that leap, days that lie long back.

Each has a remedy that says «yes, that is meant» in the file itself, so that a hand at the files, the staff room and a
running guide all ask the same once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, get_args

from pydantic_core import PydanticCustomError

from bot.content.files import Files, decoded, plain_text
from bot.content.proofs import is_leap
from bot.content.reading import Mistakes, YamlDocument, read_text
from bot.content.shaping import day_written, figure_written
from bot.eligibility.amounts import AmountName, AmountUnit, LegalAmount

#: Days after which a station that is new to the list is taken for one whose year is wrong.
_LONG_PAST: Final = 60
_UNITS: Final[Mapping[str, AmountUnit]] = {one: one for one in get_args(AmountUnit)}
_CARAVAN: Final = "flows/caravan.yaml"


@dataclass(frozen=True, slots=True)
class AmountLeap:
    """An amount of a file that becomes so much more or less that it must be meant: from which day, both figures."""

    file: str
    name: str
    unit: AmountUnit
    day: date
    before: float
    after: float

    def sides(self) -> tuple[LegalAmount, LegalAmount]:
        """Return what the amount was and what it becomes, to be told in words."""
        name = AmountName(self.name)
        return LegalAmount(name, self.unit, self.before), LegalAmount(name, self.unit, self.after)


@dataclass(frozen=True, slots=True)
class _DatedFigures:
    """An amount as a file writes it: its figures by day, each with how the day is written, and the days confirmed."""

    unit: AmountUnit
    values: Mapping[date, tuple[float, str]]
    confirmed: frozenset[date]


def check_changes(before: Files, after: Files, today: date | None, mistakes: Mistakes) -> None:
    """Note what differs from the files before in a way that is nearly always a slip."""
    for name, held in after.items():
        if held == before.get(name) or name not in before:
            continue
        if name.endswith("/rules.yaml"):
            _check_amounts(_document(name, before[name]), _document(name, held), mistakes)
        elif name == _CARAVAN and today is not None:
            _check_stations(_document(name, before[name]), _document(name, held), today, mistakes)


def leaps_made(before: Files, after: Files) -> list[AmountLeap]:
    """Return every leap that the files `after` hold and those `before` do not, confirmed or not."""
    return [leap for old, new in _rules(before, after) for leap in _new_leaps(old, new)]


def leaps_left(before: Files, after: Files) -> list[AmountLeap]:
    """Return the leaps for which the check refuses the files `after`: those that nobody confirmed."""
    left: list[AmountLeap] = []
    for old, new in _rules(before, after):
        then, now = _amounts(old), _amounts(new)
        standing = [one for name in now for one in _leaps(new.file, name, now[name])]
        left += [one for one in standing if one.day not in now[one.name].confirmed]
        left += [
            one for one, _ in _rewritten(old, new) if one.day not in now[one.name].confirmed | then[one.name].confirmed
        ]
    # A day may leap beside the one before it and beside what it said itself: the first is what people compare.
    return list({(one.file, one.name, one.day): one for one in reversed(left)}.values())[::-1]


def confirmed_days(held: bytes, name: str) -> frozenset[date]:
    """Return the days whose value of an amount is confirmed in a file of rules."""
    document = _document("", held)
    amount = _amounts(document).get(name) if document is not None else None
    return amount.confirmed if amount is not None else frozenset()


def _rules(before: Files, after: Files) -> Iterator[tuple[YamlDocument, YamlDocument]]:
    """Yield the files of rules that are others than before, as they were and as they are."""
    for name, held in after.items():
        if name.endswith("/rules.yaml") and name in before and held != before[name]:
            old, new = _document(name, before[name]), _document(name, held)
            if old is not None and new is not None:
                yield old, new


def _document(name: str, held: bytes) -> YamlDocument | None:
    text = decoded(held)
    # Its own mistakes are told where it is read.
    return read_text(name, plain_text(text), Mistakes()) if text is not None else None


def _leaps(file: str, name: str, amount: _DatedFigures) -> Iterator[AmountLeap]:
    """Yield each value of an amount that leaps beside the one of the day before it in the list."""
    figures = sorted((day, figure) for day, (figure, _) in amount.values.items())
    for (_, before), (day, after) in pairwise(figures):
        if is_leap(before, after):
            yield AmountLeap(file, name, amount.unit, day, before, after)


def _rewritten(old: YamlDocument, new: YamlDocument) -> Iterator[tuple[AmountLeap, str]]:
    """Yield each value that leaps beside what the same day said before, and how that day is written."""
    now = _amounts(new)
    for name, amount in _amounts(old).items():
        for day, (figure, _) in amount.values.items():
            after = now[name].values.get(day) if name in now and now[name].unit == amount.unit else None
            if after is not None and is_leap(figure, after[0]):
                yield AmountLeap(new.file, name, amount.unit, day, figure, after[0]), after[1]


def _new_leaps(old: YamlDocument, new: YamlDocument) -> list[AmountLeap]:
    then, now = _amounts(old), _amounts(new)
    stood = {one for name in then for one in _leaps(new.file, name, then[name])}
    standing = [one for name in now for one in _leaps(new.file, name, now[name])]
    found = [one for one in standing if one not in stood]
    return list(dict.fromkeys([*found, *(one for one, _ in _rewritten(old, new))]))


def _check_amounts(old: YamlDocument | None, new: YamlDocument | None, mistakes: Mistakes) -> None:
    if old is None or new is None:
        return
    then, now = _amounts(old), _amounts(new)
    for leap, written in _rewritten(old, new):
        if leap.day not in now[leap.name].confirmed | then[leap.name].confirmed:
            where = new.where("amounts", leap.name, "from", written)
            shown = {"before": f"{leap.before:,.10g}", "after": f"{leap.after:,.10g}"}
            mistakes.add("amount_leaps", where, name=leap.name, day=leap.day, **shown)


def _amounts(document: YamlDocument) -> Mapping[str, _DatedFigures]:
    """Return the amounts of a rules file by name; what cannot be read is left out."""
    found: dict[str, _DatedFigures] = {}
    whole = document.value if isinstance(document.value, dict) else {}
    amounts = whole.get("amounts")
    for name, shape in amounts.items() if isinstance(amounts, dict) else ():
        if not isinstance(shape, dict) or not isinstance(shape.get("from"), dict):
            continue
        unit = _UNITS.get(str(shape.get("unit")))
        if unit is None:
            continue
        values: dict[date, tuple[float, str]] = {}
        for raw, told in shape["from"].items():
            day, figure = _day(raw), figure_written(told, unit)
            if day is not None and figure is not None:
                values[day] = figure, raw
        listed = shape.get("confirmed")
        days = map(_day, listed if isinstance(listed, list) else ())
        found[name] = _DatedFigures(unit, values, frozenset(day for day in days if day is not None))
    return found


def _check_stations(old: YamlDocument | None, new: YamlDocument | None, today: date, mistakes: Mistakes) -> None:
    if old is None or new is None:
        return
    known = {(town, day) for _, town, day in _stations(old)}
    for index, town, day in _stations(new):
        if day is not None and (town, day) not in known and (today - day).days > _LONG_PAST:
            mistakes.add("station_past", new.where("stations", index, "on"), city=town, day=day)


def _stations(document: YamlDocument) -> list[tuple[int, str, date | None]]:
    whole = document.value if isinstance(document.value, dict) else {}
    listed = whole.get("stations")
    found: list[tuple[int, str, date | None]] = []
    for index, station in enumerate(listed if isinstance(listed, list) else ()):
        city = station.get("city") if isinstance(station, dict) else None
        if isinstance(city, dict):
            found.append((index, str(city.get("ar")), _day(station.get("on"))))
    return found


def _day(written: Any) -> date | None:
    try:
        return day_written(written)
    except PydanticCustomError:
        return None
