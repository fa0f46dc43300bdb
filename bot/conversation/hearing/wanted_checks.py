"""Rules for which check is wanted: the one of the aid just told of, one that a word or two name, another than the open.

What must not break: who denies the aid whose check is open leaves it and asks something else, or is asked what they
want; a denial that answers the open question is its answer.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import OnScreen, Value
from bot.conversation.flow import FlowId
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.follow_ups import Aspect
from bot.conversation.hearing.forms import held
from bot.conversation.hearing.meaning import Asked, Mentioned, Understood
from bot.conversation.hearing.reading import NoValue
from bot.conversation.hearing.untaken import untaken
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped
from bot.faq.entries import EntryId
from bot.language.folding import folded
from bot.language.negation import unwanted, words_of
from bot.language.questions import asked_within, clauses

#: Words up to which a need is no more than that.
_FEW_WORDS: Final = 3
#: Letters of a title's word that names its check.
_LEAST_LETTERS: Final = 4


def check_denied(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what is asked instead of the check that somebody stands in and denies: «ماشي القروض، كنسول على المعرض».

    The choice of the checks where nothing else is said.
    """
    library, flow = spoken.library, FlowId(screen.conversation.flow)
    if not library.checks(flow) or flow == library.roles.check or not isinstance(spoken.reading, NoValue | None):
        return None
    words = words_of(spoken.rest)
    denied: set[int] = set()
    for one in held(tuple(_named(flow, library)), words):
        first = unwanted(words, one.first)
        denied |= set() if first is None else {*range(first, one.behind)}
    if not denied:
        return None
    left = " ".join(word.text for at, word in enumerate(words) if at not in denied)
    if spoken.wish is not None and spoken.wish.flow != flow and not (spoken.asks or spoken.is_a_question):
        return (
            Mentioned(spoken.told_of_oneself, spoken.wish.flow) if spoken.mentioned else Tapped("to", spoken.wish.flow)
        )
    asked = library.matcher.match(asked_within(left) or left)
    if not untaken(left, library) or asked.zone == "none":
        return Tapped("to", library.roles.check)
    return Asked(spoken.text, asked, leaves=True)


def _named(flow: FlowId, library: Library) -> Iterator[str]:
    """Yield the words that name the aid whose check a flow is: those that ask for it, and those of its title."""
    for wish in library.wishes.checks:
        yield from wish.words if wish.flow == flow and wish.at_least is None else ()
    for title in library.flows[flow].title.every():
        yield from (word for word in folded(title).split() if len(word) >= _LEAST_LETTERS)


def right_to_an_aid(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the check of the aid that somebody asks whether they have a right to: «واش عندنا الحق فدعم التصدير؟».

    It is named, and nothing else is said, or it is the one just told of: «وهل نحن مؤهلون لهذا الدعم؟».
    """
    library, wish, short = spoken.library, spoken.wish, spoken.library.follow_ups
    # «شكرا على الوثائق، لكن …» asks for no papers.
    asked = spoken.rest if wish is not None else folded((clauses(spoken.text) or (spoken.text,))[-1])
    if spoken.supposes or not library.wishes.asks_for_ones_right(asked, short):
        return None
    if wish is not None:
        return Tapped("to", wish.flow) if library.wishes.names_only(wish, asked, short) else None
    check = check_on_screen(screen.conversation.on_screen, library)
    if check is None or spoken.question.zone == "sure" or not (spoken.asks or spoken.is_a_question):
        return None
    return Mentioned(spoken.told_of_oneself, check, spoken.corrects) if spoken.told_of_oneself else Tapped("to", check)


def check_of_few_words(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the check that a word or two name where the screen asks which is wanted: «بغيت فلوس»."""
    library, wish = spoken.library, spoken.wish
    is_asked = screen.conversation.flow == library.roles.check and screen.asked is None
    if (
        not is_asked
        or wish is None
        or len(spoken.rest.split()) > _FEW_WORDS
        or not is_known(screen.conversation.facts, library)
    ):
        return None
    return None if spoken.asks or spoken.is_a_question else Tapped("to", wish.flow)


def what_they_want(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the check that a message asks for, and what it tells, where the screen asks which check is wanted."""
    library = spoken.library
    if screen.conversation.flow != library.roles.check or spoken.supposes or spoken.asks or spoken.is_a_question:
        return None
    facts = spoken.told_of_oneself
    check = spoken.check
    if not facts:
        return None if check is None else Tapped("to", check)
    return Mentioned(facts, check, unclear=spoken.unclear_cost)


def check_on_screen(shown: OnScreen | None, library: Library) -> FlowId | None:
    """Return the check of the schemes that what was last told is about; None where there is none."""
    subject = library.follow_ups.subject(shown) if shown is not None else None
    schemes = set(subject.schemes) if subject is not None else set()
    flows = (wish.flow for wish in library.wishes.checks)
    fitting = (flow for flow in flows if schemes.intersection(assessed_in(flow, library)))
    return min(fitting, key=lambda flow: len(assessed_in(flow, library)), default=None)


def entry_led_to(aspect: Aspect, scheme: str, library: Library) -> EntryId | None:
    """Return the entry that answers what is asked of a scheme; None where only a flow does, or nothing."""
    leads = library.follow_ups.leads(aspect, OnScreen("scheme", scheme))
    return next((EntryId(name) for name in leads if name in library.entries), None)


def is_known(facts: Mapping[str, Value], library: Library) -> bool:
    """Return whether more is known of a person than where they are."""
    return any(value is not None and fact != library.roles.place for fact, value in facts.items())
