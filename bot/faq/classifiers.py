"""What tells the classes of texts apart: support vector machines, and naive Bayes as a second opinion.

Linear machines, one for each class against all others, trained together. Squared hinge loss: once a text is clearly not
of a class, it says no more about it. That is what ridge regression lacks, which bends every class to score 0 on ten
thousand texts of others; it cost three questions in a hundred.

Naive Bayes only counts: how much oftener a class holds a word than all texts do. It is the weaker of the two and errs
elsewhere, above all where one everyday word pulls; together they are right three questions in a hundred more often.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.faq.vectors import Floats, Indices, Vector, Vectors, slots, view_of

#: Weight of the loss against the length of the weights (the "C" of the field).
_LOSS: Final = 1.0
#: Steps of the conjugate gradients: six come within a point of fifty; fewer texts leave time for more.
_FEWEST: Final = 6
_MOST: Final = 20
_ROWS: Final = 60_000
#: What every class is thought to have seen beforehand, in texts' worth of features spread as in all texts.
_PRIOR: Final = 5.0
#: Weight that every text has unheard, half of a usual one's: two words alone, each said of one class, prove little.
_RESERVE: Final = 5.0
#: How much naive Bayes hears letters, skeleton and concepts: the n-grams of a word repeat each other, concepts do not.
_HEARD: Final = np.array((0.5, 0.5, 1.5))


@dataclass(frozen=True, slots=True)
class Machines:
    """What was learnt: a text's score for each class is `support @ cosines + offsets`, above 0 for its own class.

    `support` (classes by texts) holds how strongly each known text speaks for each class, `cosines` those of the new
    text with each known one.
    """

    support: Floats
    offsets: Floats


def fitted(rows: Floats, label: Indices, classes: int) -> Machines:
    """Return the machines that tell the classes of `rows` (texts by columns) apart; `label` is the class of each.

    Nonlinear conjugate gradients (Polak-Ribière) with a Newton line search, a step for all classes at a time. Columns
    may be hashed: every step is kept as a sum over texts as well, so that the texts' exact cosines can be used after.
    """
    count, width = rows.shape
    members = [np.flatnonzero(label == one) for one in range(classes)]
    # Everything is held class by class, so that what belongs to one class lies together.
    at = _Side(np.zeros((classes, width), np.float32), np.zeros((classes, count), np.float32), _minus(classes))
    slope = step = at
    scores = np.full((classes, count), -1, dtype=np.float32)
    short = np.empty_like(scores)
    size = _minus(classes)
    for turn in range(min(_MOST, max(_FEWEST, _ROWS // count))):
        for one, own in enumerate(members):
            _shortfall(scores[one], own, short[one])
        short *= 2 * _LOSS
        before, before_size = slope, size
        slope = _Side(at.weights - short @ rows, at.support - short, at.offsets - short.sum(axis=1))
        # The offset is one column that every row fills: its slope is scaled down to what the others' are.
        scaled = slope.offsets / np.float32(1 + 0.02 * count)
        size = _products(slope.weights, slope.weights) + slope.offsets * scaled
        downhill = _Side(-slope.weights, -slope.support, -scaled)
        if turn == 0:
            step = downhill
        else:
            turned = size - _products(slope.weights, before.weights) - scaled * before.offsets
            # A class that is at rest has no slope to compare with.
            kept = np.divide(turned, before_size, out=np.zeros_like(turned), where=before_size > 0)
            step = downhill.further(np.maximum(0, kept), step)
        ahead = step.weights @ rows.T + step.offsets[:, None]
        bend = _products(at.weights, step.weights) + at.offsets * step.offsets
        curve = _products(step.weights, step.weights) + step.offsets * step.offsets
        lengths = np.empty(classes, dtype=np.float32)
        for one, own in enumerate(members):
            lengths[one] = _length(scores[one], ahead[one], own, float(bend[one]), float(curve[one]))
            scores[one] += lengths[one] * ahead[one]
        at = at.further(lengths, step)
    return Machines(at.support, at.offsets)


@dataclass(frozen=True, slots=True)
class _Side:
    """A point, or a direction: weights of the columns, the same as a sum over texts, and offsets, each by class."""

    weights: Floats
    support: Floats
    offsets: Floats

    def further(self, lengths: Floats, way: "_Side") -> "_Side":
        """Return this and so many lengths of `way`, each class its own."""
        each = lengths[:, None]
        return _Side(
            self.weights + each * way.weights,
            self.support + each * way.support,
            self.offsets + lengths * way.offsets,
        )


def _minus(classes: int) -> Floats:
    return np.full(classes, -1, dtype=np.float32)


def _shortfall(scores: Floats, own: NDArray[np.intp], short: Floats) -> None:
    """Write to `short` how far each score is from where it should be: own texts from 1 up, others from -1 down."""
    np.minimum(-1 - scores, 0, out=short)
    short[own] = np.maximum(1 - scores[own], 0)


def _length(scores: Floats, ahead: Floats, own: NDArray[np.intp], bend: float, curve: float) -> float:
    """Return how far to go along `ahead`: two Newton steps on the loss, which is made of parabolas."""
    length = 0.0
    short = np.empty_like(scores)
    for _ in range(2):
        _shortfall(scores + np.float32(length) * ahead, own, short)
        counting = np.where(short != 0, ahead, 0)
        falling = bend + length * curve - 2 * _LOSS * float(short @ ahead)
        bending = curve + 2 * _LOSS * float(counting @ ahead)
        if not bending:
            # At rest already: there is no way ahead.
            break
        length -= falling / bending
    return length


def _products(one: Floats, other: Floats) -> Floats:
    """Return the product of each row of one with the same row of the other."""
    products: Floats = np.einsum("ij,ij->i", one, other)
    return products


class NaiveBayes:
    """How much each feature speaks for each class: the logarithm of how much oftener the class holds it than all do."""

    def __init__(self, vectors: Vectors, label: Indices, classes: int) -> None:
        # Texts come class by class, so within a feature their classes never fall: each run of one is a sum.
        feature = np.repeat(np.arange(len(vectors.features)), np.diff(vectors.start))
        pair = feature * classes + label[vectors.holders]
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        held = np.add.reduceat(vectors.weights, first)
        feature, owner = np.divmod(pair[first], classes)
        expected = np.bincount(feature, held, len(vectors.features))
        expected *= _PRIOR / expected.sum()
        self._class: Indices = owner.astype(np.int32)
        with np.errstate(divide="ignore", invalid="ignore"):
            # A feature that is too common to count weighs nothing in any text.
            speaks = np.where(held > 0, np.log1p(held / expected[feature]), 0)
        self._speaks: Floats = speaks.astype(np.float32)
        self._start = np.searchsorted(feature, np.arange(len(vectors.features) + 1))
        #: What a feature says of a class that never held it, and of every class before it is heard.
        self._unheld = np.log(_PRIOR / (np.bincount(owner, held, classes) + _PRIOR)).astype(np.float32)
        self._heard: Floats = _HEARD[view_of(vectors.features)].astype(np.float32)
        self._classes = classes

    def scores(self, vector: Vector) -> Floats:
        """Return how much a text speaks for each class; only the differences between classes mean anything."""
        heard = vector.weights * self._heard[vector.numbers]
        at, often = slots(self._start, vector.numbers)
        spoken = np.bincount(self._class[at], self._speaks[at] * np.repeat(heard, often), self._classes)
        share = vector.known / (vector.weights.sum() + _RESERVE)
        scores: Floats = (share * (spoken + heard.sum() * self._unheld)).astype(np.float32)
        return scores
