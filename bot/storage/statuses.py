"""What platforms tell of replies after they were sent: in any order, more than once, sometimes before we know it sent.

A status only ever goes forward (queued, sent, delivered, read) and `failed` ends, so the order they come in is nothing.
Numbers are told to a platform and come back from it: one is believed about its own channel alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, false, func, true, update

from bot.storage.outbox import NOW_AT
from bot.storage.tables import outbox

ReplyStatus = Literal["queued", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class StatusTold:
    """What a platform tells of a reply: by our number where it tells it back, else by its own name for it."""

    channel: str
    status: ReplyStatus
    outbox_id: int | None = None
    platform_id: str | None = None
    reason: str = ""
    #: Whether a reply that failed goes back to wait, when it is known where its person is.
    waits_again: bool = False


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
    # Nothing goes to the address any more: where the person is then is looked up when staff send it again.
    "failed": {"state": "dead", "error": bindparam("reason"), "address": ""},
}
_IS_THAT_ONE: Final = outbox.c.platform_id == bindparam("their_name")
#: It failed under this name and waits to be sent under another: whatever else is told of the first is late.
_WAITS_AGAIN: Final = (
    (outbox.c.state == "waiting") & outbox.c.status.is_(None) & outbox.c.sent_at.is_not(None) & _IS_THAT_ONE
)


def _changing(found: ColumnElement[bool], change: str) -> Update:
    rank = case(_RANKS, value=outbox.c.status, else_=0)
    named = func.coalesce(outbox.c.platform_id, bindparam("their_name"))
    known = [found, rank < bindparam("rank"), _WAITS_AGAIN.is_not(true())]
    if change == "failed":
        # A reply that was sent twice failed when the later sending did: by then that one's name is known.
        known.append(_IS_THAT_ONE.is_not(false()))
    return update(outbox).where(*known).values(status=bindparam("told"), platform_id=named, **_VALUES[change])


_OURS: Final = (outbox.c.id == bindparam("number")) & (outbox.c.channel == bindparam("on"))
_THEIRS: Final = _IS_THAT_ONE & (outbox.c.channel == bindparam("on"))
_CHANGES: Final = {
    (ours, change): _changing(_OURS if ours else _THEIRS, change) for change in _VALUES for ours in (True, False)
}
#: Not while we do not know yet that it was sent: what we are about to keep would end its waiting.
_AGAIN: Final = (
    update(outbox)
    .where(
        _THEIRS,
        outbox.c.state == "dead",
        outbox.c.status == "failed",
        outbox.c.error == bindparam("reason"),
        outbox.c.sent_at.is_not(None),
        NOW_AT.is_not(None),
    )
    .values(state="waiting", status=None, due=bindparam("at"), address=NOW_AT)
)


def note_statuses(connection: Connection, told: Sequence[StatusTold], now: float) -> None:
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
    again = [
        {"their_name": one.platform_id, "on": one.channel, "reason": one.reason, "at": now}
        for one in told
        if one.waits_again and one.status == "failed" and one.platform_id is not None
    ]
    if again:
        connection.execute(_AGAIN, again)
