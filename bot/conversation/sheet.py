"""What stands on the sheet that a person takes to an office: their answers, what the rules say, papers, the office.

Nothing is decided here: the verdicts, reasons, sources and sums are those of the conversation on the same day. What is
put on paper is what the person said and what the content has, never more.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import date
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import FLOW, Conversation, Value
from bot.conversation.library import Library
from bot.conversation.showing import (
    case_of,
    map_address,
    office_found,
    passage,
    place_of,
    source_age,
    value_told,
    way_there,
)
from bot.conversation.verdicts import assessments
from bot.eligibility.amounts import Source
from bot.eligibility.assessment import Assessment, Verdict, estimated, explained
from bot.language.wording import day, money, percent
from bot.message import Document, Language, Text
from bot.offices.places import OfficeKind, nearest

#: Schemes told with their conditions; the rest of what is within reach stands with its name and its verdict.
MOST_SCHEMES: Final = 4
#: Sources named a scheme, those of its first conditions.
_MOST_SOURCES: Final = 3


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of an estimate: what for, the share, the sum."""

    name: str
    share: str
    sum: str


@dataclass(frozen=True, slots=True)
class SchemeOnSheet:
    """One scheme: its verdict in words, and each condition under where it stands."""

    title: str
    verdict: Verdict
    failed: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    #: Who confirms what is to be confirmed.
    confirmed_by: tuple[str, ...] = ()
    #: The whole sum, empty where there is no estimate, and its lines.
    total: str = ""
    sums: tuple[SumLine, ...] = ()
    papers: tuple[str, ...] = ()
    #: Each with how old and how sure it is.
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingThen:
    """A scheme's verdict and sum in dirhams on a day, None where there is no estimate: to be compared, not printed."""

    scheme: str
    verdict: Verdict
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in one language; every text is whole, and is data: nothing in it is markup."""

    language: Language
    #: The day whose rules were applied, as people write it, and the release of the content.
    day: str
    release: str
    #: Name and value of each answer, in the order they were given.
    answers: tuple[tuple[str, str], ...]
    #: Those within reach first, with all that is known of them.
    schemes: tuple[SchemeOnSheet, ...]
    #: Names of what is within reach besides, and of what is not.
    also: tuple[str, ...]
    out_of_reach: tuple[str, ...]
    #: The lines of the office that is competent, empty where the place is not known.
    office: tuple[str, ...]
    #: The address of the office's map, empty where the place is not known.
    map: str = ""
    #: By which the sheet is found again; empty where nothing is kept.
    code: str = ""
    #: The day, the answers and the verdicts as the program knows them: what has changed since is found by them.
    on: str = ""
    facts: tuple[tuple[str, Value], ...] = ()
    standings: tuple[tuple[str, Verdict, float | None, float | None], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was answered: a sheet of nothing helps nobody."""
        return not self.answers

    def document(self) -> Document:
        """Return the sheet as something to be drawn and kept."""
        name = "dalil-fiche.pdf" if self.language == "fr" else "dalil-warqa.pdf"
        return Document("sheet", name, json.dumps(asdict(self), ensure_ascii=False))


def sheet_of(conversation: Conversation, library: Library, on: date, code: str = "") -> Sheet:
    """Return the sheet of a conversation by the rules of a day."""
    language, facts = conversation.language, conversation.facts
    found = assessments(_schemes(conversation, library), facts, library, on) if facts else []
    reached = [one for one in found if one.verdict != "not_eligible"]
    told = reached[:MOST_SCHEMES] or found[:1]
    refused = [one for one in found if one.verdict == "not_eligible" and one not in told]
    office, map_of_it = _office(told, conversation, library)
    return Sheet(
        language=language,
        day=day(on).of(language),
        release=library.release[:8],
        answers=tuple(_answers(conversation, library)),
        schemes=tuple(_scheme(one, conversation, library) for one in told),
        also=tuple(one.scheme.title.of(language) for one in reached[MOST_SCHEMES:]),
        out_of_reach=tuple(one.scheme.title.of(language) for one in refused),
        office=office,
        map=map_of_it,
        code=code,
        on=on.isoformat(),
        facts=tuple(facts.items()),
        standings=tuple(astuple(_standing(one, facts, library)) for one in found),
    )


