"""The partition of the values of a few facts into finitely many cells, in each of which every outcome is the same.

How it works:
1. The marks of a number are its bounds and the amounts that it is compared with. A cell is a mark, or all that lies
   between two neighbouring marks, of which one value stands for all.
2. A choice has a cell for each option, yes and no are two, and provinces that no condition tells apart are one.
3. A ratio (own funds ÷ cost) has no marks of its own: its limits put marks on what is divided, beside what divides it,
   and the other way about (`_close`, `cells`). What divides comes first among the facts, because the marks of the
   others hang on it.
4. A case's position is what the gauges say of it: on which mark or between which two each number lies, on which side of
   each limit each ratio is, and which of two ratios over the same number would turn first.

What a maintainer must not break:
- Two cases with the same position have the same standings, the same open facts and the same repairs: that is what lets
  assessments be remembered. Whatever a new kind of condition can tell apart, a gauge must tell apart too.
- A ratio is judged by multiplying, with the law's limit as the fraction its writer means (`conditions.exact`); a gauge
  must do it the same way, or a case on the limit lands in the cell beside it.
- Cells rise, and none is left out: `counterfactuals` walks from cell to cell to find the nearest that would do.

An example. A cost from 0 to 10 billion is compared with 1 million and with 50 million: its cells are tried with 0,
500,000, 1 million, 25.5 million, 50 million, 5,025 million and 10 billion, seven values in all. With 300,000 of own
funds known, the cost has a mark at 3 million besides, where they are a tenth of it; with a cost of 2 million known,
own funds have one at 200,000.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import floor
from typing import NamedTuple, assert_never

from bot.eligibility.amounts import AmountName
from bot.eligibility.conditions import Compared, That, exact, leaves
from bot.eligibility.facts import Answers, FactValue, InProvince, Measure, OneOf, Ratio, Terms, YesNo

#: What tells two positions apart, for one fact or one ratio.
Gauge = Callable[[Answers], object]


class Cell(NamedTuple):
    """Values that lead to the same outcomes: one of them, and for a number the marks around it (a mark: both equal)."""

    value: FactValue
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Partition:
    """The facts that some conditions hang on, with their marks and cells."""

    #: What other facts are divided by comes first: the marks of the others hang on it.
    facts: tuple[str, ...]
    terms: Terms
    marks: Mapping[str, tuple[float, ...]]
    ratios: tuple[tuple[Ratio, tuple[float, ...]], ...]
    fixed: Mapping[str, tuple[Cell, ...]]

    def cells(self, fact: str, given: Answers) -> tuple[Cell, ...]:
        """Return a cell for every outcome that a value of `fact` can lead to, beside what is given; numbers rising."""
        if fact in self.fixed:
            return self.fixed[fact]
        marks = set(self.marks[fact])
        for ratio, limits in self.ratios:
            if ratio.of == fact:
                for below in self._bottoms(ratio, given):
                    marks.update(limit * below / ratio.per for limit in limits)
            elif ratio.to == fact and (above := given.get(ratio.of)) is not None:
                marks.update(float(above) * ratio.per / limit for limit in limits if limit)
        kind = self.terms.asked[fact].kind
        assert isinstance(kind, Measure)
        least, most = self.terms.bounds(fact)(given) or (kind.least, kind.most)
        within = {_even(mark) for mark in marks if least <= mark <= most} | {least, most}
        return _cells(sorted(within), kind.whole)

    def _bottoms(self, ratio: Ratio, given: Answers) -> list[float]:
        """Return the values of what `ratio` divides by that matter: the known one, or those other ratios turn at."""
        known = given.get(ratio.to)
        if known is not None:
            return [float(known)]
        return [
            float(above) * other.per / limit
            for other, limits in self.ratios
            if other.to == ratio.to and other.of != ratio.of and (above := given.get(other.of)) is not None
            for limit in limits
            if limit
        ]

    def gauges(self) -> tuple[Gauge, ...]:
        """Return the functions whose values together are a case's position in this partition."""
        gauges: list[Gauge] = []
        for fact in self.facts:
            gauges.append(_between(fact, self.marks[fact]) if fact in self.marks else _as_it_is(self.terms, fact))
        for ratio, limits in self.ratios:
            gauges.append(_ratio_between(ratio, limits))
        for at, (one, limits) in enumerate(self.ratios):
            for other, others in self.ratios[at + 1 :]:
                if one.to == other.to:
                    gauges += [_order(one, limit, other, mark) for limit in limits for mark in others if limit * mark]
        return tuple(gauges)


