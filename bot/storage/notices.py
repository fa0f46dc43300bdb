"""Notices to those who asked for them: who wants what, and sending that goes on where it stopped, each person once.

That somebody has a notice is written with the notice itself, in one transaction: a kill loses nothing and doubles
nothing. A notice is put on its way a few at a time, so that nobody's answer waits behind a thousand notices. Whoever
says stop is not told what has not left yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Row, text

from bot.conversation.conversation import Conversation
from bot.message import LANGUAGES, Language, PersonId, Reply
from bot.storage.outbox import say_to
from bot.storage.tables import stored_conversation

#: People who are put on their way in one transaction.
BATCH: Final = 100

_WANT: Final = text("INSERT INTO wanted (person, topic, created) VALUES (:person, :topic, :now) ON CONFLICT DO NOTHING")
_UNWANT: Final = tuple(
    text(sentence)
    for sentence in (
        "DELETE FROM wanted WHERE person = :person",
        "DELETE FROM notice_lines WHERE person = :person",
        # What waits, for a channel's pace or for its window, is withdrawn; what is being sent cannot be.
        "DELETE FROM outbox WHERE state = 'waiting' AND sending_at IS NULL AND id IN"
        " (SELECT outbox_id FROM notice_sent WHERE person = :person)",
    )
)
_NAMED: Final = text("SELECT person FROM identifiers WHERE channel = :channel AND address = :address")
_PREFER: Final = text("UPDATE people SET is_stopped = :is_stopped WHERE id = :person")
_IS_STOPPED: Final = text(
    "SELECT p.is_stopped FROM identifiers n JOIN people p ON p.id = n.person"
    " WHERE n.channel = :channel AND n.address = :address"
)
#: Who wants a topic and has not had a notice, and where they are found: where they wrote from last, else by a name of
#: theirs, an own one first. What it says to them besides holds as long as they have told nothing else since.
_NEXT: Final = text(
    "SELECT w.person, coalesce(i.channel, n.channel) AS channel, coalesce(i.address, n.address) AS address,"
    " v.state, v.place, e.ar, e.fr FROM wanted w JOIN conversations v ON v.person = w.person"
    " LEFT JOIN notice_lines e ON e.notice = :notice AND e.person = w.person AND e.version = v.version"
    " LEFT JOIN inbox i ON i.id = (SELECT max(l.id) FROM inbox l WHERE l.person = w.person AND l.address <> '')"
    " LEFT JOIN identifiers n ON i.id IS NULL AND n.person = w.person AND n.address = (SELECT m.address"
    " FROM identifiers m WHERE m.person = w.person ORDER BY m.is_lent, m.channel, m.address LIMIT 1)"
    " WHERE w.topic = :topic AND w.person > :after AND (:narrow = 0 OR e.person IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM notice_sent s WHERE s.notice = :notice AND s.person = w.person)"
    " ORDER BY w.person LIMIT :most"
)
_ADD: Final = text(
    "INSERT INTO notices (topic, ar, fr, created, state, by, mark, why)"
    " VALUES (:topic, :ar, :fr, :now, :state, :by, :mark, :why) RETURNING id"
)
_END: Final = text(
    "UPDATE notices SET ended = :now, state = 'sent' WHERE id = :notice AND state IN ('begun', 'sending')"
)
_COLUMNS: Final = "SELECT id, topic, ar, fr, ended, state, by, created, why, is_narrow FROM notices"
_NOTICES: Final = text(f"{_COLUMNS} ORDER BY id DESC LIMIT 50")
_NOTICE: Final = text(f"{_COLUMNS} WHERE id = :notice")
_MARKED: Final = text(f"{_COLUMNS} WHERE mark = :mark")
_SENDING: Final = text(f"{_COLUMNS} WHERE state = 'sending' ORDER BY id LIMIT 1")
_PROPOSED: Final = text(f"{_COLUMNS} WHERE topic = :topic AND state = 'proposed' ORDER BY id")
_STATE: Final = text("SELECT state FROM notices WHERE id = :notice")
_TURN: Final = text("UPDATE notices SET state = :state WHERE id = :notice")
_CONFIRM: Final = text(
    "UPDATE notices SET state = 'sending', ar = :ar, fr = :fr, by = :by, is_narrow = :narrow"
    " WHERE id = :notice AND state = 'proposed'"
)
_ADD_LINE: Final = text(
    "INSERT INTO notice_lines (notice, person, version, ar, fr) VALUES (:notice, :person, :version, :ar, :fr)"
)
_END_LINES: Final = text("DELETE FROM notice_lines WHERE notice = :notice")
_COUNT_LINES: Final = text(
    "SELECT count(*) FROM notice_lines e JOIN conversations v ON v.person = e.person AND v.version = e.version"
    " JOIN wanted w ON w.person = e.person AND w.topic = :topic WHERE e.notice = :notice"
)
_LISTENERS: Final = text(
    "SELECT w.person, v.state, v.version FROM wanted w JOIN conversations v ON v.person = w.person"
    " WHERE w.topic = :topic AND w.person > :after ORDER BY w.person LIMIT :most"
)
_SEEN: Final = text("SELECT scheme, digest FROM rules_seen")
_SEE: Final = text(
    "INSERT INTO rules_seen (scheme, digest) VALUES (:scheme, :digest)"
    " ON CONFLICT (scheme) DO UPDATE SET digest = excluded.digest"
)
_LAST_OF: Final = text("SELECT max(id) FROM outbox WHERE person = :person")
_SENT: Final = text(
    "INSERT INTO notice_sent (notice, person, outcome, outbox_id) VALUES (:notice, :person, :outcome, :reply)"
)
_OUTCOMES: Final = text("SELECT outcome, count(*) FROM notice_sent WHERE notice = :notice GROUP BY outcome")
_WAITING: Final = text(
    "SELECT coalesce(max(waiting), 0) FROM"
    " (SELECT count(*) AS waiting FROM outbox WHERE state = 'waiting' AND due <= :now GROUP BY channel) AS counted"
)
_TOPICS: Final = text("SELECT topic, count(*) FROM wanted GROUP BY topic ORDER BY topic")
_HEARD: Final = text("SELECT max(received) FROM inbox WHERE person = :person")


#: Where a notice stands: a command sends it (`begun`) or the guide does (`sending`); `proposed` waits for somebody to
#: confirm it, and is `dropped` otherwise; `stopped` can go on.
NoticeState = Literal["begun", "proposed", "sending", "stopped", "sent", "dropped"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that those who want a topic are told."""

    id: int
    topic: str
    wordings: Mapping[Language, str]
    state: NoticeState = "begun"
    by: str = ""
    #: Seconds since 1970.
    created: float = 0.0
    #: Of a proposal, what has changed, as JSON.
    why: str = ""
    #: Whether only those are told to whom it says something besides.
    is_narrow: bool = False

    @property
    def is_ended(self) -> bool:
        """Whether everybody who is to have it has it."""
        return self.state == "sent"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What a notice says to one person besides, as long as their conversation is of this version."""

    person: PersonId
    version: int
    words: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """Whom a notice would reach: how many on each channel, and how many of WhatsApp only after a template."""

    by_channel: Mapping[str, int]
    by_template: int
    unreachable: int


def _notice(row: Row[Any]) -> Notice:
    words = {language: row._mapping[language] for language in LANGUAGES}
    state = cast("NoticeState", row.state)
    return Notice(row.id, row.topic, words, state, row.by, row.created, row.why, bool(row.is_narrow))


def want(connection: Connection, person: PersonId, topic: str, now: float) -> None:
    """Note that a person wants to be told of a topic; once is enough."""
    connection.execute(_WANT, {"person": person, "topic": topic, "now": now})


def unwant(connection: Connection, person: PersonId) -> None:
    """Note that a person wants to be told of nothing any more; what has not left yet is withdrawn."""
    for sentence in _UNWANT:
        connection.execute(sentence, {"person": person})


def prefer_at(connection: Connection, channel: str, address: str, *, is_stopped: bool) -> None:
    """Note that whoever is known by this address wants nothing that they did not ask for, or wants it again.

    Who wants nothing unasked wants no notices either; asking for them again is theirs.
    """
    for person in connection.execute(_NAMED, {"channel": channel, "address": address}).scalars().all():
        connection.execute(_PREFER, {"person": person, "is_stopped": is_stopped})
        if is_stopped:
            unwant(connection, PersonId(person))


def is_stopped_at(connection: Connection, channel: str, address: str) -> bool:
    """Return whether whoever is known by this address wants nothing that they did not ask for."""
    return bool(connection.execute(_IS_STOPPED, {"channel": channel, "address": address}).scalar())


def wanted_topics(connection: Connection) -> dict[str, int]:
    """Return how many people want each topic."""
    return {str(topic): int(count) for topic, count in connection.execute(_TOPICS)}


def planned(
    connection: Connection,
    topic: str,
    now: float,
    window: float = 24 * 3600.0,
    notice: int = 0,
    *,
    narrow: bool = False,
) -> NoticePlan:
    """Return whom a notice on a topic would reach now; `window` is in seconds what WhatsApp lets pass for free.

    Of a notice that is kept already, those who are still to have it; with `narrow`, whom it says something besides.
    """
    by_channel: dict[str, int] = {}
    by_template = unreachable = 0
    after = ""
    asked = {"topic": topic, "notice": notice, "narrow": int(narrow), "most": 1000}
    while rows := connection.execute(_NEXT, {**asked, "after": after}).all():
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


def begin(
    connection: Connection,
    topic: str,
    wordings: Mapping[Language, str],
    now: float,
    *,
    state: NoticeState = "begun",
    by: str = "",
    mark: str | None = None,
    why: str = "",
) -> Notice:
    """Keep a notice, which is then put on its way with `put_on_way` until nobody is left; of a mark there is one."""
    row = {"topic": topic, "ar": wordings["ar"], "fr": wordings["fr"], "now": now}
    added = connection.execute(_ADD, {**row, "state": state, "by": by, "mark": mark, "why": why}).scalar_one()
    return Notice(int(added), topic, dict(wordings), state, by, now, why)


def notices(connection: Connection) -> list[Notice]:
    """Return the latest notices, the newest first."""
    return [_notice(row) for row in connection.execute(_NOTICES)]


def notice_of(connection: Connection, number: int) -> Notice | None:
    """Return a notice by its number."""
    row = connection.execute(_NOTICE, {"notice": number}).one_or_none()
    return None if row is None else _notice(row)


def notice_marked(connection: Connection, mark: str) -> Notice | None:
    """Return the notice of a mark: what a form sent once before."""
    row = connection.execute(_MARKED, {"mark": mark}).one_or_none()
    return None if row is None else _notice(row)


def next_sending(connection: Connection) -> Notice | None:
    """Return the notice that the guide is to put on its way; None where there is none."""
    row = connection.execute(_SENDING).one_or_none()
    return None if row is None else _notice(row)


def confirm(connection: Connection, number: int, wordings: Mapping[Language, str], by: str, *, is_narrow: bool) -> bool:
    """Have a proposed notice sent, with these words; return whether it was still proposed."""
    row = {"notice": number, "ar": wordings["ar"], "fr": wordings["fr"], "by": by, "narrow": is_narrow}
    return connection.execute(_CONFIRM, row).rowcount > 0


def turn_to(connection: Connection, number: int, state: NoticeState, *, before: Sequence[NoticeState]) -> bool:
    """Stop a notice, have it go on, or drop it; return whether it stood where that can be done."""
    if connection.execute(_STATE, {"notice": number}).scalar() not in before:
        return False
    connection.execute(_TURN, {"notice": number, "state": state})
    if state == "dropped":
        connection.execute(_END_LINES, {"notice": number})
    return True


def drop_proposed(connection: Connection, topic: str) -> list[Notice]:
    """Drop what was proposed on a topic and waits; return it."""
    waiting = [_notice(row) for row in connection.execute(_PROPOSED, {"topic": topic})]
    for notice in waiting:
        turn_to(connection, notice.id, "dropped", before=("proposed",))
    return waiting


def add_lines(connection: Connection, number: int, lines: Sequence[NoticeLine]) -> None:
    """Keep what a notice says to single people besides."""
    if lines:
        rows = [{"notice": number, "person": one.person, "version": one.version, **one.words} for one in lines]
        connection.execute(_ADD_LINE, rows)


def count_lines(connection: Connection, notice: Notice) -> int:
    """Return to how many of those who want a notice's topic it says something besides, as far as that still holds."""
    return int(connection.execute(_COUNT_LINES, {"notice": notice.id, "topic": notice.topic}).scalar_one())


