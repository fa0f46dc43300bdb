"""How well questions are understood: figures over a gold set, and the calibration fitted on it.

A gold question names the entry that answers it best, and entries that would do as well; an off-topic one names none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.faq.entries import EntryId
from bot.faq.matcher import Calibration, Match, Matcher

#: What is asked of answers given directly: how often they are right, and how seldom an off-topic question gets one.
RIGHT_WHEN_SURE: Final = 0.996
OFF_TOPIC_ANSWERED: Final = 0.002
#: Off-topic questions that may be offered suggestions of ours rather than an honest "nothing fits".
OFF_TOPIC_SUGGESTED: Final = 0.04
#: Questions of ours that may be told that nothing fits.
OURS_LOST: Final = 0.002
#: Parts that the phrasings are cut into, to ask each of the others.
_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Gold:
    """A question whose answer is known; `entries` is empty for one that is not ours."""

    text: str
    register: str
    entries: frozenset[str]

    @property
    def subject(self) -> str:
        """Return the subject of the answer."""
        return min(self.entries, default="off").partition(".")[0]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in percent over some gold questions; `None` where there was nothing to count."""

    count: int
    top_1: float | None
    top_3: float | None
    answered: float | None
    right_when_answered: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold question and what it was taken for."""

    gold: Gold
    match: Match

    @property
    def is_right(self) -> bool:
        """Return whether the first entry answers it."""
        return bool(self.match.ranked) and self.match.ranked[0][0] in self.gold.entries

    @property
    def is_near(self) -> bool:
        """Return whether one of the first three answers it."""
        return any(entry in self.gold.entries for entry, _ in self.match.ranked[:3])


def judged(gold: Iterable[Gold], matcher: Matcher) -> list[Judged]:
    """Return what each gold question is taken for."""
    listed = list(gold)
    matches = matcher.matches([one.text for one in listed])
    return [Judged(one, match) for one, match in zip(listed, matches, strict=True)]


def cross_validated(phrasings: Sequence[tuple[EntryId, str]], like: Matcher) -> list[Match]:
    """Return what each phrasing is taken for by a matcher that learnt four fifths of them, and not this one.

    A fifth is left out at a time, not one: a matcher takes a second to train, and there are thousands of phrasings.
    """
    matches: list[Match | None] = [None] * len(phrasings)
    for fold in range(_FOLDS):
        learnt = [phrasing for place, phrasing in enumerate(phrasings) if place % _FOLDS != fold]
        matcher = Matcher(learnt, like.lexicon, like.calibration, like.others)
        for place in range(fold, len(phrasings), _FOLDS):
            matches[place] = matcher.match(phrasings[place][1])
    return [match for match in matches if match is not None]


def figures(results: Sequence[Judged]) -> Figures:
    """Return the figures over questions that are ours."""
    ours = [one for one in results if one.gold.entries]
    sure = [one for one in ours if one.match.zone == "sure"]
    return Figures(
        len(ours),
        _percent(sum(one.is_right for one in ours), len(ours)),
        _percent(sum(one.is_near for one in ours), len(ours)),
        _percent(len(sure), len(ours)),
        _percent(sum(one.is_right for one in sure), len(sure)),
    )


def off_topic_answered(results: Sequence[Judged], ours: frozenset[str]) -> float | None:
    """Return the percentage of off-topic questions answered directly with an entry of ours."""
    off = [one for one in results if not one.gold.entries]
    wrong = [one for one in off if one.match.zone == "sure" and one.match.ranked[0][0] in ours]
    return _percent(len(wrong), len(off))


def confusions(results: Sequence[Judged], most: int) -> list[tuple[str, str, int]]:
    """Return the pairs (meant, taken for) that happened most often."""
    pairs = Counter(
        (min(one.gold.entries), one.match.ranked[0][0])
        for one in results
        if one.gold.entries and one.match.ranked and not one.is_right
    )
    return [(meant, taken, times) for (meant, taken), times in pairs.most_common(most)]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def calibrated(results: Sequence[Judged], off_topic: frozenset[str]) -> Calibration:
    """Return the logistic fits on the evidence, and zones cut so that what is answered is right.

    A question that is not ours counts as answered rightly when it is recognised as another office's (`off_topic`).
    """
    evidence = np.array([one.match.evidence for one in results], dtype=np.float64)
    score, lead, known, side, agreed = evidence.T
    deserved = np.array([_deserved(one, off_topic) for one in results])
    ours = np.array([bool(one.gold.entries) for one in results])
    plain = Calibration(
        *_logistic(np.column_stack([score, lead, known, np.abs(side)]), deserved),
        *_logistic(np.column_stack([known, side]), ours),
    )
    chances = np.array([plain.right(one.match.evidence) for one in results])
    sure = _cut(np.where(agreed > 0, chances, 0), deserved, ours)
    # What is recognised as another office's is never suggested.
    astray = [
        plain.ours(one.match.evidence) for one in results if not one.gold.entries and not _deserved(one, off_topic)
    ]
    allowed = int(OFF_TOPIC_SUGGESTED * (~ours).sum())
    unsure = sorted(astray, reverse=True)[allowed] if len(astray) > allowed else 0.0
    # Where even fewer go astray, what is less like ours than nearly all questions of ours are need not be offered them.
    likely = [plain.ours(one.match.evidence) for one in results if one.gold.entries]
    unsure = max(unsure, float(np.quantile(likely, OURS_LOST))) if likely else unsure
    return replace(plain, sure=sure, unsure=unsure)


def _deserved(one: Judged, off_topic: frozenset[str]) -> bool:
    if one.gold.entries:
        return one.is_right
    return bool(one.match.ranked) and one.match.ranked[0][0] in off_topic


def _cut(chances: NDArray[np.float64], deserved: NDArray[np.bool_], ours: NDArray[np.bool_]) -> float:
    """Return the lowest cut above which answers are right often enough and off-topic questions are seldom answered."""
    for cut in np.linspace(0.3, 0.99, 139):
        above = chances >= cut
        answered = above & ours
        precise = not answered.any() or deserved[answered].mean() >= RIGHT_WHEN_SURE
        seldom = ours.all() or (above & ~ours & ~deserved).sum() / (~ours).sum() <= OFF_TOPIC_ANSWERED
        if precise and seldom:
            return float(cut)
    return 0.99


def _logistic(evidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[float]:
    """Return offset and slopes of the logistic regression of `right` on `evidence`; no slope is below 0.

    More of any evidence must never make an answer less sure: what would is left out.
    """
    columns = list(range(evidence.shape[1]))
    while True:
        offset, *slopes = _fitted(evidence[:, columns], right)
        worst = min(range(len(slopes)), key=slopes.__getitem__)
        if slopes[worst] >= 0:
            kept = dict(zip(columns, slopes, strict=True))
            return [offset, *(kept.get(one, 0.0) for one in range(evidence.shape[1]))]
        del columns[worst]


def _fitted(evidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[float]:
    """Return offset and slopes by Newton's method, with a little ridge."""
    rows = np.hstack([np.ones((len(evidence), 1)), evidence])
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - right) + 0.01 * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + 0.01 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return [float(weight) for weight in weights]


def by(results: Iterable[Judged], kind: str) -> Mapping[str, list[Judged]]:
    """Return the results of questions that are ours by `register` or `subject`."""
    groups: dict[str, list[Judged]] = {}
    for one in results:
        if one.gold.entries:
            groups.setdefault(getattr(one.gold, kind), []).append(one)
    return dict(sorted(groups.items()))
