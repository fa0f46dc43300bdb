"""Offices, and which of them serves a place.

The office of a person's region is the one competent, however near another may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.message import Text
from bot.offices.places import Place, Point, distance

#: brce: regional foreign trade office; cri: regional investment centre; dr_artisanat: regional directorate of craft.
OfficeKind = Literal["brce", "cri", "dr_artisanat", "chamber", "maison_artisan"]


@dataclass(frozen=True, slots=True)
class Office:
    """One office and what is known of it; None for what is not known."""

    id: str
    kind: OfficeKind
    #: 1–12.
    region: int
    name: Text
    city: Text
    #: True when the city is only presumed: the capital of the region.
    city_presumed: bool
    point: Point
    address: Text | None = None
    #: What to look for on a map, where the street is known.
    sought: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    source_url: str | None = None
    #: When the source was published, as it tells: a year, a month or a day.
    source_date: str | None = None
    confidence: str = "uncertain"


@dataclass(frozen=True, slots=True)
class Reach:
    """An office as seen from a place; `metres` along the great circle."""

    office: Office
    is_competent: bool
    metres: float


@dataclass(frozen=True, slots=True)
class Station:
    """A station of the caravan; `on` is None when its date was not published."""

    city: Text
    on: date | None
    source_url: str
    #: When the source was published: a year, a month or a day.
    published: str
    confidence: str
    #: The last day on which what is told of it holds; None when it is told of the past.
    until: date | None = None


def nearest(place: Place, offices: Sequence[Office], kind: OfficeKind) -> list[Reach]:
    """Return the offices of `kind`, the one competent for the region first, then by distance.

    Distance is along the great circle, in metres; roads are not considered.
    """
    reaches = [
        Reach(office, office.region == place.region, distance(place.point, office.point))
        for office in offices
        if office.kind == kind
    ]
    return sorted(reaches, key=lambda reach: (not reach.is_competent, reach.metres))
