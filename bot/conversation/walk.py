"""Where a trail of answers leads in a flow: what has been said on the way, and the step that waits for an answer.

This one generator is the whole engine: a turn follows the flow with the old answers and with the new ones, and says
what is new.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from bot.conversation.conversation import Conversation, Value
from bot.conversation.flow import Ask, Assess, HandOver, Nearest, Offer, Say, Stations, Step, Steps, When
from bot.conversation.library import Library
from bot.conversation.showing import Passage, case_of, office_found, passage, stations_told
from bot.conversation.verdicts import offered, verdicts_told
from bot.eligibility.assessment import next_question
from bot.eligibility.facts import FactId
from bot.message import Text

#: A step at which the person has the word; None when the flow has said everything and offers nothing.
Stop = Ask | Offer | HandOver | None


@dataclass(frozen=True, slots=True)
class Position:
    """What a flow has said so far, screen by screen, and where it stands."""

    screens: tuple[Passage, ...]
    stop: Stop


def position(conversation: Conversation, library: Library, on: date, passed: list[Step] | None = None) -> Position:
    """Return where the conversation stands; in the menu when its flow is gone from the content.

    The steps that were come to on the way are added to `passed`, for whoever wants to know.
    """
    flow = library.flow_of(conversation)
    screens: list[Passage] = []
    walk = _follow(flow.steps, facts_followed(conversation, library), library, on, passed)
    try:
        while True:
            screens.append(passage(next(walk)))
    except StopIteration as stopped:
        again = conversation.asking
        return Position(tuple(screens), Ask(FactId(again)) if again and again in library.facts else stopped.value)


def facts_followed(conversation: Conversation, library: Library) -> dict[str, Value]:
    """Return the facts that a flow is followed with: an office is found where it is looked for, not where one works."""
    facts, elsewhere = dict(conversation.facts), conversation.elsewhere
    if elsewhere is None or not library.finds_an_office(conversation.flow):
        return facts
    facts.pop(library.roles.place, None)
    return {**facts, library.roles.place: elsewhere} if elsewhere else facts


def _follow(
    steps: Steps, facts: dict[str, Value], library: Library, on: date, passed: list[Step] | None = None
) -> Generator[Text | Passage, None, Stop]:
    for step in steps:
        stop: Stop = None
        if passed is not None:
            passed.append(step)
        match step:
            case Say(text):
                yield library.filled(text, on)
            case Ask(fact):
                stop = step if fact not in facts else None
            case When(fact):
                stop = yield from _follow(step.taken(facts.get(fact)), facts, library, on, passed)
            case Nearest(kind):
                yield from office_found(facts, kind, library)
            case Assess(schemes):
                question = next_question(schemes, case_of(facts, library), library, on)
                if question is not None:
                    return Ask(question.fact, question.at_most)
                verdict = yield from verdicts_told(schemes, facts, library, on)
                stop = yield from _follow(step.branch(verdict), facts, library, on, passed)
            case Stations():
                yield from stations_told(library, on)
            case Offer():
                stop = offered(step, facts, library, on)
            case HandOver():
                stop = step
            case _:
                assert_never(step)
        if stop is not None:
            return stop
    return None
