"""Rules for what is typed while a question is open: its answer, other facts, a question back, or nothing.

Neither a question nor a supposition makes an answer: «واش الشركة تقدر تستافد؟» is not "a company". What is short and
asks nothing was meant as an answer: when it cannot be read, the question is asked again instead of guessing at a
question across it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import Value
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.free_questions import several_questions
from bot.conversation.hearing.meaning import (
    Answered,
    AsideSaid,
    Asked,
    Mentioned,
    NotRead,
    SupposedEarly,
    Understood,
    WhichAmount,
    WhichPlace,
)
from bot.conversation.hearing.reading import Amounts, Inexact, NoValue, OutOfBounds, read_fact
from bot.conversation.hearing.supposing import put_right, which_sum
from bot.conversation.hearing.told_facts import founded, with_implied, yes_and_no_told
from bot.conversation.hearing.untaken import untaken
from bot.conversation.hearing.wanted_checks import entry_led_to
from bot.conversation.hearing.yes_no import said
from bot.eligibility.facts import Fact, Measure, YesNo
from bot.faq.matcher import Match
from bot.language import numbers
from bot.language.folding import folded
from bot.language.hedges import ends_as_question, opens_a_question, reports, tells_of_oneself
from bot.language.negation import admits_a_mistake, corrected, words_of
from bot.language.questions import asked_within
from bot.language.tenses import is_of_today
from bot.offices import places

#: Words up to which a message may be an answer though it is like a question of ours.
_SHORT: Final = 2
#: Words up to which a message that asks nothing was meant as an answer.
_MEANT: Final = 3
#: Most words in which somebody says that they do not know.
_NOT_KNOWING: Final = 3
#: Words from which on something else is asked, and of which nothing else is said.
_LEAST_ASKED: Final = 3
#: Words up to which a message may tell the answer to another question than the open one.
_TELLING: Final = 6


def number_for_a_choice(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return that a bare number answers no choice: «15 مليون» is like every question of ours on a sum."""
    asked, read = _open(screen), spoken.reading
    if isinstance(read, NoValue) and not screen.is_about_a_number and spoken.is_a_bare_number:
        return NotRead(asked.id, read)
    return None


