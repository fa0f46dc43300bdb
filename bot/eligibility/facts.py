"""What the guide can know of a person's case: the facts that are asked, and those that follow from them.

A value that does not fit its fact never enters an assessment: `taken` is the only door.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType, assert_never

from bot.message import Text

FactId = NewType("FactId", str)

#: An option's id, a number, yes/no, or a province's French name.
FactValue = str | int | float | bool
#: What is known of a case. A fact that is not there may still be asked; None is "I don't know" and is not asked again.
Answers = Mapping[str, FactValue | None]
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
    #: What says it only as the whole answer to the question.
    alone: tuple[str, ...] = ()
    #: What else is known of whoever says it in words, by fact: who makes carpets is in craft production.
    implies: tuple[tuple[FactId, FactValue], ...] = ()
    #: Whether it may be told as what would make a scheme possible: nobody is sent to work unregistered.
    is_way_out: bool = True


@dataclass(frozen=True, slots=True)
class OneOf:
    """A fact that is one of a few options."""

    options: tuple[Option, ...]
    #: Words beside which an option implies nothing: who sells carpets may not make them.
    unless: tuple[str, ...] = ()
    #: Words that hold an option's and name something else: an artisan's card is a paper, and makes nobody an artisan.
    not_said_by: tuple[str, ...] = ()
    #: Words right before an option that only wish for it: who wants to found a cooperative has none.
    wished_by: tuple[str, ...] = ()
    #: Words of an option that others say of themselves too: beside another option's own words they name nothing.
    shared: tuple[str, ...] = ()
    #: Words that may stand beside an answer that is one alone, and tell nothing.
    beside: tuple[str, ...] = ()
    #: Words right behind an option that say it is not there yet: «التعاونية مازال ما تصاوبات».
    not_yet: tuple[str, ...] = ()
    #: Options of other facts of who makes what they name, whatever stands beside it: a cooperative sells its own.
    made_by: tuple[tuple[FactId, tuple[FactValue, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class YesNo:
    """A fact that is so or not; a denial turns what its own words say."""

    #: What people say that means yes, and what means no, anywhere in an answer.
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    #: What means yes only when it is the whole answer.
    alone: tuple[str, ...] = ()
    #: What names its subject: without one of these it is told only where it is asked, since people say the rest daily.
    named_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A fact that is a number between two bounds, both allowed; `whole` numbers are told without a fraction."""

    unit: Literal["DH", "years", "persons"]
    least: float
    most: float
    whole: bool = False
    #: What people say beside the number.
    words: tuple[str, ...] = ()
    #: What they say beside a number to come, and of what there is too: it tells it behind a wish alone.
    wished: tuple[str, ...] = ()
    #: Those of `words` that name no other that people name alike: «العام اللي فات» is not the best of three years.
    distinct: tuple[str, ...] = ()
    #: The fact that a percentage is a share of, where one divides it whole: own funds are told as a part of the cost.
    share_of: FactId | None = None
    #: Options of other facts whose owner means this one by a time they have: a cooperative that «has three years».
    had_by: tuple[tuple[FactId, tuple[FactValue, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class InProvince:
    """A fact that is a province."""


FactKind = OneOf | YesNo | Measure | InProvince


@dataclass(frozen=True, slots=True)
class Fact:
    """One question, and all that is said about its answer."""

    id: FactId
    kind: FactKind
    name: Text
    ask: Text
    why: Text
    #: What is asked, as one says it to somebody who did not understand it.
    plain: Text
    changeable: Changeable
    #: How hard the answer is to find, from 1.
    effort: int
    #: The answer most people give, which makes the others worth little when questions are weighed; often there is none.
    usual: FactValue | None
    #: What would make a scheme possible, with `{value}`, by relation.
    wishes: Mapping[Relation, Text]
    #: The fact whose number this one can never pass: last year is one of the years whose best is known.
    never_above: FactId | None = None
    #: Of whom it is not asked: whose value of another fact is one of these.
    not_asked_of: tuple[tuple[FactId, tuple[FactValue, ...]], ...] = ()
    #: Who has none of it: it is not asked of them either, and stays unknown if they tell one.
    unknown_of: tuple[tuple[FactId, tuple[FactValue, ...]], ...] = ()
    #: The facts that start anew when this one is changed: another legal form is a new enterprise.
    renews: tuple[FactId, ...] = ()

    @property
    def only_rises(self) -> bool:
        """Return whether a change can only be told upwards: time adds, it does not take back."""
        return self.changeable == "with_time"

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
    #: The numbers that cannot pass another, with that other.
    _bounded: tuple[tuple[FactId, FactId], ...] = field(init=False, compare=False, repr=False)
    #: The facts that are not asked of everybody.
    _spared: tuple[Fact, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        facts = self.asked.values()
        bounded = tuple((fact.id, fact.never_above) for fact in facts if fact.never_above is not None)
        object.__setattr__(self, "_bounded", bounded)
        object.__setattr__(self, "_spared", tuple(fact for fact in facts if fact.not_asked_of or fact.unknown_of))

    def behind(self, name: str) -> tuple[str, ...]:
        """Return the facts that tell `name`, or something of it: a greatest number bounds the others."""
        match self.derived.get(name):
            case None:
                partner = self.partner(name)
                return (name,) if partner is None else (name, partner)
            case OfProvince(of=of):
                return (of,)
            case Ratio(of=of, to=to):
                return (of, to)
            case derived:
                assert_never(derived)

    def partner(self, name: str) -> str | None:
        """Return the fact that bounds a number, or that it bounds; None when there is none."""
        pairs = {name: other for pair in self._bounded for name, other in (pair, pair[::-1])}
        return pairs.get(FactId(name))

    def bounds(self, name: str) -> Callable[[Answers], tuple[float, float] | None]:
        """Return a function that gives the least and the greatest that a measure can be; None when all is open."""
        partner, fact = self.partner(name), self.asked[name]
        kind = fact.kind
        assert isinstance(kind, Measure)
        least, most, is_lower = kind.least, kind.most, fact.never_above is not None

        def between(answers: Answers) -> tuple[float, float] | None:
            value = answers.get(name)
            if value is not None:
                return float(value), float(value)
            other = answers.get(partner) if partner is not None else None
            if other is None:
                return None
            return (least, float(other)) if is_lower else (float(other), most)

        return between

    def contradiction(self, answers: Answers) -> tuple[FactId, FactId] | None:
        """Return two known facts that cannot both be so, the one that is above the other first."""
        for lower, upper in self._bounded:
            value, most = answers.get(lower), answers.get(upper)
            if value is not None and most is not None and float(value) > float(most):
                return lower, upper
        return None

    def settled(self, answers: Answers) -> Answers:
        """Return a case whose facts agree.

        Until a person says which is meant, the larger of two contradicting numbers is the one that cannot be passed.
        """
        for fact in self._spared:
            if fact.unknown_of and fact.id in answers and _is_of(fact.unknown_of, answers):
                answers = {name: value for name, value in answers.items() if name != fact.id}
        if (pair := self.contradiction(answers)) is None:
            return answers
        lower, upper = pair
        return {**answers, upper: answers[lower]}

    def not_asked(self, answers: Answers) -> frozenset[str]:
        """Return the facts that are not asked of this person."""
        return frozenset(
            [
                fact.id
                for fact in self._spared
                if fact.id not in answers and _is_of((*fact.not_asked_of, *fact.unknown_of), answers)
            ]
        )

    def reading(self, name: str) -> Callable[[Answers], FactValue | None]:
        """Return a function that gives the value of a fact, asked or derived, in a case."""
        match self.derived.get(name):
            case None:
                return lambda answers: answers.get(name)
            case OfProvince(of=of, gives=gives):
                column: dict[str, FactValue] = {p.id: getattr(p, gives) for p in self.provinces.values()}
                return lambda answers: column.get(str(answers.get(of)))
            case Ratio() as ratio:
                return _division(ratio)
            case derived:
                assert_never(derived)


def _is_of(whom: tuple[tuple[FactId, tuple[FactValue, ...]], ...], answers: Answers) -> bool:
    return any(answers.get(fact) in values for fact, values in whom)


def _division(ratio: Ratio) -> Callable[[Answers], FactValue | None]:
    of, to, per = ratio.of, ratio.to, ratio.per

    def value(answers: Answers) -> FactValue | None:
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


def taken(terms: Terms, fact: str, value: object) -> FactValue | Refused:
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
