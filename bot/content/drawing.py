"""A flow drawn as a Mermaid flowchart, as its writers read it: words in the boxes, answers on the arrows."""

from collections.abc import Iterator
from itertools import count
from typing import assert_never

from bot.conversation.flow import (
    Ask,
    Assess,
    Flow,
    HandOver,
    Nearest,
    Offer,
    Say,
    Stations,
    Step,
    Steps,
    When,
    branches_of,
)
from bot.conversation.library import Library
from bot.message import Language

#: Longest text in a box, in characters.
_BOX = 60


def mermaid(flow: Flow, library: Library, language: Language) -> str:
    """Return the chart of a flow, from its title to its offers."""
    return "\n".join(_Chart(library, language).lines(flow)) + "\n"


class _Chart:
    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language
        self._numbers = count(1)

    def lines(self, flow: Flow) -> Iterator[str]:
        yield "flowchart TD"
        yield f'  start(["{self._cut(flow.title.of(self._language))}"])'
        yield from self._steps(flow.steps, ["start"], [])

    def _steps(self, steps: Steps, tails: list[str], ends: list[str], label: str = "") -> Iterator[str]:
        """Yield the boxes of `steps` hung below `tails`; `ends` receives what the next step hangs from."""
        for step in steps:
            name = f"n{next(self._numbers)}"
            yield f"  {name}{self._box(step)}"
            arrow = f' -->|"{label}"| ' if label else " --> "
            yield from (f"  {tail}{arrow}{name}" for tail in tails)
            label = ""
            tails = []
            for values, branch in branches_of(step):
                yield from self._steps(branch, [name], tails, " / ".join(map(str, values)) or "…")
            if not isinstance(step, Offer | HandOver):
                tails = tails or [name]
        ends.extend(tails)

    def _box(self, step: Step) -> str:
        match step:
            case Say(text):
                return f'["{self._cut(text.of(self._language))}"]'
            case Ask(fact):
                return f'{{"{self._cut(self._library.facts[fact].ask.of(self._language))}"}}'
            case When(fact):
                return f'{{{{"{fact}"}}}}'
            case Nearest(kind):
                return f'[/"nearest: {kind}"/]'
            case Assess(schemes):
                return f'{{{{"assess: {self._cut(", ".join(schemes))}"}}}}'
            case Stations():
                return '[/"stations"/]'
            case Offer(ways):
                return f'(["{self._cut(" | ".join(way.label.of(self._language) for way in ways), 200)}"])'
            case HandOver():
                return '(["hand over"])'
            case _:
                assert_never(step)

    def _cut(self, text: str, most: int = _BOX) -> str:
        flat = " ".join(text.split()).replace('"', "'")
        return flat if len(flat) <= most else flat[: most - 1] + "…"
