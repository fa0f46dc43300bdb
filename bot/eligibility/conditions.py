"""What a condition of a scheme says of a case, in logic of three values.

A standing is a pair: the worst and the best that a condition can still come to, once everything is known. An unknown
fact leaves both open; nothing learnt later can move a standing outside its pair, so a decided verdict stays decided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, assert_never

from bot.eligibility.amounts import AmountName
from bot.eligibility.facts import Answers, FactValue, Ratio, Terms

#: What a condition comes to in the end: it fails, an office must say, or it holds – in this order.
FAILS, CONFIRM, HOLDS = 0, 1, 2
#: The worst and the best a condition can still come to.
Standing = tuple[int, int]
FAILED: Standing = (FAILS, FAILS)
TO_CONFIRM: Standing = (CONFIRM, CONFIRM)
MET: Standing = (HOLDS, HOLDS)
UNKNOWN: Standing = (FAILS, HOLDS)

#: ConditionState one condition stands in a case.
ConditionState = Literal["met", "failed", "unknown", "confirm"]
How = Literal["at_least", "at_most", "above", "below"]


@dataclass(frozen=True, slots=True)
class In:
    """The fact is one of these values."""

    fact: str
    values: tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The fact stands so to an amount of the law."""

    fact: str
    how: How
    amount: AmountName


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; of none, always."""

    parts: tuple["That", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["That", ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """When `when` holds, or always where there is none, an authority says: never yes by itself."""

    authority: str
    when: "That | None"


@dataclass(frozen=True, slots=True)
class Unasked:
    """When `when` holds, something decides that is asked of nobody: it stays unknown."""

    when: "That"


@dataclass(frozen=True, slots=True)
class Untold:
    """The fact is not known: what is presumed of those of whom it is not asked."""

    fact: str


That = In | Compared | Every | Some | Confirm | Unasked | Untold

Judge = Callable[[Answers], Standing]


def judge(that: That, terms: Terms, amounts: Mapping[AmountName, float]) -> Judge:
    """Return a function that gives the standing of `that` in a case, with the amounts of one day."""
    match that:
        case In(fact, values):
            return _one_of(terms.reading(fact), frozenset(values))
        case Compared(fact, how, amount):
            return _compared(terms, fact, how, amounts[amount])
        case Every(parts):
            return _extreme([judge(part, terms, amounts) for part in parts], min)
        case Some(parts):
            return _extreme([judge(part, terms, amounts) for part in parts], max)
        case Confirm(_, when):
            return _confirmed(judge(when, terms, amounts) if when is not None else None)
        case Unasked(when):
            return _never_sure(judge(when, terms, amounts))
        case Untold(fact):
            return lambda answers: MET if answers.get(fact) is None else FAILED
        case _:
            assert_never(that)


def state_of(standing: Standing) -> ConditionState:
    """Return in a word where a condition stands.

    What can at worst come to an office's word is told as that, though a fact more could make it sure.
    """
    if standing == MET:
        return "met"
    if standing == FAILED:
        return "failed"
    return "confirm" if standing[0] == CONFIRM else "unknown"


def _one_of(reading: Callable[[Answers], FactValue | None], values: frozenset[FactValue]) -> Judge:
    def standing(answers: Answers) -> Standing:
        value = reading(answers)
        return UNKNOWN if value is None else MET if value in values else FAILED

    return standing


def _compared(terms: Terms, fact: str, how: How, limit: float) -> Judge:
    derived = terms.derived.get(fact)
    if isinstance(derived, Ratio):
        return _ratio_compared(derived, how, limit)
    between = terms.bounds(fact)

    def standing(answers: Answers) -> Standing:
        ends = between(answers)
        if ends is None:
            return UNKNOWN
        low, high = [compares(end, how, limit) for end in ends]
        return MET if low and high else UNKNOWN if low or high else FAILED

    return standing


def exact(limit: float) -> tuple[int, int]:
    """Return a limit of the law as the fraction its writer means: 0.1 is one tenth, which no binary number is."""
    fraction = Fraction(limit).limit_denominator(1_000_000)
    return fraction.numerator, fraction.denominator


def _ratio_compared(ratio: Ratio, how: How, limit: float) -> Judge:
    """Return a judge that multiplies and never divides: a rounded quotient would miss the law's own number."""
    of, to, per = ratio.of, ratio.to, ratio.per
    above, below = exact(limit)

    def standing(answers: Answers) -> Standing:
        part, whole = answers.get(of), answers.get(to)
        if part is None or not whole:
            return UNKNOWN
        return MET if compares(float(part) * per * below, how, above * float(whole)) else FAILED

    return standing


def compares(value: float, how: How, limit: float) -> bool:
    """Return whether `value` stands so to `limit`."""
    match how:
        case "at_least":
            return value >= limit
        case "at_most":
            return value <= limit
        case "above":
            return value > limit
        case "below":
            return value < limit
        case _:
            assert_never(how)


def _extreme(parts: list[Judge], pick: Callable[[list[int]], int]) -> Judge:
    if not parts:
        return lambda _: MET

    def standing(answers: Answers) -> Standing:
        standings = [part(answers) for part in parts]
        return pick([worst for worst, _ in standings]), pick([best for _, best in standings])

    return standing


def _confirmed(when: Judge | None) -> Judge:
    def standing(answers: Answers) -> Standing:
        worst, best = when(answers) if when is not None else MET
        return min(worst, CONFIRM), min(best, CONFIRM)

    return standing


def _never_sure(when: Judge) -> Judge:
    def standing(answers: Answers) -> Standing:
        return FAILS, when(answers)[1]

    return standing


def leaves(that: That) -> list[In | Compared | Untold]:
    """Return everything within a condition that looks at a fact, in reading order."""
    match that:
        case In() | Compared() | Untold():
            return [that]
        case Every(parts) | Some(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Confirm(_, when):
            return leaves(when) if when is not None else []
        case Unasked(when):
            return leaves(when)
        case _:
            assert_never(that)


def authorities(that: That) -> list[str]:
    """Return who may have to confirm a condition, in reading order."""
    match that:
        case In() | Compared() | Untold():
            return []
        case Every(parts) | Some(parts):
            return [name for part in parts for name in authorities(part)]
        case Confirm(authority, when):
            return [authority, *(authorities(when) if when is not None else ())]
        case Unasked(when):
            return authorities(when)
        case _:
            assert_never(that)
