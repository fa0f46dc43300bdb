"""Replies on their way out: which are due, what became of sending each, and those that never arrived.

A person's replies leave in the order of their numbers. Only the first of a person's waiting replies is ever put off, so
a waiting reply that is due later means that all of that person's wait.

A reply is marked before it is handed to the platform (`sending_at`), and the mark goes when what became of it is kept.
Whoever finds a mark after a start knows which replies may have arrived; no other one does.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, func, select, text, update

from bot.language.dates import moroccan_day
from bot.message import PersonId, Reply
from bot.storage.counts import CountKey, count
from bot.storage.statements import Statement
from bot.storage.tables import encoded, inbox, outbox, stored_reply
from bot.storage.writers import leaves_traces


def place_after(last: int, now: float) -> int:
    """Return a place for a bubble said now: later than the last one, whatever the clock says."""
    return max(last + 1, int(now * 1_000_000))


ADD_REPLY: Final = Statement(
    "INSERT INTO outbox (person, channel, address, inbox_id, who, place, reply, created, state, due, attempts, sent_at,"
    " status) VALUES (:person, :channel, :address, :inbox_id, :who, :place, :reply, :now, :state, :now, :attempts,"
    " :sent_at, :status)"
)
#: The channels whose page shows what is kept: a reply on one is sent when it is committed.
_SEEN_WHEN_KEPT: Final = frozenset({"web"})


def reply_row(
    person: PersonId,
    to: tuple[str, str],
    reply: str,
    place: int,
    now: float,
    *,
    who: str = "guide",
    inbox_id: int | None = None,
) -> dict[str, Any]:
    """Return the row of an encoded reply to a channel and an address, sent already where keeping it shows it."""
    channel, address = to
    is_sent = channel in _SEEN_WHEN_KEPT
    return {
        "person": person,
        "channel": channel,
        "address": "" if is_sent else address,
        "inbox_id": inbox_id,
        "who": who,
        "place": place,
        "reply": reply,
        "now": now,
        "state": "sent" if is_sent else "waiting",
        "attempts": int(is_sent),
        "sent_at": now if is_sent else None,
        "status": "sent" if is_sent else None,
    }


def sent_at_once(rows: Sequence[Mapping[str, Any]], day: str) -> Counter[CountKey]:
    """Return how many of the rows to add are sent by being kept, as the figures count them."""
    return Counter((day, "reply", row["channel"]) for row in rows if row["state"] == "sent")


SaidBy = Literal["guide", "staff"]
_ADDRESS_OF: Final = text(
    "SELECT i.channel, i.address, c.place FROM inbox i JOIN conversations c ON c.person = i.person"
    " WHERE i.person = :person AND i.address <> '' ORDER BY i.id DESC LIMIT 1"
)
_MOVE_PLACE: Final = text("UPDATE conversations SET place = :place WHERE person = :person")


def say(connection: Connection, person: PersonId, reply: Reply, who: SaidBy, now: float) -> bool:
    """Put a reply that no message asked for on its way to where the person last wrote from; False when there is none.

    The person's conversation must be this transaction's.
    """
    found = connection.execute(_ADDRESS_OF, {"person": person}).first()
    if found is not None:
        say_to(connection, person, (found.channel, found.address), found.place, reply, who, now)
    return found is not None


def say_to(
    connection: Connection, person: PersonId, to: tuple[str, str], last: int, reply: Reply, who: SaidBy, now: float
) -> None:
    """Put such a reply on its way to a channel and an address; `last` is the place of the person's last bubble."""
    place, day = place_after(last, now), _day(now)
    ADD_REPLY.run(connection, [row := reply_row(person, to, encoded(reply), place, now, who=who)])
    connection.execute(_MOVE_PLACE, {"person": person, "place": place})
    count(connection, sent_at_once([row], day) + Counter({(day, "staff", to[0]): 1} if who == "staff" else {}))


@dataclass(frozen=True, slots=True)
class Due:
    """A reply that is to be sent, as it is stored."""

    id: int
    person: PersonId
    address: str
    reply: str
    #: How often sending it has failed.
    attempts: int
    created: float
    #: Why it was put off the last time; empty when it was not.
    reason: str | None = None
    #: When it was sent and nobody knows what became of it: the platform may have it already.
    sending_at: float | None = None


#: A reply is put off by so long at most, in seconds. What is due later than that was put off by a clock that has been
#: set back since, and is due now.
LONGEST_PUT_OFF: Final = 3600.0
_DUE: Final = Statement(
    "SELECT id, person, address, reply, attempts, created, error, sending_at FROM outbox"
    " WHERE state = 'waiting' AND channel = :channel AND person NOT IN list(:busy) AND person NOT IN"
    " (SELECT person FROM outbox WHERE state = 'waiting' AND channel = :channel AND due > :now AND due <= :latest)"
    " ORDER BY id LIMIT :most"
)
_NEXT_DUE: Final = Statement(
    "SELECT min(due) FROM outbox WHERE state = 'waiting' AND channel = :channel AND due > :now AND due <= :latest"
)


