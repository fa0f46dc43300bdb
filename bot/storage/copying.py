"""A whole store copied: into a file while it is in use, back from one, and from SQLite to PostgreSQL.

A backup is a SQLite database, whatever it was made of, with the key of its digests beside it. What was deleted is in
none: rows are copied, not pages. Whatever happens in the middle, what stood there before stands there still: a file is
put in place by one renaming, and a server is filled in one transaction.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Integer, Table, create_engine, select, text
from sqlalchemy.pool import NullPool

from bot.storage.files import AtWorkError, key_of, sole_use
from bot.storage.schema import known_url, made, opening
from bot.storage.staff_tables import all_tables
from bot.storage.store import GUIDES, Store
from bot.storage.tables import keys, releases

#: How many rows of each table were copied.
Copied = Mapping[str, int]

#: What is not copied: the key goes its own way, and releases are made from the content anywhere.
_LEFT_OUT: Final = frozenset({keys.name, releases.name})
_TABLES: Final = tuple(table for table in all_tables.sorted_tables if table.name not in _LEFT_OUT)
#: Rows fetched at a time.
_ROWS: Final = 5000


class UncopiedError(Exception):
    """A store cannot be copied; the sentence says why, and what to do."""


def back_up(url: str, file: Path, told: Callable[[str], object]) -> Copied:
    """Copy the store at `url` as of one moment into a file that is not there yet, and its key beside it.

    Guides may be at work on it meanwhile. Raise `UncopiedError`, or what opening the store raises.
    """
    key_file = _key_file(file)
    _need_absent(file)
    _need_newest(url)
    source = known_url(url)
    making, making_key = (path.with_name(path.name + ".making") for path in (file, key_file))
    _remove(making, making_key)
    try:
        if source.get_backend_name() == "sqlite":
            database = Path(source.database or "")
            # Not page by page: a copy of pages begins again with every write of another program.
            with closing(sqlite3.connect(database, timeout=10)) as connection:
                connection.execute("VACUUM INTO ?", (str(making),))
            key = key_of(database)
        else:
            with _reading(url) as connection:
                key = bytes(connection.execute(select(keys.c.key)).scalar_one())
                _copy_into_file(connection, making, key, told)
        # The very key of this store is all that a backup leaves that was killed before its file was in place.
        if not (key_file.exists() and key_file.read_bytes() == key.hex().encode()):
            _need_absent(key_file)
        _write_key(making_key, key)
        making.chmod(0o600)
        with closing(sqlite3.connect(making)) as connection:
            copied = {table.name: _count(connection, table) for table in _TABLES}
        _sync(making)
        making_key.replace(key_file)
        making.replace(file)
    finally:
        _remove(making, making_key)
    _sync(file.absolute().parent)
    return copied


def _need_absent(path: Path) -> None:
    if path.exists():
        raise UncopiedError(f"{path} is already there: choose another name, or move that one away")


def contents(url: str) -> Copied:
    """Return how many rows each table of a store has; nothing where there is no store yet."""
    if made(url) == "not_yet":
        return {}
    _need_newest(url)
    with _reading(url) as connection:
        return {table.name: connection.execute(_counted(table)).scalar_one() for table in _TABLES}


def dropped(url: str) -> None:
    """Delete a store and all that belongs to it; nobody may be at work on it."""
    known = known_url(url)
    if known.get_backend_name() == "sqlite":
        database = Path(known.database or "")
        _remove(database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", ".key", ".lock")))
        return
    with _alone(url) as connection:
        all_tables.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


def restore(file: Path, url: str, told: Callable[[str], object]) -> Copied:
    """Put what a backup holds in the place of the store at `url`, all of it or nothing.

    Raise `AtWorkError` while a guide runs, `UncopiedError` where the file is no backup.
    """
    target = known_url(url)
    if target.get_backend_name() == "sqlite":
        database = Path(target.database or "").resolve()
        with sole_use(database):
            coming = database.with_name(database.name + ".restoring")
            copied = _made_ready(file, coming, keeps_key=True)
            _empty_log(database)
            coming.replace(database)
            _sync(database.parent)
            # From here on the key in it is the store's.
            Store(url).close()
        return copied
    with _alone(url) as connection:
        coming = file.with_name(file.name + ".restoring")
        try:
            _made_ready(file, coming, keeps_key=False)
            with _reading(f"sqlite:///{coming}") as source:
                return _replace(source, connection, _backup_key(file), told)
        finally:
            _remove(coming, *(coming.with_name(coming.name + end) for end in ("-wal", "-shm", ".key")))


def move(source_url: str, target_url: str, told: Callable[[str], object]) -> Copied:
    """Copy a SQLite store into an empty one on PostgreSQL, all of it or nothing; the SQLite store stays as it is.

    Raise `AtWorkError` while a guide runs on either, `UncopiedError` where the other is not empty.
    """
    source, target = known_url(source_url), known_url(target_url)
    if source.get_backend_name() != "sqlite" or target.get_backend_name() != "postgresql":
        raise UncopiedError("a store is moved from a SQLite file to postgresql://…; else use backup and restore")
    database = Path(source.database or "").resolve()
    if not database.exists():
        raise UncopiedError(f"{database} is not there")
    with sole_use(database):
        Store(source_url).close()
        with _alone(target_url) as connection:
            for table in _TABLES:
                if connection.execute(_counted(table)).scalar_one():
                    raise UncopiedError(f"the database moved to is not empty ({table.name}): nothing was moved")
            with _reading(source_url) as reading:
                return _replace(reading, connection, key_of(database), told)


def _need_newest(url: str) -> None:
    if made(url) != "newest":
        raise UncopiedError("there is no store of this release there: start the guide on it once")


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    """Yield a connection that sees the store as of one moment and changes nothing."""
    engine = create_engine(known_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        with opening(url), engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Yield a transaction on a server on which no guide runs, and none can begin to."""
    Store(url).close()
    engine: Engine = create_engine(known_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            if not connection.execute(text(f"SELECT pg_try_advisory_xact_lock({GUIDES})")).scalar():
                raise AtWorkError(Path(known_url(url).database or ""), "")
            yield connection
    finally:
        engine.dispose()


def _copy_into_file(source: Connection, file: Path, key: bytes, told: Callable[[str], object]) -> None:
    url = f"sqlite:///{file}"
    Store(url).close()
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as target:
        _replace(source, target, key, told)
    with engine.connect() as target:
        # One file, as it lies there.
        target.exec_driver_sql("DELETE FROM keys")
        target.commit()
        target.exec_driver_sql("PRAGMA journal_mode = DELETE")
    engine.dispose()
    _remove(*(file.with_name(file.name + end) for end in (".key", "-wal", "-shm")))


def _replace(source: Connection, target: Connection, key: bytes, told: Callable[[str], object]) -> Copied:
    """Put all rows of a store, and its key, in the place of those of another, in the transaction of `target`."""
    if target.dialect.name == "postgresql":
        target.execute(text(f"TRUNCATE {', '.join(table.name for table in _TABLES)}"))
    else:
        for table in reversed(_TABLES):
            target.execute(table.delete())
    copied = {}
    for table in _TABLES:
        copied[table.name] = _copy_rows(source, target, table)
        _go_on_counting(source, target, table)
        told(f"{copied[table.name]:>12,}  {table.name}")
    target.execute(keys.delete())
    target.execute(keys.insert().values(name="digests", key=key))
    return copied


def _copy_rows(source: Connection, target: Connection, table: Table) -> int:
    columns = ", ".join(column.name for column in table.columns)
    found = source.execution_options(yield_per=_ROWS).execute(select(table))
    number = 0
    if target.dialect.name == "postgresql":
        cursor = target.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in found:
                copy.write_row(tuple(row))
                number += 1
        return number
    for rows in found.partitions():
        target.execute(table.insert(), [dict(row._mapping) for row in rows])
        number += len(rows)
    return number


def _go_on_counting(source: Connection, target: Connection, table: Table) -> None:
    """Have new rows numbered after all that there ever were: a number that was told to a platform is not used again."""
    column = table.primary_key.columns[0]
    if len(table.primary_key.columns) > 1 or not isinstance(column.type, Integer):
        return
    named: dict[str, Any] = {"table": table.name}
    if source.dialect.name == "postgresql":
        last = source.execute(text(f"SELECT last_value FROM {table.name}_id_seq")).scalar()  # noqa: S608
    else:
        last = source.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), named).scalar()
    highest = source.execute(text(f"SELECT max(id) FROM {table.name}")).scalar()  # noqa: S608
    last = max(last or 0, highest or 0)
    if not last:
        return
    named["last"] = last
    if target.dialect.name == "postgresql":
        target.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), named)
    elif table.dialect_options["sqlite"]["autoincrement"]:
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), named)


