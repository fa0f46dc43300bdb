"""Distances on the globe and a country's outline.

The earth is taken as a ball, which errs by less than half a percent: offices are chosen by it, roads are not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Final

#: Mean radius of the earth, in metres (IUGG).
_RADIUS: Final = 6_371_009


@dataclass(frozen=True, slots=True)
class Point:
    """A position, in degrees (WGS 84)."""

    lat: float
    lon: float


def distance(here: Point, there: Point) -> float:
    """Return the metres between two positions along the great circle."""
    lat_here, lat_there = radians(here.lat), radians(there.lat)
    half_lat = sin((lat_there - lat_here) / 2)
    half_lon = sin(radians(there.lon - here.lon) / 2)
    return 2 * _RADIUS * asin(sqrt(half_lat**2 + cos(lat_here) * cos(lat_there) * half_lon**2))


def nearest(here: Point, points: Sequence[Point]) -> int:
    """Return the index of the one of `points` nearest to `here`; right for distances up to some hundred kilometres."""
    lat, lon, narrowing = here.lat, here.lon, cos(radians(here.lat))
    return min(
        range(len(points)), key=lambda index: hypot(points[index].lat - lat, (points[index].lon - lon) * narrowing)
    )


def is_inside(here: Point, outline: Sequence[Point]) -> bool:
    """Return whether `here` is within the closed `outline`: a line to the pole crosses it an odd number of times."""
    inside = False
    before = outline[-1]
    for corner in outline:
        if (corner.lon > here.lon) != (before.lon > here.lon):
            share = (here.lon - before.lon) / (corner.lon - before.lon)
            if before.lat + share * (corner.lat - before.lat) > here.lat:
                inside = not inside
        before = corner
    return inside
