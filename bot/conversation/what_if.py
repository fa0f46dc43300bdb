"""What is supposed and not told in earnest: what it would change, and how it is left without a trace.

«وإلا كنا شركة؟» after a result puts one answer another way. Several are told side by side: the answer that was tried
with several values, and what each comes to.

What must not break: who goes on to something else leaves what was supposed behind, and it is none of their answers. As
long as they stay with it, the way back to their answers stands below what they are told; that choice tells how many
answers were given in earnest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation import choices
from bot.conversation.choices import assessed_in
from bot.conversation.conversation import Answer, Conversation, Value
from bot.conversation.events import FactSaidBack, Turn
from bot.conversation.flow import Ask
from bot.conversation.hearing.asides import Aside
from bot.conversation.hearing.meaning import (
    Answered,
    AsideSaid,
    Asked,
    Chatted,
    Followed,
    Mentioned,
    NotRead,
    NotUnderstood,
    Outside,
    Supposed,
    SupposedWhat,
    Understood,
    WhichAmount,
    WhichFact,
    WhichPlace,
)
from bot.conversation.library import Library
from bot.conversation.saying import Teller, preceded, with_choice
from bot.conversation.showing import Passage, case_of, passage, stacked, value_told
from bot.conversation.tapping import Tapped, answers_before
from bot.conversation.verdicts import assessments, differences_told
from bot.conversation.walk import Position
from bot.eligibility.assessment import estimated
from bot.language.wording import listed, money, named
from bot.message import Text, joined

#: What is said across a flow by somebody who stays with what they suppose.
_STAYING: Final[frozenset[Aside]] = frozenset(
    {"unknown", "why", "again", "source", "compare", "plainer", "details", "resume", "said_so", "listen", "read"}
)
#: What tells more of a result.
_TELLING: Final = frozenset({"before", "scheme", "reasons", "amount", "papers", "sources", "rest"})


def left(meant: Understood, before: Conversation, here: Position) -> Conversation:
    """Return the conversation as it is in earnest for a message that goes on to something else than a supposition."""
    answers = answers_before(before.shown)
    if answers is None or _stays(meant, before, is_asked=isinstance(here.stop, Ask)):
        return before
    return replace(before, trail=before.trail[: max(answers, 1)], asking=None)


def _stays(meant: Understood, before: Conversation, *, is_asked: bool) -> bool:
    match meant:
        case Supposed() | SupposedWhat() | WhichAmount() | WhichFact() | WhichPlace() | Followed() | Chatted():
            return True
        case NotRead() | NotUnderstood() | Outside():
            return True
        case Answered() | Mentioned() | Asked():
            return is_asked
        case Tapped(kind, name):
            return kind in _TELLING or (kind == "to" and name == before.flow)
        case AsideSaid(aside):
            return aside in _STAYING
        case _:
            return False


def with_way_back(before: Conversation, turn: Turn, library: Library) -> Turn:
    """Return the turn with the way back to the answers below it as long as something is supposed."""
    answers, after = answers_before(before.shown), turn.conversation
    is_supposed = answers is not None and after.trail[: answers + 1] == before.trail[: answers + 1]
    if answers is None or not is_supposed or len(after.trail) <= answers or not turn.replies:
        return turn
    if answers_before(after.shown) is not None:
        return turn
    return with_choice(choices.answers_before(answers, library, after.language), turn)


#: Values of one fact set side by side, the latest.
_MOST_COMPARED = 5


def compared(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say what the schemes of the flow come to with each value that was tried, the rest being as it is."""
    schemes = assessed_in(before.flow, teller.library)
    tables = [_table(fact, schemes, before, teller) for fact in teller.library.facts if len(before.tried(fact)) > 1]
    if not schemes or not tables:
        return teller.missed(before, here, "nothing_to_compare")
    return teller.again(before, here, *tables)


def supposed(fact: str, value: Value, before: Conversation, teller: Teller) -> Turn:
    """Take one answer as it might be: say all that is supposed, what it changes, and how to go back to the answers."""
    library, say = teller.library, teller.library.phrases
    after = replace(before.answered(fact, value), question=None)
    answers = _given(before)
    words = say.supposed.filled(what=_supposed(after.trail[answers:], library))
    first = Passage(words, (FactSaidBack(fact),))
    there, schemes = teller.position(after), assessed_in(before.flow, library)
    if isinstance(there.stop, Ask) or not schemes:
        # The supposed case needs an answer that the real one did not.
        way_back = choices.answers_before(answers, library, before.language)
        return with_choice(way_back, preceded(first, teller.standing(after, (), there)))
    table = stacked(first, *_lines(fact, schemes, after, teller))
    differences = differences_told(schemes, before.facts, after.facts, library, teller.on)
    screens = (table, *differences, passage(say.office_decides))
    return teller.shown(replace(after, astray=False), screens, choices.after_supposing(after, answers, library))


def _given(conversation: Conversation) -> int:
    """Return how many answers were given in earnest: all, or those before the supposition that was just told."""
    before = answers_before(conversation.shown)
    return len(conversation.trail) if before is None else before


def _supposed(trail: Sequence[Answer], library: Library) -> Text:
    values = {answer.about: answer.value for answer in trail if answer.about in library.facts}
    told = ((library.facts[fact].name, value_told(fact, value, library)) for fact, value in values.items())
    return listed([named(name, value) for name, value in told if value])


def returned(answers: int, before: Conversation, teller: Teller) -> Turn:
    """Go back to the first so many answers, those before anything was supposed."""
    given = replace(before, trail=before.trail[: max(answers, 1)], asking=None, question=None)
    return teller.again(given, teller.position(given), teller.library.phrases.answers_again)


def _table(fact: str, schemes: tuple[str, ...], before: Conversation, teller: Teller) -> Text:
    say = teller.library.phrases
    title = say.compared.filled(fact=teller.library.facts[fact].name)
    return joined(title, *_lines(fact, schemes, before, teller))


def _lines(fact: str, schemes: tuple[str, ...], before: Conversation, teller: Teller) -> Iterator[Text]:
    say = teller.library.phrases
    for value in before.tried(fact)[-_MOST_COMPARED:]:
        told = value_told(fact, value, teller.library)
        if told is not None:
            result = _result(schemes, {**before.facts, fact: value}, teller)
            yield say.compared_line.filled(value=told, told=result)


def _result(schemes: tuple[str, ...], facts: Mapping[str, Value], teller: Teller) -> Text:
    """Return in a few words what a case comes to: a verdict and a range, or how many schemes stand where."""
    say = teller.library.phrases
    found = assessments(schemes, facts, teller.library, teller.on)
    words = {"eligible": say.likely, "perhaps": say.possible, "not_eligible": say.unlikely}
    if len(found) != 1:
        counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in words}
        return say.counted_words.filled(**counts)
    estimate = estimated(found[0], case_of(facts, teller.library))
    verdict = words[found[0].verdict]
    if estimate is None:
        return verdict
    return say.verdict_words.filled(verdict=verdict, low=money(estimate.low), high=money(estimate.high))
