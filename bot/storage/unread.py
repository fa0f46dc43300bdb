"""What a platform sent and nobody could read, kept as it came for staff to look at; each thing once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.storage.inbox import mark
from bot.storage.prepared import Prepared
from bot.storage.tables import unread


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should have been a message; `why` is a name of ours."""

    channel: str
    external_id: str = field(repr=False)
    why: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptUnread:
    """The same, as it was kept."""

    id: int
    channel: str
    why: str
    raw: bytes = field(repr=False)
    received: datetime


_KEEP: Final = Prepared(
    "INSERT INTO unread (channel, mark, why, raw, received) VALUES (:channel, :mark, :why, :raw, :received)"
    " ON CONFLICT (mark) DO NOTHING"
)
_LATEST: Final = select(unread).order_by(unread.c.id.desc()).limit(bindparam("most"))


def keep_unread(connection: Connection, things: Sequence[Unreadable], now: float) -> None:
    """Keep what could not be read; what is already there is passed over."""
    _KEEP.run(
        connection,
        [
            {
                "channel": thing.channel,
                "mark": mark(thing.channel, thing.external_id),
                "why": thing.why,
                "raw": thing.raw,
                "received": now,
            }
            for thing in things
        ],
    )


def unread_things(connection: Connection, most: int = 100) -> list[KeptUnread]:
    """Return what could not be read, the latest first."""
    return [
        KeptUnread(row.id, row.channel, row.why, row.raw, datetime.fromtimestamp(row.received, UTC))
        for row in connection.execute(_LATEST, {"most": most})
    ]
