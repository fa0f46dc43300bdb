"""The staff room served on the loopback over a real store, and clerks who use it as browsers do."""

import html
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import uvicorn
from argon2 import PasswordHasher

from bot.content.keeping import FolderKeep
from bot.conversation.library import Library
from bot.message import PersonId
from bot.staff.frame import Frame, StaffParts
from bot.staff.room import staff_app
from bot.storage import Store
from bot.storage.staff import Role, add_account
from tests.program import ROOT

PASSWORD = "خبز وزيت وأتاي"
#: As `bot.staff.accounts` makes it, but cheap to look at: a password that is set in a test costs what it is meant to.
_DIGEST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(slots=True)
class Clock:
    """A clock that a test sets."""

    at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    @property
    def seconds(self) -> float:
        """The moment in seconds since 1970."""
        return self.at.timestamp()

    def pass_by(self, **told: float) -> None:
        """Let time pass."""
        self.at += timedelta(**told)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a browser is answered."""

    status: int
    body: str
    headers: Mapping[str, str]
    cookies: tuple[str, ...]

    @property
    def location(self) -> str:
        """Where it is led to."""
        return self.headers.get("location", "")

    def field(self, name: str) -> str:
        """The value of the first field of a name."""
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.body)
        assert found, f"no field {name} in {self.body}"
        return html.unescape(found[1])


@dataclass(slots=True)
class Clerk:
    """A browser that keeps cookies and follows nothing by itself."""

    port: int
    name: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """Ask for a path, with a form or without."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        body = None
        if fields is not None:
            body = urlencode(fields)
            told["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, told)
        answer = connection.getresponse()
        text = answer.read().decode()
        cookies = tuple(value for name, value in answer.getheaders() if name.lower() == "set-cookie")
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        connection.close()
        got = Answered(answer.status, text, {name.lower(): value for name, value in answer.getheaders()}, cookies)
        if found := re.search(r'name="csrf" value="([0-9a-f]+)"', text):
            self.csrf = found[1]
        return got

    def raw(self, method: str, path: str, fields: Mapping[str, str]) -> tuple[Mapping[str, str], bytes]:
        """Return what is answered to a form as it comes: a file."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        told["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields), told)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return {name.lower(): value for name, value in answer.getheaders()}, body

    def get(self, path: str, **headers: str) -> Answered:
        """Open a page."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answered:
        """Send a form of a page that was opened before."""
        return self.ask("POST", path, {"csrf": self.csrf, **fields})

    def sign_in(self, password: str = PASSWORD, **fields: str) -> Answered:
        """Sign in, and look at the first page."""
        answered = self.ask("POST", "/staff/sign-in", {"name": self.name, "password": password, **fields})
        if answered.status == 303:
            self.get("/staff/me")
        return answered


@dataclass(frozen=True, slots=True)
class Room:
    """A staff room that is open."""

    store: Store
    clock: Clock
    frame: Frame
    port: int
    #: Who was told that a reply is on its way.
    told: list[PersonId]

    def account(self, name: str, role: Role) -> None:
        """Make an account; everyone has the same password."""
        self.store.write_now(lambda at: add_account(at, name, role, _DIGEST, "test", self.clock.seconds))

    def clerk(self, name: str, role: Role = "admin", *, signs_in: bool = True) -> Clerk:
        """Make an account and return the browser of whoever has it, signed in."""
        self.account(name, role)
        clerk = Clerk(self.port, name)
        if signs_in:
            assert clerk.sign_in().status == 303
        return clerk


@contextmanager
def opened_room(
    store: Store, library: Library, root: Path = ROOT, *, has_public_figures: bool = True
) -> Iterator[Room]:
    """Serve the staff room for the block, its drafts in a folder of its own."""
    with (
        TemporaryDirectory(prefix="dalil-") as drafts,
        _served(store, library, root, Path(drafts), has_public_figures=has_public_figures) as room,
    ):
        yield room


@contextmanager
def _served(store: Store, library: Library, root: Path, folder: Path, *, has_public_figures: bool) -> Iterator[Room]:
    """Serve it."""
    clock, told = Clock(), list[PersonId]()
    keep = FolderKeep(root / "var")
    parts = StaffParts(
        store, clock, lambda: library, root, folder, told.append, has_public_figures=has_public_figures, keep=keep
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(staff_app(parts), log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Room(store, clock, Frame(parts), listening.getsockname()[1], told)
    finally:
        server.should_exit = True
        _end_programs()
        thread.join(10)
        listening.close()


def _programs(*modules: bytes) -> Iterator[int]:
    """Yield the number of each process that works out apart, by one of these modules, what pages of ours wait for."""
    for seen in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(seen.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            if parent == os.getpid():
                told = (seen.parent / "cmdline").read_bytes()
                if any(module in told for module in modules):
                    yield int(seen.parent.name)


def _end_programs() -> None:
    """End what is still worked out apart for pages that nobody looks at any more: each takes seconds of a processor."""
    for number in _programs(b"bot.staff."):
        with suppress(OSError):
            os.kill(number, signal.SIGKILL)


def worked_out(clerk: Clerk, path: str, waiting: str) -> Answered:
    """Return a page once it does not say any more that something is being worked out.

    It is not drawn meanwhile: whoever looks five times a second takes the processor from what is waited for.
    """
    for _ in range(600):
        page = clerk.get(path)
        if waiting not in page.body:
            return page
        time.sleep(0.1)
        while any(_programs(b"bot.staff.", b"bot.content.releases")):
            time.sleep(0.1)
    raise AssertionError


def checked(clerk: Clerk, path: str) -> str:
    """Return the page of a draft once it was checked."""
    return worked_out(clerk, path, "نفحص المسودة").body
