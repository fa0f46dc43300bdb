"""Every screen of a library, found by having the conversation: every tap, and walks through the checks.

No second model of it stands here: whatever is said comes out of `respond`. What depends on a person's answers is said
as some person hears it: an office for every region, every verdict that the walks come to. In a walk the answer that was
tapped least goes first, so that few walks try them all; nothing is left to chance.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final

from bot.content.files import Files
from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, OnScreen, Value
from bot.conversation.flow import Flow, Nearest, Stations, steps_within
from bot.conversation.hearing.asides import ASIDES
from bot.conversation.library import Library
from bot.conversation.showing import value_told
from bot.conversation.tapping import Tap, Tapped, TappedAnswer, TappedAside, choice_id, gives_a_value, is_aside, meaning
from bot.conversation.turn import respond
from bot.eligibility.amounts import on_day
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf
from bot.faq.entries import Entry
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.message import Choice, Chose, Content, Language, Message, PersonId, Reply
from bot.offices.places import Office, Unsure

#: Walks through each check.
_WALKS: Final = 4
#: Answers of the longest walk.
_STEPS: Final = 40
#: Words that names share of which people say only the beginning: «سيدي موسى».
_BEGINNING: Final = 2
_DETAILS: Final = ("scheme", "reasons", "amount", "papers", "sources")


@dataclass(frozen=True, slots=True)
class Screen:
    """A reply of the conversation, and the file that what led to it is written in."""

    file: str
    reply: Reply
    #: Whether its labels are put together when they are shown, so that no writer could shorten one.
    is_put_together: bool = False

    def written(self, about: str, library: Library) -> tuple[tuple[str, str], ...]:
        """Return where a text or a label of the screen is written: the file, and the words that stand there.

        A label that several choices have is written in several places.
        """
        named = [choice for choice in self.reply.choices if about in (choice.label, choice.short, choice.id)]
        if not named:
            # What makes a text too long is its longest line, or several; one may begin in one file and end in another.
            lines = about.split("\n")
            longest = [line for line in lines if len(line) * 2 >= max(map(len, lines))]
            return tuple((self.file, part) for line in longest for part in (line, line[len(line) // 2 :]))
        return tuple(self._label(choice, library) for choice in named)

    def _label(self, choice: Choice, library: Library) -> tuple[str, str]:
        match meaning(choice.id, library):
            case TappedAnswer(fact, value) if fact == library.roles.place:
                return "flows/places.csv", f"{value},"
            case TappedAnswer():
                return "flows/facts.yaml", choice.label
            case Tapped("change", fact):
                return "flows/facts.yaml", library.facts[fact].name.of(self.reply.language)
            case Tapped("faq" | "more", entry):
                return _file(library.entries[entry]), choice.label
            case Tapped("scheme" | "reasons" | "amount" | "papers" | "sources", scheme):
                return f"flows/{scheme}/rules.yaml", choice.label
            case _:
                return self.file, choice.label


def screens(library: Library, on: date, language: Language, like: Library | None = None) -> Iterator[Screen]:
    """Yield every screen that was come to, each once, in a language.

    Beside `like`, all of whose screens were looked at and which `moves_words_alone` to this one, only what that can
    move: nothing where phrasings alone are others; where the same is offered everywhere, the answers and the offices
    that say other words, each by itself.
    """
    moved = None if like is None else _moved(library, like)
    visit = _Visit(library, language, datetime.combine(on, time(12), UTC))
    if moved is None:
        visit.everything()
    else:
        visit.moved(*moved)
    yield from visit.found.values()


def moves_words_alone(before: Files, after: Files) -> bool:
    """Return whether only files of answers and of offices are others: then `screens` may go by what was looked at."""
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return all(name.startswith("faq/") or name == "flows/offices.yaml" for name in names)


def _moved(library: Library, like: Library) -> tuple[list[Entry], bool] | None:
    """Return the answers that say other words, and whether an office does; None where other choices may be offered."""
    if list(map(_offered, library.entries.values())) != list(map(_offered, like.entries.values())):
        return None
    if list(map(_named, library.offices)) != list(map(_named, like.offices)):
        return None
    before = like.entries
    entries = [one for id_, one in library.entries.items() if _said(one) != _said(before[id_])]
    return entries, library.offices != like.offices


def _offered(entry: Entry) -> tuple[object, ...]:
    """Return of an answer what choices are made of, and whether it has what a choice tells."""
    return (
        entry.id, entry.question, entry.short, entry.see, entry.leads_to, entry.off_topic,
        entry.more is None, entry.plain is None, not entry.sources,
    )  # fmt: skip


def _said(entry: Entry) -> Entry:
    return replace(entry, phrasings={})


def _named(office: Office) -> tuple[object, ...]:
    return office.id, office.kind, office.region, office.name, office.city, office.city_presumed, office.point


def offered_together(library: Library, language: Language) -> Iterator[Screen]:
    """Yield, in a language, what may be offered together: every question, and the schemes of a check with theirs.

    Any few of them are: all at once they are no screen, and only their labels are to be told apart.
    """
    candidates = [entry for entry in library.entries.values() if not entry.off_topic]
    yield _listed(choices.entries(candidates, library, language), language)
    for flow in library.flows:
        if schemes := choices.assessed_in(flow, library):
            leads = choices.questions(_asked_of(schemes, library), language)
            yield _listed((*choices.of_schemes(schemes, library, language), *leads), language)


def _listed(listed: Sequence[Choice], language: Language) -> Screen:
    return Screen("flows/phrases.yaml", Reply("", tuple(listed), language))


def _asked_of(schemes: Sequence[str], library: Library) -> list[Entry]:
    """Return the entries that short questions about these schemes lead to, each once."""
    subjects = [library.follow_ups.subject(OnScreen("scheme", scheme)) for scheme in schemes]
    leads = [name for subject in subjects if subject for names in subject.asked.values() for name in names]
    return [library.entries[name] for name in dict.fromkeys(leads) if name in library.entries]


def _file(entry: Entry) -> str:
    return f"faq/{'off_topic' if entry.off_topic else entry.subject}.yaml"


class _Visit:
    """One person after another, of one language, who tap whatever there is; what they are told is in `found`."""

    def __init__(self, library: Library, language: Language, now: datetime) -> None:
        self.found: dict[object, Screen] = {}
        self._library = library
        self._now = now
        self._language = language
        self._start = replace(Conversation(language), release=library.release).answered(FLOW, library.roles.menu)
        self._tapped: Counter[str] = Counter()
        self._values = _measured(library, moroccan_day(now))

    def everything(self) -> None:
        """Tap everything."""
        self._entries(self._library.entries.values())
        self._flows()
        self._facts()
        self._schemes()
        self._places()
        for aside in ASIDES:
            self._tap(self._start, TappedAside(aside), "flows/phrases.yaml")
        # Once more as who listens is told it: in few words, with a mark at each choice.
        self._start = replace(self._start, listening=True)
        self._entries(self._library.entries.values())
        self._flows()
        self._facts()
        for aside in ASIDES:
            self._tap(self._start, TappedAside(aside), "flows/listening.yaml")

    def moved(self, entries: Sequence[Entry], has_offices: bool) -> None:
        """Tap these answers, and each region where offices are told of; as who listens too."""
        for is_listening in (False, True):
            self._start = replace(self._start, listening=is_listening)
            self._entries(entries)
            for flow in self._library.flows.values() if has_offices else ():
                self._offices(flow)

    def _hear(
        self, before: Conversation, content: Content, file: str, *, is_put_together: bool = False
    ) -> Conversation:
        """Return the conversation after a message; what was said is found."""
        message = Message("check", PersonId("check"), "1", content)
        # Where the menu is longest: as who has no other way to begin listening sees it.
        turn = respond(before, message, self._library, self._now, offers_listening=True)
        for reply in turn.replies:
            if reply.language == self._language:
                key = (reply.text, reply.choices, reply.asks_location)
                self.found.setdefault(key, Screen(file, reply, is_put_together))
        return turn.conversation

    def _tap(self, before: Conversation, tap: Tap, file: str) -> Conversation:
        return self._hear(before, Chose(choice_id(tap)), file)

    def _entries(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            file = _file(entry)
            after = self._tap(self._start, Tapped("faq", entry.id), file)
            self._tap(after, TappedAside("source"), file)
            if entry.more is not None:
                self._tap(after, Tapped("more", entry.id), file)
            # As it is offered when it may have been meant.
            offered = tuple(choices.entries([entry], self._library, self._language))
            asked = self._library.phrases.did_you_mean.of(self._language)
            self.found[entry.id] = Screen(file, Reply(asked, offered, self._language))

    def _flows(self) -> None:
        for flow in self._library.flows.values():
            file = f"flows/{flow.id}/flow.yaml"
            steps = steps_within(flow.steps)
            about = "flows/caravan.yaml" if any(isinstance(step, Stations) for step in steps) else file
            self._tap(self._start, Tapped("to", flow.id), about)
            self._tap(self._start, Tapped("rest", flow.id), about)
            self._offices(flow)
            if self._library.checks(flow.id):
                for _ in range(_WALKS):
                    self._walk(flow.id, file)

    def _offices(self, flow: Flow) -> None:
        """Come to a flow that finds an office from each region."""
        if not any(isinstance(step, Nearest) for step in steps_within(flow.steps)):
            return
        for number in range(1, choices.REGIONS + 1):
            region = self._library.gazetteer.region(number)
            there = self._start.answered(self._library.roles.place, region.id)
            self._tap(there, Tapped("to", flow.id), "flows/offices.yaml")

    def _walk(self, flow: str, file: str) -> None:
        """Answer whatever a check asks, by what was answered least, then tap every detail of what it comes to."""
        library = self._library
        here = self._tap(self._start, Tapped("to", flow), file)
        for _ in range(_STEPS):
            there = self._answered(here)
            if there is None:
                break
            here = there
        for kind in ("compare", "details", "change"):
            self._tap(here, TappedAside(kind), file)
        for choice in here.shown:
            self._hear(here, Chose(choice.id), file)
        for scheme in choices.assessed_in(here.flow, library):
            for detail in _DETAILS:
                self._tap(here, Tapped(detail, scheme), f"flows/{scheme}/rules.yaml")

    def _answered(self, here: Conversation) -> Conversation | None:
        """Return the conversation after one more answer; None where nothing is asked."""
        told = here.on_screen
        is_open = any(is_aside(choice, "unknown") for choice in here.shown)
        offered = [choice.id for choice in here.shown if gives_a_value(choice) or is_aside(choice, "unknown")]
        if is_open and told is not None and told.kind == "question" and told.of in self._values:
            offered += [choice_id(TappedAnswer(told.of, value)) for value in self._values[told.of]]
        if not is_open or not offered:
            return None
        least = min(offered, key=lambda tap: (self._tapped[tap], tap))
        self._tapped[least] += 1
        return self._hear(here, Chose(least), "flows/facts.yaml")

    def _facts(self) -> None:
        library, everything = self._library, self._start
        for fact in library.facts.values():
            asked = self._tap(self._start, Tapped("change", fact.id), "flows/facts.yaml")
            self._tap(asked, TappedAside("why"), "flows/facts.yaml")
            everything = everything.answered(fact.id, _longest(fact, library, self._language))
        change = Chose(choice_id(TappedAside("change")))
        self._hear(everything, change, "flows/facts.yaml", is_put_together=True)

    def _schemes(self) -> None:
        for scheme in self._library.schemes.values():
            file = f"flows/{scheme.id}/rules.yaml"
            for detail in _DETAILS:
                self._tap(self._start, Tapped(detail, scheme.id), file)
            if scheme.estimate is not None:
                # Told with every sum alone; few walks come to the sum of each scheme.
                words = self._library.filled(scheme.estimate.words, moroccan_day(self._now)).of(self._language)
                self.found[scheme.id] = Screen(file, Reply(words, (), self._language))

    def _places(self) -> None:
        """List the places that people are asked to choose between: of one name, or of one beginning of it."""
        library = self._library
        named: dict[str, set[str]] = defaultdict(set)
        for place in library.gazetteer.places.values():
            name = folded(place.name.of(self._language))
            for said in {name, " ".join(name.split()[:_BEGINNING])}:
                named[said].add(place.id)
        readings = (library.gazetteer.read(name) for name in sorted(named) if len(named[name]) > 1)
        candidates = {one.choices: None for one in readings if isinstance(one, Unsure)}
        for places in candidates:
            # As the turn lists them: to have the whole message understood for each takes seconds.
            listed = tuple(choices.places(places, library.roles.place, library, self._language))
            which = library.phrases.which_one.of(self._language)
            self.found[listed] = Screen("flows/places.csv", Reply(which, listed, self._language))


def _measured(library: Library, on: date) -> dict[str, list[Value]]:
    """Return what is answered to each question of how much: its bounds, and the amounts of the law around it."""
    amounts = {amount.value for scheme in library.schemes.values() for amount in on_day(scheme.amounts, on).values()}
    return {
        name: [kind.least, kind.most, *sorted(value for value in amounts if kind.least < value < kind.most)]
        for name, fact in library.facts.items()
        if isinstance(kind := fact.kind, Measure)
    }


def _longest(fact: Fact, library: Library, language: Language) -> Value:
    """Return the answer that takes most room."""
    values: list[Value] = [None]
    match fact.kind:
        case OneOf(options):
            values += [option.id for option in options]
        case InProvince():
            values += [library.gazetteer.region(number).id for number in range(1, choices.REGIONS + 1)]
        case Measure(least=least, most=most):
            values += [least, most]
        case _:
            values += [True, False]
    told = ((value, value_told(fact.id, value, library)) for value in values)
    return max(told, key=lambda one: len(one[1].of(language)) if one[1] else 0)[0]
