"""What codes lead to: sheets that were given, and conversations on their way to another channel.

Whoever tries codes is counted: a few wrong ones, then none is looked up for an hour. Sheets stay for a year.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy import Connection, text

from bot.conversation.codes import (
    SHEET_LETTERS,
    Brought,
    ConversationOfCode,
    CounterMark,
    NoCode,
    SheetOfCode,
    TypedCode,
)
from bot.message import PersonId
from bot.storage.files import asker
from bot.storage.tables import stored_conversation

#: For how long the code of a conversation that moves works, in seconds.
MOVE_SECONDS: Final = 15 * 60.0
#: For how long a sheet is kept, in days.
SHEET_DAYS: Final = 365.0
#: Wrong codes that somebody may try, and in how many seconds.
MOST_TRIES: Final = 5
TRIES_SECONDS: Final = 3600.0

_KEEP_SHEET: Final = text(
    "INSERT INTO sheets (code, told, created, asker, mark, note, by)"
    " VALUES (:code, :told, :now, :asker, 'given', '', '')"
)
_SHEET: Final = text("SELECT told, mark, note, created, marked, by FROM sheets WHERE code = :code AND created > :since")
_MARK: Final = text("UPDATE sheets SET mark = :mark, note = :note, marked = :now, by = :by WHERE code = :code")
_MARKS: Final = text(
    "SELECT mark, count(*) FROM sheets WHERE created >= :since AND created < :until GROUP BY mark ORDER BY mark"
)
_KEEP_MOVE: Final = text("INSERT INTO moves (code, person, created) VALUES (:code, :person, :now)")
_END_MOVES: Final = text("DELETE FROM moves WHERE person = :person OR created < :since")
_MOVE: Final = text(
    "SELECT c.state FROM moves m JOIN conversations c ON c.person = m.person"
    " WHERE m.code = :code AND m.created > :since AND m.person <> :person"
)
_TAKE_MOVE: Final = text("DELETE FROM moves WHERE code = :code")
_TRIES: Final = text("SELECT tries FROM code_tries WHERE who = :who AND since > :since")
_END_TRIES: Final = text("DELETE FROM code_tries WHERE since <= :since")
_COUNT_TRY: Final = text(
    "INSERT INTO code_tries (who, since, tries) VALUES (:who, :now, 1)"
    " ON CONFLICT (who) DO UPDATE SET tries = code_tries.tries + 1"
)


class UsedCodeError(Exception):
    """The code of a conversation was used by somebody else a moment before."""


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet as it was given, for the counter: what stands on it as JSON, and what was made of it, when, by whom."""

    sheet: SheetOfCode
    created: datetime
    marked: datetime | None
    by: str


def keep_sheet(connection: Connection, code: str, told: str, person: PersonId, now: float) -> None:
    """Keep a sheet under its code."""
    row = {"code": code, "told": told.replace("\\u0000", ""), "now": now, "asker": asker(connection, person)}
    connection.execute(_KEEP_SHEET, row)


def kept_sheet(connection: Connection, code: str, now: float) -> KeptSheet | None:
    """Return the sheet of a code; None where there is none, or none any more."""
    row = connection.execute(_SHEET, {"code": code, "since": now - SHEET_DAYS * 24 * 3600}).one_or_none()
    if row is None:
        return None
    sheet = SheetOfCode(row.told, cast("CounterMark", row.mark), row.note)
    marked = None if row.marked is None else datetime.fromtimestamp(row.marked, UTC)
    return KeptSheet(sheet, datetime.fromtimestamp(row.created, UTC), marked, row.by)


def mark_sheet(connection: Connection, code: str, mark: CounterMark, note: str, by: str, now: float) -> bool:
    """Note what an office made of a sheet; return whether there is one of this code."""
    changed = connection.execute(_MARK, {"code": code, "mark": mark, "note": note, "by": by, "now": now})
    return changed.rowcount > 0


def sheet_marks(connection: Connection, since: float, until: float) -> dict[str, int]:
    """Return how many sheets of a time have come to what: the count reached → assessed → sheet → visited ends here."""
    rows = connection.execute(_MARKS, {"since": since, "until": until})
    return {str(mark): int(count) for mark, count in rows}


def keep_move(connection: Connection, code: str, person: PersonId, now: float) -> None:
    """Keep the code by which a person goes on elsewhere; their earlier one, and those whose time is over, end."""
    connection.execute(_END_MOVES, {"person": person, "since": now - MOVE_SECONDS})
    connection.execute(_KEEP_MOVE, {"code": code, "person": person, "now": now})


def take_move(connection: Connection, code: str) -> None:
    """Use a code up; raise `UsedCodeError` where somebody else just has."""
    if connection.execute(_TAKE_MOVE, {"code": code}).rowcount == 0:
        raise UsedCodeError


def may_try(connection: Connection, who: str, now: float, most: int = MOST_TRIES) -> bool:
    """Return whether somebody may try another code after `most` wrong ones at most."""
    tries = connection.execute(_TRIES, {"who": who, "since": now - TRIES_SECONDS}).scalar()
    return tries is None or tries < most


def count_try(connection: Connection, who: str, now: float) -> None:
    """Count a code that led to nothing."""
    connection.execute(_END_TRIES, {"since": now - TRIES_SECONDS})
    connection.execute(_COUNT_TRY, {"who": who, "now": now})


def brought_by(connection: Connection, typed: TypedCode, person: PersonId, now: float) -> Brought | None:
    """Return what a code that a person typed leads to; None where it may have been a word after all."""
    if not may_try(connection, person, now):
        return NoCode(is_too_often=True) if typed.is_sure else None
    if len(typed.code) == SHEET_LETTERS:
        kept = kept_sheet(connection, typed.code, now)
        if kept is not None:
            return kept.sheet
    else:
        told = {"code": typed.code, "since": now - MOVE_SECONDS, "person": person}
        state = connection.execute(_MOVE, told).scalar()
        if state is not None:
            return ConversationOfCode(typed.code, stored_conversation(state))
    return NoCode() if typed.is_sure else None
