"""Where people are on a channel: an address that changes, and when one was last heard from."""

from typing import Final

from sqlalchemy import Connection

from bot.storage.inbox import introduce, person_of
from bot.storage.prepared import Prepared

# Through the person, whose messages are found by an index; an address has none.
_HEARD: Final = Prepared(
    "SELECT max(i.received) FROM identifiers n JOIN inbox i ON i.person = n.person AND i.channel = n.channel"
    " WHERE n.channel = :channel AND n.address = :address"
)
_FOLLOW: Final = tuple(
    Prepared(
        f"UPDATE {table} SET address = :after WHERE state = 'waiting' AND channel = :channel AND address = :before"  # noqa: S608
    )
    for table in ("inbox", "outbox")
)


def last_heard(connection: Connection, channel: str, address: str) -> float | None:
    """Return when a message of an address was last received, in seconds since 1970; None when none was attended."""
    found: float | None = _HEARD.value(connection, {"channel": channel, "address": address})
    return found


def move(connection: Connection, channel: str, before: str, after: str, now: float) -> None:
    """Know a person by another address from now on, and send there what waits for them.

    Nothing is kept of who is known by neither.
    """
    if person_of(connection, channel, before) is not None or person_of(connection, channel, after) is not None:
        introduce(connection, {(channel, after, before)}, now)
    for statement in _FOLLOW:
        statement.run(connection, [{"channel": channel, "before": before, "after": after}])
