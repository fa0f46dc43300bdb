"""Pairs of facts of which neither decides alone: of one condition, and of the verdict across all conditions.

A pair is shown by two values of each fact and what the four cases come to, everything else being as good as can be.
What must not break: each of the four is assessed as any person's case would be, never worked out here a second time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Final, Literal

from bot.eligibility.assessment import Prepared, Verdict, assessed
from bot.eligibility.cells import Cell
from bot.eligibility.components import Component
from bot.eligibility.conditions import ConditionState, state_of
from bot.eligibility.facts import FactValue, Measure, Terms
from bot.eligibility.scheme import Condition, Scheme

FactCase = dict[str, FactValue | None]
#: How two facts turn a verdict: good only when both are, bad only when both are, or each the other way round.
PairKind = Literal["both", "either", "crossed"]
_RANK: Final[dict[Verdict, int]] = {"not_eligible": 0, "perhaps": 1, "eligible": 2}


@dataclass(frozen=True, slots=True)
class FactPair:
    """Two facts of one condition that turn it together: what it comes to for two values of each."""

    condition: Condition
    facts: tuple[str, str]
    values: tuple[tuple[FactValue, FactValue], tuple[FactValue, FactValue]]
    #: First by the first fact's value, then by the second's.
    states: tuple[tuple[ConditionState, ConditionState], tuple[ConditionState, ConditionState]]


@dataclass(frozen=True, slots=True)
class VerdictPair:
    """Two facts that turn a scheme's verdict together: the four verdicts, and the conditions that turn with them."""

    facts: tuple[str, str]
    kind: PairKind
    values: tuple[tuple[FactValue, FactValue], tuple[FactValue, FactValue]]
    #: First by the first fact's value, then by the second's.
    verdicts: tuple[tuple[Verdict, Verdict], tuple[Verdict, Verdict]]
    #: Ids of the conditions that do not stand alike in the four cases, in the writer's order.
    conditions: tuple[str, ...]

    @property
    def best(self) -> tuple[int, int]:
        """Return the row and the column of the best of the four verdicts, the first where there are several."""
        return max(product((0, 1), (0, 1)), key=lambda at: _RANK[self.verdicts[at[0]][at[1]]])


def needed_together(pairs: Iterable[VerdictPair]) -> Iterator[dict[str, FactValue]]:
    """Yield groups of facts of which any two must both be good, each fact with a value that spoils it."""
    needed = [pair for pair in pairs if pair.kind == "both"]
    left = {frozenset(pair.facts) for pair in needed}
    spoiled: dict[str, FactValue] = {}
    for pair in needed:
        for name, values, good in zip(pair.facts, pair.values, pair.best, strict=True):
            spoiled.setdefault(name, values[1 - good])
    while left:
        group = sorted(min(left, key=sorted))
        for name in spoiled:
            if name not in group and all(frozenset((name, one)) in left for one in group):
                group.append(name)
        left -= {frozenset(two) for two in combinations(group, 2)}
        yield {name: value for name, value in spoiled.items() if name in group}


def verdict_pairs(scheme: Scheme, on: date, rules: Prepared, base: FactCase) -> Iterator[VerdictPair]:
    """Yield, for every two facts, the simplest example of each way in which they turn the verdict together."""
    home = {name: component for component in rules.components for name in component.partition.facts}
    values = {name: _values(home[name], name, {}) for name in scheme.terms.asked if name in home}
    ample = _ample(scheme, on, base, values)
    for first, second in combinations(values, 2):
        of_both = [values[first], values[second]]
        if home[first] is home[second]:
            # Where a limit is a share of the other fact, it lies elsewhere for each of its values.
            of_both = [
                list(
                    dict.fromkeys(
                        [
                            *values[one],
                            *(
                                value
                                for given in values[other]
                                for value in _values(home[one], one, {**ample, other: given})
                            ),
                        ]
                    )
                )
                for one, other in ((first, second), (second, first))
            ]
        found: dict[PairKind, VerdictPair] = {}
        for case in (ample, base):
            for pair in _of_two(scheme, on, case, (first, second), of_both):
                found.setdefault(pair.kind, pair)
        yield from found.values()


def _ample(scheme: Scheme, on: date, base: FactCase, values: Mapping[str, list[FactValue]]) -> FactCase:
    """Return the case with each number such that as few values of other facts as can be spoil it.

    Else a number that is just enough for one activity would make every other activity look like a refusal.
    """
    ample = dict(base)
    # Twice, since how much of one is enough hangs on the others.
    for name in (*values, *values):
        if isinstance(scheme.terms.asked[name].kind, Measure):
            ample[name] = max(
                [ample.get(name), *values[name]], key=lambda value: _bears(scheme, on, {**ample, name: value}, values)
            )
    return ample


def _bears(scheme: Scheme, on: date, base: FactCase, values: Mapping[str, list[FactValue]]) -> tuple[int, int]:
    """Return how good a case is, then how many changes of one fact leave it as good."""
    stands = _rank(scheme, on, base)
    changed = ({**base, name: value} for name, several in values.items() for value in several)
    return stands, sum(_rank(scheme, on, case) >= stands for case in changed)


def _rank(scheme: Scheme, on: date, case: FactCase) -> int:
    known = {name: value for name, value in case.items() if value is not None}
    assessment = None if scheme.terms.contradiction(known) is not None else assessed(scheme, known, on)
    return -1 if assessment is None else _RANK[assessment.verdict]


