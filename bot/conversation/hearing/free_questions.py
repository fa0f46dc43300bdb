"""Rules for what is typed where no question is open: who somebody is and what they want, a question.

«تعاونية ديال الزرابي فأزرو، واش كاين شي دعم» is no question about cooperatives in general: it tells three facts and
asks for a check. What must not break: of one fact in a question nothing is taken («واش التعاونية تقدر تصدر؟» is about
any cooperative), nothing is taken from a "what if", and a question that is surely one of ours and asks for no right
(«حنا تعاونية فصفرو، كيفاش نتخلصو من برا؟») is answered, with the facts noted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import Value
from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.meaning import (
    Asked,
    Mentioned,
    NotUnderstood,
    Understood,
    WhichAmount,
    WhichFact,
)
from bot.conversation.hearing.several import nearest_of_each
from bot.conversation.hearing.told_facts import of_one_of, told, with_implied
from bot.conversation.hearing.untaken import untaken
from bot.conversation.hearing.wanted_checks import check_on_screen, entry_led_to, is_known
from bot.conversation.hearing.wishes import Wish
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped
from bot.eligibility.facts import Measure, OneOf
from bot.faq.entries import Entry
from bot.faq.matcher import Match
from bot.language.folding import folded
from bot.language.hedges import (
    behind_oneself,
    opens_a_question,
    tells_of_oneself,
)
from bot.language.negation import words_of
from bot.language.questions import asked_within, questions_in
from bot.language.tenses import before_the_wish, wishes
from bot.message import MAIN
from bot.offices import places

#: Facts of a project from which on its sum is asked for.
_LEAST_OF_A_PROJECT: Final = 2
#: Words beside the facts from which on somebody tells more than who they are.
_LEAST_OF_A_STORY: Final = 5
#: And where they want something: «خياطة من سلا بغيت ندخل لمعرض».
_LEAST_OF_A_WISH: Final = 1
#: Words of a message that is one fact and nothing else.
_MOST_OF_ONE_FACT: Final = 6
#: Words up to which a need and a place are no more than that.
_FEW_WORDS: Final = 3


def few_words(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the few plain ways on for a word or two beside a place: «زربيا ازلال»."""
    library, doors = spoken.library, spoken.library.roles.doors
    words = spoken.rest.split()
    if len(words) > _FEW_WORDS or spoken.is_about(screen):
        return None
    named = frozenset(word for word in words if not isinstance(library.gazetteer.read(word), places.NoPlace))
    saying = library.sayings.said(spoken.rest, named)
    if saying is None or saying.to != doors:
        return None
    return Mentioned(spoken.mentioned, doors, spoken.corrects) if spoken.tells_who else Tapped("to", doors)


def to_be_founded(spoken: Spoken, _: Situation) -> Understood | None:
    """Return how a legal form is come to, for who wants to found one: «تعاونية مازال ما تصاوبات، بغينا نديروها».

    What they tell of themselves is kept. None where they ask for a right or surely something else, or name a check.
    """
    library, wish = spoken.library, spoken.wish
    if spoken.founding is None or spoken.supposes or library.wishes.asks_for_a_right(spoken.rest):
        return None
    if wish is not None and (wish.sum is None or wish.sum in spoken.told_of_oneself or spoken.unclear_cost is not None):
        # «نفتح» opens a workshop too; only its sum, or another wish, says that more is wanted than the form.
        return None
    if (spoken.asks or spoken.is_a_question) and (spoken.question.zone == "sure" or spoken.questions):
        return None
    return Asked(spoken.text, Match("sure", ((spoken.founding, 1.0),)), spoken.told_of_oneself)


