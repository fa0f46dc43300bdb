"""The offices read from `flows/offices.yaml` and the caravan's stations from `flows/caravan.yaml`.

An office stands where its city stands in the gazetteer.
"""

from datetime import date
from pathlib import Path
from typing import Literal

from bot.content.ages import Ages
from bot.content.reading import Mistakes, YamlDocument, read
from bot.content.shaping import Model, Published, Words, shaped
from bot.content.writing import Day, Mailbox, Phone, Site
from bot.language.folding import folded
from bot.message import MAIN, Confidence
from bot.offices.offices import Office, OfficeKind, Station
from bot.offices.places import Gazetteer, Sure


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
