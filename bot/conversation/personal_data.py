"""What is kept of a person: how long, who answers for it, and what becomes of their answers when they stay away.

Law 09-08 lets everybody know what is kept of them, by whom, and have it erased. What is told here of days and names is
what the operator configured: no text says a number of its own.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.saying import Teller
from bot.conversation.showing import fact_told
from bot.language.wording import listed
from bot.message import Text, joined


def answers_aged(conversation: Conversation, library: Library, now: datetime, days: float) -> tuple[Conversation, bool]:
    """Return the conversation without what the person told before they stayed away for so many days; 0: it stays.

    Their language stays, and so does where staff have the word.
    """
    heard = conversation.heard
    if not days or heard is None or now - heard < timedelta(days=days):
        return conversation, False
    if not conversation.facts and not conversation.others:
        return conversation, False
    kept = replace(Conversation(conversation.language), with_person=conversation.with_person, heard=heard)
    return kept.answered(FLOW, library.roles.menu), True


def told_what_is_kept(before: Conversation, teller: Teller) -> Turn:
    """Tell what is known of the person, how long it is kept and who answers for it; offer to erase it."""
    library, say, keeping = teller.library, teller.library.phrases, teller.keeping
    known = [text for fact, value in before.facts.items() if (text := fact_told(fact, value, library)) is not None]
    first = say.my_data_known.filled(what=listed(known)) if known else say.my_data_none
    days = {
        name: Text({"ar": number, "fr": number})
        for name, kept in (
            ("messages", keeping.messages),
            ("facts", keeping.facts),
            ("questions", keeping.questions),
            ("unread", keeping.unread),
        )
        for number in (f"{kept:g}" if kept else "∞",)
    }
    whose = say.my_data_nobody
    if keeping.controller:
        names = {"controller": keeping.controller, "contact": keeping.contact or "–", "cndp": keeping.cndp or "–"}
        whose = say.my_data_controller.filled(**{name: Text({"ar": it, "fr": it}) for name, it in names.items()})
    ways = (choices.do("forget", say.my_data_erase, before.language), choices.do("menu", say.menu, before.language))
    screens = (joined(first, say.my_data_kept.filled(**days)), joined(whose, say.my_data_export))
    return teller.shown(before, screens, ways)
