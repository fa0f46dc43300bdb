"""Numbers told without being asked: one that stands beside the words that say what it counts is that fact's.

A number alone belongs to no fact, each number to one, the nearest. What is to come is told apart from what is there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.conversation import Value
from bot.conversation.hearing.reading import undenied
from bot.conversation.library import Library
from bot.eligibility.facts import Fact, Measure
from bot.language import numbers
from bot.language.folding import AND, ARTICLE, folded, traced
from bot.language.glued import places_of
from bot.language.hedges import is_put_into, parts_two_clauses
from bot.language.tenses import is_of_today, is_to_come

#: Farthest that a number may stand from the words that say what it counts, in characters.
_BESIDE = 24
#: How near before a number what there is already is said, in words.
_JUST_BEFORE: Final = 3
#: «و» and its like as words of their own.
_CONJUNCTIONS = frozenset({AND, "et", "o", "w", "wa"})


@dataclass(frozen=True, slots=True)
class _Beside:
    """A number that may be the answer to a fact, and how far it stands from the fact's words."""

    gap: int
    #: Longer words say more: «أحسن رقم معاملات» wins over «رقم معاملات».
    words: int
    fact: str
    span: tuple[int, int]
    value: float


def numbers_told(text: str, library: Library) -> Mapping[str, Value]:
    """Return the certain numbers that stand beside a fact's words; each number answers one fact, the nearest."""
    plain, origins = traced(text)
    measures = [fact for fact in library.facts.values() if isinstance(fact.kind, Measure) and fact.kind.words]
    spoken = _spoken_in(text)
    beside = sorted(
        (one for fact in measures for one in _beside(fact, text, plain, origins, spoken)),
        key=lambda one: (one.gap - one.words, one.gap),
    )
    found: dict[str, Value] = {}
    taken: set[tuple[int, int]] = set()
    for one in beside:
        if one.fact not in found and one.span not in taken:
            found[one.fact] = int(one.value) if one.value == int(one.value) else one.value
            taken.add(one.span)
    return found


def unclear_sum(text: str, library: Library) -> tuple[str, tuple[float, ...]] | None:
    """Return the fact beside whose words a sum stands that may be in dirhams or in centimes, and its readings.

    «عندي 20 مليون من جيبي» is 200,000 dirhams of one's own, or 20 million. None where no sum, or several, are so.
    """
    plain, origins = traced(text)
    measures = [fact for fact in library.facts.values() if fact.is_money]
    spoken = _spoken_in(text)
    unclear = sorted(
        (
            (one.gap - one.words, one.fact, readings)
            for fact in measures
            for one, readings in _standing(fact, text, plain, origins, spoken)
            if len(readings) > 1
        )
    )
    if not unclear or len({readings for _, _, readings in unclear}) > 1:
        return None
    _, fact, readings = unclear[0]
    return fact, readings


def _beside(fact: Fact, text: str, plain: str, origins: tuple[int, ...], spoken: "_Numbers") -> Iterator[_Beside]:
    """Yield the certain numbers beside a fact's words."""
    return (one for one, readings in _standing(fact, text, plain, origins, spoken) if len(readings) == 1)


def _standing(
    fact: Fact, text: str, plain: str, origins: tuple[int, ...], spoken: "_Numbers"
) -> Iterator[tuple[_Beside, tuple[float, ...]]]:
    """Yield the numbers beside a fact's words, each with what it may be."""
    measure = fact.kind
    assert isinstance(measure, Measure)
    numbers_of_it = spoken[measure.unit]
    if not numbers_of_it:
        return
    for form in (*measure.words, *measure.wished):
        for start, end in places_of(form, plain):
            # Up to the fact's words, which may stand in a word that has grown a preposition and an article: «فالمشروع».
            before = plain[:start].removesuffix(ARTICLE).split()
            # «4 ديال الناس جداد» counts them, and puts nothing into them.
            if is_put_into(before) and measure.unit != "persons":
                continue
            place = origins[start], origins[end - 1] + 1
            for span, readings in numbers_of_it:
                gap = max(place[0] - span[1], span[0] - place[1] + 1, 0)
                if gap > _BESIDE or _is_of_another_clause(text, place, span):
                    continue
                if measure.wished and _is_there_already(text, min(place[0], span[0]), is_wish=form in measure.wished):
                    continue
                if measure.least <= readings[0] <= measure.most:
                    yield _Beside(gap, end - start, fact.id, span, readings[0]), readings


def _is_there_already(text: str, behind: int, *, is_wish: bool) -> bool:
    """Return whether a number of something to come is of what there is: «عندنا 6 مناصب»، «حنا 7 كنخدمو».

    What somebody may do or have already is to come where it `is_wish` and stands behind one.
    """
    before = folded(text[:behind]).split()
    return not is_to_come(before) if is_wish else is_of_today(" ".join(before[-_JUST_BEFORE:]))


def _is_of_another_clause(text: str, words: tuple[int, int], number: tuple[int, int]) -> bool:
    """Return whether a number stands in another clause than a fact's words; both are given by where they stand.

    «رقم المعاملات كان 3 مليون درهم والمشروع ب 2 مليون درهم»: the project follows an "and", and so does its number.
    """
    earlier, later = sorted((words, number))
    between = text[earlier[1] : later[0]]
    is_number_first = number[0] < words[0]
    is_joined = between.rstrip().endswith(AND) or text[later[0] :].startswith(AND)
    is_parted = bool(_CONJUNCTIONS.intersection(between.split())) or (is_number_first and "،" in between)
    return is_parted or (is_joined and (is_number_first or later == number)) or parts_two_clauses(between)


#: The numbers of each unit with where they stand and what they may be.
_Numbers = Mapping[str, Sequence[tuple[tuple[int, int], tuple[float, ...]]]]


def _spoken_in(text: str) -> _Numbers:
    """Return the numbers that nothing denies in a message, by their unit; a bare count is no sum of money."""
    return {
        "DH": [(one.span, one.readings) for one in undenied(numbers.amounts(text), text)],
        "years": [
            (one.span, one.readings) for one in undenied(numbers.years(text), text) if isinstance(one, numbers.Years)
        ],
        "persons": [(one.span, one.readings) for one in undenied(numbers.counts(text), text)],
    }
