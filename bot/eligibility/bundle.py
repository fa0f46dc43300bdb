"""Conditions of a scheme that share facts, judged together and remembered by position.

Conditions of two bundles share no fact, so what can still happen in one never hangs on the other. Everything here is
exact, not a guess: a fact is open only if some way of learning the rest makes its value decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.eligibility.amounts import AmountName
from bot.eligibility.conditions import CONFIRM, FAILS, HOLDS, Judge, Standing, judge, leaves
from bot.eligibility.facts import Answers, Fact, Measure, Terms, Value
from bot.eligibility.ground import Cell, Gauge, Ground, ground
from bot.eligibility.scheme import Condition

#: Most facts that are changed together in "what would make it possible".
LARGEST_CHANGE = 3
#: Positions remembered for one bundle before all are forgotten.
_REMEMBERED = 50_000
#: How likely an unusual answer is beside the usual one.
_UNUSUAL = 0.1

Given = dict[str, Value]


@dataclass(slots=True, eq=False)
class Bundle:
    """Some conditions of one scheme on one day."""

    conditions: tuple[Condition, ...]
    judges: tuple[Judge, ...]
    #: The asked facts of each condition.
    behind: tuple[frozenset[str], ...]
    ground: Ground
    gauges: tuple[Gauge, ...]
    seen: dict[object, "Outcome"] = field(default_factory=dict)

    def outcome(self, answers: Answers, declined: frozenset[str]) -> "Outcome":
        """Return what the conditions come to in a case; `declined` are the facts that will not be learnt."""
        position: tuple[object, ...] = tuple([gauge(answers) for gauge in self.gauges])
        if declined:
            position = (*position, *[fact for fact in self.ground.facts if fact in declined])
        outcome = self.seen.get(position)
        if outcome is None:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            given = {fact: value for fact in self.ground.facts if (value := answers.get(fact)) is not None}
            outcome = self.seen[position] = Outcome(self, given, declined, tuple(judge(given) for judge in self.judges))
        return outcome

    def best(self, given: Given) -> int:
        """Return the best that all conditions together can still come to."""
        return min([judge(given)[1] for judge in self.judges])

    def worst(self, given: Given) -> int:
        """Return the worst that all conditions together can still come to."""
        return min([judge(given)[0] for judge in self.judges])

    def kept(self, given: Mapping[str, Value], changed: Sequence[str]) -> Given:
        """Return what stays known when some facts change: neither these nor what starts anew with them."""
        asked = self.ground.terms.asked
        gone = {*changed, *(renewed for fact in changed for renewed in asked[fact].renews)}
        return {fact: value for fact, value in given.items() if fact not in gone}

    def is_way_out(self, fact: str, value: Value, now: Value) -> bool:
        """Return whether a person may be told to come from `now` to `value`: never down what only time changes."""
        asked = self.ground.terms.asked[fact]
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
        for cell in self.ground.cells(fact, given):
            given[fact] = cell.value
            if self.best(given) >= least:
                yield from self.ways(rest, given, least, partly)
            del given[fact]


@dataclass(slots=True, eq=False)
class Outcome:
    """What a bundle's conditions come to at one position; the rest is worked out when first asked for."""

    bundle: Bundle
    given: Given
    declined: frozenset[str]
    standings: tuple[Standing, ...]
    best: int = field(init=False)
    worst: int = field(init=False)
    _failing: dict[str, float] | None = None
    _meeting: tuple[str, ...] | None = None
    _can_hold: bool | None = None
    _repairs: tuple[tuple[str, ...], ...] | None = None

    def __post_init__(self) -> None:
        self.best = min([best for _, best in self.standings])
        self.worst = min([worst for worst, _ in self.standings])

    def _open(self, besides: str = "") -> list[str]:
        facts = self.bundle.ground.facts
        return [f for f in facts if f not in self.given and f not in self.declined and f != besides]

    @property
    def failing(self) -> Mapping[str, float]:
        """Return the open facts that can still make a condition fail, each with the share of its answers that do."""
        if self._failing is None:
            shares = {fact: self._share_that_fails(fact) for fact in self._open()}
            self._failing = {fact: share for fact, share in shares.items() if share or self._may_fail(fact)}
        return self._failing

    def _share_that_fails(self, fact: str) -> float:
        asked = self.bundle.ground.terms.asked[fact]
        total = failing = 0.0
        for cell in self.bundle.ground.cells(fact, self.given):
            weight = _weight(cell, asked)
            total += weight
            if weight and self.bundle.best({**self.given, fact: cell.value}) == FAILS:
                failing += weight
        return failing / total if total else 0.0

    def _may_fail(self, fact: str) -> bool:
        """Return whether `fact` can make a condition fail once others are known that fail none by themselves."""
        bundle = self.bundle
        for condition, behind in zip(bundle.judges, bundle.behind, strict=True):
            if fact not in behind:
                continue
            others = [other for other in self._open(fact) if other in behind]
            for way in bundle.ways(others, dict(self.given), CONFIRM, partly=True):
                for cell in bundle.ground.cells(fact, way):
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
        bundle = self.bundle
        for way in bundle.ways(self._open(fact), dict(self.given), HOLDS, partly=True):
            if bundle.worst(way) < HOLDS:
                cells = bundle.ground.cells(fact, way)
                if any(bundle.worst({**way, fact: cell.value}) == HOLDS for cell in cells):
                    return True
        return False

    @property
    def can_hold(self) -> bool:
        """Return whether all conditions can still come to hold, without anyone's confirmation."""
        if self._can_hold is None:
            ways = self.bundle.ways(self._open(), dict(self.given), HOLDS, partly=False)
            self._can_hold = self.best == HOLDS and any(self.bundle.worst(way) == HOLDS for way in ways)
        return self._can_hold

    @property
    def repairs(self) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of changeable known facts with which no condition fails; none when there is none."""
        if self._repairs is None:
            asked = self.bundle.ground.terms.asked
            known = [fact for fact in self.given if asked[fact].changeable != "no"]
            self._repairs = ()
            for size in range(1, min(LARGEST_CHANGE, len(known)) + 1):
                self._repairs = tuple(facts for facts in combinations(known, size) if self._repaired(facts))
                if self._repairs:
                    break
        return self._repairs

    def _repaired(self, facts: tuple[str, ...]) -> bool:
        """Return whether some better values of `facts` leave no condition failing."""
        kept = self.bundle.kept(self.given, facts)
        if self.bundle.best(kept) == FAILS or not all(self._is_worth_leaving(fact) for fact in facts):
            return False
        # A fact that started anew with another needs no change of its own.
        if not all(fact in self.bundle.kept(self.given, [other for other in facts if other != fact]) for fact in facts):
            return False
        return any(
            all(self.bundle.is_way_out(fact, way[fact], self.given[fact]) for fact in facts)
            for way in self.bundle.ways(facts, kept, CONFIRM, partly=False)
        )

    def _is_worth_leaving(self, fact: str) -> bool:
        """Return whether a change of `fact` is sound advice: what starts others anew is left only where refused."""
        if not self.bundle.ground.terms.asked[fact].renews:
            return True
        alone = {fact: self.given[fact]}
        return any(judge(alone)[1] == FAILS for judge in self.bundle.judges)


def _weight(cell: Cell, fact: Fact) -> float:
    """Return how likely answers are to fall into `cell`, beside the fact's other cells: by rule of thumb."""
    if fact.usual is not None:
        return 1.0 if cell.value == fact.usual else _UNUSUAL
    # Hardly anyone's number is exactly the law's.
    return 0.0 if isinstance(fact.kind, Measure) and cell.low == cell.high else 1.0


def bundles(
    conditions: Sequence[Condition], terms: Terms, amounts: Mapping[AmountName, float]
) -> tuple[tuple[Bundle, ...], tuple[tuple[int, int], ...]]:
    """Return the conditions in bundles, and for each condition its bundle and its place in it."""
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
    made: list[Bundle] = []
    places: dict[int, tuple[int, int]] = {}
    for number, group in enumerate(groups):
        found = ground(terms, [conditions[index].that for index in group], amounts)
        made.append(
            Bundle(
                conditions=tuple(conditions[index] for index in group),
                judges=tuple(judge(conditions[index].that, terms, amounts) for index in group),
                behind=tuple(behind[index] for index in group),
                ground=found,
                gauges=found.gauges(),
            )
        )
        places.update({index: (number, place) for place, index in enumerate(group)})
    return tuple(made), tuple(places[index] for index in range(len(conditions)))
