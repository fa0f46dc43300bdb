"""What each choice means: its id written and read, here and nowhere else.

An id is ASCII and at most 64 bytes (Telegram's callback data); a label is never an id. It says all there is to know of
a tap, so that a button of last week still works where the content still has what it names.

`to:<flow>` · `a:<fact>:<value>` · `change:<fact>` · `faq:<entry>` · `more:<entry>` · `scheme:<scheme>` ·
`rest:<flow>` · `reasons:<scheme>` · `amount:<scheme>` · `papers:<scheme>` · `sources:<scheme>` · `file:<number>` ·
`door:<r and region, or flow>-<mark>` · `tell:<region>` · `look:<flow>:<place>` ·
`if:<fact>:<value>` · `before:<answers>` · `do:<aside>` · `page:<choices left>:<digest of their ids>` ·
`link:<any of these>`, the menu where that means nothing any more
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal, assert_never

from bot.conversation.conversation import Value
from bot.conversation.hearing.asides import ASIDES, Aside
from bot.conversation.library import Library
from bot.conversation.showing import place_named
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.message import Choice, ChoiceId, Chose, Content, Text

#: Below it a number is written with its fraction in a choice's id.
_EXACT: Final = 100_000
_PAGE: Final = re.compile(r"page:([0-9]{1,4}):([0-9a-f]{8})")

#: What the id of a choice begins with that a link makes.
LINKED: Final = "link:"

#: What a tap may be about, besides an aside and an answer.
TapKind = Literal[
    "to", "faq", "more", "change", "scheme", "reasons", "amount", "papers", "sources", "rest", "file", "before", "door",
    "tell", "look",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap on a flow, an entry, an answer to change or a scheme, by its name."""

    kind: TapKind
    name: str


@dataclass(frozen=True, slots=True)
class TappedAside:
    """A tap on an aside."""

    aside: Aside


@dataclass(frozen=True, slots=True)
class TappedAnswer:
    """A tap on an answer, or on what is only supposed."""

    fact: str
    value: Value
    is_supposed: bool = False


Tap = Tapped | TappedAside | TappedAnswer


def choice_id(tap: Tap) -> ChoiceId:
    """Return the id of the choice that means `tap`."""
    match tap:
        case Tapped(kind, name):
            return ChoiceId(f"{kind}:{name}")
        case TappedAside(aside):
            return ChoiceId(f"do:{aside}")
        case TappedAnswer(fact, value, is_supposed):
            return ChoiceId(f"{'if' if is_supposed else 'a'}:{fact}:{_written(value)}")
        case _:
            assert_never(tap)


def linked_id(tap: Tap) -> ChoiceId:
    """Return the id of the choice that a link to `tap` makes: whoever follows an old link is shown the menu."""
    return ChoiceId(LINKED + choice_id(tap))


def meaning(choice: ChoiceId, library: Library) -> Tap | None:
    """Return what a tap means in this content; None for a button of an old content or of nobody's."""
    kind, _, rest = choice.partition(":")
    match kind:
        case "do":
            aside = next((aside for aside in ASIDES if aside == rest), None)
            return TappedAside(aside) if aside else None
        case "link":
            # Whoever follows an old link is new here, and did nothing wrong.
            return meaning(ChoiceId(rest), library) or TappedAside("menu")
        case "to" | "rest":
            return Tapped(kind, rest) if rest in library.flows else None
        case "faq" | "more":
            return Tapped(kind, rest) if rest in library.entries else None
        case "change":
            return Tapped(kind, rest) if rest in library.facts else None
        case "file" | "before" if rest.isascii() and rest.isdigit():
            return Tapped(kind, rest)
        case "scheme" | "reasons" | "amount" | "papers" | "sources":
            return Tapped(kind, rest) if rest in library.schemes else None
        case "tell":
            return Tapped("tell", rest) if rest in _REGIONS else None
        case "look":
            return Tapped("look", rest) if office_looked_for(rest, library) is not None else None
        case "door":
            return Tapped("door", rest) if door_opens(rest, library) is not None else None
        case "a" | "if":
            fact_id, _, written = rest.partition(":")
            fact = library.facts.get(fact_id)
            value = _value(fact, written, library) if fact else None
            return TappedAnswer(fact_id, value, kind == "if") if value is not None else None
        case _:
            return None


#: The regions by their numbers, as ids spell them.
_REGIONS: Final = frozenset(map(str, range(1, 13)))
#: What a door opens, the caravan in a region (`r11-poster`) or a flow (`tpme-nov1`), and by what it is counted. A door
#: is a way in: a poster, a post.
_DOOR: Final = re.compile(r"(?:r(?P<region>[1-9]|1[0-2])|(?P<flow>[a-z][a-z0-9_]{2,31}))-(?P<mark>[a-z0-9]{1,20})")


