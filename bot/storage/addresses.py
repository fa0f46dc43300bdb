"""Where people are on a channel: an address that changes, and when one was last heard from.

News of a change is acted on once: told again after a later change it would undo that.
"""

from typing import Final

from sqlalchemy import Connection

from bot.storage.inbox import mark
from bot.storage.names import is_idle, is_lent, know, pass_on, person_of
from bot.storage.prepared import Prepared

# Through the person, whose messages are found by an index; an address has none.
_HEARD: Final = Prepared(
    "SELECT max(i.received) FROM identifiers n JOIN inbox i ON i.person = n.person AND i.channel = n.channel"
    " WHERE n.channel = :channel AND n.address = :address"
)
#: Who was forgotten has no name any more, and yet is to be told so: by the messages that what waits for them answers.
_ANSWERED: Final = Prepared(
    "SELECT max(i.received) FROM outbox o JOIN inbox i ON i.id = o.inbox_id"
    " WHERE o.state = 'waiting' AND o.channel = :channel AND o.address = :address"
)
#: Kept among the messages as one that nobody attends or sees, so that it grows old with them.
_NEWS: Final = Prepared(
    "INSERT INTO inbox (channel, mark, address, raw, received, state, attempts)"
    " VALUES (:channel, :mark, '', :nothing, :now, 'news', 0) ON CONFLICT (mark) DO NOTHING RETURNING id"
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
    asked = {"channel": channel, "address": address}
    found: float | None = _HEARD.value(connection, asked)
    if found is None:
        found = _ANSWERED.value(connection, asked)
    return found


def is_new(connection: Connection, channel: str, external_id: str, now: float) -> bool:
    """Return whether news with this id of the platform's came for the first time, and remember that it came."""
    told = {"channel": channel, "mark": mark(channel, external_id), "nothing": b"", "now": now}
    return _NEWS.value(connection, told) is not None


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
