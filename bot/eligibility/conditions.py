"""What a condition of a scheme says of a case, in logic of three values.

A standing is a pair: the worst and the best that a condition can still come to, once everything is known. An unknown
fact leaves both open; nothing learnt later can move a standing outside its pair, so a decided verdict stays decided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from bot.eligibility.amounts import AmountName
from bot.eligibility.facts import Answers, Terms, Value

#: What a condition comes to in the end: it fails, an office must say, or it holds – in this order.
FAILS, CONFIRM, HOLDS = 0, 1, 2
#: The worst and the best a condition can still come to.
Standing = tuple[int, int]
FAILED: Standing = (FAILS, FAILS)
TO_CONFIRM: Standing = (CONFIRM, CONFIRM)
MET: Standing = (HOLDS, HOLDS)
UNKNOWN: Standing = (FAILS, HOLDS)

How = Literal["at_least", "at_most", "above", "below"]


@dataclass(frozen=True, slots=True)
class In:
    """The fact is one of these values."""

    fact: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The fact stands so to an amount of the law."""

    fact: str
    how: How
    amount: AmountName


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple["That", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["That", ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """When `when` holds, an authority says: never yes by itself."""

    authority: str
    when: "That"


That = In | Compared | Every | Some | Confirm

Judge = Callable[[Answers], Standing]


def judge(that: That, terms: Terms, amounts: Mapping[AmountName, float]) -> Judge:
    """Return a function that gives the standing of `that` in a case, with the amounts of one day."""
    match that:
        case In(fact, values):
            return _one_of(terms.reading(fact), frozenset(values))
        case Compared(fact, how, amount):
            return _compared(terms.reading(fact), how, amounts[amount])
        case Every(parts):
            return _extreme([judge(part, terms, amounts) for part in parts], min)
        case Some(parts):
            return _extreme([judge(part, terms, amounts) for part in parts], max)
        case Confirm(_, when):
            return _confirmed(judge(when, terms, amounts))
        case _:
            assert_never(that)


def _one_of(reading: Callable[[Answers], Value | None], values: frozenset[Value]) -> Judge:
    def standing(answers: Answers) -> Standing:
        value = reading(answers)
        return UNKNOWN if value is None else MET if value in values else FAILED

    return standing


def _compared(reading: Callable[[Answers], Value | None], how: How, limit: float) -> Judge:
    def standing(answers: Answers) -> Standing:
        value = reading(answers)
        return UNKNOWN if value is None else MET if compares(float(value), how, limit) else FAILED

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
    def standing(answers: Answers) -> Standing:
        standings = [part(answers) for part in parts]
        return pick([worst for worst, _ in standings]), pick([best for _, best in standings])

    return standing


def _confirmed(when: Judge) -> Judge:
    def standing(answers: Answers) -> Standing:
        worst, best = when(answers)
        return min(worst, CONFIRM), min(best, CONFIRM)

    return standing


def leaves(that: That) -> list[In | Compared]:
    """Return every comparison within a condition, in reading order."""
    match that:
        case In() | Compared():
            return [that]
        case Every(parts) | Some(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Confirm(_, when):
            return leaves(when)
        case _:
            assert_never(that)


def authorities(that: That) -> list[str]:
    """Return who may have to confirm a condition, in reading order."""
    match that:
        case In() | Compared():
            return []
        case Every(parts) | Some(parts):
            return [name for part in parts for name in authorities(part)]
        case Confirm(authority, when):
            return [authority, *authorities(when)]
        case _:
            assert_never(that)
