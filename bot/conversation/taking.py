"""What is taken from a message: an answer, or facts told beside it, each said back so that a mistake is seen.

What must not break: a fact never silently replaces a different one. It does where the person says that they put it
right; else they are asked which is so, and so they are of two sums that cannot both be (`Terms.contradiction`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, Value
from bot.conversation.events import FactAsked, FactSaidBack, FlowOpened, OfficeTold, Turn
from bot.conversation.flow import Ask, FlowId, Offer
from bot.conversation.hearing.meaning import Placed, WhichAmount, WhichOffice
from bot.conversation.library import Library
from bot.conversation.saying import Teller, preceded, with_choice
from bot.conversation.showing import Passage, fact_told, office_found, place_named, value_told
from bot.conversation.walk import Position, Stop
from bot.eligibility.facts import InProvince
from bot.faq.entries import Entry
from bot.language.folding import folded
from bot.language.wording import listed
from bot.message import Text
from bot.offices.places import Place, Sure


def took_answer(fact: str, value: Value, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Go on with one answer more; a place told where no question is open leads to the office."""
    after = replace(before.answered(fact, value), question=None, elsewhere=None)
    roles = teller.library.roles
    if fact == roles.place and before.elsewhere == "":
        return looked_at(str(value), before.flow, before, teller)
    if fact == roles.place and before.flow != roles.office and isinstance(here.stop, Offer | None):
        return teller.moved(after.answered(FLOW, roles.office), None, (FlowOpened(roles.office),))
    return _agreeing(after, before, teller) or teller.moved(after, before)


def looked_at(place: Value, flow: str, before: Conversation, teller: Teller) -> Turn:
    """Tell the office of a place that somebody asks about; where they work stays what they told of it before.

    Who works there after all says so by a tap.
    """
    library, where = teller.library, teller.library.roles.place
    own = before.facts.get(where)
    after = replace(before, question=None, elsewhere=None)
    if own is None or not _differs(where, own, place, library):
        return teller.moved(after.answered(where, place).answered(FLOW, flow), None, (FlowOpened(flow),))
    turn = teller.moved(replace(after.answered(FLOW, flow), elsewhere=str(place)), None, (FlowOpened(flow),))
    name, kept = place_named(place, library), place_named(own, library)
    if name is None or kept is None:
        return turn
    label = library.phrases.i_am_there.filled(place=name.name)
    turn = with_choice(choices.answer(where, place, label, None, before.language), turn)
    return preceded(library.phrases.place_kept.filled(place=name.name, own=kept.name), turn)