def due(connection: Connection, channel: str, busy: Collection[PersonId], most: int, now: float) -> list[Due]:
    """Return the replies to be sent on a channel, oldest first, but for those of the persons who are `busy`."""
    asked = {"channel": channel, "busy": list(busy), "most": most, "now": now, "latest": now + LONGEST_PUT_OFF}
    return [Due(*row) for row in _DUE.rows(connection, asked)]


def next_due(connection: Connection, channel: str, now: float) -> float | None:
    """Return when the next reply that was put off is due; None when none was."""
    asked = {"channel": channel, "now": now, "latest": now + LONGEST_PUT_OFF}
    found: float | None = _NEXT_DUE.value(connection, asked)
    return found


_HOLD_BACK: Final = Statement(
    "UPDATE outbox SET due = :until"
    " WHERE state = 'waiting' AND channel = :channel AND sending_at IS NOT NULL AND due < :until"
)
_WAKE: Final = Statement(
    "UPDATE outbox SET due = :now, backs_off = false"
    " WHERE state = 'waiting' AND channel = :channel AND backs_off AND sent_at IS NULL AND due > :now"
)


def hold_back(connection: Connection, channel: str, until: float) -> None:
    """Let what may have arrived already wait for the platform to say so."""
    _HOLD_BACK.run(connection, [{"channel": channel, "until": until}])


def wake(connection: Connection, channel: str, now: float) -> None:
    """Make due now what was put off because the whole platform failed."""
    _WAKE.run(connection, [{"channel": channel, "now": now}])


@dataclass(slots=True)
class Departure:
    """A reply about to be handed to the platform."""

    reply: Due
    channel: str
    #: Known once it is marked: False where it does not wait any more, having arrived after all or been forgotten.
    is_waiting: bool = field(default=False, compare=False)


_MARK: Final = Statement(
    "UPDATE outbox SET sending_at = :now, backs_off = false"
    " WHERE state = 'waiting' AND id IN numbers(:replies) RETURNING id"
)


def mark_departures(connection: Connection, departures: Sequence[Departure], now: float) -> None:
    """Mark replies as being sent; those that may arrive a second time are counted."""
    told = {"replies": [departure.reply.id for departure in departures], "now": now}
    waiting = {row[0] for row in _MARK.rows(connection, told)}
    for departure in departures:
        departure.is_waiting = departure.reply.id in waiting
    again = Counter(
        (_day(now), "sent_again", departure.channel)
        for departure in departures
        if departure.is_waiting and departure.reply.sending_at is not None
    )
    if again:
        count(connection, again)


