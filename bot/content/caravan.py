"""The caravan's stations read from `flows/caravan.yaml`."""

from datetime import date
from pathlib import Path
from typing import Literal

from bot.content.reading import Mistakes, read
from bot.content.shaping import Model, Words, shaped
from bot.message import Text
from bot.offices.offices import Station


class _Station(Model):
    city: Words
    on: date | None = None


class _Source(Model):
    url: str
    read: date
    published: str
    confidence: Literal["official", "press", "single", "uncertain"]


class _Caravan(Model):
    stations: tuple[_Station, ...]
    source: _Source


def read_stations(root: Path, mistakes: Mistakes) -> tuple[Station, ...] | None:
    """Return the stations in their order, None when the file cannot be used."""
    document = read(root, root / "flows" / "caravan.yaml", mistakes)
    caravan = shaped(_Caravan, document, mistakes) if document else None
    if caravan is None:
        return None
    source = caravan.source
    return tuple(
        Station(Text(one.city.ar, one.city.fr), one.on, source.url, source.published, source.confidence)
        for one in caravan.stations
    )
