"""A conversation brought to the present: answers that this content does not know, or that are too old, are dropped.

What was dropped is asked again, and the person is told so. Whatever still fits stands: an edited flow strands nobody.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.conversation import FLOW, Answer, Conversation
from bot.conversation.library import Library
from bot.conversation.showing import place_named
from bot.eligibility.facts import InProvince, Measure, OneOf, YesNo
from bot.message import Text


def fitted(
    conversation: Conversation, library: Library, now: datetime, days: float
) -> tuple[Conversation, Text | None]:
    """Return the conversation without answers that this content does not know, and what is said where any was dropped.

    Answers of whoever stayed away for so many days are dropped all.
    """
    aged, has_aged = answers_aged(conversation, library, now, days)
    fit, has_changed = known_answers(aged, library)
    say = library.phrases
    return fit, say.answers_aged if has_aged else say.content_changed if has_changed else None


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


def known_answers(conversation: Conversation, library: Library) -> tuple[Conversation, bool]:
    """Return the conversation without answers that this content does not know, and whether the open file lost any."""
    if conversation.release == library.release or not conversation.trail:
        return conversation, False
    kept = _fitting(conversation.trail, library)
    others = tuple(replace(file, trail=_fitting(file.trail, library)) for file in conversation.others)
    return replace(conversation, trail=kept, others=others, release=library.release), kept != conversation.trail


def _fitting(trail: tuple[Answer, ...], library: Library) -> tuple[Answer, ...]:
    """Return the answers that this content knows; in the menu, where it knows none of them."""
    return tuple(answer for answer in trail if _fits(answer, library)) or (Answer(FLOW, library.roles.menu),)


def _fits(answer: Answer, library: Library) -> bool:
    if answer.about == FLOW:
        return answer.value in library.flows
    fact = library.facts.get(answer.about)
    if fact is None or answer.value is None:
        return fact is not None
    value = answer.value
    match fact.kind:
        case OneOf(options):
            return any(option.id == value for option in options)
        case YesNo():
            return isinstance(value, bool)
        case InProvince():
            return place_named(value, library) is not None
        case Measure(least=least, most=most):
            return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
