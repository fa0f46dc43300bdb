"""The cases as staff work on them: who waits and since when, who has which case, answers kept back and then sent.

An answer waits a minute in `case_answers`, where it can be taken back; it goes to the outbox once, by whichever program
comes first. A form is known by its key: sent twice it counts once. What the person wrote last decides who waits: a case
that staff answered waits for the person, not for us.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, text

from bot.conversation.conversation import Conversation
from bot.message import Language, PersonId, Reply
from bot.storage.cases import NoSuchCaseError, answer_case, close_case
from bot.storage.outbox import say
from bot.storage.staff import note
from bot.storage.tables import stored_conversation

#: Seconds in which an answer can be taken back.
KEPT_BACK: Final = 60.0
#: A case that was taken and not answered for so long is everybody's again, in seconds.
TAKEN_FOR: Final = 30 * 60.0
#: Somebody who had the page of a case before them so lately is there, in seconds.
_PRESENT: Final = 25.0
#: How long somebody waits before they are told that nobody has answered yet: within WhatsApp's 24 hours, after which
#: nothing but a template reaches them, and it costs.
TOLD_AFTER: Final = 23 * 3600.0

#: What became of an answer of the staff; `waits` is put off until the person writes, or the platform is back.
AnswerState = Literal["held", "withdrawn", "lost", "waiting", "waits", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case in the queue. Times in seconds since 1970."""

    id: int
    person: PersonId
    opened: float
    channel: str
    conversation: Conversation
    #: Since when the person waits for an answer; None where we wait for the person.
    waiting: float | None
    #: When the person last wrote.
    heard: float | None
    taken_by: str
    #: What was said last, and by whom.
    last_who: str
    last_text: str
    #: How many answers are kept back for the moment.
    held: int


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """One thing said in a case; `id` grows with time."""

    id: int
    who: str
    by: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """An answer of the staff, and what became of it; `why` as the platform told it."""

    id: int
    who: str
    text: str
    created: float
    due: float
    state: AnswerState
    why: str


_QUEUE: Final = (
    "SELECT c.id, c.person, c.opened, c.taken_by, v.state,"
    " (SELECT i.channel FROM inbox i WHERE i.person = c.person AND i.address <> '' ORDER BY i.place DESC LIMIT 1)"
    "  AS channel,"
    " (SELECT max(i.received) FROM inbox i WHERE i.person = c.person) AS heard,"
    " (SELECT min(m.at) FROM case_messages m WHERE m.case_id = c.id AND m.who = 'person' AND m.id >"
    "  coalesce((SELECT max(s.id) FROM case_messages s WHERE s.case_id = c.id AND s.who = 'staff'), 0)) AS waiting,"
    " (SELECT count(*) FROM case_messages s WHERE s.case_id = c.id AND s.who = 'staff') AS answers,"
    " (SELECT count(*) FROM case_answers a WHERE a.case_id = c.id AND a.state = 'held') AS held,"
    " (SELECT max(m.id) FROM case_messages m WHERE m.case_id = c.id AND m.who <> 'note') AS last"
    " FROM cases c JOIN conversations v ON v.person = c.person WHERE c.state = 'open'"
)
_QUEUE_OF_ALL: Final = text(
    f"SELECT q.*, l.who AS last_who, l.text AS last_text FROM ({_QUEUE}) q"  # noqa: S608
    " LEFT JOIN case_messages l ON l.id = q.last ORDER BY q.id"
)
_QUEUE_OF_ONE: Final = text(
    f"SELECT q.*, l.who AS last_who, l.text AS last_text FROM ({_QUEUE} AND c.id = :case) q"  # noqa: S608
    " LEFT JOIN case_messages l ON l.id = q.last"
)


def queue(connection: Connection) -> list[OpenCase]:
    """Return the open cases: who waits longest first, then those in which we wait for the person."""
    cases = [_open_case(row) for row in connection.execute(_QUEUE_OF_ALL)]
    cases.sort(key=lambda case: (case.waiting is None, case.waiting or case.opened))
    return cases


