"""What an edit may not change unasked, seen only beside the files before: sums that leap, days that lie long back.

Each has a remedy that says «yes, that is meant» in the file itself, so that a hand at the files, the staff room and a
running guide all ask the same once.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic_core import PydanticCustomError

from bot.content.files import Files, decoded, plain_text
from bot.content.proofs import is_leap
from bot.content.reading import Mistakes, YamlDocument, read_text
from bot.content.shaping import day_written, figure_written

#: Days after which a station that is new to the list is taken for one whose year is wrong.
_LONG_PAST: Final = 60
_CARAVAN: Final = "flows/caravan.yaml"


def check_changes(before: Files, after: Files, today: date | None, mistakes: Mistakes) -> None:
    """Note what differs from the files before in a way that is nearly always a slip."""
    for name, held in after.items():
        if held == before.get(name) or name not in before:
            continue
        if name.endswith("/rules.yaml"):
            _check_amounts(_document(name, before[name]), _document(name, held), mistakes)
        elif name == _CARAVAN and today is not None:
            _check_stations(_document(name, before[name]), _document(name, held), today, mistakes)


def _document(name: str, held: bytes) -> YamlDocument | None:
    text = decoded(held)
    # Its own mistakes are told where it is read.
    return read_text(name, plain_text(text), Mistakes()) if text is not None else None


def _check_amounts(old: YamlDocument | None, new: YamlDocument | None, mistakes: Mistakes) -> None:
    if old is None or new is None:
        return
    for name, (unit, values, confirmed_then) in _amounts(old).items():
        unit_now, values_now, confirmed = _amounts(new).get(name, (unit, {}, ()))
        for day, (figure, _) in values.items():
            now = values_now.get(day)
            if (
                now is not None
                and unit == unit_now
                and is_leap(figure, now[0])
                and day not in (*confirmed, *confirmed_then)
            ):
                where = new.where("amounts", name, "from", now[1])
                shown = {"before": f"{figure:,.10g}", "after": f"{now[0]:,.10g}"}
                mistakes.add("amount_leaps", where, name=name, day=day, **shown)


def _amounts(document: YamlDocument) -> Mapping[str, tuple[str, dict[date, tuple[float, str]], tuple[date, ...]]]:
    """Return the amounts of a rules file: unit, values by day with how the day is written, and the days confirmed."""
    found: dict[str, tuple[str, dict[date, tuple[float, str]], tuple[date, ...]]] = {}
    whole = document.value if isinstance(document.value, dict) else {}
    amounts = whole.get("amounts")
    for name, shape in amounts.items() if isinstance(amounts, dict) else ():
        if not isinstance(shape, dict) or not isinstance(shape.get("from"), dict):
            continue
        unit = shape.get("unit")
        values: dict[date, tuple[float, str]] = {}
        for raw, told in shape["from"].items():
            day = _day(raw)
            figure = figure_written(told, unit) if unit in {"DH", "percent", "years", "number"} else None
            if day is not None and figure is not None:
                values[day] = figure, raw
        listed = shape.get("confirmed")
        days = map(_day, listed if isinstance(listed, list) else ())
        found[name] = str(unit), values, tuple(day for day in days if day is not None)
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
