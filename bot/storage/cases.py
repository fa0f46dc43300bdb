"""What staff look at: cases of people who asked for one of them, and what a platform sent and nobody could read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, select, text

from bot.message import MAIN, Language, PersonId, Reply
from bot.storage.files import mark
from bot.storage.outbox import say
from bot.storage.statements import Statement
from bot.storage.tables import encoded, stored_conversation, unread


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One thing said in a case."""

    #: A note is for staff alone.
    who: Literal["person", "staff", "guide", "note"]
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A case with all that was said, oldest first. `channel` is where the person is, empty when they are forgotten."""

    id: int
    person: PersonId
    opened: datetime
    channel: str
    language: Language
    messages: tuple[CaseMessage, ...]


_OPEN_OF: Final = text("SELECT max(id) FROM cases WHERE person = :person AND state = 'open'")
_OPEN: Final = text("INSERT INTO cases (person, state, opened) VALUES (:person, 'open', :now) RETURNING id")
_ADD: Final = text("INSERT INTO case_messages (case_id, who, text, at) VALUES (:case, :who, :text, :now)")
_CLOSE_OF: Final = text("UPDATE cases SET state = 'closed', closed = :now WHERE person = :person AND state = 'open'")
_CLOSE: Final = text("UPDATE cases SET state = 'closed', closed = :now WHERE id = :case")


def open_or_add(
    connection: Connection, person: PersonId, words: str, now: float, who: Literal["person", "guide"] = "person"
) -> None:
    """Add what a person said, or what the guide notes, to the person's open case; without one, open it."""
    case = connection.execute(_OPEN_OF, {"person": person}).scalar()
    if case is None:
        case = connection.execute(_OPEN, {"person": person, "now": now}).scalar()
    if words:
        connection.execute(_ADD, {"case": case, "who": who, "text": words, "now": now})


def close_of(connection: Connection, person: PersonId, now: float) -> None:
    """Close the case of a person who went back to the guide."""
    connection.execute(_CLOSE_OF, {"person": person, "now": now})


_OPEN_CASES: Final = text(
    "SELECT c.id, c.opened, c.person, v.state,"
    " (SELECT i.channel FROM inbox i WHERE i.person = c.person AND i.address <> '' ORDER BY i.id DESC LIMIT 1)"
    " FROM cases c LEFT JOIN conversations v ON v.person = c.person WHERE c.state = 'open' ORDER BY c.id"
)
_MESSAGES: Final = text(
    "SELECT m.case_id, m.who, m.text, m.at FROM case_messages m JOIN cases c ON c.id = m.case_id"
    " WHERE c.state = 'open' ORDER BY m.id"
)


def open_cases(connection: Connection) -> list[Case]:
    """Return the open cases, the oldest first."""
    said: dict[int, list[CaseMessage]] = {}
    for case, who, words, at in connection.execute(_MESSAGES):
        said.setdefault(case, []).append(CaseMessage(who, words, datetime.fromtimestamp(at, UTC)))
    return [
        Case(
            case,
            person,
            datetime.fromtimestamp(opened, UTC),
            channel or "",
            stored_conversation(state).language if state is not None else MAIN,
            tuple(said.get(case, ())),
        )
        for case, opened, person, state, channel in connection.execute(_OPEN_CASES)
    ]


class NoSuchCaseError(Exception):
    """There is no open case of this number, or its person had us forget them."""


_CASE: Final = text("SELECT person FROM cases WHERE id = :case AND state = 'open'")
#: On PostgreSQL the row is held until the end, so that no turn is written over what is changed here.
_CONVERSATION: Final = "SELECT state FROM conversations WHERE person = :person"
_FOR_UPDATE: Final = {"postgresql": text(_CONVERSATION + " FOR UPDATE"), "sqlite": text(_CONVERSATION)}
_SET_STATE: Final = text("UPDATE conversations SET state = :state, version = version + 1 WHERE person = :person")


def _held(connection: Connection, case: int) -> tuple[PersonId, str]:
    person = connection.execute(_CASE, {"case": case}).scalar()
    state = connection.execute(_FOR_UPDATE[connection.dialect.name], {"person": person}).scalar()
    if person is None or state is None:
        raise NoSuchCaseError(case)
    return person, state


def answer_case(connection: Connection, case: int, words: str, now: float) -> PersonId:
    """Send an answer of the staff into the person's chat and keep it in the case; return the person, to be told of."""
    person, state = _held(connection, case)
    if not say(connection, person, Reply(words, language=stored_conversation(state).language), "staff", now):
        raise NoSuchCaseError(case)
    connection.execute(_ADD, {"case": case, "who": "staff", "text": words, "now": now})
    return person


def close_case(connection: Connection, case: int, notice: Mapping[Language, Reply], now: float) -> PersonId:
    """Give a person back to the guide, which says so by `notice`; return the person, to be told of."""
    person, state = _held(connection, case)
    conversation = replace(stored_conversation(state), with_person=False)
    connection.execute(_SET_STATE, {"person": person, "state": encoded(conversation)})
    connection.execute(_CLOSE, {"case": case, "now": now})
    say(connection, person, notice[conversation.language], "guide", now)
    return person


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should have been a message; `why` is a name of ours."""

    channel: str
    external_id: str = field(repr=False)
    why: str
    raw: bytes = field(repr=False)
    #: The people that it tells of, as far as that can be read, by what they are called on the channel.
    addresses: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class KeptUnread:
    """The same, as it was kept."""

    id: int
    channel: str
    why: str
    raw: bytes = field(repr=False)
    received: datetime


_KEEP: Final = Statement(
    "INSERT INTO unread (channel, mark, why, raw, received, addresses)"
    " VALUES (:channel, :mark, :why, :raw, :received, :addresses) ON CONFLICT (mark) DO NOTHING"
)
_LATEST: Final = select(unread).order_by(unread.c.id.desc()).limit(bindparam("most"))


def keep_unread(connection: Connection, things: Sequence[Unreadable], now: float) -> None:
    """Keep what could not be read; what is already there is passed over."""
    _KEEP.run(
        connection,
        [
            {
                "channel": thing.channel,
                "mark": mark(connection, thing.channel, thing.external_id),
                "why": thing.why,
                "raw": thing.raw,
                "received": now,
                "addresses": _listed(thing.addresses),
            }
            for thing in things
        ],
    )


def _listed(addresses: Iterable[str]) -> str:
    """Return addresses as they are kept: each between line feeds, which stand in none; empty for none."""
    return "".join(f"\n{address}\n" for address in addresses)


def forget_unread(connection: Connection, names: Iterable[tuple[str, str]]) -> None:
    """Delete what tells of a person by one of these names, each a channel and an address."""
    for channel, address in names:
        tells_of = unread.c.addresses.contains(_listed([address]), autoescape=True)
        connection.execute(delete(unread).where(unread.c.channel == channel, tells_of))


def unread_things(connection: Connection, most: int = 100) -> list[KeptUnread]:
    """Return what could not be read, the latest first."""
    return [
        KeptUnread(row.id, row.channel, row.why, row.raw, datetime.fromtimestamp(row.received, UTC))
        for row in connection.execute(_LATEST, {"most": most})
    ]
