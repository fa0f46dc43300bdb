"""Choices as the buttons or the rows that this channel has room for.

Up to three short labels are buttons; everything else is a list. A label too long for a row stands whole below a short
title, and no two titles are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.channels.isolating import isolated
from bot.channels.limits import WhatsApp, length
from bot.channels.splitting import cut
from bot.message import Choice

_BUTTON: Final = WhatsApp.BUTTON_LABEL.most
_TITLE: Final = WhatsApp.ROW_TITLE.most
_DESCRIPTION: Final = WhatsApp.ROW_DESCRIPTION.most


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list."""

    id: str
    title: str
    description: str = ""


def shown(label: str, most: int) -> str:
    """Return a label on one line, its Latin and number runs isolated where there is room for the marks."""
    label = " ".join(label.split())
    marked = isolated(label)
    return marked if length(marked) <= most else label


def button_label(choice: Choice) -> str | None:
    """Return the choice's label if it fits a button, else its short label if that does, else None."""
    return _fitting(choice, _BUTTON)


@lru_cache(4096)
def _fitting(choice: Choice, most: int) -> str | None:
    for label in (choice.label, choice.short):
        if label.strip() and length(" ".join(label.split())) <= most:
            return shown(label, most)
    return None


def buttons(choices: Sequence[Choice]) -> list[Row] | None:
    """Return the choices as buttons; None when they must be a list."""
    if not 0 < len(choices) <= WhatsApp.BUTTONS.most:
        return None
    labels = [button_label(choice) for choice in choices]
    if None in labels or len({_told_apart(label or "") for label in labels}) < len(labels):
        return None
    return [Row(choice.id, label or "") for choice, label in zip(choices, labels, strict=True)]


@lru_cache(4096)
def title(choice: Choice) -> str:
    """Return what a row is called before its namesakes are told apart."""
    return _fitting(choice, _TITLE) or cut(choice.label or choice.short or choice.id, _TITLE, length)


def rows(choices: Sequence[Choice]) -> list[Row]:
    """Return the choices as rows, in their order."""
    taken: set[str] = set()
    made: list[Row] = []
    for choice in choices:
        name = first = title(choice)
        number = 1
        while _told_apart(name) in taken:
            number += 1
            name = f"{cut(first, _TITLE - 1 - len(str(number)), length)} {number}"
        taken.add(_told_apart(name))
        full = " ".join(choice.label.split())
        description = "" if _told_apart(name) == _told_apart(full) else _small_print(full)
        made.append(Row(choice.id, name, description))
    return made


@lru_cache(4096)
def _small_print(label: str) -> str:
    return shown(label, _DESCRIPTION) if length(label) <= _DESCRIPTION else cut(label, _DESCRIPTION, length)


def _told_apart(label: str) -> str:
    """Return what the eye sees of a label: without the marks that only set a direction."""
    return label.replace("\u2068", "").replace("\u2069", "").strip()
