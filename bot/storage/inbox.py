"""Messages kept as they came, before anyone is told that we have them; each one once.

Who wrote is found out when the message is attended, in the same transaction, so that keeping is one insert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection

from bot.message import PersonId
from bot.storage.floods import Standing
from bot.storage.names import IDLE, introduce
from bot.storage.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Update:
    """What a platform told us, one message of it; `external_id` is the platform's own, unique in its channel."""

    channel: str
    external_id: str
    #: Where the answer goes, and who this is as far as the platform knows.
    address: str
    raw: bytes
    #: A name of the same person that can pass to somebody else, as a phone number does, where the platform tells one;
    #: the address itself where that is such a name.
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be attended, and where its person stands."""

    id: int
    channel: str
    #: The digest of channel and external id.
    mark: bytes
    address: str
    raw: bytes
    person: PersonId
    #: The stored conversation: see `bot.storage.shapes`.
    state: str
    #: The place of the person's last bubble.
    place: int
    standing: Standing
    #: Whether the message was put aside before, and its turn has come.
    was_held: bool = False


def mark(channel: str, external_id: str) -> bytes:
    """Return what an external id is kept as: told apart by it, not told by it."""
    return blake2b(f"{channel}\0{external_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


_KEEP: Final = Prepared(
    "INSERT INTO inbox (channel, mark, address, alias, raw, received, state, attempts)"
    " VALUES (:channel, :mark, :address, :alias, :raw, :received, 'waiting', 0) ON CONFLICT (mark) DO NOTHING"
)


def keep(connection: Connection, updates: Sequence[Update], now: float) -> None:
    """Keep the updates in their order; one that is already there is passed over."""
    _KEEP.run(
        connection,
        [
            {
                "channel": update.channel,
                "mark": mark(update.channel, update.external_id),
                "address": update.address,
                "alias": update.alias,
                "raw": update.raw,
                "received": now,
            }
            for update in updates
        ],
    )


_STATE_OF: Final = Prepared("SELECT state FROM inbox WHERE mark = :mark")


def is_settled(connection: Connection, channel: str, external_id: str) -> bool:
    """Return whether the message was attended, well or not, or put aside in a flood; False when it never came."""
    state = _STATE_OF.value(connection, {"mark": mark(channel, external_id)})
    return state not in {None, "waiting"}


_COLUMNS: Final = (
    "i.id, i.channel, i.address, i.alias, i.raw, i.mark, i.state,"
    " c.person, c.state, c.place, c.rested, c.held, c.is_slowed"
)
_OLDEST: Final = Prepared(
    f"SELECT {_COLUMNS}, a.person, b.person, c.updated FROM inbox i"  # noqa: S608
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " LEFT JOIN identifiers b ON b.channel = i.channel AND b.address = i.alias"
    " LEFT JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.channel IN list(:channels) ORDER BY i.id LIMIT :most"
)
#: The oldest message put aside of each person whose turn has come again.
_HELD: Final = Prepared(
    f"SELECT {_COLUMNS} FROM conversations c"  # noqa: S608
    " JOIN inbox i ON i.id = (SELECT min(h.id) FROM inbox h WHERE h.person = c.person AND h.state = 'held')"
    " WHERE c.held > 0 AND c.rested <= :rested AND i.channel IN list(:channels) ORDER BY i.id LIMIT :most"
)
_LOCK: Final = Prepared("SELECT person FROM conversations WHERE person IN list(:people) FOR UPDATE SKIP LOCKED")


def taken(
    connection: Connection, channels: Sequence[str], most: int, now: float, rested: float = float("inf")
) -> list[Waiting]:
    """Return the oldest waiting messages of these channels, at most so many, in order.

    Before them stand messages that were put aside, one of each person whose allowance is whole again by `rested`. Their
    conversations are this transaction's until it ends: a person whose conversation another program has at the moment is
    left out. Who wrote for the first time is a person of ours from here on.
    """
    asked = {"channels": channels, "most": most, "rested": min(rested, _LATEST)}
    held = _HELD.rows(connection, asked)
    found = _OLDEST.rows(connection, asked)
    strangers = {(row[1], row[2], row[3]) for row in found if _is_strange(row, now)}
    if strangers:
        introduce(connection, strangers, now)
        found = _OLDEST.rows(connection, asked)
    if (held or found) and connection.dialect.name == "postgresql":
        people = {row[7] for row in (*held, *found) if row[7]}
        ours = {row[0] for row in _LOCK.rows(connection, {"people": sorted(people)})}
        # Looked at again under the lock: another program may have been at work until now.
        held = [row for row in _HELD.rows(connection, asked) if row[7] in ours] if held else []
        found = [row for row in _OLDEST.rows(connection, asked) if row[7] in ours]
    return [_waiting(row) for row in (*held, *found)[:most]]


#: Later than any moment: databases know no infinity alike.
_LATEST: Final = 1e15


def _is_strange(row: Any, now: float) -> bool:
    """Return whether it is to be found out who wrote a message: see `bot.storage.names`."""
    address, alias, person, other, updated = row[2], row[3], row[13], row[14], row[15]
    if person is None or (alias is not None and other != person):
        return True
    return bool(alias == address and updated < now - IDLE)


def _waiting(row: Any) -> Waiting:
    number, channel, address, _, raw, its_mark, state, person, conversation, place, rested, held, is_slowed = row[:13]
    standing = Standing(rested, held, bool(is_slowed))
    return Waiting(number, channel, its_mark, address, raw, person, conversation, place, standing, state == "held")
