"""The examples that a changed amount of the law needs, proposed: for each that moves, the old result and the new one.

An example says a second time what the law means. So what is proposed is only what the rules as drafted give; it becomes
an example when somebody says that the law gives the same, and who says that it gives another is told that it does not.
What must not break: with everything that is proposed, the check asks for no further example of that amount.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from bot.content.apart import answered_apart
from bot.content.conditions import value
from bot.content.files import Files, laid_out
from bot.content.proofs import Example, holds, newest_day
from bot.content.reading import Mistakes, read
from bot.content.rules import read_rulebook
from bot.content.rules_shapes import RulesShape
from bot.content.shaping import shaped
from bot.eligibility.assessment import Assessment, Verdict, assessed, estimated
from bot.eligibility.conditions import ConditionState
from bot.eligibility.edges import EdgeCase, best_case, deciding_amounts, edges_at
from bot.eligibility.facts import Answers, FactValue, Refused, taken
from bot.eligibility.scheme import Scheme
from bot.staff.editing import AddItem, Edit, SetValue
from bot.staff.forms import FormError

_PATIENCE: Final = 600
_DAY: Final = timedelta(days=1)
#: Where a condition may stand, in the order in which the files tell it.
_STATES: Final[tuple[ConditionState, ...]] = ("failed", "met", "unknown", "confirm")


@dataclass(frozen=True, slots=True)
class ProposedExample:
    """A case, the day it is judged on, and what the rules give; for an example that stands there, its position."""

    scheme: str
    given: dict[str, FactValue]
    on: date
    verdict: Verdict
    #: Whether it is judged by the rules before the change.
    is_old: bool
    #: The position of an example that is there; an old one is only given its day, another one its new result.
    stands_at: int | None = None
    #: The conditions that it tells the state of, and whether it tells the estimate.
    conditions: list[str] = field(default_factory=list)
    has_estimate: bool = False


def proposed_examples(before: Files, after: Files) -> list[ProposedExample]:
    """Return the examples to be written for the amounts that are others in the files `after`, the old of each first."""
    old, new = _schemes(before), _schemes(after)
    found: list[ProposedExample] = []
    for id_, (scheme, examples) in new.items():
        if id_ in old and old[id_][0].amounts != scheme.amounts:
            found += _Proposing(old[id_][0], scheme, examples).everything()
    return found


def proposed_apart(before: Files, after: Files) -> list[ProposedExample]:
    """Return the same from a process of its own."""
    told = msgspec.msgpack.encode((dict(before), dict(after)))
    return msgspec.msgpack.decode(answered_apart("bot.staff.examples", told, _PATIENCE), type=list[ProposedExample])


def _schemes(files: Files) -> dict[str, tuple[Scheme, list[Example]]]:
    """Return the schemes of some files with their examples, whether or not those hold."""
    found: dict[str, tuple[Scheme, list[Example]]] = {}
    with laid_out(files) as root:
        rulebook = read_rulebook(root, Mistakes(), proving=False)
        for id_, scheme in rulebook.schemes.items() if rulebook else ():
            document = read(root, root / "flows" / id_ / "rules.yaml", Mistakes())
            shape = shaped(RulesShape, document, Mistakes()) if document else None
            found[id_] = scheme, list(shape.examples) if shape else []
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    """A case of an example that holds, by the day it is judged on."""

    on: date
    given: Answers


class _Proposing:
    """What one scheme needs."""

    def __init__(self, old: Scheme, new: Scheme, examples: Sequence[Example]) -> None:
        self._old, self._new, self._examples = old, new, examples
        #: The cases that hold, or will once what is proposed is taken.
        self._judged: list[_Judged] = []

    def everything(self) -> list[ProposedExample]:
        """Return all of it: what moves, what stands at the thresholds, what shows the shares."""
        found = [one for index, example in enumerate(self._examples) for one in self._moved(index, example)]
        known = {dated.name: dict(dated.since) for dated in self._old.amounts}
        for dated in self._new.amounts:
            if dated.name not in deciding_amounts(self._new):
                continue
            days = [day for day, _ in dated.since]
            for place, (day, value_) in enumerate(dated.since):
                if known.get(dated.name, {}).get(day) == value_:
                    continue
                end = days[place + 1] if place + 1 < len(days) else date.max
                if place:
                    found += self._beside(str(dated.name), days[place - 1], day, is_old=True)
                found += self._beside(str(dated.name), day, end, is_old=False)
        return sorted(found, key=lambda one: not one.is_old)

    def _moved(self, index: int, example: Example) -> Iterator[ProposedExample]:
        """Yield what an example that no longer holds becomes: the old amount's, and beside it the new one's."""
        given, newest = _fitting(self._new, example.given), newest_day(self._new)
        if given is None:
            return
        day = example.on or newest
        now = assessed(self._new, given, day)
        if now is not None and holds(now, given, example.expect):
            self._judged.append(_Judged(day, given))
            return
        told = [name for state in _STATES for name in getattr(example.expect, state) or ()]
        has_estimate = example.expect.estimate is not None
        pinned: date | None = None
        for then in () if example.on else (newest - _DAY, newest_day(self._old)):
            was = assessed(self._new, given, then)
            if pinned is None and was is not None and holds(was, given, example.expect):
                pinned = then
                self._judged.append(_Judged(then, given))
                yield ProposedExample(self._new.id, given, then, was.verdict, True, index, told, has_estimate)
        if now is not None:
            self._judged.append(_Judged(day, given))
            stands_at = index if pinned is None else None
            yield ProposedExample(self._new.id, given, day, now.verdict, False, stands_at, told, has_estimate)

    def _beside(self, amount: str, begin: date, end: date, *, is_old: bool) -> Iterator[ProposedExample]:
        """Yield the cases beside the thresholds of an amount in a time, without those that are shown there already."""
        on = end - _DAY if is_old else begin
        read = self._new.terms.reading
        for edge in edges_at(self._new, on, {amount}):
            for case in edge.cases:
                if case.place == "unknown" or (is_old and case.place == "above"):
                    continue
                there = read(edge.fact)(case.known)
                if any(begin <= one.on < end and read(edge.fact)(one.given) == there for one in self._judged):
                    continue
                given = self._few(case, on)
                self._judged.append(_Judged(on, given))
                conditions = [edge.about] if edge.is_condition else []
                has_estimate = not edge.is_condition
                yield self._new_example(given, on, is_old=is_old, conditions=conditions, has_estimate=has_estimate)
        rule = self._new.estimate
        shares = {rule.at_most, *(band.share for part in rule.parts for band in part.bands)} if rule else set()
        if amount in shares and not any(begin <= one.on < end and self._has_sum(one) for one in self._judged):
            given = {name: held for name, held in best_case(self._new, on).items() if held is not None}
            if self._has_sum(_Judged(on, given)):
                self._judged.append(_Judged(on, given))
                yield self._new_example(given, on, is_old=is_old, conditions=[], has_estimate=True)

    def _few(self, case: EdgeCase, on: date) -> dict[str, FactValue]:
        """Return the facts of an edge alone where its condition stands with them as it does in the whole case."""
        few = dict(case.facts)
        assessment = assessed(self._new, few, on)
        if case.explained is None or assessment is None:
            return dict(case.known)
        stands = next(state for one, state in assessment.standings if one.id == case.explained.condition.id)
        return few if stands == case.explained.where else dict(case.known)

    def _new_example(
        self, given: dict[str, FactValue], on: date, *, is_old: bool, conditions: list[str], has_estimate: bool
    ) -> ProposedExample:
        assessment = assessed(self._new, given, on)
        assert assessment is not None
        return ProposedExample(
            self._new.id, given, on, assessment.verdict, is_old, conditions=conditions, has_estimate=has_estimate
        )

    def _has_sum(self, one: _Judged) -> bool:
        assessment = assessed(self._new, one.given, one.on)
        return assessment is not None and estimated(assessment, one.given) is not None


def _fitting(scheme: Scheme, told: Mapping[str, Any]) -> dict[str, FactValue] | None:
    """Return facts as the rules take them, from how they are written; None where one does not fit."""
    given: dict[str, FactValue] = {}
    for fact, raw in told.items():
        fitting = taken(scheme.terms, fact, value(scheme.terms, fact, raw))
        if isinstance(fitting, Refused):
            return None
        given[fact] = fitting
    return given


def example_edits(files: Files, proposed: Iterable[tuple[int, ProposedExample, str]]) -> list[Edit]:
    """Return the edits that write examples, each with its number and the verdict that somebody says the law gives.

    Raise `FormError` for the first of which the rules give another verdict, or that they do not know.
    """
    schemes = _schemes(files)
    changed, added = list[Edit](), list[Edit]()
    for number, one, verdict in proposed:
        scheme = schemes[one.scheme][0]
        given = _fitting(scheme, one.given)
        assessment = assessed(scheme, given, one.on) if given is not None else None
        if given is None or assessment is None:
            raise FormError("example_unread", n=str(number))
        if assessment.verdict != verdict:
            raise FormError("example_otherwise", n=str(number))
        file = f"flows/{one.scheme}/rules.yaml"
        expect = _expected(assessment, given, one)
        if one.stands_at is None:
            written = {fact: _written(told) for fact, told in given.items()}
            item = {"given": written, "on": one.on.isoformat(), "expect": expect}
            added.append(AddItem(file, ("examples",), item))
        elif one.is_old:
            changed.append(SetValue(file, ("examples", one.stands_at, "on"), one.on.isoformat()))
        else:
            changed.append(SetValue(file, ("examples", one.stands_at, "expect"), expect))
    # First what stands there by its position, then what comes behind it.
    return [*changed, *added]


def _expected(assessment: Assessment, given: Answers, one: ProposedExample) -> dict[str, Any]:
    """Return what an example expects, as the files write it."""
    expect: dict[str, Any] = {"verdict": assessment.verdict}
    for state in _STATES:
        there = [condition.id for condition in assessment.conditions(state)]
        # Of what fails all has to be told, no more and no less; of the rest what the example is about.
        told = there if state == "failed" else [name for name in there if name in one.conditions]
        if told:
            expect[state] = told
    estimate = estimated(assessment, given) if one.has_estimate else None
    if estimate is not None:
        expect["estimate"] = {"low": estimate.low, "high": estimate.high}
    return expect


def _written(told: FactValue) -> Any:
    return {True: "yes", False: "no"}[told] if isinstance(told, bool) else told


def _answer() -> None:
    before, after = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[dict[str, bytes], dict[str, bytes]])
    sys.stdout.buffer.write(msgspec.msgpack.encode(proposed_examples(before, after)))


if __name__ == "__main__":
    _answer()