def listeners(
    connection: Connection, topic: str, after: str = "", most: int = 500
) -> list[tuple[PersonId, Conversation, int]]:
    """Return who wants a topic, by their keys above `after`: where they stand, and the version of that."""
    rows = connection.execute(_LISTENERS, {"topic": topic, "after": after, "most": most})
    return [(PersonId(row.person), stored_conversation(row.state), row.version) for row in rows]


def rules_seen(connection: Connection) -> dict[str, str]:
    """Return the digest of each scheme's rules as they were last looked at."""
    return {str(scheme): str(digest) for scheme, digest in connection.execute(_SEEN)}


def see_rules(connection: Connection, digests: Mapping[str, str]) -> None:
    """Note the digests of rules that were looked at now."""
    if digests:
        connection.execute(_SEE, [{"scheme": scheme, "digest": digest} for scheme, digest in sorted(digests.items())])


def outcomes(connection: Connection, number: int) -> dict[str, int]:
    """Return how many people have had a notice, and how many could not be reached."""
    return {str(outcome): int(count) for outcome, count in connection.execute(_OUTCOMES, {"notice": number})}


def most_waiting(connection: Connection, now: float) -> int:
    """Return how many replies wait on the channel where most do."""
    return int(connection.execute(_WAITING, {"now": now}).scalar_one())


