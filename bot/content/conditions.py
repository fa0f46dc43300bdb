"""A condition as it is written in a rules file, read into the core's own form.

A condition never holds a number: it names an amount, so that the law's date and source stay with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from bot.content.reading import Mistakes, YamlDocument
from bot.content.shaping import figure_written
from bot.eligibility.amounts import AmountName
from bot.eligibility.conditions import Compared, Confirm, Every, How, In, Some, That, Unasked, Untold
from bot.eligibility.facts import FactValue, InProvince, Measure, OfProvince, OneOf, Ratio, Terms, YesNo

_HOWS: tuple[How, ...] = get_args(How)
_SAID = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Reads the conditions of one file; what is not understood is noted, and leaves None in its place."""

    terms: Terms
    document: YamlDocument
    amounts: frozenset[str]
    authorities: frozenset[str]
    #: Facts that are written wrongly where they stand: it is no mistake to go by them.
    unread: frozenset[str]
    mistakes: Mistakes

    def read(self, value: Any, *path: str | int) -> That | None:
        """Return the condition written at `path`."""
        match value:
            case {"every": list(parts), **rest} if not rest:
                read = [self.read(part, *path, "every", index) for index, part in enumerate(parts)]
                return Every(whole) if (whole := self._whole(read, *path)) else None
            case {"some": list(parts), **rest} if not rest:
                read = [self.read(part, *path, "some", index) for index, part in enumerate(parts)]
                return Some(whole) if (whole := self._whole(read, *path)) else None
            case {"confirm": str(authority), **rest} if not rest:
                self.authority(authority, *path, "confirm")
                return Confirm(authority, None)
            case {"unasked": when, **rest} if not rest:
                then = self.read(when, *path, "unasked")
                return Unasked(then) if then else None
            case {"untold": str(fact), **rest} if not rest:
                return self._untold(fact, *path, "untold")
            case {"confirm": str(authority), "when": when, **rest} if not rest:
                self.authority(authority, *path, "confirm")
                then = self.read(when, *path, "when")
                return Confirm(authority, then) if then else None
            case dict() if len(value) == 1:
                ((fact, tests),) = value.items()
                return self._of_fact(fact, tests, *path, fact)
            case _:
                self._unread(*path)
                return None

    def _untold(self, fact: str, *path: str | int) -> Untold | None:
        if fact not in self.terms.asked:
            if fact not in self.unread:
                self.mistakes.add("fact_unknown", self.document.where(*path), name=fact)
            return None
        return Untold(fact)

    def _unread(self, *path: str | int) -> None:
        self.mistakes.add("condition_unread", self.document.where(*path))

    def _whole(self, parts: list[That | None], *path: str | int) -> tuple[That, ...]:
        """Return the parts when all were understood; a part that was not has been noted already."""
        if not parts:
            self._unread(*path)
        whole = tuple(part for part in parts if part is not None)
        return whole if len(whole) == len(parts) else ()

    def authority(self, name: str, *path: str | int) -> None:
        """Note an authority that no file knows."""
        if self.authorities and name not in self.authorities:
            self.mistakes.add("authority_unknown", self.document.where(*path), name=name)

    def _of_fact(self, fact: str, tests: Any, *path: str | int) -> That | None:
        if fact in self.unread:
            return None
        if fact not in self.terms.asked and fact not in self.terms.derived:
            self.mistakes.add("fact_unknown", self.document.where(*path), name=fact)
            return None
        if not isinstance(tests, Mapping) or not tests:
            self._unread(*path)
            return None
        parts = [self._test(fact, test, value, *path, test) for test, value in tests.items()]
        read = tuple(part for part in parts if part is not None)
        if len(read) < len(parts):
            return None
        return read[0] if len(read) == 1 else Every(read)

    def _test(self, fact: str, test: str, value: Any, *path: str | int) -> That | None:
        if test in _HOWS:
            return self.compared(fact, test, value, *path)
        if test == "is" and not isinstance(value, list | dict):
            values = self.values(fact, [value], *path)
        elif test == "in" and isinstance(value, list):
            values = self.values(fact, value, *path)
        else:
            self._unread(*path)
            return None
        return In(fact, values) if values else None

    def compared(self, fact: str, how: How, amount: Any, *path: str | int) -> Compared | None:
        """Return the comparison of a fact with an amount, by the amount's name."""
        is_number = isinstance(self.terms.derived.get(fact), Ratio) or (
            fact in self.terms.asked and isinstance(self.terms.asked[fact].kind, Measure)
        )
        if not is_number:
            self.mistakes.add("comparison_unfit", self.document.where(*path), name=fact)
            return None
        if not isinstance(amount, str):
            self.mistakes.add("condition_literal", self.document.where(*path), figure=amount)
            return None
        if amount not in self.amounts:
            self.mistakes.add("amount_unknown", self.document.where(*path), name=amount)
            return None
        return Compared(fact, how, AmountName(amount))

    def values(self, fact: str, raws: list[Any], *path: str | int) -> tuple[FactValue, ...]:
        """Return the values of a fact that are named; nothing when one of them is not a value of it."""
        if fact in self.unread:
            return ()
        allowed = list(self._allowed(fact))
        read = [value(self.terms, fact, raw) for raw in raws]
        for raw, one in zip(raws, read, strict=True):
            if not any(one == known and type(one) is type(known) for known in allowed):
                shown = ", ".join(_shown(one) for one in allowed)
                self.mistakes.add("option_unknown", self.document.where(*path), value=raw, name=fact, allowed=shown)
                return ()
        return tuple(read)

    def _allowed(self, fact: str) -> Iterator[FactValue]:
        derived = self.terms.derived.get(fact)
        if isinstance(derived, OfProvince):
            yield from sorted({getattr(province, derived.gives) for province in self.terms.provinces.values()})
        elif fact in self.terms.asked:
            match self.terms.asked[fact].kind:
                case OneOf(options):
                    yield from (option.id for option in options)
                case YesNo():
                    yield from (True, False)
                case InProvince():
                    yield from self.terms.provinces
                case Measure():
                    return


def value(terms: Terms, fact: str, raw: Any) -> Any:
    """Return a value as the core has it: for yes and no a writer puts the words, for sums how they are written."""
    match terms.asked[fact].kind if isinstance(raw, str) and fact in terms.asked else None:
        case YesNo():
            return _SAID.get(raw, raw)
        case Measure(unit=unit):
            figure = figure_written(raw, "DH" if unit == "DH" else "number")
            return raw if figure is None else figure
        case _:
            return raw


def _shown(value: FactValue) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return str(value)
