"""What is known of a person besides their messages, and how all of it is forgotten."""

from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection, text

from bot.message import PersonId
from bot.storage.unread import forget_unread


def short(person: PersonId) -> str:
    """Return what a person is called in the log: told apart, not recognised."""
    return blake2b(person.encode(), digest_size=4).hexdigest()


_FORGET: Final = tuple(
    text(sentence)
    for sentence in (
        "DELETE FROM case_messages WHERE case_id IN (SELECT id FROM cases WHERE person = :person)",
        "UPDATE cases SET state = 'closed', closed = coalesce(closed, :now) WHERE person = :person",
        "DELETE FROM outbox WHERE person = :person AND (inbox_id IS NULL OR inbox_id <> :last)",
        "UPDATE inbox SET raw = :nothing, kind = NULL, said = NULL, address = '', alias = NULL"
        " WHERE person = :person AND (id <= :last OR state = 'unanswered')",
        # What they wrote later and is not attended yet is theirs anew.
        "UPDATE inbox SET state = 'waiting', person = NULL WHERE person = :person AND state = 'held'",
        "UPDATE conversations SET held = 0 WHERE person = :person",
    )
)
_NAMES: Final = text("SELECT channel, address FROM identifiers WHERE person = :person")
_FORGET_NAMES: Final = tuple(
    text(sentence)
    for sentence in (
        "DELETE FROM identifiers WHERE person = :person",
        "DELETE FROM conversations WHERE person = :person",
        "DELETE FROM people WHERE id = :person",
    )
)


def forget(connection: Connection, person: PersonId, last: int, now: float, *, keeps_names: bool) -> None:
    """Forget all that a person said and was told up to the message `last`, but for the answer to that message.

    With it goes what came from them and could not be read, as far as it tells whose it is. That each message came, by
    its digest, is kept, or it would count again when it is delivered again. With `keeps_names` the address still leads
    to the same empty person: for addresses that are random keys of ours. Otherwise whoever writes from it next is new.
    """
    names = [(channel, address) for channel, address in connection.execute(_NAMES, {"person": person})]
    forget_unread(connection, names)
    for sentence in _FORGET:
        connection.execute(sentence, {"person": person, "last": last, "now": now, "nothing": b""})
    if not keeps_names:
        for sentence in _FORGET_NAMES:
            connection.execute(sentence, {"person": person})
