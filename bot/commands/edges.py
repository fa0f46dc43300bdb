"""`edges`: where verdicts turn, as a page for a reader from a ministry, as Markdown, or as JSON.

What is told here is what a person is told: the sentences are the rules' and the guide's own.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.commands.content import day_of, folder_of, loaded
from bot.content.reading import Mistakes, read
from bot.content.shaping import Words, shaped
from bot.conversation.library import Library
from bot.conversation.showing import measured
from bot.eligibility.amounts import Source
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.edges import Edge, EdgeCase, SchemeEdges, edges_of, sources_of
from bot.eligibility.facts import FactValue, InProvince, Measure, OneOf, Ratio, YesNo
from bot.eligibility.scheme import Authority
from bot.language.dates import moroccan_day
from bot.language.wording import day, money, published
from bot.message import LANGUAGES, Text, joined

#: The page and the Markdown, with the words of `flows/edges.yaml`.
_TEMPLATES = Path(__file__).parent / "templates"


def edges(args: Namespace) -> int:
    """Tell where the verdicts of one scheme or of all turn; 1 when there is no such scheme that day."""
    library, on = loaded(args), day_of(args.on) if args.on else moroccan_day(datetime.now(UTC))
    named = [args.scheme] if args.scheme else list(library.schemes)
    if unknown := [name for name in named if name not in library.schemes]:
        print(f"there is no scheme {unknown[0]!r}; there are: {', '.join(library.schemes)}", file=sys.stderr)
        return 1
    found = [told for name in named if (told := edges_of(library.schemes[name], on)) is not None]
    report = {"on": on.isoformat(), "schemes": [_scheme(one, library) for one in found]}
    if args.json:
        print(json.dumps(report, ensure_ascii=False))
    elif args.html:
        args.html.write_text(rendered(report, "edges.html", folder_of(args), library, on), "utf-8")
    else:
        sys.stdout.write(rendered(report, "edges.md", folder_of(args), library, on))
    return 0 if found else 1


def rendered(report: Mapping[str, Any], template: str, root: Path, library: Library, on: date) -> str:
    """Return the report in one of the two forms."""
    mistakes = Mistakes()
    document = read(root, root / "flows" / "edges.yaml", mistakes)
    words: dict[str, dict[str, str]] = {}
    for name in document.value if document is not None else ():
        assert document is not None
        if (text := shaped(Words, document, mistakes, (name,))) is not None:
            words[name] = _plain(text.text())
    if mistakes.errors:
        raise SystemExit("flows/edges.yaml cannot be read: run `dalil check`")
    words["day"] = _plain(day(on))
    phrases = library.phrases
    for confidence in ("official", "press", "single", "uncertain"):
        words[confidence] = _plain(getattr(phrases, confidence))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(report=report, say=words, languages=LANGUAGES) + "\n"


def _plain(text: Text) -> dict[str, str]:
    return {language: text.of(language) for language in LANGUAGES}


def _scheme(one: SchemeEdges, library: Library) -> dict[str, Any]:
    scheme = one.scheme
    parts = [part for part in scheme.estimate.parts if part.by is None] if scheme.estimate else []
    unpublished = scheme.unpublished
    return {
        "id": scheme.id,
        "title": _plain(scheme.title),
        "office": _plain(scheme.office.name),
        "edges": [_edge(edge, one, library) for edge in one.edges],
        "pairs": [
            {
                "condition": pair.condition.id,
                "because": _plain(library.filled(pair.condition.because, one.on)),
                "facts": [{"id": name, "name": _plain(library.facts[name].name)} for name in pair.facts],
                "values": [
                    [_plain(_told(name, value, library)) for value in values]
                    for name, values in zip(pair.facts, pair.values, strict=True)
                ],
                "states": [list(row) for row in pair.states],
            }
            for pair in one.pairs
        ],
        "confirms": [
            {
                "condition": condition.id,
                "because": _plain(library.filled(condition.because, one.on)),
                "who": [_authority(who) for who in whom],
                "sources": [_source(source) for source in condition.sources],
            }
            for condition, whom in one.confirmed
        ],
        "undecided": {
            "always": [_plain(library.filled(condition.because, one.on)) for condition in one.undecided],
            "unasked": [_plain(library.filled(condition.because, one.on)) for condition in one.unasked],
            "parts": [_plain(part.name) for part in parts],
            "unpublished": None
            if unpublished is None
            else {
                "because": _plain(library.filled(unpublished.because, one.on)),
                "who": _authority(unpublished.confirmed_by),
            },
        },
    }


def _authority(who: Authority) -> dict[str, Any]:
    return {"id": who.id, "name": _plain(who.name)}


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": _plain(source.title),
        "url": source.url,
        "published": source.published,
        "published_told": _plain(published(source.published[: len("2026-11")])) if source.published else None,
        "read": source.read.isoformat(),
        "read_told": _plain(day(source.read)),
        "confidence": source.confidence,
    }


def _edge(edge: Edge, one: SchemeEdges, library: Library) -> dict[str, Any]:
    derived = one.scheme.terms.derived.get(edge.fact)
    name = derived.name if isinstance(derived, Ratio) else library.facts[edge.fact].name
    return {
        "about": edge.about,
        "is_condition": edge.is_condition,
        "fact": edge.fact,
        "fact_name": _plain(name),
        "amount": str(edge.amount.name),
        "value": edge.amount.value,
        "told": _plain(edge.amount.text()),
        "ended": edge.amount.ended.isoformat() if edge.amount.ended else None,
        "is_cliff": edge.is_cliff,
        "beside": _plain(joined(*_beside(edge, library), by=" · ")),
        "sources": [_source(source) for source in sources_of(edge, one.scheme)],
        "cases": [_case(case, library) for case in edge.cases],
    }


def _beside(edge: Edge, library: Library) -> Iterator[Text]:
    """Yield what else the case of an edge says of a person, without numbers."""
    for name, value in edge.cases[0].facts.items() if edge.cases else ():
        match library.facts[name].kind:
            case OneOf():
                yield _told(name, value, library)
            case YesNo():
                yield joined(library.facts[name].name, _told(name, value, library), by=": ")
            case _:
                continue


def _case(case: EdgeCase, library: Library) -> dict[str, Any]:
    facts = case.facts
    shown = [joined(library.facts[name].name, _told(name, value, library), by=": ") for name, value in facts.items()]
    estimate = case.estimate
    return {
        "place": case.place,
        "facts": dict(facts),
        "shown": _plain(joined(*shown, by=" · ")) if shown else _plain(library.phrases.unknown),
        "verdict": case.assessment.verdict,
        "state": case.explained.where if case.explained else None,
        "told": _plain(joined(*_sentences(case, library))),
        "estimate": None if estimate is None else {"low": estimate.low, "high": estimate.high},
    }


def _sentences(case: EdgeCase, library: Library) -> Iterator[Text]:
    """Yield what a person in this case is told of it: the verdict, the condition, and what would change it."""
    say, assessment = library.phrases, case.assessment
    verdicts = {
        "eligible": say.verdict_eligible,
        "perhaps": say.verdict_perhaps,
        "not_eligible": say.verdict_not_eligible,
    }
    yield verdicts[assessment.verdict].filled(scheme=assessment.scheme.title)
    if case.explained is not None:
        headings = {
            "failed": say.conditions_failed,
            "confirm": say.conditions_confirm,
            "unknown": say.conditions_unknown,
            "met": say.conditions_met,
        }
        yield joined(headings[case.explained.where], case.explained.because, by=" ")
        if case.explained.where == "confirm":
            yield from (say.who_confirms.filled(who=who.name) for who in case.explained.condition.confirmed_by)
    if case.estimate is not None:
        yield say.estimate_range.filled(low=money(case.estimate.low), high=money(case.estimate.high))
    for facts in changes(assessment)[:1]:
        wished = [target.text() for target in targets(assessment, case.known, facts)]
        yield joined(say.would_be_possible, joined(*wished, by=" + "), by=" ")


def _told(name: str, value: FactValue, library: Library) -> Text:
    """Return a value of a fact in words."""
    match library.facts[name].kind:
        case OneOf(options):
            return next(option.label for option in options if option.id == value)
        case YesNo():
            return library.phrases.yes if value else library.phrases.no
        case InProvince():
            return next(place.name for place in library.gazetteer.places.values() if place.province == value)
        case Measure() as measure:
            return measured(measure, float(value))
