"""Rules for a "what if" typed after a result, and for what puts an answer right.

Supposed is «وإلا كان عندي 10 سنين», "et si j'ai 3 emplois", «ولو كنت تعاونية؟». One fact of the case must be read
without ambiguity: of two, of none, or of one that the result does not hang on, nothing is supposed and the person is
asked which answer they mean. «زدت 5» may be five more, or five in all: that is asked too.

Put right is «غلطت، 5 سنين ماشي 3», "pardon, 4 emplois et pas 8", «لا حنا تعاونية». What must not break: nothing that is
known is replaced by what somebody merely says beside something else. Only who says that they correct it replaces it at
once; else the turn asks which of the two is so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, assert_never

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import Value
from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.meaning import Mentioned, Supposed, SupposedWhat, Understood, WhichAmount, WhichFact
from bot.conversation.hearing.reading import Amounts, Known, option_of, read_fact, undenied
from bot.conversation.hearing.told_facts import told
from bot.conversation.hearing.yes_no import said
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.language import bounds, numbers
from bot.language.folding import folded, stem
from bot.language.hedges import ends_as_question, opens_a_question, opens_with_no, says_having, supposed
from bot.language.negation import (
    ADDING,
    CHANGING,
    TAKING,
    behind_not_that,
    corrected,
    is_put_right,
    perhaps_corrected,
    words_of,
)
from bot.language.numbers import shares

#: What a number may be as the value of a fact: one reading, or several.
_Readings = tuple[float, ...]
#: Fewest letters of a word of a fact's name that names it.
_LEAST_LETTERS: Final = 4


def supposition(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what a message supposes of the case just assessed; None when it is no supposition, or a free question."""
    schemes = assessed_in(screen.conversation.flow, spoken.library)
    text = supposed(spoken.text) if schemes else None
    return None if text is None else supposed_in(text, schemes, spoken)


def supposed_in(text: str, schemes: Sequence[str], spoken: Spoken) -> Supposed | WhichAmount | SupposedWhat | None:
    """Return the one fact of the schemes that `text` puts another way; None where it rather asks something else."""
    library, known = spoken.library, spoken.known
    hanging = frozenset(fact for scheme in schemes for fact in library.schemes[scheme].hangs_on())
    values = dict(_values(text, library))
    readings = _measured(text, hanging, library, known)
    # «إلا كانت التعاونية عندها 10 سنين» is about the years alone to a cooperative.
    new = {fact: value for fact, value in values.items() if known.facts.get(fact) != value}
    named = {**(new or ({} if readings else values)), **readings}
    count = _numbers(text)
    if len(named) != 1 or not named.keys() <= hanging or count > 1:
        is_question = spoken.asks or (spoken.question.zone == "sure" and count == 0)
        return None if is_question and not named.keys() & hanging else SupposedWhat()
    (fact,) = named
    read = _with_changes(fact, readings.get(fact, ()), text, library, known)
    if read is None:
        return SupposedWhat()
    if len(read) > 1:
        return WhichAmount(fact, read, is_supposed=True)
    return Supposed(fact, read[0] if read else values[fact])


def _with_changes(fact: str, read: _Readings, text: str, library: Library, known: Known) -> _Readings | None:
    """Return the readings; with words of adding or taking away, what is known so changed comes first.

    None where that is not known, or comes to nothing that can be.
    """
    words = words_of(folded(text))
    signs = [sign for sign, forms in ((1, ADDING), (-1, TAKING)) if any(held(forms, words))]
    kind, now = library.facts[fact].kind, known.facts.get(fact)
    if not read or not signs or not isinstance(kind, Measure):
        return read
    if len(signs) > 1 or isinstance(now, bool) or not isinstance(now, int | float):
        return None
    changed = tuple(now + signs[0] * value for value in read)
    possible = tuple(value for value in changed if kind.least <= value <= kind.most)
    return tuple(dict.fromkeys((*possible, *read))) if possible else None


def _values(text: str, library: Library) -> Iterator[tuple[str, Value]]:
    """Yield the options, the place, the yes or no that are said in so many words."""
    mentioned, plain = told(text, library), folded(text)
    answers: dict[str, bool] = {}
    for fact in library.facts.values():
        match fact.kind:
            case OneOf() | InProvince():
                if fact.id in mentioned:
                    yield fact.id, mentioned[fact.id]
            case YesNo() as kind:
                truths = said(kind, plain, alone=False, named=True)
                if len(truths) == 1:
                    answers[fact.id] = next(iter(truths))
            case Measure():
                pass
            case kind:
                assert_never(kind)
    named = {fact: naming(library.facts[fact], text) for fact in answers}
    # «صدرنا لإفريقيا» holds the words of two questions, and is about the one that it holds more of.
    yield from ((fact, truth) for fact, truth in answers.items() if named[fact] == max(named.values()))


