"""Notices to those who asked for them: who wants what, and sending that goes on where it stopped, each person once.

That somebody has a notice is written with the notice itself, in one transaction: a kill loses nothing and doubles
nothing. A notice is put on its way a few at a time, so that nobody's answer waits behind a thousand notices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from bot.message import LANGUAGES, Language, PersonId, Reply
from bot.storage.outbox import say_to
from bot.storage.tables import stored_conversation

#: People who are put on their way in one transaction.
BATCH: Final = 100

_WANT: Final = text("INSERT INTO wanted (person, topic, created) VALUES (:person, :topic, :now) ON CONFLICT DO NOTHING")
_UNWANT: Final = text("DELETE FROM wanted WHERE person = :person")
_UNWANT_NAMED: Final = text(
    "DELETE FROM wanted WHERE person IN"
    " (SELECT person FROM identifiers WHERE channel = :channel AND address = :address)"
)
#: Who wants a topic and has not had a notice, and where they are found: where they wrote from last, else by a name of
#: theirs, an own one first.
_NEXT: Final = text(
    "SELECT w.person, coalesce(i.channel, n.channel) AS channel, coalesce(i.address, n.address) AS address,"
    " v.state, v.place FROM wanted w JOIN conversations v ON v.person = w.person"
    " LEFT JOIN inbox i ON i.id = (SELECT max(l.id) FROM inbox l WHERE l.person = w.person AND l.address <> '')"
    " LEFT JOIN identifiers n ON i.id IS NULL AND n.person = w.person AND n.address = (SELECT m.address"
    " FROM identifiers m WHERE m.person = w.person ORDER BY m.is_lent, m.channel, m.address LIMIT 1)"
    " WHERE w.topic = :topic AND w.person > :after"
    " AND NOT EXISTS (SELECT 1 FROM notice_sent s WHERE s.notice = :notice AND s.person = w.person)"
    " ORDER BY w.person LIMIT :most"
)
_ADD: Final = text("INSERT INTO notices (topic, ar, fr, created) VALUES (:topic, :ar, :fr, :now) RETURNING id")
_END: Final = text("UPDATE notices SET ended = :now WHERE id = :notice AND ended IS NULL")
_NOTICES: Final = text("SELECT id, topic, ar, fr, ended FROM notices ORDER BY id DESC LIMIT 50")
_NOTICE: Final = text("SELECT id, topic, ar, fr, ended FROM notices WHERE id = :notice")
_SENT: Final = text("INSERT INTO notice_sent (notice, person, outcome) VALUES (:notice, :person, :outcome)")
_OUTCOMES: Final = text("SELECT outcome, count(*) FROM notice_sent WHERE notice = :notice GROUP BY outcome")
_WAITING: Final = text(
    "SELECT coalesce(max(waiting), 0) FROM"
    " (SELECT count(*) AS waiting FROM outbox WHERE state = 'waiting' AND due <= :now GROUP BY channel) AS counted"
)
_TOPICS: Final = text("SELECT topic, count(*) FROM wanted GROUP BY topic ORDER BY topic")
_HEARD: Final = text("SELECT max(received) FROM inbox WHERE person = :person")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that those who want a topic are told."""

    id: int
    topic: str
    wordings: Mapping[Language, str]
    is_ended: bool


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """Whom a notice would reach: how many on each channel, and how many of WhatsApp only after a template."""

    by_channel: Mapping[str, int]
    by_template: int
    unreachable: int


def _wordings(row: Row[Any]) -> dict[Language, str]:
    return {language: row._mapping[language] for language in LANGUAGES}


def want(connection: Connection, person: PersonId, topic: str, now: float) -> None:
    """Note that a person wants to be told of a topic; once is enough."""
    connection.execute(_WANT, {"person": person, "topic": topic, "now": now})


def unwant(connection: Connection, person: PersonId) -> None:
    """Note that a person wants to be told of nothing any more."""
    connection.execute(_UNWANT, {"person": person})


def unwant_at(connection: Connection, channel: str, address: str) -> None:
    """Note that whoever is known by this address wants to be told of nothing any more."""
    connection.execute(_UNWANT_NAMED, {"channel": channel, "address": address})


def wanted_topics(connection: Connection) -> dict[str, int]:
    """Return how many people want each topic."""
    return {str(topic): int(count) for topic, count in connection.execute(_TOPICS)}


def planned(connection: Connection, topic: str, now: float, window: float = 24 * 3600.0) -> NoticePlan:
    """Return whom a notice on a topic would reach now; `window` is in seconds what WhatsApp lets pass for free."""
    by_channel: dict[str, int] = {}
    by_template = unreachable = 0
    after = ""
    while rows := connection.execute(_NEXT, {"topic": topic, "after": after, "notice": 0, "most": 1000}).all():
        after = rows[-1].person
        for row in rows:
            if not row.address:
                unreachable += 1
                continue
            by_channel[row.channel] = by_channel.get(row.channel, 0) + 1
            if row.channel == "whatsapp":
                heard = connection.execute(_HEARD, {"person": row.person}).scalar()
                by_template += heard is None or heard < now - window
    return NoticePlan(by_channel, by_template, unreachable)


def begin(connection: Connection, topic: str, wordings: Mapping[Language, str], now: float) -> Notice:
    """Keep a notice, which is then put on its way with `put_on_way` until that returns 0."""
    row = {"topic": topic, "ar": wordings["ar"], "fr": wordings["fr"], "now": now}
    return Notice(int(connection.execute(_ADD, row).scalar_one()), topic, dict(wordings), False)


def notices(connection: Connection) -> list[Notice]:
    """Return the latest notices, the newest first."""
    return [Notice(row.id, row.topic, _wordings(row), bool(row.ended)) for row in connection.execute(_NOTICES)]


def notice_of(connection: Connection, number: int) -> Notice | None:
    """Return a notice by its number."""
    row = connection.execute(_NOTICE, {"notice": number}).one_or_none()
    return None if row is None else Notice(row.id, row.topic, _wordings(row), bool(row.ended))


def outcomes(connection: Connection, number: int) -> dict[str, int]:
    """Return how many people have had a notice, and how many could not be reached."""
    return {str(outcome): int(count) for outcome, count in connection.execute(_OUTCOMES, {"notice": number})}


def most_waiting(connection: Connection, now: float) -> int:
    """Return how many replies wait on the channel where most do."""
    return int(connection.execute(_WAITING, {"now": now}).scalar_one())


def put_on_way(
    connection: Connection, notice: Notice, replies: Mapping[Language, Reply], now: float, most: int = BATCH
) -> int:
    """Put a notice on its way to the next few who want it and have not had it; return how many, 0 at the end."""
    told = {"topic": notice.topic, "after": "", "notice": notice.id, "most": most}
    rows = connection.execute(_NEXT, told).all()
    sent: list[dict[str, object]] = []
    for row in rows:
        person = PersonId(row.person)
        if row.address:
            reply = replies[stored_conversation(row.state).language]
            say_to(connection, person, (row.channel, row.address), row.place, reply, "guide", now)
        sent.append({"notice": notice.id, "person": person, "outcome": "sent" if row.address else "unreachable"})
    if sent:
        connection.execute(_SENT, sent)
    else:
        connection.execute(_END, {"notice": notice.id, "now": now})
    return len(sent)
