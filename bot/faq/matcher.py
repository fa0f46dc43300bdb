"""Which entries answer a question, best first, with a score that says how often it is right.

Support vector machines over all phrasings mixed with the nearest one. Trained when content is loaded; nothing is stored
and nothing is downloaded. What was measured: `docs/matching.md`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from bot.faq.entries import EntryId
from bot.faq.hinge import fitted
from bot.faq.lexicon import Lexicon
from bot.faq.semantic import encoder
from bot.faq.vectors import Floats, Indices, Vector, Vectors

Zone = Literal["sure", "unsure", "none"]

#: Share of the nearest phrasing in the score; the rest is the machines'.
_NEAREST: Final = 0.15
#: Columns that the machines are trained in; twice as many take twice the time and gain half a point.
_WIDTH: Final = 2048
#: Least cosine with a phrasing at which one word alone is answered directly.
_ONE_WORD: Final = 0.8
#: Least share of a question that is known: no gold question of ours has less than 0.4, and numbers or code have none.
_LEAST_KNOWN: Final = 0.3
#: A message of at most so many words, all known, is about something of ours: choices help more than "I don't know".
_FEW_WORDS: Final = 2
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
    #: Weight of the meaning of whole sentences beside their letters and concepts (1); see `bot.faq.semantic`.
    semantic: float = 0.0

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
    """Matches questions to entries; with 10,000 phrasings it is built in two seconds and matches in a millisecond."""

    def __init__(
        self, phrasings: Sequence[tuple[EntryId, str]], lexicon: Lexicon, calibration: Calibration | None = None
    ) -> None:
        self.calibration = calibration or Calibration()
        self.lexicon = lexicon
        self.entries: tuple[EntryId, ...] = tuple(dict.fromkeys(entry for entry, _ in phrasings))
        number = {entry: index for index, entry in enumerate(self.entries)}
        # Entry by entry, so that the nearest of each is found at one go.
        grouped = sorted((number[entry], text) for entry, text in phrasings)
        self._entry_of: Indices = np.array([entry for entry, _ in grouped], dtype=np.int32)
        self._first = np.searchsorted(self._entry_of, np.arange(len(self.entries)))
        self._untrained: list[str] | None = [text for _, text in grouped]
        self._meanings: Floats | None = None

    def train(self) -> None:
        """Learn the phrasings, once; whoever only checks the content need not wait for it."""
        if self._untrained is None:
            return
        self._vectors = Vectors(self._untrained, self.lexicon)
        rows = self._vectors.dense(_WIDTH)
        if self.calibration.semantic and (encode := encoder()) is not None:
            self._meanings = self._weighed(encode(self._untrained))
            rows = np.hstack([rows, self._meanings])
        self._machines = fitted(rows, self._entry_of, len(self.entries))
        self._untrained = None

    def match(self, text: str, most: int = _MOST) -> Match:
        """Return at most so many entries that may answer `text`; zone `none` for what has nothing in common."""
        self.train()
        vector = self._vectors.vector(text)
        if not len(vector.numbers):
            return _NOTHING
        cosines = self._cosines(vector, text)
        match = self._match(cosines, vector.known, most)
        words = len(text.split())
        if vector.known < _LEAST_KNOWN:
            return replace(match, zone="none")
        if match.zone == "sure" and words == 1 and cosines.max() < _ONE_WORD:
            # «الزربية» alone may ask for anything about carpets.
            return replace(match, zone="unsure")
        if match.zone == "none" and words <= _FEW_WORDS and vector.known == 1:
            return replace(match, zone="unsure")
        return match

    def _cosines(self, vector: Vector, text: str) -> Floats:
        """Return how near each phrasing is to a question: by its features, and by its meaning where that is weighed."""
        cosines = self._vectors.cosines(vector)
        if self._meanings is not None and (encode := encoder()) is not None:
            cosines += self._meanings @ self._weighed(encode([text]))[0]
        return cosines

    def _weighed(self, meanings: Floats) -> Floats:
        weighed: Floats = meanings * np.float32(math.sqrt(self.calibration.semantic))
        return weighed

    def _match(self, cosines: Floats, known: float, most: int) -> Match:
        """Return the entries ranked by the machines and the nearest phrasing together."""
        nearest = np.maximum.reduceat(cosines, self._first)
        # From -1 (no) to 1 (yes), as the nearest is from 0 to 1.
        machines = (self._machines.support @ cosines + self._machines.offsets + 1) / 2
        scores = _NEAREST * nearest + (1 - _NEAREST) * machines
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
