"""A typed answer read as the value of the fact that is asked: never a guess, never a default."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, assert_never

from bot.conversation.library import Library
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, Option, YesNo
from bot.faq.lexicon import stems
from bot.language import numbers
from bot.language.folding import folded
from bot.language.hedges import is_bounded, is_for_a_part_of_the_year
from bot.language.skeleton import word_skeleton
from bot.offices.places import Sure, Unsure


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers that the words may stand for; one when it is certain. Dirhams where the fact is money."""

    values: tuple[float, ...]
    #: True when the message says little else.
    whole: bool = True


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """A number was read, and it cannot be right for this fact; `whole` as in `Amounts`."""

    value: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Inexact:
    """A number was read, but not the one that is asked: less or more than it, for a month, or one of several."""

    why: Literal["bounded", "not_yearly", "several"]


@dataclass(frozen=True, slots=True)
class Unread:
    """No value of the fact's kind is in the words."""


#: A number written alone: digits of any script, perhaps with a fraction.
_SMALL: Final = re.compile(r"\d{1,3}(?:[.,٫]\d{1,2})?")
#: A thousand dirhams, a million centimes, a million dirhams.
_SCALES: Final = (1_000, 10_000, 1_000_000)
#: From here on a number written alone is taken as dirhams.
_LEAST_DIRHAMS: Final = 1_000
#: Words that may stand beside a number without making the message about something else.
_BESIDE = 2

Reading = str | bool | Amounts | OutOfBounds | Inexact | Unread | Sure | Unsure


def read_fact(fact: Fact, text: str, library: Library, year: int) -> Reading:
    """Return the value of `fact` that `text` gives: an option's id, yes or no, numbers, a place.

    `year` is the current one: "since 2019" is an age.
    """
    match fact.kind:
        case OneOf(options):
            return option_of(options, folded(text)) or Unread()
        case YesNo():
            return _yes_no(folded(text), library)
        case InProvince():
            place = library.gazetteer.read(text)
            return place if isinstance(place, Sure | Unsure) else Unread()
        case Measure() as measure:
            return _number(measure, text, year)
        case kind:
            assert_never(kind)


def _yes_no(plain: str, library: Library) -> bool | Unread:
    match library.words.meaning(plain):
        case "yes":
            return True
        case "no":
            return False
        case _:
            pass
    # «لا، ما صدرناش»: the plain words alone may open a sentence; «واخا» and "ah" open any.
    first = plain.partition(" ")[0]
    for value, label in ((True, library.phrases.yes), (False, library.phrases.no)):
        if first in {folded(label.ar), folded(label.fr)}:
            return value
    return Unread()


def option_of(options: Sequence[Option], plain: str) -> str | None:
    """Return the one option whose words the message holds; None when it holds none, or those of two."""
    words = tuple(plain.split())
    near = _within_reach(words)
    held = [
        (" ".join(spoken), option.id)
        for option in options
        for spoken in _spoken_words(option.words)
        if _may_begin(spoken, near) and _holds(words, spoken)
    ]
    # «ماشي تعاونية» holds «تعاونية»: what is part of a longer form that was said does not count.
    longest = {option for word, option in held if not any(word != other and word in other for other, _ in held)}
    return longest.pop() if len(longest) == 1 else None


@lru_cache(maxsize=512)
def _spoken_words(forms: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return each spoken form as its folded words."""
    return tuple(tuple(folded(form).split()) for form in forms)


def _within_reach(words: tuple[str, ...]) -> frozenset[str]:
    """Return the stems and skeletons of a message's words: what a spoken form must begin with to be held."""
    return frozenset(form for word in words for form in (*stems(word), "/" + word_skeleton(word)))


def _may_begin(spoken: tuple[str, ...], near: frozenset[str]) -> bool:
    return bool(spoken) and (spoken[0] in near or "/" + word_skeleton(spoken[0]) in near)


def _holds(words: tuple[str, ...], sought: tuple[str, ...]) -> bool:
    """Tell whether the words of a spoken form stand in a message one after another, whatever their clitics."""
    return any(
        all(_same(word, wanted) for word, wanted in zip(words[start:], sought, strict=False))
        for start in range(len(words) - len(sought) + 1)
    )


@lru_cache(maxsize=100_000)
def _same(word: str, wanted: str) -> bool:
    if wanted in stems(word):
        return True
    # The skeleton joins two scripts; within one it would make «تاجر» of «تجارة».
    signs = word_skeleton(wanted)
    return word.isascii() != wanted.isascii() and len(signs) > 2 and word_skeleton(word) == signs


def _number(measure: Measure, text: str, year: int) -> Amounts | OutOfBounds | Inexact | Unread:
    spoken = _spoken(measure, text, year)
    if spoken is None:
        return Unread()
    if is_bounded(text):
        return Inexact("bounded")
    if measure.unit == "DH" and is_for_a_part_of_the_year(text):
        return Inexact("not_yearly")
    if measure.unit == "persons" and len(numbers.counts(text)) > 1:
        return Inexact("several")
    values, (start, end) = spoken
    whole = len(folded(text[:start] + " " + text[end:]).split()) <= _BESIDE
    within = tuple(value for value in values if measure.least <= value <= measure.most)
    return Amounts(within, whole) if within else OutOfBounds(values[0], whole)


def _spoken(measure: Measure, text: str, year: int) -> tuple[tuple[float, ...], tuple[int, int]] | None:
    """Return what the first number in the words may be, in the measure's unit, and where it stands."""
    match measure.unit:
        case "DH":
            if (bare := _bare(text)) is not None:
                return bare, (0, len(text))
            return next(((one.readings, one.span) for one in numbers.amounts(text)), None)
        case "years":
            for one in numbers.years(text):
                return (_age(one.year, year) if isinstance(one, numbers.Since) else one.readings), one.span
        case "persons":
            pass
        case unit:
            assert_never(unit)
    return next(((one.readings, one.span) for one in numbers.counts(text)), None)


def _bare(text: str) -> tuple[float, ...] | None:
    """Return what a small number with no word beside it may mean as money, None for any other message.

    «20» is said for 20,000 dirhams, for 20 million centimes and for 20 million dirhams: it is asked, never guessed.
    """
    if not _SMALL.fullmatch(text.strip()):
        return None
    number = next((one.readings[0] for one in numbers.amounts(text)), 0.0)
    return tuple(number * scale for scale in _SCALES) if 0 < number < _LEAST_DIRHAMS else None


def _age(founded: int, year: int) -> tuple[float, ...]:
    """Return the whole years since a calendar year: one less when the day has not come yet this year."""
    years = year - founded
    return (float(years - 1), float(years)) if years > 0 else (float(max(0, years)),)
