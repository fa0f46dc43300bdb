"""The caravan's stations read from `flows/caravan.yaml`."""

from datetime import date
from pathlib import Path

from bot.content.reading import Mistakes, read
from bot.content.shaping import Model, Words, shaped
from bot.message import MAIN, Confidence
from bot.offices.offices import Station


class _Station(Model):
    city: Words
    on: date | None = None
    #: The last day on which what is told of it holds: of a station to come, its day.
    until: date | None = None


class _Source(Model):
    url: str
    read: date
    published: str
    confidence: Confidence


class _Caravan(Model):
    stations: tuple[_Station, ...]
    source: _Source


#: How many days before its end a station is told to those who look after the file.
_ENDS_SOON = 60


def read_stations(root: Path, mistakes: Mistakes, today: date | None = None) -> tuple[Station, ...] | None:
    """Return the stations in their order, None when the file cannot be used.

    With `today`, ends that are near are told too.
    """
    document = read(root, root / "flows" / "caravan.yaml", mistakes)
    caravan = shaped(_Caravan, document, mistakes) if document else None
    if caravan is None:
        return None
    assert document is not None
    for index, station in enumerate(caravan.stations):
        if today is not None and station.until is not None and (station.until - today).days <= _ENDS_SOON:
            where = document.where("stations", index, "until")
            mistakes.warn("station_ends", where, city=station.city.text().of(MAIN), until=station.until)
    source = caravan.source
    return tuple(
        Station(one.city.text(), one.on, source.url, source.published, source.confidence, one.until)
        for one in caravan.stations
    )
