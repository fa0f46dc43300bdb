"""Rules for a message that is one thing as a whole: a choice that is shown, something said across the flow, a name."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from bot.conversation.hearing.asides import ASIDES, SMALL_TALK
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.meaning import (
    Answered,
    AsideSaid,
    Chatted,
    Named,
    NotUnderstood,
    Supposed,
    Understood,
)
from bot.conversation.hearing.reading import NoValue
from bot.conversation.hearing.wanted_checks import check_on_screen
from bot.conversation.library import Library
from bot.conversation.tapping import (
    Tapped,
    TappedAnswer,
    TappedAside,
    choice_id,
    door_named,
    gives_a_value,
    is_aside,
    is_question,
    meaning,
    regions_offered,
)
from bot.eligibility.facts import Measure, YesNo
from bot.language.folding import folded, stem, stems
from bot.language.ordinals import LAST, ordinal, without_choosing
from bot.language.register import is_amazigh
from bot.message import Choice, ChoiceId, Text
from bot.offices.places import Sure, Unsure

#: Words beyond which a message tells a story and is no label.
_LABEL_WORDS: Final = 6
#: Fewest letters of a label's word that stands for the label.
_LEAST_LETTERS: Final = 3
#: Fewest letters of a label's word that may be spelled otherwise, and how near it must be (0–100).
_LEAST_TYPED: Final = 4
_NEAR_ENOUGH: Final = 80
#: A question of ours is meant by this part of its words: one in two.
_LEAST_PART: Final = 2
#: Words of a text that a door's link fills in, at most.
_DOOR_WORDS: Final = 8
#: Longest nickname of a file, in characters.
_LONGEST_NAME: Final = 24


def chosen(choice: ChoiceId, library: Library) -> Understood:
    """Return what a choice means, tapped or said."""
    match meaning(choice, library):
        case None:
            return NotUnderstood("old_button")
        case TappedAside(aside):
            return AsideSaid(aside)
        case TappedAnswer(fact, value, is_supposed):
            return Supposed(fact, value) if is_supposed else Answered(fact, value)
        case Tapped() as tapped:
            return tapped


def amazigh(spoken: Spoken, _: Situation) -> Understood | None:
    """Return that the message is Amazigh, in any of its three scripts."""
    return Chatted("amazigh") if is_amazigh(spoken.text) else None


def door(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the door that a link or a poster's code names at the end of the words it fills in."""
    named = door_named(spoken.text, spoken.library)
    return None if named is None or len(spoken.text.split()) > _DOOR_WORDS else chosen(named, spoken.library)


def no_words(spoken: Spoken, _: Situation) -> Understood | None:
    """Return what signs say where nothing but signs was sent: thanks, 🔊; for other signs that nothing is there."""
    if spoken.plain:
        return None
    match spoken.library.words.said_by_signs(spoken.text):
        case "thanks":
            return Chatted("thanks")
        case "listen" | "read" as way:
            return AsideSaid(way)
        case _:
            return NotUnderstood("empty")


