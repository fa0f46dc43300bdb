"""The conditions of a scheme taken apart into components that share no fact, each judged and remembered by position.

How it works:
1. Two conditions that look at the same fact, or at facts of which one starts the other anew, are in one component; so
   no fact is in two, and what can still happen in one component never hangs on another.
2. A component knows its finite partition (`cells`): a case's position in it decides its `Outcome` wholly, which is
   therefore worked out once a position and kept.
3. An outcome answers, by trying cells only: which unknown facts can still make a condition fail (`failing`), which are
   needed for all to hold (`meeting`), whether they can hold at all (`can_hold`), and the smallest sets of known facts
   whose change leaves none failing (`repairs`).
4. How many of its answers end the matter (`Component.ending`) is no part of an outcome: a cost of 2 million has other
   cells of jobs than one of 3 million at the same position. It is worked out, and kept, for the values themselves.

What a maintainer must not break:
- It is exact, not a guess. A fact is open only if some way of learning the rest makes its value decide, and every such
  fact is open; `tests/eligibility/test_missing.py` tries it against plain enumeration.
- An outcome may hang on nothing that is not in the position: a judge that looked at another fact, or at the day, would
  be answered from another case's memory.
- `ways` gives the same dict each time, changed in place: who keeps it must copy it.
- The best of all conditions together is the worst of their bests, which is exact only because cells are tried with all
  of them at once; asking each condition by itself would call possible what no single case fulfils.

An example. The export scheme has `form` (on legal_form), `turnover` (on last_turnover, best_turnover, activity), `age`
(nobody's fact) and `first_time` (on exports_already). A new legal form starts the turnovers anew, so `form` and
`turnover` are one component, the others one each. Of {activity: tourism, best_turnover: 1,999,999} the best of the
first is FAILS: not eligible whatever the others come to, so nothing more is asked. Its only repair is
{best_turnover}, which time can change: the activity can not, and last year's turnover is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.eligibility.amounts import AmountName
from bot.eligibility.cells import Cell, Gauge, Partition, partition
from bot.eligibility.conditions import CONFIRM, FAILS, HOLDS, Judge, Standing, judge, leaves
from bot.eligibility.facts import Answers, Fact, FactValue, Measure, Terms
from bot.eligibility.scheme import Condition

#: Most facts that are changed together in "what would make it possible".
LARGEST_CHANGE = 3
#: Positions remembered for one component before all are forgotten.
_REMEMBERED = 50_000
#: Cases whose endings are remembered for one component before all are forgotten.
_ENDINGS_REMEMBERED = 4_000
#: How likely an unusual answer is beside the usual one.
_UNUSUAL = 0.1

Given = dict[str, FactValue]


@dataclass(slots=True, eq=False)
class Component:
    """Conditions of one scheme on one day that no other component shares a fact with."""

    conditions: tuple[Condition, ...]
    judges: tuple[Judge, ...]
    #: The asked facts of each condition.
    behind: tuple[frozenset[str], ...]
    partition: Partition
    gauges: tuple[Gauge, ...]
    seen: dict[object, "Outcome"] = field(default_factory=dict)
    #: What ends the matter, by an outcome and the values of its facts.
    endings: dict[object, Mapping[str, float]] = field(default_factory=dict)

    def outcome(self, answers: Answers, declined: frozenset[str]) -> "Outcome":
        """Return what the conditions come to in a case; `declined` are the facts that will not be learnt."""
        position: tuple[object, ...] = tuple([gauge(answers) for gauge in self.gauges])
        if declined:
            position = (*position, *[fact for fact in self.partition.facts if fact in declined])
        outcome = self.seen.get(position)
        if outcome is None:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            given = self._given(answers)
            outcome = self.seen[position] = Outcome(self, given, declined, tuple(judge(given) for judge in self.judges))
        return outcome

    def ending(self, outcome: "Outcome", answers: Answers) -> Mapping[str, float]:
        """Return, for each open fact that can still make a condition fail, the share of its answers that do."""
        given = self._given(answers)
        # An outcome is remembered with the values of whoever came to its position first: these are this person's.
        key = (outcome, *given.values())
        found = self.endings.get(key)
        if found is None:
            if len(self.endings) >= _ENDINGS_REMEMBERED:
                self.endings.clear()
            found = self.endings[key] = {fact: self._share_that_fails(fact, given) for fact in outcome.failing}
        return found

    def _given(self, answers: Answers) -> Given:
        return {fact: value for fact in self.partition.facts if (value := answers.get(fact)) is not None}

    def _share_that_fails(self, fact: str, given: Given) -> float:
        asked = self.partition.terms.asked[fact]
        total = failing = 0.0
        for cell in self.partition.cells(fact, given):
            weight = _weight(cell, asked)
            total += weight
            if weight and self.best({**given, fact: cell.value}) == FAILS:
                failing += weight
        return failing / total if total else 0.0

    def best(self, given: Given) -> int:
        """Return the best that all conditions together can still come to."""
        return min([judge(given)[1] for judge in self.judges])

    def worst(self, given: Given) -> int:
        """Return the worst that all conditions together can still come to."""
        return min([judge(given)[0] for judge in self.judges])

    def kept(self, given: Mapping[str, FactValue], changed: Sequence[str]) -> Given:
        """Return what stays known when some facts change: neither these nor what starts anew with them."""
        asked = self.partition.terms.asked
        gone = {*changed, *(renewed for fact in changed for renewed in asked[fact].renews)}
        return {fact: value for fact, value in given.items() if fact not in gone}

    def is_way_out(self, fact: str, value: FactValue, now: FactValue) -> bool:
        """Return whether a person may be told to come from `now` to `value`: never down what only time changes."""
        asked = self.partition.terms.asked[fact]
        if asked.only_rises:
            return float(value) > float(now)
        return value != now and all(option.is_way_out for option in asked.options if option.id == value)

    def ways(self, facts: Sequence[str], given: Given, least: int, partly: bool) -> Iterator[Given]:
        """Give every way, up to what matters, of learning `facts` that leaves `least` within reach.

        With `partly`, ways that leave some of the facts unknown are given too. The same dict is given each time.
        """
        if not facts:
            yield given
            return
        fact, rest = facts[0], facts[1:]
        if partly:
            yield from self.ways(rest, given, least, partly)
        for cell in self.partition.cells(fact, given):
            given[fact] = cell.value
            if self.best(given) >= least:
                yield from self.ways(rest, given, least, partly)
            del given[fact]


@dataclass(slots=True, eq=False)
class Outcome:
    """What a component's conditions come to at one position; the rest is worked out when first asked for."""

    component: Component
    given: Given
    declined: frozenset[str]
    standings: tuple[Standing, ...]
    best: int = field(init=False)
    worst: int = field(init=False)
    _failing: tuple[str, ...] | None = None
    _meeting: tuple[str, ...] | None = None
    _can_hold: bool | None = None
    _repairs: tuple[tuple[str, ...], ...] | None = None

    def __post_init__(self) -> None:
        self.best = min([best for _, best in self.standings])
        self.worst = min([worst for worst, _ in self.standings])

    def _open(self, besides: str = "") -> list[str]:
        facts = self.component.partition.facts
        return [f for f in facts if f not in self.given and f not in self.declined and f != besides]

    @property
    def failing(self) -> tuple[str, ...]:
        """Return the open facts that can still make a condition fail."""
        if self._failing is None:
            self._failing = tuple(fact for fact in self._open() if self._may_fail(fact))
        return self._failing

    def _may_fail(self, fact: str) -> bool:
        """Return whether `fact` can make a condition fail once others are known that fail none by themselves."""
        component = self.component
        for condition, behind in zip(component.judges, component.behind, strict=True):
            if fact not in behind:
                continue
            others = [other for other in self._open(fact) if other in behind]
            for way in component.ways(others, dict(self.given), CONFIRM, partly=True):
                for cell in component.partition.cells(fact, way):
                    if condition({**way, fact: cell.value})[1] == FAILS:
                        return True
        return False

    @property
    def meeting(self) -> tuple[str, ...]:
        """Return the open facts that can fail nothing, but without which not all conditions can hold."""
        if self._meeting is None:
            self._meeting = tuple(fact for fact in self._open() if fact not in self.failing and self._may_meet(fact))
        return self._meeting

    def _may_meet(self, fact: str) -> bool:
        component = self.component
        for way in component.ways(self._open(fact), dict(self.given), HOLDS, partly=True):
            if component.worst(way) < HOLDS:
                cells = component.partition.cells(fact, way)
                if any(component.worst({**way, fact: cell.value}) == HOLDS for cell in cells):
                    return True
        return False

    @property
    def can_hold(self) -> bool:
        """Return whether all conditions can still come to hold, without anyone's confirmation."""
        if self._can_hold is None:
            ways = self.component.ways(self._open(), dict(self.given), HOLDS, partly=False)
            self._can_hold = self.best == HOLDS and any(self.component.worst(way) == HOLDS for way in ways)
        return self._can_hold

    @property
    def repairs(self) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of changeable known facts with which no condition fails; none when there is none."""
        if self._repairs is None:
            asked = self.component.partition.terms.asked
            known = [fact for fact in self.given if asked[fact].changeable != "no"]
            self._repairs = ()
            for size in range(1, min(LARGEST_CHANGE, len(known)) + 1):
                self._repairs = tuple(facts for facts in combinations(known, size) if self._repaired(facts))
                if self._repairs:
                    break
        return self._repairs

    def _repaired(self, facts: tuple[str, ...]) -> bool:
        """Return whether some better values of `facts` leave no condition failing."""
        kept = self.component.kept(self.given, facts)
        if self.component.best(kept) == FAILS or not all(self._is_worth_leaving(fact) for fact in facts):
            return False
        # A fact that started anew with another needs no change of its own.
        if not all(
            fact in self.component.kept(self.given, [other for other in facts if other != fact]) for fact in facts
        ):
            return False
        return any(
            all(self.component.is_way_out(fact, way[fact], self.given[fact]) for fact in facts)
            for way in self.component.ways(facts, kept, CONFIRM, partly=False)
        )

    def _is_worth_leaving(self, fact: str) -> bool:
        """Return whether a change of `fact` is sound advice: what starts others anew is left only where refused."""
        if not self.component.partition.terms.asked[fact].renews:
            return True
        alone = {fact: self.given[fact]}
        return any(judge(alone)[1] == FAILS for judge in self.component.judges)


def _weight(cell: Cell, fact: Fact) -> float:
    """Return how likely answers are to fall into `cell`, beside the fact's other cells: by rule of thumb."""
    if not isinstance(fact.kind, Measure):
        return 1.0 if fact.usual in (None, cell.value) else _UNUSUAL
    if cell.low == cell.high:
        # Hardly anyone's number is exactly the law's.
        return 0.0
    is_usual = fact.usual is None or cell.low <= float(fact.usual) <= cell.high
    return 1.0 if is_usual else _UNUSUAL


