"""The database, opened: reads and writes as functions of a connection, awaited or at once.

Everyone who writes goes through `write`, or the promises of `bot.storage.writers` do not hold.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from bot.storage.files import DIGEST_KEY, AtWorkError, key_of, keyed_mark, make_private, write_key
from bot.storage.pooled import look_before_use
from bot.storage.schema import is_at_head, known_url, migrate, opening
from bot.storage.writers import BUSY_TIMEOUT, GroupWriter, PoolWriter, StoreError, Work, refusals

T = TypeVar("T")

#: How much SQLite makes sure of before a commit returns: FULL outlives a power cut.
Synchronous = Literal["FULL", "NORMAL", "OFF"]

#: Seconds for which a lead that was confirmed is sure, and after which a leader that has not asked again is replaced:
#: whoever leads asks every second or two, so that neither a slow machine nor a slow server ends a lead.
_LEASE: Final = 10.0
_FROZEN: Final = 20.0
#: A lead confirmed so lately is not asked for again, in seconds.
_ASKED_AGAIN: Final = 1.0
_TAKE_LEAD: Final = text("SELECT pg_try_advisory_lock(7301, hashtext(:name))")
#: The server tells of each connection when it was last used. A program ends connections of its own user alone.
_END_FROZEN: Final = text(
    "SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 7301"
    " AND l.objid = CAST(CAST(hashtext(:name) AS bigint) & 4294967295 AS oid)"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND a.state = 'idle' AND a.state_change < clock_timestamp() - make_interval(secs => :seconds)"
)

_ANNOUNCE: Final = text("SELECT pg_notify('dalil', :told)")
_KEY: Final = text("SELECT key FROM keys WHERE name = 'digests'")
#: The lock of PostgreSQL that every running guide shares, and that whoever replaces all rows must have alone.
GUIDES: Final = "7302, 0"
#: Seconds between two looks at whether the store is still there.
_STANDS_LOOK: Final = 5.0
#: Bytes of a database that is written anew in half a second.
_SMALL: Final = 50 << 20
#: Threads that read, and on PostgreSQL as many that write.
_THREADS: Final = 4


class MovedStoreError(Exception):
    """The file that was opened is not the one that lies there any more: what is written now would be lost."""


def _identity(database: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that is put in its place; None where there is none."""
    try:
        found = database.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Store:
    """One database for the whole program; `open` it, `close` it."""

    def __init__(self, url: str, *, synchronous: Synchronous = "FULL") -> None:
        with opening(url):
            self._open(url, synchronous)
        self._refusals = refusals(self._engine)
        self._readers = ThreadPoolExecutor(_THREADS, "dalil-reader")

    def _open(self, url: str, synchronous: Synchronous) -> None:
        self.url = known_url(url)
        self.is_shared = self.url.get_backend_name() == "postgresql"
        self._lead_connection: Connection | None = None
        self._presence: Connection | None = None
        #: What this program is called among all that share the database.
        self._name = token_hex(8)
        #: What this program leads, and until when, by the monotonic clock, no other one can have taken it over.
        self._led: dict[str, float] = {}
        self._leading = Lock()
        if self.is_shared:
            self._engine = create_engine(self.url, pool_size=2 * _THREADS + 2, hide_parameters=True)
            look_before_use(self._engine)
            self._migrate(self._engine, None)
            with self._engine.connect() as connection:
                self._key = bytes(connection.execute(_KEY).scalar_one())
            self._engine.update_execution_options(**{DIGEST_KEY: self._key})
            # Each statement by itself: a transaction around one would ask the server four times more.
            self._reading: Engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
            self._writer: GroupWriter | PoolWriter = PoolWriter(self._engine, _THREADS)
        else:
            database = Path(self.url.database or "")
            database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._key = key_of(database)
            make_private(database)
            self._engine = _sqlite(self.url, synchronous, "BEGIN IMMEDIATE", NullPool)
            self._reading = _sqlite(self.url, synchronous, "BEGIN", None)
            self._migrate(self._engine, self._key)
            self._adopt_key(database)
            for engine in (self._engine, self._reading):
                engine.update_execution_options(**{DIGEST_KEY: self._key})
            self._file = _identity(database)
            self._writer = GroupWriter(self._engine)

    @property
    def commits(self) -> int:
        """How many transactions were committed since the store was opened."""
        return self._writer.commits

    @staticmethod
    def _migrate(engine: Engine, key: bytes | None) -> None:
        try:
            with engine.connect() as connection:
                if is_at_head(connection):
                    return
            with engine.begin() as connection:
                migrate(connection, key)
        except BaseException:
            engine.dispose()
            raise

    def _adopt_key(self, database: Path) -> None:
        """Take the key that came with the rows of a restored store: file and rows were put in place at once."""
        with self._engine.begin() as connection:
            key = connection.execute(_KEY).scalar()
            if key is None:
                return
            self._key = bytes(key)
            write_key(database, self._key)
            connection.execute(text("DELETE FROM keys"))

    async def stands(self) -> None:
        """Return never; raise when nothing can be written any more, and the program had better end.

        Meanwhile nobody puts another store in this one's place: see `bot.storage.copying`.
        """
        death = asyncio.shield(asyncio.wrap_future(self._writer.death))
        while True:
            if not self.is_shared:
                if _identity(Path(self.url.database or "")) != self._file:
                    raise MovedStoreError
            elif not await asyncio.wrap_future(self._readers.submit(self._is_present)):
                raise AtWorkError(Path(self.url.database or ""), "")
            await asyncio.wait((death,), timeout=_STANDS_LOOK)
            if death.done():
                await death

    def _is_present(self) -> bool:
        """Return whether it can be known to others that a guide runs here; a server that is away knows nothing."""
        try:
            if self._presence is not None:
                self._presence.execute(text("SELECT 1"))
                return True
            self._presence = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._presence.execute(text(f"SELECT pg_try_advisory_lock_shared({GUIDES})")).scalar())
        except self._refusals:
            self._leave()
            return True

    def _leave(self) -> None:
        presence, self._presence = self._presence, None
        if presence is not None:
            with suppress(*self._refusals):
                presence.invalidate()
            with suppress(*self._refusals):
                presence.close()

    async def write(self, work: Work[T]) -> T:
        """Return what `work` returns once all it wrote is kept; when it raises, nothing it wrote is.

        What the database refuses raises `StoreError`.
        """
        try:
            return await asyncio.wrap_future(self._writer.submit(work))
        except self._refusals as error:
            raise StoreError(error) from None

    async def read(self, work: Work[T]) -> T:
        """Return what `work` reads, all of it as of one moment on SQLite; it must write nothing."""
        return await asyncio.wrap_future(self._submitted(work))

    def write_now(self, work: Work[T]) -> T:
        """Return the same as `write`, without an event loop."""
        try:
            return self._writer.submit(work).result()
        except self._refusals as error:
            raise StoreError(error) from None

    def read_now(self, work: Work[T]) -> T:
        """Return the same as `read`, without an event loop."""
        return self._submitted(work).result()

    def _submitted(self, work: Work[T]) -> "Future[T]":
        def read() -> T:
            try:
                with self._reading.connect() as connection:
                    return work(connection)
            except self._refusals as error:
                raise StoreError(error) from None

        return self._readers.submit(read)

    def mark(self, channel: str, external_id: str) -> bytes:
        """Return what an external id is kept as here: see `files.mark`."""
        return keyed_mark(self._key, channel, external_id)

    async def has_traces(self) -> bool:
        """Return whether something was deleted for good and can still be found in the files."""
        if isinstance(self._writer, PoolWriter):
            return self._writer.has_traces
        return bool(await self.read(lambda connection: connection.exec_driver_sql("PRAGMA user_version").scalar()))

    async def is_small(self) -> bool:
        """Return whether writing the database anew holds nobody up for longer than half a second."""
        if not self.is_shared:
            return Path(self.url.database or "").stat().st_size < _SMALL
        size = text("SELECT pg_database_size(current_database())")
        return bool(await self.read(lambda connection: int(connection.execute(size).scalar_one()) < _SMALL))

    async def compact(self) -> None:
        """Leave nothing in the files of what was deleted: see `bot.storage.writers`."""
        try:
            await asyncio.wrap_future(self._writer.compact())
        except self._refusals as error:
            raise StoreError(error) from None

    def announce(self, connection: Connection, people: Iterable[str] = (), marks: Iterable[bytes] = ()) -> None:
        """Have every other program hear of something once this transaction is committed; see `hear`."""
        if self.is_shared:
            told = {"by": self._name, "people": list(people), "marks": [mark.hex() for mark in marks]}
            connection.execute(_ANNOUNCE, {"told": json.dumps(told)})

    async def hear(self, heard: Callable[[list[str], list[bytes]], object]) -> None:
        """Tell for ever what other programs announce: persons and marks; none of either where messages came.

        What is announced while the server is away is not heard: whoever waits looks now and then by themselves.
        """
        if not self.is_shared:
            return
        import psycopg  # noqa: PLC0415

        address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute("LISTEN dalil")
                    async for notice in connection.notifies():
                        told = json.loads(notice.payload)
                        if told["by"] != self._name:
                            heard(told["people"], [bytes.fromhex(mark) for mark in told["marks"]])
            except psycopg.Error:
                await asyncio.sleep(_STANDS_LOOK)

    async def leads(self, name: str) -> bool:
        """Return whether this program, of all that share the database, is the one that does `name`.

        One program leads until it ends, loses its connection, or has not asked again for `_FROZEN`; then the next that
        asks. SQLite has one program.
        """
        if not self.is_shared:
            return True
        if monotonic() < self._led.get(name, 0.0) - _LEASE + _ASKED_AGAIN:
            return True
        return await asyncio.wrap_future(self._readers.submit(self._is_leading, name))

    def still_leads(self, name: str) -> bool:
        """Return whether this program can be sure, without asking, that no other one leads yet.

        A program that was stopped for a while has been replaced, and does not know it before it asks.
        """
        return not self.is_shared or monotonic() < self._led.get(name, 0.0)

    def _is_leading(self, name: str) -> bool:
        with self._leading:
            asked = monotonic()
            try:
                is_leading = self._has_lock(name)
            except self._refusals:
                # The connection is gone and the locks with it: ask again from the start the next time.
                self._follow()
                return False
            if is_leading:
                self._led[name] = asked + _LEASE
            return is_leading

    def _has_lock(self, name: str) -> bool:
        if self._lead_connection is None:
            self._lead_connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if name in self._led:
            self._lead_connection.execute(text("SELECT 1"))
            return True
        if self._lead_connection.execute(_TAKE_LEAD, {"name": name}).scalar():
            return True
        # Its lock goes with the connection of a leader that does not move any more.
        self._lead_connection.execute(_END_FROZEN, {"name": name, "seconds": _FROZEN})
        return bool(self._lead_connection.execute(_TAKE_LEAD, {"name": name}).scalar())

    def _follow(self) -> None:
        """Lead nothing any more; the server gives the locks to the next that asks."""
        connection, self._lead_connection = self._lead_connection, None
        self._led = {}
        if connection is None:
            return
        with suppress(*self._refusals):
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        with suppress(*self._refusals):
            connection.invalidate()
        with suppress(*self._refusals):
            connection.close()

    def close(self) -> None:
        """Finish every write that was asked for, then close the database."""
        self._writer.close()
        self._readers.shutdown()
        self._follow()
        self._leave()
        self._reading.dispose()
        self._engine.dispose()


def _sqlite(url: URL, synchronous: Synchronous, begin: str, pool: type[NullPool] | None) -> Engine:
    # Connections are used by one thread at a time, but not always by the one that opened them.
    arguments = {"check_same_thread": False, "timeout": BUSY_TIMEOUT / 1000, "cached_statements": 256}
    engine = create_engine(url, connect_args=arguments, poolclass=pool, hide_parameters=True)
    pragmas: Sequence[str] = (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        # What a person had us forget is not to be found in the file afterwards.
        "secure_delete=ON",
    )

    def prepared(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin transactions by its own rules, too late for a savepoint.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepared)
    event.listen(engine, "begin", begun)
    return engine
