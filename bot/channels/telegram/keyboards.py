"""Choices as rows of buttons, in the order in which they are read.

The platform lays every row out from left to right, whatever the language: a row of Arabic is turned round. It cuts a
label that is wider than the screen without a word: such a label is numbered and stands whole in the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.channels.isolating import isolated
from bot.channels.limits import Telegram
from bot.channels.splitting import cut
from bot.message import RIGHT_TO_LEFT, Choice, Language

#: Characters of a label that a narrow phone shows whole on a button of its own, and on one of two in a row.
WIDE: Final = 36
NARROW: Final = 15
_BUTTONS: Final = Telegram.BUTTONS.most

Button = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A choice and what its button shows; `line` is what stands in the text for it, empty where the button says all."""

    choice: Choice
    label: str
    line: str = ""


def labelled(choices: Sequence[Choice]) -> list[Labelled]:
    """Return the choices with their labels; the number of one is its place, which is also what can be typed for it."""
    return [_labelled(choice, number) for number, choice in enumerate(choices, 1)]


@lru_cache(4096)
def _labelled(choice: Choice, number: int) -> Labelled:
    full, short = " ".join(choice.label.split()), " ".join(choice.short.split())
    if number <= _BUTTONS:
        for label in (full, short):
            if 0 < len(label) <= WIDE:
                return Labelled(choice, label)
    mark = f"{number}. "
    return Labelled(choice, mark + cut(full or short or choice.id, WIDE - len(mark)), mark + (full or choice.id))


def inline(labels: Sequence[Labelled], language: Language) -> dict[str, Any]:
    """Return the buttons that stand below a message."""
    rows = [[_button(one) for one in row] for row in _rows(labels[:_BUTTONS])]
    return {"inline_keyboard": [row[::-1] for row in rows] if language in RIGHT_TO_LEFT else rows}


def _rows(labels: Sequence[Labelled]) -> Iterator[Sequence[Labelled]]:
    """Return the labels in rows: two short ones that follow each other share one."""
    at = 0
    while at < len(labels):
        pair = labels[at : at + 2]
        row = pair if len(pair) == 2 and all(len(one.label) <= NARROW for one in pair) else pair[:1]
        yield row
        at += len(row)


def _button(one: Labelled) -> Button:
    # An id too long would have the whole message refused; cut, it is an old button, which the conversation answers.
    data = one.choice.id.encode()[: Telegram.CALLBACK_DATA.most].decode("utf-8", "ignore")
    return {"text": _isolated(one.label), "callback_data": data}


#: The same few labels stand on most buttons.
_isolated = lru_cache(4096)(isolated)


def sharing(label: str) -> dict[str, Any]:
    """Return the keyboard that shares the position, in place of the letters until it is used."""
    return {
        "keyboard": [[{"text": isolated(label), "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
