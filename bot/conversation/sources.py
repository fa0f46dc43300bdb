"""Where what is on the screen is from, and whether it is still so: each amount and condition with its source.

Everything told here stands in the rules or in the entry; nothing is judged a second time. A source is told by how sure
it is, when it was published or else read, and where it is; the day on which it was read never stands as a proof.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from bot.conversation import choices
from bot.conversation.conversation import Conversation, OnScreen, Value
from bot.conversation.events import Turn
from bot.conversation.flow import Ask, Say, Stations
from bot.conversation.library import Library
from bot.conversation.reasons import estimate_line, in_screens, who_confirms
from bot.conversation.saying import Teller
from bot.conversation.showing import Passage, case_of, source_age
from bot.conversation.verdicts import assessments
from bot.conversation.walk import Position
from bot.eligibility.amounts import Source
from bot.eligibility.assessment import Assessment, estimated, explained
from bot.eligibility.conditions import leaves
from bot.eligibility.scheme import Scheme, amounts_on
from bot.language.wording import day, listed, percent
from bot.message import Choice, Text, joined

#: Schemes whose sources are told after a result of several, those within reach first.
_MOST_SCHEMES: Final = 3
#: Sources told under one amount or condition; conditions told of one question.
_MOST_SOURCES: Final = 2


@dataclass(frozen=True, slots=True)
class Citation:
    """One source as people are shown it: what it is called, where it is, how sure it is and how old."""

    title: Text
    url: str | None
    published: str | None
    read: date
    confidence: str

    def age(self, library: Library) -> Text:
        """Return in one line how sure it is, and when it was published, else when it was read."""
        return source_age(self.confidence, self.published, self.read, library)


@dataclass(frozen=True, slots=True)
class _Sourced:
    """A statement and where it is written; without a statement the sources speak for themselves."""

    what: Text | None
    cited: tuple[Citation, ...]


def sourced(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say where what is on the screen is from, whole; where nothing is that has a source, where sources stand."""
    library, shown = teller.library, before.on_screen
    found = _on_screen(shown, before, teller)
    if not any(one.cited for _, ones in found for one in ones):
        return teller.again(before, here, library.phrases.source_none)
    addressed: set[str] = set()
    lines = [line for title, ones in found for line in _lines(title, ones, library, addressed)]
    return _shown(tuple(in_screens(lines)), _schemes_on_screen(shown, before, teller), before, here, teller)


