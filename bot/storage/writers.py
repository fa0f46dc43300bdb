"""Writes of the store: each a function of a connection, each kept whole or not at all.

On SQLite one thread does them all and commits what has come meanwhile in one go; each stands in a savepoint, so that
one that fails takes nothing of its neighbours with it. On PostgreSQL each is a transaction of its own in a small pool.

Before either, `Batches` makes many small writes one.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Entry = TypeVar("Entry")
Work = Callable[[Connection], T]

#: Most writes of one commit.
_GROUP: Final = 64
#: How long the event loop may keep the interpreter while the writer wants it, in seconds: at Python's own 5 ms, a write
#: that gives it up for each row is late by as much as its commit takes.
_SWITCH: Final = 0.0005
#: How often a PostgreSQL transaction that met another one (deadlock, serialization) is tried.
_TRIES: Final = 4
_MET_ANOTHER: Final = frozenset({"40001", "40P01"})


class StoreError(Exception):
    """The database did not do what it was asked; says the kind of error alone, for its own words may hold people's."""

    def __init__(self, error: BaseException) -> None:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        self.kind = type(cause).__name__
        #: True when the same may well succeed later: the disk is full, the server is away.
        self.is_passing = any(kind.__name__ in {"OperationalError", "InterfaceError"} for kind in type(cause).__mro__)
        self.sqlstate: str | None = getattr(cause, "sqlstate", None)
        super().__init__(self.kind)


def refusals(engine: Engine) -> tuple[type[BaseException], ...]:
    """Return what a database raises, through SQLAlchemy and past it."""
    driver = engine.dialect.loaded_dbapi
    return (DBAPIError, driver.Error)


@dataclass(slots=True)
class _Wanted:
    work: Work[Any]
    outcome: "Future[Any]"


class GroupWriter:
    """One thread, one connection; `commits` counts what it committed."""

    def __init__(self, engine: Engine) -> None:
        self.commits = 0
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
        self._engine = engine
        self._queue: SimpleQueue[_Wanted | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="dalil-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Return what `work` will have returned once it is committed."""
        outcome: Future[T] = Future()
        self._queue.put(_Wanted(work, outcome))
        return outcome

    def close(self) -> None:
        """Finish what was submitted and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            ending = False
            while not ending:
                wanted = [self._queue.get()]
                while len(wanted) < _GROUP:
                    try:
                        wanted.append(self._queue.get_nowait())
                    except Empty:
                        break
                ending = None in wanted
                group = [one for one in wanted if one is not None and one.outcome.set_running_or_notify_cancel()]
                if group:
                    self._commit(connection, group)

    def _commit(self, connection: Connection, group: list[_Wanted]) -> None:
        done: list[tuple[_Wanted, Any]] = []
        failed: list[tuple[_Wanted, BaseException]] = []
        left = list(group)
        # Whatever is raised belongs to the one who asked: it is handed over, not swallowed.
        try:
            with connection.begin():
                driver = cast("sqlite3.Connection", connection.connection.driver_connection)
                while left:
                    wanted = left[0]
                    if len(group) == 1:
                        done.append((wanted, wanted.work(connection)))
                    else:
                        driver.execute("SAVEPOINT one")
                        try:
                            done.append((wanted, wanted.work(connection)))
                        except BaseException as own:
                            failed.append((wanted, own))
                            driver.execute("ROLLBACK TO one")
                        driver.execute("RELEASE one")
                    left.pop(0)
            self.commits += 1
        except BaseException as error:
            # Nothing of the group was kept: what had gone well fails with it.
            for wanted in [*(wanted for wanted, _ in done), *left]:
                failed.append((wanted, error))
            done = []
        for wanted, result in done:
            wanted.outcome.set_result(result)
        for wanted, raised in failed:
            wanted.outcome.set_exception(raised)


class PoolWriter:
    """A few threads, each write a transaction of its own; `commits` counts them."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.commits = 0
        self._engine = engine
        self._refusals = refusals(engine)
        self._pool = ThreadPoolExecutor(threads, "dalil-writer")

    def submit(self, work: Work[T]) -> "Future[T]":
        """Return what `work` will have returned once it is committed."""
        return self._pool.submit(self._done, work)

    def close(self) -> None:
        """Finish what was submitted and end the threads."""
        self._pool.shutdown()

    def _done(self, work: Work[T]) -> T:
        tries = 0
        while True:
            tries += 1
            try:
                with self._engine.begin() as connection:
                    result = work(connection)
            except self._refusals as error:
                if tries == _TRIES or StoreError(error).sqlstate not in _MET_ANOTHER:
                    raise
            else:
                self.commits += 1
                return result


class _Writes(Protocol):
    """A store, as far as batches need it."""

    async def write(self, work: Work[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class _Part(Generic[Entry]):
    """What one caller added."""

    entries: Sequence[Entry]
    committed: "asyncio.Future[None]"


class Batches(Generic[Entry]):
    """Entries on their way into one table by `write`, which takes any number of them.

    What comes while a write is under way goes together in the next one. Each who adds waits for their own; when the
    write of a batch fails, each part is tried alone, so that one that cannot be written costs only itself.
    """

    def __init__(self, store: _Writes, write: Callable[[Connection, Sequence[Entry]], object]) -> None:
        self._store = store
        self._write = write
        self._parts: list[_Part[Entry]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are committed."""
        if not entries:
            return
        part = _Part(entries, asyncio.get_running_loop().create_future())
        self._parts.append(part)
        if self._writing is None:
            self._writing = asyncio.create_task(self._all_written())
        await part.committed

    async def _all_written(self) -> None:
        while self._parts:
            parts, self._parts = self._parts, []
            error = await self._failed(parts)
            if error is None or len(parts) == 1:
                _settle(parts, error)
                continue
            for part in parts:
                _settle([part], await self._failed([part]))
        self._writing = None

    async def _failed(self, parts: "Sequence[_Part[Entry]]") -> Exception | None:
        """Write the parts in one transaction; return what was raised, to be handed to those who wait."""
        entries = [entry for part in parts for entry in part.entries]
        try:
            await self._store.write(lambda connection: self._write(connection, entries))
        except Exception as error:
            return error
        return None


def _settle(parts: "Sequence[_Part[Entry]]", error: Exception | None) -> None:
    for part in parts:
        if part.committed.done():  # Whoever waited has gone.
            continue
        if error is None:
            part.committed.set_result(None)
        else:
            part.committed.set_exception(error)
