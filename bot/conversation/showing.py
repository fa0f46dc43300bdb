"""What the guide knows put into the writers' sentences: an office, the caravan's stations, an answer, a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final, assert_never
from unicodedata import normalize
from urllib.parse import quote_plus

from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import EntryAnswered, Event, OfficeTold
from bot.conversation.library import Library
from bot.eligibility.facts import Answers, InProvince, Measure, OneOf, YesNo
from bot.faq.entries import Entry
from bot.language.wording import count, day, line_by_line, money, named, published, years
from bot.message import MAIN, Text, in_each_language, joined
from bot.offices.places import Office, OfficeKind, Place, PlaceId, Reach, Station, Sure, nearest


@dataclass(frozen=True, slots=True)
class Passage:
    """Words for a person, and what is told with them to those who read no words.

    `heard` is what is said in their place to a person who listens; None where it is the same.
    """

    text: Text
    tells: tuple[Event, ...] = ()
    heard: Text | None = None

    def words(self, conversation: Conversation) -> str:
        """Return the words for a conversation, in its language and its way of being told."""
        if not conversation.listening:
            return self.text.of(conversation.language).strip()
        return line_by_line((self.text if self.heard is None else self.heard).of(conversation.language).strip())


def place_of(facts: Mapping[str, Value], library: Library) -> Place | None:
    """Return where the person works, if they said so and the gazetteer still has it."""
    return place_named(facts.get(library.roles.place), library)


def place_named(value: Value, library: Library) -> Place | None:
    """Return the place whose id is `value`; None when there is none."""
    return library.gazetteer.places.get(PlaceId(value)) if isinstance(value, str) else None


def case_of(facts: Mapping[str, Value], library: Library) -> Answers:
    """Return the facts as the rules know them: a place becomes its province, unknown for a whole region."""
    known, where = dict(facts), library.roles.place
    if where in known:
        place = place_of(facts, library)
        known[where] = place.province if place else None
    return known


def passage(words: Text | Passage) -> Passage:
    """Return words that tell nothing as a passage; a passage as it is."""
    return Passage(words) if isinstance(words, Text) else words


def stacked(*passages: Text | Passage, by: str = "\n") -> Passage:
    """Return passages one under another, which tell what each of them tells."""
    parts = [passage(one) for one in passages]
    heard = [part.text if part.heard is None else part.heard for part in parts]
    return Passage(
        joined(*(part.text for part in parts), by=by),
        tuple(event for part in parts for event in part.tells),
        joined(*heard, by=by) if any(part.heard is not None for part in parts) else None,
    )


def office_found(facts: Mapping[str, Value], kind: OfficeKind, library: Library) -> Iterator[Text | Passage]:
    """Yield the office competent for the person's region, then a nearer one of another region, named as such."""
    place = place_of(facts, library)
    if place is None:
        yield library.phrases.place_unknown
        return
    reaches = nearest(place, library.offices, kind)
    if not reaches:
        yield library.phrases.place_unknown
        return
    yield _competent(place, reaches[0].office, library)
    yield way_there(place, reaches[0], library)
    nearer = list(takewhile(lambda reach: reach is not reaches[0], sorted(reaches, key=lambda reach: reach.metres)))
    if nearer and place.kind != "region" and _much_nearer(nearer[0], reaches[0]):
        other = library.phrases.office_other_region.filled(
            office=nearer[0].office.name, region=library.gazetteer.region(nearer[0].office.region).name
        )
        yield Passage(other, (), _SILENCE)


#: What is left out for who listens.
_SILENCE: Final = in_each_language(lambda _: "")


def _much_nearer(other: Reach, competent: Reach) -> bool:
    """Tell whether a detour is worth a sentence: at least 20 km and a third nearer along the great circle."""
    return competent.metres - other.metres > 20_000 and other.metres < competent.metres * 2 / 3


