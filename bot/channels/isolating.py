"""Runs of Latin letters and numbers inside Arabic, kept together and in their own direction.

Without this a phone number or a year range is shown from the wrong end. What counts as a run is decided here for every
channel: pages mark it with `<bdi>`, messages with the two characters below.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

#: First strong isolate, and its end: what stands between them decides its own direction.
ISOLATE: Final = "\u2068"
END: Final = "\u2069"

_ARABIC: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_WORD = rf"[+#@]?[0-9A-Za-zÀ-ɏ](?:[^\s{_ARABIC}«»()\[\]{ISOLATE}{END}]*[0-9A-Za-zÀ-ɏ])?"
#: A web address; a Moroccan phone number; a run of Latin words and numbers.
_RUN = re.compile(
    rf"(?P<url>https?://[^\s<>\"{_ARABIC}«»{ISOLATE}{END}]*[^\s<>\"{_ARABIC}«».,;:!?(){ISOLATE}{END}])"
    r"|(?P<phone>(?<!\d)(?:\+212|00212|0)(?:[ .-]?[5-8])(?:[ .-]?\d){8}(?!\d))"
    rf"|(?P<run>{_WORD}(?:[ \u00a0\u202f]{_WORD})*(?:[ \u00a0\u202f]?%)?)"
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
