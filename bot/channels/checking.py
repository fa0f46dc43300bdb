"""Every text and every choice of the content, tried on each channel before a person is sent it.

What a person would miss keeps the content from going live; what is only less handy is a warning. The channels' own
measures are used, those of `write`.

What the content says is found by having the conversation: every tap, and walks through the checks. No second model of
it stands here: whatever is said comes out of `respond`. What depends on a person's answers is said as some person hears
it: an office for every region, every verdict that the walks come to. In a walk the answer that was tapped least goes
first, so that few walks try them all; nothing is left to chance.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import product
from pathlib import Path
from typing import Final

from bot.channels.channel import Channel, Problem
from bot.channels.listing import CHANNELS
from bot.channels.printing import read_poster_words, read_sheet_words
from bot.content.files import files
from bot.content.reading import Mistakes, Where, file_text
from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, OnScreen, Value
from bot.conversation.flow import Nearest, Stations, steps_within
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
from bot.message import LANGUAGES, Choice, Chose, Content, Language, Message, PersonId, Reply
from bot.offices.places import Unsure

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


def screens(library: Library, on: date) -> Iterator[Screen]:
    """Yield every screen that was come to, each once, in both languages."""
    for language in LANGUAGES:
        visit = _Visit(library, language, datetime.combine(on, time(12), UTC))
        visit.everything()
        yield from visit.found.values()


def offered_together(library: Library) -> Iterator[Screen]:
    """Yield, in both languages, what may be offered together: every question, and the schemes of a check with theirs.

    Any few of them are: all at once they are no screen, and only their labels are to be told apart.
    """
    candidates = [entry for entry in library.entries.values() if not entry.off_topic]
    for language in LANGUAGES:
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
        self._entries()
        self._flows()
        self._facts()
        self._schemes()
        self._places()
        for aside in ASIDES:
            self._tap(self._start, TappedAside(aside), "flows/phrases.yaml")
        # Once more as who listens is told it: in few words, with a mark at each choice.
        self._start = replace(self._start, listening=True)
        self._entries()
        self._flows()
        self._facts()
        for aside in ASIDES:
            self._tap(self._start, TappedAside(aside), "flows/listening.yaml")

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

    def _entries(self) -> None:
        for entry in self._library.entries.values():
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
        library = self._library
        regions = [library.gazetteer.region(number) for number in range(1, choices.REGIONS + 1)]
        for flow in library.flows.values():
            file = f"flows/{flow.id}/flow.yaml"
            steps = steps_within(flow.steps)
            about = "flows/caravan.yaml" if any(isinstance(step, Stations) for step in steps) else file
            self._tap(self._start, Tapped("to", flow.id), about)
            self._tap(self._start, Tapped("rest", flow.id), about)
            if any(isinstance(step, Nearest) for step in steps):
                for region in regions:
                    there = self._start.answered(library.roles.place, region.id)
                    self._tap(there, Tapped("to", flow.id), "flows/offices.yaml")
            if library.checks(flow.id):
                for _ in range(_WALKS):
                    self._walk(flow.id, file)

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


#: Characters of a text that a note shows.
_SHOWN: Final = 60
#: Characters of a part of a text by which its line is found.
_PART: Final = 24


@dataclass(slots=True)
class _Files:
    """The files of the content by name, to find the line of a text."""

    root: Path
    _names: list[str] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def where(self, file: str, about: str) -> Where:
        """Return the line of some words, in the file or in any; else the file's first.

        An amount may have been put into them: then parts are looked for. In a table a row begins so.
        """
        if not self._names:
            self._names += [one.relative_to(self.root).as_posix() for one in files(self.root) if one.suffix == ".yaml"]
        words = about.strip().removeprefix("- ")
        parts = [words[at : at + _PART] for at in range(0, max(len(words) - _PART, 0) + 1, _PART // 2)]
        names = (file, *self._names)
        for part, name in product([words, *parts], names):
            text, begin = self._read(name), "\n" if name.endswith(".csv") else ""
            at = text.find(begin + part) if part else -1
            if at >= 0:
                return Where(name, text.count("\n", 0, at + len(begin)) + 1)
        return Where(file, 1)

    def _read(self, file: str) -> str:
        if file not in self._texts:
            path = self.root / file
            self._texts[file] = file_text(path, file, Mistakes()) or ""
        return self._texts[file]


def check_channels(root: Path, library: Library | None, on: date, mistakes: Mistakes) -> None:
    """Note what the channels have against their own words and, where it could be read, against the content."""
    words = {channel.name: channel.words(root, mistakes) for channel in CHANNELS}
    read_sheet_words(root, mistakes)
    read_poster_words(root, mistakes)
    if library is None or None in words.values():
        return
    places = _Files(root)
    noted: set[tuple[str, str, str]] = set()
    noted_at: set[tuple[str, str, str, Where]] = set()

    def note(screen: Screen, channel: Channel, problems: list[Problem]) -> None:
        for problem in problems:
            key = (channel.name, problem.kind, problem.about)
            if key not in noted and (problem.is_error or not screen.is_put_together):
                noted.add(key)
                for where in (places.where(*one) for one in screen.written(problem.about, library)):
                    if (place := (channel.name, problem.kind, _shown(problem.about), where)) not in noted_at:
                        noted_at.add(place)
                        _note(channel.title, problem, where, mistakes)

    for screen in screens(library, on):
        for channel in CHANNELS:
            note(screen, channel, channel.problems(screen.reply, words[channel.name]))
    for screen in offered_together(library):
        for channel in CHANNELS:
            note(screen, channel, channel.alike(screen.reply.choices))


def _note(channel: str, problem: Problem, where: Where, mistakes: Mistakes) -> None:
    told: dict[str, object] = {
        "channel": channel,
        "label": _shown(problem.about),
        "length": problem.length,
        "most": problem.most,
        "proposed": problem.proposed or "…",
        "problem": problem.kind,
    }
    match problem.kind:
        case "labels_equal":
            mistakes.add("channel_equal", where, **told)
        case "id_long":
            mistakes.add("channel_long", where, **told)
        case _:
            mistakes.warn("channel_less", where, **told)


def _shown(about: str) -> str:
    about = " ".join(about.split())
    return about if len(about) <= _SHOWN else about[: _SHOWN - 1] + "…"