def still_so(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say whether what is on the screen is still so: until when it is known to be, and how old its newest source is."""
    library, on, say = teller.library, teller.on, teller.library.phrases
    shown = before.on_screen
    cited = [one for _, ones in _on_screen(shown, before, teller) for each in ones for one in each.cited]
    if shown is None or not cited:
        return teller.again(before, here, say.source_none)
    schemes = _schemes_on_screen(shown, before, teller)
    ends = sorted(_ends(shown, schemes, teller))
    first = say.no_end_known
    if ends:
        first = say.ended.filled(date=day(ends[0])) if on > ends[0] else say.still_until.filled(date=day(ends[0]))
    newest = max(cited, key=lambda one: (one.published or "", one.read))
    whom = tuple(dict.fromkeys(name for one in schemes for name in who_confirms(one)))
    if not whom and (subject := library.follow_ups.subject(shown)) is not None:
        whom = tuple(library.schemes[scheme].office.name for scheme in subject.schemes[:1])
    asked = say.ask_before.filled(who=listed(whom)) if whom else say.ask_before_anyone
    return _shown((Passage(joined(first, newest.age(library), asked)),), schemes, before, here, teller)


def conditions_sourced(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield every condition of a scheme, each with where it is written."""
    told = [
        _Sourced(condition.because, _citations(condition.sources))
        for condition in explained(one, case_of(facts, library))
    ]
    title = library.phrases.sources_of_conditions.filled(scheme=one.scheme.title)
    yield from in_screens(_lines(title, told, library, set()))


def _shown(
    screens: Sequence[Passage], schemes: Sequence[Assessment], before: Conversation, here: Position, teller: Teller
) -> Turn:
    """Say `screens` and leave on the screen what was there, with the conditions' sources a choice away."""
    library, language = teller.library, before.language
    if isinstance(here.stop, Ask):
        return teller.again(before, here, *islice(screens, 1))
    entry = library.entries.get(before.entry_told or "")
    if entry is not None:
        return teller.shown(before, screens, choices.after_answer(entry, library, language))
    after = replace(before, astray=True)
    if not schemes:
        return teller.again(after, here, *screens)
    ways: tuple[Choice, ...] = tuple(
        choices.to("sources", one.scheme.id, _label(one.scheme, schemes, library), language, one.scheme.short)
        for one in schemes
    )
    turn = teller.shown(after, screens, (*ways, *choices.back_to_results(before, library)))
    return replace(turn, conversation=replace(turn.conversation, on_screen=before.on_screen))


def _label(scheme: Scheme, schemes: Sequence[Assessment], library: Library) -> Text:
    """Return what leads to the sources of a scheme's conditions: its name only where there are several."""
    return library.phrases.sources_label if len(schemes) == 1 else scheme.title


# What is on the screen, with its sources


def _on_screen(shown: OnScreen | None, before: Conversation, teller: Teller) -> list[tuple[Text, list[_Sourced]]]:
    """Return what is on the screen under its headings, each statement with where it is written."""
    library, say = teller.library, teller.library.phrases
    match shown:
        case OnScreen("answer", of) if of in library.entries and not library.entries[of].off_topic:
            cited = tuple(
                Citation(_same(one.url or one.title or one.says), None, one.published, one.read, one.confidence)
                for one in library.entries[of].sources
            )
            return [(say.sources, [_Sourced(None, cited)])]
        case OnScreen("scheme" | "result"):
            found = _schemes_on_screen(shown, before, teller)
            return [_of_result(one, before, library) for one in found]
        case OnScreen("question", of):
            return [(say.sources_of_question, list(_of_question(of, before, teller)))]
        case OnScreen("flow", of) if of in library.flows:
            return [(say.sources_of_screen, list(_of_flow(of, teller)))]
        case OnScreen("office", of):
            return [(say.sources_of_screen, list(_of_office(of, library)))]
        case _:
            return []


def _schemes_on_screen(shown: OnScreen | None, before: Conversation, teller: Teller) -> tuple[Assessment, ...]:
    """Return the assessments that were last told, those within reach first."""
    match shown:
        case OnScreen("scheme", of):
            schemes: tuple[str, ...] = (of,) if of in teller.library.schemes else ()
        case OnScreen("result"):
            schemes = choices.assessed_in(before.flow, teller.library)
        case _:
            return ()
    found = assessments(schemes, before.facts, teller.library, teller.on)
    # A refusal is asked about most: the first of them is told even where others are within reach.
    refused = [one for one in found if one.verdict == "not_eligible"][:1]
    within = [one for one in found if one.verdict != "not_eligible"][: _MOST_SCHEMES - len(refused)]
    return (*within, *refused) if within else tuple(found[:_MOST_SCHEMES])


def _of_result(one: Assessment, before: Conversation, library: Library) -> tuple[Text, list[_Sourced]]:
    """Return the amounts of a scheme line by line; of one out of reach, or without amounts, what decided."""
    say, case = library.phrases, case_of(before.facts, library)
    title = say.sources_of_result.filled(scheme=one.scheme.title)
    estimate = estimated(one, case)
    if estimate is not None:
        lines = [
            _Sourced(estimate_line(line, estimate, library), _citations(line.sources))
            for line in estimate.lines
            if line.high
        ]
        ceiling = say.sources_ceiling.filled(share=percent(estimate.ceiling / 100))
        return title, [*lines, _Sourced(ceiling, _citations(estimate.sources))]
    told = explained(one, case)
    if one.verdict != "not_eligible":
        amounts = amounts_on([one.scheme], one.on)
        named = [
            source for name, amount in amounts.items() if one.scheme.gives.names(name) for source in amount.sources
        ]
        gives = _Sourced(library.filled(one.scheme.gives, one.on), _citations(named or _unpublished(one.scheme)))
        if gives.cited:
            return title, [gives]
    decided = [each for each in told if each.where == "failed"] or list(told)
    return title, [_Sourced(each.because, _citations(each.sources)) for each in decided]


def _unpublished(scheme: Scheme) -> Sequence[Source]:
    return scheme.unpublished.sources if scheme.unpublished is not None else ()


def _of_question(fact: str, before: Conversation, teller: Teller) -> Iterator[_Sourced]:
    """Yield the conditions that hang on what is asked, of the schemes of the check: why it is asked at all."""
    said: set[Text] = set()
    schemes = choices.assessed_in(before.flow, teller.library)
    for one in assessments(schemes, before.facts, teller.library, teller.on):
        terms = one.scheme.terms
        for told in explained(one, case_of(before.facts, teller.library)):
            named = {leaf.fact for leaf in leaves(told.condition.that)}
            asked = {each for name in named for each in (terms.behind(name) if name in terms.derived else (name,))}
            if fact in asked and told.because not in said and len(said) < _MOST_SOURCES:
                said.add(told.because)
                yield _Sourced(told.because, _citations(told.sources))


def _of_flow(flow: str, teller: Teller) -> Iterator[_Sourced]:
    """Yield where a flow that explains has it from: the amounts it names and the stations, else its schemes' rules."""
    library, steps = teller.library, teller.library.flows[flow].steps
    texts = [step.text for step in steps if isinstance(step, Say)]
    amounts = amounts_on(library.schemes.values(), teller.on)
    named = [
        one for name, amount in amounts.items() if any(text.names(name) for text in texts) for one in amount.sources
    ]
    if any(isinstance(step, Stations) for step in steps):
        by_source: dict[Citation, list[Text]] = {}
        for station in library.stations:
            cited = Citation(_same(station.source_url), None, station.published, teller.on, station.confidence)
            by_source.setdefault(cited, []).append(station.city)
        for cited, cities in by_source.items():
            yield _Sourced(listed(cities), (cited,))
    elif not named and texts and (subject := library.follow_ups.subject(OnScreen("flow", flow))) is not None:
        named = [
            source
            for scheme in subject.schemes[:_MOST_SCHEMES]
            for source in (*_unpublished(library.schemes[scheme]), *library.schemes[scheme].conditions[0].sources)
        ]
    if named:
        yield _Sourced(None, _citations(named, most=len(named)))


def _of_office(office: str, library: Library) -> Iterator[_Sourced]:
    """Yield where what is told of an office is from."""
    for one in library.offices:
        if str(one.id) == office and one.source_url and one.source_date:
            yield _Sourced(
                one.name, (Citation(_same(one.source_url), None, one.source_date, date.min, one.confidence),)
            )


# Until when


def _ends(shown: OnScreen, schemes: Sequence[Assessment], teller: Teller) -> Iterator[date]:
    """Yield the last days on which what is on the screen, and what it goes by, is known to hold."""
    library = teller.library
    texts: list[Text] = []
    if shown.kind == "answer" and (entry := library.entries.get(shown.of)) is not None:
        texts = [entry.answer, *([entry.more] if entry.more is not None else [])]
        yield from [entry.until] if entry.until is not None else ()
    if shown.kind == "flow":
        steps = library.flows[shown.of].steps if shown.of in library.flows else ()
        texts = [step.text for step in steps if isinstance(step, Say)]
        if any(isinstance(step, Stations) for step in steps):
            yield from (station.until for station in library.stations if station.until is not None)
    assessed = [one.scheme for one in schemes]
    for scheme in library.schemes.values():
        for amount in scheme.amounts:
            is_named = scheme in assessed or any(text.names(str(amount.name)) for text in texts)
            if amount.until is not None and is_named:
                yield amount.until
    for scheme in assessed:
        periods = (scheme.period, *(condition.period for condition in scheme.conditions_on(teller.on)))
        yield from (period.until for period in periods if period.until is not None)


# Sources in words


def _citations(sources: Iterable[Source], most: int = _MOST_SOURCES) -> tuple[Citation, ...]:
    once = {source.id: source for source in sources}
    found = (Citation(one.title, one.url, one.published, one.read, one.confidence) for one in once.values())
    return tuple(islice(found, most))


def _lines(title: Text, told: Iterable[_Sourced], library: Library, addressed: set[str]) -> Iterator[Text]:
    """Yield each statement with its sources under it; an address is told the first time only, and then `addressed`."""
    heading: Text | None = title
    for one in told:
        parts = [] if one.what is None else [_item(one.what)]
        for cited in one.cited:
            parts.append(_source_line(cited, library, with_address=cited.url not in addressed))
            addressed |= {cited.url} if cited.url is not None else set()
        # A heading never stands at the foot of a screen.
        for part in [joined(*parts)] if one.what is not None else parts:
            yield part if heading is None else joined(heading, part)
            heading = None


def _source_line(cited: Citation, library: Library, *, with_address: bool) -> Text:
    if cited.url is None:
        return library.phrases.source_at.filled(age=cited.age(library), place=cited.title)
    line = joined(cited.title, cited.age(library), by=" ")
    return joined(line, _same(cited.url)) if with_address else line


def _item(words: Text) -> Text:
    return words.changed(lambda wording: wording if wording.startswith("- ") else f"- {wording}")


def _same(words: str) -> Text:
    """Return what is written alike in each language."""
    return Text({"ar": words, "fr": words})
