"""How often what happened by day, how much waits, and what was not surely answered; nothing here leads to a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import Connection, text

from bot.message import Language
from bot.storage.statements import Statement

#: A day (ISO), what happened, about what.
CountKey = tuple[str, str, str]

_COUNT: Final = Statement(
    "INSERT INTO counts (day, kind, about, n) VALUES (:day, :kind, :about, :n)"
    " ON CONFLICT (day, kind, about) DO UPDATE SET n = counts.n + excluded.n"
)
_FIGURES: Final = text(
    "SELECT day, kind, about, n FROM counts WHERE day >= :first AND day <= :last ORDER BY day, kind, about"
)


def count(connection: Connection, happened: Mapping[CountKey, int]) -> None:
    """Add to the counts; in their order, so that two programs never wait for each other in a ring."""
    _COUNT.run(
        connection,
        [{"day": day, "kind": kind, "about": about, "n": n} for (day, kind, about), n in sorted(happened.items())],
    )


def figures(connection: Connection, first: str, last: str) -> dict[CountKey, int]:
    """Return the counts of the days from `first` to `last`, both included, as ISO dates."""
    rows = connection.execute(_FIGURES, {"first": first, "last": last})
    return {(day, kind, about): n for day, kind, about, n in rows}


@dataclass(frozen=True, slots=True)
class AskedQuestion:
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


def unanswered_questions(connection: Connection) -> list[AskedQuestion]:
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
        AskedQuestion(
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


@dataclass(frozen=True, slots=True)
class WaitingReplies:
    """The replies of one channel that are due, and the age of the oldest, in seconds."""

    channel: str
    waiting: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: messages to be attended, those put aside in a flood, replies to be sent; ages in seconds."""

    messages: int = 0
    oldest_message: float = 0.0
    held: int = 0
    lanes: tuple[WaitingReplies, ...] = ()

    @property
    def oldest_reply(self) -> float:
        """Return the age of the oldest reply that is due."""
        return max((lane.oldest for lane in self.lanes), default=0.0)


_WAITING_MESSAGES: Final = text("SELECT count(*), min(received) FROM inbox WHERE state = 'waiting'")
_HELD_MESSAGES: Final = text("SELECT count(*) FROM inbox WHERE state = 'held'")
#: What was put off waits for a person or a platform, and tells nothing of us.
_DUE_REPLIES: Final = text(
    "SELECT channel, count(*), min(due) FROM outbox WHERE state = 'waiting' AND due <= :now GROUP BY channel"
    " ORDER BY channel"
)


def backlog(connection: Connection, now: float) -> Backlog:
    """Return what waits now, in as many rows as there are waiting: each statement has an index of its own."""
    messages, received = connection.execute(_WAITING_MESSAGES).one()
    held = connection.execute(_HELD_MESSAGES).scalar_one()
    lanes = connection.execute(_DUE_REPLIES, {"now": now})
    return Backlog(
        messages,
        0.0 if received is None else max(0.0, now - received),
        held,
        tuple(WaitingReplies(channel, waiting, max(0.0, now - due)) for channel, waiting, due in lanes),
    )
