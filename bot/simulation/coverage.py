"""Which steps of the flows and which entries of the FAQ somebody came to, and which nobody did."""

from collections.abc import Iterator
from datetime import date

from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import EntryAnswered, Turn
from bot.conversation.flow import Ask, Assess, HandOver, Nearest, Offer, Say, Stations, Step, Steps, When, branches_of
from bot.conversation.library import Library
from bot.conversation.walk import position
from bot.message import MAIN


class Coverage:
    """What was come to of one release."""

    def __init__(self, library: Library, on: date) -> None:
        self._library, self._on = library, on
        #: Every step by what it is called; two that are alike are two.
        self._names: dict[int, str] = {
            id(step): name for flow in library.flows.values() for name, step in _named(flow.id, flow.steps)
        }
        self._steps: set[int] = set()
        self._entries: set[str] = set()
        self._followed: set[tuple[str, frozenset[tuple[str, Value]]]] = set()

    def note(self, turn: Turn) -> None:
        """Take note of where a turn led to."""
        for event in turn.events:
            if isinstance(event, EntryAnswered):
                self._entries.add(event.entry)
        self._follow(turn.conversation)

    def _follow(self, conversation: Conversation) -> None:
        stands = (self._library.flow_of(conversation).id, frozenset(conversation.facts.items()))
        if stands in self._followed:
            return
        self._followed.add(stands)
        passed: list[Step] = []
        position(conversation, self._library, self._on, passed)
        self._steps.update(map(id, passed))

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps were come to, and how many there are."""
        return len(self._steps & self._names.keys()), len(self._names)

    @property
    def entries(self) -> tuple[int, int]:
        """How many entries were answered, and how many there are."""
        return len(self._entries & self._library.entries.keys()), len(self._library.entries)

    def steps_left(self) -> list[str]:
        """Return the steps that nobody came to, in the order of the flows."""
        return [name for step, name in self._names.items() if step not in self._steps]

    def entries_left(self) -> list[str]:
        """Return the entries that answered nobody."""
        return [name for name in self._library.entries if name not in self._entries]


def _named(where: str, steps: Steps) -> Iterator[tuple[str, Step]]:
    """Yield each step of a tree with its place and what it is."""
    for number, step in enumerate(steps, 1):
        here = f"{where}/{number}"
        yield f"{here} {_kind(step)}", step
        about = f"{step.fact}=" if isinstance(step, When) else ""
        for values, branch in branches_of(step):
            told = ",".join("yes" if one is True else "no" if one is False else str(one) for one in values)
            yield from _named(f"{here} {about}{told or 'else'}", branch)


def _kind(step: Step) -> str:
    match step:
        case Say(text):
            return f"say «{text.of(MAIN).strip().splitlines()[0][:40]}»"
        case Ask(fact):
            return f"ask {fact}"
        case When(fact):
            return f"when {fact}"
        case Nearest(kind):
            return f"nearest {kind}"
        case Assess(schemes):
            return f"assess {' '.join(schemes)}"
        case Offer():
            return "offer"
        case Stations():
            return "stations"
        case HandOver():
            return "hand over"
