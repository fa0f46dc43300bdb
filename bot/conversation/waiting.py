"""What is said to whoever writes while the staff have the word: once that it arrived, and what the guide knows itself.

What must not break: the guide never talks into what staff and a person say to each other. It says once that a message
arrived, answers who asks whether anybody is there, and offers a way back for what it could tell: where an office is.
"""

from dataclasses import replace
from unicodedata import name

from bot.conversation import choices
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.hearing.meaning import AsideSaid, Chatted, Placed, Understood
from bot.conversation.hearing.understanding import Taken
from bot.conversation.hearing.ways_to_offices import office_named
from bot.conversation.library import Library
from bot.conversation.saying import Teller
from bot.conversation.showing import place_of
from bot.conversation.tapping import Tapped
from bot.language.personal import UNTAKEN
from bot.message import Choice, Reply


def acknowledged(taken: Taken, words: str, waiting: Conversation, teller: Teller) -> Turn:
    """Return what is said to a message for the staff, and first that a number in it was hidden."""
    turn = _told(taken, words, waiting, teller)
    if UNTAKEN not in words:
        return turn
    hidden = Reply(teller.library.phrases.number_hidden.of(waiting.language), (), waiting.language)
    return replace(turn, replies=(hidden, *turn.replies))


def _told(taken: Taken, words: str, waiting: Conversation, teller: Teller) -> Turn:
    """Return what is said to a message for the staff; nothing where nothing is to be said."""
    say, library, meant = teller.library.phrases, teller.library, taken.meaning
    menu = choices.do("menu", say.menu, waiting.language)
    after, office = _office_offered(meant, waiting, library)
    if office is not None and taken.rule == office_named.__name__:
        return teller.shown(replace(after, acknowledged=True), (say.guide_knows_too,), (office, menu))
    if waiting.acknowledged and not _calls(meant, words):
        return Turn(waiting, ())
    return teller.shown(replace(waiting, acknowledged=True), (say.staff_will_see,), (menu,))


def leads_back(meant: Understood, waiting: Conversation, library: Library) -> bool:
    """Return whether a choice was taken that was offered beside the staff, and leaves them."""
    return isinstance(meant, Tapped) and any(
        choice.id == offered.id for choice in waiting.shown for offered in _offered(meant, waiting, library)
    )


def _offered(meant: Tapped, waiting: Conversation, library: Library) -> tuple[Choice, ...]:
    _, office = _office_offered(meant, waiting, library)
    return () if office is None else (office,)


def _calls(meant: Understood, words: str) -> bool:
    """Return whether somebody asks whether anybody is there: «allo?», «واش كاين شي حد؟»."""
    is_a_call = meant == Chatted("greeting") and any("QUESTION MARK" in name(sign, "") for sign in words)
    return is_a_call or meant in (AsideSaid("person"), Chatted("human"))


def _office_offered(meant: Understood, waiting: Conversation, library: Library) -> tuple[Conversation, Choice | None]:
    """Return the choice that tells of the office that was asked for, and the conversation that knows its place."""
    language, where = waiting.language, library.roles.place
    match meant:
        case Placed(place, flow):
            is_known = place_of(waiting.facts, library) is not None
            kept = replace(waiting, elsewhere=str(place)) if is_known else waiting.answered(where, place)
            return kept, choices.to("to", flow, library.flows[flow].title, language)
        case Tapped("to", flow) if library.finds_an_office(flow):
            return waiting, choices.to("to", flow, library.flows[flow].title, language)
        case Tapped("faq", entry) if library.follow_ups.is_an_office(entry):
            return waiting, choices.questions((library.entries[entry],), language)[0]
        case _:
            return waiting, None
