"""Writes of the store: each a function of a connection, each kept whole or not at all.

On SQLite one thread does them all and commits what has come meanwhile in one go; each stands in a savepoint, so that
one that fails takes nothing of its neighbours with it. On PostgreSQL each is a transaction of its own in a small pool.

Before either, `Batches` makes many small writes one.

A row that is deleted is not yet gone from the disk. On SQLite the log holds the pages as they were, and pages that were
parted keep copies between their rows, which `secure_delete` does not reach: the log is emptied with the very
transaction that forgets, and the copies go when the database is written anew (`compact`). On PostgreSQL the tables are
written anew; the server's log keeps what it holds until its files are used again.
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

from bot.storage.staff_tables import all_tables

T = TypeVar("T")
Batched = TypeVar("Batched")
Work = Callable[[Connection], T]

#: Most writes of one commit.
_GROUP: Final = 64
#: How long one thread may keep the interpreter while another wants it, in seconds: at Python's own 5 ms, a write that
#: gives it up for each row is late by as much as its commit takes, and whoever asks a server beside a long turn waits
#: 5 ms more for each of its answers.
_SWITCH: Final = 0.0005
#: How often a PostgreSQL transaction that met another one (deadlock, serialization) is tried.
_TRIES: Final = 4
_MET_ANOTHER: Final = frozenset({"40001", "40P01"})


#: Errors that pass, by name: the last two are SQLAlchemy's own, of a connection that was lost and of a pool that is
#: empty because no server answers.
_PASSING: Final = frozenset({"OperationalError", "InterfaceError", "PendingRollbackError", "TimeoutError"})


#: The name, among what is known of a connection, of whether something was deleted for good in its transaction.
_TRACES: Final = "dalil_traces"
#: How long emptying the log waits for those who read, in milliseconds, and after how many seconds it is tried again.
_FOR_READERS: Final = 100
_EMPTIED_AGAIN: Final = 0.25
#: How long writing a table anew on PostgreSQL waits for it, in milliseconds: all others wait behind.
_FOR_TABLES: Final = 1000
#: How long SQLite waits for another program that writes, in milliseconds.
BUSY_TIMEOUT: Final = 10_000


def leaves_traces(connection: Connection, *, between_rows: bool = True) -> None:
    """Say that this transaction deletes what nobody is to find again; on SQLite that outlives the program.

    Without `between_rows` the log is emptied, and the database not written anew.
    """
    connection.info[_TRACES] = True
    if between_rows and connection.dialect.name == "sqlite":
        # A number of the file that is free for us; it is part of the transaction.
        connection.exec_driver_sql("PRAGMA user_version = 1")


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
    #: None to have the database written anew.
    work: Work[Any] | None
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
        #: Whether the log holds what was deleted for good.
        self._has_traces = False
        #: Those who are being written for.
        self._group: list[_Wanted] = []
        self._thread = Thread(target=self._run, name="dalil-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Return what `work` will have returned once it is committed."""
        outcome: Future[T] = Future()
        self._put(_Wanted(work, outcome))
        return outcome

    def compact(self) -> "Future[None]":
        """Write the database anew, without anything between its rows; nobody can write meanwhile (10 ms a MB)."""
        outcome: Future[None] = Future()
        self._put(_Wanted(None, outcome))
        return outcome

    def _put(self, wanted: _Wanted) -> None:
        self._queue.put(wanted)
        if self.death.done():
            self._refuse_all()

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
        try:
            wanted = [self._queue.get(timeout=_EMPTIED_AGAIN if self._has_traces else None)]
        except Empty:
            return []
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
            self._empty_log()
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
        driver = self._driver(self._connection)
        works = [asked.work for asked in group]
        compacted = self._compacted(driver) if None in works else None
        with self._connection.begin():
            for work in works:
                if work is None:
                    results.append(compacted)
                    continue
                if len(group) == 1:
                    results.append(work(self._connection))
                    continue
                driver.execute("SAVEPOINT one")
                try:
                    results.append(work(self._connection))
                except BaseException as error:
                    if not driver.in_transaction:  # SQLite has taken all of it back.
                        raise
                    results.append(_Failure(error))
                    driver.execute("ROLLBACK TO one")
                driver.execute("RELEASE one")
        self.commits += 1
        self._has_traces |= bool(self._connection.info.pop(_TRACES, False))
        return results

    @staticmethod
    def _driver(connection: Connection) -> sqlite3.Connection:
        return cast("sqlite3.Connection", connection.connection.driver_connection)

    def _compacted(self, driver: sqlite3.Connection) -> _Failure | None:
        """Write the database anew; return what was raised, which is nothing to those who write."""
        try:
            driver.execute("VACUUM")
            driver.execute("PRAGMA user_version = 0")
        except sqlite3.Error as error:
            return _Failure(error)
        # The log holds the whole database now, and its pages as they were.
        self._has_traces = True
        return None

    def _empty_log(self) -> None:
        """Have the log hold nothing where it holds what was deleted for good; later, while somebody reads from it."""
        if not self._has_traces or self._connection is None:
            return
        driver = self._driver(self._connection)
        try:
            driver.execute(f"PRAGMA busy_timeout = {_FOR_READERS}")
            (is_busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        except sqlite3.Error:
            # A full disk, say. What was to be written is.
            self._disconnect()
        else:
            self._has_traces = bool(is_busy)

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
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
        self._engine = engine
        self._refusals = refusals(engine)
        self._pool = ThreadPoolExecutor(threads, "dalil-writer")
        #: Whether something may have been deleted for good since the tables were written anew: at first nobody knows.
        self.has_traces = True

    def submit(self, work: Work[T]) -> "Future[T]":
        """Return what `work` will have returned once it is committed."""
        return self._pool.submit(self._done, work)

    def compact(self) -> "Future[None]":
        """Have the tables written anew: VACUUM alone leaves the bytes of dead rows in the free places of pages."""
        return self._pool.submit(self._compact)

    def _compact(self) -> None:
        self.has_traces = False
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.exec_driver_sql(f"SET lock_timeout = {_FOR_TABLES}")
                for name in all_tables.tables:
                    connection.exec_driver_sql(f"VACUUM (FULL) {name}")
                connection.exec_driver_sql("RESET lock_timeout")
            except BaseException:
                # Whoever holds a table is done soon: the next look tries again.
                self.has_traces = True
                connection.invalidate()
                raise

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
                    has_traces = bool(connection.info.pop(_TRACES, False))
            except self._refusals as error:
                if tries == _TRIES or StoreError(error).sqlstate not in _MET_ANOTHER:
                    raise
            else:
                self.commits += 1
                self.has_traces |= has_traces
                return result


class _Writes(Protocol):
    """A store, as far as batches need it."""

    async def write(self, work: Work[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class _Part(Generic[Batched]):
    """What one caller added."""

    entries: Sequence[Batched]
    committed: "asyncio.Future[None]"


class Batches(Generic[Batched]):
    """Entries on their way into one table by `write`, which takes any number of them.

    What comes while a write is under way goes together in the next one. Each who adds waits for their own; when the
    write of a batch fails, each part is tried alone, so that one that cannot be written costs only itself.
    """

    def __init__(self, store: _Writes, write: Callable[[Connection, Sequence[Batched]], object]) -> None:
        self._store = store
        self._write = write
        self._parts: list[_Part[Batched]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, entries: Sequence[Batched]) -> None:
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

    async def _failed(self, parts: "Sequence[_Part[Batched]]") -> Exception | None:
        """Write the parts in one transaction; return what was raised, to be handed to those who wait."""
        entries = [entry for part in parts for entry in part.entries]
        try:
            await self._store.write(lambda connection: self._write(connection, entries))
        except Exception as error:
            return error
        return None


def _settle(parts: "Sequence[_Part[Batched]]", error: Exception | None) -> None:
    for part in parts:
        if part.committed.done():  # Whoever waited has gone.
            continue
        if error is None:
            part.committed.set_result(None)
        else:
            part.committed.set_exception(error)