def _measured(text: str, hanging: frozenset[str], library: Library, known: Known) -> Mapping[str, _Readings]:
    """Return what the number of a message is the value of: the facts that are named, else the one its unit tells."""
    read: dict[str, _Readings] = {}
    named: dict[str, int] = {}
    for fact in library.facts.values():
        amounts = read_fact(fact, text, library, known) if isinstance(fact.kind, Measure) else None
        if isinstance(amounts, Amounts):
            read[fact.id] = amounts.values
            named[fact.id] = naming(fact, text)
    if any(named.values()):
        # «رقم المعاملات» names two facts; where the result hangs on one of them, that is the one.
        able = {fact for fact in named if fact in hanging and named[fact]} or named.keys()
        most = max(named[fact] for fact in able)
        return {fact: read[fact] for fact in able if named[fact] == most}
    return {fact: values for fact, values in read.items() if fact in hanging and _by_unit(library.facts[fact], text)}


def naming(fact: Fact, text: str) -> int:
    """Return how much of a message names a fact: the letters of the longest of its words, or of its name, in it."""
    words = words_of(folded(text))
    match fact.kind:
        case YesNo(yes=yes, no=no):
            forms = (*yes, *no)
        case Measure(words=spoken):
            name = folded(" ".join(fact.name.every())).split()
            forms = (*spoken, *(word for word in name if len(word) >= _LEAST_LETTERS))
        case _:
            forms = ()
    return max((len(one.form) for one in held(forms, words, denied=True)), default=0)


def _by_unit(fact: Fact, text: str) -> bool:
    """Tell whether a number is the fact's by its unit alone: persons always, years where nothing else is said of them.

    A sum is never: every sum is in dirhams.
    """
    assert isinstance(fact.kind, Measure)
    units = {found.unit for found in bounds.read(text).found}
    match fact.kind.unit:
        case "persons":
            return "persons" in units
        case "years":
            return "years" in units and all(says_having(word) for word in _beside_number(text))
        case "DH":
            return False
        case unit:
            assert_never(unit)


def _beside_number(text: str) -> list[str]:
    rest = text
    for found in reversed(numbers.years(text)):
        rest = rest[: found.span[0]] + " " + rest[found.span[1] :]
    return folded(rest).split()


def _numbers(text: str) -> int:
    """Return how many numbers a message holds."""
    found = (*numbers.amounts(text), *numbers.counts(text), *numbers.years(text), *shares(text))
    return len({one.span for one in found})


#: Words of the longest message that wants an answer changed and says no more.
_CHANGE_WORDS: Final = 7
#: Words of the longest one that says to what.
_CHANGE_TO_WORDS: Final = 14
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
    # Numbers are those two; what else is new beside them is put right too.
    news = _new(told(spoken.text, spoken.library), spoken).items()
    facts = {fact: value for fact, value in news if not isinstance(spoken.library.facts[fact].kind, Measure)}
    which = WhichAmount(meant[0], values) if len(values) > 1 else None
    if which is None:
        facts[meant[0]] = values[0]
    return Mentioned(facts, _last_check(spoken), corrects=True, unclear=which) if facts else which


def _new(told_now: Mapping[str, Value], spoken: Spoken) -> dict[str, Value]:
    """Return the facts of a message that are other than what is known."""
    return {fact: value for fact, value in told_now.items() if spoken.known.facts.get(fact) != value}


def _read(fact: Fact, text: str, spoken: Spoken) -> tuple[float, ...]:
    read = read_fact(fact, text, spoken.library, spoken.known)
    return read.values if isinstance(read, Amounts) else ()


