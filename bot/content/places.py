"""`flows/places.csv`, `border.csv`, `place_aliases.yaml` and `place_words.yaml` read into one gazetteer.

The two tables are built (`make places`) and checked against `provinces.csv`, which every rule goes by; the two YAML
files are the writers'.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from bot.content.reading import Mistakes, Where, YamlDocument, file_text, read
from bot.content.shaping import Model, shaped
from bot.language.folding import folded
from bot.message import LANGUAGES, Text
from bot.offices.places import Gazetteer, Place, PlaceId, PlaceRow, Point, Saying
from bot.offices.words import PlaceKind, PlaceWords, Thing

_KINDS: Mapping[str, PlaceKind] = {
    "region": "region",
    "province": "province",
    "commune": "commune",
    "arrondissement": "commune",
}
#: Between the further spellings of one row.
_BAR = "|"


class _Several(Model):
    said: list[str]
    choices: list[str]


class _Aliases(Model):
    places: dict[str, list[str]]
    several: tuple[_Several, ...] = ()


class _Thing(Model):
    names: list[str]
    beside: list[str]


class _Words(Model):
    before: list[str]
    place_follows: list[str]
    kinds: dict[Literal["region", "province", "commune"], list[str]]
    small: list[str]
    attached: list[str]
    within: list[str]
    from_there: list[str]
    joined: list[str]
    articles: list[str]
    links: list[str]
    heads: list[list[str]]
    kin: list[str]
    everywhere: list[str]
    parts: list[str]
    roads: list[str]
    products: list[str]
    makers: list[str]
    owners: list[str]
    things: list[_Thing]
    also_words: list[str]
    only_alone: list[str]
    ordinary: list[str]


def read_gazetteer(root: Path, mistakes: Mistakes) -> Gazetteer | None:
    """Return the gazetteer of the content in `root`, or None when one of its files cannot be read at all."""
    rows = list(_rows(root, mistakes))
    border = list(_border(root, mistakes))
    words = read(root, root / "flows" / "place_words.yaml", mistakes)
    aliases = read(root, root / "flows" / "place_aliases.yaml", mistakes)
    if not rows or not border or words is None or aliases is None:
        return None
    shape = shaped(_Words, words, mistakes)
    said = shaped(_Aliases, aliases, mistakes)
    if shape is None or said is None:
        return None
    _check_words(shape, words, mistakes)
    sayings = list(_sayings(said, {row.place.id for row in rows}, aliases, mistakes))
    return Gazetteer(rows, sayings, _words(shape), border)


def _table(root: Path, name: str, mistakes: Mistakes) -> Iterator[tuple[Where, Mapping[str, str]]]:
    path = root / "flows" / name
    relative = path.relative_to(root).as_posix()
    text = file_text(path, relative, mistakes)
    if text is None:
        return
    reader = csv.DictReader(text.splitlines())
    try:
        for row in reader:
            yield Where(relative, reader.line_num), row
    except csv.Error as error:
        mistakes.add("not_yaml", Where(relative, reader.line_num), problem=str(error))


def _rows(root: Path, mistakes: Mistakes) -> Iterator[PlaceRow]:
    provinces = {row.get("province_fr"): row.get("region") for _, row in _table(root, "provinces.csv", mistakes)}
    seen: set[str] = set()
    for where, row in _table(root, "places.csv", mistakes):
        try:
            place = Place(
                id=PlaceId(row["id"]),
                kind=_KINDS[row["kind"]],
                name=Text({language: row[f"name_{language}"] for language in LANGUAGES}),
                province=row["province"] or None,
                region=int(row["region"]),
                lat=float(row["lat"]),
                lon=float(row["lon"]),
            )
            people = int(row["people"] or 0)
            spellings = tuple(filter(None, row["aliases"].split(_BAR)))
        except (KeyError, ValueError, TypeError, AttributeError):
            mistakes.add("place_unreadable", where)
            continue
        if not (place.id.isascii() and place.id and all(place.name.every()) and 1 <= place.region <= 12):
            mistakes.add("place_unreadable", where)
        elif place.id in seen:
            mistakes.add("place_twice", where, id=place.id)
        elif (place.province is None) != (place.kind == "region") or (
            place.province is not None and provinces.get(place.province) != str(place.region)
        ):
            mistakes.add("place_province_unknown", where, name=place.province or "")
        else:
            seen.add(place.id)
            yield PlaceRow(place, people, spellings, is_quarter=row["kind"] == "arrondissement")


def _border(root: Path, mistakes: Mistakes) -> Iterator[Point]:
    for where, row in _table(root, "border.csv", mistakes):
        try:
            yield Point(float(row["lat"]), float(row["lon"]))
        except (KeyError, ValueError, TypeError):
            mistakes.add("border_unreadable", where)


def _sayings(said: _Aliases, known: set[PlaceId], document: YamlDocument, mistakes: Mistakes) -> Iterator[Saying]:
    for id_, names in said.places.items():
        place = PlaceId(id_)
        if place not in known:
            mistakes.add("place_unknown", document.where("places", id_), id=id_)
            continue
        seen: set[str] = set()
        for index, name in enumerate(names):
            if folded(name) in seen:
                mistakes.warn("saying_twice", document.where("places", id_, index), said=name)
                continue
            seen.add(folded(name))
            yield Saying(name, (place,))
    for index, several in enumerate(said.several):
        where = document.where("several", index, "choices")
        places = tuple(PlaceId(id_) for id_ in several.choices)
        for unknown in (place for place in places if place not in known):
            mistakes.add("place_unknown", where, id=unknown)
        if len(set(places)) < 2:
            mistakes.add("saying_single", where, said=several.said[0] if several.said else "")
        elif known.issuperset(places):
            yield from (Saying(name, places) for name in several.said)


def _check_words(words: _Words, document: YamlDocument, mistakes: Mistakes) -> None:
    first = {folded(group[0]) for group in words.heads if group}
    for index, word in enumerate(words.kin):
        if folded(word) not in first:
            mistakes.add("head_unknown", document.where("kin", index), word=word)


def _words(words: _Words) -> PlaceWords:
    return PlaceWords(
        before=tuple(words.before),
        place_follows=tuple(words.place_follows),
        kinds={kind: tuple(said) for kind, said in words.kinds.items()},
        small=tuple(words.small),
        attached=tuple(words.attached),
        within=tuple(words.within),
        from_there=tuple(words.from_there),
        joined=tuple(words.joined),
        articles=tuple(words.articles),
        links=tuple(words.links),
        heads=tuple(tuple(group) for group in words.heads),
        kin=tuple(words.kin),
        everywhere=tuple(words.everywhere),
        parts=tuple(words.parts),
        roads=tuple(words.roads),
        products=tuple(words.products),
        makers=tuple(words.makers),
        owners=tuple(words.owners),
        things=tuple(Thing(tuple(thing.names), tuple(thing.beside)) for thing in words.things),
        also_words=tuple(words.also_words),
        only_alone=tuple(words.only_alone),
        ordinary=tuple(words.ordinary),
    )
