"""Everything the guide knows, as one frozen value: a turn needs nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.conversation.conversation import Conversation, OnScreen, Value
from bot.conversation.flow import Assess, Flow, FlowId, Nearest, Stations, steps_within
from bot.conversation.hearing.asides import AsideForms
from bot.conversation.hearing.follow_ups import FollowUps
from bot.conversation.hearing.sayings import Sayings
from bot.conversation.hearing.wishes import Wishes
from bot.conversation.phrases import Phrases
from bot.eligibility.amounts import amounts_in_words, in_centimes
from bot.eligibility.facts import Fact, FactId
from bot.eligibility.scheme import Scheme, amounts_on
from bot.faq.entries import Entry, EntryId
from bot.faq.matcher import Matcher
from bot.language.wording import count, day
from bot.message import MAIN, SpokenLanguage, Text, joined
from bot.offices.places import Gazetteer, Office, OfficeKind, Station


@dataclass(frozen=True, slots=True)
class Roles:
    """Which part of the content plays each part that the program knows: no name of the content stands in code."""

    #: The flow that everyone starts in and returns to.
    menu: FlowId
    #: The flow that several facts lead to when nothing asked for them.
    check: FlowId
    #: The flow that a place leads to when nothing asked for it.
    office: FlowId
    #: The flow of the few plain ways on, for whoever writes a word or two.
    doors: FlowId
    #: The flow that who listens starts in and returns to.
    listening: FlowId
    #: The fact that says where a person works; a conversation keeps the id of a place for it.
    place: FactId
    #: The fact by which the papers to bring differ.
    legal_form: FactId
    #: The subject of the entries about the guide itself.
    about: str


@dataclass(frozen=True, slots=True)
class Listening:
    """What those are told who listen rather than read."""

    #: A pictogram for what can be tapped, by the group it belongs to and its name: see `bot.conversation.listening`.
    signs: Mapping[str, str]
    #: What is asked in few words about facts whose question is long.
    asks: Mapping[str, Text]
    #: What the languages are called in which somebody may choose to hear answers, in the order of the screen.
    languages: Mapping[SpokenLanguage, Text]


@dataclass(frozen=True, slots=True)
class Library:
    """One release of the content. The core reads it; only `bot.content` makes it."""

    #: Changes with every change of the content.
    release: str
    roles: Roles
    flows: Mapping[str, Flow]
    facts: Mapping[str, Fact]
    schemes: Mapping[str, Scheme]
    phrases: Phrases
    words: AsideForms
    wishes: Wishes
    sayings: Sayings
    follow_ups: FollowUps
    listening: Listening
    entries: Mapping[str, Entry]
    matcher: Matcher
    gazetteer: Gazetteer
    offices: tuple[Office, ...]
    stations: tuple[Station, ...]
    #: The amounts of the law on a day, rendered, by name: what `{tpme_ceiling}` stands for.
    amounts: "AmountsByDay"

    def __repr__(self) -> str:
        """Return its release alone: all that it holds takes a failing test minutes to print."""
        return f"Library({self.release!r})"

    def flow_of(self, conversation: Conversation) -> Flow:
        """Return the flow that a conversation is in: the menu where it has gone to none, or to one that is no more."""
        return self.flows.get(conversation.flow) or self.flows[self.roles.menu]

    def home_of(self, conversation: Conversation) -> FlowId:
        """Return the flow that a person starts in and returns to, by whether they listen or read."""
        return self.roles.listening if conversation.listening else self.roles.menu

    @property
    def caravan_flow(self) -> FlowId:
        """Return the flow that tells of the stations, the menu where none does."""
        telling = (
            flow.id
            for flow in self.flows.values()
            if any(isinstance(step, Stations) for step in steps_within(flow.steps))
        )
        return next(telling, self.roles.menu)

    def checks(self, flow: str) -> bool:
        """Return whether a flow assesses schemes, or leads to those that do."""
        steps = self.flows[flow].steps if flow in self.flows else ()
        return flow == self.roles.check or any(isinstance(step, Assess) for step in steps)

    def known_below(self, fact: str, known: Mapping[str, Value]) -> list[float]:
        """Return the known numbers that a number can never be below: last year's turnover, of the best of three."""
        below = (known.get(one.id) for one in self.facts.values() if one.never_above == fact)
        return [float(value) for value in below if value is not None]

    def finds_an_office(self, flow: str) -> bool:
        """Return whether a flow finds the office of a place, and assesses nothing."""
        steps = self.flows[flow].steps if flow in self.flows else ()
        return any(isinstance(step, Nearest) for step in steps) and not self.checks(flow)

    def office_found_by(self, flow: str) -> OfficeKind | None:
        """Return the kind of office that a flow finds; None where it finds none."""
        steps = self.flows[flow].steps if flow in self.flows else ()
        return next((step.kind for step in steps if isinstance(step, Nearest)), None)

    def asks_the_town(self, entry: EntryId) -> bool:
        """Return whether an answer tells of no one office and asks for the town: "where is the nearest office?"."""
        asks = entry in self.entries and self.entries[entry].leads_to == self.roles.office
        return asks and entry in self.follow_ups.leads("office", OnScreen("answer", entry))

    def contradiction(self, facts: Mapping[str, Value]) -> tuple[str, str] | None:
        """Return two known facts that cannot both be so, the one that is above the other first."""
        terms = next((scheme.terms for scheme in self.schemes.values()), None)
        return terms.contradiction(facts) if terms is not None else None

    def filled(self, text: Text, on: date) -> Text:
        """Return `text` with the amounts it names as they are on that day; that one has ended is said after it."""
        return self.amounts.filled(text, on)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days what is kept of a person, 0 for ever, and who answers for it; as the operator configured it."""

    messages: float = 90.0
    unread: float = 30.0
    questions: float = 180.0
    #: Answers of whoever does not write for so long.
    facts: float = 30.0
    #: Who decides what is done with it, how they are reached, and the number of their declaration to the CNDP.
    controller: str = ""
    contact: str = ""
    cndp: str = ""


#: In which languages each answer can be heard today, by its entry.
Recorded = Mapping[str, frozenset[SpokenLanguage]]
#: Where nothing was recorded.
NOTHING_RECORDED: Final[Recorded] = MappingProxyType({})

#: What is kept where nobody configured anything.
NO_CONTROLLER: Final = Keeping()


#: What texts name of the caravan: nobody who adds a station has to find the sentences that counted them.
STATIONS_NEXT: Final = "stations_next"
STATIONS_LISTED: Final = "stations_listed"
STATIONS_COUNT: Final = "stations_count"


def stations_in_words(stations: Sequence[Station], say: Phrases, on: date) -> Mapping[str, Text]:
    """Return what is told of the stations by name: the ones to come or the last one known, all in order, how many."""
    coming = sorted(
        (one.on, one.city.of(MAIN), one)
        for one in stations
        if one.on is not None and one.on >= on and not _is_over(one, on)
    )
    past = sorted((one.on, one.city.of(MAIN), one) for one in stations if one.on is not None and one.on < on)
    if coming:
        following = joined(*(say.station_next.filled(city=one.city, date=day(when)) for when, _, one in coming))
    elif past:
        when, _, last = past[-1]
        following = say.station_next_unknown.filled(city=last.city, date=day(when))
    else:
        following = say.station_none
    lines = (
        say.station.filled(city=one.city, date=day(one.on)) if one.on else say.station_undated.filled(city=one.city)
        for one in stations
    )
    return {
        STATIONS_NEXT: following,
        STATIONS_LISTED: joined(*lines),
        STATIONS_COUNT: count(len(stations)),
    }


def _is_over(station: Station, on: date) -> bool:
    return station.until is not None and on > station.until


#: Texts with names in braces that are remembered as they are filled: more than the content has.
_FILLED: Final = 10_000


class AmountsByDay:
    """What texts name in braces: the amounts of the law and the caravan's stations on a day, and statements said once.

    Each day's are made once.
    """

    def __init__(
        self,
        schemes: Mapping[str, Scheme],
        statements: Mapping[str, Text],
        stations: tuple[Station, ...],
        say: Phrases,
    ) -> None:
        self._schemes = schemes
        self._statements = statements
        self._stations = stations
        self._say = say
        self._days: dict[date, Mapping[str, Text]] = {}
        self._ends: dict[date, Mapping[str, date]] = {}
        #: The texts that were filled, of the day that was last asked for.
        self._filled: tuple[date, dict[Text, Text]] = (date.min, {})

    def __call__(self, on: date) -> Mapping[str, Text]:
        """Return each amount and each statement in words by its name."""
        if on not in self._days:
            amounts = amounts_on(self._schemes.values(), on)
            self._days[on] = {
                **self._statements,
                **stations_in_words(self._stations, self._say, on),
                **amounts_in_words({one.name: one for one in amounts.values()}),
            }
        return self._days[on]

    def filled(self, text: Text, on: date) -> Text:
        """Return `text` with what it names as it is on that day; that one has ended is said after it."""
        if not any("{" in wording for wording in text.every()):
            return text
        of_day, filled = self._filled
        if of_day != on or len(filled) >= _FILLED:
            filled = {}
            self._filled = on, filled
        if text not in filled:
            words = text.filled(**self(on))
            ends = [last for name, last in self.ended(on).items() if text.names(name)]
            filled[text] = joined(words, self._say.ended.filled(date=day(min(ends)))) if ends else words
        return filled[text]

    def ended(self, on: date) -> Mapping[str, date]:
        """Return the amounts that were known to hold until before that day, in centimes too, each with its last day."""
        if on not in self._ends:
            amounts = amounts_on(self._schemes.values(), on)
            ends = {name: amount.ended for name, amount in amounts.items() if amount.ended is not None}
            self._ends[on] = ends | {in_centimes(name): last for name, last in ends.items()}
        return self._ends[on]
