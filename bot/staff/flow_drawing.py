"""A flow drawn as SVG: boxes from top to bottom, branches beside each other, in the direction of the page.

Nothing but shapes, text and links of the page itself: the page's policy allows no style in it, so that classes of
`staff.css` say what it looks like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from textwrap import wrap
from typing import Final, assert_never

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
from bot.conversation.showing import value_told
from bot.message import Language, Text

#: Sizes, in units of the drawing: a box and what lies between two, a line of text and its longest.
BOX: Final = 320
_GAP: Final = 28
_DROP: Final = 56
_LINE: Final = 24
_PAD: Final = 12
_SIGNS: Final = 32
_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class FlowBox:
    """One box: its kind, its lines, where it stands, and for an offer the ways on with their addresses."""

    kind: str
    lines: tuple[str, ...]
    x: float
    y: float
    height: float
    ways: tuple[tuple[str, str], ...] = ()
    width: float = BOX

    def way_y(self, index: int) -> float:
        """Return where a way on stands."""
        return self.y + _PAD + _LINE * len(self.lines) + index * (_LINE + _PAD) + _PAD


@dataclass(frozen=True, slots=True)
class FlowArrow:
    """A line between two boxes, with the answer that it is for."""

    x: float
    y: float
    to_x: float
    to_y: float
    label: str = ""


@dataclass(slots=True)
class FlowDrawing:
    """A whole flow; the boxes in reading order."""

    width: float = 0
    height: float = 0
    boxes: list[FlowBox] = field(default_factory=list)
    arrows: list[FlowArrow] = field(default_factory=list)


#: What hangs below: the middle and the foot of a box, and the answer that leads on from it.
_Tail = tuple[float, float, str]


def flow_drawing(flow: Flow, library: Library, language: Language, on: date, words: dict[str, str]) -> FlowDrawing:
    """Return a flow drawn, from right to left where the language is; `words` name what no writer has named."""
    drawing = _Drawer(library, language, on, words).drawn(flow)
    if language != "ar":
        return drawing
    drawing.boxes = [replace(one, x=drawing.width - one.x - one.width) for one in drawing.boxes]
    drawing.arrows = [replace(one, x=drawing.width - one.x, to_x=drawing.width - one.to_x) for one in drawing.arrows]
    return drawing


class _Drawer:
    def __init__(self, library: Library, language: Language, on: date, words: dict[str, str]) -> None:
        self._library = library
        self._language = language
        self._on = on
        self._words = words
        self._drawing = FlowDrawing()

    def drawn(self, flow: Flow) -> FlowDrawing:
        width = _width(flow.steps)
        self._place(flow.steps, 1, 1, width, [])
        self._drawing.width = width + 2
        self._drawing.height = max((box.y + box.height for box in self._drawing.boxes), default=0) + 2
        return self._drawing

    def _place(
        self, steps: Steps, left: float, top: float, width: float, tails: list[_Tail]
    ) -> tuple[float, list[_Tail]]:
        """Place steps below `tails`; return where they end and what the next step hangs from."""
        for step in steps:
            box = self._box(step, left + (width - BOX) / 2, top)
            self._drawing.boxes.append(box)
            middle, foot = box.x + BOX / 2, box.y + box.height
            self._drawing.arrows += [FlowArrow(x, y, middle, box.y, label) for x, y, label in tails]
            branches = list(branches_of(step))
            tails = [] if isinstance(step, Offer | HandOver) else [(middle, foot, "")]
            top = foot + _DROP
            if not branches:
                continue
            tails, deepest = [], top
            at = left + (width - _breadth(branches)) / 2
            for values, branch in branches:
                label = self._label(step, values)
                if not branch:
                    tails.append((middle, foot, label))
                    continue
                room = _width(branch)
                bottom, ends = self._place(branch, at, top + _LINE, room, [(middle, foot, label)])
                at += room + _GAP
                deepest = max(deepest, bottom)
                tails += ends
            top = deepest
        return top, tails

    def _label(self, step: Step, values: Sequence[object]) -> str:
        if isinstance(step, Assess):
            return " / ".join(self._words[f"verdict_{one}"] for one in values)
        if not values:
            return self._words["flow_else"]
        assert isinstance(step, When)
        told = [value_told(step.fact, one, self._library) for one in values]  # type: ignore[arg-type]
        return " / ".join(one.of(self._language) for one in told if one is not None)

    def _box(self, step: Step, x: float, y: float) -> FlowBox:
        kind, text = self._told(step)
        lines = tuple(_lines(text))
        ways = tuple(self._ways(step.ways)) if isinstance(step, Offer) else ()
        height = 2 * _PAD + _LINE * len(lines) + len(ways) * (_LINE + _PAD)
        return FlowBox(kind, lines, x, y, height, ways)

    def _ways(self, ways: Sequence[object]) -> Iterator[tuple[str, str]]:
        for way in ways:
            to, label = str(getattr(way, "to")), getattr(way, "label")  # noqa: B009
            yield (
                label.of(self._language),
                f"/staff/flows/{to}" if to in self._library.flows else f"/staff/content/{to}",
            )

    def _told(self, step: Step) -> tuple[str, str]:
        match step:
            case Say(text):
                return "say", self._words_of(text)
            case Ask(fact):
                return "ask", self._words_of(self._library.facts[fact].ask)
            case When(fact):
                return "when", self._words["flow_when"] + " " + self._words_of(self._library.facts[fact].name)
            case Nearest(kind):
                return "do", self._words["flow_nearest"] + f" ({kind})"
            case Assess(schemes):
                titles = [self._words_of(self._library.schemes[one].title) for one in schemes]
                return "do", self._words["flow_assess"] + " " + " · ".join(titles)
            case Stations():
                return "do", self._words["flow_stations"]
            case Offer(question=question):
                return "offer", self._words_of(question) if question else self._words["flow_offer"]
            case HandOver():
                return "offer", self._words["flow_hand_over"]
            case _:
                assert_never(step)

    def _words_of(self, text: Text) -> str:
        return self._library.filled(text, self._on).of(self._language)


def _lines(text: str) -> list[str]:
    lines = [line for part in text.strip().split("\n") for line in wrap(part, _SIGNS)]
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], lines[_LINES - 1][: _SIGNS - 1] + "…"]


def _width(steps: Steps) -> float:
    return max([BOX, *(_breadth(list(branches_of(step))) for step in steps)])


def _breadth(branches: Sequence[tuple[tuple[object, ...], Steps]]) -> float:
    widths = [_width(branch) for _, branch in branches if branch]
    return sum(widths) + _GAP * max(0, len(widths) - 1)