def office_asked(asked: Placed | WhichOffice, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Tell the office that is asked for, or ask which; what is told of the person in the same breath is kept.

    Across an open question of a check it is told as an answer, and the question comes again.
    """
    library = teller.library
    facts = unopposed(asked.facts, before, library)
    known = with_facts(facts, before.without_suggestions())
    is_check = isinstance(here.stop, Ask) and library.checks(before.flow)
    match asked:
        case WhichOffice(place):
            turn = _which_office(place, known, teller)
        case Placed(place, flow, is_across=True) if is_check and (kind := library.office_found_by(flow)) is not None:
            told = office_found({library.roles.place: place}, kind, library)
            turn = teller.again(known, teller.position(known), *told)
            turn = replace(turn, conversation=replace(turn.conversation, on_screen=before.on_screen))
        case Placed(place, flow):
            turn = looked_at(place, flow, known, teller)
        case _:
            assert_never(asked)
    if isinstance(asked, Placed) and asked.is_nearer:
        turn = _nearer(asked.place, turn, library)
    return said_back(facts, turn, library) if facts else turn


def office_of_the_town(entry: Entry, before: Conversation, library: Library) -> Placed | WhichOffice | None:
    """Return the office that an answer asks the town for, where the town was told; None of other answers."""
    if not library.asks_the_town(entry.id):
        return None
    own = place_named(before.facts.get(library.roles.place), library)
    match library.gazetteer.read(before.question or ""):
        case Sure(place=place):
            told = place
        case _ if own is not None:
            told = own
        case _:
            return None
    flow = library.follow_ups.matter(folded(before.question or ""))
    return WhichOffice(told.id) if flow is None or flow not in library.flows else Placed(told.id, flow)


def _which_office(place: str, before: Conversation, teller: Teller) -> Turn:
    """Ask which office of a place is wanted: each kind is a choice, and what it is for stands above them."""
    library, name = teller.library, place_named(place, teller.library)
    listed = choices.offices_of(place, library, before.language)
    words = library.phrases.which_of_the_offices.filled(place=name.name if name else "")
    return teller.shown(before, (words,), listed)


def _nearer(place: str, turn: Turn, library: Library) -> Turn:
    """Return the turn that says first that no office is known in a place, where the one that is told is elsewhere."""
    there = place_named(place, library)
    told_of = {event.office for event in turn.events if isinstance(event, OfficeTold)}
    offices = [one for one in library.offices if one.id in told_of]
    stands = [library.gazetteer.at(one.point.lat, one.point.lon) for one in offices]
    if there is None or any(one is None or one.province == there.province for one in stands):
        return turn
    return preceded(library.phrases.none_known_there.filled(place=there.name), turn)


def took_facts(
    facts: Mapping[str, Value],
    flow: FlowId | None,
    before: Conversation,
    here: Position,
    teller: Teller,
    *,
    corrects: bool,
) -> Turn:
    """Take several facts at once and say them back; where no question is open, lead to what they are good for.

    With `flow` to that check, where another stands open or none. What differs from what is known is asked first, unless
    the message `corrects` it.
    """
    library = teller.library
    asked = str(here.stop.fact) if isinstance(here.stop, Ask) else None
    differing = {} if corrects else _differing(facts, before, library, asked)
    told = {fact: value for fact, value in facts.items() if fact not in differing}
    after = with_facts(told, before.without_suggestions())
    if isinstance(here.stop, Offer | None):
        is_there = library.checks(before.flow) or _asks_which_check(here.stop, library)
        is_elsewhere = not is_there if flow is None else before.flow != flow
        if is_elsewhere:
            after = after.answered(FLOW, flow or library.roles.check)
    for fact, value in differing.items():
        turn = _which_is_so(fact, value, after, teller)
        return said_back(told, turn, library) if told else turn
    return said_back(told, _agreeing(after, before, teller) or teller.moved(after, before), library)


#: Checks between which a screen asks to choose.
_SEVERAL = 2


def _asks_which_check(stop: Stop, library: Library) -> bool:
    """Return whether the screen asks which of several checks is wanted: «شحال كبير المشروع؟» stays open."""
    return isinstance(stop, Offer) and sum(library.checks(FlowId(way.to)) for way in stop.ways) >= _SEVERAL


def with_sum_asked(
    unclear: WhichAmount, turn: Turn, facts: Mapping[str, Value], teller: Teller, *, corrects: bool
) -> Turn:
    """Return the turn that asks first which of two a number is that was told beside other facts.

    Of what is known already only where the message `corrects` it; and not while it is asked which of two facts is so.
    """
    after, library, fact = turn.conversation, teller.library, unclear.fact
    if not corrects and (after.facts.get(fact) is not None or after.astray):
        return turn
    if any(after.facts.get(told) != value for told, value in facts.items()):
        return turn
    listed = choices.readings(library.facts[fact], unclear.readings, library, after.language)
    words = which_of(fact, unclear.since, library, is_of_today=False)
    asked = teller.shown(after, (words,), listed, (FactAsked(fact),))
    return said_back(facts, asked, library) if facts else asked


def which_fact(candidates: Sequence[tuple[str, Value]], before: Conversation, teller: Teller) -> Turn:
    """Ask of what a number is that was told alone."""
    library, language = teller.library, before.language
    listed = [
        choices.answer(fact, value, told, None, language)
        for fact, value in candidates
        if (told := fact_told(fact, value, library)) is not None
    ]
    none = choices.do("none", library.phrases.none, language)
    return teller.shown(before, (library.phrases.which_fact,), (*listed, none))


def which_place(candidates: Sequence[Place], library: Library, *, are_named: bool = False) -> Text:
    """Return the question that stands above several places; of one alone, whether it is meant."""
    match candidates:
        case _ if are_named:
            return library.phrases.which_office
        case [alone]:
            return library.phrases.is_it_there.filled(place=choices.placed(alone, library))
        case _:
            return library.phrases.which_one


def which_of(fact: str, since: int | None, library: Library, *, is_of_today: bool) -> Text:
    """Return the question that stands above several readings of a number."""
    say = library.phrases
    if is_of_today:
        return say.which_to_come
    if library.facts[fact].is_money:
        return say.which_amount
    return say.which_number if since is None else say.which_age.filled(year=since)


def with_facts(facts: Mapping[str, Value], conversation: Conversation) -> Conversation:
    """Return the conversation in which these facts are answered too."""
    for fact, value in facts.items():
        conversation = conversation.answered(fact, value)
    return conversation


def said_back(facts: Mapping[str, Value], turn: Turn, library: Library) -> Turn:
    """Return the turn that says first which facts were taken, with a choice to change them."""
    told = [text for fact, value in facts.items() if (text := fact_told(fact, value, library)) is not None]
    noted = Passage(library.phrases.noted.filled(what=listed(told)), tuple(FactSaidBack(fact) for fact in facts))
    turn = preceded(noted, turn)
    change = choices.do("change", library.phrases.change, turn.conversation.language)
    return turn if change in turn.conversation.shown else with_choice(change, turn)


def unopposed(facts: Mapping[str, Value], before: Conversation, library: Library) -> Mapping[str, Value]:
    """Return the facts that go against nothing that is known."""
    differing = _differing(facts, before, library, None)
    return {fact: value for fact, value in facts.items() if fact not in differing}


def _differing(
    facts: Mapping[str, Value], before: Conversation, library: Library, asked: str | None
) -> dict[str, Value]:
    """Return the facts told that are known otherwise, but for the one that is asked for just now."""
    known = before.facts
    return {
        fact: value
        for fact, value in facts.items()
        if fact != asked and known.get(fact) is not None and _differs(fact, known[fact], value, library)
    }


def _differs(fact: str, known: Value, told: Value, library: Library) -> bool:
    """Return whether two values of a fact cannot both be; a commune in the province that is known only says more."""
    if known == told or not isinstance(library.facts[fact].kind, InProvince):
        return known != told
    old, new = place_named(known, library), place_named(told, library)
    if old is None or new is None:
        return False
    if old.province is None or new.province is None:
        return old.region != new.region
    return old.province != new.province or (old.kind == new.kind == "commune")


def _which_is_so(fact: str, value: Value, before: Conversation, teller: Teller) -> Turn:
    """Ask which of two values of a fact is so, what is told now or what was told before."""
    library, language = teller.library, before.language
    new, old = value_told(fact, value, library), value_told(fact, before.facts[fact], library)
    assert new is not None
    assert old is not None
    words = library.phrases.which_is_so.filled(fact=library.facts[fact].name, new=new, old=old)
    known = before.facts[fact]
    offered = (
        choices.answer(fact, value, new, None, language),
        choices.answer(fact, known, old, None, language),
        choices.do("change", library.phrases.change, language),
    )
    return teller.shown(before, (words,), offered, (FactAsked(fact),))


def _agreeing(after: Conversation, before: Conversation, teller: Teller) -> Turn | None:
    """Return the turn that asks which of two sums is meant where the last answer contradicts another; else None."""
    library = teller.library
    pair = library.contradiction(after.facts)
    if pair is None or all(before.facts.get(fact) == after.facts[fact] for fact in pair):
        return None
    told = [fact_told(fact, after.facts[fact], library) for fact in pair]
    words = library.phrases.cannot_both_be.filled(what=listed([text for text in told if text is not None]))
    offered = [choices.change(fact, after, library) for fact in pair]
    menu = choices.do("menu", library.phrases.menu, after.language)
    return teller.shown(replace(after, astray=True), (words,), (*offered, menu))
