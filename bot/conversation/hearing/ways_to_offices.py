"""Rules for who asks the way: to an office by its name, to the office of a place, behind what was last told.

What must not break: who names an office is told of that one and of no other, also where no address of it is known; a
place inside a question about anything else is no way to an office.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import OnScreen, Value
from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.meaning import Asked, Mentioned, Placed, Understood, WhichOffice, WhichPlace
from bot.conversation.hearing.told_facts import told, with_implied
from bot.conversation.library import Library
from bot.conversation.showing import place_named
from bot.conversation.tapping import Tapped
from bot.eligibility.facts import OneOf
from bot.faq.entries import EntryId
from bot.faq.matcher import Match
from bot.language.folding import folded
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


def office_in_own_words(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the office that is asked for in words of one's own: «شكون نسول فالصويرة», "chi nmra f wjda 3la lmachine".

    Which one the matter tells that they name, else what was last told; where nothing does, the person chooses. Who they
    are may stand before it. While a question is open, only a question counts.
    """
    library, words = spoken.library, spoken.library.words
    way = library.follow_ups.way_asked(_beside_the_place(spoken.asking, spoken), _crafts(library))
    is_asked = words.asks(spoken.rest) or spoken.is_a_question
    if way is None or spoken.supposes or (screen.asked is not None and not is_asked):
        return None
    tells_more = way.before or library.follow_ups.matter(way.leading) is not None
    if tells_more and (words.asks(way.leading) or library.wishes.asks_for_a_right(way.leading)):
        # «واش نصدرو بالدعم، وفين نمشيو» asks for a right first.
        return None
    facts = with_implied(told(way.before, library), way.before, spoken.known.facts, library) if way.before else {}
    if way.before and not facts:
        return None
    # What suggestions were offered for names its matter too.
    asked_before = library.follow_ups.matter(folded(screen.conversation.question or ""))
    to = way.to or asked_before or _office_last_told(screen, library) or _office_of_the_wish(spoken)
    leads_on = spoken.question.zone != "none" and library.entries[spoken.question.ranked[0][0]].leads_to is not None
    if to is None and leads_on and not way.before:
        return None
    where, known = library.roles.place, spoken.known.facts
    match spoken.place:
        case places.Sure(place=place):
            return _at(place.id, to, facts, spoken, screen)
        case places.Unsure(choices=candidates, are_named=are_named):
            flow = to if to is None or to in library.flows else library.roles.office
            return WhichPlace(where, candidates, flow or "", are_named)
        case _ if not is_asked and not any(held(library.follow_ups.words.get("phone", ()), words_of(spoken.rest))):
            return None
        case _ if (own := place_named(known.get(where), library)) is not None:
            return _at(own.id, to, facts, spoken, screen)
        case _ if to is not None and screen.asked is None and not facts:
            return Tapped("to" if to in library.flows else "faq", to)
        case _:
            return None


def _crafts(library: Library) -> tuple[str, ...]:
    """Return what people say for what they are and make."""
    kinds = (fact.kind for fact in library.facts.values())
    return tuple(form for kind in kinds if isinstance(kind, OneOf) for one in kind.options for form in one.words)


def _at(place: PlaceId, to: str | None, facts: Mapping[str, Value], spoken: Spoken, screen: Situation) -> Understood:
    library = spoken.library
    if to is None:
        return WhichOffice(place, facts)
    if to in library.flows:
        return Placed(place, to, facts, is_across=screen.asked is not None)
    return Asked(spoken.text, Match("sure", ((EntryId(to), 1.0),)), {**facts, library.roles.place: place})


def _office_last_told(screen: Situation, library: Library) -> str | None:
    """Return what tells of the office of what was last told; None where that is of no one office."""
    here, shown = screen.conversation.flow, screen.conversation.on_screen
    if library.finds_an_office(here) and here != library.roles.office:
        return here
    if shown is not None and shown.kind in {"question", "result"}:
        schemes = assessed_in(here, library)
        shown = OnScreen("scheme", schemes[0]) if schemes else None
    return _office_of(shown, library) if shown is not None else None


def _office_of_the_wish(spoken: Spoken) -> str | None:
    """Return what tells of the office of the aid that the words ask for."""
    schemes = assessed_in(spoken.wish.flow, spoken.library) if spoken.wish is not None else ()
    return _office_of(OnScreen("scheme", schemes[0]), spoken.library) if schemes else None


def _office_of(shown: OnScreen, library: Library) -> str | None:
    leads = library.follow_ups.leads("office", shown)
    if leads[:1] == (library.roles.office,) and any(library.asks_the_town(EntryId(name)) for name in leads):
        # Where nothing says which office is meant, it is not the export bureau.
        return None
    return next((name for name in leads if name in library.flows or name in library.entries), None)


def office_instead(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the office that is wanted instead of the one just told of: another kind, or that of another place."""
    return _another_office(spoken, screen) or _nearer_office(spoken, screen)


def _another_office(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the office that is named beside a no to the one told: «بغيت ديال الصناعة التقليدية ماشي التجارة»."""
    library, flow = spoken.library, screen.conversation.flow
    to = library.follow_ups.another_office(spoken.rest, flow) if library.finds_an_office(flow) else None
    if to is None or screen.asked is not None or spoken.supposes:
        return None
    place = place_named(screen.conversation.elsewhere or spoken.known.facts.get(library.roles.place), library)
    if to not in library.flows or place is None:
        return Tapped("to" if to in library.flows else "faq", to)
    return Placed(place.id, to)


def _nearer_office(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the office of another place, where the one told is far: «بعيدة، واش ما كاينش شي حاجة فورزازات»."""
    library, flow = spoken.library, screen.conversation.flow
    if screen.asked is not None or not library.finds_an_office(flow):
        return None
    beside = _beside_the_place(spoken.rest, spoken).split()
    # «بعيدة عليا فاس»: a name that is a word too is no place where nothing announces it.
    left = [word for word in beside if not isinstance(library.gazetteer.read(word), places.Sure)]
    if len(beside) > _MOST_OF_A_WAY or not library.follow_ups.asks_for_a_nearer_one(" ".join(left)):
        return None
    shown = screen.conversation.on_screen
    office = next((one for one in library.offices if shown is not None and one.id == shown.of), None)
    stands = None if office is None else library.gazetteer.at(office.point.lat, office.point.lon)
    others = [one for one in library.gazetteer.named(spoken.rest) if stands is None or one.province != stands.province]
    return Placed(others[-1].id, flow, is_nearer=True) if others else None


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
    """Return the answer on the screen if it tells of an office of which no addresses are known.

    Or the one that tells whether what is on the screen comes to a town: «أنا من زاكورة» behind the caravan's stations.
    """
    shown, ways = screen.conversation.on_screen, library.follow_ups
    if shown is None:
        return None
    if shown.kind == "answer" and ways.is_an_office(shown.of):
        return EntryId(shown.of)
    subject = ways.subject(shown)
    return None if subject is None or subject.town is None else EntryId(subject.town)


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
            case places.Sure(whole=True) | places.Unsure(whole=True) if not _asks_where(words[first], spoken):
                hidden.update(range(first, behind))
            case _:
                continue
    return " ".join(word for at, word in enumerate(words) if at not in hidden)


def _asks_where(word: str, spoken: Spoken) -> bool:
    """Return whether a word asks the way, though a place may follow it: "où à Safi"."""
    return any(held(spoken.library.follow_ups.words.get("office", ()), words_of(word)))


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
