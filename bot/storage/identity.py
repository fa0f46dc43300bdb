"""Who is who: the names a platform calls people by, what happens when a name passes on, and how people are forgotten.

A name is a person's own (a business-scoped user id, the id of a chat, a random key of ours) or lent to them (a phone
number, which the operator gives to a stranger once it has lain idle). An own name always leads to its person. A lent
one passes on to whoever writes with it when it comes with another own name than its person's, and when its person has
been silent for `IDLE`: whoever gets it starts fresh, and nobody is shown or sent what was another's. When in doubt two
are kept apart: that costs one of them a few questions again, the other would cost somebody their privacy.

News that an address has changed is acted on once: told again after a later change it would undo that.
"""

from collections.abc import Iterable
from hashlib import blake2b
from secrets import token_hex
from typing import Final

from sqlalchemy import Connection, text

from bot.conversation.conversation import Conversation
from bot.message import PersonId
from bot.storage.cases import forget_unread
from bot.storage.files import asker, mark
from bot.storage.statements import Statement
from bot.storage.tables import encoded
from bot.storage.writers import leaves_traces

#: After so long a silence a lent name is no longer taken for the same person's, in seconds.
#: WhatsApp's own rule for numbers that were recycled: an account not used for 45 days that is then activated on another
#: phone is a new owner's (faq.whatsapp.com, "Your phone number already existing on WhatsApp", read 2026-11-23).
#: Operators let a number lie idle for longer than that, so that within it nobody else can have it.
IDLE: Final = 45 * 24 * 3600.0

#: A channel, an address, and the lent name told with it: the address itself where it is the only name, None for none.
AddressAndAlias = tuple[str, str, str | None]

_PERSON_OF: Final = Statement("SELECT person FROM identifiers WHERE channel = :channel AND address = :address")
_NEW_PERSON: Final = Statement("INSERT INTO people (id, created) VALUES (:person, :now)")
_NEW_CONVERSATION: Final = Statement(
    "INSERT INTO conversations (person, state, version, updated, place) VALUES (:person, :state, 0, :now, 0)"
)
_NAME: Final = Statement(
    "INSERT INTO identifiers (channel, address, person, is_lent) VALUES (:channel, :address, :person, :is_lent)"
    " ON CONFLICT (channel, address) DO NOTHING"
)
_RENAME: Final = Statement(
    "UPDATE identifiers SET is_lent = :is_lent WHERE channel = :channel AND address = :address AND person = :person"
)
_ORPHANS: Final = tuple(
    Statement(
        f"DELETE FROM {table} WHERE {column} = :person"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM identifiers n WHERE n.person = :person)"
    )
    for table, column in (("conversations", "person"), ("people", "id"))
)
_UPDATED: Final = Statement("SELECT updated FROM conversations WHERE person = :person")
_NAMES_OF: Final = Statement(
    "SELECT address, is_lent FROM identifiers WHERE person = :person AND channel = :channel ORDER BY is_lent, address"
)


def person_of(connection: Connection, channel: str, address: str) -> PersonId | None:
    """Return who is known by an address, or None when nobody is (any more)."""
    found: PersonId | None = _PERSON_OF.value(connection, {"channel": channel, "address": address})
    return found


def address_of(connection: Connection, channel: str, person: PersonId) -> str | None:
    """Return where a person is answered on a channel; None when they are known there no more."""
    names = _NAMES_OF.rows(connection, {"person": person, "channel": channel})
    return str(names[0][0]) if names else None


