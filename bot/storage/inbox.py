"""Messages kept as they came, before anyone is told that we have them; each one once.

Who wrote is found out when the message is attended, in the same transaction, so that keeping is one insert.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex
from typing import Final

from sqlalchemy import Connection

from bot.conversation.conversation import Conversation
from bot.message import PersonId
from bot.storage.prepared import Prepared
from bot.storage.shapes import encoded


@dataclass(frozen=True, slots=True)
class Update:
    """What a platform told us, one message of it; `external_id` is the platform's own, unique in its channel."""

    channel: str
    external_id: str
    #: Where the answer goes, and who this is as far as the platform knows.
    address: str
    raw: bytes
    #: Another name that the platform knows the same person by, where it tells one.
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
    """Return whether the message was attended, well or not; False when it never came."""
    state = _STATE_OF.value(connection, {"mark": mark(channel, external_id)})
    return state not in {None, "waiting"}


_OLDEST: Final = Prepared(
    "SELECT i.id, i.channel, i.address, i.alias, i.raw, a.person, b.person, c.state, c.place, i.mark FROM inbox i"
    " LEFT JOIN identifiers a ON a.channel = i.channel AND a.address = i.address"
    " LEFT JOIN identifiers b ON b.channel = i.channel AND b.address = i.alias"
    " LEFT JOIN conversations c ON c.person = a.person"
    " WHERE i.state = 'waiting' AND i.channel IN list(:channels) ORDER BY i.id LIMIT :most"
)


_LOCK: Final = Prepared("SELECT person FROM conversations WHERE person IN list(:people) FOR UPDATE SKIP LOCKED")


def taken(connection: Connection, channels: Sequence[str], most: int, now: float) -> list[Waiting]:
    """Return the oldest waiting messages of these channels, at most so many, in order.

    Their conversations are this transaction's until it ends: a person whose conversation another program has at the
    moment is left out. Who wrote for the first time is a person of ours from here on.
    """
    asked = {"channels": channels, "most": most}
    found = _OLDEST.rows(connection, asked)
    strangers = [row for row in found if row[5] is None or (row[3] is not None and row[6] != row[5])]
    if strangers:
        introduce(connection, {(row[1], row[2], row[3]) for row in strangers}, now)
        found = _OLDEST.rows(connection, asked)
    if found and connection.dialect.name == "postgresql":
        ours = {row[0] for row in _LOCK.rows(connection, {"people": sorted({row[5] for row in found if row[5]})})}
        # Looked at again under the lock: another program may have been at work until now.
        found = [row for row in _OLDEST.rows(connection, asked) if row[5] in ours]
    return [Waiting(row[0], row[1], row[9], row[2], row[4], row[5], row[7], row[8]) for row in found]


_PERSON_OF: Final = Prepared("SELECT person FROM identifiers WHERE channel = :channel AND address = :address")
_NEW_PERSON: Final = Prepared("INSERT INTO people (id, created) VALUES (:person, :now)")
_NEW_CONVERSATION: Final = Prepared(
    "INSERT INTO conversations (person, state, version, updated, place) VALUES (:person, :state, 0, :now, 0)"
)
_NAME: Final = Prepared(
    "INSERT INTO identifiers (channel, address, person) VALUES (:channel, :address, :person)"
    " ON CONFLICT (channel, address) DO NOTHING"
)


def person_of(connection: Connection, channel: str, address: str) -> PersonId | None:
    """Return who is known by an address, or None when nobody is (any more)."""
    found: PersonId | None = _PERSON_OF.value(connection, {"channel": channel, "address": address})
    return found


def introduce(connection: Connection, strangers: Iterable[tuple[str, str, str | None]], now: float) -> None:
    """Know each channel's address, and its alias where it has one, as one person, new or not.

    Two programs may do this at the same time: the one that comes second waits at the insert, which then does nothing,
    and its new person stays unused. All go in one order, so that they never wait for each other in a ring.
    """
    names: dict[tuple[str, str], PersonId] = {}
    new: list[PersonId] = []
    same: list[tuple[PersonId, PersonId]] = []

    def known(channel: str, address: str) -> PersonId | None:
        return names.get((channel, address)) or person_of(connection, channel, address)

    for channel, address, alias in sorted(strangers, key=lambda stranger: (*stranger[:2], stranger[2] or "")):
        person = known(channel, address)
        other = None if alias is None else known(channel, alias)
        if person is None:
            if (person := other) is None:
                person = PersonId(token_hex(16))
                new.append(person)
            names[channel, address] = person
        if alias is not None and other is None:
            names[channel, alias] = person
        elif other is not None and other != person:
            same.append((other, person))
    _NEW_PERSON.run(connection, [{"person": person, "now": now} for person in new])
    state = encoded(Conversation())
    _NEW_CONVERSATION.run(connection, [{"person": person, "state": state, "now": now} for person in new])
    rows = [
        {"channel": channel, "address": address, "person": person}
        for (channel, address), person in sorted(names.items())
    ]
    _NAME.run(connection, rows)
    for other, person in same:
        _become_one(connection, other, person)


_BECOME_ONE: Final = tuple(
    Prepared(sentence)
    for sentence in (
        "UPDATE identifiers SET person = :into WHERE person = :other",
        "UPDATE inbox SET person = :into WHERE person = :other",
        "UPDATE outbox SET person = :into WHERE person = :other",
        "UPDATE cases SET person = :into WHERE person = :other",
        "DELETE FROM conversations WHERE person = :other",
        "DELETE FROM people WHERE id = :other",
    )
)


def _become_one(connection: Connection, other: PersonId, into: PersonId) -> None:
    """Give `into` all that was `other`'s, but for where the conversation stood, which the later address decides."""
    for statement in _BECOME_ONE:
        statement.run(connection, [{"other": other, "into": into}])
