"""Texts as sparse vectors of length one, and the cosine of a text with every one of them.

Weights are TF-IDF; each view (letters, skeleton, concepts) is brought to its share of the whole, so that a long word
counts no more than a telling one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import VIEWS, features, view_of
from bot.faq.lexicon import Lexicon

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]

#: A feature in more texts than this share of all says nothing and costs most of the time.
_TOO_COMMON: Final = 0.35
_SHARES: Final = np.array(VIEWS)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's known features and their weights, and which part of its weight is known (0–1)."""

    numbers: NDArray[np.intp]
    weights: Floats
    known: float


class Vectors:
    """The vectors of some texts, laid out by feature: which texts hold it, and how strongly."""

    def __init__(self, texts: Sequence[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.count = len(texts)
        found = [features(text, lexicon) for text in texts]
        self._features, number = np.unique(np.concatenate(found), return_inverse=True)
        owner = np.repeat(np.arange(self.count), [len(one) for one in found])
        # By feature, then by text: how often each text holds each feature.
        held, often = np.unique(number * self.count + owner, return_counts=True)
        number, owner = np.divmod(held, self.count)

        frequency = np.bincount(number, minlength=len(self._features))
        self._rarity = _rarity(self.count, frequency)
        #: A feature never seen weighs as the rarest: it makes a question less like everything.
        self._unseen = float(_rarity(self.count, np.zeros(1))[0])
        self._rarity[frequency > max(20, self.count * _TOO_COMMON)] = 0

        raw = self._rarity[number] * (1 + np.log(often))
        view = view_of(self._features)[number]
        squares = np.bincount(owner * len(VIEWS) + view, raw * raw, self.count * len(VIEWS))
        self.holders: Indices = owner.astype(np.int32)
        self.weights: Floats = (raw * _scales(squares.reshape(self.count, -1))[owner, view]).astype(np.float32)
        self.start = np.concatenate(([0], np.cumsum(frequency)))

    def vector(self, text: str) -> Vector:
        """Return `text` as a vector; no numbers when nothing in it was ever seen."""
        held, often = np.unique(features(text, self._lexicon), return_counts=True)
        numbers = np.minimum(np.searchsorted(self._features, held), len(self._features) - 1)
        is_seen = self._features[numbers] == held
        raw = np.where(is_seen, self._rarity[numbers], self._unseen) * (1 + np.log(often))
        view = view_of(held)
        squares = np.bincount(view, raw * raw, len(VIEWS))
        weights = raw * _scales(squares.reshape(1, -1))[0, view]
        # Vectors are of length one: what is not seen is what is missing.
        known = 1.0 if is_seen.all() else float((weights * weights)[is_seen].sum())
        is_seen &= raw > 0
        return Vector(numbers[is_seen], weights[is_seen].astype(np.float32), known)

    def cosines(self, vector: Vector) -> Floats:
        """Return the cosine of a vector with each text."""
        if not len(vector.numbers):
            return np.zeros(self.count, dtype=np.float32)
        start, end = self.start[vector.numbers], self.start[vector.numbers + 1]
        holders = np.concatenate([self.holders[one:other] for one, other in zip(start, end, strict=True)])
        weights = np.concatenate([self.weights[one:other] for one, other in zip(start, end, strict=True)])
        return np.bincount(holders, weights * np.repeat(vector.weights, end - start), self.count).astype(np.float32)

    def dense(self, width: int) -> Floats:
        """Return the texts as dense rows of `width` columns.

        The features that weigh most have half of the columns to themselves; the others share the rest by signed
        hashing, which keeps the products of rows near those of the sparse vectors.
        """
        own = width // 2
        column = (own + self._features % np.uint64(width - own)).astype(np.int64)
        sign: Floats = np.where(self._features & np.uint64(0x80000000), 1, -1).astype(np.float32)
        mass = np.add.reduceat(self.weights * self.weights, self.start[:-1])
        heaviest = np.argsort(-mass, kind="stable")[:own]
        column[heaviest] = np.arange(len(heaviest))
        often = np.diff(self.start)
        at = self.holders.astype(np.int64) * width + np.repeat(column, often)
        rows = np.bincount(at, self.weights * np.repeat(sign, often), self.count * width)
        return rows.astype(np.float32).reshape(self.count, width)


def _rarity(count: int, frequency: NDArray[Any]) -> NDArray[np.float64]:
    """Return the root of the inverse document frequency: itself, it lets slips of the pen outweigh the words."""
    return np.asarray(np.sqrt(np.log((1 + count) / (1 + frequency)) + 1))


def _scales(squares: NDArray[Any]) -> NDArray[np.float64]:
    """Return what brings each view of each row to its share of length one; views that are empty take no share."""
    is_filled = squares > 0
    filled = (is_filled * _SHARES).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        scales = np.sqrt(_SHARES / filled / squares)
    return np.where(is_filled, scales, 0)