def correction(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what a message puts right where nothing is asked: «غلطت، رقم المعاملات 2 مليون درهم»."""
    schemes = assessed_in(screen.conversation.flow, spoken.library)
    surely = corrected(spoken.text)
    text = perhaps_corrected(spoken.text) if schemes and surely is None else surely
    if text is None or spoken.asks or opens_a_question(text) or ends_as_question(text):
        return None
    put = put_right(text, spoken) if surely is not None else None
    if put is not None and len(put.facts) + (put.unclear is not None) > 1:
        return put
    one = supposed_in(text, schemes, spoken) if schemes else None
    match one:
        case Supposed(fact, value):
            return Mentioned({fact: value}, corrects=True)
        case SupposedWhat() | None if put is None and surely is not None and (which := which_sum(text, spoken)):
            return which
        case SupposedWhat() if surely is None:
            return None
        case WhichAmount():
            return replace(one, is_supposed=False)
        case _:
            return put or one


def put_right(text: str, spoken: Spoken) -> Mentioned | None:
    """Return all that a message puts right at once: «المشروع فبركان ماشي وجدة و150 مليون»; None of nothing new.

    A sum that nothing names is the one sum that is known.
    """
    told_now = told(text, spoken.library)
    facts, unclear = _new(told_now, spoken), None
    match [one for one in undenied(numbers.amounts(text), text) if set(one.readings).isdisjoint(told_now.values())]:
        case [numbers.Amount(readings=readings)] if (fact := _sum_meant(text, spoken)) is not None:
            if len(readings) > 1:
                unclear = WhichAmount(fact, readings)
            elif spoken.known.facts.get(fact) != readings[0]:
                facts[fact] = readings[0]
        case _:
            pass
    if not facts and unclear is None:
        return None
    return Mentioned(facts, _last_check(spoken), corrects=True, unclear=unclear)


def _sum_meant(text: str, spoken: Spoken) -> str | None:
    """Return the sum that a message names best, else the one that is known; None of several."""
    known = [fact for fact in spoken.library.facts.values() if fact.is_money and spoken.known.facts.get(fact.id)]
    named = {fact.id: naming(fact, text) for fact in known}
    meant = [fact for fact, most in named.items() if most == max(named.values())]
    return meant[0] if len(meant) == 1 else None


def which_sum(text: str, spoken: Spoken, asked: Fact | None = None) -> WhichFact | None:
    """Return the sums that the one sum of a correction may put right, where it names none and several are known.

    Where a sum is `asked`, it may be the answer too. «غلطت، 4 مليون درهم» of who told a turnover and a cost.
    """
    told_now = told(text, spoken.library)
    match [one for one in undenied(numbers.amounts(text), text) if set(one.readings).isdisjoint(told_now.values())]:
        case [numbers.Amount(readings=readings)]:
            known = [
                fact for fact in spoken.library.facts.values() if fact.is_money and spoken.known.facts.get(fact.id)
            ]
        case _:
            return None
    named = {fact.id: naming(fact, text) for fact in known}
    meant = [fact for fact in known if named[fact.id] == max(named.values())]
    meant += [asked] if asked is not None and asked.is_money and asked not in meant else []
    values = [(str(fact.id), int(value) if value == int(value) else value) for fact in meant for value in readings]
    return WhichFact(tuple(values)) if len(meant) > 1 else None


def _last_check(spoken: Spoken) -> FlowId | None:
    """Return the check that was last gone to, where another flow was gone to since."""
    return next((flow for flow in reversed(spoken.visited) if assessed_in(flow, spoken.library)), None)


def change_of_a_fact(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the answer that somebody wants to change, by its name or to what: «بدل المبلغ لمية وخمسين مليون»."""
    words = frozenset(spoken.rest.split())
    if words.isdisjoint(CHANGING) or spoken.asks or spoken.is_a_question:
        return None
    if (put := put_right(spoken.text, spoken)) is not None and len(words) <= _CHANGE_TO_WORDS:
        return put
    known = [fact for fact in screen.conversation.facts if fact in spoken.library.facts]
    named = {fact: _names(spoken.library.facts[fact], words) for fact in known}
    best = [fact for fact in known if named[fact] and named[fact] == max(named.values())]
    return Tapped("change", best[0]) if len(best) == 1 and len(words) <= _CHANGE_WORDS else None


def denied_fact(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the question of a fact that was taken and is denied, nothing else told: «ماشي مقاول ذاتي، غير كنسول»."""
    denied = behind_not_that(spoken.plain)
    if spoken.is_a_question:
        return None
    words = words_of(spoken.plain)
    for fact in spoken.library.facts.values():
        known = spoken.known.facts.get(fact.id)
        if known is None or not isinstance(fact.kind, OneOf) or fact.id in spoken.mentioned:
            continue
        if denied and option_of(fact.kind, denied, spoken.library) == known:
            return Tapped("change", fact.id)
        # «لا، مازال ما عندهمش تعاونية»
        own = next((option.words for option in fact.kind.options if option.id == known), ())
        if opens_with_no(spoken.plain) and any(words[one.first].denied for one in held(own, words)):
            return Tapped("change", fact.id)
    return None


def _names(fact: Fact, words: frozenset[str]) -> int:
    """Return how many words of a fact's name, in any language, a message holds."""
    return max(
        len(
            {stem(word) for word in folded(name).split() if len(word) >= _LEAST_LETTERS}
            & {stem(word) for word in words}
        )
        for name in fact.name.every()
    )
