"""What a platform sent and nobody could read, kept as it came for staff to look at; each thing once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from bot.storage.statements import Statement
from bot.storage.tables import mark, unread


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should have been a message; `why` is a name of ours."""

    channel: str
    external_id: str = field(repr=False)
    why: str
    raw: bytes = field(repr=False)
    #: The people that it tells of, as far as that can be read, by what they are called on the channel.
    addresses: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class KeptUnread:
    """The same, as it was kept."""

    id: int
    channel: str
    why: str
    raw: bytes = field(repr=False)
    received: datetime


_KEEP: Final = Statement(
    "INSERT INTO unread (channel, mark, why, raw, received, addresses)"
    " VALUES (:channel, :mark, :why, :raw, :received, :addresses) ON CONFLICT (mark) DO NOTHING"
)
_LATEST: Final = select(unread).order_by(unread.c.id.desc()).limit(bindparam("most"))


def keep_unread(connection: Connection, things: Sequence[Unreadable], now: float) -> None:
    """Keep what could not be read; what is already there is passed over."""
    _KEEP.run(
        connection,
        [
            {
                "channel": thing.channel,
                "mark": mark(connection, thing.channel, thing.external_id),
                "why": thing.why,
                "raw": thing.raw,
                "received": now,
                "addresses": _listed(thing.addresses),
            }
            for thing in things
        ],
    )


def _listed(addresses: Iterable[str]) -> str:
    """Return addresses as they are kept: each between line feeds, which stand in none; empty for none."""
    return "".join(f"\n{address}\n" for address in addresses)


def forget_unread(connection: Connection, names: Iterable[tuple[str, str]]) -> None:
    """Delete what tells of a person by one of these names, each a channel and an address."""
    for channel, address in names:
        tells_of = unread.c.addresses.contains(_listed([address]), autoescape=True)
        connection.execute(delete(unread).where(unread.c.channel == channel, tells_of))


def unread_things(connection: Connection, most: int = 100) -> list[KeptUnread]:
    """Return what could not be read, the latest first."""
    return [
        KeptUnread(row.id, row.channel, row.why, row.raw, datetime.fromtimestamp(row.received, UTC))
        for row in connection.execute(_LATEST, {"most": most})
    ]
