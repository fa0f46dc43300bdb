"""How far a database is made, and how it is brought to the newest shape of the tables.

Alembic is imported only when there is something to migrate: a start with a database that is up to date must not wait
for it. `HEAD` is the newest revision; a test holds it to the files in `migrations/versions`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

HEAD: Final = "0011"

#: A number of ours for PostgreSQL's advisory lock: two programs that start together migrate one after the other.
_MIGRATING: Final = 7_301_225


#: How far a database is made.
SchemaAge = Literal["not_yet", "older", "newest"]


class NewerStoreError(Exception):
    """The database was made by a later release of the program than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database is at revision {revision}, this program knows {HEAD}: start the newer release")


class UnopenedStoreError(Exception):
    """The database cannot be opened: its address is wrong, it does not answer, or the file is something else."""

    def __init__(self, url: str, cause: Exception) -> None:
        # The driver's own words, without a password that the address may hold.
        place = url.rpartition("@")[2]
        super().__init__(f"the database {place} cannot be opened: {str(getattr(cause, 'orig', None) or cause).strip()}")


def is_at_head(connection: Connection) -> bool:
    """Return whether the tables have their newest shape; raise `ValueError` where they cannot hold every script."""
    _need_unicode(connection)
    return _revision(connection) == HEAD


def _need_unicode(connection: Connection) -> None:
    """Raise `ValueError` where a server keeps texts in signs without Arabic, or as bytes of an unknown script."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise ValueError(f"it keeps texts in {encoding}: make it again with ENCODING 'UTF8' TEMPLATE template0")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection, key: bytes | None) -> None:
    """Bring the tables to their newest shape, all of it or nothing, in the transaction that is open.

    `key` is that of the digests; None where it is kept in the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    revision = _revision(connection)
    if revision == HEAD:  # Another program was faster.
        return
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerStoreError(revision)
    config.attributes["connection"] = connection
    config.attributes["key"] = key
    command.upgrade(config, "head")


def made(url: str) -> SchemaAge:
    """Return how far a database is made, making and changing nothing; raise what opening it would raise."""
    with opening(url):
        known = known_url(url)
        if known.get_backend_name() == "sqlite":
            path = Path(known.database or "").absolute()
            if not path.exists():
                _makable(path)
                return "not_yet"
            # Neither made nor turned into another kind of journal, as `_sqlite` would.
            known = URL.create("sqlite", database=path.as_uri(), query={"mode": "rw", "uri": "true"})
        engine = create_engine(known, poolclass=NullPool, hide_parameters=True)
        try:
            with engine.connect() as connection:
                _need_unicode(connection)
                if not inspect(connection).has_table("alembic_version"):
                    return "not_yet"
                revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
        finally:
            engine.dispose()
    if revision > HEAD:
        raise NewerStoreError(revision)
    return "newest" if revision == HEAD else "older"


def _makable(path: Path) -> None:
    """Raise what making a file there would raise."""
    above = next(one for one in path.parents if one.exists())
    if not above.is_dir():
        raise NotADirectoryError(f"{above} is no folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"nothing may be written in {above}")


@contextmanager
def opening(url: str) -> Iterator[None]:
    """Raise `UnopenedStoreError` for whatever keeps the block from opening the database."""
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise UnopenedStoreError(url, error) from None


def known_url(url: str) -> URL:
    """Return the URL with our driver; a plain `postgresql://` is read by psycopg, in the encoding of our texts."""
    known = make_url(url)
    if known.get_backend_name() == "postgresql":
        # The server's own would be taken: one without a script gives bytes, which nobody here reads.
        return known.set(drivername="postgresql+psycopg").update_query_dict({"client_encoding": "utf8"})
    return known
