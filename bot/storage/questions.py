"""What was asked and not surely answered, as staff read it to write what is missing; never who asked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import Connection, text

from bot.message import Language


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was last typed, and how often it was asked in any spelling that folds to the same."""

    text: str
    times: int
    #: `none` when nothing fitted the last time, `unsure` when suggestions were offered.
    zone: Literal["unsure", "none"]
    #: The entries that came nearest the last time, best first.
    best: tuple[str, ...]
    #: The suggestion most often chosen, empty when none was.
    chosen: str
    language: Language
    last: date


_UNANSWERED: Final = text(
    "SELECT folded, text, zone, best, chosen, language, day FROM questions WHERE zone <> 'sure' ORDER BY id"
)


def unanswered_questions(connection: Connection) -> list[Asked]:
    """Return what was asked and not surely answered, most asked first, then latest."""
    times: Counter[str] = Counter()
    chosen: dict[str, Counter[str]] = {}
    last: dict[str, tuple[str, Literal["unsure", "none"], str, Language, str]] = {}
    for key, words, zone, best, choice, language, day in connection.execute(_UNANSWERED):
        times[key] += 1
        last[key] = (words, zone, best, language, day)
        if choice:
            chosen.setdefault(key, Counter())[choice] += 1
    asked = [
        Asked(
            words,
            times[key],
            zone,
            tuple(best.split()),
            chosen[key].most_common(1)[0][0] if key in chosen else "",
            language,
            date.fromisoformat(day),
        )
        for key, (words, zone, best, language, day) in last.items()
    ]
    asked.sort(key=lambda one: (one.times, one.last), reverse=True)
    return asked