def components(
    conditions: Sequence[Condition], terms: Terms, amounts: Mapping[AmountName, float]
) -> tuple[tuple[Component, ...], tuple[tuple[int, int], ...]]:
    """Return the conditions in components, and for each condition the number of its component and its place in it."""
    behind = [
        frozenset(fact for leaf in leaves(condition.that) for fact in terms.behind(leaf.fact))
        for condition in conditions
    ]
    # What starts anew with a fact is judged with it, or no change of that fact could be told whole.
    tied = [facts.union(*(terms.asked[fact].renews for fact in facts)) for facts in behind]
    groups: list[list[int]] = []
    for index, facts in enumerate(tied):
        touching = [group for group in groups if any(facts & tied[other] for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append(sorted([index, *(other for group in touching for other in group)]))
    groups.sort()
    made: list[Component] = []
    places: dict[int, tuple[int, int]] = {}
    for number, group in enumerate(groups):
        found = partition(terms, [conditions[index].that for index in group], amounts)
        made.append(
            Component(
                conditions=tuple(conditions[index] for index in group),
                judges=tuple(judge(conditions[index].that, terms, amounts) for index in group),
                behind=tuple(behind[index] for index in group),
                partition=found,
                gauges=found.gauges(),
            )
        )
        places.update({index: (number, place) for place, index in enumerate(group)})
    return tuple(made), tuple(places[index] for index in range(len(conditions)))
