"""Rules for what puts an answer right: «غلطت، 5 سنين ماشي 3», "pardon, 4 emplois et pas 8", «لا حنا تعاونية».

What must not break: nothing that is known is replaced by what somebody merely says beside something else. Only who says
that they correct it replaces it at once; else the turn asks which of the two is so.
"""

from dataclasses import replace
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.meaning import Mentioned, Supposed, SupposedWhat, Understood, WhichAmount
from bot.conversation.hearing.reading import Amounts, read_fact
from bot.conversation.hearing.supposing import naming, supposed_in
from bot.conversation.hearing.told_facts import told
from bot.conversation.tapping import Tapped
from bot.eligibility.facts import Fact, Measure
from bot.faq.lexicon import stem
from bot.language import bounds
from bot.language.folding import folded
from bot.language.hedges import ends_as_question, opens_a_question
from bot.language.negation import CHANGING, corrected, is_put_right, perhaps_corrected

#: Words of the longest message that wants an answer changed and says no more.
_CHANGE_WORDS: Final = 7
#: Fewest letters of a word of a fact's name that names it.
_LEAST_LETTERS: Final = 4
#: How far apart two numbers may be to be the same answer: years told since a month are worked out.
_SAME: Final = 0.5
#: The number that was wrong and the one that is right.
_BOTH: Final = 2


def number_put_right(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the fact whose number a message replaces by naming both: «12 ماشي 16» is about the one that was 16.

    Of several such facts the one that is named; where none is, the person is asked which answer they mean.
    """
    message = bounds.read(spoken.text)
    if len(message.found) != _BOTH:
        return None
    spans = [message.span(one) for one in message.found]
    old = [span for span in spans if is_put_right(folded(spoken.text[: span[0]]))]
    new = [span for span in spans if span not in old]
    if len(old) != 1 or len(new) != 1:
        return None
    was, now = (spoken.text[slice(*span)] for span in (old[0], new[0]))
    found: dict[str, tuple[float, ...]] = {}
    for fact in spoken.library.facts.values():
        known = spoken.known.facts.get(fact.id)
        if not isinstance(fact.kind, Measure) or isinstance(known, bool | str) or known is None:
            continue
        if any(abs(value - known) < _SAME for value in _read(fact, was, spoken)) and (
            values := _read(fact, now, spoken)
        ):
            found[fact.id] = values
    named = {fact: naming(spoken.library.facts[fact], spoken.text) for fact in found}
    meant = [fact for fact in found if named[fact] == max(named.values())]
    if not meant:
        return None
    if len(meant) > 1:
        return SupposedWhat()
    values = found[meant[0]]
    return WhichAmount(meant[0], values) if len(values) > 1 else Mentioned({meant[0]: values[0]}, corrects=True)


def _read(fact: Fact, text: str, spoken: Spoken) -> tuple[float, ...]:
    read = read_fact(fact, text, spoken.library, spoken.known)
    return read.values if isinstance(read, Amounts) else ()


def correction(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the answer that a message puts right after a result: «غلطت، رقم المعاملات 2 مليون درهم»."""
    schemes = assessed_in(screen.conversation.flow, spoken.library)
    surely = corrected(spoken.text) if schemes else None
    text = perhaps_corrected(spoken.text) if schemes and surely is None else surely
    if text is None or spoken.asks or opens_a_question(text) or ends_as_question(text):
        return None
    match supposed_in(text, schemes, spoken):
        case Supposed(fact, value):
            return Mentioned({fact: value}, corrects=True)
        case SupposedWhat() if surely is None:
            return None
        case WhichAmount() as which:
            return replace(which, is_supposed=False)
        case other:
            facts = told(text, spoken.library) if surely is not None else {}
            return Mentioned(facts, corrects=True) if facts else other


def change_of_a_fact(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the answer that somebody wants to change, by its name: «بغيت نبدل رقم المعاملات»."""
    words = frozenset(spoken.rest.split())
    if words.isdisjoint(CHANGING) or len(words) > _CHANGE_WORDS or spoken.asks or spoken.is_a_question:
        return None
    known = [fact for fact in screen.conversation.facts if fact in spoken.library.facts]
    named = {fact: _names(spoken.library.facts[fact], words) for fact in known}
    best = [fact for fact in known if named[fact] and named[fact] == max(named.values())]
    return Tapped("change", best[0]) if len(best) == 1 else None


def _names(fact: Fact, words: frozenset[str]) -> int:
    """Return how many words of a fact's name, in any language, a message holds."""
    return max(
        len(
            {stem(word) for word in folded(name).split() if len(word) >= _LEAST_LETTERS}
            & {stem(word) for word in words}
        )
        for name in fact.name.every()
    )