def open_case(connection: Connection, case: int) -> OpenCase:
    """Return an open case; raise `NoSuchCaseError` where it is not open, or its person is forgotten."""
    row = connection.execute(_QUEUE_OF_ONE, {"case": case}).first()
    if row is None:
        raise NoSuchCaseError(case)
    return _open_case(row)


def _open_case(row: Row[Any]) -> OpenCase:
    told = row._mapping
    waiting = told["waiting"]
    if waiting is None and not told["answers"]:
        # Opened by a choice, without words.
        waiting = told["opened"]
    return OpenCase(
        told["id"],
        told["person"],
        told["opened"],
        told["channel"] or "",
        stored_conversation(told["state"]),
        None if told["held"] else waiting,
        told["heard"],
        told["taken_by"] or "",
        told["last_who"] or "",
        told["last_text"] or "",
        told["held"],
    )


_MESSAGES: Final = text("SELECT id, who, by, text, at FROM case_messages WHERE case_id = :case ORDER BY id")
_ANSWERS: Final = text(
    "SELECT a.id, a.who, a.text, a.created, a.due, a.state, o.state AS way, o.status, o.error"
    " FROM case_answers a LEFT JOIN outbox o ON o.id = a.outbox_id WHERE a.case_id = :case ORDER BY a.id"
)


def case_messages(connection: Connection, case: int) -> list[DeskMessage]:
    """Return what was said in a case, notes of the staff too, oldest first."""
    return [
        DeskMessage(row.id, row.who, row.by or "", row.text, row.at)
        for row in connection.execute(_MESSAGES, {"case": case})
    ]


def case_answers(connection: Connection, case: int) -> list[DeskAnswer]:
    """Return what staff answered in the staff room, and what became of each, oldest first."""
    return [
        DeskAnswer(
            row.id,
            row.who,
            row.text,
            row.created,
            row.due,
            _became(row.state, row.way, row.status, row.error or ""),
            row.error or "",
        )
        for row in connection.execute(_ANSWERS, {"case": case})
    ]


def _became(state: str, way: str | None, status: str | None, error: str) -> AnswerState:
    match state, way, status:
        case ("held", _, _):
            return "held"
        case ("withdrawn", _, _):
            return "withdrawn"
        case ("lost", _, _):
            return "lost"
        case (_, "dead", _) | (_, _, "failed"):
            return "failed"
        case (_, "waiting", _):
            return "waits" if error else "waiting"
        case (_, _, "read"):
            return "read"
        case (_, _, "delivered"):
            return "delivered"
        case _:
            return "sent"


_TAKE: Final = text(
    "UPDATE cases SET taken_by = :who, taken = :now WHERE id = :case AND state = 'open'"
    " AND (taken_by IS NULL OR taken_by = :who OR :over)"
)
_HOLDER: Final = text("SELECT taken_by FROM cases WHERE id = :case AND state = 'open'")


def take_case(connection: Connection, case: int, who: str, now: float, *, over: bool = False) -> str:
    """Have somebody take a case, from another only where it is taken `over`; return who has it then."""
    connection.execute(_TAKE, {"case": case, "who": who, "now": now, "over": over})
    holder: str | None = connection.execute(_HOLDER, {"case": case}).scalar()
    if holder is None:
        raise NoSuchCaseError(case)
    if holder == who:
        note(connection, who, "case_taken", str(case), now)
    return holder


_GIVE: Final = text("UPDATE cases SET taken_by = :to, taken = :now WHERE id = :case AND state = 'open'")
_NOTE: Final = text("INSERT INTO case_messages (case_id, who, by, text, at) VALUES (:case, 'note', :who, :text, :now)")


def hand_on(connection: Connection, case: int, who: str, to: str, words: str, now: float) -> None:
    """Give a case to a colleague, or back to the queue where `to` is empty, with a note for staff alone."""
    given = connection.execute(_GIVE, {"case": case, "to": to or None, "now": now if to else None})
    if given.rowcount != 1:
        raise NoSuchCaseError(case)
    if words:
        connection.execute(_NOTE, {"case": case, "who": who, "text": words, "now": now})
    note(connection, who, "case_handed_on", f"{case} {to}".rstrip(), now)


