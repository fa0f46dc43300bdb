"""What is deleted by its age, a little at a time: whoever writes meanwhile waits for one small batch at most.

Old rows are looked for without holding anybody up, from the lowest number on, and deleted by their numbers. What is
still to be attended or sent is never touched, nor what an open case needs to be answered. How old a row is says the
clock: `ClockWatch` tells when it cannot be believed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bot.conversation.conversation import Conversation
from bot.storage.codes import SHEET_DAYS
from bot.storage.statements import Statement
from bot.storage.store import Store
from bot.storage.tables import encoded, stored_conversation
from bot.storage.writers import leaves_traces

#: Rows looked at in one reading, and thus deleted at most in one writing: some milliseconds.
BATCH: Final = 200
#: Rest between two writings, in seconds, so that pruning takes a small part of the disk's time alone.
_REST: Final = 0.05
_DAY: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days things are kept; 0 for ever."""

    #: Messages attended, replies sent or given up, cases closed.
    messages: float = 90.0
    #: What nobody could read.
    unread: float = 30.0
    #: What was asked and not surely answered.
    questions: float = 180.0
    #: Answers of whoever does not write for so long.
    facts: float = 30.0


@dataclass(frozen=True, slots=True)
class OldRows:
    """Rows to be deleted, and where to go on looking."""

    numbers: tuple[int, ...]
    #: The last row looked at; None when there is nothing further that is old.
    after: int | None


@dataclass(frozen=True, slots=True)
class PrunedKind:
    """One kind of rows that are deleted by their age."""

    name: str
    #: Rows after a number, oldest first: each its number, its time, and whether it may go.
    look: Statement
    delete: tuple[Statement, ...]


_NO_CASE: Final = "NOT EXISTS (SELECT 1 FROM cases c WHERE c.person = t.person AND c.state = 'open')"
#: Attended messages and what became of them. A mark is longest needed for a platform that delivers again for 7 days.
MESSAGES: Final = PrunedKind(
    "messages",
    Statement(
        f"SELECT t.id, t.received, t.state NOT IN ('waiting', 'held') AND {_NO_CASE} FROM inbox t"  # noqa: S608
        " WHERE t.id > :after ORDER BY t.id LIMIT :most"
    ),
    (Statement("DELETE FROM inbox WHERE id = :id AND state NOT IN ('waiting', 'held')"),),
)
REPLIES: Final = PrunedKind(
    "replies",
    Statement(
        f"SELECT t.id, t.created, t.state <> 'waiting' AND {_NO_CASE} FROM outbox t"  # noqa: S608
        " WHERE t.id > :after ORDER BY t.id LIMIT :most"
    ),
    (Statement("DELETE FROM outbox WHERE id = :id AND state <> 'waiting'"),),
)
CASES: Final = PrunedKind(
    "cases",
    Statement(
        "SELECT t.id, coalesce(t.closed, t.opened), t.state = 'closed' FROM cases t"
        " WHERE t.id > :after ORDER BY t.id LIMIT :most"
    ),
    (
        Statement("DELETE FROM case_messages WHERE case_id = :id"),
        Statement("DELETE FROM case_answers WHERE case_id = :id"),
        Statement("DELETE FROM case_views WHERE case_id = :id"),
        Statement("DELETE FROM cases WHERE id = :id AND state = 'closed'"),
    ),
)
UNREAD: Final = PrunedKind(
    "unread",
    Statement("SELECT t.id, t.received, 1 = 1 FROM unread t WHERE t.id > :after ORDER BY t.id LIMIT :most"),
    (Statement("DELETE FROM unread WHERE id = :id"),),
)
QUESTIONS: Final = PrunedKind(
    "questions",
    Statement("SELECT t.id, t.day, 1 = 1 FROM questions t WHERE t.id > :after ORDER BY t.id LIMIT :most"),
    (Statement("DELETE FROM questions WHERE id = :id"),),
)
SAMPLES: Final = PrunedKind(
    "samples",
    Statement("SELECT t.id, t.week, 1 = 1 FROM samples t WHERE t.id > :after ORDER BY t.id LIMIT :most"),
    (Statement("DELETE FROM sample_marks WHERE sample_id = :id"), Statement("DELETE FROM samples WHERE id = :id")),
)
SHEETS: Final = PrunedKind(
    "sheets",
    Statement("SELECT t.id, t.created, 1 = 1 FROM sheets t WHERE t.id > :after ORDER BY t.id LIMIT :most"),
    (Statement("DELETE FROM sheets WHERE id = :id"),),
)


