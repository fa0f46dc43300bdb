"""Figures for staff and the public: what happened week by week, and how long people waited for a person.

Counts alone, of days; nothing here leads to anybody. How long people wait for staff is read from the cases that are
still kept, and has nothing to do with how quickly the guide answers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

from bot.storage.codes import sheet_marks
from bot.storage.counts import CountKey, figures
from bot.storage.review import SampledWeek, sampled_weeks, week_of


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for the first answer of the staff, in seconds; None where nobody was answered."""

    answered: int
    median: float | None
    #: Nine of ten waited no longer.
    ninetieth: float | None
    #: Cases without any answer so far, open or closed.
    unanswered: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened between two days, both included."""

    first: date
    last: date
    counted: Mapping[tuple[str, str], int]
    #: How often each kind of thing happened, by the Monday of the week.
    weeks: Mapping[str, Counter[str]]
    reached: int
    waits: Waits
    samples: tuple[SampledWeek, ...]
    days: Mapping[CountKey, int]
    #: What became of the sheets given in that time: how many stand at each mark.
    sheets: Mapping[str, int]


_REACHED: Final = text("SELECT count(*) FROM people WHERE created >= :first AND created < :after")
_FIRST_ANSWERS: Final = text(
    "SELECT c.opened, (SELECT min(m.at) FROM case_messages m WHERE m.case_id = c.id AND m.who = 'staff') AS answered"
    " FROM cases c WHERE c.opened >= :first AND c.opened < :after"
)


def summary(connection: Connection, first: date, last: date, begins: float, ends: float) -> Summary:
    """Return what happened from `first` to `last`; `begins` and `ends` are the same as moments."""
    days = figures(connection, first.isoformat(), last.isoformat())
    counted: Counter[tuple[str, str]] = Counter()
    weeks: dict[str, Counter[str]] = {}
    mondays: dict[str, str] = {}
    for (day, kind, about), times in days.items():
        counted[kind, about] += times
        monday = mondays.setdefault(day, week_of(date.fromisoformat(day)))
        weeks.setdefault(monday, Counter())[kind if kind != "question" else f"question {about}"] += times
    told = {"first": begins, "after": ends}
    reached = connection.execute(_REACHED, told).scalar_one()
    waited: list[float] = []
    unanswered = 0
    for opened, answered in connection.execute(_FIRST_ANSWERS, told):
        if answered is None:
            unanswered += 1
        else:
            waited.append(max(0.0, answered - opened))
    waited.sort()
    waits = Waits(len(waited), _at(waited, 0.5), _at(waited, 0.9), unanswered)
    sheets = sheet_marks(connection, begins, ends)
    return Summary(first, last, counted, weeks, reached, waits, tuple(sampled_weeks(connection)), days, sheets)


def _at(ordered: list[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