_HOLD: Final = text(
    "INSERT INTO case_answers (case_id, key, who, text, created, due, state)"
    " SELECT id, :key, :who, :text, :now, :due, 'held' FROM cases WHERE id = :case AND state = 'open'"
    " ON CONFLICT (key) DO NOTHING"
)
_KNOWN_KEY: Final = text("SELECT 1 FROM case_answers WHERE key = :key")
#: Answers of others after what the form's page showed.
_OTHERS: Final = text(
    "SELECT who FROM case_answers WHERE case_id = :case AND who <> :who AND state <> 'withdrawn' AND id > :seen"
    " ORDER BY id DESC LIMIT 1"
)


class AnsweredMeanwhileError(Exception):
    """A colleague answered the case after its page was opened; the name is the first argument."""


def hold_answer(
    connection: Connection, case: int, who: str, words: str, key: str, seen: int, now: float, kept_back: float
) -> None:
    """Keep an answer back for so many seconds, after which it is sent; one with the same key only once.

    `seen` is the last answer on the page it was written on: raise `AnsweredMeanwhileError` when a colleague's came
    since. Who answers has the case.
    """
    if connection.execute(_KNOWN_KEY, {"key": key}).first() is not None:
        return
    other = connection.execute(_OTHERS, {"case": case, "who": who, "seen": seen}).scalar()
    if other is not None:
        raise AnsweredMeanwhileError(other)
    told = {"case": case, "key": key, "who": who, "text": words, "now": now, "due": now + kept_back}
    if connection.execute(_HOLD, told).rowcount != 1:
        raise NoSuchCaseError(case)
    connection.execute(_TAKE, {"case": case, "who": who, "now": now, "over": True})
    note(connection, who, "case_answered", str(case), now)


_WITHDRAW: Final = text(
    "UPDATE case_answers SET state = 'withdrawn' WHERE id = :answer AND case_id = :case AND state = 'held'"
)
_WORDS: Final = text("SELECT text FROM case_answers WHERE id = :answer AND case_id = :case")


def withdraw_answer(connection: Connection, case: int, answer: int, who: str, now: float) -> bool:
    """Take an answer back that is still kept back; False where it has gone."""
    if connection.execute(_WITHDRAW, {"answer": answer, "case": case}).rowcount != 1:
        return False
    note(connection, who, "answer_withdrawn", str(case), now)
    return True


def words_of(connection: Connection, case: int, answer: int) -> str:
    """Return the words of an answer; empty where there is none."""
    return connection.execute(_WORDS, {"answer": answer, "case": case}).scalar() or ""


_DUE: Final = text(
    "UPDATE case_answers SET state = 'sent' WHERE state = 'held' AND due <= :now RETURNING id, case_id, who, text"
)
_DUE_OF: Final = text(
    "UPDATE case_answers SET state = 'sent' WHERE state = 'held' AND case_id = :case RETURNING id, case_id, who, text"
)
_SENT_AS: Final = text(
    "UPDATE case_answers SET outbox_id = (SELECT max(id) FROM outbox WHERE person = :person AND who = 'staff')"
    " WHERE id = :answer"
)
_LOST: Final = text("UPDATE case_answers SET state = 'lost' WHERE id = :answer")
_BY: Final = text(
    "UPDATE case_messages SET by = :who WHERE id = (SELECT max(id) FROM case_messages"
    " WHERE case_id = :case AND who = 'staff')"
)


_HAS_DUE: Final = text("SELECT 1 FROM case_answers WHERE state = 'held' AND due <= :now LIMIT 1")


def has_due(connection: Connection, now: float) -> bool:
    """Return whether an answer was kept back long enough."""
    return connection.execute(_HAS_DUE, {"now": now}).first() is not None


