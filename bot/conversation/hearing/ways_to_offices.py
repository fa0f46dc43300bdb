"""Rules for who asks the way: to an office by its name, to the office of a place, behind what was last told.

What must not break: who names an office is told of that one and of no other, also where no address of it is known; a
place inside a question about anything else is no way to an office.
"""

from itertools import islice
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import OnScreen
from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.meaning import Asked, Mentioned, Placed, Understood, WhichPlace
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped
from bot.faq.entries import EntryId
from bot.faq.matcher import Match
from bot.language.hedges import puts_into
from bot.language.negation import words_of
from bot.offices import places
from bot.offices.places import PlaceId

#: Words beyond which who they are, a need and a place together are a story, and «فين تمشي» its end.
_MOST_OF_A_WAY: Final = 12
#: Longest name of a place that is looked for behind a preposition, in words.
_LONGEST_NAME: Final = 3
#: Longest message of which every run of words is tried for a place that is to be left out, in words; of a longer one
#: those alone that stand where a place was found, and so many of them: each is a search through all names.
_ALL_TRIED: Final = 10
_MOST_TRIED: Final = 24


def office_named(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the office that is asked for by its name: «وفين كاين هاد القسم فسلا», "le numéro de la chambre ?".

    Of one whose addresses the guide has, that of the place; of another, what is known of it. Without words for the way
    a name beside a place is enough, or another office that is denied.
    """
    follow_ups, library = spoken.library.follow_ups, spoken.library
    named = follow_ups.office_named(spoken.asking)
    if named is None:
        return None
    beside = _beside_the_place(named.beside, spoken)
    asks_the_way = any(held(follow_ups.way, words_of(beside)))
    is_all = follow_ups.is_small(beside)
    if not asks_the_way and not (is_all and (named.to in library.flows or named.denies)):
        return None
    if not is_all and _is_surely_of_something_else(spoken):
        return None
    if named.to not in library.flows:
        return Tapped("faq", named.to)
    match spoken.place:
        case places.Sure(place=place):
            return Placed(place.id, FlowId(named.to))
        case places.Unsure(choices=candidates, are_named=are_named):
            return WhichPlace(library.roles.place, candidates, named.to, are_named)
        case _ if screen.asked is None:
            return Tapped("to", named.to)
        case _:
            return None


def _is_surely_of_something_else(spoken: Spoken) -> bool:
    best = spoken.library.entries[spoken.question.ranked[0][0]]
    return spoken.question.zone == "sure" and best.leads_to is None


def office_of_a_place(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the place that a message names, alone or in "where is the office of …".

    While a question is open, only a question about an office counts; where a check is to be chosen, a town is a fact.
    """
    if screen.asked is not None and not spoken.asks:
        return None
    asks_the_way = (spoken.asks or spoken.is_a_question) and not spoken.library.wishes.asks_for_a_right(spoken.rest)
    is_a_story = len(spoken.rest.split()) > _MOST_OF_A_WAY and spoken.check is not None
    if screen.asked is None and spoken.tells_who and (not asks_the_way or is_a_story):
        # Who says who they are, and asks for nothing or for what they have a right to, does not ask for the way.
        return None
    library, question = spoken.library, spoken.question
    flow = library.entries[question.ranked[0][0]].leads_to if question.zone != "none" else None
    if not isinstance(spoken.place, places.NoPlace):
        to = _office_on_screen(spoken, screen)
        if to is not None and to in library.entries:
            return Tapped("faq", to)
        flow = to or flow or _office_of_the_subject(spoken)
    match spoken.place:
        case places.NoPlace() if flow is not None and (place_behind := _place_behind(spoken)) is not None:
            return Placed(place_behind, FlowId(flow))
        case places.Sure(place=place, whole=True) if (entry := _office_answered(screen, library)) is not None:
            return Asked(spoken.text, Match("sure", ((entry, 1.0),)), {library.roles.place: place.id})
        case places.Sure(place=place) if flow is not None:
            return Placed(place.id, FlowId(flow))
        case places.Sure(place=place, whole=True):
            here = screen.conversation.flow
            if here == library.roles.check:
                return Mentioned({library.roles.place: place.id})
            if library.finds_an_office(here):
                return Placed(place.id, here)
            return Placed(place.id, _office_of_the_answer(screen, library) or library.roles.office)
        case places.Unsure(choices=candidates, are_named=are_named) if flow is not None:
            return WhichPlace(library.roles.place, candidates, flow, are_named)
        case _:
            return None


def _office_answered(screen: Situation, library: Library) -> EntryId | None:
    """Return the answer on the screen if it tells of an office of which no addresses are known."""
    shown = screen.conversation.on_screen
    is_one = shown is not None and shown.kind == "answer" and library.follow_ups.is_an_office(shown.of)
    return EntryId(shown.of) if shown is not None and is_one else None


def _office_of_the_answer(screen: Situation, library: Library) -> FlowId | None:
    """Return what finds the office of the answer that was last told: a town behind the card's is the chamber's."""
    shown = screen.conversation.on_screen
    if shown is None or shown.kind != "answer":
        return None
    return next((FlowId(name) for name in library.follow_ups.leads("office", shown) if name in library.flows), None)


def _office_on_screen(spoken: Spoken, screen: Situation) -> str | None:
    """Return what tells of the office of what was last told: «فين نمشي أنا من الخميسات» behind the card's answer."""
    shown, library = screen.conversation.on_screen, spoken.library
    if shown is None or library.follow_ups.aspect(_beside_the_place(spoken.rest, spoken)) not in {"office", "phone"}:
        return None
    if shown.kind in {"question", "result"}:
        schemes = assessed_in(screen.conversation.flow, library)
        shown = OnScreen("scheme", schemes[0]) if schemes else shown
    subject = library.follow_ups.subject(shown)
    leads = subject.asked.get("office", ()) if subject is not None and not subject.offices else ()
    return next((name for name in leads if name in library.flows or name in library.entries), None)


def _office_of_the_subject(spoken: Spoken) -> FlowId | None:
    """Return what finds the office of what a message asks the way for: «فين نحط ملف الاستثمار، أنا من كلميم»."""
    library, question = spoken.library, spoken.question
    asks_the_way = any(held(library.follow_ups.words.get("office", ()), words_of(spoken.asking)))
    if not asks_the_way or question.zone == "none":
        return None
    leads = library.follow_ups.leads("office", OnScreen("answer", question.ranked[0][0]))
    return next((FlowId(name) for name in leads if name in library.flows), None)


def _beside_the_place(plain: str, spoken: Spoken) -> str:
    """Return folded words without the longest runs of them that are a place and nothing else."""
    words, gazetteer = plain.split(), spoken.library.gazetteer
    runs = (
        (first, first + size)
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1)
        for first in range(len(words) - size + 1)
    )
    near = gazetteer.words_of_names(plain)
    if len(words) > _ALL_TRIED:
        runs = ((first, behind) for first, behind in runs if near.issuperset(words[first:behind]))
    hidden: set[int] = set()
    for first, behind in islice(runs, None if len(words) <= _ALL_TRIED else _MOST_TRIED):
        if hidden and not (hidden.isdisjoint(range(first, behind)) and near.issuperset(words[first:behind])):
            continue
        match gazetteer.read(" ".join(words[first:behind])):
            case places.Sure(whole=True) | places.Unsure(whole=True):
                hidden.update(range(first, behind))
            case _:
                continue
    return " ".join(word for at, word in enumerate(words) if at not in hidden)


def _place_behind(spoken: Spoken) -> PlaceId | None:
    """Return the place that stands last in a question about an office: «المكتب ديال بركان» is no volcano."""
    words = spoken.rest.split()
    for first in range(max(1, len(words) - _LONGEST_NAME), len(words)):
        if puts_into(words[first - 1]):
            match spoken.library.gazetteer.read(" ".join(words[first:])):
                case places.Sure(place=place, whole=True):
                    return place.id
                case _:
                    continue
    return None
