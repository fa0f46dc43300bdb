"""Rules for what is typed where no question is open: a place, who somebody is and what they want, a question.

«تعاونية ديال الزرابي فأزرو، واش كاين شي دعم» is no question about cooperatives in general: it tells three facts and
asks for a check. What must not break: of one fact alone nothing is taken here («واش التعاونية تقدر تصدر؟» is about any
cooperative), nothing is taken from a "what if", and a question that is surely one of ours and asks for no right
(«حنا تعاونية فصفرو، كيفاش نتخلصو من برا؟») is answered, with the facts noted.
"""

from typing import Final

from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Screen, Spoken
from bot.conversation.hearing.meaning import Answered, Asked, Mentioned, NotUnderstood, Placed, Understood, WhichPlace
from bot.conversation.hearing.told_facts import with_implied, yes_and_no_told
from bot.conversation.tapping import Tapped
from bot.eligibility.facts import OneOf
from bot.offices import places

#: Facts from which on a message says who somebody is.
_LEAST_FACTS: Final = 2
#: Words up to which a need and a place are no more than that.
_FEW_WORDS: Final = 3


def office_of_a_place(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the place that a message names, alone or in "where is the office of …".

    While a question is open, only a question about an office counts.
    """
    if screen.asked is not None and not spoken.asks:
        return None
    library, question = spoken.library, spoken.question
    flow = library.entries[question.ranked[0][0]].leads_to if question.zone != "none" else None
    match spoken.place:
        case places.Sure(place=place) if flow is not None:
            return Placed(place.id, flow)
        case places.Sure(place=place, whole=True):
            return Answered(library.roles.place, place.id)
        case places.Unsure(choices=candidates) if flow is not None:
            return WhichPlace(library.roles.place, candidates)
        case _:
            return None


def few_words(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the few plain ways on for a word or two beside a place: «زربيا ازلال»."""
    library, doors = spoken.library, spoken.library.roles.doors
    words = spoken.rest.split()
    if len(words) > _FEW_WORDS or spoken.is_about(screen):
        return None
    named = frozenset(word for word in words if not isinstance(library.gazetteer.read(word), places.Unread))
    saying = library.sayings.said(spoken.rest, named)
    if saying is None or saying.to != doors:
        return None
    return Mentioned(spoken.mentioned, doors) if _tells_who(spoken) else Tapped("to", doors)


def _tells_who(spoken: Spoken) -> bool:
    """Return whether a message says who somebody is: two facts at least, and not a number and a place alone."""
    kinds = [spoken.library.facts[fact].kind for fact in spoken.mentioned]
    return len(kinds) >= _LEAST_FACTS and any(isinstance(kind, OneOf) for kind in kinds)


def who_and_what(spoken: Spoken, _: Screen) -> Understood | None:
    """Return what somebody means who says who they are: the check they ask for, or a question and the facts beside it.

    None where they tell too little of themselves, or suppose.
    """
    library = spoken.library
    if spoken.supposes or not _tells_who(spoken):
        return None
    together = {**yes_and_no_told(spoken.rest, library), **spoken.mentioned}
    facts = with_implied(together, spoken.text, spoken.known.facts, library)
    check = library.wishes.check(spoken.rest)
    if library.wishes.asks_for_a_right(spoken.rest):
        return Mentioned(facts, check)
    if not (spoken.asks or spoken.is_a_question):
        return Mentioned(facts, check)
    if spoken.question.zone != "sure":
        return Mentioned(facts, check) if check else Asked(spoken.text, spoken.question, facts)
    entry = library.entries[spoken.question.ranked[0][0]]
    if any(library.checks(FlowId(name)) for name in entry.see):
        # It is answered by checking, not in general.
        return Mentioned(facts, check)
    return Asked(spoken.text, spoken.question, facts)


def answer_to_nothing(spoken: Spoken, _: Screen) -> Understood | None:
    """Return that a yes, a no or a number answers nothing where nothing is asked."""
    if spoken.says in {"yes", "no"} or spoken.is_a_bare_number:
        return NotUnderstood("choose_a_button")
    return None


def question(spoken: Spoken, _: Screen) -> Understood | None:
    """Return the message as a question in the person's own words."""
    return Asked(spoken.text, spoken.question)
