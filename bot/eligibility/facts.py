"""What the guide can know of a person's case: the facts that are asked, and those that follow from them.

A value that does not fit its fact never enters an assessment: `taken` is the only door.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NewType, assert_never

from bot.message import Text

FactId = NewType("FactId", str)

#: An option's id, a number, yes/no, or a province's French name.
Value = str | int | float | bool
#: What is known of a case. A fact that is not there may still be asked; None is "I don't know" and is not asked again.
Answers = Mapping[str, Value | None]
#: How a fact may change: by the person's will, by time passing, or never.
Changeable = Literal["yes", "with_time", "no"]
#: How a new value relates to the law's threshold, in the sentence that tells what would make a scheme possible.
Relation = Literal["at_least", "at_most", "above", "below", "is", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `words` are what people say for it, in any script."""

    id: str
    label: Text
    short: Text
    words: tuple[str, ...]
    #: What else is known of whoever says it in words, by fact: who makes carpets is in craft production.
    implies: tuple[tuple[FactId, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """A fact that is one of a few options."""

    options: tuple[Option, ...]
    #: Words beside which an option implies nothing: who sells carpets may not make them.
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YesNo:
    """A fact that is so or not; a denial turns what its own words say."""

    #: What people say that means yes, and what means no, anywhere in an answer.
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    #: What means yes only when it is the whole answer.
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A fact that is a number between two bounds, both allowed; `whole` numbers are told without a fraction."""

    unit: Literal["DH", "years", "persons"]
    least: float
    most: float
    whole: bool = False
    #: What people say beside the number.
    words: tuple[str, ...] = ()
    #: The fact that a percentage is a share of, where one divides it whole: own funds are told as a part of the cost.
    share_of: FactId | None = None


@dataclass(frozen=True, slots=True)
class InProvince:
    """A fact that is a province."""


Kind = OneOf | YesNo | Measure | InProvince


@dataclass(frozen=True, slots=True)
class Fact:
    """One question, and all that is said about its answer."""

    id: FactId
    kind: Kind
    name: Text
    ask: Text
    why: Text
    changeable: Changeable
    #: How hard the answer is to find, from 1.
    effort: int
    #: With time the value can only rise: years pass, they do not come back.
    only_rises: bool
    #: The answer most people give, which makes the others worth little when questions are weighed; often there is none.
    usual: Value | None
    #: What would make a scheme possible, with `{value}`, by relation.
    wishes: Mapping[Relation, Text]

    @property
    def is_money(self) -> bool:
        """Return whether the fact is a sum in dirhams."""
        return isinstance(self.kind, Measure) and self.kind.unit == "DH"

    @property
    def options(self) -> tuple[Option, ...]:
        """Return the options of a choice; nothing for the other kinds."""
        return self.kind.options if isinstance(self.kind, OneOf) else ()


@dataclass(frozen=True, slots=True)
class Province:
    """A province or prefecture; its id is its French name."""

    id: str
    name: Text
    region: int
    region_name: Text
    #: The category of the territorial grant: A, B or none.
    category: str


@dataclass(frozen=True, slots=True)
class OfProvince:
    """What follows from the province: its region's number or its category."""

    id: FactId
    name: Text
    of: FactId
    gives: Literal["region", "category"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`of` × `per` ÷ `to`; it has no value while one of them is unknown, or when `to` is 0."""

    id: FactId
    name: Text
    of: FactId
    to: FactId
    per: float


Derived = OfProvince | Ratio


@dataclass(frozen=True, slots=True)
class Terms:
    """The facts of every scheme, in the writer's order, and what follows from them."""

    asked: Mapping[str, Fact]
    derived: Mapping[str, Derived]
    provinces: Mapping[str, Province]

    def behind(self, name: str) -> tuple[str, ...]:
        """Return the facts that must be asked to know `name`."""
        match self.derived.get(name):
            case None:
                return (name,)
            case OfProvince(of=of):
                return (of,)
            case Ratio(of=of, to=to):
                return (of, to)
            case derived:
                assert_never(derived)

    def reading(self, name: str) -> Callable[[Answers], Value | None]:
        """Return a function that gives the value of a fact, asked or derived, in a case."""
        match self.derived.get(name):
            case None:
                return lambda answers: answers.get(name)
            case OfProvince(of=of, gives=gives):
                column: dict[str, Value] = {p.id: getattr(p, gives) for p in self.provinces.values()}
                return lambda answers: column.get(str(answers.get(of)))
            case Ratio() as ratio:
                return _division(ratio)
            case derived:
                assert_never(derived)


def _division(ratio: Ratio) -> Callable[[Answers], Value | None]:
    of, to, per = ratio.of, ratio.to, ratio.per

    def value(answers: Answers) -> Value | None:
        above, below = answers.get(of), answers.get(to)
        if above is None or not below:
            return None
        # Multiplied first: one rounding only, so that 3 jobs for 2 million are 1.5 exactly.
        return float(above) * per / float(below)

    return value


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that does not fit its fact; `least` and `most` are told when it is out of bounds."""

    fact: str
    reason: Literal["unknown_fact", "not_an_option", "not_yes_no", "not_a_number", "not_a_province", "out_of_range"]
    least: float | None = None
    most: float | None = None


def taken(terms: Terms, fact: str, value: object) -> Value | Refused:
    """Return `value` when it fits the fact, else why it does not."""
    if fact not in terms.asked:
        return Refused(fact, "unknown_fact")
    match terms.asked[fact].kind:
        case OneOf(options):
            fits = isinstance(value, str) and any(option.id == value for option in options)
            return value if fits and isinstance(value, str) else Refused(fact, "not_an_option")
        case YesNo():
            return value if isinstance(value, bool) else Refused(fact, "not_yes_no")
        case InProvince():
            return value if isinstance(value, str) and value in terms.provinces else Refused(fact, "not_a_province")
        case Measure(least=least, most=most):
            if isinstance(value, bool) or not isinstance(value, int | float):
                return Refused(fact, "not_a_number")
            if math.isnan(value) or not least <= value <= most:
                return Refused(fact, "out_of_range", least, most)
            return value
        case kind:
            assert_never(kind)