def partition(terms: Terms, thats: Iterable[That], amounts: Mapping[AmountName, float]) -> Partition:
    """Return the partition of some conditions, with the amounts of one day."""
    found = [leaf for that in thats for leaf in leaves(that)]
    names = dict.fromkeys(leaf.fact for leaf in found)
    limits: dict[str, set[float]] = {name: set() for name in names}
    for leaf in found:
        if isinstance(leaf, Compared):
            limits[leaf.fact].add(amounts[leaf.amount])
    facts = dict.fromkeys(fact for name in names for fact in terms.behind(name))
    ratios = tuple(
        (derived, tuple(sorted(limits[name])))
        for name in names
        if isinstance(derived := terms.derived.get(name), Ratio)
    )
    marks: dict[str, set[float]] = {}
    fixed: dict[str, tuple[Cell, ...]] = {}
    for fact in facts:
        match terms.asked[fact].kind:
            case OneOf(options):
                fixed[fact] = tuple(Cell(option.id) for option in options)
            case YesNo():
                fixed[fact] = (Cell(True), Cell(False))
            case InProvince():
                readings = [terms.reading(leaf.fact) for leaf in found if terms.behind(leaf.fact) == (fact,)]
                kinds = {tuple(read({fact: name}) for read in readings): name for name in terms.provinces}
                fixed[fact] = tuple(Cell(name) for name in kinds.values())
            case Measure(least=least, most=most):
                marks[fact] = {least, most} | limits.get(fact, set())
            case kind:
                assert_never(kind)
    for fact in marks:
        if (partner := terms.partner(fact)) in marks:
            marks[fact] |= limits.get(str(partner), set())
    _close(marks, ratios)
    bottoms = {ratio.to for ratio, _ in ratios}
    return Partition(
        facts=tuple(sorted(facts, key=lambda fact: fact not in bottoms)),
        terms=terms,
        marks={fact: tuple(sorted(values)) for fact, values in marks.items()},
        ratios=ratios,
        fixed=fixed,
    )


def _close(marks: dict[str, set[float]], ratios: tuple[tuple[Ratio, tuple[float, ...]], ...]) -> None:
    """Carry the marks of what is divided over to what divides it, and back."""
    for ratio, limits in ratios:
        marks[ratio.to] |= {_even(mark * ratio.per / limit) for mark in marks[ratio.of] for limit in limits if limit}
    for ratio, limits in ratios:
        marks[ratio.of] |= {_even(limit * mark / ratio.per) for mark in marks[ratio.to] for limit in limits}


def _even(mark: float) -> float:
    """Return a mark without the dust of a division: to the millionth where that changes nothing else."""
    rounded = round(mark, 6)
    return rounded if abs(rounded - mark) <= 1e-12 * max(1.0, abs(mark)) else mark


def _cells(marks: list[float], whole: bool) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for at, mark in enumerate(marks):
        if not whole or mark == floor(mark):
            cells.append(Cell(mark, mark, mark))
        if at + 1 < len(marks):
            following = marks[at + 1]
            between = floor(mark) + 1 if whole else (mark + following) / 2
            if mark < between < following:
                cells.append(Cell(between, mark, following))
    return tuple(cells)


def _position(value: float, marks: tuple[float, ...]) -> int:
    """Return an odd number on a mark, an even one between two."""
    at = bisect_left(marks, value)
    return 2 * at + (at < len(marks) and marks[at] == value)


def _between(fact: str, marks: tuple[float, ...]) -> Gauge:
    def gauge(answers: Answers) -> object:
        value = answers.get(fact)
        return None if value is None else _position(value, marks)  # type: ignore[arg-type]

    return gauge


def _ratio_between(ratio: Ratio, limits: tuple[float, ...]) -> Gauge:
    of, to, per = ratio.of, ratio.to, ratio.per
    fractions = [exact(limit) for limit in limits]

    def gauge(answers: Answers) -> object:
        part, whole = answers.get(of), answers.get(to)
        if part is None or not whole:
            return None
        left, right = float(part) * per, float(whole)
        # Above a limit counts two, on it one: what is told apart is what the judge tells apart.
        sides = [(left * below, above * right) for above, below in fractions]
        return sum((one > other) + (one >= other) for one, other in sides)

    return gauge


def _as_it_is(terms: Terms, fact: str) -> Gauge:
    if not isinstance(terms.asked[fact].kind, InProvince):
        return lambda answers: answers.get(fact)
    # Provinces that no condition tells apart are one.
    regions = {name: (province.region, province.category) for name, province in terms.provinces.items()}
    return lambda answers: regions.get(answers.get(fact))  # type: ignore[arg-type]


def _order(one: Ratio, limit: float, other: Ratio, mark: float) -> Gauge:
    """Return which of two ratios turns first when only what both divide by is open."""

    def gauge(answers: Answers) -> object:
        first, second = answers.get(one.of), answers.get(other.of)
        if first is None or second is None:
            return None
        left, right = float(first) * one.per / limit, float(second) * other.per / mark
        return (left > right) - (left < right)

    return gauge
