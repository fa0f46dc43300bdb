"""Which entries answer a question, best first, with a score that says how often it is right.

Nearest phrasing mixed with ridge regression onto the entries. Trained when content is loaded; nothing is stored and
nothing is downloaded. What was measured: `docs/matching.md`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from bot.faq.entries import EntryId
from bot.faq.lexicon import Lexicon
from bot.faq.vectors import Floats, Indices, Vectors

Zone = Literal["sure", "unsure", "none"]

#: Share of the nearest phrasing in the score; the rest is the ridge.
_NEAREST: Final = 0.3
#: Ridge penalty, on rows of length one.
_PENALTY: Final = 0.3
#: Columns that the features are hashed to for the ridge: the exact kernel takes six seconds to train.
_WIDTH: Final = 2048
#: Least score at which one word alone is answered directly.
_ONE_WORD: Final = 0.6
#: Entries told at most.
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a score becomes a probability (logistic), and where the zones are cut. Fitted by `dalil gold --calibrate`."""

    offset: float = -4.0
    score: float = 6.0
    margin: float = 8.0
    known: float = 2.0
    #: Least probability of an answer given directly, and of one offered among three.
    sure: float = 0.8
    unsure: float = 0.25

    def probability(self, score: float, margin: float, known: float) -> float:
        """Return how often an answer with this evidence is right."""
        return 1 / (1 + math.exp(-(self.offset + self.score * score + self.margin * margin + self.known * known)))

    def zone(self, probability: float) -> Zone:
        """Return what is done at this probability."""
        return "sure" if probability >= self.sure else "unsure" if probability >= self.unsure else "none"


@dataclass(frozen=True, slots=True)
class Match:
    """What a question was taken for. `ranked` holds at most five entries, best first, each score in 0–1."""

    zone: Zone
    ranked: tuple[tuple[EntryId, float], ...]
    #: What the zone was cut on: top score, its lead, the share of the question's features that are known.
    evidence: tuple[float, float, float] = (0.0, 0.0, 0.0)


_NOTHING: Final = Match("none", ())


class Matcher:
    """Matches questions to entries; with 6,000 phrasings it is built in a second and matches in a millisecond."""

    def __init__(
        self, phrasings: Sequence[tuple[EntryId, str]], lexicon: Lexicon, calibration: Calibration | None = None
    ) -> None:
        self.calibration = calibration or Calibration()
        self.entries: tuple[EntryId, ...] = tuple(dict.fromkeys(entry for entry, _ in phrasings))
        number = {entry: index for index, entry in enumerate(self.entries)}
        self._entry_of: Indices = np.array([number[entry] for entry, _ in phrasings], dtype=np.int32)
        self._untrained: tuple[list[str], Lexicon] | None = ([text for _, text in phrasings], lexicon)

    def train(self) -> None:
        """Learn the phrasings, once; whoever only checks the content need not wait for it."""
        if self._untrained is None:
            return
        texts, lexicon = self._untrained
        self._vectors = Vectors(texts, lexicon)
        self._fit()
        self._untrained = None

    def _fit(self) -> None:
        """Fit the ridge: how each column speaks for or against each entry."""
        rows, self._column, self._sign = self._vectors.hashed(_WIDTH)
        wanted = np.zeros((_WIDTH, len(self.entries)), dtype=np.float32)
        for entry in range(len(self.entries)):
            wanted[:, entry] = rows[self._entry_of == entry].sum(axis=0)
        square = rows.T @ rows
        square[np.diag_indices(_WIDTH)] += _PENALTY
        self._weights: Floats = np.linalg.solve(square, wanted).astype(np.float32)

    def match(self, text: str, most: int = _MOST) -> Match:
        """Return at most so many entries that may answer `text`; zone `none` for what has nothing in common."""
        self.train()
        vector = self._vectors.vector(text)
        if not len(vector.numbers):
            return _NOTHING
        hashed = np.bincount(self._column[vector.numbers], vector.weights * self._sign[vector.numbers], _WIDTH)
        ridge = hashed.astype(np.float32) @ self._weights
        match = self._match(self._vectors.cosines(vector), ridge, vector.known, most)
        if match.zone == "sure" and match.evidence[0] < _ONE_WORD and len(text.split()) == 1:
            # «الزربية» alone may ask for anything about carpets.
            return replace(match, zone="unsure")
        return match

    def left_out(self, phrasings: Sequence[tuple[EntryId, str]]) -> Iterator[tuple[EntryId, Match]]:
        """Yield each phrasing this was built from with what it is taken for by all the others.

        Exact for both halves: a phrasing's own cosine is left out, and a ridge knows its own leave-one-out answers.
        """
        self.train()
        rows, _, _ = self._vectors.hashed(_WIDTH)
        square = rows.T @ rows
        square[np.diag_indices(_WIDTH)] += _PENALTY
        leverage = np.einsum("ij,ji->i", rows, np.linalg.solve(square, rows.T))
        answers = rows @ self._weights
        wanted = np.zeros_like(answers)
        wanted[np.arange(len(rows)), self._entry_of] = 1
        answers -= (leverage / (1 - leverage))[:, None] * (wanted - answers)
        for index, (entry, text) in enumerate(phrasings):
            vector = self._vectors.vector(text)
            cosines = self._vectors.cosines(vector)
            cosines[index] = 0
            yield entry, self._match(cosines, answers[index], vector.known, _MOST)

    def _match(self, cosines: Floats, ridge: Floats, known: float, most: int) -> Match:
        """Return the entries ranked by the nearest phrasing and the ridge together."""
        nearest = np.zeros(len(self.entries), dtype=np.float32)
        np.maximum.at(nearest, self._entry_of, cosines)
        scores = _NEAREST * nearest + (1 - _NEAREST) * ridge
        best = np.argsort(-scores)[:most]
        top = float(scores[best[0]])
        lead = top - float(scores[best[1]]) if len(best) > 1 else top
        evidence = (top, lead, known)
        ranked = tuple(
            (
                self.entries[index],
                self.calibration.probability(float(scores[index]), lead if place == 0 else 0.0, known),
            )
            for place, index in enumerate(best)
        )
        return Match(self.calibration.zone(ranked[0][1]), ranked, evidence)
