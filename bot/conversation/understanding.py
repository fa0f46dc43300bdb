"""What a message means where the person stands. Decides nothing and says nothing: that is the turn's.

The order is the whole art: words across the flow first, then the choices shown, then the question that is open, then
a free question. A question mark never makes an answer, and a place inside a question never hides the question.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

from bot.conversation.asides import ASIDES, SMALL_TALK, Aside, SmallTalk
from bot.conversation.choices import Tapped, TappedAnswer, TappedAside, meaning
from bot.conversation.conversation import Conversation, Value
from bot.conversation.facts import told
from bot.conversation.flow import Ask
from bot.conversation.library import Library
from bot.conversation.reading import Amounts, Inexact, OutOfBounds, Unread, read_fact
from bot.conversation.showing import PLACE
from bot.conversation.walk import Stop
from bot.eligibility.facts import Measure
from bot.faq.features import LONGEST
from bot.faq.lexicon import stem
from bot.faq.matcher import Match
from bot.language import numbers
from bot.language.folding import folded
from bot.message import Choice, ChoiceId, Chose, Content, Located, Said, Sent, Text
from bot.offices import places
from bot.offices.places import Place

_NUMBER: Final = re.compile(r"\d{1,2}")
#: Words beyond which a message tells a story and is no label.
_LABEL_WORDS: Final = 6
#: Longest nickname of a file, in characters.
_LONGEST_NAME: Final = 24
#: The flow that finds an office, by the entry that a question about such an office is taken for.
_OFFICE_FLOWS: Final = {
    "offices.nearest": "office",
    "offices.regional-office": "office",
    "offices.laayoune": "office",
    "offices.cri": "office_cri",
    "offices.directorate": "office_craft",
    "offices.chamber": "office_chamber",
    "offices.hours": "office",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A fact was answered."""

    fact: str
    value: Value


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Facts told without being asked, or besides what was asked."""

    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Named:
    """The nickname of a new file."""

    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A place named in a question about an office; `flow` finds that office."""

    place: str
    flow: str


@dataclass(frozen=True, slots=True)
class WhichPlace:
    """Several places bear the name."""

    fact: str
    candidates: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class WhichAmount:
    """An amount can be read in two ways (centimes or dirhams); both in dirhams."""

    fact: str
    readings: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An aside."""

    aside: Aside


@dataclass(frozen=True, slots=True)
class Chatted:
    """Small talk."""

    kind: SmallTalk


@dataclass(frozen=True, slots=True)
class Asked:
    """A free question, and the entries that may answer it."""

    text: str
    match: Match


@dataclass(frozen=True, slots=True)
class Outside:
    """A position that is in no commune of Morocco."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """An answer to the open question that could not be read: the question stands."""

    fact: str
    why: Unread | OutOfBounds | Inexact


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing to go by: no words, an old button, a picture."""

    why: str


Understood = (
    Answered
    | Mentioned
    | Named
    | Placed
    | WhichPlace
    | WhichAmount
    | Told
    | Chatted
    | Asked
    | Tapped
    | Outside
    | NotRead
    | NotUnderstood
)


def understood(content: Content, stop: Stop, conversation: Conversation, library: Library, year: int) -> Understood:
    """Return what `content` means to someone who stands at `stop`."""
    match content:
        case Chose(choice):
            return _tapped(choice, library)
        case Located(lat, lon):
            place = library.gazetteer.at(lat, lon)
            return Answered(PLACE, place.id) if place else Outside()
        case Sent():
            return NotUnderstood("not_readable")
        case Said(text):
            return _said(text, stop, conversation, library, year)
        case _:
            assert_never(content)


def _tapped(choice: ChoiceId, library: Library) -> Understood:
    match meaning(choice, library):
        case None:
            return NotUnderstood("old_button")
        case TappedAside(aside):
            return Told(aside)
        case TappedAnswer(fact, value):
            return Answered(fact, value)
        case Tapped() as tapped:
            return tapped


