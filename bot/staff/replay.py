"""Past questions and gold questions, asked again of what has learnt before an edit and after it.

Of past questions only those are told that would be answered otherwise, without who asked them. The two sides need
nothing of each other: where both have to be asked, what is live is asked on a second core while the other learns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Final

from bot.content.files import Files
from bot.conversation.library import Library
from bot.faq.measuring import Gold
from bot.staff.gold import Figured, GoldRegister, measured

#: Seconds of the processor for asking past questions of one side, and how many are asked before the time is looked at.
_PATIENCE: Final = 3.0
_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """What people asked, and how often."""

    text: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class AnsweredOtherwise:
    """A question that would be taken otherwise: how sure, and for which answer, before and after.

    Where both are the same answer, its words are others.
    """

    text: str
    times: int
    zone_before: str
    entry_before: str
    zone_after: str
    entry_after: str


@dataclass(frozen=True, slots=True)
class AskedSide:
    """What one side answers: the zone and the entry of each question, as far as there was time, and its gold figures.

    With the figures stands a mark of what was learnt.
    """

    taken: list[tuple[str, str]] = field(default_factory=list)
    figures: list[tuple[str, dict[str, float]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What is told of both sides, and how many questions were asked again, each as often as it came."""

    otherwise: list[AnsweredOtherwise] = field(default_factory=list)
    asked: int = 0
    gold: list[GoldRegister] = field(default_factory=list)
    #: The figures of both sides by their marks.
    figured: dict[str, dict[str, float]] = field(default_factory=dict)


def asked_side(
    files: Files, library: Library, questions: Sequence[PastQuestion], gold: Sequence[Gold], known: Figured
) -> AskedSide:
    """Return what a library answers; its gold figures are `known` where the same was measured before."""
    taken: list[tuple[str, str]] = []
    ends = process_time() + _PATIENCE
    for start in range(0, len(questions), _AT_ONCE):
        if process_time() > ends:
            break
        matches = library.matcher.matches([one.text for one in questions[start : start + _AT_ONCE]])
        taken += [(match.zone, match.ranked[0][0] if match.ranked else "") for match in matches]
    return AskedSide(taken, [measured(files, library, gold, known)] if gold else [])


def replayed(
    old: Library, new: Library, questions: Sequence[PastQuestion], before: AskedSide | None, after: AskedSide | None
) -> Replayed:
    """Return what is told of two sides; None for one that needed not to be asked."""
    reworded = _reworded(old, new)
    if after is None:
        return Replayed(asked=sum(one.times for one in questions))
    before = before or after
    pairs = list(zip(questions, before.taken, after.taken, strict=False))
    otherwise = [
        AnsweredOtherwise(question.text, question.times, *was, *will)
        for question, was, will in pairs
        if was != will or (will[0] == "sure" and will[1] in reworded)
    ]
    asked = sum(question.times for question, _, _ in pairs)
    if before is after or not after.figures:
        return Replayed(otherwise, asked)
    figures = (*before.figures, *after.figures)
    registers = [GoldRegister(name, was, figures[-1][1][name]) for name, was in figures[0][1].items()]
    return Replayed(otherwise, asked, registers, dict(figures))


def has_other_words(old: Library, new: Library) -> bool:
    """Return whether an answer that both have says something else."""
    return bool(_reworded(old, new))


def _reworded(old: Library, new: Library) -> set[str]:
    return {id_ for id_, entry in new.entries.items() if id_ in old.entries and _said(entry) != _said(old.entries[id_])}


def _said(entry: object) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in ("question", "answer", "more", "plain", "until", "confidence"))