def put_on_way(
    connection: Connection, notice: Notice, replies: Mapping[Language, Reply], now: float, most: int = BATCH
) -> list[PersonId]:
    """Put a notice on its way to the next few who want it and have not had it; return them, nobody at the end.

    One that was stopped, or dropped, meanwhile goes to nobody.
    """
    if connection.execute(_STATE, {"notice": notice.id}).scalar() not in {"begun", "sending"}:
        return []
    told = {"topic": notice.topic, "after": "", "notice": notice.id, "narrow": int(notice.is_narrow), "most": most}
    rows = connection.execute(_NEXT, told).all()
    sent: list[dict[str, object]] = []
    for row in rows:
        person, number = PersonId(row.person), None
        if row.address:
            reply = replies[stored_conversation(row.state).language]
            if row.ar is not None:
                reply = replace(reply, text=f"{row._mapping[reply.language]}\n\n{reply.text}")
            say_to(connection, person, (row.channel, row.address), row.place, reply, "guide", now)
            number = connection.execute(_LAST_OF, {"person": person}).scalar()
        outcome = "sent" if row.address else "unreachable"
        sent.append({"notice": notice.id, "person": person, "outcome": outcome, "reply": number})
    if sent:
        connection.execute(_SENT, sent)
    else:
        connection.execute(_END, {"notice": notice.id, "now": now})
        connection.execute(_END_LINES, {"notice": notice.id})
    return [PersonId(row.person) for row in rows]
