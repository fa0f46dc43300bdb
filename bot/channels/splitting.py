"""Texts too long for one message, parted where a reader pauses; and labels too long, cut where a word ends.

Nothing of a text is lost: the parts joined again hold every word, in order.
"""

import re
from collections.abc import Callable
from typing import Final

_WORDS: Final = re.compile(r"\s+")
#: Where a text may be parted, best first: between paragraphs, lines, sentences, clauses, words.
_PAUSES: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?؟…])\s+"),
    re.compile(r"(?<=[،,;؛:])\s+"),
    _WORDS,
)
#: A part is not left shorter than this share of what would fit, only to end at a better pause.
_LEAST_FILLED: Final = 0.4

#: How long a text will be when it is sent.
Measure = Callable[[str], int]


def parted(text: str, most: int, last: int, measure: Measure) -> list[str]:
    """Return `text` in parts of at most `most`, the last of at most `last`; one part when the whole fits in that."""
    text = text.strip()
    if measure(text) <= last:
        return [text]
    tail = _tail(text, last, measure)
    head = text[: len(text) - len(tail)].strip()
    parts: list[str] = []
    while measure(head) > most:
        begun = _head(head, most, measure)
        parts.append(begun.strip())
        head = head[len(begun) :].strip()
    return [part for part in (*parts, head, tail.strip()) if part]


def cut(label: str, most: int, measure: Measure = len) -> str:
    """Return `label`, or its first words and an ellipsis where it is longer than `most`."""
    label = " ".join(label.split())
    if measure(label) <= most:
        return label
    kept = label
    while kept and measure(kept + "…") > most:
        shorter, _, _ = kept.rpartition(" ")
        # A first word that alone is too long is cut inside.
        kept = shorter if shorter else kept[:-1]
        kept = kept.rstrip(" ،,.:؛;-–—(«")
    return kept + "…"


def _fits(length: int, size: Callable[[int], int], most: int) -> int:
    """Return how many of `length` characters fit, `size` telling how long so many are."""
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        if size(middle) <= most:
            low = middle
        else:
            high = middle - 1
    return max(1, low)


def _head(text: str, most: int, measure: Measure) -> str:
    """Return the beginning of `text` up to the last good pause within `most`."""
    room = _fits(len(text), lambda count: measure(text[:count]), most)
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(text) if found.start() <= room]
        if ends and (pause is _WORDS or ends[-1] >= room * _LEAST_FILLED):
            return text[: ends[-1]]
    # One word longer than all the room.
    return text[:room]


def _tail(text: str, most: int, measure: Measure) -> str:
    """Return the end of `text` from the first good pause within `most`."""
    room = _fits(len(text), lambda count: measure(text[-count:]), most)
    for pause in _PAUSES:
        begins = [found.end() for found in pause.finditer(text) if room >= len(text) - found.end() > 0]
        if begins and (pause is _WORDS or len(text) - begins[0] >= room * _LEAST_FILLED):
            return text[begins[0] :]
    return text[-room:]
