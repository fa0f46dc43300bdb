"""Messages of a flood put aside: kept in their order until their turn comes, and no more of them than can be answered.

How far a person has used up their allowance stands with their conversation, and is changed under its lock alone: every
program that shares the database goes on from there, also after a crash. What an allowance is decides
`bot.reception.allowance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from bot.message import PersonId
from bot.storage.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a person has used up their allowance."""

    #: When it will be whole again, in seconds since 1970.
    rested: float = 0.0
    #: How many of their messages are put aside.
    held: int = 0
    #: Whether they were told that they are answered more slowly.
    is_slowed: bool = False


@dataclass(frozen=True, slots=True)
class PutAside:
    """What was done with the messages of a flood."""

    #: The digests of the messages that nobody needs to wait for now.
    marks: tuple[bytes, ...]
    #: How many of the person's messages are put aside by now, and how many will not be answered.
    held: int
    unanswered: int


_PUT_ASIDE: Final = Prepared(
    "UPDATE inbox SET state = 'held', person = :person"
    " WHERE state = 'waiting' AND channel = :channel AND address = :address RETURNING mark"
)
#: Nothing of what nobody will answer is kept but that it came: a flood is not to fill the disk.
_SURPLUS: Final = Prepared(
    "UPDATE inbox SET state = 'unanswered', raw = :nothing WHERE person = :person AND state = 'held' AND id >"
    " (SELECT coalesce(max(k.id), 0) FROM (SELECT id FROM inbox WHERE person = :person AND state = 'held'"
    " ORDER BY id LIMIT :most) k) RETURNING id"
)
_COUNT: Final = Prepared("SELECT count(*) FROM inbox WHERE person = :person AND state = 'held'")
_STANDING: Final = Prepared(
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


def keep_standings(connection: Connection, standings: Mapping[PersonId, Standing]) -> None:
    """Keep how far people have used up their allowance; their conversations must be this transaction's."""
    _STANDING.run(connection, [{"person": person, **columns(one)} for person, one in standings.items()])


def columns(standing: Standing) -> dict[str, float | int | bool]:
    """Return a standing as the columns of a conversation."""
    return {"rested": standing.rested, "held": standing.held, "is_slowed": standing.is_slowed}
