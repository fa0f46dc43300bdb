"""Facts told without being asked: «حنا تعاونية ديال الزربية ف تازناخت» tells three at once.

Only what is said in so many words is heard: an option's own words, a place, a number beside the words that say what it
counts (`told_numbers`). Yes or no is heard only beside other facts (`yes_and_no_told`).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.conversation.conversation import Value
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.reading import age_since, option_of, undenied
from bot.conversation.hearing.told_numbers import numbers_told
from bot.conversation.hearing.wishes import Wish
from bot.conversation.hearing.yes_no import said
from bot.conversation.library import Library
from bot.eligibility.facts import InProvince, Measure, OneOf, YesNo
from bot.language import numbers
from bot.language.folding import AND, folded, is_habit, traced
from bot.language.hedges import (
    ARTICLES,
    GROWN_PRICE,
    names_a_need,
    names_a_price,
    parts_two_clauses,
    puts_into,
    says_owning,
    tells_having,
    without_between,
)
from bot.language.negation import MessageWords, parted, without_denied, words_of
from bot.language.others import of_oneself
from bot.language.tenses import is_wished
from bot.offices.places import Sure

#: Least sum, in dirhams, that is what a project costs; how far before it is looked, in characters.
_LEAST_PRICE = 10_000
_REACH = 24
#: From so many years on what somebody has may be their own age.
_OF_AGE = 18
#: A turnover as accountants write it; "ça", which is folded alike, is written small.
_TURNOVER: Final = re.compile(r"(?<!\S)CA(?=\s+(?:(?:HT|20\d\d|annuel|de|:|=)\s+)*[0-9])")


def heard(text: str, library: Library) -> Mapping[str, Value]:
    """Return the facts that `text` tells, by id; a place is its province's French name, none of a region alone.

    What it tells of a client, a husband or a neighbour is none of them.
    """
    text = _TURNOVER.sub(" chiffre d'affaires ", of_oneself(text))
    found: dict[str, Value] = {}
    rests = _rests(library)
    of_whom = library.follow_ups.without_offices(folded(text))
    for fact in library.facts.values():
        match fact.kind:
            case OneOf() as kind:
                option = option_of(kind, of_whom, library)
                if option is not None and option not in rests:
                    found[fact.id] = option
            case InProvince():
                place = library.gazetteer.read(without_denied(text))
                if isinstance(place, Sure) and place.place.province is not None:
                    found[fact.id] = place.place.province
            case _:
                pass
    return {**found, **numbers_told(text, library)}


def _rests(library: Library) -> frozenset[str]:
    """Return the options that several facts have: «شي حاجة أخرى» answers a question, and tells nothing elsewhere."""
    often = Counter(option.id for fact in library.facts.values() for option in fact.options)
    return frozenset(option for option, times in often.items() if times > 1)


@lru_cache(maxsize=64)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(folded, words))


def told(text: str, library: Library) -> Mapping[str, Value]:
    """Return the same as a conversation keeps it: a place by its own id."""
    found, where = dict(heard(text, library)), library.roles.place
    place = library.gazetteer.read(without_denied(of_oneself(text))) if where in found else None
    if isinstance(place, Sure):
        found[where] = place.place.id
    return found


def yes_and_no_told(plain: str, library: Library) -> Mapping[str, Value]:
    """Return what a folded message says of the yes-or-no questions it names; what is unclear is left out."""
    found: dict[str, Value] = {}
    spoken = f" {parted(plain)}"
    for fact in library.facts.values():
        # Their words are everyday ones: only as they are written, never by their consonants in the other script.
        if isinstance(fact.kind, YesNo) and any(
            f" {form}" in spoken or f" {AND}{form}" in spoken for form in _folded(fact.kind.yes + fact.kind.no)
        ):
            truths = said(fact.kind, plain, alone=False, named=True)
            if len(truths) == 1:
                found[fact.id] = next(iter(truths))
    sold = library.wishes.sold_abroad
    if sold is not None and sold.fact not in found and sold.told(words_of(plain)):
        found[sold.fact] = True
    if sold is not None and sold.fact not in found and library.wishes.sells_there_first(plain):
        found[sold.fact] = False
    return found


def price(text: str, wish: Wish, known: Mapping[str, Value], library: Library) -> tuple[float, ...] | None:
    """Return what the one sum may be, smallest first, that a message says the thing wished for is to cost.

    A fact's own sum is none, nor is a sum of another clause: «بغينا نستثمرو وكاين واحد الطاكسي ب 200000 درهم».
    """
    of_facts = {value for fact, value in known.items() if library.facts[fact].is_money}
    match [one for one in numbers.amounts(text) if of_facts.isdisjoint(one.readings)]:
        case [numbers.Amount(readings=readings, span=span)] if readings[0] >= _LEAST_PRICE:
            behind = _behind_the_wish(text, wish)
            before = folded(text[max(0, span[0] - _REACH) : span[0]]).split()
            is_needed = bool(before) and names_a_need(before[-1])
            if not is_needed and parts_two_clauses(text[behind : span[0]], by_signs=True):
                return None
            is_grown = folded(text[slice(*span)]).startswith(GROWN_PRICE)
            is_price = is_needed or is_grown or (before and names_a_price(before[-1]))
            return tuple(int(one) if one == int(one) else one for one in readings) if is_price else None
        case _:
            return None


def _behind_the_wish(text: str, wish: Wish) -> int:
    """Return where in a message the last word of a wish ends, in characters; its beginning where none is found."""
    plain, origins = traced(text)
    words = words_of(plain)
    behind = max((one.behind for one in held(wish.words, words)), default=0)
    at = sum(len(word.text) + 1 for word in words[:behind])
    return origins[min(at, len(origins)) - 1] + 1 if at and origins else 0


def with_implied(
    facts: Mapping[str, Value], text: str, known: Mapping[str, Value], library: Library
) -> Mapping[str, Value]:
    """Return the facts told in `text`, and what they imply where nothing else is known of it."""
    words = words_of(folded(text))
    implied: dict[str, Value] = {}
    contradicted: set[str] = set()
    for id_, value in facts.items():
        kind = library.facts[id_].kind
        if not isinstance(kind, OneOf) or _leaves_open(kind, words, {**known, **facts}):
            continue
        following = [pair for option in kind.options if option.id == value for pair in option.implies]
        implied.update((fact, said) for fact, said in following if fact not in facts and fact not in known)
        # «شركة الزليج بغينا نكبرو المعمل» names a craft and a factory: which of the two they do is asked, not guessed.
        contradicted.update(fact for fact, said in following if fact in facts and facts[fact] != said)
    return {fact: said for fact, said in {**facts, **implied}.items() if fact not in contradicted}


def _leaves_open(kind: OneOf, words: MessageWords, known: Mapping[str, Value]) -> bool:
    """Return whether a message says what leaves open what an option implies: who sells carpets may not make them.

    Who wants to sell them says nothing of it, nor does a cooperative that sells: it sells what its members make.
    """
    if any(known.get(fact) in options for fact, options in kind.made_by):
        return False
    plain = [word.text for word in words]
    return any(
        is_habit(plain[one.first], one.form) or not is_wished(plain, one.first) for one in held(kind.unless, words)
    )


def time_had(text: str, known: Mapping[str, Value], library: Library) -> Mapping[str, Value]:
    """Return the one time of a message as the fact that whoever says «عندنا 3 سنين» means, by what is `known` of them.

    Nothing where it may be the age of a person: «عندي 45 عام».
    """
    text = of_oneself(text)
    match [one for one in undenied(numbers.years(text), text) if isinstance(one, numbers.Years)]:
        case [numbers.Years(readings=(value,), span=(start, end))]:
            whose = tells_having(text, start, end) or ("we" if _stands_behind_ones_own(text[:start], library) else None)
        case _:
            return {}
    if whose is None or (whose == "I" and value >= _OF_AGE):
        return {}
    return {
        str(fact.id): int(value) if value == int(value) else value
        for fact in library.facts.values()
        if isinstance(fact.kind, Measure) and fact.kind.least <= value <= fact.kind.most
        if any(known.get(of) in options for of, options in fact.kind.had_by)
    }


def _stands_behind_ones_own(before: str, library: Library) -> bool:
    """Return whether words end in what somebody has, as «عندي شركة», so that a time behind them is its age.

    «خدمت فشركة 5 سنين» has none.
    """
    words = _without_craft_and_place(without_between(folded(before).split()), library)
    kind = library.facts[library.roles.legal_form].kind
    if not words or not isinstance(kind, OneOf):
        return False
    spoken = words_of(" ".join(words))
    found = [one for option in kind.options for one in held(option.words, spoken) if one.behind == len(spoken)]
    first = min((one.first for one in found), default=0)
    is_as_written = any(one.form.startswith(words[one.first]) for one in found)
    # "une", «شي» may stand before it.
    owner = next((word for word in reversed(words[:first]) if word not in ARTICLES), "")
    return bool(found) and (says_owning(owner) or (not first and is_as_written))


def _without_craft_and_place(words: Sequence[str], library: Library) -> Sequence[str]:
    """Return folded words without what a thing is of and where it is at their end: «شركة ديال النجارة فكازا»."""
    spoken = words_of(" ".join(words))
    crafts = (
        one
        for fact in library.facts.values()
        if isinstance(fact.kind, OneOf) and fact.id != library.roles.legal_form
        for option in fact.kind.options
        for one in held(option.words, spoken)
    )
    inside = {at for one in crafts for at in range(one.first, one.behind)}
    places = library.gazetteer.words_of_names(" ".join(words))
    end = len(spoken)
    while end and (end - 1 in inside or spoken[end - 1].text in places or puts_into(spoken[end - 1].text)):
        end -= 1
    return [word.text for word in spoken[:end]]


def founded(
    text: str, known: Mapping[str, Value], year: int, library: Library
) -> tuple[str, tuple[float, ...], int] | None:
    """Return how old what somebody has may be who tells since which one year it is there, and that year.

    What they have is told by what is `known` of them; None where that does not tell it: «بدينا ف 2021».
    """
    match [one for one in numbers.years(of_oneself(text)) if isinstance(one, numbers.Since)]:
        case [numbers.Since(year=since)] if since <= year:
            readings = age_since(since, year)
        case _:
            return None
    times = [
        (str(fact.id), fact.kind)
        for fact in library.facts.values()
        if isinstance(fact.kind, Measure) and fact.kind.unit == "years"
    ]
    words = words_of(folded(of_oneself(text)))
    # «خدام فهاد الصنعة من 1998» names what it is the time of; else what they have tells it.
    named = [fact for fact, kind in times if any(held(kind.words, words))]
    had = [fact for fact, kind in times if any(known.get(of) in whose for of, whose in kind.had_by)]
    return next(((fact, readings, since) for fact in (named if len(named) == 1 else had)), None)


def of_one_of(text: str, library: Library) -> tuple[tuple[str, Value], ...]:
    """Return the facts of which the one number of a message may be, where it names none: «عندي 3 سنين»، «2 مليون درهم».

    A sum alone may be each that people tell of themselves; the best of several years is none of them.
    """
    times = [one for one in numbers.years(text) if isinstance(one, numbers.Years)]
    sums = numbers.amounts(text)
    bounded = {fact.never_above for fact in library.facts.values()}
    match [*times, *sums]:
        case [numbers.Years(readings=(value,), span=(start, end))]:
            unit = "years"
            is_alone = tells_having(text, start, end) is not None or not folded(text[:start] + text[end:])
        case [numbers.Amount(readings=(value,), span=(start, end))] if value >= _LEAST_PRICE:
            unit, is_alone = "DH", not folded(text[:start] + text[end:])
        case _:
            return ()
    return tuple(
        (str(fact.id), int(value) if value == int(value) else value)
        for fact in library.facts.values()
        if is_alone and isinstance(fact.kind, Measure) and fact.kind.unit == unit and fact.kind.words
        if fact.kind.least <= value <= fact.kind.most and fact.id not in bounded
    )
