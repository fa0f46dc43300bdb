"""The schemes a person can be checked for, as their rules files state them.

A scheme states what the law says, with its source; how that is judged is `assessment`'s, and what is asked of a person
is `asking`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.eligibility.amounts import DatedAmount, LegalAmount, on_day
from bot.eligibility.conditions import ConditionState, How, That, leaves
from bot.eligibility.facts import Fact, FactId, FactValue, Terms
from bot.message import Confidence, Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written, when it was read, and how sure it is."""

    id: str
    title: Text
    url: str
    read: date
    confidence: Confidence


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
    #: Names of the amounts that conditions and estimate compare with: without them the rules cannot be read.
    needed: tuple[str, ...]
    since: date | None
    until: date | None
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
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        return all(dated.on(day) is not None for dated in self.amounts if dated.name in self.needed)

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
