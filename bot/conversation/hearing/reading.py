"""A typed answer read as the value of the fact that is asked: never a guess, never a default."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, Protocol, TypeVar, assert_never

from bot.conversation.conversation import Value
from bot.conversation.hearing.forms import Held, held, longest
from bot.conversation.hearing.yes_no import affirmed
from bot.conversation.library import Library
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.language import bounds, numbers
from bot.language.dates import dates
from bot.language.folding import ARTICLE, folded, may_end_alike, traced
from bot.language.hedges import is_bounded, is_for_a_part_of_the_year, says_the_same
from bot.language.negation import MessageWords, begins_a_clause, is_put_right, never_parted, without_denied, words_of
from bot.language.numbers import OF_WHOLE, Share, shares
from bot.language.others import of_oneself
from bot.offices.places import Place, Sure, Unsure


@dataclass(frozen=True, slots=True)
class Known:
    """What reading an answer may look at besides its words: today, and the answers so far."""

    on: date
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers that the words may stand for; one when it is certain. Dirhams where the fact is money."""

    values: tuple[float, ...]
    #: True when the message says little else.
    whole: bool = True
    #: The calendar year that they are counted from, when the words gave one.
    since: int | None = None
    #: True when the value is none that was said: a share of another answer, the years since a day.
    is_worked_out: bool = False


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """A number was read, and it cannot be right for this fact; `whole` as in `Amounts`."""

    value: float
    whole: bool = True


InexactKind = Literal["bounded", "not_yearly", "several", "share"]


@dataclass(frozen=True, slots=True)
class Inexact:
    """A number was read, but not the one that is asked: less or more than it, for a month, one of several, a share.

    A share is one only of what is known: where it is not, the sum itself is asked for.
    """

    why: InexactKind


@dataclass(frozen=True, slots=True)
class NoValue:
    """No value of the fact's kind is in the words."""


#: A number written alone: digits of any script, perhaps with a fraction.
_SMALL: Final = re.compile(r"\d{1,3}(?:[.,٫]\d{1,2})?")
#: A thousand dirhams, a million centimes, a million dirhams.
_SCALES: Final = (1_000, 10_000, 1_000_000)
#: From here on a number written alone is taken as dirhams.
_LEAST_DIRHAMS: Final = 1_000
#: Words that may stand beside a number without making the message about something else.
_BESIDE = 2
_MONTHS_IN_YEAR: Final = 12
#: Spoken forms of one question's options in a message beyond which it is a list and no answer.
_MOST_FORMS: Final = 4
#: How many words on a word that wishes for an option reaches: «نفتح شي تعاونية».
_WISHED: Final = 2
#: Most words between an option and what says that it is still to come: «تعاونية ديال الزرابي فأزرو مازال ما تصاوبات».
_TO_COME: Final = 6
#: How far before a number stands the word that puts it right, in characters: no such word is longer, signs included.
_BEFORE: Final = 24
#: Two figures to be added up.
_SUM: Final = re.compile(r"\d\s*\+\s*\d")

FactReading = str | bool | Amounts | OutOfBounds | Inexact | NoValue | Sure | Unsure


def read_fact(fact: Fact, text: str, library: Library, known: Known) -> FactReading:
    """Return the value of `fact` that `text` gives: an option's id, yes or no, numbers, a place."""
    match fact.kind:
        case OneOf() as kind:
            return option_of(kind, of_oneself(text), library) or _option_alone(kind, text, library) or NoValue()
        case YesNo() as kind:
            said = affirmed(kind, never_parted(folded(text)), library)
            return NoValue() if said is None else said
        case InProvince():
            place = library.gazetteer.read(without_denied(text))
            return place if isinstance(place, Sure | Unsure) else NoValue()
        case Measure() as measure:
            number = _number(measure, text, known)
            same = library.known_below(fact.id, known.facts) if says_the_same(text) else []
            return Amounts((same[0],)) if same and isinstance(number, NoValue) else number
        case kind:
            assert_never(kind)


