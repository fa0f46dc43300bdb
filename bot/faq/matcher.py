"""Which entries answer a question, best first, with a score that says how often it is right.

Two views that learnt the same phrasings apart, mixed with the nearest phrasing: what they do not agree on leads by
little, and is not answered directly. Trained when content is loaded; nothing is stored and nothing is downloaded. What
was measured: `docs/matching.md`.

The first view are linear machines, one for each entry against all others, trained together, with squared hinge loss:
once a text is clearly not of an entry, it says no more about it. That is what ridge regression lacks, which bends every
entry to score 0 on ten thousand texts of others; it cost three questions in a hundred. The second, naive Bayes, only
counts how much oftener an entry holds a word than all texts do. It is the weaker of the two and errs elsewhere, above
all where one everyday word pulls; together they are right three questions in a hundred more often.
"""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.faq.entries import EntryId
from bot.faq.vectors import Features, Floats, Indices, Lexicon, Vector, Vectors, encoder, shortest, slots, view_of

#: Weight of the loss against the length of the weights (the "C" of the field).
_LOSS: Final = 1.0
#: Steps of the conjugate gradients: six come within a point of fifty; fewer texts leave time for more.
_FEWEST: Final = 6
_MOST_STEPS: Final = 20
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
    for turn in range(min(_MOST_STEPS, max(_FEWEST, _ROWS // count))):
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
        self._class = shortest(owner, classes)
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


Zone = Literal["sure", "unsure", "none"]

#: Share of the nearest phrasing in the score; the rest is the machines'.
_NEAREST: Final = 0.15
#: Weight of naive Bayes beside them: 0.2 to 0.4 do as well, less and more do worse.
_BAYES: Final = 0.3
#: What a side without entries scores: nothing is of it.
_NO_SIDE: Final = -1.0
#: Columns that the machines are trained in; twice as many take twice the time and gain half a point.
_WIDTH: Final = 2048
#: Least cosine with a phrasing at which one word alone is answered directly, and two words.
_LEAST_NEAR: Final = (0.8, 0.45)
#: Least share of a question that is known: no gold question of ours has less than 0.4, and numbers or code have none.
_LEAST_KNOWN: Final = 0.3
#: A message of at most so many words, all known, is about something of ours: choices help more than "I don't know".
_FEW_WORDS: Final = 2
#: Entries told at most, and texts matched at one go where there are many.
_MOST: Final = 5
_AT_ONCE: Final = 64


class Evidence(NamedTuple):
    """What a question was found to be like."""

    #: The best entry's score, about 0 to 1, and how far it leads the second.
    score: float = 0.0
    lead: float = 0.0
    #: Share of the question's features that any phrasing holds, 0 to 1.
    known: float = 0.0
    #: How far the best entry of ours leads the best of another office's, -1 to 1.
    ours: float = 0.0
    #: Whether both views put the best entry first: where not, a third of the answers was wrong, else a twentieth.
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class Calibration:
    """How evidence becomes probabilities (logistic), and where zones are cut; fitted by `dalil gold --calibrate`.

    Two questions are asked: whether the best entry is right, and whether the question is ours at all. A question with
    several good answers is ours without doubt, though none of them leads.
    """

    offset: float = -4.0
    score: float = 6.0
    lead: float = 8.0
    known: float = 2.0
    #: How clearly the question is on one side: ours, or another office's.
    side: float = 0.0
    ours_offset: float = -1.0
    ours_known: float = 1.0
    ours_lead: float = 10.0
    #: Least probability of being right for an answer given directly, and of being ours for one offered among three.
    sure: float = 0.8
    unsure: float = 0.25
    #: Weight of the meaning of whole sentences beside their letters and concepts (1); see `bot.faq.vectors`.
    semantic: float = 0.0

    def right(self, found: Evidence) -> float:
        """Return how often the best entry is right with this evidence."""
        weighed = self.score * found.score + self.lead * found.lead + self.known * found.known
        return _chance(self.offset + weighed + self.side * abs(found.ours))

    def ours(self, found: Evidence) -> float:
        """Return how often a question with this evidence is ours."""
        return _chance(self.ours_offset + self.ours_known * found.known + self.ours_lead * found.ours)

    def zone(self, found: Evidence) -> Zone:
        """Return what is done on this evidence."""
        if found.agreed and self.right(found) >= self.sure:
            return "sure"
        return "unsure" if self.ours(found) >= self.unsure else "none"


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, odds)))


_NO_EVIDENCE: Final = Evidence()


@dataclass(frozen=True, slots=True)
class Match:
    """What a question was taken for. `ranked` holds at most five entries, best first, each score in 0–1."""

    zone: Zone
    ranked: tuple[tuple[EntryId, float], ...]
    #: What the zone was cut on.
    evidence: Evidence = _NO_EVIDENCE


_NOTHING: Final = Match("none", ())


def _grouped(phrasings: Sequence[tuple[EntryId, str]], number: Mapping[EntryId, int]) -> list[tuple[int, str]]:
    """Return phrasings entry by entry, in the order in which they are learnt."""
    return sorted((number[entry], text) for entry, text in phrasings)