def old(connection: Connection, kind: PrunedKind, before: float, after: int = 0, most: int = BATCH) -> OldRows:
    """Return rows of a kind from before a moment, looking at `most` of those with a number above `after`."""
    rows = [
        (number, _moment(time), may_go)
        for number, time, may_go in kind.look.rows(connection, {"after": after, "most": most})
    ]
    numbers = tuple(number for number, time, may_go in rows if may_go and time < before)
    # Numbers grow with time, near enough: after a batch in which nothing is old nothing will be.
    has_more = len(rows) == most and any(time < before for _, time, _ in rows)
    return OldRows(numbers, rows[-1][0] if has_more else None)


def _moment(time: float | str) -> float:
    """Return the seconds since 1970 of a moment, or of the beginning of a day."""
    return datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp() if isinstance(time, str) else time


def delete(connection: Connection, kind: PrunedKind, numbers: Sequence[int]) -> None:
    """Delete rows of a kind, unless they are needed again meanwhile."""
    rows = [{"id": number} for number in numbers]
    for statement in kind.delete:
        statement.run(connection, rows)


#: A clock that went so much further than time did was set ahead, in seconds.
_JUMP: Final = 3600.0
#: A guide that nobody wrote to for longer than that before it started may have a clock that is ahead, in seconds.
_QUIET: Final = 3 * _DAY
#: How long the clock must go as time does before it is believed again, in seconds: time for an operator to set it.
_PROVEN: Final = _DAY
_NEWEST: Final = tuple(
    Statement(f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1")  # noqa: S608
    for table, column in (("inbox", "received"), ("outbox", "created"))
)


def newest(connection: Connection) -> float | None:
    """Return when the last message came or the last reply was made, in seconds since 1970; None without any."""
    times = [time for look in _NEWEST if (time := look.value(connection, {})) is not None]
    return max(times, default=None)


class ClockWatch:
    """Whether the clock tells how old things are: one that was set ahead would have everything deleted at once.

    Set back it only deletes later. A jump ahead is seen while the program runs by what time has passed, and at its
    start by how long ago the newest row seems to be.
    """

    def __init__(self, newest: float | None, now: float, steady: float) -> None:
        """Take the moment of the newest row, the clock's, and that of a clock that nobody sets; all in seconds."""
        self._offset = now - steady
        #: By how much the clock seems to have been set ahead, in seconds.
        self.ahead = 0.0
        self._doubted_at: float | None = None
        if newest is not None and now - newest > _QUIET:
            self._doubt(now - newest, steady)

    def is_believed(self, now: float, steady: float) -> bool:
        """Return whether something may be deleted for its age; ask every few minutes, so that no jump is missed."""
        offset, self._offset = self._offset, now - steady
        if self._offset - offset > _JUMP:
            self._doubt(self._offset - offset, steady)
        if self._doubted_at is not None and steady - self._doubted_at >= _PROVEN:
            self._doubted_at = None
        return self._doubted_at is None

    def _doubt(self, ahead: float, steady: float) -> None:
        self.ahead, self._doubted_at = ahead, steady


_NOBODY: Final = (
    "NOT EXISTS (SELECT 1 FROM identifiers n WHERE n.person = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.person = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.person = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.person = p.id)"
)
_UNKNOWN: Final = Statement(
    f"SELECT p.id FROM people p WHERE p.id > :after AND {_NOBODY} ORDER BY p.id LIMIT :most"  # noqa: S608
)
_GONE: Final = tuple(
    Statement(sentence)
    for sentence in (
        "DELETE FROM conversations WHERE person = :person",
        "DELETE FROM people WHERE id = :person",
    )
)


def unknown_people(connection: Connection, after: str = "", most: int = BATCH) -> list[str]:
    """Return people, by their keys above `after`, whom no name leads to any more and of whom nothing else is kept."""
    return [row[0] for row in _UNKNOWN.rows(connection, {"after": after, "most": most})]


def delete_people(connection: Connection, people: Sequence[str]) -> None:
    """Delete what is kept of people whom nothing leads to: the answers they gave."""
    for statement in _GONE:
        statement.run(connection, [{"person": person} for person in people])


_TOLD: Final = Statement(
    "SELECT v.person, v.state, v.version FROM conversations v"  # noqa: S608
    " WHERE v.person > :after AND v.updated < :before AND v.state NOT LIKE :nothing"
    f" AND {_NO_CASE.replace('t.person', 'v.person')} ORDER BY v.person LIMIT :most"
)
_EMPTY: Final = Statement(
    "UPDATE conversations SET state = :state, version = version + 1 WHERE person = :person AND version = :version"
)


#: A person, the state of their conversation, and its version.
QuietConversation = tuple[str, str, int]


def told_long_ago(connection: Connection, before: float, after: str = "", most: int = BATCH) -> list[QuietConversation]:
    """Return conversations that hold answers and that nobody went on with since a moment."""
    asked = {"before": before, "after": after, "most": most, "nothing": '%"trail":[]%'}
    return [(row[0], row[1], row[2]) for row in _TOLD.rows(connection, asked)]


def _emptied(conversation: Conversation) -> Conversation:
    """Return a conversation of which only the language is left, and whether the person listens.

    Which language of Morocco somebody hears tells of them, and goes with their answers.
    """
    return Conversation(conversation.language, listening=conversation.listening)


def empty(connection: Connection, conversations: Sequence[QuietConversation]) -> None:
    """Leave of conversations the language alone, and who listens; of those that went on meanwhile all stays."""
    rows = [
        {"person": person, "version": version, "state": encoded(_emptied(stored_conversation(state)))}
        for person, state, version in conversations
    ]
    _EMPTY.run(connection, rows)


async def prune(store: Store, ages: Retention, now: float, rest: float = _REST) -> dict[str, int]:
    """Delete what is older than its age, in small batches; return how many rows of each kind went.

    Of people whom no name leads to and of whom no message is left, what they answered goes too.
    """
    gone: dict[str, int] = {}
    for kind, days in (
        (MESSAGES, ages.messages),
        (REPLIES, ages.messages),
        (CASES, ages.messages),
        (UNREAD, ages.unread),
        (QUESTIONS, ages.questions),
        (SAMPLES, ages.questions),
        (SHEETS, SHEET_DAYS),
    ):
        after: int | None = 0 if days else None
        while after is not None:
            found = await store.read(partial(old, kind=kind, before=now - days * _DAY, after=after))
            after = found.after
            if found.numbers:
                await store.write(partial(delete, kind=kind, numbers=found.numbers))
                gone[kind.name] = gone.get(kind.name, 0) + len(found.numbers)
                await asyncio.sleep(rest)
    last = ""
    while ages.facts and (
        quiet := await store.read(partial(told_long_ago, before=now - ages.facts * _DAY, after=last))
    ):
        last = quiet[-1][0]
        await store.write(partial(empty, conversations=quiet))
        gone["answers"] = gone.get("answers", 0) + len(quiet)
        await asyncio.sleep(rest)
    last = ""
    while people := await store.read(partial(unknown_people, after=last)):
        last = people[-1]
        await store.write(partial(delete_people, people=people))
        gone["people"] = gone.get("people", 0) + len(people)
        await asyncio.sleep(rest)
    if gone:
        await store.write(partial(leaves_traces, between_rows=False))
    return gone
