"""What platforms tell of replies after they were sent: in any order, more than once, sometimes before we know it sent.

A status only ever goes forward (queued, sent, delivered, read) and `failed` ends, so the order they come in is nothing.
What failed and can be sent again goes back to wait. A reply of which we learn here that it arrived is counted here.
Numbers are told to a platform and come back from it: one is believed about its own channel alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, false, func, true, update

from bot.language.dates import moroccan_day
from bot.storage.counts import count
from bot.storage.outbox import LONGEST_PUT_OFF, NOW_AT
from bot.storage.statements import Statement
from bot.storage.tables import outbox

#: What a platform calls a status.
StatusKind = Literal["queued", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class StatusTold:
    """What a platform tells of a reply: by our number where it tells it back, else by its own name for it."""

    channel: str
    status: StatusKind
    outbox_id: int | None = None
    platform_id: str | None = None
    reason: str = ""
    #: After how many seconds, times its tries, a reply that failed is sent again, when it is known where its person is;
    #: None for never.
    again_after: float | None = None


#: So often a reply is taken and fails before it is given up.
_MOST_TRIES: Final = 12

_RANKS: Final[dict[str, int]] = {"queued": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}
_VALUES: Final[dict[str, dict[str, object]]] = {
    "queued": {},
    # It arrived, also when our own sending seemed to have failed.
    "arrived": {
        "state": "sent",
        "address": "",
        "error": None,
        "sending_at": None,
        "sent_at": func.coalesce(outbox.c.sent_at, bindparam("at")),
    },
    # Nothing goes to the address any more: where the person is then is looked up when staff send it again.
    "failed": {"state": "dead", "error": bindparam("reason"), "address": "", "sending_at": None},
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
#: While we do not know yet that it was sent, `backs_off` keeps what we are about to keep from ending its waiting.
_AGAIN: Final = (
    update(outbox)
    .where(
        _THEIRS,
        outbox.c.state == "dead",
        outbox.c.status == "failed",
        outbox.c.error == bindparam("reason"),
        outbox.c.attempts < _MOST_TRIES,
        NOW_AT.is_not(None),
    )
    .values(
        state="waiting",
        status=None,
        due=bindparam("at") + bindparam("after") * (outbox.c.attempts + 1),
        backs_off=True,
        address=NOW_AT,
    )
)
#: Those told of, and what they are: by our numbers, or by the platform's names.
_TOLD_OF: Final = Statement(
    "SELECT id, state FROM outbox WHERE channel = :channel AND (id IN numbers(:numbers) OR platform_id IN list(:names))"
)


def note_statuses(connection: Connection, told: Sequence[StatusTold], now: float) -> None:
    """Keep statuses, each unless a later one is known; what is told of replies that we do not know changes nothing."""
    before = _states(connection, told)
    _keep(connection, told, now)
    if any(state != "sent" for state in before.values()) or any(one.status == "failed" for one in told):
        day = moroccan_day(datetime.fromtimestamp(now, UTC)).isoformat()
        happened: Counter[tuple[str, str, str]] = Counter()
        for (channel, number), state in _states(connection, told).items():
            was = before.get((channel, number))
            if was is not None and was != state and state in {"sent", "dead"}:
                happened[day, "reply" if state == "sent" else "dead", channel] += 1
        count(connection, happened)


def _states(connection: Connection, told: Sequence[StatusTold]) -> dict[tuple[str, int], str]:
    """Return the state of each reply told of, by its channel and number."""
    states: dict[tuple[str, int], str] = {}
    for channel in {one.channel for one in told}:
        of_it = [one for one in told if one.channel == channel]
        asked: dict[str, Any] = {
            "channel": channel,
            "numbers": [one.outbox_id for one in of_it if one.outbox_id is not None],
            "names": [one.platform_id for one in of_it if one.outbox_id is None and one.platform_id is not None],
        }
        states.update({(channel, row[0]): row[1] for row in _TOLD_OF.rows(connection, asked)})
    return states


def _keep(connection: Connection, told: Sequence[StatusTold], now: float) -> None:
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
        {
            "their_name": one.platform_id,
            "on": one.channel,
            "reason": one.reason,
            "at": now,
            "after": min(one.again_after, LONGEST_PUT_OFF / _MOST_TRIES),
        }
        for one in told
        if one.again_after is not None and one.status == "failed" and one.platform_id is not None
    ]
    if again:
        connection.execute(_AGAIN, again)
