"""The caravan's stations read from `flows/caravan.yaml`."""

from pathlib import Path

from bot.content.ages import Ages
from bot.content.reading import Mistakes, read
from bot.content.shaping import Day, Model, Published, Words, shaped
from bot.message import MAIN, Confidence
from bot.offices.offices import Station


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
    return tuple(
        Station(one.city.text(), one.on, source.url, source.published, source.confidence, one.until)
        for one in caravan.stations
    )