class Matcher:
    """Matches questions to entries; with 10,000 phrasings it is built in two seconds and matches in a millisecond."""

    def __init__(
        self,
        phrasings: Sequence[tuple[EntryId, str]],
        lexicon: Lexicon,
        calibration: Calibration | None = None,
        others: Container[EntryId] = (),
    ) -> None:
        self.calibration = calibration or Calibration()
        self.lexicon = lexicon
        self.entries: tuple[EntryId, ...] = tuple(dict.fromkeys(entry for entry, _ in phrasings))
        number = {entry: index for index, entry in enumerate(self.entries)}
        #: Which entries are another office's business.
        self.others = others
        self._is_other = np.array([entry in others for entry in self.entries])
        # Entry by entry, so that the nearest of each is found at one go.
        grouped = _grouped(phrasings, number)
        self._entry_of: Indices = np.array([entry for entry, _ in grouped], dtype=np.int32)
        self._first = np.searchsorted(self._entry_of, np.arange(len(self.entries)))
        self._untrained: list[str] | None = [text for _, text in grouped]
        self._known: Mapping[str, Features] = {}
        self._meanings: Floats | None = None

    def take_features(self, other: "Matcher", phrasings: Sequence[tuple[EntryId, str]]) -> None:
        """Take over the features of texts from a trained matcher of the same lexicon that learnt these phrasings."""
        number = {entry: index for index, entry in enumerate(other.entries)}
        known = other._vectors.known([text for _, text in _grouped(phrasings, number)])
        self._known = {text: known[text] for text in self._untrained or () if text in known}

    @property
    def is_trained(self) -> bool:
        """Return whether the phrasings were learnt."""
        return self._untrained is None

    def train(self) -> None:
        """Learn the phrasings, once; whoever only checks the content need not wait for it."""
        if self._untrained is None:
            return
        self._vectors = Vectors(self._untrained, self.lexicon, self._known)
        self._known = {}
        rows = self._vectors.dense(_WIDTH)
        if self.calibration.semantic and (encode := encoder()) is not None:
            self._meanings = self._weighed(encode(self._untrained))
            rows = np.hstack([rows, self._meanings])
        self._machines = fitted(rows, self._entry_of, len(self.entries))
        self._bayes = NaiveBayes(self._vectors, self._entry_of, len(self.entries))
        self._untrained = None

    def match(self, text: str, most: int = _MOST) -> Match:
        """Return at most so many entries that may answer `text`; zone `none` for what has nothing in common."""
        self.train()
        vector = self._vectors.vector(text)
        if not len(vector.numbers):
            return _NOTHING
        cosines = self._cosines(vector, text)
        return self._zoned(text, vector, cosines, self._machines.support @ cosines, most)

    def _zoned(self, text: str, vector: Vector, cosines: Floats, support: Floats, most: int) -> Match:
        if not len(vector.numbers):
            return _NOTHING
        match = self._match(cosines, support, vector, most)
        words = len(text.split())
        if vector.known < _LEAST_KNOWN:
            return replace(match, zone="none")
        if match.zone == "sure" and words <= len(_LEAST_NEAR) and cosines.max() < _LEAST_NEAR[words - 1]:
            # «الزربية» alone may ask for anything about carpets, «شوية بزاف» for nothing.
            return replace(match, zone="unsure")
        if match.zone == "none" and words <= _FEW_WORDS and vector.known == 1:
            return replace(match, zone="unsure")
        return match

    def matches(self, texts: Sequence[str], most: int = _MOST) -> list[Match]:
        """Return what each of many texts is matched to, in their order, as `match` does.

        Half the time of a match is reading the machines' weights; here they are read once for many texts.
        """
        found: list[Match] = []
        if texts:
            self.train()
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            vectors = [self._vectors.vector(text) for text in some]
            cosines = np.stack([self._cosines(vector, text) for vector, text in zip(vectors, some, strict=True)], 1)
            supports = self._machines.support @ cosines
            found += [
                self._zoned(text, vector, cosines[:, n], supports[:, n], most)
                for n, (text, vector) in enumerate(zip(some, vectors, strict=True))
            ]
        return found

    def _cosines(self, vector: Vector, text: str) -> Floats:
        """Return how near each phrasing is to a question: by its features, and by its meaning where that is weighed."""
        cosines = self._vectors.cosines(vector)
        if self._meanings is not None and (encode := encoder()) is not None:
            cosines += self._meanings @ self._weighed(encode([text]))[0]
        return cosines

    def _weighed(self, meanings: Floats) -> Floats:
        weighed: Floats = meanings * np.float32(math.sqrt(self.calibration.semantic))
        return weighed

    def _match(self, cosines: Floats, support: Floats, vector: Vector, most: int) -> Match:
        """Return the entries ranked by the machines, naive Bayes and the nearest phrasing together."""
        nearest = np.maximum.reduceat(cosines, self._first)
        # From -1 (no) to 1 (yes), as the nearest is from 0 to 1.
        machines = (support + self._machines.offsets + 1) / 2
        first_view = _NEAREST * nearest + (1 - _NEAREST) * machines
        second_view = self._bayes.scores(vector)
        scores = first_view + _BAYES * second_view
        best = np.argsort(-scores)[:most]
        top = float(scores[best[0]])
        lead = top - float(scores[best[1]]) if len(best) > 1 else top
        ours, other = (float(scores[side].max(initial=_NO_SIDE)) for side in (~self._is_other, self._is_other))
        agreed = bool(first_view.argmax() == second_view.argmax() == best[0])
        evidence = Evidence(top, lead, vector.known, ours - other, agreed)
        right = [
            self.calibration.right(evidence._replace(score=float(scores[index]), lead=lead if place == 0 else 0.0))
            for place, index in enumerate(best)
        ]
        ranked = tuple((self.entries[index], chance) for index, chance in zip(best, right, strict=True))
        return Match(self.calibration.zone(evidence), ranked, evidence)