def is_a_bare_number(text: str) -> bool:
    """Tell whether a message is a sum or a count and nothing else."""
    spans = {one.span for one in numbers.amounts(text)} | {one.span for one in numbers.counts(text)}
    if len(spans) != 1:
        return False
    ((start, end),) = spans
    return not folded(text[:start] + text[end:])


def option_of(kind: OneOf, text: str, library: Library) -> str | None:
    """Return the one option whose words a message holds undenied; None when it holds none, or those of two.

    Words of a place's name name no option: «كلميم» is no kilim, and in «زرابي فتازناخت» the carpets are. Nor does what
    is only wished for, as in «بغيت نفتح تعاونية», what is not there yet, or the name of a paper, as in "carte
    d'artisan". Words that several say of themselves yield to another option's own: «باتانتا ديال مقاول ذاتي».
    """
    words = words_of(folded(text))
    options = [(option.id, one) for option in kind.options for one in held(option.words, words)]
    others = [("", one) for one in held(kind.not_said_by, words)]
    wished = {one.behind + further for one in held(kind.wished_by, words) for further in range(_WISHED)}
    shared = {one.form for one in held(kind.shared, words)}
    named: set[str] = set()
    yielding: set[str] = set()
    looked_at: set[tuple[str, str]] = set()
    for option, one in longest([*options, *others]):
        if not option or option in named or words[one.first].denied or not _is_said(one, words):
            continue
        if one.first in wished or _is_to_come(one, kind, words):
            continue
        said = (one.form, " ".join(word.text for word in words[one.first : one.behind]))
        if said in looked_at:
            continue
        looked_at.add(said)
        if not _is_of_a_place(one, words, text, library):
            (yielding if one.form in shared else named).add(option)
        if len(named) > 1 or len(looked_at) > _MOST_FORMS:
            return None
    named = named or yielding
    return named.pop() if len(named) == 1 else None


def option_to_found(kind: OneOf, text: str, library: Library) -> str | None:
    """Return the one option that somebody wants to come to and is not yet: «بغيت نفتح تعاونية»; None of several.

    Between the wish and the option stands nothing that names something: «نقاد وراق التعاونية» founds none.
    """
    words = words_of(folded(text))
    small = {at for one in held(library.follow_ups.beside, words) for at in range(one.first, one.behind)}
    wished = {one.behind for one in held(kind.wished_by, words)}
    wished |= {at + 1 for at in wished if at in small}
    options = [(option.id, one) for option in kind.options for one in held(option.words, words)]
    others = [("", one) for one in held(kind.not_said_by, words)]
    named = [(option, one) for option, one in longest([*options, *others]) if option and not words[one.first].denied]
    wanted = {option for option, one in named if one.first in wished or _is_to_come(one, kind, words)}
    return wanted.pop() if len(wanted) == 1 and all(option in wanted for option, _ in named) else None


def _is_to_come(one: Held, kind: OneOf, words: MessageWords) -> bool:
    """Tell whether an option is said to be still to come: «تعاونية ديال الطرز فصفرو مازال ما تصاوبات».

    Only within its clause: «شركة والورشة مازال ما تصاوبات» waits for the workshop.
    """
    for later in held(kind.not_yet, words, denied=True):
        between = words[one.behind : later.first]
        if one.behind <= later.first and len(between) <= _TO_COME and not any(begins_a_clause(w.text) for w in between):
            return True
    return False


def _option_alone(kind: OneOf, text: str, library: Library) -> str | None:
    """Return the option that a message is with nothing else said: «والو» to which papers somebody has."""
    words = words_of(folded(text))
    for option in kind.options:
        telling = list(held(option.alone, words, denied=True))
        inside = {at for one in (*telling, *held(kind.beside, words)) for at in range(one.first, one.behind)}
        left = " ".join(word.text for at, word in enumerate(words) if at not in inside)
        if telling and (not left or library.sayings.is_small(left)):
            return option.id
    return None


