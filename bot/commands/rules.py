"""Commands about the rules: `assess` checks cases, `compare` two days, `read` shows what a message is understood as.

`edges` tells where verdicts turn, as a page for a reader from a ministry, as Markdown, or as JSON: the sentences are
those that a person is told.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.commands.configuration import config_of
from bot.commands.content import day_of, folder_of, lines, loaded, written
from bot.content.reading import Mistakes
from bot.content.reading import read as yaml_read
from bot.content.rules import read_rulebook
from bot.content.shaping import Words, shaped
from bot.content.stale import Difference, differences
from bot.conversation.hearing.told_facts import heard
from bot.conversation.library import Library
from bot.conversation.showing import measured
from bot.conversation.verdicts import verdict_told
from bot.eligibility.amounts import Source
from bot.eligibility.case import assess_case, compared, sources_of_case
from bot.eligibility.conditions import leaves
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.edges import Edge, EdgeCase, SchemeEdges, edges_of, sources_of
from bot.eligibility.fact_pairs import VerdictPair, needed_together
from bot.eligibility.facts import FactValue, InProvince, Measure, OneOf, Ratio, YesNo
from bot.eligibility.scheme import Authority, Rulebook
from bot.language import numbers
from bot.language.dates import moroccan_day
from bot.language.wording import day, money, published
from bot.message import CONFIDENCES, LANGUAGES, Text, joined


def assess(args: Namespace) -> int:
    """Assess each case; 1 when a line could not be taken."""
    on = day_of(args.on) if args.on else moroccan_day(datetime.now(UTC))
    rules = _rules(args)
    told = sources_of_case if args.sources else assess_case
    return _each_case(lambda raw: told(rules, raw, on))


def compare(args: Namespace) -> int:
    """Tell what changes between two days, or, of days named by options, for each case; 1 when a line is no case."""
    named = args.days or [args.before, args.after]
    if len(named) != 2 or None in named:
        print("compare DATE DATE tells what changes; --from DATE --to DATE compares cases", file=sys.stderr)
        return 2
    before, after = map(day_of, named)
    rules = _rules(args)
    if args.days:
        _tell(differences(config_of(args).content, rules, before, after), is_json=args.json)
        return 0
    return _each_case(lambda raw: compared(rules, raw, before, after))


def _tell(found: list[Difference], *, is_json: bool) -> None:
    for one in found:
        told = {"subject": one.subject, "about": one.about, "from": one.before, "to": one.after}
        if is_json:
            written({**told, "file": one.where.file, "line": one.where.line})
        else:
            changed = f"{one.before or '-'} -> {one.after or '-'}"
            print(f"{one.subject:10}{one.about}: {changed}  {one.where.file}:{one.where.line}")
    if not found and not is_json:
        print("nothing changes")


def _each_case(told: Callable[[object], dict[str, object]]) -> int:
    status = 0
    for line in lines():
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            answer: dict[str, object] = {"error": {"fact": "", "message": "the line is not JSON"}}
        else:
            answer = told(raw)
        written(answer)
        status = status or int("error" in answer)
    return status


def _rules(args: Namespace) -> Rulebook:
    mistakes = Mistakes()
    rules = read_rulebook(config_of(args).content, mistakes, proving=False)
    if rules is None or mistakes.errors:
        raise SystemExit("the rules cannot be read: run `dalil check`")
    return rules


def read(args: Namespace) -> int:
    """Show what each message is understood as; nothing is stored."""
    library = loaded(args)
    year = moroccan_day(datetime.now(UTC)).year
    for text in lines():
        amounts = numbers.amounts(text)
        years = numbers.years(text)
        written(
            {
                "text": text,
                "facts": dict(heard(text, library)),
                "amounts": [
                    {"value": _plain(one.readings[0])}
                    if len(one.readings) == 1
                    else {"readings": [_plain(value) for value in one.readings]}
                    for one in amounts
                ],
                "counts": [_plain(value) for one in numbers.counts(text) for value in one.readings],
                "years": [
                    year - one.year if isinstance(one, numbers.Since) else _plain(one.readings[0]) for one in years
                ],
            }
        )
    return 0


def _plain(number: float) -> float:
    """Return a whole number without its fraction."""
    return int(number) if number == int(number) else number


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
    document = yaml_read(root, root / "flows" / "edges.yaml", mistakes)
    words: dict[str, dict[str, str]] = {}
    for name in document.value if document is not None else ():
        assert document is not None
        if (text := shaped(Words, document, mistakes, (name,))) is not None:
            words[name] = _wordings(text.text())
    if mistakes.errors:
        raise SystemExit("flows/edges.yaml cannot be read: run `dalil check`")
    words["day"] = _wordings(day(on))
    phrases = library.phrases
    for confidence in CONFIDENCES:
        words[confidence] = _wordings(getattr(phrases, confidence))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(report=report, say=words, languages=LANGUAGES) + "\n"


def _wordings(text: Text) -> dict[str, str]:
    return {language: text.of(language) for language in LANGUAGES}


def _scheme(one: SchemeEdges, library: Library) -> dict[str, Any]:
    scheme = one.scheme
    parts = [part for part in scheme.estimate.parts if part.by is None] if scheme.estimate else []
    unpublished = scheme.unpublished
    return {
        "id": scheme.id,
        "title": _wordings(scheme.title),
        "office": _wordings(scheme.office.name),
        "edges": [_edge(edge, one, library) for edge in one.edges],
        "pairs": [
            {
                "condition": pair.condition.id,
                "because": _wordings(library.filled(pair.condition.because, one.on)),
                "facts": [{"id": name, "name": _wordings(library.facts[name].name)} for name in pair.facts],
                "values": [
                    [_wordings(_told(name, value, library)) for value in values]
                    for name, values in zip(pair.facts, pair.values, strict=True)
                ],
                "states": [list(row) for row in pair.states],
            }
            for pair in one.pairs
        ],
        "verdict_pairs": [_verdict_pair(pair, library) for pair in one.verdict_pairs],
        "needed_together": [_needed(group, one, library) for group in needed_together(one.verdict_pairs)],
        "confirms": [
            {
                "condition": condition.id,
                "because": _wordings(library.filled(condition.because, one.on)),
                "who": [_authority(who) for who in whom],
                "sources": [_source(source) for source in condition.sources],
            }
            for condition, whom in one.confirmed
        ],
        "undecided": {
            "always": [_wordings(library.filled(condition.because, one.on)) for condition in one.undecided],
            "unasked": [_wordings(library.filled(condition.because, one.on)) for condition in one.unasked],
            "parts": [_wordings(part.name) for part in parts],
            "unpublished": None
            if unpublished is None
            else {
                "because": _wordings(library.filled(unpublished.because, one.on)),
                "who": _authority(unpublished.confirmed_by),
            },
        },
    }


def _verdict_pair(pair: VerdictPair, library: Library) -> dict[str, Any]:
    return {
        "kind": pair.kind,
        "conditions": list(pair.conditions),
        "facts": [{"id": name, "name": _wordings(library.facts[name].name)} for name in pair.facts],
        "values": [list(values) for values in pair.values],
        "values_told": [
            [_wordings(_told(name, value, library)) for value in values]
            for name, values in zip(pair.facts, pair.values, strict=True)
        ],
        "verdicts": [list(row) for row in pair.verdicts],
    }


def _needed(group: Mapping[str, FactValue], one: SchemeEdges, library: Library) -> list[dict[str, Any]]:
    """Return each fact of a group with the value that spoils it, and the conditions it stands in."""
    terms = one.scheme.terms
    return [
        {
            "id": name,
            "told": _wordings(joined(library.facts[name].name, _told(name, value, library), by=": ")),
            "conditions": [
                condition.id
                for condition in one.scheme.conditions_on(one.on)
                if any(name in terms.behind(leaf.fact) for leaf in leaves(condition.that))
            ],
        }
        for name, value in group.items()
    ]


def _authority(who: Authority) -> dict[str, Any]:
    return {"id": who.id, "name": _wordings(who.name)}


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": _wordings(source.title),
        "url": source.url,
        "published": source.published,
        "published_told": _wordings(published(source.published[: len("2026-11")])) if source.published else None,
        "read": source.read.isoformat(),
        "read_told": _wordings(day(source.read)),
        "confidence": source.confidence,
    }


def _edge(edge: Edge, one: SchemeEdges, library: Library) -> dict[str, Any]:
    derived = one.scheme.terms.derived.get(edge.fact)
    name = derived.name if isinstance(derived, Ratio) else library.facts[edge.fact].name
    return {
        "about": edge.about,
        "is_condition": edge.is_condition,
        "fact": edge.fact,
        "fact_name": _wordings(name),
        "amount": str(edge.amount.name),
        "value": edge.amount.value,
        "told": _wordings(edge.amount.text()),
        "ended": edge.amount.ended.isoformat() if edge.amount.ended else None,
        "is_cliff": edge.is_cliff,
        "beside": _wordings(joined(*_beside(edge, library), by=" · ")),
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
        "shown": _wordings(joined(*shown, by=" · ")) if shown else _wordings(library.phrases.unknown),
        "verdict": case.assessment.verdict,
        "state": case.explained.where if case.explained else None,
        "told": _wordings(joined(*_sentences(case, library))),
        "estimate": None if estimate is None else {"low": estimate.low, "high": estimate.high},
    }


def _sentences(case: EdgeCase, library: Library) -> Iterator[Text]:
    """Yield what a person in this case is told of it: the verdict, the condition, and what would change it."""
    say, assessment = library.phrases, case.assessment
    yield verdict_told(assessment, case.known, library).text
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
