"""Where a scheme's verdict turns: each threshold just below, at, just above and unknown, pairs of facts, who confirms.

Every edge is shown on a case in which everything else is as good as can be, so that nothing but the threshold decides.
What must not break: a case shown is assessed as any person's would be (`assessed`, `estimated`), never worked out here
a second time; and a threshold that could be shown to turn something is shown on a case where it does.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from math import ceil
from typing import Literal

from bot.eligibility.amounts import LegalAmount, Source, on_day
from bot.eligibility.assessment import (
    Assessment,
    Estimate,
    Explained,
    Prepared,
    Verdict,
    assessed,
    estimated,
    explained,
    prepared,
)
from bot.eligibility.components import Component
from bot.eligibility.conditions import (
    CONFIRM,
    HOLDS,
    Compared,
    Confirm,
    Every,
    Some,
    That,
    Unasked,
    leaves,
)
from bot.eligibility.fact_pairs import (
    FactCase,
    FactPair,
    VerdictPair,
    condition_pairs,
    plain_number,
    usual_value,
    verdict_pairs,
)
from bot.eligibility.facts import FactValue, Measure, Ratio
from bot.eligibility.scheme import Authority, Condition, Scheme

#: On which side of a threshold a case lies.
Side = Literal["below", "at", "above", "unknown"]
#: How far just below and just above are from a threshold, by the fact's unit.
_STEPS = {"DH": 1.0, "years": 0.1, "persons": 1.0}
#: Cases tried at most to show a threshold, or to find one in which all else holds.
_TRIED, _SOUGHT = 300, 20_000
_PLACES: tuple[Side, ...] = ("below", "at", "above", "unknown")


@dataclass(frozen=True, slots=True)
class EdgeCase:
    """One case beside a threshold: the facts that the edge hangs on, and what the rules say of the whole case."""

    place: Side
    #: The facts of the condition, the threshold's among them; unknown ones are left out.
    facts: Mapping[str, FactValue]
    #: The whole case, in which all else is as good as can be.
    known: Mapping[str, FactValue]
    assessment: Assessment
    #: The condition the threshold belongs to, as it stands; None for a threshold of the estimate.
    explained: Explained | None
    estimate: Estimate | None

    def outcome(self) -> tuple[object, ...]:
        """Return what turns at an edge: the verdict, the condition, the sum."""
        sums = (self.estimate.low, self.estimate.high) if self.estimate else None
        return self.assessment.verdict, self.explained.where if self.explained else None, sums


@dataclass(frozen=True, slots=True)
class Edge:
    """One threshold of a scheme: a fact compared with an amount, in a condition or in a part of the estimate."""

    fact: str
    amount: LegalAmount
    #: The id of the condition, or of the part of the estimate.
    about: str
    is_condition: bool
    cases: tuple[EdgeCase, ...]

    @property
    def is_cliff(self) -> bool:
        """Return whether the smallest step over it changes the verdict, the condition or the sum."""
        return len({case.outcome() for case in self.cases if case.place != "unknown"}) > 1

    @property
    def verdicts(self) -> dict[Side, Verdict]:
        """Return the verdict at each place."""
        return {case.place: case.assessment.verdict for case in self.cases}


@dataclass(frozen=True, slots=True)
class SchemeEdges:
    """All that a reader must know of where a scheme's verdicts turn on a day."""

    scheme: Scheme
    on: date
    edges: tuple[Edge, ...]
    pairs: tuple[FactPair, ...]
    #: Every two facts that turn the verdict of the whole scheme together, whichever conditions they stand in.
    verdict_pairs: tuple[VerdictPair, ...]
    #: The conditions that an office may have to confirm, with who.
    confirmed: tuple[tuple[Condition, tuple[Authority, ...]], ...]
    #: Conditions that an office confirms of everybody, whatever is known.
    undecided: tuple[Condition, ...]
    #: Conditions in which something decides that is asked of nobody.
    unasked: tuple[Condition, ...]


def edges_of(scheme: Scheme, on: date) -> SchemeEdges | None:
    """Return where a scheme's verdicts turn by the rules of a day; None when it is not in force."""
    rules = prepared(scheme, on)
    if rules is None:
        return None
    base = _best_case(rules)
    always = [
        condition for condition in rules.conditions if isinstance(condition.that, Confirm) and not condition.that.when
    ]
    return SchemeEdges(
        scheme=scheme,
        on=on,
        edges=tuple(_edges(scheme, on, rules, base)),
        pairs=tuple(condition_pairs(rules, base)),
        verdict_pairs=tuple(verdict_pairs(scheme, on, rules, base)),
        confirmed=tuple((one, one.confirmed_by) for one in rules.conditions if one.confirmed_by),
        undecided=tuple(always),
        unasked=tuple(one for one in rules.conditions if any(isinstance(part, Unasked) for part in _parts(one.that))),
    )


