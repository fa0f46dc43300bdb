"""What of the content is old or weak on a day: ends, what was read long ago, weak sources, contacts nobody knows.

It is read from the files as they are written, so that each finding has its line; nothing here keeps content from going
live. How old is too old is said by `flows/ages.yaml`, kind by kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from bot.content.ages import Ages, StatementKind, read_ages
from bot.content.places import read_gazetteer
from bot.content.reading import KeyPath, Mistakes, Where, YamlDocument, read
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
