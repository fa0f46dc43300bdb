"""The schemes a person can be checked for, as their rules files state them.

A scheme states what the law says, with its source; how that is judged is `assessment`'s, and what is asked of a person
is `asking`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from bot.eligibility.amounts import ALWAYS, AmountName, DatedAmount, LegalAmount, Period, Source, on_day
from bot.eligibility.conditions import Compared, ConditionState, Confirm, Every, How, Some, That, Unasked, leaves
from bot.eligibility.facts import Fact, FactId, FactValue, Terms
from bot.message import Text


@dataclass(frozen=True, slots=True)
class Authority:
    """Who can confirm what is not published; `office` is a kind of office of the directory, where it is one."""

    id: str
    name: Text
    office: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of a condition besides, to those it concerns only, and where it is written."""

    #: Whom it concerns: it is said unless the known facts rule it out. None is everybody.
    to: That | None
    because: Text
    sources: tuple[Source, ...]
    #: ConditionState the condition must stand for it to be said; empty for anywhere.
    when: tuple[ConditionState, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing the law asks, why in words, and where it is written."""

    id: str
    that: That
    because: Text
    sources: tuple[Source, ...]
    #: Who may have to confirm it; empty when the facts alone decide.
    confirmed_by: tuple[Authority, ...] = ()
    notes: tuple[Note, ...] = ()
    period: Period = ALWAYS
    #: Of a call: the first day on which one can apply.
    opens: date | None = None
    #: Of a condition as it stands on a day: the last day on which it was known to hold, where that is past.
    ended: date | None = None

    def amounts(self) -> frozenset[AmountName]:
        """Return the amounts that it, or whom its notes concern, is compared with."""
        thats = [self.that, *(note.to for note in self.notes if note.to is not None)]
        return frozenset(leaf.amount for that in thats for leaf in leaves(that) if isinstance(leaf, Compared))

    def left_to(self, who: Authority, ended: date | None, amounts: frozenset[AmountName] | None = None) -> "Condition":
        """Return the condition as an office's to say: wholly, or only where it is compared with these `amounts`."""
        authority = self.confirmed_by[0] if self.confirmed_by else who
        that = Confirm(authority.id, None) if amounts is None else _left_to(self.that, authority.id, amounts)
        return replace(self, that=that, confirmed_by=self.confirmed_by or (authority,), ended=ended)


def _left_to(that: That, authority: str, amounts: frozenset[AmountName]) -> That:
    """Return `that` with an authority's word in place of every comparison with one of these amounts."""
    match that:
        case Compared(amount=amount) if amount in amounts:
            return Confirm(authority, None)
        case Every(parts):
            return Every(tuple(_left_to(part, authority, amounts) for part in parts))
        case Some(parts):
            return Some(tuple(_left_to(part, authority, amounts) for part in parts))
        case Confirm(who, when) if when is not None:
            return Confirm(who, _left_to(when, authority, amounts))
        case Unasked(when):
            return Unasked(_left_to(when, authority, amounts))
        case _:
            return that


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Why a scheme can be "perhaps" at best, and who knows."""

    because: Text
    confirmed_by: Authority
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A share of the base for the cases whose value stands so to an amount, or is one of `values`."""

    share: str
    how: How | None = None
    amount: str | None = None
    values: tuple[FactValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an estimate: the first band that fits gives its share, none gives nothing.

    A part without `by` is one nobody can decide from published facts: from nothing to the share of its only band.
    """

    id: str
    name: Text
    by: str | None
    bands: tuple[Band, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """How the amount of a scheme is estimated: shares of the fact `of`, together at most the amount `at_most`."""

    of: FactId
    at_most: str
    parts: tuple[Part, ...]
    words: Text
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers to bring, for some legal forms or, when `forms` is empty, for all."""

    forms: tuple[str, ...]
    items: tuple[Text, ...]
    sources: tuple[Source, ...]


class Desk(dict[object, object]):
    """A scheme's rules made ready to judge, by day and by set of amounts; a copy of the scheme starts with none."""

    def __reduce__(self) -> tuple[type["Desk"], tuple[()]]:
        return Desk, ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme, its conditions in the writer's order, and what is told of it."""

    id: str
    #: The charter or family it belongs to: an id of the groups of `flows/schemes.yaml`.
    group: str
    title: Text
    gives: Text
    terms: Terms
    conditions: tuple[Condition, ...]
    amounts: tuple[DatedAmount, ...]
    #: Names of the amounts that the estimate goes by: without them, and those of the conditions, there are no rules.
    needed: tuple[str, ...]
    period: Period
    unpublished: Unpublished | None
    estimate: EstimateRule | None
    papers: tuple[Papers, ...]
    #: Said about the papers: that the list is incomplete, or that none was published.
    papers_note: Text | None
    office: Authority
    #: Entries of the FAQ that go with it.
    see: tuple[str, ...]
    #: The title where a channel allows few characters; None when it fits.
    short: Text | None = None
    #: Only `assessment.prepared` looks here.
    prepared: Desk = field(default_factory=Desk, compare=False, repr=False)

    def in_force(self, day: date) -> bool:
        """Return whether the scheme existed on `day`, as far as its rules and amounts tell."""
        if not self.period.covers(day):
            return False
        there = on_day(self.amounts, day)
        needed = {*self.needed, *(name for condition in self.conditions_on(day) for name in condition.amounts())}
        return bool(self.conditions_on(day)) and all(name in there for name in needed)

    def conditions_on(self, day: date) -> tuple[Condition, ...]:
        """Return the conditions of a day; what has ended by then, by itself or in an amount, is left to an office."""
        past = {amount.name: amount.ended for amount in on_day(self.amounts, day).values() if amount.ended is not None}
        found = []
        for condition in self.conditions:
            if not condition.period.covers(day):
                continue
            named = {leaf.amount for leaf in leaves(condition.that) if isinstance(leaf, Compared)}
            ends = [end for name, end in past.items() if name in named]
            whole = condition.period.ended(day)
            is_early = condition.opens is not None and day < condition.opens
            if whole is not None or is_early or self.period.ended(day) is not None:
                found.append(condition.left_to(self.office, whole))
            elif ends:
                found.append(condition.left_to(self.office, min(ends), frozenset(past)))
            else:
                found.append(condition)
        return tuple(found)

    def hangs_on(self) -> frozenset[str]:
        """Return the facts, as they are asked, that its verdict or its estimate can hang on."""
        named = {leaf.fact for condition in self.conditions for leaf in leaves(condition.that)}
        if self.estimate is not None:
            named |= {self.estimate.of, *(part.by for part in self.estimate.parts if part.by is not None)}
        # Where a number is asked with the one it cannot pass, that one decides.
        decisive = [name for name in named if not self._is_bounded_by(name, named)]
        return frozenset(
            fact for name in decisive for fact in (self.terms.behind(name) if name in self.terms.derived else (name,))
        )

    def _is_bounded_by(self, name: str, others: set[str]) -> bool:
        fact = self.terms.asked.get(name)
        return fact is not None and fact.never_above in others

    def papers_for(self, form: FactValue | None) -> tuple[Text, ...]:
        """Return the papers to bring for a legal form; all lists when it is not known."""
        lists = [papers.items for papers in self.papers if not papers.forms or form is None or form in papers.forms]
        return tuple(dict.fromkeys(item for items in lists for item in items))


@dataclass(frozen=True, slots=True)
class Group:
    """A charter, or another family of schemes, that a person may ask for as a whole."""

    id: str
    title: Text
    schemes: tuple[str, ...]


class Rules(Protocol):
    """What assessing several schemes needs of the content: the conversation's library has it, and so has a rulebook."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Return the facts in the writer's order."""

    @property
    def schemes(self) -> Mapping[str, Scheme]:
        """Return the schemes in the writer's order."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything the rules files hold."""

    terms: Terms
    schemes: Mapping[str, Scheme]
    groups: Mapping[str, Group]
    sources: Mapping[str, Source]

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Return the facts in the writer's order."""
        return self.terms.asked


def amounts_on(schemes: Iterable[Scheme], day: date) -> dict[str, LegalAmount]:
    """Return every amount of the schemes that had a value on `day`, by its name."""
    return {str(name): amount for scheme in schemes for name, amount in on_day(scheme.amounts, day).items()}
