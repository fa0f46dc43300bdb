"""Texts as they are sent: how long they are to a platform, how they are parted and cut, and what keeps its direction.

Runs of Latin letters and numbers inside Arabic are kept together and in their own direction: without this a phone
number or a year range is shown from the wrong end. What counts as a run is decided here for every channel: pages mark
it with `<bdi>`, messages with two characters. Nothing of a text is lost when it is parted: the parts joined again hold
every word, in order.

The few words of a channel's own are content: what is wrong with them is told with its line, and too long is wrong.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from bot.channels.channel import Problem, UnjoinedError
from bot.content.reading import Mistakes, YamlDocument
from bot.message import Text


@dataclass(frozen=True, slots=True)
class Limit:
    """The most a platform takes. Texts are counted by `length`."""

    most: int
    source: str
    read: date


def length(text: str) -> int:
    """Return how long a text is to a platform: in UTF-16 units, the larger of the two ways in which they count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


#: First strong isolate, and its end: what stands between them decides its own direction.
ISOLATE: Final = "\u2068"
END: Final = "\u2069"

_ARABIC: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_WORD = rf"[+#@]?[0-9A-Za-zÀ-ɏ](?:[^\s{_ARABIC}«»()\[\]{ISOLATE}{END}]*[0-9A-Za-zÀ-ɏ])?"
#: What stands within a run. «Av. Mohamed VI, BP 2266»: a comma parts nothing with Latin letters on one of its sides.
_BETWEEN: Final = r"[ \u00a0\u202f]|[.,;:]? [–-] |(?<=[A-Za-zÀ-ɏ])[.,;:] |[.,;:] (?=[A-Za-zÀ-ɏ])"
#: A web address; a Moroccan phone number; a run of Latin words and numbers.
_RUN = re.compile(
    rf"(?P<url>https?://[^\s<>\"{_ARABIC}«»{ISOLATE}{END}]*[^\s<>\"{_ARABIC}«».,;:!?(){ISOLATE}{END}])"
    r"|(?P<phone>(?<!\d)(?:\+212|00212|0)(?:[ .-]?[5-8])(?:[ .-]?\d){8}(?!\d))"
    rf"|(?P<run>{_WORD}(?:(?:{_BETWEEN}){_WORD})*(?:[ \u00a0\u202f]?%)?)"
)
#: What every run begins with: looked for first, which is ten times as fast.
_BEGIN = re.compile("[0-9A-Za-zÀ-ɏ+#@]")
_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_ISOLATED = re.compile(f"{ISOLATE}[^{END}]*{END}")


def is_arabic(text: str) -> bool:
    """Return whether there is an Arabic letter in `text`."""
    return _ARABIC_LETTER.search(text) is not None


def runs(text: str) -> Iterator[re.Match[str]]:
    """Return the runs in `text`, each named by its kind: `url`, `phone` or `run`."""
    at = 0
    while begin := _BEGIN.search(text, at):
        run = _RUN.match(text, begin.start())
        if run is None:
            at = begin.end()
        else:
            yield run
            at = run.end()


@lru_cache(512)
def isolated(text: str) -> str:
    """Return `text` with every run in it isolated where it is Arabic; what is isolated already stays as it is.

    The last few are remembered: most of what is said is content, and it is measured before it is sent.
    """
    if _BEGIN.search(text) is None or not is_arabic(text):
        return text
    parts: list[str] = []
    end = 0
    for done in _ISOLATED.finditer(text) if ISOLATE in text else ():
        parts += [*_marked(text[end : done.start()]), done[0]]
        end = done.end()
    return "".join((*parts, *_marked(text[end:])))


def _marked(text: str) -> Iterator[str]:
    end = 0
    for run in runs(text):
        yield f"{text[end : run.start()]}{ISOLATE}{run[0]}{END}"
        end = run.end()
    yield text[end:]


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
TextLength = Callable[[str], int]


def parted(text: str, most: int, last: int, measure: TextLength) -> list[str]:
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


def cut(label: str, most: int, measure: TextLength = len) -> str:
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


def _head(text: str, most: int, measure: TextLength) -> str:
    """Return the beginning of `text` up to the last good pause within `most`."""
    room = _fits(len(text), lambda count: measure(text[:count]), most)
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(text) if found.start() <= room]
        if ends and (pause is _WORDS or ends[-1] >= room * _LEAST_FILLED):
            return text[: ends[-1]]
    # One word longer than all the room.
    return text[:room]


def _tail(text: str, most: int, measure: TextLength) -> str:
    """Return the end of `text` from the first good pause within `most`."""
    room = _fits(len(text), lambda count: measure(text[-count:]), most)
    for pause in _PAUSES:
        begins = [found.end() for found in pause.finditer(text) if room >= len(text) - found.end() > 0]
        if begins and (pause is _WORDS or len(text) - begins[0] >= room * _LEAST_FILLED):
            return text[begins[0] :]
    return text[-room:]


_Needed = TypeVar("_Needed")


def needed(read_words: Callable[[Path, Mistakes], _Needed | None], root: Path) -> _Needed:
    """Return the words of a channel that is to be joined; raise `UnjoinedError` with what is wrong with them."""
    mistakes = Mistakes()
    words = read_words(root, mistakes)
    if words is None:
        lines = (f"{one.where.file}:{one.where.line}: {one.message} {one.remedy}" for one in mistakes.errors)
        raise UnjoinedError("\n".join(lines))
    return words


def longer_than(limits: Iterable[tuple[Text, int]]) -> list[Problem]:
    """Return which of a channel's own words are longer than what stands beside them."""
    return [
        Problem("label_long", label, length(label), most, cut(label, most, length))
        for text, most in limits
        for label in text.every()
        if length(label) > most
    ]


def are_too_long(problems: Iterable[Problem], document: YamlDocument, mistakes: Mistakes) -> bool:
    """Return whether any words do not fit where they stand; each is noted."""
    is_wrong = False
    for problem in problems:
        is_wrong = True
        line = next((path for path, _ in document.lines.items() if _at(document, path) == problem.about), ())
        mistakes.add("label_long", document.where(*line), label=problem.about, most=problem.most)
    return is_wrong


def _at(document: YamlDocument, path: tuple[str | int, ...]) -> str:
    value = document.value
    for key in path:
        value = value[key]
    return value.strip() if isinstance(value, str) else ""
