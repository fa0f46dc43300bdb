"""Who is who: the names a platform calls people by, and what happens when a name passes to somebody else.

A name is a person's own (a business-scoped user id, the id of a chat, a random key of ours) or lent to them (a phone
number, which the operator gives to a stranger once it has lain idle). An own name always leads to its person. A lent
one passes on to whoever writes with it when it comes with another own name than its person's, and when its person has
been silent for `IDLE`: whoever gets it starts fresh, and nobody is shown or sent what was another's. When in doubt two
are kept apart: that costs one of them a few questions again, the other would cost somebody their privacy.
"""

from collections.abc import Iterable
from secrets import token_hex
from typing import Final

from sqlalchemy import Connection

from bot.conversation.conversation import Conversation
from bot.message import PersonId
from bot.storage.prepared import Prepared
from bot.storage.shapes import encoded

#: After so long a silence a lent name is no longer taken for the same person's, in seconds.
#: WhatsApp's own rule for numbers that were recycled: an account not used for 45 days that is then activated on another
#: phone is a new owner's (faq.whatsapp.com, "Your phone number already existing on WhatsApp", read 2026-11-23).
#: Operators let a number lie idle for longer than that, so that within it nobody else can have it.
IDLE: Final = 45 * 24 * 3600.0

#: A channel, an address, and the lent name told with it: the address itself where it is the only name, None for none.
Named = tuple[str, str, str | None]

_PERSON_OF: Final = Prepared("SELECT person FROM identifiers WHERE channel = :channel AND address = :address")
_NEW_PERSON: Final = Prepared("INSERT INTO people (id, created) VALUES (:person, :now)")
_NEW_CONVERSATION: Final = Prepared(
    "INSERT INTO conversations (person, state, version, updated, place) VALUES (:person, :state, 0, :now, 0)"
)
_NAME: Final = Prepared(
    "INSERT INTO identifiers (channel, address, person, is_lent) VALUES (:channel, :address, :person, :is_lent)"
    " ON CONFLICT (channel, address) DO NOTHING"
)
_RENAME: Final = Prepared(
    "UPDATE identifiers SET is_lent = :is_lent WHERE channel = :channel AND address = :address AND person = :person"
)
_UPDATED: Final = Prepared("SELECT updated FROM conversations WHERE person = :person")
_NAMES_OF: Final = Prepared(
    "SELECT address, is_lent FROM identifiers WHERE person = :person AND channel = :channel ORDER BY is_lent, address"
)


def person_of(connection: Connection, channel: str, address: str) -> PersonId | None:
    """Return who is known by an address, or None when nobody is (any more)."""
    found: PersonId | None = _PERSON_OF.value(connection, {"channel": channel, "address": address})
    return found


def introduce(connection: Connection, strangers: Iterable[Named], now: float) -> None:
    """Know each as one person by all the names told with it, new or not; see above for names that pass on.

    Two programs may do this at the same time: the one that comes second waits at the insert, which then does nothing,
    and its new person stays unused. All go in one order, so that they never wait for each other in a ring.
    """
    new: dict[tuple[str, str], tuple[PersonId, bool]] = {}
    for channel, address, lent in sorted(strangers, key=lambda stranger: (*stranger[:2], stranger[2] or "")):
        names = {(channel, address): lent == address, **({} if lent is None else {(channel, lent): True})}
        if new.keys() & names.keys():
            _take_in(connection, new, now)
            new = {}
        if any(person_of(connection, *name) is not None for name in names):
            _meet(connection, channel, address, lent, now)
        else:
            person = PersonId(token_hex(16))
            new.update((name, (person, is_lent)) for name, is_lent in names.items())
    _take_in(connection, new, now)


def _take_in(connection: Connection, new: dict[tuple[str, str], tuple[PersonId, bool]], now: float) -> None:
    """Know new people by their names."""
    people = list(dict.fromkeys(person for person, _ in new.values()))
    state = encoded(Conversation())
    _NEW_PERSON.run(connection, [{"person": person, "now": now} for person in people])
    _NEW_CONVERSATION.run(connection, [{"person": person, "state": state, "now": now} for person in people])
    rows = [
        {"channel": channel, "address": address, "person": person, "is_lent": is_lent}
        for (channel, address), (person, is_lent) in sorted(new.items())
    ]
    _NAME.run(connection, rows)


