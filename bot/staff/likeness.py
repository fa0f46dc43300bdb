"""Questions that nobody answered, put together where they ask alike, most asked first.

Spellings that fold to the same are one already. Further ones are put to the most asked question that they are like: it
has one of their rarer words, and most of their letters. Ten thousand take a second or two, in a thread beside
the pages; the groups are kept until the questions change.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from time import sleep
from typing import Final

from rapidfuzz import fuzz, process

from bot.storage.review import OpenQuestion

#: Least likeness of two questions that are put together, in percent of the letters of their words in order.
_LIKE: Final = 78.0
#: Words of a question by which others are looked for: the rarest that others have too; and groups looked at for each.
_RARE: Final = 5
_MOST_NEAR: Final = 60
#: Questions looked at before whoever else has something to do has a turn, and for how long, in seconds.
_AT_A_TIME: Final = 100
_PAUSE: Final = 0.002


def mark_of_question(folded: str) -> str:
    """Return what a question is called in addresses and forms."""
    return sha256(folded.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(slots=True)
class QuestionGroup:
    """Questions that ask alike, the most asked first."""

    questions: list[OpenQuestion]
    weeks: Counter[str] = field(default_factory=Counter)

    @property
    def first(self) -> OpenQuestion:
        """Return the question that stands for the group."""
        return self.questions[0]

    @property
    def mark(self) -> str:
        """Return what the group is called."""
        return mark_of_question(self.first.folded)

    @property
    def times(self) -> int:
        """Return how often any of them was asked."""
        return self.weeks.total()


def grouped(questions: Sequence[OpenQuestion]) -> list[QuestionGroup]:
    """Return questions, most asked first, in groups by likeness; the most asked group first."""
    words = [one.folded.split() for one in questions]
    shared = Counter(word for told in words for word in set(told))
    groups: list[QuestionGroup] = []
    #: The words of each group's first question, in one order for all.
    ordered: list[str] = []
    by_word: dict[str, list[int]] = {}
    for number_of, (question, told) in enumerate(zip(questions, words, strict=True)):
        if number_of % _AT_A_TIME == 0:
            sleep(_PAUSE)
        common = {word for word in told if shared[word] > 1}
        rare = sorted(common, key=lambda word: (shared[word], word))[:_RARE]
        near = {number: ordered[number] for word in rare for number in by_word.get(word, ())[:_MOST_NEAR]}
        in_order = " ".join(sorted(told))
        found = process.extractOne(in_order, near, scorer=fuzz.ratio, score_cutoff=_LIKE) if near else None
        if found is not None:
            best = int(found[2])
            groups[best].questions.append(question)
        else:
            best = len(groups)
            groups.append(QuestionGroup([question]))
            ordered.append(in_order)
            for word in rare:
                by_word.setdefault(word, []).append(best)
        groups[best].weeks.update(question.weeks)
    groups.sort(key=lambda group: (-group.times, group.first.folded))
    return groups
