"""What can be recorded for who listens: an answer, what a flow begins with, a question of a check.

Each has one name: an answer that of its entry, the others `flow.<flow>` and `question.<fact>`. A recording belongs
where its words stand: an answer is heard by all it is told to, the rest by who listens alone, in whose few words it is.
What must not break: nothing is heard that is not on the screen as well.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.conversation.events import EntryAnswered, Turn
from bot.conversation.flow import Say
from bot.conversation.library import Library
from bot.conversation.showing import Passage, answer_told, plain_shown
from bot.message import MAIN, Text, joined

#: What the names of flows and of questions begin with.
_FLOW: Final = "flow."
_QUESTION: Final = "question."


def all_audible(library: Library) -> Iterator[str]:
    """Yield the name of everything that can be recorded: answers, then beginnings of flows, then questions."""
    yield from map(str, library.entries)
    yield from (_FLOW + flow for flow in library.flows if _beginning(flow, library))
    yield from (_QUESTION + fact for fact in library.facts)


def spoken(name: str, library: Library, on: date) -> Text:
    """Return what is to be spoken of one on a day, with its amounts: of an answer its plain words where it has some.

    Raise `KeyError` for a name that nothing has.
    """
    if name in library.entries:
        entry = library.entries[name]
        return plain_shown(entry, library, on) or answer_told(entry, library, on)
    if name.startswith(_FLOW) and (told := _beginning(name.removeprefix(_FLOW), library)):
        return library.filled(joined(*told), on)
    fact = library.facts[name.removeprefix(_QUESTION)]
    return library.filled(library.listening.asks.get(fact.id, fact.ask), on)


def audible_title(name: str, library: Library) -> Text:
    """Return by what writers know one: the question of an answer, the title of a flow, the name of what is asked."""
    if name in library.entries:
        return library.entries[name].question
    if name.startswith(_FLOW):
        return library.flows[name.removeprefix(_FLOW)].title
    return library.facts[name.removeprefix(_QUESTION)].name


def audible_in(turn: Turn, library: Library, on: date) -> tuple[str, int] | None:
    """Return what of a turn can be heard and the place of its words among the replies; None where nothing can.

    An answer counts before a question that stands again below it, and a question before what introduces it.
    """
    told = next((event.entry for event in turn.events if isinstance(event, EntryAnswered)), None)
    after = turn.conversation
    if told is not None:
        return (told, 0) if turn.replies else None
    if not after.listening:
        return None
    shown = after.on_screen
    names = [_QUESTION + shown.of] if shown is not None and shown.kind == "question" else []
    if _beginning(after.flow, library):
        names.append(_FLOW + after.flow)
    for name in names:
        words = Passage(spoken(name, library, on)).words(after)
        for place, reply in enumerate(turn.replies):
            if words and words in reply.text:
                return name, place
    return None


def _beginning(flow: str, library: Library) -> list[Text]:
    """Return what a flow says to who listens before it does anything else; nothing where that was not written."""
    told = []
    for step in library.flows[flow].steps if flow in library.flows else ():
        if not isinstance(step, Say):
            break
        if step.heard is not None and step.heard.of(MAIN).strip():
            told.append(step.heard)
    return told
