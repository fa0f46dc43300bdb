"""Messages kept as they came, before anyone is told that we have them; each one once.

Who wrote is found out when the message is attended, in the same transaction, so that keeping is one insert.

Messages of a flood are put aside here: kept in their order until their turn comes, and no more of them than can be
answered. How far a person has used up their allowance stands with their conversation, and is changed under its lock
alone: every program that shares the database goes on from there, also after a crash. What an allowance is decides
`bot.reception.floods`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from bot.message import PersonId
from bot.storage.files import mark
from bot.storage.identity import IDLE, AddressAndAlias, introduce
from bot.storage.statements import Statement


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
class FloodStanding:
    """How far a person has used up their allowance."""

    #: When it will be whole again, in seconds since 1970.
    rested: float = 0.0
    #: How many of their messages are put aside.
    held: int = 0
    #: Whether they were told that they are answered more slowly.
    is_slowed: bool = False


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
    #: The stored conversation: see `bot.storage.tables`.
    state: str
    #: The place of the person's last bubble.
    place: int
    standing: FloodStanding
    #: Whether the message was put aside before, and its turn has come.
    was_held: bool = False
    #: How often it was begun to be attended.
    attempts: int = field(default=0, compare=False)


_KEEP: Final = Statement(
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
                "mark": mark(connection, update.channel, update.external_id),
                "address": update.address,
                "alias": update.alias,
                "raw": update.raw,
                "received": now,
            }
            for update in updates
        ],
    )


_STATE_OF: Final = Statement("SELECT state FROM inbox WHERE mark = :mark")


def is_settled(connection: Connection, channel: str, external_id: str) -> bool:
    """Return whether the message was attended, well or not, or put aside in a flood; False when it never came."""
    state = _STATE_OF.value(connection, {"mark": mark(connection, channel, external_id)})
    return state not in {None, "waiting"}


_COLUMNS: Final = (
    "i.id, i.channel, i.address, i.alias, i.raw, i.mark, i.state,"
    " c.person, c.state, c.place, c.rested, c.held, c.is_slowed, i.attempts"
)
_OLDEST: Final = Statement(
    f"SELECT {_COLUMNS}, a.person, b.person, c.updated FROM inbox i"  # noqa: S608
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " LEFT JOIN identifiers b ON b.channel = i.channel AND b.address = i.alias"
    " LEFT JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.channel IN list(:channels) ORDER BY i.id LIMIT :most"
)
#: The oldest message put aside of each person whose turn has come again.
_HELD: Final = Statement(
    f"SELECT {_COLUMNS} FROM conversations c"  # noqa: S608
    " JOIN inbox i ON i.id = (SELECT min(h.id) FROM inbox h WHERE h.person = c.person AND h.state = 'held')"
    " WHERE c.held > 0 AND (c.rested <= :rested OR c.rested > :latest) AND i.channel IN list(:channels)"
    " ORDER BY i.id LIMIT :most"
)
_LOCK: Final = Statement("SELECT person FROM conversations WHERE person IN list(:people) FOR UPDATE SKIP LOCKED")
#: The people of the oldest messages of whom no other program is attending one: those are passed over, so that as many
#: programs as there are have something to do.
_LOCK_OLDEST: Final = Statement(
    "SELECT c.person FROM inbox i JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.channel IN list(:channels) ORDER BY i.id LIMIT :most FOR UPDATE OF c SKIP LOCKED"
)
_OLDEST_OF: Final = Statement(
    f"SELECT {_COLUMNS} FROM inbox i"  # noqa: S608
    " JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.channel IN list(:channels) AND a.person IN list(:people)"
    " ORDER BY i.id LIMIT :most"
)
#: How many of the oldest waiting messages are looked at for whoever wrote little, where somebody wrote much.
_LOOKED_AT: Final = 4096
#: Messages of one person that are taken at once where others may wait behind them.
_OF_ONE: Final = 8
#: The same as the oldest, but of each person a few: everybody's first before anybody's second, and of these first who
#: has used less of their allowance.
_FAIREST: Final = Statement(
    f"SELECT {_COLUMNS}, a.person, b.person, c.updated FROM"  # noqa: S608
    " (SELECT o.id, CASE WHEN p.rested > :now AND p.rested <= :latest THEN p.rested - :now ELSE 0 END AS used,"
    " row_number() OVER (PARTITION BY coalesce(n.person, o.address) ORDER BY o.id) AS rank"
    " FROM (SELECT id, channel, address FROM inbox WHERE state = 'waiting' AND channel IN list(:channels)"
    f" ORDER BY id LIMIT {_LOOKED_AT}) o"
    " LEFT JOIN identifiers n ON n.channel = o.channel AND n.address = o.address"
    " LEFT JOIN conversations p ON p.person = n.person) r"
    " JOIN inbox i ON i.id = r.id"
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " LEFT JOIN identifiers b ON b.channel = i.channel AND b.address = i.alias"
    " LEFT JOIN conversations c ON c.person = a.person"
    f" WHERE r.rank <= {_OF_ONE} ORDER BY r.rank, r.used, r.id LIMIT :most"
)
_THESE_OF: Final = Statement(
    f"SELECT {_COLUMNS} FROM inbox i"  # noqa: S608
    " JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.id IN numbers(:messages) AND a.person IN list(:people) ORDER BY i.id"
)
_STRANGERS: Final = Statement(
    "SELECT i.channel, i.address, i.alias FROM (SELECT id, channel, address, alias FROM inbox"  # noqa: S608
    f" WHERE state = 'waiting' AND channel IN list(:channels) ORDER BY id LIMIT {_LOOKED_AT}) i"
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " WHERE a.person IS NULL ORDER BY i.id LIMIT :most"
)


def strangers(connection: Connection, channels: Sequence[str], most: int) -> set[AddressAndAlias]:
    """Return who of the oldest waiting messages wrote for the first time, at most so many."""
    return {tuple(row) for row in _STRANGERS.rows(connection, {"channels": channels, "most": most})}


def taken(
    connection: Connection,
    channels: Sequence[str],
    most: int,
    now: float,
    rested: float = float("inf"),
    latest: float = float("inf"),
) -> tuple[list[Waiting], bool]:
    """Return the oldest waiting messages of these channels, at most so many, in order, and whether more may wait.

    Where there are as many, and somebody wrote several of them or has used up much of what they may have by `rested`,
    a few of each person are taken of those that came before or long after: whoever floods, be they one or a hundred,
    keeps nobody out.

    Before them stand messages that were put aside, one of each person whose allowance is whole again by `rested`, or
    not before `latest`, as only a clock that was set back since can have said. Their conversations are this
    transaction's until it ends: a person whose conversation another program has at the moment is left out. Who wrote
    for the first time is a person of ours from here on.
    """
    asked = {"channels": channels, "most": most, "rested": min(rested, _LATEST), "latest": min(latest, _LATEST)}
    held = _HELD.rows(connection, asked)
    oldest = _OLDEST
    found = oldest.rows(connection, asked)
    if len(found) == most > _OF_ONE and _is_crowded(found, now + (rested - now) / 4):
        oldest, asked = _FAIREST, {**asked, "now": now}
        found = oldest.rows(connection, asked)
    unknown = {(row[1], row[2], row[3]) for row in found if _is_strange(row, now)}
    if unknown:
        introduce(connection, unknown, now)
        found = oldest.rows(connection, asked)
    if (held or found) and connection.dialect.name == "postgresql":
        held, found = _locked(connection, asked, held, found, is_chosen=oldest is _FAIREST)
    all_found = [*held, *sorted(found, key=lambda row: int(row[0]))]
    return [_waiting(row) for row in all_found[:most]], len(all_found) >= most or (bool(found) and oldest is _FAIREST)


def _locked(
    connection: Connection, asked: Mapping[str, Any], held: Sequence[Any], found: Sequence[Any], *, is_chosen: bool
) -> tuple[list[Any], list[Any]]:
    """Return of messages put aside and of waiting ones those whose people are this transaction's from here on.

    Of waiting ones the oldest that are left by other programs; those `found`, where they were chosen among many.
    """
    people = {row[7] for row in held} | ({row[14] for row in found} if is_chosen else set())
    ours = {row[0] for row in _LOCK.rows(connection, {"people": sorted(people)})} if people else set()
    # Looked at again under the lock: another program may have been at work until now.
    held = [row for row in _HELD.rows(connection, asked) if row[7] in ours] if held else []
    if not found:
        return held, []
    if is_chosen:
        these = _THESE_OF.rows(connection, {"messages": [row[0] for row in found], "people": sorted(ours)})
        if these:
            return held, these
    oldest = {row[0] for row in _LOCK_OLDEST.rows(connection, asked)}
    return held, _OLDEST_OF.rows(connection, {**asked, "people": sorted(ours | oldest)})


def _is_crowded(found: Sequence[Any], used: float) -> bool:
    """Return whether somebody wrote several of the oldest messages, or has an allowance that is not whole by `used`."""
    addresses = Counter((row[1], row[2]) for row in found)
    return max(addresses.values()) > _OF_ONE or any((row[10] or 0.0) > used for row in found)


#: Some may be held by the very transaction that waits for this one.
_SKIPPED: Final = {"sqlite": "", "postgresql": " FOR UPDATE SKIP LOCKED"}
_COUNT_ATTEMPTS: Final = {
    name: Statement(
        "UPDATE inbox SET attempts = attempts + 1 WHERE id IN"  # noqa: S608
        f" (SELECT id FROM inbox WHERE id IN numbers(:messages){skipped}) RETURNING id"
    )
    for name, skipped in _SKIPPED.items()
}


def count_attempts(connection: Connection, messages: Sequence[int]) -> list[int]:
    """Note that messages are about to be attended: whoever starts after a crash sees which may have caused it.

    Return those of which it is noted, which is not waited for.
    """
    rows = _COUNT_ATTEMPTS[connection.dialect.name].rows(connection, {"messages": messages})
    return [int(row[0]) for row in rows]


_STILL: Final = Statement(
    f"SELECT {_COLUMNS} FROM inbox i"  # noqa: S608
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " JOIN conversations c ON c.person = CASE WHEN i.state = 'held' THEN i.person ELSE a.person END"
    " WHERE i.state IN ('waiting', 'held') AND i.id IN numbers(:messages)"
)


def are_unchanged(connection: Connection, group: Sequence[Waiting]) -> bool:
    """Return whether messages that were taken in an earlier transaction wait as they did, and their people stand so."""
    rows = _STILL.rows(connection, {"messages": [waiting.id for waiting in group]})
    return {waiting.id: waiting for waiting in group} == {row[0]: _waiting(row) for row in rows}


#: Later than any moment: databases know no infinity alike.
_LATEST: Final = 1e15


def _is_strange(row: Any, now: float) -> bool:
    """Return whether it is to be found out who wrote a message: see `bot.storage.identity`."""
    address, alias, person, other, updated = row[2], row[3], row[14], row[15], row[16]
    if person is None or (alias is not None and other != person):
        return True
    return bool(alias == address and updated < now - IDLE)


def _waiting(row: Any) -> Waiting:
    number, channel, address, _, raw, its_mark, state, person, conversation, place, rested, held, is_slowed = row[:13]
    standing = FloodStanding(rested, held, bool(is_slowed))
    was_held, attempts = state == "held", row[13]
    return Waiting(number, channel, its_mark, address, raw, person, conversation, place, standing, was_held, attempts)


@dataclass(frozen=True, slots=True)
class PutAside:
    """What was done with the messages of a flood."""

    #: The digests of the messages that nobody needs to wait for now.
    marks: tuple[bytes, ...]
    #: How many of the person's messages are put aside by now, and how many will not be answered.
    held: int
    unanswered: int


_PUT_ASIDE: Final = Statement(
    "UPDATE inbox SET state = 'held', person = :person"
    " WHERE state = 'waiting' AND channel = :channel AND address = :address RETURNING mark"
)
#: Nothing of what nobody will answer is kept but that it came: a flood is not to fill the disk.
_SURPLUS: Final = Statement(
    "UPDATE inbox SET state = 'unanswered', raw = :nothing WHERE person = :person AND state = 'held' AND id >"
    " (SELECT coalesce(max(k.id), 0) FROM (SELECT id FROM inbox WHERE person = :person AND state = 'held'"
    " ORDER BY id LIMIT :most) k) RETURNING id"
)
_COUNT: Final = Statement("SELECT count(*) FROM inbox WHERE person = :person AND state = 'held'")
_STANDING: Final = Statement(
    "UPDATE conversations SET rested = :rested, held = :held, is_slowed = :is_slowed WHERE person = :person"
)


def put_aside(connection: Connection, person: PersonId, channel: str, address: str, most: int) -> PutAside:
    """Put aside what a person wrote from an address and is not attended yet; keep the first, `most` of them.

    The person's conversation must be this transaction's.
    """
    told = {"person": person, "channel": channel, "address": address, "most": most, "nothing": b""}
    marks = tuple(bytes(row[0]) for row in _PUT_ASIDE.rows(connection, told))
    surplus = _SURPLUS.rows(connection, told)
    return PutAside(marks, count_held(connection, person), len(surplus))


def count_held(connection: Connection, person: PersonId) -> int:
    """Return how many of a person's messages are put aside."""
    found: int = _COUNT.value(connection, {"person": person})
    return found


def keep_standings(connection: Connection, standings: Mapping[PersonId, FloodStanding]) -> None:
    """Keep how far people have used up their allowance; their conversations must be this transaction's."""
    _STANDING.run(connection, [{"person": person, **columns(one)} for person, one in standings.items()])


def columns(standing: FloodStanding) -> dict[str, float | int | bool]:
    """Return a standing as the columns of a conversation."""
    return {"rested": standing.rested, "held": standing.held, "is_slowed": standing.is_slowed}