def who_and_what(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what somebody means who says who they are: the check they ask for, or a question and the facts beside it.

    None where they tell too little of themselves, or suppose.
    """
    library = spoken.library
    if spoken.supposes or not spoken.tells_who:
        return None
    if _asks_several(spoken) and not told(spoken.of_itself, library):
        # «شحال كتكلف التعاونية؟ وفين نتسجل كصانع؟» asks of a cooperative, and of an artisan.
        return several_questions(spoken, screen)
    facts = spoken.told_of_oneself
    check = spoken.check
    if not _asks_whether(spoken) and (asked := several_questions(spoken, screen) or _of_the_check(spoken)) is not None:
        return replace(asked, facts=facts, check=check)
    story = _story(spoken) if check is None else None
    if library.wishes.asks_for_a_right(spoken.rest) and not (story and library.follow_ups.asks_who_helps(spoken.rest)):
        return Mentioned(facts, check, spoken.corrects, spoken.unclear_cost)
    if story is not None:
        return _asked(spoken, screen, story, facts)
    if not (spoken.asks or spoken.is_a_question):
        return Mentioned(facts, check, spoken.corrects, spoken.unclear_cost)
    if spoken.question.zone != "sure":
        return (
            Mentioned(facts, check, spoken.corrects, spoken.unclear_cost)
            if check
            else _asked(spoken, screen, spoken.question, facts)
        )
    if _leads_to_a_check(spoken):
        return Mentioned(facts, check, spoken.corrects, spoken.unclear_cost)
    return Asked(spoken.text, spoken.question, facts)


def _story(spoken: Spoken) -> Match | None:
    """Return what is near to what somebody tells, or wants, besides who they are: «… وكيشريهم مول البزار بتمن قليل».

    Which aid they want is not what they came for. None where they tell little else, or nothing is near.
    """
    if spoken.question.zone == "none":
        return None
    others = len(untaken(spoken.library.wishes.without(spoken.rest), spoken.library))
    least = _LEAST_OF_A_WISH if wishes(spoken.plain) else _LEAST_OF_A_STORY
    return spoken.question if others >= least else None


def sum_of_a_project(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the check for who tells the numbers of a project and asks what they come to: "3,2 millions, combien ?".

    A number alone says of no project what it is: its place, or another number of it, stands beside it.
    """
    library, facts = spoken.library, spoken.told_of_oneself
    numbers = [fact for fact in facts if isinstance(library.facts[fact].kind, Measure)]
    check = library.wishes.check_for(numbers)
    if spoken.supposes or check is None or len(facts) < _LEAST_OF_A_PROJECT:
        return None
    if not any(held(library.follow_ups.words.get("amount", ()), words_of(spoken.rest))):
        return None
    return Mentioned(facts, check, spoken.corrects, spoken.unclear_cost, asks_amount=True)


def who_alone(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return who somebody is who says nothing else, and the check for what they asked before; None where more is said.

    «خاصني فلوس باش نشري ماكينة», and behind the suggestions «مقاول ذاتي»: the first words say which check.
    """
    library, conversation = spoken.library, screen.conversation
    if len(spoken.rest.split()) > _MOST_OF_ONE_FACT or spoken.supposes or spoken.asks or spoken.is_a_question:
        return None
    if asked_within(spoken.rest):
        # «بغيت نسول على التعاونية» wants to know of it, and is none.
        return None
    match [*told(spoken.text, library).items()]:
        case [(fact, value)] if _says_nothing_but(fact, value, spoken):
            facts = with_implied({fact: value}, spoken.text, spoken.known.facts, library)
        case _:
            return None
    told_last = library.entries.get(conversation.entry_told or "")
    asked = conversation.question or (told_last.question.of(MAIN) if told_last is not None else "")
    before = library.wishes.wished(folded(asked))
    wanted = next((wish.flow for wish in before if wish.at_least is None), library.wishes.check_for(facts))
    return Mentioned(facts, wanted or check_on_screen(conversation.on_screen, library), spoken.corrects)


def _says_nothing_but(fact: str, value: Value, spoken: Spoken) -> bool:
    """Return whether every word of a message is an option's own, or names nothing."""
    kind = spoken.library.facts[fact].kind
    words = words_of(spoken.rest)
    if not isinstance(kind, OneOf):
        return False
    own = next(option.words for option in kind.options if option.id == value)
    inside = {
        at for one in held((*own, *spoken.library.follow_ups.beside), words) for at in range(one.first, one.behind)
    }
    return len(inside) == len(words)


def fact_and_wish(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the check that somebody wishes for who tells one thing of themselves: «مقاول ذاتي بغيت نشري ماكينات».

    What is surely a question of ours is answered: of one fact alone nobody can tell whether it is asked of themselves.
    """
    library, wish = spoken.library, spoken.wish
    asks_for_a_right = library.wishes.asks_for_a_right(spoken.rest)
    if spoken.supposes or (wish is None and not asks_for_a_right):
        return None
    if wish is not None and _is_to_be_sold_abroad(wish, spoken):
        return Mentioned(spoken.mentioned, wish.flow, spoken.corrects)
    facts = spoken.told_of_oneself
    # «بغيت نشري مكينة ديال النجارة» tells of the machine: who somebody is stands before what they want.
    told_first = spoken.mentioned if tells_of_oneself(spoken.text) else told(before_the_wish(spoken.plain), library)
    told_first = told_first or told(behind_oneself(spoken.plain), library)
    says_who = any(isinstance(library.facts[fact].kind, OneOf | Measure) for fact in told_first)
    if not says_who:
        return None
    is_answered = spoken.question.zone == "sure"
    # «مقاول ذاتي بغيت نشري ماكينات واش الدولة كتعاون» asks of its person, «واش المقاول الذاتي …» of anybody.
    if asks_for_a_right and is_answered and (spoken.asks or spoken.is_all_question):
        return None
    if not asks_for_a_right and (spoken.asks or spoken.is_a_question):
        return None
    says_what_they_are = library.roles.legal_form in facts
    if not asks_for_a_right and is_answered and not says_what_they_are and not _leads_to_a_check(spoken):
        return Asked(spoken.text, spoken.question, facts)
    return Mentioned(facts, wish.flow if wish else None, spoken.corrects, spoken.unclear_cost)


def _is_to_be_sold_abroad(wish: Wish, spoken: Spoken) -> bool:
    """Return whether a craft's product is to be sold or sent abroad, nothing being asked: «نصيفط الطواجن لفرنسا»."""
    if spoken.asks or spoken.is_a_question or not wish.abroad or spoken.question.zone == "sure":
        return False
    has_a_craft = any(isinstance(spoken.library.facts[fact].kind, OneOf) for fact in spoken.mentioned)
    return has_a_craft and spoken.library.wishes.sends(spoken.rest) and wishes(spoken.plain)


def sum_of_a_wish(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the check of what is to be bought or built, with what it is to cost: «بغينا نشريو مكينات ب 80 مليون».

    Whether a sum is in centimes is asked, whatever the check hangs on: it was told. None where something is asked.
    """
    wish, unclear = spoken.wish, spoken.cost_in_two_senses
    if wish is None or wish.sum is None or spoken.supposes or spoken.asks or spoken.is_a_question:
        return None
    facts = spoken.told_of_oneself
    if wish.sum in facts:
        return Mentioned(facts, wish.flow, spoken.corrects)
    return None if unclear is None else Mentioned(facts, wish.flow, spoken.corrects, WhichAmount(*unclear))


def short_question_of_a_check(spoken: Spoken, _: Situation) -> Understood | None:
    """Return what is asked beside a fact of one check, and names nothing: «ما صدرناش، غير بغيت الوراق» of exports."""
    library = spoken.library
    parted = spoken.short_question
    facts = {} if parted is None else spoken.told_of_oneself
    check = library.wishes.check_for(facts)
    schemes = assessed_in(check, library) if check is not None else ()
    if parted is None or not schemes:
        return None
    entry = entry_led_to(parted.aspect, schemes[0], library)
    return None if entry is None else Asked(spoken.text, Match("sure", ((entry, 1.0),)), facts)


def _leads_to_a_check(spoken: Spoken) -> bool:
    """Return whether the nearest entry is answered by checking, not in general, or is another office's."""
    entry = spoken.library.entries[spoken.question.ranked[0][0]]
    return entry.off_topic or any(spoken.library.checks(FlowId(name)) for name in entry.see)


def _asks_several(spoken: Spoken) -> bool:
    return len(questions_in(spoken.text)) > 1


def _asks_whether(spoken: Spoken) -> bool:
    """Return whether somebody asks if they have a right to it: «هل نستفيد وكم؟» is told both by the check."""
    words = spoken.rest.split()
    is_asked = any(opens_a_question(" ".join(words[at:])) for at in range(len(words)))
    return is_asked and spoken.library.wishes.asks_for_a_right(spoken.rest)


def _of_the_check(spoken: Spoken) -> Asked | None:
    """Return what is asked of the aid whose check is named, as a question that is surely ours."""
    entry = spoken.asked_of_the_check
    return None if entry is None else Asked(spoken.text, Match("sure", ((entry, 1.0),)))


def several_questions(spoken: Spoken, _: Situation) -> Asked | None:
    """Return the first of several questions that is surely ours, with the others behind it: none is lost silently."""
    if not spoken.questions:
        return None
    first, *further = spoken.questions
    ranked = ((first, 1.0), *((entry, 0.0) for entry in further))
    return Asked(spoken.text, Match("sure", ranked), further=tuple(further))


def one_of_each(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what is nearest to each of several questions, none of which is surely ours, to be chosen from."""
    ranked = () if spoken.question.zone == "sure" else nearest_of_each(spoken.text, spoken.library)
    return _asked(spoken, screen, Match("unsure", ranked), {}) if ranked else None


def number_of_which_fact(spoken: Spoken, _: Situation) -> Understood | None:
    """Return of what a time or a sum may be that is told alone, where nothing is asked: «عندي 3 سنين»."""
    if spoken.mentioned or spoken.asks or spoken.is_a_question:
        return None
    known = spoken.known.facts
    candidates = tuple(one for one in of_one_of(spoken.text, spoken.library) if known.get(one[0]) is None)
    return WhichFact(candidates) if candidates else None


def answer_to_nothing(spoken: Spoken, _: Situation) -> Understood | None:
    """Return that a yes, a no or a number answers nothing where nothing is asked."""
    if spoken.says in {"yes", "no"} or spoken.is_a_bare_number:
        return NotUnderstood("choose_a_button")
    return None


def question(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the message as a question in the person's own words; one like none of ours may still ask for a check.

    An answer that begins with a yes or a no decides somebody's case: to whoever asks nothing it is only offered.
    """
    found, library = spoken.question, spoken.library
    # Who has told who they are, asks for a right and names for what is not asked which question they mean.
    is_for_them = is_known(spoken.known.facts, library) and library.wishes.asks_for_a_right(spoken.rest)
    is_led = found.zone == "none" or (found.zone == "unsure" and is_for_them)
    wish = spoken.wish if is_led and screen.asked is None else None
    if wish is not None:
        nearest = library.entries[found.ranked[0][0]]
        if not (library.words.asks(spoken.rest) and nearest.off_topic and library.wishes.is_about_ours(nearest)):
            return Tapped("to", wish.flow)
        # «شحال كتسوى الزربية ففرنسا» asks what it is worth there; who sells it there is told of another way.
        return replace(_asked(spoken, screen, replace(found, zone="sure"), {}), check=wish.flow)
    if found.zone == "sure":
        # «شنو ندير دابا» names nothing: what it is nearest to is not what they mean.
        names_nothing = library.follow_ups.aspect(spoken.rest) not in {None, "still"}
        best = library.entries[found.ranked[0][0]]
        if names_nothing or (not (spoken.asks or spoken.is_a_question) and _begins_with_a_verdict(best, library)):
            return _asked(spoken, screen, replace(found, zone="unsure"), {})
    return _asked(spoken, screen, found, {})


def _asked(spoken: Spoken, screen: Situation, match: Match, facts: Mapping[str, Value]) -> Asked:
    """Return the question, with the check that may be wanted where no entry surely answers and no check is open.

    Who says what they want, asks for a right, or has told of themselves, comes further by a check than by questions
    near theirs.
    """
    library = spoken.library
    if screen.asked is not None or match.zone != "unsure":
        return Asked(spoken.text, match, facts)
    may_be_checked = is_known({**spoken.known.facts, **facts}, library) or library.wishes.asks_for_a_right(spoken.rest)
    in_general = (
        (check_on_screen(screen.conversation.on_screen, library) or library.roles.check) if may_be_checked else None
    )
    return Asked(spoken.text, match, facts, in_general if spoken.wish is None else spoken.wish.flow)


def _begins_with_a_verdict(entry: Entry, library: Library) -> bool:
    """Return whether an answer begins with a yes or a no, in any language."""
    verdicts = {folded(word) for label in (library.phrases.yes, library.phrases.no) for word in label.every()}
    return any(folded(wording).partition(" ")[0] in verdicts for wording in entry.answer.every())
