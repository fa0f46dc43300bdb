"""Where people are on a channel: an address that changes, and when one was last heard from."""

from typing import Final

from sqlalchemy import Connection

from bot.storage.names import is_idle, is_lent, know, pass_on, person_of
from bot.storage.prepared import Prepared

# Through the person, whose messages are found by an index; an address has none.
_HEARD: Final = Prepared(
    "SELECT max(i.received) FROM identifiers n JOIN inbox i ON i.person = n.person AND i.channel = n.channel"
    " WHERE n.channel = :channel AND n.address = :address"
)
_FOLLOW: Final = (
    Prepared(
        "UPDATE inbox SET address = CASE WHEN address = :before THEN :after ELSE address END,"
        " alias = CASE WHEN alias = :before THEN :alias ELSE alias END"
        " WHERE state IN ('waiting', 'held') AND channel = :channel AND (address = :before OR alias = :before)"
    ),
    Prepared("UPDATE outbox SET address = :after WHERE state = 'waiting' AND channel = :channel AND address = :before"),
)


def last_heard(connection: Connection, channel: str, address: str) -> float | None:
    """Return when a message of an address was last received, in seconds since 1970; None when none was attended."""
    found: float | None = _HEARD.value(connection, {"channel": channel, "address": address})
    return found


def move(connection: Connection, channel: str, before: str, after: str, now: float, *, is_number: bool) -> None:
    """Know a person by another address from now on, and send there what waits for them; the old one is theirs no more.

    Nothing is kept of who is not known. What was told of the new address before was somebody else's, and so is the old
    one when it is a number and its person has been silent for long: see `bot.storage.names`.
    """
    person, other = person_of(connection, channel, before), person_of(connection, channel, after)
    if person is not None:
        may_be_anothers = is_lent(connection, channel, before) and is_idle(connection, person, now)
        if other != person and not may_be_anothers:
            if other is not None:
                pass_on(connection, channel, after, other, now)
            know(connection, channel, after, person, is_lent=is_number)
        pass_on(connection, channel, before, person, now)
    told = {"channel": channel, "before": before, "after": after, "alias": after if is_number else None}
    for statement in _FOLLOW:
        statement.run(connection, [told])
