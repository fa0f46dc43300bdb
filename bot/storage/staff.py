"""Accounts of the staff, their sessions, what they keep to be said again, and what was done, only ever appended to.

Whatever changes what somebody may do (a password, a role, an account turned off) ends all their sessions in the same
transaction, and stands in the audit by who did it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Row, delete, func, select, text, update

from bot.message import LANGUAGES, Text
from bot.storage.staff_tables import staff, staff_audit, staff_failures, staff_sessions

#: What somebody of the staff may do: edit content; publish it too; answer people; all of it, and see the accounts.
Role = Literal["editor", "publisher", "adviser", "clerk", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
#: Who answers people.
ADVISING: Final[frozenset[Role]] = frozenset({"adviser", "clerk", "admin"})


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the staff."""

    name: str
    role: Role
    password: str = field(repr=False)
    totp: str | None = field(repr=False)
    created: datetime
    disabled: datetime | None
    #: The regions they are there for, 1–12 in order; none: all.
    regions: tuple[int, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it may sign in."""
        return self.disabled is None


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A browser somebody signed in with; times in seconds since 1970."""

    name: str
    role: Role
    has_totp: bool
    began: float
    seen: float
    regions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that was done."""

    id: int
    at: datetime
    who: str
    did: str
    about: str


class NoSuchAccountError(Exception):
    """Nobody of the staff has this name."""


class AccountTakenError(Exception):
    """Somebody of the staff has this name already."""


def note(connection: Connection, who: str, did: str, about: str, now: float) -> None:
    """Append what somebody did to the audit: a name of ours, and about what; never a person's words."""
    connection.execute(staff_audit.insert().values(at=now, who=who, did=did, about=about))


def audit(connection: Connection, before: int | None = None, most: int = 100) -> list[AuditLine]:
    """Return what was done, the latest first, of lines with a number below `before`."""
    asked = select(staff_audit).order_by(staff_audit.c.id.desc()).limit(most)
    if before is not None:
        asked = asked.where(staff_audit.c.id < before)
    return [
        AuditLine(row.id, datetime.fromtimestamp(row.at, UTC), row.who, row.did, row.about)
        for row in connection.execute(asked)
    ]


def add_account(connection: Connection, name: str, role: Role, password: str, who: str, now: float) -> None:
    """Add an account; `password` is its digest. Raise `AccountTakenError` where there is one of this name."""
    if account(connection, name) is not None:
        raise AccountTakenError(name)
    connection.execute(staff.insert().values(name=name, role=role, password=password, created=now))
    note(connection, who, "account_added", f"{name} {role}", now)


def account(connection: Connection, name: str) -> Account | None:
    """Return the account of a name."""
    found = connection.execute(select(staff).where(staff.c.name == name)).first()
    return None if found is None else _account(found)


def accounts(connection: Connection) -> list[Account]:
    """Return all accounts, by their names."""
    return [_account(row) for row in connection.execute(select(staff).order_by(staff.c.name))]


_ANY: Final = text("SELECT 1 FROM staff WHERE disabled IS NULL LIMIT 1")


def has_accounts(connection: Connection) -> bool:
    """Return whether anybody could sign in."""
    return connection.execute(_ANY).first() is not None


def _account(row: Row[Any]) -> Account:
    return Account(
        row.name,
        row.role,
        row.password,
        row.totp,
        datetime.fromtimestamp(row.created, UTC),
        None if row.disabled is None else datetime.fromtimestamp(row.disabled, UTC),
        _regions(row.regions),
    )


def _regions(kept: str) -> tuple[int, ...]:
    return tuple(int(one) for one in kept.split())


def set_password(connection: Connection, name: str, password: str, who: str, now: float) -> None:
    """Give an account another password, by its digest."""
    _change(connection, name, {"password": password}, who, "password_changed", name, now)


def set_role(connection: Connection, name: str, role: Role, who: str, now: float) -> None:
    """Give an account another role."""
    _change(connection, name, {"role": role}, who, "role_changed", f"{name} {role}", now)


def set_regions(connection: Connection, name: str, regions: Collection[int], who: str, now: float) -> None:
    """Have what is of these regions shown to an account first; without any, everything. Its sessions go on."""
    told = " ".join(str(one) for one in sorted(set(regions)))
    if connection.execute(update(staff).where(staff.c.name == name).values(regions=told)).rowcount != 1:
        raise NoSuchAccountError(name)
    note(connection, who, "regions_changed", f"{name} {told}".rstrip(), now)


def disable(connection: Connection, name: str, who: str, now: float) -> None:
    """Turn an account off: nobody signs in with it any more, and cases it has are free again."""
    _change(connection, name, {"disabled": now}, who, "account_disabled", name, now)
    connection.execute(_FREE, {"name": name})


_FREE: Final = text("UPDATE cases SET taken_by = NULL, taken = NULL WHERE state = 'open' AND taken_by = :name")


def enable(connection: Connection, name: str, who: str, now: float) -> None:
    """Turn an account on again."""
    _change(connection, name, {"disabled": None}, who, "account_enabled", name, now)


def set_totp(connection: Connection, name: str, secret: str | None, who: str, now: float) -> None:
    """Have one-time codes of a secret asked for at the next sign-in; None: none are."""
    did = "codes_turned_off" if secret is None else "codes_turned_on"
    _change(connection, name, {"totp": secret, "totp_step": 0}, who, did, name, now)


def _change(
    connection: Connection, name: str, values: dict[str, object], who: str, did: str, about: str, now: float
) -> None:
    if connection.execute(update(staff).where(staff.c.name == name).values(**values)).rowcount != 1:
        raise NoSuchAccountError(name)
    end_sessions(connection, name)
    note(connection, who, did, about, now)


def use_step(connection: Connection, name: str, step: int) -> bool:
    """Take a one-time code's step; False when it, or a later one, was taken before."""
    taken = update(staff).where(staff.c.name == name, staff.c.totp_step < step).values(totp_step=step)
    return connection.execute(taken).rowcount == 1


def begin_session(connection: Connection, mark: str, name: str, now: float, longest: float) -> None:
    """Begin a session of somebody who signed in; those over for long are deleted."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.began < now - longest))
    connection.execute(staff_sessions.insert().values(mark=mark, name=name, began=now, seen=now))
    note(connection, name, "signed_in", "", now)


_SESSION: Final = text(
    "SELECT a.name, a.role, a.totp IS NOT NULL, s.began, s.seen, a.regions FROM staff_sessions s"
    " JOIN staff a ON a.name = s.name WHERE s.mark = :mark AND a.disabled IS NULL"
)


def session_of(connection: Connection, mark: str) -> StaffSession | None:
    """Return the session of a mark, of an account that is on."""
    found = connection.execute(_SESSION, {"mark": mark}).first()
    if found is None:
        return None
    return StaffSession(found[0], found[1], bool(found[2]), found[3], found[4], _regions(found[5]))


def touch_session(connection: Connection, mark: str, now: float) -> None:
    """Remember that somebody did something."""
    connection.execute(update(staff_sessions).where(staff_sessions.c.mark == mark).values(seen=now))


def end_session(connection: Connection, mark: str, name: str, now: float) -> None:
    """End one session."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.mark == mark))
    note(connection, name, "signed_out", "", now)


def end_sessions(connection: Connection, name: str) -> None:
    """End all sessions of an account."""
    connection.execute(delete(staff_sessions).where(staff_sessions.c.name == name))


def failures_of(connection: Connection, marks: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Return how often each of the marks failed lately and when last; those that never did are not in it."""
    rows = connection.execute(select(staff_failures).where(staff_failures.c.mark.in_(marks)))
    return {row.mark: (row.times, row.last) for row in rows}


_FAIL: Final = text(
    "INSERT INTO staff_failures (mark, times, last) VALUES (:mark, 1, :now)"
    " ON CONFLICT (mark) DO UPDATE SET times = staff_failures.times + 1, last = excluded.last"
)


def note_failures(connection: Connection, marks: Sequence[str], now: float, forgotten: float) -> None:
    """Count a failure for each of the marks; those older than `forgotten` seconds are forgotten."""
    connection.execute(delete(staff_failures).where(staff_failures.c.last < now - forgotten))
    for mark in sorted(marks):
        connection.execute(_FAIL, {"mark": mark, "now": now})


def clear_failures(connection: Connection, marks: Sequence[str]) -> None:
    """Forget the failures of whoever signed in."""
    connection.execute(delete(staff_failures).where(staff_failures.c.mark.in_(marks)))


def sessions_open(connection: Connection) -> dict[str, int]:
    """Return how many sessions each account has."""
    rows = connection.execute(select(staff_sessions.c.name, func.count()).group_by(staff_sessions.c.name))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class SavedReply:
    """An answer that is given often; `[…]` in it is filled in by hand, `{…}` by what is known."""

    id: int
    title: str
    words: Text


_SAVED: Final = text("SELECT id, title, ar, fr FROM saved_replies ORDER BY title, id")
_SAVE: Final = text("INSERT INTO saved_replies (title, ar, fr) VALUES (:title, :ar, :fr)")
_UNSAVE: Final = text("DELETE FROM saved_replies WHERE id = :id")


def saved_replies(connection: Connection) -> list[SavedReply]:
    """Return the saved replies, by their titles."""
    return [
        SavedReply(row.id, row.title, Text({language: row._mapping[language] for language in LANGUAGES}))
        for row in connection.execute(_SAVED)
    ]


def save_reply(connection: Connection, title: str, ar: str, fr: str, who: str, now: float) -> None:
    """Keep a reply to be given again."""
    connection.execute(_SAVE, {"title": title, "ar": ar, "fr": fr})
    note(connection, who, "reply_saved", title, now)


def drop_reply(connection: Connection, number: int, who: str, now: float) -> None:
    """Keep a saved reply no longer."""
    if connection.execute(_UNSAVE, {"id": number}).rowcount:
        note(connection, who, "reply_dropped", str(number), now)