def edges_at(scheme: Scheme, on: date, names: Container[str]) -> list[Edge]:
    """Return the edges at some amounts alone, by the rules of a day; none when the scheme is not in force."""
    rules = prepared(scheme, on)
    return [] if rules is None else list(_edges(scheme, on, rules, _best_case(rules), names))


def best_case(scheme: Scheme, on: date) -> FactCase:
    """Return a case in which all is as good as can be by the rules of a day; an empty one when there are none."""
    rules = prepared(scheme, on)
    return {} if rules is None else _best_case(rules)


def thresholds_on(scheme: Scheme, on: date) -> dict[tuple[str, str], float]:
    """Return the value of each threshold on a day by its fact and its amount, without looking what turns there."""
    rules = prepared(scheme, on)
    if rules is None:
        return {}
    amounts = {str(name): amount.value for name, amount in on_day(scheme.amounts, on).items()}
    leaves_ = [(str(leaf.fact), str(leaf.amount)) for one in rules.conditions for leaf in _compared(one.that)]
    parts = scheme.estimate.parts if scheme.estimate else ()
    leaves_ += [(part.by, band.amount) for part in parts for band in part.bands if part.by and band.amount]
    return {(fact, amount): amounts[amount] for fact, amount in leaves_}


def deciding_amounts(scheme: Scheme) -> frozenset[str]:
    """Return the names of the amounts that a verdict or an estimate hangs on, whatever the day."""
    compared = (str(leaf.amount) for condition in scheme.conditions for leaf in _compared(condition.that))
    return frozenset((*compared, *scheme.needed))


def _edges(
    scheme: Scheme, on: date, rules: Prepared, base: FactCase, names: Container[str] | None = None
) -> Iterator[Edge]:
    amounts = {str(name): amount for name, amount in on_day(scheme.amounts, on).items()}
    for condition, (number, _) in zip(rules.conditions, rules.places, strict=True):
        for fact, amount in dict.fromkeys((leaf.fact, leaf.amount) for leaf in _compared(condition.that)):
            if names is None or amount in names:
                edge = _shown(scheme, on, fact, amounts[amount], condition, rules.components[number], base)
                if edge is not None:
                    yield edge
    for part in scheme.estimate.parts if scheme.estimate else ():
        for band in part.bands:
            if part.by is not None and band.amount is not None and (names is None or band.amount in names):
                cases = tuple(_beside(scheme, on, part.by, amounts[band.amount], base, None))
                yield Edge(part.by, amounts[band.amount], part.id, False, cases)


def sources_of(edge: Edge, scheme: Scheme) -> tuple[Source, ...]:
    """Return where the number of an edge is written, then what says the condition or the part it belongs to."""
    abouts: list[Source] = []
    for condition in scheme.conditions if edge.is_condition else ():
        abouts += condition.sources if condition.id == edge.about else ()
    for part in scheme.estimate.parts if scheme.estimate and not edge.is_condition else ():
        abouts += part.sources if part.id == edge.about else ()
    return tuple(dict.fromkeys((*edge.amount.sources, *abouts)))


def _compared(that: That) -> Iterator[Compared]:
    yield from (leaf for leaf in leaves(that) if isinstance(leaf, Compared))


def _parts(that: That) -> Iterator[That]:
    """Yield a condition and everything within it."""
    yield that
    match that:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _parts(part)
        case Unasked(when):
            yield from _parts(when)
        case Confirm(_, when) if when is not None:
            yield from _parts(when)
        case _:
            return


def _best_case(rules: Prepared) -> FactCase:
    """Return a case in which every condition holds, or, where none can, waits for an office at worst."""
    case: FactCase = {}
    for component in rules.components:
        ways = component.ways(component.partition.facts, {}, CONFIRM, partly=False)
        found: dict[str, FactValue] = {}
        for way in islice(ways, _SOUGHT):
            if component.worst(way) > (component.worst(found) if found else CONFIRM - 1):
                found = dict(way)
            if found and component.worst(found) == HOLDS:
                break
        case.update(found)
        # Numbers as people have them: any value of a cell leads to the same.
        for name, value in found.items():
            cells = component.partition.cells(name, {key: one for key, one in found.items() if key != name})
            near = [cell for cell in cells if isinstance(cell.value, float) and cell.low <= float(value) <= cell.high]
            if near and near[-1].low < float(value) < near[-1].high:
                case[name] = found[name] = usual_value(near[-1], component.partition.terms, name)
    return case