def _day(now: float) -> str:
    return moroccan_day(datetime.fromtimestamp(now, UTC)).isoformat()


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of trying to send a reply."""

    id: int
    channel: str
    #: `sent`; `later` puts it off to `due`, having failed or only having to wait; `dead` is final.
    state: Literal["sent", "later", "dead"]
    platform_id: str = ""
    due: float = 0.0
    failed: bool = False
    reason: str | None = None
    #: Whether nobody knows if the platform has it.
    is_unsure: bool = False
    #: Whether the whole platform failed.
    backs_off: bool = False


# A status can come before we know ourselves that the reply was sent: it is not written over. One that failed and is to
# be sent again (`backs_off`, which marking had taken away) goes on waiting.
_SENT: Final = Statement(
    "UPDATE outbox SET state = CASE WHEN backs_off AND state = 'waiting' THEN 'waiting'"
    " WHEN status = 'failed' THEN 'dead' ELSE 'sent' END, sent_at = :now, sending_at = NULL,"
    " platform_id = CASE WHEN :platform_id = '' THEN platform_id ELSE :platform_id END,"
    " status = CASE WHEN backs_off AND state = 'waiting' THEN NULL ELSE coalesce(status, 'sent') END,"
    " error = CASE WHEN backs_off OR status = 'failed' THEN error END,"
    " address = CASE WHEN backs_off OR status = 'failed' THEN address ELSE '' END, attempts = attempts + 1"
    " WHERE id = :id"
)
_LATER: Final = Statement(
    "UPDATE outbox SET due = :due, attempts = attempts + :failed, error = coalesce(:reason, error),"
    " backs_off = :backs_off, sending_at = CASE WHEN :is_unsure THEN sending_at END"
    " WHERE id = :id AND state = 'waiting'"
)
# Nothing goes to the address any more: where the person is then is looked up when staff send it again.
_DEAD: Final = Statement(
    "UPDATE outbox SET state = 'dead', error = :reason, address = '', attempts = attempts + 1, sending_at = NULL"
    " WHERE id = :id AND state = 'waiting'"
)
_BEFORE: Final = Statement(
    "SELECT id, state, EXISTS (SELECT 1 FROM people p WHERE p.id = o.person) FROM outbox o"
    " WHERE id IN numbers(:replies)"
)


def record(connection: Connection, outcomes: Sequence[SendOutcome], now: float) -> None:
    """Keep what became of replies; one that is known to have arrived already is not counted a second time."""
    sent = [one for one in outcomes if one.state == "sent"]
    later = [one for one in outcomes if one.state == "later"]
    dead = [one for one in outcomes if one.state == "dead"]
    ended = [one.id for one in (*sent, *dead)]
    before = _BEFORE.rows(connection, {"replies": ended}) if ended else []
    arrived = {number for number, state, _ in before if state == "sent"}
    if not all(is_known for _, _, is_known in before):
        # The last that was to be said to somebody forgotten: its address goes now.
        leaves_traces(connection)
    _SENT.run(connection, [{"id": one.id, "now": now, "platform_id": one.platform_id} for one in sent])
    _LATER.run(
        connection,
        [
            {
                "id": one.id,
                "due": one.due,
                "failed": int(one.failed),
                "reason": one.reason,
                "is_unsure": one.is_unsure,
                "backs_off": one.backs_off,
            }
            for one in later
        ],
    )
    _DEAD.run(connection, [{"id": one.id, "reason": one.reason} for one in dead])
    happened = Counter((_day(now), "reply", one.channel) for one in sent if one.id not in arrived)
    happened.update((_day(now), "dead", one.channel) for one in dead)
    count(connection, happened)


def reopen(connection: Connection, channel: str, addresses: Collection[str], reason: str, now: float) -> None:
    """Make due now what was put off at these addresses for a reason that begins so."""
    connection.execute(
        update(outbox)
        .where(
            outbox.c.state == "waiting",
            outbox.c.channel == channel,
            outbox.c.due > now,
            outbox.c.address.in_(addresses),
            outbox.c.error.startswith(reason, autoescape=True),
        )
        .values(due=now)
    )


def came_back(connection: Connection, number: int, reason: str) -> bool:
    """Return whether a reply was sent, failed for a reason that begins so, and its person has not written since."""
    heard = select(func.max(inbox.c.received)).where(
        inbox.c.person == outbox.c.person, inbox.c.channel == outbox.c.channel
    )
    found = select(outbox.c.id).where(
        outbox.c.id == number,
        outbox.c.state == "waiting",
        outbox.c.error.startswith(reason, autoescape=True),
        outbox.c.sent_at >= func.coalesce(heard.scalar_subquery(), 0.0),
    )
    return connection.execute(found).first() is not None


def was_put_off(connection: Connection, number: int, reason: str, since: float) -> bool:
    """Return whether any reply to the same person waits for this reason, or died of it and was made since then."""
    person, channel = (
        select(column).where(outbox.c.id == number).scalar_subquery() for column in (outbox.c.person, outbox.c.channel)
    )
    others = outbox.alias()
    found = select(others.c.id).where(
        others.c.person == person,
        others.c.channel == channel,
        others.c.error == reason,
        (others.c.state == "waiting") | ((others.c.state == "dead") & (others.c.created > since)),
    )
    return connection.execute(found.limit(1)).first() is not None


_AT_ADDRESS: Final = text(
    "SELECT id, reply FROM outbox WHERE state = 'waiting' AND channel = :channel AND address = :address ORDER BY id"
)


def handed_over(connection: Connection, channel: str, address: str, now: float) -> list[Reply]:
    """Return the replies that wait for an address, as sent: for a channel that fetches them itself, the terminal."""
    rows = connection.execute(_AT_ADDRESS, {"channel": channel, "address": address}).all()
    record(connection, [SendOutcome(row.id, channel, "sent") for row in rows], now)
    return [stored_reply(row.reply) for row in rows]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A reply that never arrived, and why."""

    id: int
    channel: str
    reply: Reply
    reason: str
    attempts: int
    created: datetime
    #: False when the person had us forget them: there is nowhere to send it.
    can_be_sent: bool


#: Where the person now is on the channel; the row's own address may be gone.
NOW_AT: Final = (
    select(inbox.c.address)
    .where(inbox.c.person == outbox.c.person, inbox.c.channel == outbox.c.channel, inbox.c.address != "")
    .order_by(inbox.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_DEAD_LETTERS: Final = (
    select(outbox, NOW_AT.is_not(None).label("can_be_sent"))
    .where(outbox.c.state == "dead")
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)
_AGAIN: Final = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"), outbox.c.state == "dead", NOW_AT.is_not(None))
    .values(
        state="waiting",
        due=bindparam("now"),
        created=bindparam("now"),
        attempts=0,
        status=None,
        error=None,
        platform_id=None,
        sent_at=None,
        sending_at=None,
        backs_off=False,
        address=NOW_AT,
    )
)


def dead_letters(connection: Connection, most: int = 100) -> list[DeadLetter]:
    """Return the replies that never arrived, the latest first."""
    return [
        DeadLetter(
            row.id,
            row.channel,
            stored_reply(row.reply),
            row.error or "",
            row.attempts,
            datetime.fromtimestamp(row.created, UTC),
            row.can_be_sent,
        )
        for row in connection.execute(_DEAD_LETTERS, {"most": most})
    ]


def send_again(connection: Connection, letter: int, now: float) -> bool:
    """Put a dead letter back on its way; False when it is none, or nowhere to go."""
    return connection.execute(_AGAIN, {"letter": letter, "now": now}).rowcount == 1
