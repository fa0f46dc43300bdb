"""Texts as sparse vectors of length one, and the cosine of a text with every one of them.

Weights are TF-IDF; each view (letters, skeleton, concepts) is brought to its share of the whole, so that a long word
counts no more than a telling one.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import VIEWS, features
from bot.faq.lexicon import Lexicon

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]

#: A feature in more texts than this share of all says nothing and costs most of the time.
_TOO_COMMON: Final = 0.35
_SHARES: Final = np.array(list(VIEWS.values()), dtype=np.float32)
_VIEW_NUMBER: Final = {sign: number for number, sign in enumerate(VIEWS)}


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's known features and their weights, and which part of its weight is known (0–1)."""

    numbers: Indices
    weights: Floats
    known: float


class Vectors:
    """The vectors of some texts, laid out by feature: which texts hold it, and how strongly."""

    def __init__(self, texts: Sequence[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.count = len(texts)
        number: dict[str, int] = {}
        counted = [Counter(features(text, lexicon)) for text in texts]
        flat = np.fromiter((number.setdefault(f, len(number)) for held in counted for f in held), dtype=np.int32)
        often = np.fromiter((times for held in counted for times in held.values()), dtype=np.float32)
        owner = np.repeat(np.arange(self.count, dtype=np.int32), [len(held) for held in counted])
        self._view = np.fromiter((_VIEW_NUMBER[feature[0]] for feature in number), dtype=np.int8)

        frequency = np.bincount(flat, minlength=len(number))
        self._rarity: Floats = (np.log((1 + self.count) / (1 + frequency)) + 1).astype(np.float32)
        self._rarity[frequency > max(20, self.count * _TOO_COMMON)] = 0
        #: A feature never seen weighs as the rarest: it makes a question less like everything.
        self._unseen = math.log(1 + self.count) + 1

        raw = self._rarity[flat] * (1 + np.log(often))
        view = self._view[flat]
        squares = np.bincount(owner * len(VIEWS) + view, raw * raw, self.count * len(VIEWS)).reshape(self.count, -1)
        scale = _scales(squares)
        weights = (raw * scale[owner, view]).astype(np.float32)
        order = np.argsort(flat, kind="stable")
        self.holders: Indices = owner[order]
        self.weights: Floats = weights[order]
        self.start = np.zeros(len(number) + 1, dtype=np.int64)
        np.cumsum(frequency, out=self.start[1:])
        # The features themselves are not kept, only what each is hashed to: a tenth of the memory.
        codes = np.fromiter((_code(feature) for feature in number), dtype=np.uint32)
        self._order: Indices = np.argsort(codes, kind="stable").astype(np.int32)
        self._sorted = codes[self._order]

    def vector(self, text: str) -> Vector:
        """Return `text` as a vector; no numbers when nothing in it was ever seen."""
        held = Counter(features(text, self._lexicon))
        squares = [0.0] * len(VIEWS)
        missed = [0.0] * len(VIEWS)
        numbers: list[int] = []
        raw: list[float] = []
        codes = np.fromiter((_code(feature) for feature in held), dtype=np.uint32, count=len(held))
        places = np.searchsorted(self._sorted, codes)
        places[places == len(self._sorted)] = 0
        found = np.where(self._sorted[places] == codes, self._order[places], -1).tolist()
        for (feature, often), number in zip(held.items(), found, strict=True):
            weight = (self._unseen if number < 0 else float(self._rarity[number])) * (1 + math.log(often))
            view = _VIEW_NUMBER[feature[0]]
            squares[view] += weight * weight
            if number < 0:
                missed[view] += weight * weight
            elif weight:
                numbers.append(number)
                raw.append(weight)
        filled = sum(share for share, square in zip(_SHARES, squares, strict=True) if square)
        known = sum(
            float(share) * (1 - lost / square)
            for share, square, lost in zip(_SHARES, squares, missed, strict=True)
            if square
        )
        scale = _scales(np.array([squares]))[0]
        indices = np.array(numbers, dtype=np.int32)
        weights = np.array(raw, dtype=np.float32) * scale[self._view[indices]].astype(np.float32)
        return Vector(indices, weights, known / filled if filled else 0.0)

    def cosines(self, vector: Vector) -> Floats:
        """Return the cosine of a vector with each text."""
        if not len(vector.numbers):
            return np.zeros(self.count, dtype=np.float32)
        spans = [(self.start[number], self.start[number + 1]) for number in vector.numbers]
        holders = np.concatenate([self.holders[start:end] for start, end in spans])
        weights = np.concatenate([self.weights[start:end] for start, end in spans])
        weights = weights * np.repeat(vector.weights, [end - start for start, end in spans])
        return np.bincount(holders, weights, self.count).astype(np.float32)

    def hashed(self, width: int) -> tuple[Floats, Indices, Floats]:
        """Return the texts as dense rows of `width` columns, and each feature's column and sign.

        Signed hashing keeps the products of rows near those of the sparse vectors, whatever the vocabulary's size.
        """
        codes = np.empty_like(self._sorted)
        codes[self._order] = self._sorted
        column: Indices = (codes % width).astype(np.int32)
        sign: Floats = np.where(codes & 0x80000000, 1, -1).astype(np.float32)
        feature = np.repeat(np.arange(len(column), dtype=np.int32), np.diff(self.start))
        at = self.holders.astype(np.int64) * width + column[feature]
        rows = np.bincount(at, self.weights * sign[feature], self.count * width).astype(np.float32)
        return rows.reshape(self.count, width), column, sign


def _code(feature: str) -> int:
    """Return the number that stands for a feature; among 100,000 features one pair, perhaps, shares its number."""
    return crc32(feature.encode())


def _scales(squares: NDArray[Any]) -> NDArray[np.float64]:
    """Return what brings each view of each row to its share of length one; views that are empty take no share."""
    is_filled = squares > 0
    filled = (is_filled * _SHARES).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        scales = np.sqrt(_SHARES / filled / squares)
    return np.where(is_filled, scales, 0)
