"""The shapes of the rules files: which keys they have, and what kind of value stands at each.

What the values mean together is read by `rules`; a key that is not here is a mistake.
"""

from datetime import date
from typing import Any

from pydantic import Field

from bot.content.proofs import Example
from bot.content.shaping import Model, Words
from bot.eligibility.amounts import AmountUnit
from bot.eligibility.conditions import ConditionState
from bot.message import Confidence


class SourceShape(Model):
    """One source."""

    title: Words
    url: str
    read: date
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

    unit: AmountUnit
    since: dict[date, float] = Field(alias="from")
    source: str | list[str]


class NoteShape(Model):
    """What is said of a condition besides, to some."""

    to: Any = None
    #: Where the condition stands when it is said: failed, confirm, unknown or met.
    when: list[ConditionState] = Field(default=[])
    because: Words
    source: str | list[str]


class ConditionShape(Model):
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


class InForceShape(Model):
    """From when, and until when, a scheme exists."""

    since: date = Field(alias="from")
    until: date | None = None


class RulesShape(Model):
    """One rules file."""

    title: Words
    #: The title where a channel allows few characters.
    short: Words | None = None
    gives: Words
    office: str
    in_force: InForceShape | None = None
    amounts: dict[str, AmountShape] = Field(default={})
    requires: dict[str, ConditionShape] = Field(min_length=1)
    unpublished: UnpublishedShape | None = None
    estimate: EstimateShape | None = None
    papers: PapersShape
    see: list[str] = Field(default=[])
    examples: list[Example]
