"""What speaks for an answer, and what is done on it: answer, offer choices, or say that nothing fits."""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Zone = Literal["sure", "unsure", "none"]


class Evidence(NamedTuple):
    """What a question was found to be like."""

    #: The best entry's score, about 0 to 1, and how far it leads the second.
    score: float = 0.0
    lead: float = 0.0
    #: Share of the question's features that any phrasing holds, 0 to 1.
    known: float = 0.0
    #: How far the best entry of ours leads the best of another office's, -1 to 1.
    ours: float = 0.0


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
    #: Weight of the meaning of whole sentences beside their letters and concepts (1); see `bot.faq.semantic`.
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
        if self.right(found) >= self.sure:
            return "sure"
        return "unsure" if self.ours(found) >= self.unsure else "none"


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, odds)))
