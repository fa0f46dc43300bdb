"""Everything that the content may have said to a person, screen by screen, with the file that each part is written in.

What depends on a person's answers is shown as some person sees it: an office for every region, a scheme's reasons one
by one, every answer in the list of those that can be changed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Final

from bot.channels.text import length
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, OnScreen, Value
from bot.conversation.flow import Ask, Nearest, Offer, Say, Stations, Step, steps_within
from bot.conversation.library import Library
from bot.conversation.saying import Teller
from bot.conversation.showing import answer_shown, more_shown, value_told
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf
from bot.eligibility.scheme import Scheme
from bot.faq.entries import Entry
from bot.language.folding import folded
from bot.message import LANGUAGES, Choice, Language, Text
from bot.offices.offices import nearest
from bot.offices.places import Place, Unsure

_FACTS: Final = "flows/facts.yaml"
_PHRASES: Final = "flows/phrases.yaml"
_OFFICES: Final = "flows/offices.yaml"
_STATIONS: Final = "flows/caravan.yaml"
_SOURCES: Final = "flows/sources.yaml"
_AUTHORITIES: Final = "flows/authorities.yaml"
_PLACES: Final = "flows/places.csv"
#: Characters of a text that fits everywhere, were every second one of them marked.
_FITS: Final = WhatsAppLimits.BODY.most // 2
#: Words that names share of which people say only the beginning: «سيدي موسى».
_BEGINNING: Final = 2

#: A file, and the words that stand in it; of a table, what its row begins with.
WrittenButton = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Screen:
    """Something that may be said, and the file that it stands in."""

    file: str
    text: str
    choices: tuple[Choice, ...]
    language: Language
    asks_location: bool = False
    #: Where a text or a label is written that stands elsewhere, or is not shown as it is written.
    written: Mapping[str, WrittenButton] = field(default_factory=dict)
    #: Whether its labels are put together when they are shown, so that no writer could shorten one.
    is_put_together: bool = False

    def stands(self, about: str) -> WrittenButton:
        """Return where a text or a label of the screen is written."""
        return self.written.get(about, (self.file, about))


def screens(library: Library, on: date) -> Iterator[Screen]:
    """Yield every screen, in both languages."""
    alike = tuple(_alike(library))
    for language in LANGUAGES:
        yield from _entries(library, language, on)
        yield from _flows(library, language, on)
        yield from _facts(library, language, on)
        yield from _schemes(library, language, on)
        yield from _places(alike, library, language)
        for phrase in fields(library.phrases):
            text: Text = getattr(library.phrases, phrase.name)
            yield Screen(_PHRASES, text.of(language), (), language)


def offered_together(library: Library) -> Iterator[Screen]:
    """Yield, in both languages, what may be offered together: every question, and the schemes of a check with theirs.

    Any few of them are: all at once they are no screen, and only their labels are to be told apart.
    """
    candidates = [entry for entry in library.entries.values() if not entry.off_topic]
    for language in LANGUAGES:
        listed = choices.entries(candidates, library, language)
        questions = [(entry, entry.question.of(language)) for entry in candidates]
        written = {question: (_file(entry), question) for entry, question in questions}
        yield Screen(_PHRASES, library.phrases.did_you_mean.of(language), listed, language, written=written)
        for flow in library.flows:
            if schemes := choices.assessed_in(flow, library):
                leads = choices.questions(_asked_of(schemes, library), language)
                titles = (*choices.of_schemes(schemes, library, language), *leads)
                told = {**written, **_titles(schemes, library, language)}
                yield Screen(_PHRASES, library.phrases.which_scheme.of(language), titles, language, written=told)


def _asked_of(schemes: Sequence[str], library: Library) -> list[Entry]:
    """Return the entries that short questions about these schemes lead to, each once."""
    subjects = [library.follow_ups.subject(OnScreen("scheme", scheme)) for scheme in schemes]
    leads = [name for subject in subjects if subject for names in subject.asked.values() for name in names]
    return [library.entries[name] for name in dict.fromkeys(leads) if name in library.entries]


def _file(entry: Entry) -> str:
    return f"faq/{'off_topic' if entry.off_topic else entry.subject}.yaml"


def _entries(library: Library, language: Language, on: date) -> Iterator[Screen]:
    for entry in library.entries.values():
        file = _file(entry)
        listed = choices.after_answer(entry, library, language)
        yield _filled(file, entry.answer, answer_shown(entry, library, on), listed, language)
        if entry.more is not None:
            rest = choices.after_answer(entry, library, language, has_more=False)
            yield _filled(file, entry.more, more_shown(entry, library, on), rest, language)
        # As it is offered when it may have been meant.
        offered = choices.entries([entry], library, language)
        yield Screen(file, library.phrases.did_you_mean.of(language), offered, language)


def _filled(file: str, written: Text, said: Text, listed: Sequence[Choice], language: Language) -> Screen:
    """Return a screen whose text is said with something put into it."""
    text = said.of(language)
    return Screen(file, text, tuple(listed), language, written={text: (file, written.of(language))})


# Flows


def _flows(library: Library, language: Language, on: date) -> Iterator[Screen]:
    teller = Teller(library, on)
    for flow in library.flows.values():
        file = f"flows/{flow.id}/flow.yaml"
        standing = Conversation(language).answered(FLOW, flow.id)
        steps = steps_within(flow.steps)
        for step in steps:
            yield from _step(file, step, standing, library, on)
        if any(isinstance(step, Stations) for step in steps):
            yield from _said(file, standing, teller, (_STATIONS, "stations:"))
        for step in steps:
            if isinstance(step, Nearest):
                for number in range(1, choices.REGIONS + 1):
                    region = library.gazetteer.region(number)
                    office = next((reach.office for reach in nearest(region, library.offices, step.kind)), None)
                    about = (_OFFICES, office.name.of(language)) if office else None
                    yield from _said(file, standing.answered(library.roles.place, region.id), teller, about)
        if assessed := choices.assessed_in(flow.id, library):
            menu = choices.do("menu", library.phrases.menu, language)
            listed = (*choices.of_schemes(assessed, library, language), menu)
            titles = _titles(assessed, library, language)
            yield Screen(file, library.phrases.which_scheme.of(language), listed, language, written=titles)


def _step(file: str, step: Step, standing: Conversation, library: Library, on: date) -> Iterator[Screen]:
    language = standing.language
    match step:
        case Say(text):
            yield _filled(file, text, library.filled(text, on), (), language)
        case Offer(question=question):
            listed = choices.at(step, standing, library)
            titles = _titles(choices.assessed_in(standing.flow, library), library, language)
            yield Screen(file, question.of(language) if question else "", listed, language, written=titles)
        case _:
            pass


def _said(file: str, conversation: Conversation, teller: Teller, about: WrittenButton | None) -> Iterator[Screen]:
    """Yield what a flow says to someone who stands there; its texts are about one thing of the content."""
    for reply in teller.moved(conversation, None).replies:
        written = {reply.text: about} if about else {}
        yield Screen(file, reply.text, reply.choices, reply.language, reply.asks_location, written)


def _titles(schemes: Sequence[str], library: Library, language: Language) -> dict[str, WrittenButton]:
    """Return where the titles of schemes are written."""
    found: dict[str, WrittenButton] = {}
    for scheme in (library.schemes[id_] for id_ in schemes):
        for title in (scheme.title, scheme.short):
            if title is not None:
                found[title.of(language)] = (f"flows/{scheme.id}/rules.yaml", title.of(language))
    return found


# Facts


def _facts(library: Library, language: Language, on: date) -> Iterator[Screen]:
    everything = Conversation(language)
    written: dict[str, WrittenButton] = {}
    for fact in library.facts.values():
        listed = choices.at(Ask(fact.id), Conversation(language), library)
        asked = library.filled(fact.ask, on).of(language)
        raw = {asked: (_FACTS, fact.ask.of(language))}
        yield Screen(_FACTS, asked, listed, language, fact.id == library.roles.place, raw)
        yield _filled(_FACTS, fact.why, library.filled(fact.why, on), (), language)
        everything = everything.answered(fact.id, _longest(fact, library, language))
    listed = choices.changes(everything, library)
    for choice in listed:
        changed = library.facts.get(choice.id.removeprefix("change:"))
        if changed is not None:
            written[choice.label] = (_FACTS, changed.name.of(language))
    asked = library.phrases.what_to_change.of(language)
    yield Screen(_FACTS, asked, listed, language, written=written, is_put_together=True)


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


# Schemes


def _schemes(library: Library, language: Language, on: date) -> Iterator[Screen]:
    wishes = [(_FACTS, wish) for fact in library.facts.values() for wish in fact.wishes.values()]
    for scheme in library.schemes.values():
        file = f"flows/{scheme.id}/rules.yaml"
        standing = Conversation(language)
        titles = _titles((scheme.id,), library, language)
        for told in ("scheme", "papers"):
            listed = choices.after_scheme(scheme, told, standing, library)
            yield Screen(file, library.phrases.papers.of(language), listed, language, written=titles)
        for where, text in (*_reasons(file, scheme), *wishes):
            yield from _long(where, text, (), language, library, on)
        for text in _papers(scheme):
            yield from _long(file, text, listed, language, library, on)


def _long(
    file: str, text: Text, listed: Sequence[Choice], language: Language, library: Library, on: date
) -> Iterator[Screen]:
    """Yield the screen of one line among several, if it is one that may not fit."""
    said = library.filled(text, on)
    if length(said.of(language)) > _FITS:
        yield _filled(file, text, said, listed, language)


def _reasons(file: str, scheme: Scheme) -> Iterator[tuple[str, Text]]:
    """Yield the lines that a verdict on a scheme is made of, each with its file; more is said below them."""
    yield file, scheme.gives
    for condition in scheme.conditions:
        yield file, condition.because
        yield from ((file, note.because) for note in condition.notes)
        yield from ((_SOURCES, source.title) for source in condition.sources)
        yield from ((_AUTHORITIES, authority.name) for authority in condition.confirmed_by)
    if scheme.unpublished is not None:
        yield file, scheme.unpublished.because
        yield _AUTHORITIES, scheme.unpublished.confirmed_by.name
    if scheme.estimate is not None:
        yield file, scheme.estimate.words
        yield from ((file, part.name) for part in scheme.estimate.parts)


def _papers(scheme: Scheme) -> Iterator[Text]:
    """Yield the lines of the list of papers; any may be the last, above the choices."""
    for papers in scheme.papers:
        yield from papers.items
    if scheme.papers_note is not None:
        yield scheme.papers_note


# Places


def _places(alike: Sequence[tuple[Place, ...]], library: Library, language: Language) -> Iterator[Screen]:
    regions = [library.gazetteer.region(number) for number in range(1, choices.REGIONS + 1)]
    listed = choices.regions(library, language)
    rows = _rows(listed, regions, language)
    yield Screen(_PLACES, library.phrases.choose_region.of(language), listed, language, written=rows)
    for candidates in alike:
        listed = choices.places(candidates, library.roles.place, library, language)
        rows = _rows(listed, candidates, language)
        yield Screen(_PLACES, library.phrases.which_one.of(language), listed, language, written=rows)


def _rows(listed: Sequence[Choice], places: Sequence[Place], language: Language) -> dict[str, WrittenButton]:
    """Return where the places among choices are written: the row of each."""
    rows: dict[str, WrittenButton] = {}
    for choice, place in zip(listed, places, strict=False):
        row = (_PLACES, f"{place.id},")
        rows |= dict.fromkeys((choice.id, choice.label, choice.short), row)
    return rows


def _alike(library: Library) -> Iterator[tuple[Place, ...]]:
    """Yield the places that people are asked to choose between: of one name, or of one beginning of it."""
    named: dict[str, list[Place]] = defaultdict(list)
    begun: dict[str, list[Place]] = defaultdict(list)
    for place in library.gazetteer.places.values():
        for name in dict.fromkeys(folded(wording) for wording in place.name.every()):
            named[name].append(place)
            # What is not cut is told apart by the rest of it.
            if len(name) > WhatsAppLimits.ROW_TITLE.most and len(words := name.split()) > _BEGINNING:
                begun[" ".join(words[:_BEGINNING])].append(place)
    seen: set[tuple[Place, ...]] = set()
    for name, places in named.items():
        if len(places) > 1:
            read = library.gazetteer.read(name)
            seen.add(read.choices if isinstance(read, Unsure) else ())
    seen |= {tuple(dict.fromkeys(places)) for places in begun.values()}
    yield from (places for places in sorted(seen, key=lambda one: [place.id for place in one]) if len(places) > 1)