def _made_ready(file: Path, coming: Path, *, keeps_key: bool) -> Copied:
    """Copy a backup to where it is needed, in the newest shape of the tables; with `keeps_key` the key is in it."""
    beside = [coming.with_name(coming.name + end) for end in ("-wal", "-shm", ".key")]
    _remove(coming, *beside)
    if not file.exists():
        raise UncopiedError(f"{file} is not there")
    url = f"sqlite:///{coming}"
    if made(f"sqlite:///{file.absolute()}") == "not_yet":
        raise UncopiedError(f"{file} is no backup of a store")
    key = _backup_key(file)
    shutil.copyfile(file, coming)
    coming.chmod(0o600)
    _write_key(coming.with_name(coming.name + ".key"), key)
    Store(url).close()
    with closing(sqlite3.connect(coming)) as connection:
        copied = {table.name: _count(connection, table) for table in _TABLES}
        if keeps_key:
            connection.execute("INSERT INTO keys (name, key) VALUES ('digests', ?)", (key,))
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    _sync(coming)
    _remove(*beside)
    return copied


def _backup_key(file: Path) -> bytes:
    path = _key_file(file)
    if not path.exists():
        raise UncopiedError(f"{path} is not there: a backup is two files, itself and its key")
    return bytes.fromhex(path.read_text("ascii"))


def _empty_log(database: Path) -> None:
    """Leave no log beside a database: it would be taken for that of the one put in its place."""
    if database.exists():
        try:
            with closing(sqlite3.connect(database, timeout=10)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError:
            # It may be restored because it cannot be read.
            pass
    _remove(*(database.with_name(database.name + end) for end in ("-wal", "-shm")))


def _key_file(file: Path) -> Path:
    return file.with_name(file.name + ".key")


def _write_key(path: Path, key: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.hex().encode())
        file.flush()
        os.fsync(file.fileno())


def _counted(table: Table) -> Any:
    return text(f"SELECT count(*) FROM {table.name}")  # noqa: S608


def _count(connection: sqlite3.Connection, table: Table) -> int:
    (number,) = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()  # noqa: S608
    return int(number)


def _sync(path: Path) -> None:
    """Have what was written be there after a power cut too."""
    if os.name == "nt" and path.is_dir():
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
