"""What changes between two days with nobody editing: amounts, conditions, schemes, examples, ends, stations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from bot.content.conditions import value
from bot.content.reading import Mistakes, Where, read
from bot.content.stale import stale_things
from bot.eligibility.amounts import on_day
from bot.eligibility.assessment import assessed
from bot.eligibility.facts import Refused, taken
from bot.eligibility.scheme import Rulebook, Scheme

#: What a difference is about.
ComparedPart = Literal["scheme", "amount", "condition", "example", "end", "station"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise on the later day; `before` and `after` are None where it is not there."""

    subject: ComparedPart
    about: str
    before: str | None
    after: str | None
    where: Where


def differences(root: Path, rules: Rulebook, before: date, after: date) -> list[Difference]:
    """Return what differs between two days, schemes in the writer's order, then ends and stations by file and line."""
    found: list[Difference] = []
    for scheme in rules.schemes.values():
        found += _of_scheme(root, scheme, before, after)
    for thing in stale_things(root, after):
        if thing.what == "ended" and thing.day is not None and before <= thing.day < after:
            found.append(Difference("end", thing.about, None, f"ended {thing.day.isoformat()}", thing.where))
    return [*found, *_stations(root, before, after)]


def _of_scheme(root: Path, scheme: Scheme, before: date, after: date) -> Iterator[Difference]:
    document = read(root, root / "flows" / scheme.id / "rules.yaml", Mistakes())
    if document is None:
        return
    days = (before, after)
    there, there_later = _presence(scheme, before), _presence(scheme, after)
    if there != there_later:
        yield Difference("scheme", scheme.id, there, there_later, document.where("in_force"))
    old, new = [
        {
            str(name): f"{amount.value:g}" + (f" (until {amount.ended.isoformat()})" if amount.ended else "")
            for name, amount in on_day(scheme.amounts, day).items()
        }
        for day in days
    ]
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield Difference("amount", name, old.get(name), new.get(name), document.where("amounts", name))
    earlier, later = [
        {one.id: one.that for one in scheme.conditions_on(day)} if scheme.in_force(day) else {} for day in days
    ]
    for id_ in dict.fromkeys([*earlier, *later]):
        if earlier.get(id_) != later.get(id_):
            was, is_now = [("as it is" if id_ in one else None) for one in (earlier, later)]
            if id_ in earlier and id_ in later:
                was, is_now = ["an office says" if _is_left(scheme, id_, day) else "decides" for day in days]
            path = ("call",) if id_ == "call" else ("requires", id_)
            yield Difference("condition", f"{scheme.id}/{id_}", was, is_now, document.where(*path))
    for index, example in enumerate(document.value.get("examples") or ()):
        was, is_now = [_verdict(scheme, example.get("given") or {}, day) for day in days]
        if was != is_now:
            about = f"{scheme.id}/examples/{index + 1}"
            yield Difference("example", about, was, is_now, document.where("examples", index))


def _presence(scheme: Scheme, day: date) -> str | None:
    if not scheme.in_force(day):
        return None
    return f"until {scheme.period.until}, to be confirmed" if scheme.period.ended(day) else "in force"


def _is_left(scheme: Scheme, condition: str, day: date) -> bool:
    """Return whether an office says of a condition what the file would have decided."""
    written = {one.id: one.that for one in scheme.conditions}
    return any(one.id == condition and one.that != written[condition] for one in scheme.conditions_on(day))


def _verdict(scheme: Scheme, given: dict[str, Any], day: date) -> str | None:
    known = {}
    for fact, raw in given.items():
        fitting = taken(scheme.terms, fact, value(scheme.terms, fact, raw))
        if isinstance(fitting, Refused):
            return None
        known[fact] = fitting
    assessment = assessed(scheme, known, day)
    return assessment.verdict if assessment is not None else None


def _stations(root: Path, before: date, after: date) -> Iterator[Difference]:
    document = read(root, root / "flows" / "caravan.yaml", Mistakes())
    stations = document.value.get("stations", ()) if document is not None else ()
    for index, station in enumerate(stations):
        assert document is not None
        told = str(station.get("on", ""))
        if before.isoformat() < told <= after.isoformat():
            where = document.where("stations", index)
            yield Difference("station", str(station["city"]["fr"]), "to come", f"on {told}", where)