def number_of_a_choice(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the choice that a number alone stands for, in digits or words: «2», «جوج», «الثانية», "numéro 2".

    A number answers a question about a number, unless another list is shown above it.
    """
    said, shown = ordinal(spoken.plain), screen.conversation.shown
    if said is None or not shown or (screen.is_about_a_number and not _list(shown)):
        return None
    if said.place == LAST:
        return chosen((_list(shown) or shown)[-1].id, spoken.library)
    if said.place <= len(shown):
        return chosen(shown[said.place - 1].id, spoken.library)
    return NotUnderstood("choose_a_button") if said.is_announced else None


def region_to_be_told_of(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the region of a place that is named where the regions are listed whose stations may be told of.

    Below an answer one region may be offered so: a place that is told there, or asked about, asks for nothing.
    """
    are_listed = len(regions_offered(screen.conversation.shown, spoken.library)) > 1
    if not are_listed or spoken.asks or spoken.is_a_question:
        return None
    match spoken.place:
        case Sure(place=place):
            regions = {place.region}
        case Unsure(choices=places):
            regions = {place.region for place in places}
        case _:
            regions = set()
    return Tapped("tell", str(regions.pop())) if len(regions) == 1 else None


def _list(shown: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the choices that are a list of their own, not what is always offered beside a question."""
    return tuple(choice for choice in shown if not is_aside(choice))


def said_across(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the aside or the small talk that the whole message is, give or take a letter.

    What is one only by a letter less is none where all its words say something else: «ما كنعرفش القراية» is not «ما
    كنعرفش العربية».
    """
    is_near = not spoken.library.words.is_written(spoken.plain)
    return None if is_near and spoken.saying is not None else _across(spoken.says, screen)


def said_across_after_a_greeting(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the aside or the small talk that the message is behind its greeting."""
    if spoken.rest == spoken.plain:
        return None
    if spoken.rest_says is None and spoken.library.sayings.is_small(spoken.rest):
        # «سلام أولدي» greets a son, and says no more.
        return Chatted("greeting")
    return _across(spoken.rest_says, screen)


def _across(name: str | None, screen: Situation) -> Understood | None:
    offers_none = any(is_aside(choice, "none") for choice in screen.conversation.shown)
    is_plain_answer = screen.asked is not None and isinstance(screen.asked.kind, YesNo | Measure)
    if name == "none" and is_plain_answer and not offers_none:
        # «حتى وحدة» answers what is asked, where nothing is offered to be none of.
        return None
    aside = next((aside for aside in ASIDES if aside == name), None)
    if aside == "why" and screen.asked is None and screen.conversation.on_screen is not None:
        # «علاش؟» where nothing is asked is about what was told.
        return None
    if aside is not None:
        return AsideSaid(aside)
    kind = next((kind for kind in SMALL_TALK if kind == name), None)
    return Chatted(kind) if kind else None


def label_of_a_choice(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the shown choice whose label the message is: «بغيت ميثاق الاستثمار»."""
    wordings = {spoken.plain, without_choosing(spoken.plain)}
    shown = screen.conversation.shown
    found = next((choice for choice in shown if wordings & {folded(choice.label), folded(choice.short)}), None)
    return None if found is None else chosen(found.id, spoken.library)


def part_of_a_label(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the one shown choice whose label holds all words of the message, give or take a letter.

    Of a question of ours that stands there only to go on with, two words of many do not mean it.
    """
    words = without_choosing(spoken.plain).split()
    if len(words) > _LABEL_WORDS or max(map(len, words)) < _LEAST_LETTERS:
        return None
    shown = screen.conversation.shown
    labelled = [(choice, folded(choice.label).split()) for choice in shown]
    if not screen.is_offered_for_a_question:
        labelled = [
            (choice, label)
            for choice, label in labelled
            if not is_question(choice) or len(words) * _LEAST_PART >= len(label)
        ]
    stems_said = {stem(word) for word in words}
    holding = [choice for choice, label in labelled if stems_said <= {stem(word) for word in label}]
    if not holding and not screen.is_about_a_place:
        holding = [choice for choice, label in labelled if all(_is_misspelled(word, label) for word in words)]
    return chosen(holding[0].id, spoken.library) if len(holding) == 1 else None


def _is_misspelled(word: str, label: Sequence[str]) -> bool:
    """Tell whether a word is one of a label's, give or take a letter where it is long enough."""
    if len(word) < _LEAST_TYPED:
        return word in label
    meant = {form for one in label for form in stems(one) if len(form) >= _LEAST_TYPED}
    return any(
        fuzz.ratio(said, one) >= _NEAR_ENOUGH for said in stems(word) for one in meant if len(said) > _LEAST_TYPED - 1
    )


def the_only_choice(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the one thing that is offered where a yes takes it, or "none" where a no refuses it."""
    offered = _list(screen.conversation.shown)
    if len(offered) != 1 or not (screen.is_offered_for_a_question or gives_a_value(offered[0])):
        return None
    if spoken.rest_says in {"yes", "this"}:
        return chosen(offered[0].id, spoken.library)
    is_refusable = any(is_aside(choice, "none") for choice in screen.conversation.shown)
    return AsideSaid("none") if spoken.rest_says == "no" and is_refusable else None


def said_in_many_words(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the aside, the small talk, the flow or the answer that all words of the message together mean.

    While a question is open, what leads elsewhere may be its answer: «فخار» is a craft. After an answer «والوراق؟» is
    about that.
    """
    saying = spoken.saying
    if saying is None:
        return None
    if saying.to is None:
        return _across(saying.means, screen)
    if screen.asked is not None or (saying.to == spoken.library.roles.doors and spoken.is_about(screen)):
        return None
    to = saying.to
    if to == spoken.library.roles.check:
        to = check_on_screen(screen.conversation.on_screen, spoken.library) or to
    return chosen(choice_id(Tapped("to" if to in spoken.library.flows else "faq", to)), spoken.library)


def nearly_said(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the aside or the small talk that most words of a message mean, where nothing of ours is asked or told."""
    is_taken = spoken.question.zone == "sure" or bool(spoken.mentioned)
    if is_taken or not isinstance(spoken.reading, NoValue | None) or spoken.library.wishes.is_of_ours(spoken.rest):
        return None
    saying = spoken.library.sayings.nearly_said(spoken.rest)
    if saying is None:
        return None
    if saying.nearly is not None:
        return chosen(choice_id(Tapped("faq", saying.nearly)), spoken.library)
    return _across(saying.means, screen)


def title_of_a_flow(spoken: Spoken, _: Situation) -> Understood | None:
    """Return the flow whose title the message is."""
    flows = spoken.library.flows.values()
    titled = next((flow.id for flow in flows if spoken.plain in _spellings(flow.title)), None)
    return None if titled is None else Tapped("to", titled)


@lru_cache(maxsize=512)
def _spellings(title: Text) -> frozenset[str]:
    """Return a title as it may be typed, in any language."""
    return frozenset(folded(wording) for wording in title.every())


def nickname(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return the name of a new file, where that is asked for."""
    return Named(" ".join(spoken.text.split())[:_LONGEST_NAME]) if screen.conversation.naming else None