def send_held(connection: Connection, now: float, case: int | None = None) -> list[PersonId]:
    """Put on their way the answers that were kept back long enough, or all of a case; return to whom, to be told of.

    One whose case was closed meanwhile, or whose person is forgotten, is lost, and staff are shown that it is.
    """
    asked = {"now": now} if case is None else {"case": case}
    found = connection.execute(_DUE if case is None else _DUE_OF, asked).all()
    people = []
    for row in sorted(found, key=lambda row: row.id):
        try:
            person = answer_case(connection, row.case_id, row.text, now)
        except NoSuchCaseError:
            connection.execute(_LOST, {"answer": row.id})
            continue
        connection.execute(_SENT_AS, {"answer": row.id, "person": person})
        connection.execute(_BY, {"case": row.case_id, "who": row.who})
        people.append(person)
    return people


def close_answered(
    connection: Connection, case: int, who: str, notice: Mapping[Language, Reply], now: float
) -> list[PersonId]:
    """Send what is kept back, then give the person back to the guide; return who is to be told of."""
    people = send_held(connection, now, case)
    people.append(close_case(connection, case, notice, now))
    note(connection, who, "case_closed", str(case), now)
    return people


_RETURN: Final = text(
    "UPDATE cases SET taken_by = NULL, taken = NULL WHERE state = 'open' AND taken_by IS NOT NULL AND taken < :before"
    " AND NOT EXISTS (SELECT 1 FROM case_answers a WHERE a.case_id = cases.id AND a.state = 'held')"
    " AND (SELECT max(m.id) FROM case_messages m WHERE m.case_id = cases.id AND m.who IN ('person', 'staff')) ="
    " (SELECT max(p.id) FROM case_messages p WHERE p.case_id = cases.id AND p.who = 'person') RETURNING id"
)
_LATE: Final = text(
    "SELECT c.id, c.told FROM cases c WHERE c.state = 'open' AND c.opened < :before"
    " AND (c.told IS NULL OR c.told < :before)"
    " AND NOT EXISTS (SELECT 1 FROM case_answers a WHERE a.case_id = c.id AND a.state = 'held')"
)
_TELL: Final = text("UPDATE cases SET told = :now WHERE id = :case AND (told IS NULL OR told = :told)")


def return_cases(connection: Connection, now: float) -> list[int]:
    """Give back to the queue what was taken and not answered for long; return which."""
    returned = [row.id for row in connection.execute(_RETURN, {"before": now - TAKEN_FOR})]
    for case in returned:
        note(connection, "", "case_returned", str(case), now)
    return returned


def tell_late(connection: Connection, sentence: Mapping[Language, Reply], now: float) -> list[PersonId]:
    """Tell those who have waited for nearly a day that nobody has answered yet, each once a wait; return whom."""
    people = []
    for row in connection.execute(_LATE, {"before": now - TOLD_AFTER}).all():
        try:
            case = open_case(connection, row.id)
        except NoSuchCaseError:
            continue
        if case.waiting is None or case.waiting > now - TOLD_AFTER or (row.told or 0.0) > case.waiting:
            continue
        if connection.execute(_TELL, {"case": row.id, "told": row.told, "now": now}).rowcount != 1:
            continue
        if say(connection, case.person, sentence[case.conversation.language], "guide", now):
            people.append(case.person)
    return people


_SEE: Final = text(
    "INSERT INTO case_views (case_id, who, at) SELECT id, :who, :now FROM cases WHERE id = :case AND state = 'open'"
    " ON CONFLICT (case_id, who) DO UPDATE SET at = excluded.at"
)
_THERE: Final = text("SELECT who FROM case_views WHERE case_id = :case AND who <> :who AND at > :since ORDER BY who")


def see_case(connection: Connection, case: int, who: str, now: float) -> None:
    """Remember that somebody has a case before them."""
    connection.execute(_SEE, {"case": case, "who": who, "now": now})


def others_there(connection: Connection, case: int, who: str, now: float) -> Sequence[str]:
    """Return the colleagues who have a case before them."""
    asked = {"case": case, "who": who, "since": now - _PRESENT}
    return [row.who for row in connection.execute(_THERE, asked)]