def introduce(connection: Connection, strangers: Iterable[AddressAndAlias], now: float) -> None:
    """Know each as one person by all the names told with it, new or not; see above for names that pass on.

    Two programs may do this at the same time: the one that comes second waits at the insert, which then does nothing,
    and takes its new person back. All go in one order, so that they never wait for each other in a ring.
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
    if connection.dialect.name == "postgresql":
        for statement in _ORPHANS:
            statement.run(connection, [{"person": person} for person in people])


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


def _is_anothers(
    connection: Connection, named: AddressAndAlias, person: PersonId | None, other: PersonId, now: float
) -> bool:
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


_IS_LENT: Final = Statement("SELECT is_lent FROM identifiers WHERE channel = :channel AND address = :address")


def is_lent(connection: Connection, channel: str, address: str) -> bool:
    """Return whether a name can pass to somebody else; False for one that nobody is known by."""
    return bool(_IS_LENT.value(connection, {"channel": channel, "address": address}))


def is_idle(connection: Connection, person: PersonId, now: float) -> bool:
    """Return whether a person has been silent for so long that what was lent to them may be another's."""
    updated = _UPDATED.value(connection, {"person": person})
    return updated is not None and updated < now - IDLE


_UNNAME: Final = Statement(
    "DELETE FROM identifiers WHERE channel = :channel AND address = :address AND person = :person"
)
_READDRESS: Final = tuple(
    Statement(
        f"UPDATE {table} SET address = :home WHERE person = :person AND channel = :channel AND address = :address"  # noqa: S608
    )
    for table in ("inbox", "outbox")
)
_UNREACHABLE: Final = tuple(
    Statement(sentence)
    for sentence in (
        "UPDATE inbox SET address = '', alias = NULL WHERE person = :person AND channel = :channel",
        "UPDATE outbox SET state = 'dead', error = 'number_passed_on'"
        " WHERE person = :person AND channel = :channel AND state = 'waiting'",
        "UPDATE outbox SET address = '' WHERE person = :person AND channel = :channel",
        "UPDATE cases SET state = 'closed', closed = :now WHERE person = :person AND state = 'open'",
        "DELETE FROM wanted WHERE person = :person",
        "DELETE FROM notice_lines WHERE person = :person",
        "DELETE FROM moves WHERE person = :person",
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
    Statement(sentence)
    for sentence in (
        "UPDATE identifiers SET person = :into WHERE person = :other",
        "UPDATE inbox SET person = :into WHERE person = :other",
        "UPDATE outbox SET person = :into WHERE person = :other",
        "UPDATE cases SET person = :into WHERE person = :other",
        "INSERT INTO wanted (person, topic, created) SELECT :into, topic, created FROM wanted WHERE person = :other"
        " ON CONFLICT DO NOTHING",
        "INSERT INTO notice_sent (notice, person, outcome, outbox_id)"
        " SELECT notice, :into, outcome, outbox_id FROM notice_sent WHERE person = :other ON CONFLICT DO NOTHING",
        "UPDATE people SET is_stopped = true WHERE id = :into"
        " AND EXISTS (SELECT 1 FROM people WHERE id = :other AND is_stopped)",
        "DELETE FROM wanted WHERE person = :other",
        "DELETE FROM notice_sent WHERE person = :other",
        "DELETE FROM notice_lines WHERE person = :other",
        "DELETE FROM moves WHERE person = :other",
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


# Through the person, whose messages are found by an index; an address has none.
_HEARD: Final = Statement(
    "SELECT max(i.received) FROM identifiers n JOIN inbox i ON i.person = n.person AND i.channel = n.channel"
    " WHERE n.channel = :channel AND n.address = :address"
)
#: Who was forgotten has no name any more, and yet is to be told so: by the messages that what waits for them answers.
_ANSWERED: Final = Statement(
    "SELECT max(i.received) FROM outbox o JOIN inbox i ON i.id = o.inbox_id"
    " WHERE o.state = 'waiting' AND o.channel = :channel AND o.address = :address"
)
#: Kept among the messages as one that nobody attends or sees, so that it grows old with them.
_NEWS: Final = Statement(
    "INSERT INTO inbox (channel, mark, address, raw, received, state, attempts)"
    " VALUES (:channel, :mark, '', :nothing, :now, 'news', 0) ON CONFLICT (mark) DO NOTHING RETURNING id"
)
_FOLLOW: Final = (
    Statement(
        "UPDATE inbox SET address = CASE WHEN address = :before THEN :after ELSE address END,"
        " alias = CASE WHEN alias = :before THEN :alias ELSE alias END"
        " WHERE state IN ('waiting', 'held') AND channel = :channel AND (address = :before OR alias = :before)"
    ),
    Statement(
        "UPDATE outbox SET address = :after WHERE state = 'waiting' AND channel = :channel AND address = :before"
    ),
)


def last_heard(connection: Connection, channel: str, address: str) -> float | None:
    """Return when a message of an address was last received, in seconds since 1970; None when none was attended."""
    asked = {"channel": channel, "address": address}
    found: float | None = _HEARD.value(connection, asked)
    if found is None:
        found = _ANSWERED.value(connection, asked)
    return found


_LAST_RAW: Final = Statement(
    "SELECT i.raw FROM identifiers n JOIN inbox i ON i.person = n.person AND i.channel = n.channel"
    " WHERE n.channel = :channel AND n.address = :address ORDER BY i.id DESC LIMIT 1"
)


def last_raw(connection: Connection, channel: str, address: str) -> bytes:
    """Return what an address sent last, as it was kept; empty where nothing is."""
    found: bytes | None = _LAST_RAW.value(connection, {"channel": channel, "address": address})
    return found or b""


def is_new(connection: Connection, channel: str, external_id: str, now: float) -> bool:
    """Return whether news with this id of the platform's came for the first time, and remember that it came."""
    told = {"channel": channel, "mark": mark(connection, channel, external_id), "nothing": b"", "now": now}
    return _NEWS.value(connection, told) is not None


def move(connection: Connection, channel: str, before: str, after: str, now: float, *, is_number: bool) -> None:
    """Know a person by another address from now on, and send there what waits for them; the old one is theirs no more.

    Nothing is kept of who is not known. What was told of the new address before was somebody else's, and so is the old
    one when it is a number and its person has been silent for long: see `bot.storage.identity`.
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


def short(person: PersonId) -> str:
    """Return what a person is called in the log: told apart, not recognised."""
    return blake2b(person.encode(), digest_size=4).hexdigest()


_FORGET: Final = tuple(
    text(sentence)
    for sentence in (
        "DELETE FROM case_messages WHERE case_id IN (SELECT id FROM cases WHERE person = :person)",
        "DELETE FROM case_answers WHERE case_id IN (SELECT id FROM cases WHERE person = :person)",
        "UPDATE cases SET state = 'closed', closed = coalesce(closed, :now) WHERE person = :person",
        "DELETE FROM outbox WHERE person = :person AND (inbox_id IS NULL OR inbox_id <> :last)",
        "UPDATE inbox SET raw = :nothing, kind = NULL, said = NULL, address = '', alias = NULL"
        " WHERE person = :person AND (id <= :last OR state = 'unanswered')",
        # What they wrote later and is not attended yet is theirs anew.
        "UPDATE inbox SET state = 'waiting', person = NULL WHERE person = :person AND state = 'held'",
        "UPDATE conversations SET held = 0 WHERE person = :person",
        "DELETE FROM questions WHERE asker = :asker",
        "DELETE FROM sheets WHERE asker = :asker",
        "DELETE FROM moves WHERE person = :person",
        "DELETE FROM code_tries WHERE who = :person",
        "DELETE FROM wanted WHERE person = :person",
        "DELETE FROM notice_sent WHERE person = :person",
        "DELETE FROM notice_lines WHERE person = :person",
        "DELETE FROM samples WHERE asker = :asker",
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
    """Forget all that a person said, asked and was told up to the message `last`, but for the answer to that message.

    With it goes what came from them and could not be read, as far as it tells whose it is. That each message came, by
    its digest, is kept, or it would count again when it is delivered again. With `keeps_names` the address still leads
    to the same empty person: for addresses that are random keys of ours. Otherwise whoever writes from it next is new.
    """
    names = [(channel, address) for channel, address in connection.execute(_NAMES, {"person": person})]
    forget_unread(connection, names)
    told = {"person": person, "last": last, "now": now, "nothing": b"", "asker": asker(connection, person)}
    for sentence in _FORGET:
        connection.execute(sentence, told)
    if not keeps_names:
        for sentence in _FORGET_NAMES:
            connection.execute(sentence, {"person": person})
    leaves_traces(connection)