def door_opens(name: str, library: Library) -> tuple[str, int | None] | None:
    """Return the flow that a door opens, and the region that is filled in; None for what is no door of this content."""
    found = _DOOR.fullmatch(name)
    if found is None:
        return None
    if found["region"]:
        return library.caravan_flow, int(found["region"])
    return (found["flow"], None) if found["flow"] in library.flows else None


def door_named(text: str, library: Library) -> ChoiceId | None:
    """Return the door whose name is the last word of a text, as a link fills the text in; None where there is none."""
    *_, last = text.split() or [""]
    return choice_id(Tapped("door", last.lower())) if door_opens(last.lower(), library) is not None else None


def office_looked_for(name: str, library: Library) -> tuple[str, str] | None:
    """Return the flow that finds an office and the place it is looked for in; None where the content has none such.

    The flow is empty where the place is chosen first.
    """
    flow, _, place = name.partition(":")
    return (flow, place) if flow in {*library.flows, ""} and place_named(place, library) is not None else None


def _written(value: Value) -> str:
    """Return a value as an id spells it; there is no choice of an unknown value, that is the aside "unknown"."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:g}" if value < _EXACT else f"{value:.0f}"
        case _:
            return str(value)


def _value(fact: Fact, written: str, library: Library) -> Value:
    """Return the value that a button's id spells for a fact; None when the fact no longer takes it."""
    match fact.kind:
        case OneOf(options):
            return written if any(option.id == written for option in options) else None
        case YesNo():
            return {"yes": True, "no": False}.get(written)
        case InProvince():
            return written if place_named(written, library) else None
        case Measure(least=least, most=most):
            try:
                number = float(written)
            except ValueError:
                return None
            return number if least <= number <= most else None
        case kind:
            assert_never(kind)


#: The choice that stands for opening the chat for the first time.
START: Final = choice_id(TappedAside("start"))


def titled(choice: ChoiceId, library: Library) -> Text | None:
    """Return what a link to an answer or a flow is called; None for any other choice, or one that is no more."""
    match meaning(choice, library):
        case Tapped("faq", name):
            return library.entries[name].question
        case Tapped("to", name):
            return library.flows[name].title
        case Tapped("door", name):
            flow, _ = door_opens(name, library) or (library.caravan_flow, None)
            return library.flows[flow].title
        case _:
            return None


# What is told of the choices that are shown


def is_aside(choice: Choice, *asides: Aside) -> bool:
    """Return whether a choice is one of these asides; of any aside, where none is named."""
    kind, _, rest = choice.id.partition(":")
    return kind == "do" and (not asides or rest in asides)


def gives_a_value(choice: Choice) -> bool:
    """Return whether a choice is the value of a fact, told or supposed."""
    return choice.id.startswith(("a:", "if:"))


def regions_offered(shown: Sequence[Choice], library: Library) -> list[int]:
    """Return the regions of whose stations a screen offers to tell: one below an answer, all where one is asked for."""
    meant = (meaning(choice.id, library) for choice in shown)
    return [int(one.name) for one in meant if isinstance(one, Tapped) and one.kind == "tell"]


def is_question(choice: Choice) -> bool:
    """Return whether a choice is a question of ours, whose answer it leads to."""
    return choice.id.startswith("faq:")


def entries_among(shown: Iterable[Choice]) -> tuple[str, ...]:
    """Return the ids of the entries whose questions can be tapped."""
    return tuple(choice.id.partition(":")[2] for choice in shown if is_question(choice))


def answers_before(shown: Iterable[Choice]) -> int | None:
    """Return how many answers the way back from a supposition leads to; None where no such way is shown."""
    parted = (choice.id.partition(":") for choice in shown)
    return next((int(rest) for kind, _, rest in parted if kind == "before"), None)


# A list of choices that a channel shows in parts


def page_id(rest: Sequence[Choice]) -> ChoiceId:
    """Return the id of what leads to `rest`, the end of a list of choices that a channel shows in parts.

    It says what it leads to, so that nothing is kept for it.
    """
    return ChoiceId(f"page:{len(rest)}:{_digest(rest)}")


def rest_of_list(content: Content, shown: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the rest of the choices last shown where that is asked for and they are still the same; else nothing."""
    page = _PAGE.fullmatch(content.choice) if isinstance(content, Chose) else None
    if page is None or not 0 < int(page[1]) <= len(shown):
        return ()
    rest = tuple(shown[-int(page[1]) :])
    return rest if _digest(rest) == page[2] else ()


def _digest(choices: Sequence[Choice]) -> str:
    return blake2b("\0".join(choice.id for choice in choices).encode(), digest_size=4).hexdigest()
