"""What time does to the content: what of it is old or weak on a day, and what changes between two days.

Old or weak are ends, what was read long ago, weak sources, contacts nobody knows.

It is read from the files as they are written, so that each finding has its line; nothing here keeps content from going
live. How old is too old is said by `flows/ages.yaml`, kind by kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from bot.content.ages import Ages, StatementKind, read_ages
from bot.content.conditions import value
from bot.content.places import read_gazetteer
from bot.content.reading import KeyPath, Mistakes, Where, YamlDocument, read
from bot.eligibility.amounts import on_day
from bot.eligibility.assessment import assessed
from bot.eligibility.facts import Refused, taken
from bot.eligibility.scheme import Rulebook, Scheme
from bot.message import MAIN
from bot.offices.places import Gazetteer, Sure

#: What is stale: its end is past, or near; it was read, or published, too long ago; its source is weak; a contact of an
#: office is not known.
Staleness = Literal["ended", "ends_soon", "read_long_ago", "weak_source", "contact_empty"]
STALENESS: tuple[Staleness, ...] = ("ended", "ends_soon", "read_long_ago", "weak_source", "contact_empty")
_WEAK = ("single", "uncertain")
_CONTACTS = ("phone", "address")
_OFFICES = "flows/offices.yaml"


@dataclass(frozen=True, slots=True)
class StaleThing:
    """One thing to look after: where it stands, what it is about, and since when or until when."""

    where: Where
    what: Staleness
    #: The id of the answer, the source, the scheme with its amount or condition, the station or the office.
    about: str
    #: The kind of statement, an id of `flows/ages.yaml`; empty where a kind says nothing of it.
    kind: str
    #: The end, or the day of reading; None where no day says it.
    day: date | None
    #: How many days the end is ahead, negative when past; or how many the reading is over its age.
    days: int | None
    #: What more there is to say: how sure the source is, or which contact is empty.
    detail: str
    #: The number of the region, where it is about one.
    region: int | None = None


def stale_things(root: Path, on: date) -> list[StaleThing]:
    """Return what is stale on a day: first what has ended, then by file and line."""
    mistakes = Mistakes()
    ages = read_ages(root, mistakes)
    if ages is None:
        return []
    gazetteer = read_gazetteer(root, mistakes)
    listed = [*sorted((root / "faq").glob("*.yaml")), *sorted((root / "flows").glob("*/rules.yaml"))]
    listed += [root / "flows" / name for name in ("sources.yaml", "caravan.yaml", "offices.yaml")]
    found: list[StaleThing] = []
    for path in listed:
        document = read(root, path, mistakes)
        if document is not None:
            found += _File(document, ages, on, gazetteer).things()
    return sorted(found, key=lambda one: (STALENESS.index(one.what), one.where, one.detail))


@dataclass(frozen=True, slots=True)
class _File:
    document: YamlDocument
    ages: Ages
    on: date
    gazetteer: Gazetteer | None

    def things(self) -> Iterator[StaleThing]:
        for group, path in _groups(self.document.value, ()):
            yield from self._ends(group, path)
            yield from self._readings(group, path)
            if group.get("confidence") in _WEAK and self._is_whole(path):
                yield self._thing("weak_source", path, "confidence", str(group["confidence"]), None, None)
            if self.document.file == _OFFICES and len(path) == 1:
                for contact in _CONTACTS:
                    if not group.get(contact):
                        yield self._thing("contact_empty", path, "id", contact, None, None)

    def _is_whole(self, path: KeyPath) -> bool:
        """Return whether a group is an answer, a source or an office: of an answer's own sources the answer speaks."""
        return "sources" not in path

    def _ends(self, group: dict[str, Any], path: KeyPath) -> Iterator[StaleThing]:
        until = _day(group.get("until"))
        if until is not None and (left := (until - self.on).days) <= self.ages.notice:
            yield self._thing("ended" if left < 0 else "ends_soon", path, "until", "", until, left)

    def _readings(self, group: dict[str, Any], path: KeyPath) -> Iterator[StaleThing]:
        kind = self._kind(group)
        if kind is None:
            return
        for key in ("read", "source_date"):
            told = _day(group.get(key))
            if told is not None and (over := (self.on - told).days - kind.days) > 0:
                yield self._thing("read_long_ago", path, key, "", told, over)

    def _kind(self, group: dict[str, Any]) -> StatementKind | None:
        # Of an office the kind is a kind of office.
        kind = None if self.document.file == _OFFICES else group.get("kind")
        return self.ages.kind_of(self.document.file, kind if isinstance(kind, str) else None)

    def _thing(
        self, what: Staleness, path: KeyPath, key: str, detail: str, day: date | None, days: int | None
    ) -> StaleThing:
        group = self._at(path)
        kind = self._kind(group)
        where = self.document.where(*path, key) if key in group else self.document.where(*path)
        return StaleThing(
            where, what, self._about(path), kind.id if kind else "", day, days, detail, self._region(path)
        )

    def _at(self, path: KeyPath) -> Any:
        value = self.document.value
        for key in path:
            value = value[key]
        return value

    def _about(self, path: KeyPath) -> str:
        """Return the nearest name above a group: an id, a city, or the keys that lead to it."""
        for length in range(len(path), 0, -1):
            group = self._at(path[:length])
            if isinstance(group, dict) and isinstance(group.get("id"), str):
                return str(group["id"])
            if isinstance(group, dict) and isinstance(group.get("city"), dict):
                return str(group["city"].get(MAIN, ""))
        keys = [str(key) for key in path if isinstance(key, str)]
        folder = Path(self.document.file).parent.name
        return "/".join([*([] if folder in {"flows", "faq"} else [folder]), *(keys or [Path(self.document.file).stem])])

    def _region(self, path: KeyPath) -> int | None:
        """Return the region of an office, or of a station by its city."""
        for length in range(len(path), 0, -1):
            group = self._at(path[:length])
            if isinstance(group, dict) and isinstance(region := group.get("region"), int):
                return region
            if isinstance(group, dict) and isinstance(group.get("city"), dict) and self.gazetteer is not None:
                match self.gazetteer.read(str(group["city"].get(MAIN, ""))):
                    case Sure(place=place):
                        return place.region
                    case _:
                        return None
        return None


def _groups(value: Any, path: KeyPath) -> Iterator[tuple[dict[str, Any], KeyPath]]:
    """Yield every group of keys within a value, with where it stands."""
    if isinstance(value, dict):
        yield value, path
        for key, part in value.items():
            yield from _groups(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _groups(part, (*path, index))


def _day(written: object) -> date | None:
    """Return a day as it is written, of a month or a year alone its first; None when it is none."""
    text = str(written) if isinstance(written, str | int) else ""
    try:
        return date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    except ValueError:
        return None


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
