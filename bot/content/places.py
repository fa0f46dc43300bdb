"""Places, offices and the caravan's stations, read from their files in `flows/`.

One gazetteer is made of `places.csv`, `border.csv`, `place_aliases.yaml` and `place_words.yaml`. The two tables are
built (`make places`) and checked against `provinces.csv`, which every rule goes by; the two YAML files are the
writers'. An office of `offices.yaml` stands where its city stands in the gazetteer.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from bot.content.ages import Ages
from bot.content.reading import Mistakes, Where, YamlDocument, file_text, read
from bot.content.shaping import Day, Mailbox, Model, Phone, Published, Site, Words, shaped
from bot.language.folding import folded
from bot.message import LANGUAGES, MAIN, Confidence, Text
from bot.offices.places import Gazetteer, Office, OfficeKind, Place, PlaceId, PlaceRow, Point, Saying, Station, Sure
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
    either: list[str]
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


#: The last gazetteer whose files had no mistake, by what they hold: who reads the content before and after an edit
#: seldom edits places, and making it takes a fifth of the time.
_MADE: dict[tuple[bytes, ...], Gazetteer] = {}
_FILES = ("places.csv", "provinces.csv", "border.csv", "place_words.yaml", "place_aliases.yaml")


def read_gazetteer(root: Path, mistakes: Mistakes) -> Gazetteer | None:
    """Return the gazetteer of the content in `root`, or None when one of its files cannot be read at all."""
    try:
        held = tuple((root / "flows" / name).read_bytes() for name in _FILES)
    except OSError:
        # What is missing is told where it is read.
        return _gazetteer_in(root, mistakes)
    if held not in _MADE:
        found = Mistakes()
        gazetteer = _gazetteer_in(root, found)
        if gazetteer is None or found.errors or found.warnings:
            mistakes.errors += found.errors
            mistakes.warnings += found.warnings
            return gazetteer
        _MADE.clear()
        _MADE[held] = gazetteer
    return _MADE[held]


def _gazetteer_in(root: Path, mistakes: Mistakes) -> Gazetteer | None:
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
        either=tuple(words.either),
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


class _Office(Model):
    id: str
    kind: OfficeKind
    region: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    name: Words
    city: Words
    city_presumed: bool = False
    address: Words | None = None
    map: str | None = None
    phone: Phone | None = None
    email: Mailbox | None = None
    website: Site | None = None
    source_url: str | None = None
    source_date: str | None = None
    confidence: Confidence


def read_offices(root: Path, gazetteer: Gazetteer | None, mistakes: Mistakes) -> tuple[Office, ...] | None:
    """Return every office; one whose city the gazetteer does not know is a mistake."""
    document = read(root, root / "flows" / "offices.yaml", mistakes)
    if document is None or gazetteer is None:
        return None
    if not isinstance(document.value, list):
        mistakes.add("not_a_list", document.where(), key="offices")
        return None
    offices: dict[str, Office] = {}
    for index in range(len(document.value)):
        shape = shaped(_Office, document, mistakes, (index,))
        if shape is None:
            continue
        if shape.id in offices:
            mistakes.add("office_twice", document.where(index, "id"), id=shape.id)
        city = shape.city.text()
        found = gazetteer.read(city.of(MAIN))
        if not isinstance(found, Sure) or found.place.region != shape.region:
            mistakes.add("office_nowhere", document.where(index, "city"), city=city.of(MAIN))
            continue
        offices[shape.id] = Office(
            shape.id,
            shape.kind,
            shape.region,
            shape.name.text(),
            city,
            shape.city_presumed,
            found.place.point,
            shape.address.text() if shape.address else None,
            shape.map,
            shape.phone,
            shape.email,
            shape.website,
            shape.source_url,
            shape.source_date,
            shape.confidence,
        )
    return tuple(offices.values())


class _Station(Model):
    city: Words
    on: Day | None = None
    #: The last day on which what is told of it holds: of a station to come, its day.
    until: Day | None = None


class _Source(Model):
    url: str
    read: Day
    published: Published
    kind: str | None = None
    confidence: Confidence


class _Caravan(Model):
    stations: tuple[_Station, ...]
    source: _Source


def _check_stations(caravan: _Caravan, document: YamlDocument, mistakes: Mistakes) -> None:
    """Note a station that stands there twice: the same town on one day, or once with its day and once without."""
    met: dict[str, list[date | None]] = {}
    for index, station in enumerate(caravan.stations):
        days = met.setdefault(folded(station.city.text().of(MAIN)), [])
        if station.on in days or (days and (station.on is None or None in days)):
            mistakes.add("station_twice", document.where("stations", index), city=station.city.text().of(MAIN))
        days.append(station.on)


def read_stations(root: Path, mistakes: Mistakes, ages: Ages | None = None) -> tuple[Station, ...] | None:
    """Return the stations in their order, None when the file cannot be used.

    With `ages`, ends that are near are told too.
    """
    document = read(root, root / "flows" / "caravan.yaml", mistakes)
    caravan = shaped(_Caravan, document, mistakes) if document else None
    if caravan is None:
        return None
    assert document is not None
    for index, station in enumerate(caravan.stations):
        if station.until is None:
            continue
        where = document.where("stations", index, "until")
        if station.on is not None and station.until < station.on:
            mistakes.add("ends_before_it_begins", where, until=station.until, since=station.on)
        if ages is not None and ages.ends_soon(station.until):
            mistakes.warn("station_ends", where, city=station.city.text().of(MAIN), until=station.until)
    source = caravan.source
    if ages is not None:
        ages.check_past(source.read, "read", document.where("source", "read"), mistakes)
    _check_stations(caravan, document, mistakes)
    return tuple(
        Station(one.city.text(), one.on, source.url, source.published, source.confidence, one.until)
        for one in caravan.stations
    )