def _meet(connection: Connection, channel: str, address: str, lent: str | None, now: float) -> None:
    """Know somebody of whose names at least one is known."""
    person = person_of(connection, channel, address)
    other = None if lent is None else person_of(connection, channel, lent)
    named = (channel, address, lent)
    if lent is not None and other is not None and _is_anothers(connection, named, person, other, now):
        pass_on(connection, channel, lent, other, now)
        person, other = (None if lent == address else person), None
    person = person or other
    if person is None:
        _take_in(connection, {(channel, address): (person := PersonId(token_hex(16)), lent == address)}, now)
    elif other is not None and other != person:
        _become_one(connection, other, person)
    know(connection, channel, address, person, is_lent=lent == address)
    if lent is not None and lent != address:
        # Whoever writes has one number: one they had before is not theirs any more.
        for name, is_lent in _names_of(connection, channel, person):
            if is_lent and name not in {address, lent}:
                pass_on(connection, channel, name, person, now)
        know(connection, channel, lent, person, is_lent=True)


def know(connection: Connection, channel: str, address: str, person: PersonId, *, is_lent: bool) -> None:
    """Know a person by an address that leads to nobody else."""
    row = {"channel": channel, "address": address, "person": person, "is_lent": is_lent}
    _NAME.run(connection, [row])
    _RENAME.run(connection, [row])


def _is_anothers(connection: Connection, named: Named, person: PersonId | None, other: PersonId, now: float) -> bool:
    """Return whether a lent name that leads to `other` is now told with somebody else: `person`, or one not known yet.

    Not when `other` was known by that name alone until shortly ago: then the platform tells their own name at last.
    """
    channel, address, lent = named
    if other == person:
        return lent == address and is_idle(connection, other, now)
    if is_idle(connection, other, now):
        return True
    if any(not is_lent and name != lent for name, is_lent in _names_of(connection, channel, other)):
        return True
    names = [] if person is None else _names_of(connection, channel, person)
    return any(is_lent and name != lent for name, is_lent in names)


def _names_of(connection: Connection, channel: str, person: PersonId) -> list[tuple[str, bool]]:
    """Return a person's names on a channel and whether each is lent, their own first."""
    return [(name, bool(lent)) for name, lent in _NAMES_OF.rows(connection, {"person": person, "channel": channel})]


_IS_LENT: Final = Prepared("SELECT is_lent FROM identifiers WHERE channel = :channel AND address = :address")


def is_lent(connection: Connection, channel: str, address: str) -> bool:
    """Return whether a name can pass to somebody else; False for one that nobody is known by."""
    return bool(_IS_LENT.value(connection, {"channel": channel, "address": address}))


def is_idle(connection: Connection, person: PersonId, now: float) -> bool:
    """Return whether a person has been silent for so long that what was lent to them may be another's."""
    updated = _UPDATED.value(connection, {"person": person})
    return updated is not None and updated < now - IDLE


_UNNAME: Final = Prepared(
    "DELETE FROM identifiers WHERE channel = :channel AND address = :address AND person = :person"
)
_READDRESS: Final = tuple(
    Prepared(
        f"UPDATE {table} SET address = :home WHERE person = :person AND channel = :channel AND address = :address"  # noqa: S608
    )
    for table in ("inbox", "outbox")
)
_UNREACHABLE: Final = tuple(
    Prepared(sentence)
    for sentence in (
        "UPDATE inbox SET address = '', alias = NULL WHERE person = :person AND channel = :channel",
        "UPDATE outbox SET state = 'dead', error = 'number_passed_on'"
        " WHERE person = :person AND channel = :channel AND state = 'waiting'",
        "UPDATE outbox SET address = '' WHERE person = :person AND channel = :channel",
        "UPDATE cases SET state = 'closed', closed = :now WHERE person = :person AND state = 'open'",
    )
)


def pass_on(connection: Connection, channel: str, address: str, person: PersonId, now: float) -> None:
    """Let a person be known by a name no longer, and nothing of theirs go there: to another name, or nowhere."""
    told = {"person": person, "channel": channel, "address": address, "now": now}
    _UNNAME.run(connection, [told])
    for home, _ in _names_of(connection, channel, person)[:1]:
        for statement in _READDRESS:
            statement.run(connection, [{**told, "home": home}])
        return
    for statement in _UNREACHABLE:
        statement.run(connection, [told])


_BECOME_ONE: Final = tuple(
    Prepared(sentence)
    for sentence in (
        "UPDATE identifiers SET person = :into WHERE person = :other",
        "UPDATE inbox SET person = :into WHERE person = :other",
        "UPDATE outbox SET person = :into WHERE person = :other",
        "UPDATE cases SET person = :into WHERE person = :other",
        "DELETE FROM conversations WHERE person = :other",
        "DELETE FROM people WHERE id = :other",
        "UPDATE conversations SET held = (SELECT count(*) FROM inbox WHERE person = :into AND state = 'held')"
        " WHERE person = :into",
    )
)


def _become_one(connection: Connection, other: PersonId, into: PersonId) -> None:
    """Give `into` all that was `other`'s, but for where the conversation stood, which the own name decides."""
    for statement in _BECOME_ONE:
        statement.run(connection, [{"other": other, "into": into}])
