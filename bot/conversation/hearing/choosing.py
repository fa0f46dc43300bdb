"""Rules for a message that is one thing as a whole: a choice that is shown, something said across the flow, a name."""

import re
from functools import lru_cache
from typing import Final

from bot.conversation.choices import Tapped, TappedAnswer, TappedAside, meaning
from bot.conversation.hearing.asides import ASIDES, SMALL_TALK
from bot.conversation.hearing.findings import Screen, Spoken
from bot.conversation.hearing.meaning import (
    Answered,
    Chatted,
    Named,
    NotUnderstood,
    Supposed,
    Told,
    Understood,
)
from bot.conversation.library import Library
from bot.eligibility.facts import Measure, YesNo
from bot.faq.lexicon import stem
from bot.language.folding import folded
from bot.message import Choice, ChoiceId, Text

_NUMBER: Final = re.compile(r"\d{1,2}")
#: Words beyond which a message tells a story and is no label.
_LABEL_WORDS: Final = 6
#: Fewest letters of a label's word that stands for the label.
_LEAST_LETTERS: Final = 3
#: Longest nickname of a file, in characters.
_LONGEST_NAME: Final = 24


def chosen(choice: ChoiceId, library: Library) -> Understood:
    """Return what a choice means, tapped or said."""
    match meaning(choice, library):
        case None:
            return NotUnderstood("old_button")
        case TappedAside(aside):
            return Told(aside)
        case TappedAnswer(fact, value, is_supposed):
            return Supposed(fact, value) if is_supposed else Answered(fact, value)
        case Tapped() as tapped:
            return tapped


def no_words(spoken: Spoken, _: Screen) -> Understood | None:
    """Return that there is nothing to go by where nothing but signs was sent."""
    return None if spoken.plain else NotUnderstood("empty")


def number_of_a_choice(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the choice that a number alone stands for.

    A number answers a question about a number, unless another list is shown above it.
    """
    shown = screen.conversation.shown
    if not _NUMBER.fullmatch(spoken.plain) or (screen.is_about_a_number and not _is_a_list(shown)):
        return None
    number = int(spoken.plain)
    return chosen(shown[number - 1].id, spoken.library) if 1 <= number <= len(shown) else None


def _is_a_list(shown: tuple[Choice, ...]) -> bool:
    """Tell whether choices are a list of their own, not what a question about a number always offers."""
    return any(not choice.id.startswith("do:") for choice in shown)


def said_across(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the aside or the small talk that the whole message is."""
    return _across(spoken.says, screen)


def said_across_after_a_greeting(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the aside or the small talk that the message is behind its greeting."""
    return _across(spoken.rest_says, screen) if spoken.rest != spoken.plain else None


def _across(name: str | None, screen: Screen) -> Understood | None:
    offers_none = any(choice.id == "do:none" for choice in screen.conversation.shown)
    is_plain_answer = screen.asked is not None and isinstance(screen.asked.kind, YesNo | Measure)
    if name == "none" and is_plain_answer and not offers_none:
        # «حتى وحدة» answers what is asked, where nothing is offered to be none of.
        return None
    aside = next((aside for aside in ASIDES if aside == name), None)
    if aside is not None:
        return Told(aside)
    kind = next((kind for kind in SMALL_TALK if kind == name), None)
    return Chatted(kind) if kind else None


def label_of_a_choice(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the one shown choice whose label is the message, or holds all of its words."""
    found = _labelled(spoken.plain, screen.conversation.shown)
    return None if found is None else chosen(found.id, spoken.library)


def _labelled(plain: str, shown: tuple[Choice, ...]) -> Choice | None:
    words = {stem(word) for word in plain.split()}
    if len(words) > _LABEL_WORDS:
        return None
    exact = [choice for choice in shown if plain in {folded(choice.label), folded(choice.short)}]
    if exact:
        return exact[0]
    if max(map(len, words)) < _LEAST_LETTERS:
        return None
    holding = [choice for choice in shown if words <= {stem(word) for word in folded(choice.label).split()}]
    return holding[0] if len(holding) == 1 else None


def title_of_a_flow(spoken: Spoken, _: Screen) -> Understood | None:
    """Return the flow whose title the message is."""
    flows = spoken.library.flows.values()
    titled = next((flow.id for flow in flows if spoken.plain in _spellings(flow.title)), None)
    return None if titled is None else Tapped("to", titled)


@lru_cache(maxsize=512)
def _spellings(title: Text) -> frozenset[str]:
    """Return a title as it may be typed, in any language."""
    return frozenset(folded(wording) for wording in title.every())


def nickname(spoken: Spoken, screen: Screen) -> Understood | None:
    """Return the name of a new file, where that is asked for."""
    return Named(" ".join(spoken.text.split())[:_LONGEST_NAME]) if screen.conversation.naming else None
