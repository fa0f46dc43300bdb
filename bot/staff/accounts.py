"""Signing in: passwords, one-time codes, how often somebody may try, and how long a session lasts.

A password costs tens of milliseconds of work by design: it is looked at in threads of its own, two at a time, so that
no message waits for it. A name that nobody has costs the same as one that somebody has. Failures are counted by name
and place together, by place, and by name alone: a stranger elsewhere keeps a clerk out for a minute at most.
"""

import asyncio
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pyotp import TOTP, random_base32
from sqlalchemy import Connection

from bot.storage import Store
from bot.storage.staff import (
    Account,
    StaffSession,
    account,
    begin_session,
    clear_failures,
    failures_of,
    note,
    note_failures,
    session_of,
    set_password,
    touch_session,
    use_step,
)

#: A session ends so long after the last thing done in it, and so long after it began; in seconds.
IDLE: Final = 2 * 3600.0
LONGEST: Final = 12 * 3600.0
#: Shortest password, in characters (NIST SP 800-63B-4, 3.1.1.2: 8 at least with a second factor, 15 without; a passage
#: in between that people keep to), and longest: what is looked at costs nobody more than a page.
SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 256
#: What is called so on the command line.
NAME: Final = re.compile(r"[\w][\w .-]{0,38}[\w]")
#: Failures that cost no wait, by whom they are counted, and the longest wait, in seconds.
_FREE: Final = {"both": (5, 900.0), "place": (20, 900.0), "name": (30, 60.0)}
_FIRST_WAIT: Final = 10.0
#: Failures are remembered for a day.
_FORGOTTEN: Final = 24 * 3600.0
#: A session is written again at most once a minute.
_TOUCHED: Final = 60.0
#: How many may wait for their password to be looked at; more are told to come again.
_MOST_WAITING: Final = 16
#: Seconds of a one-time code, and how many codes before and after now are taken: clocks differ.
_STEP: Final = 30

_hashing = ThreadPoolExecutor(2, "dalil-password")
_hasher = PasswordHasher()


@cache
def _nobodys() -> str:
    """Return the digest of a password that nobody has."""
    return _hasher.hash(secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Why somebody may not come in; `seconds` until they may try again."""

    why: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A secret for the cookie, and whose it is."""

    secret: str
    account: Account


def digest(password: str) -> str:
    """Return what is kept of a password; takes tens of milliseconds."""
    return _hasher.hash(password)


def is_password(password: str) -> bool:
    """Return whether a password is long enough, and no longer than is read."""
    return SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD and not password.isspace()


def mark_of(secret: str) -> str:
    """Return what is kept of a session's secret."""
    return sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """Return what every form of a session carries: whoever has not the cookie cannot make it."""
    return sha256(b"csrf\0" + secret.encode()).hexdigest()[:40]


def new_totp() -> str:
    """Return a new secret of one-time codes."""
    return random_base32()


def totp_address(secret: str, name: str) -> str:
    """Return what an application for one-time codes scans."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name="Dalil")


def totp_step(secret: str, code: str, now: float) -> int | None:
    """Return the step that a code is of, now or one before or after; None where it is none."""
    typed = re.sub(r"\s", "", code)
    steps = (int(now) // _STEP + near for near in (0, -1, 1))
    return next((step for step in steps if secrets.compare_digest(TOTP(secret).at(step * _STEP), typed)), None)


def wait_after(times: int, free: int, longest: float) -> float:
    """Return how long to wait after so many failures, in seconds: twice as long after each, up to `longest`."""
    return 0.0 if times < free else min(longest, _FIRST_WAIT * 2.0 ** min(times - free, 20))


class Door:
    """Lets staff in."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store
        self._waiting = 0

    async def sign_in(self, name: str, password: str, code: str, place: str, now: float) -> SignedIn | SignInRefused:
        """Return a new session for whoever gives the right password, and code where one is asked for, in time."""
        marks = {
            kind: sha256(f"{kind}\0{told}".encode("utf-8", "replace")).hexdigest()
            for kind, told in {"both": f"{name}\0{place}", "place": place, "name": name}.items()
        }
        failures = await self._store.read(lambda connection: failures_of(connection, list(marks.values())))
        waits = [
            last + wait_after(times, *_FREE[kind]) - now
            for kind, mark in marks.items()
            for times, last in ([failures[mark]] if mark in failures else [])
        ]
        if (left := max(waits, default=0.0)) > 0:
            return SignInRefused("wait", min(left, 900.0))
        found = await self._store.read(lambda connection: account(connection, name))
        known = found if found is not None and found.is_on else None
        if self._waiting >= _MOST_WAITING:
            return SignInRefused("wait", _FIRST_WAIT)
        self._waiting += 1
        try:
            is_right = await _looked_at(known.password if known else _nobodys(), password)
        finally:
            self._waiting -= 1
        if known is None or not is_right:
            await self._fail(list(marks.values()), name if known else "", now)
            return SignInRefused("wrong")
        if known.totp is not None:
            if not code.strip():
                return SignInRefused("code_needed")
            step = totp_step(known.totp, code, now)
            if step is None or not await self._store.write(lambda connection: use_step(connection, name, step)):
                await self._fail(list(marks.values()), name, now)
                return SignInRefused("wrong_code")
        secret = secrets.token_urlsafe(24)

        def begin(connection: Connection) -> None:
            clear_failures(connection, [marks["both"], marks["name"]])
            begin_session(connection, mark_of(secret), name, now, LONGEST)

        await self._store.write(begin)
        return SignedIn(secret, known)

    async def _fail(self, marks: list[str], name: str, now: float) -> None:
        def fail(connection: Connection) -> None:
            note_failures(connection, marks, now, _FORGOTTEN)
            if name:
                note(connection, name, "sign_in_failed", "", now)

        await self._store.write(fail)

    async def session(self, secret: str, now: float, *, touches: bool = True) -> StaffSession | None:
        """Return the session of a cookie's secret while it lasts; what a page asks by itself does not lengthen it."""
        mark = mark_of(secret)
        found = await self._store.read(lambda connection: session_of(connection, mark))
        if found is None or now - found.seen > IDLE or now - found.began > LONGEST:
            return None
        if touches and now - found.seen > _TOUCHED:
            await self._store.write(lambda connection: touch_session(connection, mark, now))
        return found

    async def change_password(self, name: str, old: str, new: str, now: float) -> bool:
        """Give somebody who knows their password another one; all their sessions end. False: the old one is wrong."""
        found = await self._store.read(lambda connection: account(connection, name))
        if found is None or not await _looked_at(found.password, old):
            return False
        made = await asyncio.get_running_loop().run_in_executor(_hashing, digest, new)
        await self._store.write(lambda connection: set_password(connection, name, made, name, now))
        return True


async def _looked_at(kept: str, password: str) -> bool:
    """Return whether a password is the one kept as a digest."""

    def is_right() -> bool:
        try:
            return _hasher.verify(kept, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.get_running_loop().run_in_executor(_hashing, is_right)
