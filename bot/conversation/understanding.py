"""What a message means where the person stands. Decides nothing and says nothing: that is the turn's.

The order is the whole art: words across the flow first, then the choices shown, then the question that is open, then
a free question. A question mark never makes an answer, and a place inside a question never hides the question.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final, assert_never

from bot.conversation.answering import Spoken, answer
from bot.conversation.asides import ASIDES, SMALL_TALK
from bot.conversation.choices import Tapped, TappedAnswer, TappedAside, meaning
from bot.conversation.conversation import Conversation, Value
from bot.conversation.facts import told, with_implied, yes_and_no_told
from bot.conversation.flow import Ask, FlowId
from bot.conversation.library import Library
from bot.conversation.meanings import (
    Answered,
    Asked,
    Chatted,
    Mentioned,
    Named,
    NotUnderstood,
    Outside,
    Placed,
    Supposed,
    Told,
    Understood,
    WhichPlace,
)
from bot.conversation.reading import Known, is_a_bare_number
from bot.conversation.supposing import correction, supposition
from bot.conversation.walk import Stop
from bot.conversation.wishes import LEAST_FACTS
from bot.eligibility.facts import Fact, Measure, OneOf, YesNo
from bot.faq.lexicon import stem
from bot.faq.matcher import Match
from bot.language.folding import beginning, folded
from bot.language.hedges import ends_as_question, opens_a_question, supposed
from bot.message import MAIN, Choice, ChoiceId, Chose, Content, Located, Said, Sent, Text
from bot.offices import places

_NUMBER: Final = re.compile(r"\d{1,2}")
#: Words beyond which a message tells a story and is no label.
_LABEL_WORDS: Final = 6
#: Words up to which a question may lean on what was answered before it.
_SHORT: Final = 3
#: Longest nickname of a file, in characters.
_LONGEST_NAME: Final = 24


def understood(content: Content, stop: Stop, conversation: Conversation, library: Library, on: date) -> Understood:
    """Return what `content` means to someone who stands at `stop`."""
    match content:
        case Chose(choice):
            return _tapped(choice, library)
        case Located(lat, lon):
            place = library.gazetteer.at(lat, lon)
            return Answered(library.roles.place, place.id) if place else Outside()
        case Sent():
            return NotUnderstood("not_readable")
        case Said(text):
            return _said(beginning(text), stop, conversation, library, on)
        case _:
            assert_never(content)


def _tapped(choice: ChoiceId, library: Library) -> Understood:
    match meaning(choice, library):
        case None:
            return NotUnderstood("old_button")
        case TappedAside(aside):
            return Told(aside)
        case TappedAnswer(fact, value, is_supposed):
            return Supposed(fact, value) if is_supposed else Answered(fact, value)
        case Tapped() as tapped:
            return tapped


def _said(text: str, stop: Stop, conversation: Conversation, library: Library, on: date) -> Understood:
    plain = folded(text)
    if not plain:
        return NotUnderstood("empty")
    asked = library.facts[stop.fact] if isinstance(stop, Ask) else None
    by_number = asked is not None and isinstance(asked.kind, Measure)
    # A number answers a question about a number, unless another list is shown above it.
    if (
        _NUMBER.fullmatch(plain)
        and (not by_number or _is_a_list(conversation.shown))
        and 1 <= int(plain) <= len(conversation.shown)
    ):
        return _tapped(conversation.shown[int(plain) - 1].id, library)
    if (named := _named(plain, asked, conversation, library)) is not None:
        return named
    if (labelled := _labelled(plain, conversation.shown)) is not None:
        return _tapped(labelled.id, library)
    titled = next((flow.id for flow in library.flows.values() if plain in _spellings(flow.title)), None)
    if titled is not None:
        return Tapped("to", titled)
    if conversation.naming:
        return Named(" ".join(text.split())[:_LONGEST_NAME])
    rest = library.words.without_greeting(plain)
    if rest != plain and (named := _named(rest, asked, conversation, library)) is not None:
        return named
    question = _followed_up(rest, library.matcher.match(rest), conversation, library)
    spoken = Spoken(text, rest, question, library.words.asks(rest) and question.zone != "none")
    known = Known(on, conversation.facts)
    if asked is None and (supposing := supposition(spoken, conversation, library, known)) is not None:
        return supposing
    if asked is None and (right := correction(spoken, conversation, library, known)) is not None:
        return right
    mentioned = told(text, library) if asked is not None or len(rest.split()) > 1 else {}
    if (placed := _placed(rest, question, library)) is not None and (asked is None or spoken.asks):
        return placed
    if asked is None and (who := _who_and_what(spoken, mentioned, conversation, library)) is not None:
        return who
    if asked is not None:
        return answer(asked, spoken, mentioned, known, library)
    if library.words.meaning(plain) in {"yes", "no"} or is_a_bare_number(text):
        return NotUnderstood("choose_a_button")
    return Asked(text, question)


def _who_and_what(
    spoken: Spoken, mentioned: Mapping[str, Value], conversation: Conversation, library: Library
) -> Mentioned | Asked | None:
    """Return what somebody means who says who they are: the check they ask for, or a question and the facts beside it.

    None where they tell too little of themselves, or suppose.
    """
    if len(mentioned) < LEAST_FACTS or supposed(spoken.text) is not None:
        return None
    kinds = [library.facts[fact].kind for fact in mentioned]
    if not any(isinstance(kind, OneOf) for kind in kinds):
        return None
    together = {**yes_and_no_told(spoken.plain, library), **mentioned}
    facts = with_implied(together, spoken.text, conversation.facts, library)
    check = library.wishes.check(spoken.plain)
    if library.wishes.asks_for_a_right(spoken.plain):
        return Mentioned(facts, check)
    is_question = spoken.asks or opens_a_question(spoken.text) or ends_as_question(spoken.text)
    if not is_question:
        return Mentioned(facts, check)
    if spoken.question.zone != "sure":
        return Mentioned(facts, check) if check else Asked(spoken.text, spoken.question, facts)
    entry = library.entries[spoken.question.ranked[0][0]]
    if any(library.checks(FlowId(name)) for name in entry.see):
        # It is answered by checking, not in general.
        return Mentioned(facts, check)
    return Asked(spoken.text, spoken.question, facts)


@lru_cache(maxsize=512)
def _spellings(title: Text) -> frozenset[str]:
    """Return a title as it may be typed, in any language."""
    return frozenset(folded(wording) for wording in title.every())


def _is_a_list(shown: tuple[Choice, ...]) -> bool:
    """Tell whether choices are a list of their own, not what a question about a number always offers."""
    return any(not choice.id.startswith("do:") for choice in shown)


def _followed_up(plain: str, question: Match, conversation: Conversation, library: Library) -> Match:
    """Return what a short question after an answer asks about the same subject; any other question as it is.

    «والوراق؟» after an answer on the cooperative's export support is tried with that question's own words. «شحال خاصني»
    may be about the same or not: what it is nearest to by itself is offered too.
    """
    last = library.entries.get(conversation.subject or "")
    if last is not None and (last.off_topic or last.subject == library.roles.about):
        # «شحال؟» after "who are you" is not about the guide.
        last = None
    is_open = question.zone == "unsure" and len(plain.split()) <= _SHORT
    is_following = library.words.meaning(plain) == "follow"
    if last is None and is_following and question.zone == "sure":
        # «شحال خاصني» alone: whatever is nearest, they have not said what it is about.
        return replace(question, zone="unsure")
    if last is None or not (is_following or is_open):
        return question
    # «شحال كيعطيو» after what the charter is: its own entries, and those of the scheme that it points to.
    near = {last.subject, *(library.entries[name].subject for name in last.see if name in library.entries)}
    both = library.matcher.match(f"{plain} {last.question.of(MAIN)}", most=len(library.entries))
    alone = library.matcher.match(plain, most=len(library.entries))
    # By their places: the chances of all but the first differ by next to nothing. What it asks for counts for more.
    places = {entry: place for place, (entry, _) in enumerate(both.ranked)}
    within = [
        (place + places[entry] / 6, entry, score)
        for place, (entry, score) in enumerate(alone.ranked)
        if entry in places and entry != last.id and library.entries[entry].subject in near
    ]
    best = [(entry, score) for _, entry, score in sorted(within)[:3]]
    if not is_following:
        named = {entry for entry, _ in best[:2]}
        best = [*best[:1], *[one for one in question.ranked if one[0] not in named][:1], *best[1:2]]
    return Match("unsure", tuple(best), both.evidence) if best else question


def _named(plain: str, asked: Fact | None, conversation: Conversation, library: Library) -> Understood | None:
    """Return the aside or the small talk that the whole message is."""
    name = library.words.meaning(plain)
    offers_none = any(choice.id == "do:none" for choice in conversation.shown)
    if name == "none" and asked is not None and isinstance(asked.kind, YesNo | Measure) and not offers_none:
        # «حتى وحدة» answers what is asked, where nothing is offered to be none of.
        return None
    aside = next((aside for aside in ASIDES if aside == name), None)
    if aside is not None:
        return Told(aside)
    kind = next((kind for kind in SMALL_TALK if kind == name), None)
    return Chatted(kind) if kind else None


def _labelled(plain: str, shown: tuple[Choice, ...]) -> Choice | None:
    """Return the one shown choice whose label is the message, or holds all of its words."""
    words = {stem(word) for word in plain.split()}
    if len(words) > _LABEL_WORDS:
        return None
    exact = [choice for choice in shown if plain in {folded(choice.label), folded(choice.short)}]
    if exact:
        return exact[0]
    if max(map(len, words)) < 3:
        return None
    holding = [choice for choice in shown if words <= {stem(word) for word in folded(choice.label).split()}]
    return holding[0] if len(holding) == 1 else None


def _placed(plain: str, question: Match, library: Library) -> Understood | None:
    """Return the place that a message outside any question names, alone or in "where is the office of …"."""
    flow = library.entries[question.ranked[0][0]].leads_to if question.zone != "none" else None
    match library.gazetteer.read(plain):
        case places.Sure(place=place) if flow is not None:
            return Placed(place.id, flow)
        case places.Sure(place=place, whole=True):
            return Answered(library.roles.place, place.id)
        case places.Unsure(choices=candidates) if flow is not None:
            return WhichPlace(library.roles.place, candidates)
        case _:
            return None
