"""Replies that never arrived, for staff to see and send again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from bot.message import Reply
from bot.storage import shapes
from bot.storage.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A reply that never arrived, and why."""

    id: int
    channel: str
    reply: Reply
    reason: str
    attempts: int
    created: datetime
    #: False when the person had us forget them: there is nowhere to send it.
    can_be_sent: bool


#: Where the person now is on the channel; the row's own address may be gone.
_NOW_AT: Final = (
    select(inbox.c.address)
    .where(inbox.c.person == outbox.c.person, inbox.c.channel == outbox.c.channel, inbox.c.address != "")
    .order_by(inbox.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_DEAD_LETTERS: Final = (
    select(outbox, _NOW_AT.is_not(None).label("can_be_sent"))
    .where(outbox.c.state == "dead")
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)
_AGAIN: Final = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"), outbox.c.state == "dead", _NOW_AT.is_not(None))
    .values(
        state="waiting",
        due=bindparam("now"),
        created=bindparam("now"),
        attempts=0,
        status=None,
        error=None,
        platform_id=None,
        address=_NOW_AT,
    )
)


def dead_letters(connection: Connection, most: int = 100) -> list[DeadLetter]:
    """Return the replies that never arrived, the latest first."""
    return [
        DeadLetter(
            row.id,
            row.channel,
            shapes.reply(row.reply),
            row.error or "",
            row.attempts,
            datetime.fromtimestamp(row.created, UTC),
            row.can_be_sent,
        )
        for row in connection.execute(_DEAD_LETTERS, {"most": most})
    ]


def send_again(connection: Connection, letter: int, now: float) -> bool:
    """Put a dead letter back on its way; False when it is none, or nowhere to go."""
    return connection.execute(_AGAIN, {"letter": letter, "now": now}).rowcount == 1
