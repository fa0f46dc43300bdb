"""Which entries answer a question, best first, with a score that says how often it is right.

Two views that learnt the same phrasings apart, mixed with the nearest phrasing: what they do not agree on leads by
little, and is not answered directly. Trained when content is loaded; nothing is stored and nothing is downloaded. What
was measured: `docs/matching.md`.
"""

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np

from bot.faq.classifiers import NaiveBayes, fitted
from bot.faq.entries import EntryId
from bot.faq.lexicon import Lexicon
from bot.faq.vectors import Floats, Indices, Vector, Vectors, encoder

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
#: Entries told at most.
_MOST: Final = 5


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
        self._bayes = NaiveBayes(self._vectors, self._entry_of, len(self.entries))
        self._untrained = None

    def match(self, text: str, most: int = _MOST) -> Match:
        """Return at most so many entries that may answer `text`; zone `none` for what has nothing in common."""
        self.train()
        vector = self._vectors.vector(text)
        if not len(vector.numbers):
            return _NOTHING
        cosines = self._cosines(vector, text)
        match = self._match(cosines, vector, most)
        words = len(text.split())
        if vector.known < _LEAST_KNOWN:
            return replace(match, zone="none")
        if match.zone == "sure" and words <= len(_LEAST_NEAR) and cosines.max() < _LEAST_NEAR[words - 1]:
            # «الزربية» alone may ask for anything about carpets, «شوية بزاف» for nothing.
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

    def _match(self, cosines: Floats, vector: Vector, most: int) -> Match:
        """Return the entries ranked by the machines, naive Bayes and the nearest phrasing together."""
        nearest = np.maximum.reduceat(cosines, self._first)
        # From -1 (no) to 1 (yes), as the nearest is from 0 to 1.
        machines = (self._machines.support @ cosines + self._machines.offsets + 1) / 2
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
