"""What platforms tell of replies after they were sent: in any order, more than once, sometimes before we know it sent.

A status only ever goes forward (queued, sent, delivered, read) and `failed` ends, so the order they come in is nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, func, update

from bot.storage.tables import outbox

Status = Literal["queued", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a platform tells of a reply: by our number where it tells it back, else by its own name for it."""

    channel: str
    status: Status
    outbox_id: int | None = None
    platform_id: str | None = None
    reason: str = ""


_RANKS: Final[dict[str, int]] = {"queued": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}
_VALUES: Final[dict[str, dict[str, object]]] = {
    "queued": {},
    # It arrived, also when our own sending seemed to have failed.
    "arrived": {
        "state": "sent",
        "address": "",
        "error": None,
        "sent_at": func.coalesce(outbox.c.sent_at, bindparam("at")),
    },
    "failed": {"state": "dead", "error": bindparam("reason")},
}


def _changing(found: ColumnElement[bool], change: str) -> Update:
    rank = case(_RANKS, value=outbox.c.status, else_=0)
    named = func.coalesce(outbox.c.platform_id, bindparam("their_name"))
    return (
        update(outbox)
        .where(found, rank < bindparam("rank"))
        .values(status=bindparam("told"), platform_id=named, **_VALUES[change])
    )


_OURS: Final = outbox.c.id == bindparam("number")
_THEIRS: Final = (outbox.c.platform_id == bindparam("their_name")) & (outbox.c.channel == bindparam("on"))
_CHANGES: Final = {
    (ours, change): _changing(_OURS if ours else _THEIRS, change) for change in _VALUES for ours in (True, False)
}


def note_statuses(connection: Connection, told: Sequence[Told], now: float) -> None:
    """Keep statuses, each unless a later one is known; what is told of replies that we do not know changes nothing."""
    for (ours, change), statement in _CHANGES.items():
        rows = [
            {
                "number": one.outbox_id,
                "on": one.channel,
                "their_name": one.platform_id,
                "told": one.status,
                "rank": _RANKS[one.status],
                "reason": one.reason,
                "at": now,
            }
            for one in told
            if (one.outbox_id is not None) is ours and change == (one.status if one.status in _VALUES else "arrived")
        ]
        if rows:
            connection.execute(statement, rows)
