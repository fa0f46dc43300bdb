"""Linear support vector machines, one for each class against all others, trained together.

Squared hinge loss: once a text is clearly not of a class, it says no more about it. That is what ridge regression
lacks, which bends every class to score 0 on ten thousand texts of others; it cost three questions in a hundred.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.faq.vectors import Floats, Indices

#: Weight of the loss against the length of the weights (the "C" of the field).
_LOSS: Final = 1.0
#: Steps of the conjugate gradients: six come within a point of fifty; fewer texts leave time for more.
_FEWEST: Final = 6
_MOST: Final = 20
_ROWS: Final = 60_000


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