def _is_said(one: Held, words: MessageWords) -> bool:
    """Tell whether words of the other script, which are compared by their consonants, end in "-iya" where they must."""
    return all(
        word.text.isascii() == form.isascii() or may_end_alike(form, word.text)
        for word, form in zip(words[one.first : one.behind], one.form.split(), strict=True)
    )


def _is_of_a_place(one: Held, words: MessageWords, text: str, library: Library) -> bool:
    """Tell whether what is held is a part of a place's name: without it, that place is not read any more."""
    told = [word.text for word in words[one.first : one.behind]]
    is_as_written = " ".join(told) in {one.form, ARTICLE + one.form}
    if is_as_written and len(told) == len(words):
        # «حدادة» is a commune too: whoever says it to "what is your craft?" is a smith.
        return False
    places = _places(text, library)
    if not places or library.gazetteer.words_of_names(text).isdisjoint(told):
        return False
    names = {word for place in places for word in folded(" ".join(place.name.every())).split()}
    # «تادلة» alone is «قصبة تادلة», and «كلميم» the town of «كلميم واد نون».
    if names.issuperset(told):
        return True
    if not is_as_written and (_is_a_place_alone(text, library) or _places(" ".join(told), library)):
        return True
    return _places(_without(frozenset(told), text), library) != places


def _is_a_place_alone(text: str, library: Library) -> bool:
    """Tell whether a message names a place and says nothing else: «Sebt Guerdane» is El Guerdane."""
    match library.gazetteer.read(text):
        case Sure(whole=whole) | Unsure(whole=whole):
            return whole
        case _:
            return False


def _places(text: str, library: Library) -> frozenset[Place]:
    """Return the places that a message may mean."""
    match library.gazetteer.read(text):
        case Sure(place=place):
            return frozenset((place,))
        case Unsure(choices=places):
            return frozenset(places)
        case _:
            return frozenset()


def _without(words: frozenset[str], text: str) -> str:
    """Return a message without some of its folded words, wherever they stand in it."""
    plain, origins = traced(text)
    found = [one.span() for one in re.finditer(r"\S+", plain) if one[0] in words]
    for start, end in reversed(found):
        text = f"{text[: origins[start]]} {text[origins[end - 1] + 1 :]}"
    return text


def _number(measure: Measure, text: str, known: Known) -> Amounts | OutOfBounds | Inexact | NoValue:
    if measure.unit == "DH" and (told := shares(text)) and not numbers.amounts(text):
        return _share(measure, text, told, known)
    spoken = _spoken(measure, text, known.on)
    if spoken is None:
        return NoValue()
    if is_bounded(text):
        return Inexact("bounded")
    if measure.unit == "DH" and is_for_a_part_of_the_year(text):
        return Inexact("not_yearly")
    if _are_several(measure, text):
        return Inexact("several")
    return _within(measure, spoken, text)


def _are_several(measure: Measure, text: str) -> bool:
    """Tell whether a message holds several numbers of the unit, as «300 ألف و 200 ألف» does.

    "100 000 sur 1 million" holds one, and what it is a part of.
    """
    if measure.unit == "persons":
        return len(undenied(numbers.counts(text), text)) > 1
    amounts = undenied(numbers.amounts(text), text)
    if measure.unit != "DH" or not amounts:
        return False
    first, others = amounts[0], [one for one in amounts[1:] if one.readings != amounts[0].readings]
    if not others:
        return _SUM.search(text) is not None
    between = folded(text[first.span[1] : others[0].span[0]])
    return len(others) > 1 or between not in OF_WHOLE or first.readings[0] > others[0].readings[-1]


def _within(measure: Measure, spoken: "_Spoken", text: str) -> Amounts | OutOfBounds:
    within = tuple(value for value in spoken.readings if measure.least <= value <= measure.most)
    read = _amounts(within or spoken.readings[:1], spoken.span, text)
    told = replace(read, since=spoken.since, is_worked_out=spoken.is_worked_out)
    return told if within else OutOfBounds(read.values[0], read.whole)


