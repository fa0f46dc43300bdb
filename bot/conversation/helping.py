"""What is said to whoever does not get on: plainer words, a way to a person, where they stood.

Nobody is told to type anything: what is offered stands below as a choice, a person of the staff always.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import Turn
from bot.conversation.flow import Ask, HandOver, Offer
from bot.conversation.library import Library
from bot.conversation.saying import Teller, preceded, with_choice
from bot.conversation.showing import Passage, entry_told, fact_told
from bot.conversation.tapping import Tapped, TappedAside, is_aside, meaning
from bot.conversation.verdicts import assessments, plainly_told
from bot.conversation.walk import Position
from bot.faq.entries import Entry
from bot.language.folding import folded
from bot.language.register import Register, register
from bot.language.wording import listed
from bot.message import Choice, Language, Text, joined

#: Silence after which a person is told where they stood.
_LONG: Final = timedelta(days=1)


def with_person_offered(turn: Turn, teller: Teller) -> Turn:
    """Return the turn with the choice to talk to a person, where it is not there already."""
    shown = turn.conversation.shown
    if (
        turn.conversation.with_person
        or not turn.replies
        or any(leads_to_a_person(one, teller.library) for one in shown)
    ):
        return turn
    return with_choice(choices.do("person", teller.library.phrases.person, turn.conversation.language), turn)


def leads_to_a_person(choice: Choice, library: Library) -> bool:
    """Return whether a choice gives the person to somebody of the staff."""
    match meaning(choice.id, library):
        case TappedAside(aside):
            return aside == "person"
        case Tapped("to", flow):
            return any(isinstance(step, HandOver) for step in library.flows[flow].steps)
        case _:
            return False


def said_with_a_person(first: Text, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say a sentence, put the person where they stood, and offer somebody to talk to."""
    return with_person_offered(teller.again(before, here, first), teller)


def at_the_doors(first: Text, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say a sentence, then the open question again, or the few plain ways on."""
    if isinstance(here.stop, Ask):
        return said_with_a_person(first, before, here, teller)
    roles = teller.library.roles
    after = before.answered(FLOW, roles.listening if before.listening else roles.doors)
    return teller.standing(after.without_suggestions(), (first,), teller.position(after))


def listening(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Go on by signs and few words from here on, where the person stood or with the few ways there are."""
    return at_the_doors(teller.library.phrases.listening_now, replace(before, listening=True), here, teller)


def reading(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Go on in writing from here on, where the person stood or in the menu."""
    after, say = replace(before, listening=False), teller.library.phrases
    if isinstance(here.stop, Ask):
        return teller.again(after, here, say.reading_now)
    return preceded(say.reading_now, teller.moved(after.answered(FLOW, teller.library.roles.menu), None))


def said_plainly(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say more simply what was said last: why a question is asked, the answer in plain words, the result again."""
    library, say = teller.library, teller.library.phrases
    if isinstance(here.stop, Ask):
        plain = library.filled(library.facts[here.stop.fact].plain, teller.on)
        return said_with_a_person(joined(say.plainer_question, plain), before, here, teller)
    entry = library.entries.get(before.entry_told or "")
    if entry is not None:
        listed_after = choices.after_answer(entry, library, before.language)
        return with_person_offered(teller.shown(before, (_plainly(entry, teller),), listed_after), teller)
    if (schemes := choices.assessed_in(before.flow, library)) and before.on_screen is not None:
        of_one = (before.on_screen.of,) if before.on_screen.kind == "scheme" else schemes
        screens = plainly_told(assessments(of_one, before.facts, library, teller.on), before.facts, library)
        return with_person_offered(
            teller.shown(before, screens, choices.at(here.stop, before, library, teller.on)), teller
        )
    if before.flow in _starts(library):
        return at_the_doors(say.plainer_start, before, here, teller)
    return with_person_offered(teller.retold(before), teller)


def _plainly(entry: Entry, teller: Teller) -> Passage:
    """Return the plain words of an answer; where nobody wrote any, the answer as it was."""
    told = entry_told(entry, teller.library, teller.on)
    return told if told.heard is None else Passage(told.heard, told.tells)


def _starts(library: Library) -> tuple[str, ...]:
    """Return the flows in which nothing has begun."""
    return (library.roles.menu, library.roles.doors, library.roles.listening, "")


def resumed(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say where the person stood and what is known of them, and go on there."""
    where = where_they_stood(before, teller)
    if where is None:
        return teller.again(before, here, teller.library.phrases.nothing_begun)
    return teller.retold(before, where)


def where_they_stood(before: Conversation, teller: Teller) -> Text | None:
    """Return in a line each where a person stood and what is known of them; None of who has not begun."""
    library, say = teller.library, teller.library.phrases
    facts = [told for fact, value in before.facts.items() if (told := fact_told(fact, value, library)) is not None]
    if not facts and before.flow in _starts(library):
        return None
    where = say.stood_at.filled(flow=library.flow_of(before).title)
    return joined(where, say.known_of_you.filled(what=listed(facts))) if facts else where


def after_silence(before: Conversation, now: datetime, teller: Teller) -> Text | None:
    """Return what the first reply after a day without a word begins with; None where there was no such silence."""
    if before.heard is None or now - before.heard < _LONG:
        return None
    where = where_they_stood(before, teller)
    return None if where is None else joined(teller.library.phrases.back_again, where)


def with_listening_offered(turn: Turn, library: Library) -> Turn:
    """Return the turn with listening last of the menu's choices, whose numbers stay; another screen as it is."""
    shown = {choice.id for choice in turn.conversation.shown}
    menu = [step for step in library.flows[library.roles.menu].steps if isinstance(step, Offer)]
    ways = {choice.id for step in menu for choice in choices.ways(step.ways, library, turn.conversation.language)}
    if not ways or not ways <= shown or any(is_aside(choice, "listen") for choice in turn.conversation.shown):
        return turn
    return with_choice(choices.do("listen", library.phrases.listen, turn.conversation.language), turn)


#: What people say in French whatever they read.
_SHARED: Final = frozenset({"yes", "no", "thanks"})


def register_told(words: str, before: Conversation, library: Library) -> Register | None:
    """Return the register that tells in which language to answer; None where «oui merci», «combien» tell of none."""
    spoken, means, plain, is_one = register(words), library.words.meaning, folded(words), len(words.split()) < 2
    if spoken != "french":
        return None if is_one else spoken
    is_shared = is_one or means(plain) in _SHARED or all(means(word) in _SHARED for word in plain.split())
    return spoken if not before.trail or means(plain) == "greeting" or not is_shared else None


def in_their_language(spoken: Register | None, conversation: Conversation) -> Conversation:
    """Return the conversation in the language the person writes; Darija in Latin letters reads Arabic."""
    match spoken:
        case "french":
            language: Language = "fr"
        case "arabic":
            language = "ar"
        case "arabizi":
            # Unless they took the offer of French.
            language = conversation.language if conversation.french_offered else "ar"
        case None:
            language = conversation.language
        case _:
            assert_never(spoken)
    return conversation if language == conversation.language else replace(conversation, language=language)