def _shown(
    scheme: Scheme, on: date, fact: str, amount: LegalAmount, condition: Condition, component: Component, base: FactCase
) -> Edge | None:
    """Return a threshold on the case that shows most of what it turns; None when no value of the fact is beside it."""
    told = frozenset(scheme.terms.behind(fact)) if fact in scheme.terms.derived else frozenset({fact})
    others = [name for leaf in leaves(condition.that) for name in scheme.terms.behind(leaf.fact) if name not in told]
    others = list(dict.fromkeys(others))
    cells = [[usual_value(cell, scheme.terms, name) for cell in component.partition.cells(name, {})] for name in others]
    shown: list[tuple[EdgeCase, ...]] = []
    # The case as good as can be comes first: it is kept where no other shows more.
    for values in islice(product(*cells), _TRIED):
        for known in ({**base}, {**base, **dict(zip(others, values, strict=True))}):
            shown.append(tuple(_beside(scheme, on, fact, amount, known, condition, tuple(others))))
    if not shown or not shown[0]:
        return None
    best = max(shown, key=_shows)
    return Edge(fact, amount, condition.id, True, best)


def _shows(cases: tuple[EdgeCase, ...]) -> tuple[int, int]:
    """Return how much a threshold is seen to turn: verdicts first, then where the condition stands."""
    beside = [case for case in cases if case.place != "unknown"]
    return (
        len({case.assessment.verdict for case in beside}),
        len({case.explained.where for case in beside if case.explained}),
    )


def _beside(
    scheme: Scheme,
    on: date,
    fact: str,
    amount: LegalAmount,
    base: FactCase,
    condition: Condition | None,
    others: tuple[str, ...] = (),
) -> Iterator[EdgeCase]:
    """Yield the cases just below, at and just above a threshold, and the one in which its fact is not known."""
    partner, told = scheme.terms.partner(fact), scheme.terms.behind(fact)
    for place, changed in _values(scheme, fact, amount.compared, base):
        known = {name: value for name, value in {**base, **changed}.items() if value is not None}
        if place == "unknown" and partner is not None and scheme.terms.contradiction({**known, fact: amount.compared}):
            del known[partner]
        case = {name: value for name, value in scheme.terms.settled(known).items() if value is not None}
        assessment = assessed(scheme, case, on)
        assert assessment is not None
        stands = None
        if condition is not None:
            stands = next(one for one in explained(assessment, case) if one.condition.id == condition.id)
        names = dict.fromkeys((*(name for name in changed if name in told), *others))
        facts = {name: case[name] for name in names if name in case}
        yield EdgeCase(place, facts, case, assessment, stands, estimated(assessment, case))


def _values(scheme: Scheme, fact: str, limit: float, base: FactCase) -> Iterator[tuple[Side, FactCase]]:
    """Yield what of the case changes at each place; of a ratio what is divided, beside a fitting other part."""
    terms = scheme.terms
    derived = terms.derived.get(fact)
    name, to = (derived.of, derived.to) if isinstance(derived, Ratio) else (fact, None)
    kind = terms.asked[name].kind
    assert isinstance(kind, Measure)
    beside: FactCase = {}
    mark = limit
    if isinstance(derived, Ratio) and to is not None:
        whole = float(base.get(to) or derived.per)
        # A whole number of what is counted lies on the limit for one of the first multiples.
        whole = next(
            (whole * times for times in range(1, 11) if (limit * whole * times / derived.per).is_integer()), whole
        )
        mark, beside = round(limit * whole / derived.per, 6), {to: plain_number(whole)}
    for other in {leaf.fact: leaf for condition in scheme.conditions for leaf in _compared(condition.that)}:
        # What is a share of the same whole stays large enough beside it.
        ratio = terms.derived.get(other)
        if isinstance(ratio, Ratio) and other != fact and ratio.to in (to, fact) and ratio.of != name:
            beside[ratio.of] = _ample(scheme, ratio, float(beside.get(ratio.to) or limit))
    step = _STEPS[kind.unit]
    for place, value in zip(_PLACES, (mark - step, mark, mark + step, None), strict=True):
        if value is None:
            yield place, {**beside, name: None}
        elif kind.least <= value <= kind.most:
            number = round(value, 6)
            yield place, {**beside, name: int(number) if number == int(number) else number}


def _ample(scheme: Scheme, ratio: Ratio, whole: float) -> FactValue:
    """Return a number that is twice as large a share of `whole` as the most that any condition asks of it."""
    values = [
        dated.since[-1][1] / (100 if dated.unit == "percent" else 1)
        for dated in scheme.amounts
        for condition in scheme.conditions
        for leaf in _compared(condition.that)
        if leaf.fact == ratio.id and leaf.amount == dated.name
    ]
    return plain_number(float(ceil(2 * max(values, default=0.0) * whole / ratio.per)))
