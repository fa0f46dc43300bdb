"""Signs for who listens rather than reads: the number and the pictogram of each choice, and a person among them.

Listening lasts until the person leaves it; it changes how things are told, never what is known or where they stand.
What is said in few words is told by `showing.Passage`; which pictogram stands for what is the writers'
(`flows/listening.yaml`), here it is only looked up. A sign that nobody declared is left out, its number stays.
"""

from dataclasses import replace
from typing import Final, assert_never

from bot.conversation import choices
from bot.conversation.events import Turn
from bot.conversation.helping import leads_to_a_person
from bot.conversation.library import Library
from bot.conversation.showing import place_named
from bot.conversation.tapping import Tapped, TappedAnswer, TappedAside, is_aside, meaning
from bot.eligibility.facts import Measure
from bot.message import Choice

#: Choices that every channel shows without a further tap; a person is always among them.
_IN_VIEW: Final = 8


def with_signs(turn: Turn, library: Library) -> Turn:
    """Return the turn as it is; to who listens, with a mark at each choice and a person among them."""
    conversation = turn.conversation
    if not conversation.listening or not turn.replies:
        return turn
    *earlier, last = turn.replies
    listed = last.choices
    if listed and not conversation.with_person and not any(leads_to_a_person(choice, library) for choice in listed):
        person = choices.do("person", library.phrases.person, conversation.language)
        listed = (*listed[:_IN_VIEW], person, *listed[_IN_VIEW:])
    is_numbered = not _asks_for_a_number(turn, listed, library)
    marked = tuple(
        replace(
            choice, mark=f"{number} {sign_of(choice, library)}".strip() if is_numbered else sign_of(choice, library)
        )
        for number, choice in enumerate(listed, 1)
    )
    settled = replace(conversation, shown=marked if listed else conversation.shown)
    return replace(turn, conversation=settled, replies=(*earlier, replace(last, choices=marked)))


def _asks_for_a_number(turn: Turn, listed: tuple[Choice, ...], library: Library) -> bool:
    """Return whether a number that is typed answers a question, and chooses nothing."""
    shown = turn.conversation.on_screen
    if shown is None or shown.kind != "question" or not all(is_aside(choice) for choice in listed):
        return False
    return shown.of in library.facts and isinstance(library.facts[shown.of].kind, Measure)


def sign_of(choice: Choice, library: Library) -> str:
    """Return the pictogram of a choice; empty where nobody declared one."""
    signs = library.listening.signs
    match meaning(choice.id, library):
        case TappedAside(aside):
            return signs.get(f"asides:{aside}", "")
        case Tapped("to", flow):
            return signs.get(f"flows:{flow}", "")
        case Tapped("faq", entry):
            return signs.get(f"entries:{entry}") or signs.get(f"subjects:{library.entries[entry].subject}", "")
        case Tapped("scheme", scheme):
            return signs.get(f"schemes:{scheme}", "")
        case Tapped("change", fact):
            return signs.get(f"facts:{fact}", "")
        case Tapped(kind, _):
            return signs.get(f"details:{kind}", "")
        case TappedAnswer(fact, value):
            if isinstance(value, bool):
                return signs.get("answers:yes" if value else "answers:no", "")
            if fact == library.roles.place and (place := place_named(value, library)) is not None:
                return signs.get(f"regions:{place.region}", "")
            return signs.get(f"options:{fact}.{value}", signs.get("answers:number", ""))
        case None:
            return ""
        case other:
            assert_never(other)
