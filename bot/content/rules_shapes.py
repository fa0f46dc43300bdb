"""The shapes of the rules files: which keys they have, and what kind of value stands at each.

What the values mean together is read by `rules`; a key that is not here is a mistake.
"""

from typing import Any

from pydantic import Field

from bot.content.proofs import Example
from bot.content.shaping import Day, Model, Published, Words
from bot.eligibility.amounts import AmountUnit
from bot.eligibility.conditions import ConditionState
from bot.message import Confidence


class SourceShape(Model):
    """One source."""

    title: Words
    #: Left out where it is not known whole: the title and the day then say what was read.
    url: str | None = None
    read: Day
    published: Published | None = None
    kind: str
    confidence: Confidence


class AuthorityShape(Model):
    """One office or body that can confirm."""

    name: Words
    office: str | None = None


class GroupShape(Model):
    """One family of schemes."""

    title: Words
    schemes: list[str]


class AmountShape(Model):
    """One amount of the law, by the first day of each value."""

    #: What staff choose it by; no two of a scheme are called the same.
    title: Words
    unit: AmountUnit
    since: dict[Day, Any] = Field(alias="from")
    #: The days whose value was looked at twice: it is more than three times the one before, or less than a third.
    confirmed: list[Day] = Field(default=[])
    #: The last day on which the newest value is known to hold.
    until: Day | None = None
    source: str | list[str]


class NoteShape(Model):
    """What is said of a condition besides, to some."""

    to: Any = None
    #: Where the condition stands when it is said: failed, confirm, unknown or met.
    when: list[ConditionState] = Field(default=[])
    because: Words
    source: str | list[str]


class PeriodShape(Model):
    """From when something holds, until when it is known to, and from when a text says that it no longer does."""

    since: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    repealed: Day | None = None


class ConditionShape(PeriodShape):
    """One thing the law asks."""

    that: Any
    because: Words
    source: str | list[str] = Field(default=[])
    notes: list[NoteShape] = Field(default=[])


class UnpublishedShape(Model):
    """Why a scheme is "perhaps" at best."""

    because: Words
    confirm: str
    source: str | list[str]


class PartShape(Model):
    """One line of an estimate."""

    name: Words
    by: str | None = None
    bands: list[dict[str, Any]] = Field(min_length=1)
    source: str | list[str]


class EstimateShape(Model):
    """How the amount is estimated."""

    of: str
    at_most: str
    parts: dict[str, PartShape]
    words: Words
    source: str | list[str]


class PapersListShape(Model):
    """Papers to bring, for some legal forms or all."""

    forms: list[str] = Field(default=[], alias="for")
    items: list[Words]
    source: str | list[str]


class PapersShape(Model):
    """The papers, and what is said about the list."""

    note: Words | None = None
    lists: list[PapersListShape] = Field(default=[])


class CallShape(Model):
    """A call: the days between which one can apply, and who says when the next one is."""

    since: Day = Field(alias="from")
    until: Day
    because: Words
    confirm: str
    source: str | list[str]


class RulesShape(Model):
    """One rules file."""

    title: Words
    #: The title where a channel allows few characters.
    short: Words | None = None
    gives: Words
    office: str
    in_force: PeriodShape | None = None
    call: CallShape | None = None
    amounts: dict[str, AmountShape] = Field(default={})
    requires: dict[str, ConditionShape] = Field(min_length=1)
    unpublished: UnpublishedShape | None = None
    estimate: EstimateShape | None = None
    papers: PapersShape
    see: list[str] = Field(default=[])
    examples: list[Example]
