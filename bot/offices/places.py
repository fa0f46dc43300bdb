"""Places of Morocco, which one a person means by their words or by a shared position, and the offices that serve it.

A place is never guessed: when a name may mean several, or is not clearly one, the reading says so and the person is
asked. Built once from rows; reads no file. The office of a person's region is the one competent, however near another
may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Final, Literal, NewType

from bot.language.folding import CHILDREN, folded
from bot.message import LANGUAGES, Text
from bot.offices.mentions import Listener, Mention
from bot.offices.names import NameIndex
from bot.offices.words import PlaceKind, PlaceWords, Spelling

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


def nearest_point(here: Point, points: Sequence[Point]) -> int:
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


#: A place of `flows/places.csv`, in small Latin letters.
PlaceId = NewType("PlaceId", str)

#: Most places offered when a name is unsure.
_OFFERED: Final = 5
#: People from which a town's name is taken at its word however short (Fès, Salé; not Tit or Zag).
_TOWN: Final = 100_000
#: People from which a commune is recognised in spite of a wrong letter.
_KNOWN: Final = 40_000
#: How many texts' readings are kept ready.
_KEPT_READINGS: Final = 64


@dataclass(frozen=True, slots=True)
class Place:
    """A region, a province (or prefecture), or a commune (or an arrondissement of one)."""

    id: PlaceId
    kind: PlaceKind
    name: Text
    #: The province's French name, as in `flows/provinces.csv`; None for a region.
    province: str | None
    #: 1–12, in the official order of the regions.
    region: int
    lat: float
    lon: float

    @property
    def point(self) -> Point:
        """Return the centre of the place."""
        return Point(self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What the gazetteer is built from: a place, how many live there, its further official spellings."""

    place: Place
    people: int = 0
    spellings: tuple[str, ...] = ()
    #: A part of a town: its name is never taken for a town's.
    is_quarter: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What people say for one place, or for one of several."""

    said: str
    places: tuple[PlaceId, ...]


@dataclass(frozen=True, slots=True)
class Sure:
    """The one place that was meant; `whole` when the message says nothing else."""

    place: Place
    whole: bool


@dataclass(frozen=True, slots=True)
class Unsure:
    """The places of which one may be meant, the one with most people first; `whole` as in `Sure`."""

    choices: tuple[Place, ...]
    whole: bool
    #: Whether none of them may be meant, but a smaller place of that name: then one choice may be all there is.
    is_vague: bool = False
    #: Whether each of them was named: «تيزنيت ولا أكادير» are two places, not two of one name.
    are_named: bool = False

    @property
    def region(self) -> int | None:
        """Return the region that all choices are in: then only the place is asked, and the office is known."""
        regions = {place.region for place in self.choices}
        return regions.pop() if len(regions) == 1 and not self.is_vague else None


@dataclass(frozen=True, slots=True)
class NoPlace:
    """No place was read."""


PlaceReading = Sure | Unsure | NoPlace


def _without_children_of(text: str) -> str | None:
    """Return a message without the word that makes people of a place of it; None where there is none."""
    if CHILDREN.isdisjoint(folded(text).split()):
        return None
    words = text.split()
    rest = [word for word in words if folded(word) not in CHILDREN]
    return " ".join(rest) if rest and len(rest) < len(words) else None


class Gazetteer:
    """All places, by id, by what people call them, and by position."""

    def __init__(
        self, rows: Sequence[PlaceRow], sayings: Iterable[Saying], words: PlaceWords, border: Sequence[Point]
    ) -> None:
        """Take the rows, what people say, the words around names, and the outline within which positions are read."""
        self._places: dict[PlaceId, Place] = {row.place.id: row.place for row in rows}
        self._people = {row.place.id: row.people for row in rows}
        self._regions = {place.region: place for place in self._places.values() if place.kind == "region"}
        self._provinces = {place.province: place for place in self._places.values() if place.kind == "province"}
        self._communes = [place for place in self._places.values() if place.kind == "commune"]
        self._points = [place.point for place in self._communes]
        self._border = tuple(border)
        self._readings: dict[str, tuple[PlaceReading, frozenset[str]]] = {}
        spelling = Spelling(words)
        official = [(name, row.place.id) for row in rows for name in (*row.place.name.every(), *row.spellings)]
        said = [(saying.said, place) for saying in sayings for place in saying.places]
        towns = frozenset(
            row.place.id for row in rows if row.place.kind == "commune" and row.people >= _TOWN and not row.is_quarter
        )
        known = frozenset(row.place.id for row in rows if row.place.kind != "commune" or row.people >= _KNOWN)
        quarters = frozenset(row.place.id for row in rows if row.is_quarter)
        self._listener = Listener(
            words, spelling, NameIndex(spelling, official, said, known), towns=towns, quarters=quarters
        )

    @property
    def places(self) -> Mapping[PlaceId, Place]:
        """Return every place by its id."""
        return self._places

    def region(self, number: int) -> Place:
        """Return the region with this number, 1–12."""
        return self._regions[number]

    def province(self, name: str) -> Place | None:
        """Return the province with this French name, as in `flows/provinces.csv`."""
        return self._provinces.get(name)

    def read(self, text: str) -> PlaceReading:
        """Return the place that `text` names; kept for a few texts, since a turn asks for one several times."""
        return self._known(text)[0]

    def named(self, text: str) -> list[Place]:
        """Return the places that `text` names, in their order, of namesakes the one with most people."""
        mentions, _, _ = self._listener.mentions(text)
        return [self._candidates(mention)[0] for mention in mentions]

    def words_of_names(self, text: str) -> frozenset[str]:
        """Return the folded words of `text` that are part of a place's name, or stand right beside one."""
        return self._known(text)[1]

    def _known(self, text: str) -> tuple[PlaceReading, frozenset[str]]:
        known = self._readings.get(text)
        if known is None:
            if len(self._readings) >= _KEPT_READINGS:
                self._readings.clear()
            mentions, is_whole, words = self._listener.mentions(text)
            known = (self._meant(mentions, whole=is_whole), words)
            if isinstance(known[0], NoPlace) and (town := _without_children_of(text)) is not None:
                known = self._known(town)
            self._readings[text] = known
        return known

    def _meant(self, mentions: Sequence[Mention], *, whole: bool) -> PlaceReading:
        """Return the place that the mentions of one message mean together."""
        if not mentions:
            return NoPlace()
        is_vague = all(mention.is_vague for mention in mentions)
        told = [self._candidates(mention) for mention in mentions]
        choices = self._settled(told if is_vague else self._firm(mentions, told))
        if len(choices) == 1 and not (is_vague and len(mentions) == 1):
            return Sure(choices[0], whole)
        offered = self._offered(choices, mentions)
        naming = [sum(place in offered for place in places) for places in told]
        are_named = len(mentions) > 1 and all(naming) and sum(naming) == len(offered)
        return Unsure(offered, whole, is_vague, are_named)

    def at(self, lat: float, lon: float) -> Place | None:
        """Return the commune nearest to a position, or None outside the country.

        The outline is the one Morocco gives its territory, widened by about 1 km for beaches and harbours and
        without Sebta and Melilla; it is true to about 1 km. Communes are known by their centre: measured over 18,000
        positions, the region is right 98.6 % of the time and the province 95.6 %, wrong ones lying along the limits.
        """
        here = Point(lat, lon)
        if not is_inside(here, self._border):
            return None
        return self._communes[nearest_point(here, self._points)]

    def _offered(self, choices: Sequence[Place], mentions: Sequence[Mention]) -> tuple[Place, ...]:
        """Return as many places as can be offered: those of the very name before those whose name goes on after it."""
        first = {mention.places[0] for mention in mentions}
        kept = sorted(choices, key=lambda place: place.id not in first)[:_OFFERED]
        return tuple(place for place in choices if place in kept)

    def _firm(self, mentions: Sequence[Mention], told: Sequence[list[Place]]) -> list[list[Place]]:
        """Return what the mentions may mean, of the vague ones only what is by a place that another one names."""
        by = [place for mention, places in zip(mentions, told, strict=True) if not mention.is_vague for place in places]
        near = ([place for place in places if any(_share(place, one) for one in by)] for places in told)
        return [
            (places if not mention.is_vague else close)
            for mention, places, close in zip(mentions, told, near, strict=True)
            if close
        ]

    def _candidates(self, mention: Mention) -> list[Place]:
        """Return the places a mention may mean, the kind named before it heeded, the most people first."""
        places = [self._places[PlaceId(id_)] for id_ in mention.places]
        places.sort(key=lambda place: -self._people[place.id])
        match mention.kind:
            case "region":
                regions = {place.region for place in places}
                return [self._regions[number] for number in sorted(regions)]
            case "province":
                named = [place for place in map(self._province_named_for, places) if place]
                return list(dict.fromkeys(named)) or places
            case "commune" | None:
                # A province and its chief town share a name: the town is meant.
                towns = {place.province for place in places if place.kind == "commune"}
                return [place for place in places if place.kind != "province" or place.province not in towns]

    def _province_named_for(self, place: Place) -> Place | None:
        """Return the province that `place` is, or is the chief town of by its name."""
        province = self._provinces.get(place.province) if place.province else None
        if province is None or place.kind == "province":
            return province
        return (
            province if any(folded(place.name.of(one)) in folded(province.name.of(one)) for one in LANGUAGES) else None
        )

    def _settled(self, mentions: list[list[Place]]) -> list[Place]:
        """Return the one place that fits all mentions (its name, its province…), or all that may be meant."""
        narrowed = []
        for index, places in enumerate(mentions):
            others = [other for position, other in enumerate(mentions) if position != index]
            fitting = [
                place for place in places if all(any(_share(place, one) for one in other) for other in others if other)
            ]
            narrowed.append(fitting or places)
        found = list(dict.fromkeys(place for places in narrowed for place in places))
        if any(len(places) > 1 for places in narrowed):
            return found
        smallest = [place for place in found if not any(self._holds(place, other) for other in found)]
        if len(smallest) > 1 and len({place.province for place in smallest}) == 1:
            return smallest[:1]
        return smallest

    def _holds(self, place: Place, other: Place) -> bool:
        """Return whether `place` was named only to say where `other` is."""
        if place.id == other.id or not _share(place, other):
            return False
        match place.kind, other.kind:
            case "region", _:
                return other.kind != "region"
            case "province", _:
                return other.kind == "commune"
            case _:
                return (
                    other.kind == "commune"
                    and self._province_named_for(place) is not None
                    and (self._province_named_for(other) is None)
                )


def _share(place: Place, other: Place) -> bool:
    """Return whether two places are in one province, or in one region where only a region is known."""
    if place.province is None or other.province is None:
        return place.region == other.region
    return place.province == other.province


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
