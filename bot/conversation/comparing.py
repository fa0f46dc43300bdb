"""Several "what ifs" side by side: the answer that was tried with several values, and what each comes to."""

from collections.abc import Iterator, Mapping

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import Turn
from bot.conversation.saying import Teller
from bot.conversation.showing import joined, value_told
from bot.conversation.verdicts import assessments, case_of
from bot.conversation.walk import Position
from bot.eligibility.estimate import estimated
from bot.language.wording import money
from bot.message import Text

#: Values of one fact set side by side, the latest.
_MOST = 5


def compared(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say what the schemes of the flow come to with each value that was tried, the rest being as it is."""
    say = teller.library.phrases
    schemes = assessed_in(before.flow, teller.library)
    tables = [_table(fact, schemes, before, teller) for fact in teller.library.facts if len(before.tried(fact)) > 1]
    if not schemes or not tables:
        return teller.again(before, here, say.nothing_to_compare)
    return teller.again(before, here, *tables)


def _table(fact: str, schemes: tuple[str, ...], before: Conversation, teller: Teller) -> Text:
    say = teller.library.phrases
    title = say.compared.filled(fact=teller.library.facts[fact].name)
    return joined(title, *_lines(fact, schemes, before, teller))


def _lines(fact: str, schemes: tuple[str, ...], before: Conversation, teller: Teller) -> Iterator[Text]:
    say = teller.library.phrases
    for value in before.tried(fact)[-_MOST:]:
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
