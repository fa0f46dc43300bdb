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
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

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


#: Errors that pass, by name: the last two are SQLAlchemy's own, of a connection that was lost and of a pool that is
#: empty because no server answers.
_PASSING: Final = frozenset({"OperationalError", "InterfaceError", "PendingRollbackError", "TimeoutError"})


class StoreError(Exception):
    """The database did not do what it was asked; says the kind of error alone, for its own words may hold people's."""

    def __init__(self, error: BaseException) -> None:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        self.kind = type(cause).__name__
        #: True when the same may well succeed later: the disk is full, the server is away.
        self.is_passing = any(kind.__name__ in _PASSING for kind in type(cause).__mro__)
        self.sqlstate: str | None = getattr(cause, "sqlstate", None)
        super().__init__(self.kind)


def refusals(engine: Engine) -> tuple[type[BaseException], ...]:
    """Return what a database raises, through SQLAlchemy and past it."""
    driver = engine.dialect.loaded_dbapi
    return (SQLAlchemyError, driver.Error, DeadWriterError)


class DeadWriterError(Exception):
    """The thread that writes has ended: nothing is kept any more until the program starts again."""


@dataclass(slots=True)
class _Wanted:
    work: Work[Any]
    outcome: "Future[Any]"


@dataclass(frozen=True, slots=True)
class _Failure:
    """What was raised instead of a result."""

    error: BaseException


class GroupWriter:
    """One thread, one connection; `commits` counts what it committed.

    Whatever happens to a group, everyone in it is told, and the next group begins on a connection that is known to be
    well: SQLite takes a whole transaction back by itself when the disk is full, and what is then undone a second time
    fails in its turn. Should the thread end all the same, `death` says so and nobody waits for it any more.
    """

    def __init__(self, engine: Engine) -> None:
        self.commits = 0
        self.death: Future[None] = Future()
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
        self._engine = engine
        self._queue: SimpleQueue[_Wanted | None] = SimpleQueue()
        self._connection: Connection | None = None
        #: Those who are being written for.
        self._group: list[_Wanted] = []
        self._thread = Thread(target=self._run, name="dalil-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Return what `work` will have returned once it is committed."""
        outcome: Future[T] = Future()
        wanted = _Wanted(work, outcome)
        self._queue.put(wanted)
        if self.death.done():
            self._refuse_all()
        return outcome

    def close(self) -> None:
        """Finish what was submitted and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._commit(self._taken()):
                pass
        except BaseException as error:
            # Not swallowed: the program ends with it, see `Store.stands`.
            self.death.set_exception(error)
            for asked in self._group:
                if not asked.outcome.done():
                    asked.outcome.set_exception(DeadWriterError())
            self._refuse_all()
        finally:
            self._disconnect()

    def _taken(self) -> "list[_Wanted | None]":
        """Return what is to be written next, after waiting for it; None stands for the end."""
        wanted = [self._queue.get()]
        while len(wanted) < _GROUP:
            try:
                wanted.append(self._queue.get_nowait())
            except Empty:
                break
        return wanted

    def _refuse_all(self) -> None:
        """Tell everyone who waits that nothing is written any more."""
        while True:
            try:
                wanted = self._queue.get_nowait()
            except Empty:
                return
            if wanted is not None and wanted.outcome.set_running_or_notify_cancel():
                wanted.outcome.set_exception(DeadWriterError())

    def _commit(self, wanted: "list[_Wanted | None]") -> bool:
        """Write a group and tell each what came of it; return whether to go on."""
        group = [asked for asked in wanted if asked is not None and asked.outcome.set_running_or_notify_cancel()]
        self._group = group
        # Whatever is raised belongs to the one who asked: it is handed over, not swallowed.
        try:
            results = self._written(group) if group else []
        except BaseException as error:
            # Nothing of the group was kept: what had gone well fails with it.
            results = [_Failure(error)] * len(group)
            if isinstance(error, SQLAlchemyError | sqlite3.Error):
                self._disconnect()
        for asked, result in zip(group, results, strict=True):
            if isinstance(result, _Failure):
                asked.outcome.set_exception(result.error)
            else:
                asked.outcome.set_result(result)
        return None not in wanted

    def _written(self, group: "list[_Wanted]") -> list[Any]:
        """Return what each of a group returned, or how it failed, once all the others are committed."""
        results: list[Any] = []
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            driver = cast("sqlite3.Connection", self._connection.connection.driver_connection)
            for asked in group:
                if len(group) == 1:
                    results.append(asked.work(self._connection))
                    continue
                driver.execute("SAVEPOINT one")
                try:
                    results.append(asked.work(self._connection))
                except BaseException as error:
                    if not driver.in_transaction:  # SQLite has taken all of it back.
                        raise
                    results.append(_Failure(error))
                    driver.execute("ROLLBACK TO one")
                driver.execute("RELEASE one")
        self.commits += 1
        return results

    def _disconnect(self) -> None:
        """Let the connection go, in whatever state it is."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


class PoolWriter:
    """A few threads, each write a transaction of its own; `commits` counts them."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.commits = 0
        #: Never comes: a thread of a pool outlives what its work raises.
        self.death: Future[None] = Future()
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
