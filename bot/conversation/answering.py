"""What typed words mean to the question that is open: its answer, other facts, a question back, or nothing.

Neither a question nor a supposition makes an answer: «واش الشركة تقدر تستافد؟» is not "a company". What is short and
asks nothing was meant as an answer: when it cannot be read, the question is asked again instead of guessing at a
question across it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.conversation.affirming import said
from bot.conversation.conversation import Value
from bot.conversation.facts import with_implied
from bot.conversation.library import Library
from bot.conversation.meanings import (
    Answered,
    Asked,
    Mentioned,
    NotRead,
    SupposedEarly,
    Understood,
    WhichAmount,
    WhichPlace,
)
from bot.conversation.reading import Amounts, Inexact, Known, OutOfBounds, Unread, is_a_bare_number, read_fact
from bot.eligibility.facts import Fact, Measure, YesNo
from bot.faq.matcher import Match
from bot.language.hedges import ends_as_question, opens_a_question, supposed
from bot.offices import places

#: Words up to which a message may be an answer though it is like a question of ours.
_SHORT: Final = 2
#: Words up to which a message that asks nothing was meant as an answer.
_MEANT: Final = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as far as it was understood without the question that is open."""

    text: str
    #: Folded, without a greeting.
    plain: str
    question: Match
    #: True when it holds words that only questions hold.
    asks: bool

    @property
    def is_short(self) -> bool:
        """Tell whether it is too short to be a question across the flow."""
        return len(self.plain.split()) <= _SHORT


def answer(asked: Fact, spoken: Spoken, mentioned: Mapping[str, Value], known: Known, library: Library) -> Understood:
    """Return what a message means to someone who is asked for a fact; `mentioned` is what it tells in so many words."""
    text, question = spoken.text, spoken.question
    read = read_fact(asked, text, library, known)
    if isinstance(read, Unread) and not isinstance(asked.kind, Measure) and is_a_bare_number(text):
        # «15 مليون» answers no choice, and asks nothing: every question of ours on a sum is like it.
        return NotRead(asked.id, read)
    if opens_a_question(text) or (ends_as_question(text) and isinstance(read, str | bool | Unread)):
        return NotRead(asked.id, Unread()) if question.zone == "none" else Asked(text, question)

    if supposed(text) is not None:
        return Asked(text, question) if spoken.asks or question.zone == "sure" else SupposedEarly()

    def taken(*facts: Mapping[str, Value]) -> Mentioned:
        together = {fact: value for found in facts for fact, value in found.items()}
        return Mentioned(with_implied(together, text, known.facts, library))

    if isinstance(read, bool) and _puts_another_right(asked, mentioned, spoken, known):
        return taken(mentioned)
    if len(mentioned) > 1 and question.zone != "sure" and not spoken.asks:
        return taken(mentioned, {asked.id: read} if isinstance(read, bool) else {})
    if isinstance(read, Amounts) and _is_of_another(asked, read, mentioned, library):
        return taken(mentioned)
    sure_question = question.zone == "sure" and not spoken.is_short
    by_number = isinstance(asked.kind, Measure)
    match read:
        case places.Sure(place=place, whole=whole) if whole or not sure_question:
            return Answered(asked.id, place.id)
        case places.Unsure(choices=candidates) if not sure_question:
            return WhichPlace(asked.id, candidates)
        case Amounts(values=(value,), is_worked_out=True, whole=whole) if whole or not sure_question:
            return taken({asked.id: value})
        case Amounts(values=values, whole=whole, since=since) if whole or not sure_question:
            return WhichAmount(asked.id, values, since) if len(values) > 1 else Answered(asked.id, values[0])
        case str():
            found = taken({asked.id: read})
            return found if len(found.facts) > 1 else Answered(asked.id, read)
        case bool():
            return Answered(asked.id, read)
        case Unread() if mentioned and not spoken.asks and _tells(asked, mentioned, spoken, known, library):
            return taken(mentioned)
        case Inexact("several") if asked.id in mentioned and not spoken.asks:
            return taken(mentioned)
        case Inexact() if not spoken.asks:
            return NotRead(asked.id, read)
        case OutOfBounds(whole=True):
            return NotRead(asked.id, read)
        case Unread() | OutOfBounds() if question.zone == "none" or (by_number and question.zone != "sure"):
            return NotRead(asked.id, read)
        case Unread() if _was_meant(spoken, library):
            return NotRead(asked.id, read)
        case _:
            return Asked(text, question)


def _is_of_another(asked: Fact, read: Amounts, mentioned: Mapping[str, Value], library: Library) -> bool:
    """Tell whether the number that was read stands beside the words of another fact: «المشروع كيكلف 3 مليون درهم»."""
    others = [library.facts[fact] for fact, value in mentioned.items() if value in read.values]
    if asked.id in mentioned:
        return False
    return any(isinstance(one.kind, Measure) and not (_is_turnover(one) and _is_turnover(asked)) for one in others)


def _puts_another_right(asked: Fact, mentioned: Mapping[str, Value], spoken: Spoken, known: Known) -> bool:
    """Tell whether a yes or no opens the correction of another answer: «لا سمح ليا، المشروع 2 مليون درهم».

    Its "no" answers nothing, unless the open question's own words are said too.
    """
    facts = known.facts
    differs = any(fact != asked.id and facts.get(fact) not in (None, value) for fact, value in mentioned.items())
    return differs and isinstance(asked.kind, YesNo) and not said(asked.kind, spoken.plain, alone=False)


def _is_turnover(fact: Fact) -> bool:
    """Tell whether a sum is one of those that time changes, which people name alike."""
    return fact.is_money and fact.changeable == "with_time"


def _tells(asked: Fact, mentioned: Mapping[str, Value], spoken: Spoken, known: Known, library: Library) -> bool:
    """Tell whether a message was meant to tell its facts, though it is like a question of ours."""
    if spoken.question.zone != "sure" or spoken.is_short:
        return True
    return asked.id in with_implied(mentioned, spoken.text, known.facts, library)


def _was_meant(spoken: Spoken, library: Library) -> bool:
    """Tell whether a message was meant as an answer: short, asking nothing, and surely no question of ours."""
    if spoken.asks or len(spoken.plain.split()) > _MEANT:
        return False
    best = spoken.question.ranked[0][0]
    return spoken.question.zone != "sure" or library.entries[best].off_topic