def _values(component: Component, name: str, given: FactCase) -> list[FactValue]:
    """Return a value of a fact for each outcome it can lead to, beside what is given of other facts."""
    others = {other: value for other, value in given.items() if other != name and value is not None}
    cells = component.partition.cells(name, others)
    return list(dict.fromkeys(usual_value(cell, component.partition.terms, name) for cell in cells))


def _of_two(
    scheme: Scheme, on: date, base: FactCase, facts: tuple[str, str], values: list[list[FactValue]]
) -> Iterator[VerdictPair]:
    """Yield an example of each way in which two facts turn the verdict, those of numbers as people have them first."""
    stands: dict[tuple[FactValue, FactValue], tuple[Verdict, dict[str, ConditionState]]] = {}
    for one, two in product(*values):
        case = {name: value for name, value in {**base, facts[0]: one, facts[1]: two}.items() if value is not None}
        if scheme.terms.contradiction(case) is not None:
            continue
        assessment = assessed(scheme, case, on)
        assert assessment is not None
        stands[one, two] = assessment.verdict, {condition.id: state for condition, state in assessment.standings}
    found: dict[PairKind, VerdictPair] = {}
    for (one, two), (three, four) in product(combinations(values[0], 2), combinations(values[1], 2)):
        corners = [stands.get(corner) for corner in ((one, three), (one, four), (two, three), (two, four))]
        if any(corner is None for corner in corners):
            continue
        (a, at_a), (b, at_b), (c, at_c), (d, at_d) = [corner for corner in corners if corner is not None]
        kind = _kind((a, b), (c, d))
        if kind is None:
            continue
        turned = tuple(name for name in at_a if len({at_a[name], at_b[name], at_c[name], at_d[name]}) > 1)
        pair = VerdictPair(facts, kind, ((one, two), (three, four)), ((a, b), (c, d)), turned)
        if kind not in found or len(turned) < len(found[kind].conditions):
            found[kind] = pair
    yield from found.values()


def _kind(upper: tuple[Verdict, Verdict], lower: tuple[Verdict, Verdict]) -> PairKind | None:
    """Return how four verdicts hang on two facts; None where each fact turns them whatever the other says."""
    (a, b), (c, d) = ([_RANK[verdict] for verdict in row] for row in (upper, lower))
    if ((a != b) == (c != d)) and ((a != c) == (b != d)):
        # Both facts turn it everywhere, or one of them alone does: only a crossing is told.
        return "crossed" if a == d and b == c and a != b else None
    least, most = min(a, b, c, d), max(a, b, c, d)
    return "either" if [a, b, c, d].count(least) == 1 and [a, b, c, d].count(most) > 1 else "both"


def usual_value(cell: Cell, terms: Terms, name: str) -> FactValue:
    """Return a value of a cell that a person could have told: twice its lower mark, where that is within."""
    if not isinstance(terms.asked[name].kind, Measure) or cell.low == cell.high:
        return plain_number(cell.value)
    wished = (cell.high / 2 if cell.low == 0 else cell.low * 2, cell.low + 1)
    return plain_number(next((one for one in wished if cell.low < one < cell.high), cell.value))


def plain_number(value: FactValue) -> FactValue:
    """Return a whole number without its fraction; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def condition_pairs(rules: Prepared, base: FactCase) -> Iterator[FactPair]:
    """Yield the pairs of facts of which each turns a condition for one value of the other and together they decide."""
    for condition, (number, place) in zip(rules.conditions, rules.places, strict=True):
        component = rules.components[number]
        for pair in combinations(sorted(component.behind[place]), 2):
            if (found := _turning(condition, component, place, pair, base)) is not None:
                yield found


def _turning(
    condition: Condition, component: Component, place: int, facts: tuple[str, str], base: FactCase
) -> FactPair | None:
    terms, judge = component.partition.terms, component.judges[place]
    rest = [name for name in component.behind[place] if name not in facts]
    given: dict[str, FactValue] = {name: value for name in rest if (value := base.get(name)) is not None}
    first, second = ([usual_value(cell, terms, name) for cell in component.partition.cells(name, {})] for name in facts)
    # With the rest as good as can be a pair may turn nothing: then with the rest unknown.
    for known in (given, {}):
        table = {
            (one, other): state_of(judge({**known, facts[0]: one, facts[1]: other}))
            for one, other in product(first, second)
            if terms.contradiction({facts[0]: one, facts[1]: other}) is None
        }
        found = []
        for (one, two), (three, four) in product(combinations(first, 2), combinations(second, 2)):
            if any(corner not in table for corner in product((one, two), (three, four))):
                continue
            states = ((table[one, three], table[one, four]), (table[two, three], table[two, four]))
            if _turns(states):
                found.append(FactPair(condition, facts, ((one, two), (three, four)), states))
        if found:
            return min(found, key=_intricacy)
    return None


def _intricacy(pair: FactPair) -> tuple[int, int]:
    """Return how hard a pair is to read: unknown states weigh most, then many refusals or none, then odd numbers."""
    states = [state for row in pair.states for state in row]
    refusals = states.count("failed")
    odd = sum(isinstance(value, float) and not value.is_integer() for values in pair.values for value in values)
    return states.count("unknown") * 10 + (refusals or 5), odd


def _turns(states: tuple[tuple[ConditionState, ConditionState], tuple[ConditionState, ConditionState]]) -> bool:
    """Return whether each of two facts decides for some value of the other, and for another value does not."""
    (one, two), (three, four) = states
    # What is merely not known turns nothing.
    if len({*states[0], *states[1]} - {"unknown"}) < 2:
        return False
    return ((one != three) != (two != four)) and ((one != two) != (three != four))