def _said(text: str, stop: Stop, conversation: Conversation, library: Library, year: int) -> Understood:
    plain = folded(text[: 4 * LONGEST])
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
    if (named := _named(plain, library)) is not None:
        return named
    if (labelled := _labelled(plain, conversation.shown)) is not None:
        return _tapped(labelled.id, library)
    titled = next((flow.id for flow in library.flows.values() if plain in _spellings(flow.title)), None)
    if titled is not None:
        return Tapped("to", titled)
    if conversation.naming:
        return Named(" ".join(text.split())[:_LONGEST_NAME])
    rest = library.words.without_greeting(plain)
    if rest != plain and (named := _named(rest, library)) is not None:
        return named
    question = _followed_up(rest, conversation, library) or library.matcher.match(rest)
    is_telling = asked is not None or (len(rest.split()) > 1 and question.zone != "sure")
    mentioned = told(text, library) if is_telling else {}
    is_question = library.words.asks(rest) and question.zone != "none"
    if (placed := _placed(rest, question, library)) is not None and (asked is None or is_question):
        return placed
    if len(mentioned) > 1 and question.zone != "sure" and not is_question:
        return Mentioned(mentioned)
    if asked is None and (library.words.meaning(plain) in {"yes", "no"} or _is_a_bare_number(text)):
        return NotUnderstood("choose_a_button")
    if asked is not None:
        read = read_fact(asked, text, library, year)
        sure_question = question.zone == "sure" and not _short_answer(rest)
        match read:
            case places.Sure(place=place, whole=whole) if whole or not sure_question:
                return Answered(asked.id, place.id)
            case places.Unsure(choices=candidates) if not sure_question:
                return WhichPlace(asked.id, candidates)
            case Amounts(values=values, whole=whole) if whole or not sure_question:
                return WhichAmount(asked.id, values) if len(values) > 1 else Answered(asked.id, values[0])
            case str() | bool():
                return Answered(asked.id, read)
            case Unread() if mentioned and (question.zone != "sure" or _short_answer(rest)):
                return Mentioned(mentioned)
            case Inexact() if not is_question:
                return NotRead(asked.id, read)
            case OutOfBounds(whole=True):
                return NotRead(asked.id, read)
            case Unread() | OutOfBounds() if question.zone == "none" or (by_number and question.zone != "sure"):
                return NotRead(asked.id, read)
            case _:
                return Asked(text, question)
    return Asked(text, question)


@lru_cache(maxsize=512)
def _spellings(title: Text) -> frozenset[str]:
    """Return a title as it may be typed, in either language."""
    return frozenset((folded(title.ar), folded(title.fr)))


def _is_a_list(shown: tuple[Choice, ...]) -> bool:
    """Tell whether choices are a list of their own, not what a question about a number always offers."""
    return any(not choice.id.startswith("do:") for choice in shown)


def _is_a_bare_number(text: str) -> bool:
    """Tell whether a message is a sum or a count and nothing else: the answer to a question nobody asked."""
    spans = [one.span for one in numbers.amounts(text)] + [one.span for one in numbers.counts(text)]
    return any(not folded(text[:start] + text[end:]) for start, end in spans)


def _followed_up(plain: str, conversation: Conversation, library: Library) -> Match | None:
    """Return what a short question after an answer asks about the same subject; None when it stands by itself.

    «والوراق؟» after an answer on the cooperative's export support is tried with that question's own words.
    """
    last = library.entries.get(conversation.subject or "")
    if last is None or library.words.meaning(plain) != "follow":
        return None
    alone = dict(library.matcher.match(plain, most=len(library.entries)).ranked)
    both = library.matcher.match(f"{plain} {last.question.ar}", most=len(library.entries))
    within = [
        (entry, (score + alone.get(entry, 0.0)) / 2)
        for entry, score in both.ranked
        if entry != last.id and library.entries[entry].subject == last.subject
    ]
    best = sorted(within, key=lambda one: -one[1])[:3]
    return Match("unsure", tuple(best), both.evidence) if best else None


def _named(plain: str, library: Library) -> Understood | None:
    """Return the aside or the small talk that the whole message is."""
    name = library.words.meaning(plain)
    aside = next((aside for aside in ASIDES if aside == name), None)
    if aside is not None:
        return Told(aside)
    kind = next((kind for kind in SMALL_TALK if kind == name), None)
    return Chatted(kind) if kind else None


def _short_answer(plain: str) -> bool:
    """Tell whether a message is too short to be a question across the flow."""
    return len(plain.split()) <= 2


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
    flow = _OFFICE_FLOWS.get(question.ranked[0][0]) if question.zone != "none" else None
    match library.gazetteer.read(plain):
        case places.Sure(place=place) if flow is not None:
            return Placed(place.id, flow)
        case places.Sure(place=place, whole=True):
            return Answered(PLACE, place.id)
        case places.Unsure(choices=candidates) if flow is not None:
            return WhichPlace(PLACE, candidates)
        case _:
            return None