def map_address(office: Office) -> str:
    """Return the address of a map that shows where the street of an office is, else its city.

    Opened by the application where there is one, by the browser elsewhere; Google documents a longer form ("Maps
    URLs"). In ASCII, so that no accent becomes six characters of a message.
    """
    sought = office.sought or f"{office.point.lat:.3f},{office.point.lon:.3f}"
    plain = normalize("NFD", sought).encode("ascii", "ignore").decode()
    return f"https://maps.google.com/?q={quote_plus(plain, safe=',')}"


#: Nearer than that, in metres, an office is where the person is.
_NEAR: Final = 15_000
_KILOMETRE: Final = 1_000


def _distance(place: Place, reach: Reach, library: Library) -> Iterator[Text]:
    """Yield how far an office is, to the ten kilometres where it is far; nothing where only the region is known."""
    if place.kind == "region" or reach.metres < _NEAR:
        return
    kilometres = reach.metres / _KILOMETRE
    about = round(kilometres, -1) if kilometres > 100 else 5 * round(kilometres / 5)
    yield library.phrases.office_distance.filled(place=place.name, count=count(about))


def way_there(place: Place, reach: Reach, library: Library) -> Text:
    """Return how far an office is, where that is known, and the address of its map."""
    mapped = library.phrases.office_map if reach.office.sought else library.phrases.office_map_city
    return joined(*_distance(place, reach, library), mapped.filled(map=map_address(reach.office)))


def _competent(place: Place, office: Office, library: Library) -> Passage:
    say = library.phrases
    lines = [say.office_competent.filled(office=office.name)]
    if place.kind != "region":
        region = library.gazetteer.region(office.region).name
        lines.append(say.office_place.filled(place=place.name, region=region))
    city = say.office_city_presumed if office.city_presumed else say.office_city
    lines.append(city.filled(city=office.city))
    lines.append(say.office_address.filled(address=office.address) if office.address else say.office_address_unknown)
    # By ear: which office, in which town, and how to call it.
    heard = joined(lines[0], city.filled(city=office.city), next(_ways_to(office, library)))
    return Passage(joined(*lines, *_ways_to(office, library)), (OfficeTold(str(office.id), office.region),), heard)


def contact_told(office: Office, library: Library) -> Passage:
    """Return how an office is reached from afar, and nothing else of it; what is not known is said to be not known."""
    words = joined(office.name, *_ways_to(office, library))
    return Passage(words, (OfficeTold(str(office.id), office.region),))


def _ways_to(office: Office, library: Library) -> Iterator[Text]:
    """Yield an office's telephone, or what to do where none is known, its address on the web, and when that was so."""
    say = library.phrases
    if office.phone:
        yield say.office_phone.filled(phone=office.phone)
    else:
        yield say.office_phone_unknown
        ways = {
            "brce": say.office_ask_brce,
            "cri": say.office_ask_cri,
            "dr_artisanat": say.office_ask_craft,
            "chamber": say.office_ask_chamber,
        }
        if office.kind in ways:
            yield ways[office.kind]
    if office.email:
        yield say.office_email.filled(email=office.email)
    if office.website:
        yield say.office_website.filled(website=office.website)
    if office.source_date:
        yield say.office_source.filled(date=published(office.source_date))


def stations_told(library: Library, on: date) -> Iterator[Text]:
    """Yield one screen: the stations of the caravan in order, dated where the date is known."""
    say = library.phrases
    lines = []
    for station in library.stations:
        lines.append(_station(station, library))
        if station.until is not None and on > station.until:
            lines.append(say.ended.filled(date=day(station.until)))
    sources = dict.fromkeys((station.published, station.confidence) for station in library.stations)
    for when, confidence in sources:
        lines.append(say.source_published.filled(source=_sureness(confidence, library), date=published(when)))
    yield joined(*lines)