def standings(schemes: Iterable[str], facts: Mapping[str, Value], library: Library, on: date) -> Iterator[StandingThen]:
    """Yield where the schemes that there still are stand by the rules of a day."""
    known = [scheme for scheme in schemes if scheme in library.schemes]
    return (_standing(one, facts, library) for one in assessments(known, facts, library, on))


def _standing(one: Assessment, facts: Mapping[str, Value], library: Library) -> StandingThen:
    estimate = None if one.verdict == "not_eligible" else estimated(one, case_of(facts, library))
    sums = (None, None) if estimate is None else (estimate.low, estimate.high)
    return StandingThen(str(one.scheme.id), one.verdict, *sums)


def _schemes(conversation: Conversation, library: Library) -> tuple[str, ...]:
    """Return the schemes of the check the person was in last; those of the check of everything where it was none."""
    visited = [str(answer.value) for answer in reversed(conversation.trail) if answer.about == FLOW]
    for flow in (*visited, library.roles.check):
        if schemes := assessed_in(flow, library):
            return schemes
    return tuple(library.schemes)


def _answers(conversation: Conversation, library: Library) -> Iterator[tuple[str, str]]:
    for fact_id, value in conversation.facts.items():
        fact, words = library.facts.get(fact_id), value_told(fact_id, value, library)
        if fact is not None and words is not None:
            yield fact.name.of(conversation.language), words.of(conversation.language)


def _scheme(one: Assessment, conversation: Conversation, library: Library) -> SchemeOnSheet:
    language, say = conversation.language, library.phrases
    case = case_of(conversation.facts, library)
    told = explained(one, case)

    def standing(where: str) -> tuple[str, ...]:
        return tuple(each.because.of(language) for each in told if each.where == where)

    names = [authority.name for condition in one.conditions("confirm") for authority in condition.confirmed_by]
    if one.scheme.unpublished is not None:
        names.append(one.scheme.unpublished.confirmed_by.name)
    estimate = estimated(one, case)
    sums: tuple[SumLine, ...] = ()
    total = ""
    if estimate is not None:
        total = say.estimate_range.filled(low=money(estimate.low), high=money(estimate.high)).of(language)
        sums = tuple(
            SumLine(
                line.part.name.of(language),
                _span(percent(line.low_share / 100), percent(line.high_share / 100), language),
                _span(money(line.low), money(line.high), language),
            )
            for line in estimate.lines
        )
    papers = one.scheme.papers_for(conversation.facts.get(library.roles.legal_form))
    return SchemeOnSheet(
        title=one.scheme.title.of(language),
        verdict=one.verdict,
        failed=standing("failed"),
        confirm=standing("confirm"),
        unknown=standing("unknown"),
        met=standing("met"),
        confirmed_by=tuple(dict.fromkeys(name.of(language) for name in names)),
        total=total,
        sums=sums,
        papers=() if one.verdict == "not_eligible" else tuple(paper.of(language) for paper in papers),
        sources=tuple(
            _source(source, language, library)
            for source in _once(source for each in told for source in each.sources)[:_MOST_SOURCES]
        ),
    )


def _once(sources: Iterable[Source]) -> list[Source]:
    return list({source.id: source for source in sources}.values())


def _source(source: Source, language: Language, library: Library) -> str:
    age = source_age(source.confidence, source.published, source.read, library)
    return f"{source.title.of(language)} {age.of(language)}"


def _span(low: Text, high: Text, language: Language) -> str:
    return low.of(language) if low == high else f"{low.of(language)} – {high.of(language)}"


def _office(told: list[Assessment], conversation: Conversation, library: Library) -> tuple[tuple[str, ...], str]:
    """Return the office to go to first, that of the best scheme in the person's region, and its map's address."""
    place = place_of(conversation.facts, library)
    if place is None:
        return (), ""
    kind = _kind(told[0].scheme.office.office) if told else "brce"
    reaches = nearest(place, library.offices, kind)
    there = [way_there(place, reaches[0], library)] if reaches else []
    lines: list[str] = []
    for words in office_found(conversation.facts, kind, library):
        # An address of the web is of no use on paper: its code is.
        if words not in there:
            lines += passage(words).text.of(conversation.language).splitlines()
    return tuple(lines), map_address(reaches[0].office) if reaches else ""


def _kind(office: str | None) -> OfficeKind:
    match office:
        case "brce" | "cri" | "dr_artisanat" | "chamber" | "maison_artisan":
            return office
        case _:
            return "brce"