def _share(measure: Measure, text: str, told: tuple[Share, ...], known: Known) -> Amounts | Inexact | NoValue:
    """Return the sum that a share is of what it is a share of; where that is not known, the sum itself is wanted."""
    if measure.share_of is None:
        return NoValue()
    if is_bounded(text):
        return Inexact("bounded")
    if len(told) > 1:
        return Inexact("several")
    share, whole = told[0].value, known.facts.get(measure.share_of)
    if not 0 <= share <= 1 or isinstance(whole, bool) or not isinstance(whole, int | float):
        return Inexact("share")
    return replace(_amounts((round(share * whole, 2),), told[0].span, text), is_worked_out=True)


def _amounts(readings: tuple[float, ...], span: numbers.Span, text: str) -> Amounts:
    """Return the readings, with whether the message says little besides its numbers."""
    message = bounds.read(text)
    spans = (span, *map(message.span, message.found))
    inside = {at for start, end in spans for at in range(start, end)}
    rest = "".join(" " if at in inside else letter for at, letter in enumerate(text))
    return Amounts(readings, len(folded(rest).split()) <= _BESIDE)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a number in the words may be, in the measure's unit, and where it stands."""

    readings: tuple[float, ...]
    span: numbers.Span
    since: int | None = None
    is_worked_out: bool = False


def _spoken(measure: Measure, text: str, on: date) -> _Spoken | None:
    """Return the first number in the words that can be of the measure's unit."""
    match measure.unit:
        case "DH":
            if (bare := _bare(text)) is not None:
                return _Spoken(bare, (0, len(text)))
            return next((_Spoken(one.readings, one.span) for one in undenied(numbers.amounts(text), text)), None)
        case "years":
            return _time(text, on)
        case "persons":
            return next((_Spoken(one.readings, one.span) for one in undenied(numbers.counts(text), text)), None)
        case unit:
            assert_never(unit)


class _Standing(Protocol):
    @property
    def span(self) -> numbers.Span: ...


Number = TypeVar("Number", bound=_Standing)


def undenied(found: Iterable[Number], text: str) -> list[Number]:
    """Return the numbers that a message does not put right: in «ماشي 3 سنين، 5 سنين» the second."""
    return [one for one in found if not is_put_right(folded(text[max(0, one.span[0] - _BEFORE) : one.span[0]]))]


def _bare(text: str) -> tuple[float, ...] | None:
    """Return what a small number with no word beside it may mean as money, None for any other message.

    «20» is said for 20,000 dirhams, for 20 million centimes and for 20 million dirhams: it is asked, never guessed.
    """
    if not _SMALL.fullmatch(text.strip()):
        return None
    number = next((one.readings[0] for one in numbers.amounts(text)), 0.0)
    return tuple(number * scale for scale in _SCALES) if 0 < number < _LEAST_DIRHAMS else None


def _time(text: str, on: date) -> _Spoken | None:
    """Return the years that were told, or those since the day, the month or the year that was."""
    for told in undenied(dates(text, on), text):
        months = told.months_until(on)
        if months is None:
            return _Spoken(age_since(told.year, on.year), told.span, told.year)
        return _Spoken((round(months / _MONTHS_IN_YEAR, 4),), told.span, is_worked_out=True)
    for one in _times(text):
        if isinstance(one, numbers.Since):
            return _Spoken(age_since(one.year, on.year), one.span, one.year)
        return _Spoken(one.readings, one.span)
    return None


def _times(text: str) -> list[numbers.Years | numbers.Since]:
    """Return the times told; «ماشي 3 سنين، 5» leaves out the unit of the time that holds."""
    told = list(numbers.years(text))
    held = undenied(told, text)
    if told and not held:
        return [numbers.Years(one.readings, one.span) for one in undenied(numbers.counts(text), text)]
    return held


def age_since(founded: int, year: int) -> tuple[float, ...]:
    """Return the whole years since a calendar year: one less when the day has not come yet this year."""
    years = float(year - founded)
    return (years - 1, years) if years > 0 else (years,)