def stations_in(place: Place, library: Library) -> Text | None:
    """Return the stations of the caravan in the province of a place; None where none is known."""
    where = ((one, library.gazetteer.read(one.city.of(MAIN))) for one in library.stations)
    here = [one for one, read in where if isinstance(read, Sure) and read.place.province == place.province is not None]
    return joined(library.phrases.station_here, *(_station(one, library) for one in here)) if here else None


def _station(station: Station, library: Library) -> Text:
    say = library.phrases
    if station.on is None:
        return say.station_undated.filled(city=station.city)
    return say.station.filled(city=station.city, date=day(station.on))


def _sureness(confidence: str, library: Library) -> Text:
    """Return how sure a source is, in people's words."""
    say = library.phrases
    return {"official": say.official, "press": say.press, "single": say.single}.get(confidence, say.uncertain)


def entry_told(entry: Entry, library: Library, on: date) -> Passage:
    """Return the answer of an entry as a passage; who listens is told it in plain words where it has some."""
    told = (EntryAnswered(str(entry.id), bool(entry.off_topic)),)
    return Passage(answer_shown(entry, library, on), told, plain_shown(entry, library, on))


def plain_shown(entry: Entry, library: Library, on: date) -> Text | None:
    """Return the plain words of an answer, one that has ended says so first; None where nobody wrote any."""
    if entry.plain is None:
        return None
    plain = library.filled(entry.plain, on)
    if entry.until is None or not entry.has_ended(on):
        return plain
    return joined(library.phrases.ended.filled(date=day(entry.until)), plain)


def answer_told(entry: Entry, library: Library, on: date) -> Text:
    """Return the answer in its words; one that has ended says so first."""
    answer = library.filled(entry.answer, on)
    if entry.off_topic or entry.until is None or not entry.has_ended(on):
        return answer
    return joined(library.phrases.ended.filled(date=day(entry.until)), answer)


def answer_shown(entry: Entry, library: Library, on: date) -> Text:
    """Return the answer, how sure it is and how old its source.

    An off-topic answer says whose business it is and stops there.
    """
    shown = [answer_told(entry, library, on)]
    if entry.off_topic:
        return shown[0]
    source = entry.main_source()
    if source is not None:
        shown.append(source_age(entry.confidence, source.published, source.read, library))
    return joined(*shown)


def source_age(confidence: str, when: str | None, read: date, library: Library) -> Text:
    """Return in one line how sure something is and when its source was published, else when it was read."""
    say, sure = library.phrases, _sureness(confidence, library)
    if when:
        return say.source_published.filled(source=sure, date=published(when[: len("2026-11")]))
    return say.source_read.filled(source=sure, date=published(read.isoformat()[: len("2026-11")]))


def more_shown(entry: Entry, library: Library, on: date) -> Text:
    """Return what was kept for a second screen."""
    return library.filled(entry.more or entry.answer, on)


def value_told(fact_id: str, value: Value, library: Library) -> Text | None:
    """Return an answer in words; None when the content has no such fact any more."""
    fact = library.facts.get(fact_id)
    if fact is None:
        return None
    if value is None:
        return library.phrases.unknown
    match fact.kind:
        case OneOf(options):
            return next((option.label for option in options if option.id == value), None)
        case YesNo():
            return library.phrases.yes if value else library.phrases.no
        case InProvince():
            place = place_named(value, library)
            return place.name if place else None
        case Measure() as measure:
            return measured(measure, float(value))
        case kind:
            assert_never(kind)


def fact_told(fact_id: str, value: Value, library: Library) -> Text | None:
    """Return an answer in words, with what it is about where the words alone do not tell."""
    fact, told = library.facts.get(fact_id), value_told(fact_id, value, library)
    if fact is None or told is None or isinstance(fact.kind, OneOf | InProvince):
        return told
    return named(fact.name, told)


def measured(measure: Measure, value: float) -> Text:
    """Return a number with its unit."""
    match measure.unit:
        case "DH":
            return money(value)
        case "years":
            return years(value)
        case "persons":
            return count(value)
        case unit:
            assert_never(unit)