def none_of_it(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return that a no to "how much?" may be none at all: it is asked, not taken."""
    kind = _open(screen).kind
    if spoken.rest_says != "no" or not isinstance(kind, Measure) or kind.unit == "years" or kind.least > 0:
        return None
    return WhichAmount(_open(screen).id, (0.0,))


def number_of_today(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return that a number of who works there today is no number of jobs to come: «عندنا 6 خدامة»."""
    kind, read = _open(screen).kind, spoken.reading
    is_of_persons = isinstance(kind, Measure) and kind.unit == "persons"
    if not is_of_persons or not isinstance(read, Amounts) or not is_of_today(spoken.text):
        return None
    return WhichAmount(_open(screen).id, tuple(dict.fromkeys((0.0, *read.values))), is_of_today=True)


def questions_back(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return several questions across the open one: the first that is surely ours, with the others behind it."""
    return several_questions(spoken, screen)


def question_back(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the question that a message is by its first word or its sign; of a number «؟» leaves the answer."""
    is_no_number = isinstance(spoken.reading, str | bool | NoValue)
    if not (opens_a_question(spoken.text) or (ends_as_question(spoken.text) and is_no_number)):
        return None
    if spoken.question.zone == "none":
        return NotRead(_open(screen).id, NoValue())
    return Asked(spoken.text, spoken.question)


def not_known(spoken: Spoken, _: Situation) -> Understood | None:
    """Return that they do not know who say so first, and of what: «ما عرفتش شحال غادي يكلف»."""
    words = spoken.rest.split()
    if (
        not isinstance(spoken.reading, NoValue)
        or spoken.mentioned
        or len(words) > _TELLING
        or spoken.question.zone == "sure"
    ):
        return None
    opens = (" ".join(words[:count]) for count in range(1, _NOT_KNOWING + 1))
    return AsideSaid("unknown") if any(spoken.library.words.meaning(one) == "unknown" for one in opens) else None


def something_else_asked(spoken: Spoken, _: Situation) -> Understood | None:
    """Return what is asked inside a message that answers nothing: «ما عندي مشروع، سولتك على التغطية الصحية»."""
    asked = asked_within(spoken.rest)
    is_answer = not isinstance(spoken.reading, NoValue) or spoken.corrects
    if is_answer or len(asked.split()) < _LEAST_ASKED or len(untaken(spoken.rest, spoken.library)) < _LEAST_ASKED:
        return None
    match = spoken.question if spoken.question.zone == "sure" else spoken.library.matcher.match(asked)
    return None if match.zone == "none" else Asked(spoken.text, match, spoken.mentioned)


def answer_and_short_question(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return an answer and what is asked of the aid in the same breath: «ما صدرناش، غير بغيت الوراق»."""
    asked, parted = _open(screen), spoken.short_question
    schemes = assessed_in(screen.conversation.flow, spoken.library)
    if parted is None or not schemes or spoken.supposes:
        return None
    entry = entry_led_to(parted.aspect, schemes[0], spoken.library)
    found: dict[str, Value] = {}
    match read_fact(asked, parted.rest, spoken.library, spoken.known):
        case bool() | str() as value:
            found = {asked.id: value}
        case Amounts(values=(value,)):
            found = {asked.id: value}
        case places.Sure(place=place):
            found = {asked.id: place.id}
        case NoValue() if len(parted.rest.split()) <= _MEANT and not spoken.library.words.asks(folded(parted.rest)):
            pass
        case _:
            return None
    return None if entry is None else Asked(spoken.text, Match("sure", ((entry, 1.0),)), found)


def early_supposition(spoken: Spoken, _: Situation) -> Understood | None:
    """Return a "what if" that comes before there is a result, or the question it is in truth."""
    if not spoken.supposes:
        return None
    is_question = spoken.asks or spoken.question.zone == "sure"
    return Asked(spoken.text, spoken.question) if is_question else SupposedEarly()


def correction_of_another(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what is put right of other answers, a sum without a name too: «راه فصفرو ماشي فاس و 4 مليون».

    Who says no where yes or no is asked, and tells what is known otherwise, puts it right too: «لا، المشروع 2 مليون
    درهم» answers nothing, unless the open question's own words are said. Where a number is asked, a number answers.
    """
    asked, text = _open(screen), corrected(spoken.text)
    if spoken.asks or spoken.is_a_question:
        return None
    if screen.is_about_a_number:
        # Who says that they were wrong may mean what they told before: the sum itself does not tell.
        return which_sum(text, spoken, asked) if text is not None and admits_a_mistake(spoken.text) else None
    put = put_right(text or spoken.text, spoken)
    if put is None and text is not None and (which := which_sum(text, spoken)) is not None:
        return which
    if put is None or (put.unclear is None and put.facts.keys() == {asked.id}):
        return None
    if text is None and not (isinstance(spoken.reading, bool) and spoken.known.facts.keys() & put.facts.keys()):
        return None
    if isinstance(asked.kind, YesNo) and said(asked.kind, spoken.rest, alone=False):
        return None
    return replace(put, facts=_taken(spoken, put.facts).facts, flow=None)


def several_facts(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the facts of a message that tells two or more and asks nothing, with its yes or no to the question."""
    is_question = spoken.asks or (spoken.question.zone == "sure" and not tells_of_oneself(spoken.text))
    if len(spoken.mentioned) < 2 or is_question:
        return None
    answer: dict[str, Value] = {_open(screen).id: spoken.reading} if isinstance(spoken.reading, bool) else {}
    return _taken(spoken, spoken.mentioned, answer)


def amount_of_another(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the facts of a message whose number stands beside another fact's words: «المشروع كيكلف 3 مليون درهم»."""
    asked, read = _open(screen), spoken.reading
    if not isinstance(read, Amounts) or asked.id in spoken.mentioned:
        return None
    others = [spoken.library.facts[fact] for fact, value in spoken.mentioned.items() if value in read.values]
    if any(isinstance(one.kind, Measure) and not _is_named_alike(one, asked, spoken) for one in others):
        return _taken(spoken, spoken.mentioned)
    return None


def unclear_sum_of_another(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the readings of a sum beside another fact's words that may be in dirhams or in centimes.

    «عندي 20 مليون من جيبي» is asked as it would be where it is the answer.
    """
    if spoken.unclear_sum is None or spoken.asks:
        return None
    asked, (fact, readings) = _open(screen), spoken.unclear_sum
    if fact == asked.id or _is_named_alike(spoken.library.facts[fact], asked, spoken):
        return None
    return WhichAmount(fact, readings)


def place_answered(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the place that answers the question, or those of that name."""
    match spoken.reading:
        case places.Sure(place=place, whole=whole) if whole or not _is_a_sure_question(spoken):
            asked = _open(screen)
            found = _taken(spoken, _beside(spoken, asked), {asked.id: place.id})
            return found if len(found.facts) > 1 else Answered(asked.id, place.id)
        case places.Unsure(choices=candidates) if not _is_a_sure_question(spoken):
            return WhichPlace(_open(screen).id, candidates)
        case _:
            return None


def number_answered(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the number that answers the question, or the two that it may be."""
    asked = _open(screen)
    match spoken.reading:
        case Amounts(whole=whole) if not whole and _is_a_sure_question(spoken) and not _tells(asked, spoken):
            return None
        case Amounts(values=(value,), is_worked_out=is_worked_out):
            found = _taken(spoken, _beside(spoken, asked), {asked.id: value})
            return found if is_worked_out or len(found.facts) > 1 else Answered(asked.id, value)
        case Amounts(values=values, since=since):
            which, beside = WhichAmount(asked.id, values, since), _taken(spoken, _beside(spoken, asked))
            return replace(beside, unclear=which) if beside.facts else which
        case _:
            return None


def option_answered(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the option that answers the question, with what it implies."""
    asked, read = _open(screen), spoken.reading
    if not isinstance(read, str):
        return None
    found = _taken(spoken, _beside(spoken, asked), {asked.id: read})
    return found if len(found.facts) > 1 else Answered(asked.id, read)


def yes_or_no_answered(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the yes or no that answers the question."""
    return Answered(_open(screen).id, spoken.reading) if isinstance(spoken.reading, bool) else None


def another_fact(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what a message tells that does not answer the question."""
    if not spoken.mentioned or spoken.asks:
        return None
    match spoken.reading:
        case NoValue() if spoken.corrects or not _is_a_sure_question(spoken):
            return _taken(spoken, spoken.mentioned)
        case NoValue() if _open(screen).id in _taken(spoken, spoken.mentioned).facts:
            # It is like a question of ours, and was meant to tell what is asked.
            return _taken(spoken, spoken.mentioned)
        case Inexact("several") if _open(screen).id in spoken.mentioned:
            return _taken(spoken, spoken.mentioned)
        case _:
            return None


def year_of_another(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return how old what somebody has may be who tells since which year it is there: «بدينا ف 2021»."""
    if spoken.asks or not isinstance(spoken.reading, NoValue):
        return None
    found = founded(spoken.text, spoken.known.facts, spoken.known.on.year, spoken.library)
    return None if found is None or found[0] == _open(screen).id else WhichAmount(*found)


def yes_or_no_of_another(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what a short message says of another yes-or-no question, in that question's own words: «عمري ما صدرت».

    Of one question alone, and where the message asks nothing: their words are everyday ones.
    """
    if spoken.asks or not isinstance(spoken.reading, NoValue) or len(spoken.rest.split()) > _TELLING:
        return None
    facts = yes_and_no_told(spoken.rest, spoken.library)
    # The open question's own yes or no was read already, and was not clear.
    return _taken(spoken, facts) if len(facts) == 1 and _open(screen).id not in facts else None


def number_not_taken(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return why a number is asked for again: it is a bound, one of several, a month's, or cannot be right."""
    match spoken.reading:
        case Inexact() as read if not spoken.asks:
            return NotRead(_open(screen).id, read)
        case OutOfBounds(whole=True) as read:
            return NotRead(_open(screen).id, read)
        case _:
            return None


def answer_not_read(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return that the question stands where what was said is like no question of ours, or short and asks nothing."""
    read, zone = spoken.reading, spoken.question.zone
    if not isinstance(read, NoValue | OutOfBounds):
        return None
    is_like_none = zone == "none" or (screen.is_about_a_number and zone != "sure")
    if is_like_none or (isinstance(read, NoValue) and _was_meant(spoken)):
        return NotRead(_open(screen).id, read)
    return None


def _open(screen: Situation) -> Fact:
    """Return the fact that is asked for: the table asks these rules only where a question is open."""
    assert screen.asked is not None
    return screen.asked


def _taken(spoken: Spoken, *facts: Mapping[str, Value]) -> Mentioned:
    together = {fact: value for found in facts for fact, value in found.items()}
    taken = with_implied(together, spoken.text, spoken.known.facts, spoken.library)
    return Mentioned(taken, corrects=spoken.corrects)


def _beside(spoken: Spoken, asked: Fact) -> Mapping[str, Value]:
    """Return what a message tells besides the answer: «3 سنين و10 سنين فالحرفة»; never the same number twice."""
    if spoken.asks:
        return {}
    read = spoken.reading
    taken = read.values if isinstance(read, Amounts) else ()
    return {fact: value for fact, value in spoken.mentioned.items() if fact != asked.id and value not in taken}


def _tells(fact: Fact, spoken: Spoken) -> bool:
    """Tell whether a message asks nothing and tells a fact in its own words: "90 millions et on va embaucher 4".

    Whether that is the asked one or another beside the number that answers it.
    """
    is_unclear = spoken.unclear_sum is not None and spoken.unclear_sum[0] == fact.id
    return not spoken.asks and (is_unclear or fact.id in spoken.mentioned or bool(_beside(spoken, fact)))


def _is_a_sure_question(spoken: Spoken) -> bool:
    """Tell whether a message is surely a question of ours, and long enough to be meant as one.

    Who tells a number of theirs and asks nothing does not ask: «العام الزين درنا فيه 45 مليون سنتيم».
    """
    has_number = numbers.amounts(spoken.text) and reports(spoken.text)
    kinds = [spoken.library.facts[fact].kind for fact in spoken.mentioned]
    has_number = has_number or (len(spoken.rest.split()) <= _TELLING and any(isinstance(one, Measure) for one in kinds))
    tells = has_number and not (spoken.asks or spoken.is_a_question)
    return spoken.question.zone == "sure" and len(spoken.rest.split()) > _SHORT and not tells


def _was_meant(spoken: Spoken) -> bool:
    """Tell whether a message was meant as an answer: short, asking nothing, and surely no question of ours."""
    if spoken.asks or len(spoken.rest.split()) > _MEANT:
        return False
    best = spoken.question.ranked[0][0]
    return spoken.question.zone != "sure" or spoken.library.entries[best].off_topic


def _is_named_alike(one: Fact, asked: Fact, spoken: Spoken) -> bool:
    """Tell whether a sum named in a message may be the one asked: a turnover, and not surely «العام اللي فات»."""
    if not (_is_turnover(one) and _is_turnover(asked)):
        return False
    assert isinstance(one.kind, Measure)
    return not any(held(one.kind.distinct, words_of(spoken.rest)))


def _is_turnover(fact: Fact) -> bool:
    """Tell whether a sum is one of those that time changes, which people name alike."""
    return fact.is_money and fact.changeable == "with_time"
