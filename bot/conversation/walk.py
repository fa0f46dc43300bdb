"""Where a trail of answers leads in a flow: what has been said on the way, and the step that waits for an answer.

This one generator is the whole engine: a turn follows the flow with the old answers and with the new ones, and says
what is new. What is told on the way is put into words only where somebody reads it: most turns ask a position no more
than where it stands.

Before it is followed a conversation is brought to the present: answers that this content does not know, or that are too
old, are dropped, asked again, and the person is told so. Whatever still fits stands: an edited flow strands nobody.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Final, assert_never

from bot.conversation.conversation import FLOW, Answer, Conversation, Value
from bot.conversation.flow import Ask, Assess, HandOver, Nearest, Offer, Say, Stations, Step, Steps, When
from bot.conversation.library import Library
from bot.conversation.showing import Passage, case_of, office_found, passage, place_named, stations_told
from bot.conversation.verdicts import best_first, offered, verdicts_told
from bot.eligibility.assessment import chosen, each_assessed
from bot.eligibility.facts import FactId, InProvince, Measure, OneOf, YesNo
from bot.message import Text

#: A step at which the person has the word; None when the flow has said everything and offers nothing.
Stop = Ask | Offer | HandOver | None


#: What a step says: words, or a function that finds them.
_Telling = Text | Passage | Callable[[], Iterable[Text | Passage]]
_Followed = tuple[list[_Telling], Stop]


class Position:
    """What a flow has said so far, screen by screen, and where it stands; the flow is followed at the first look."""

    def __init__(self, follow: Callable[[], _Followed]) -> None:
        """Take in what follows the flow."""
        self._follow = follow

    @cached_property
    def _followed(self) -> _Followed:
        return self._follow()

    @property
    def stop(self) -> Stop:
        """Return the step at which it stands."""
        return self._followed[1]

    @cached_property
    def screens(self) -> tuple[Passage, ...]:
        """Return what was said up to there."""
        told, _ = self._followed
        return tuple(passage(words) for telling in told for words in (telling() if callable(telling) else (telling,)))


#: Where nothing was said and nothing waits.
NOWHERE: Final = Position(lambda: ([], None))


def position(conversation: Conversation, library: Library, on: date) -> Position:
    """Return where the conversation stands; in the menu when its flow is gone from the content."""
    return Position(partial(_walked, conversation, library, on, None))


def steps_passed(conversation: Conversation, library: Library, on: date) -> list[Step]:
    """Return the steps that were come to on the way to where the conversation stands."""
    passed: list[Step] = []
    _walked(conversation, library, on, passed)
    return passed


def _walked(conversation: Conversation, library: Library, on: date, passed: list[Step] | None) -> _Followed:
    flow = library.flow_of(conversation)
    told: list[_Telling] = []
    walk = _follow(flow.steps, facts_followed(conversation, library), library, on, passed)
    try:
        while True:
            told.append(next(walk))
    except StopIteration as stopped:
        again = conversation.asking
        return told, Ask(FactId(again)) if again and again in library.facts else stopped.value


def facts_followed(conversation: Conversation, library: Library) -> dict[str, Value]:
    """Return the facts that a flow is followed with: an office is found where it is looked for, not where one works."""
    facts, elsewhere = dict(conversation.facts), conversation.elsewhere
    if elsewhere is None or not library.finds_an_office(conversation.flow):
        return facts
    facts.pop(library.roles.place, None)
    return {**facts, library.roles.place: elsewhere} if elsewhere else facts


def _follow(
    steps: Steps, facts: dict[str, Value], library: Library, on: date, passed: list[Step] | None = None
) -> Generator[_Telling, None, Stop]:
    for step in steps:
        stop: Stop = None
        if passed is not None:
            passed.append(step)
        match step:
            case Say(text, heard):
                yield Passage(library.filled(text, on), (), None if heard is None else library.filled(heard, on))
            case Ask(fact):
                stop = step if fact not in facts else None
            case When(fact):
                stop = yield from _follow(step.taken(facts.get(fact)), facts, library, on, passed)
            case Nearest(kind):
                yield partial(office_found, facts, kind, library)
            case Assess(schemes):
                case = case_of(facts, library)
                found = each_assessed([library.schemes[scheme] for scheme in schemes], case, on)
                question = chosen(found, case, library)
                if question is not None:
                    return Ask(question.fact, question.at_most)
                ranked = best_first(found)
                # Who has everything checked asks for none of it before the others.
                asked = schemes[0] if len(schemes) < len(library.schemes) else None
                yield partial(verdicts_told, ranked, facts, library, asked)
                verdict = ranked[0].verdict if ranked else "not_eligible"
                stop = yield from _follow(step.branch(verdict), facts, library, on, passed)
            case Stations():
                yield partial(stations_told, library, on)
            case Offer():
                stop = offered(step, facts, library, on)
            case HandOver():
                stop = step
            case _:
                assert_never(step)
        if stop is not None:
            return stop
    return None


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

    Their language stays, whether they listen, and where staff have the word; which language they hear tells of them.
    """
    heard = conversation.heard
    if not days or heard is None or now - heard < timedelta(days=days):
        return conversation, False
    if not conversation.facts and not conversation.others:
        return conversation, False
    kept = Conversation(
        conversation.language, listening=conversation.listening, with_person=conversation.with_person, heard=heard
    )
    return kept.answered(FLOW, library.home_of(kept)), True


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
