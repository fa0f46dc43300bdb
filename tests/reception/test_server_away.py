"""A PostgreSQL server that goes away and comes back, and a sender that does not move any more."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.storage import StoreError
from tests.program import ROOT
from tests.reception.room import Guide, update
from tests.stores import opened, until

_LEADS = """
import asyncio, sys
from tests.stores import opened
async def main():
    with opened(sys.argv[1]) as store:
        while True:
            print(await store.leads("delivery:chat"), flush=True)
            await asyncio.sleep(0.2)
asyncio.run(main())
"""


@contextmanager
def _away(url: str) -> Iterator[None]:
    """Take the database away for the block: its connections are cut and new ones are turned down."""
    name = make_url(url).database
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    engine.dispose()


@pytest.fixture
def shared(url: str) -> str:
    """Give a database that several programs share."""
    if url.startswith("sqlite"):
        pytest.skip("about PostgreSQL")
    return url


async def test_a_server_that_was_restarted_is_waited_for(shared: str) -> None:
    """While the server is away messages are refused as something that passes; it goes on within seconds after."""
    with opened(shared) as store:
        guide = Guide(store)
        async with guide.at_work():
            await guide.hears(update(1))
            await until(lambda: guide.platform.texts("0600") == ["1:hello"])
            with _away(shared):
                for number in range(2, 12):
                    with pytest.raises(StoreError) as refused:
                        await guide.reception.accept([update(number)])
                    assert refused.value.is_passing
                    await asyncio.sleep(0.3)
            await guide.hears(update(20))
            await until(lambda: guide.platform.texts("0600") == ["1:hello", "2:hello"], 20)


async def test_a_sender_that_does_not_move_is_replaced(shared: str) -> None:
    """A program that is stopped in the middle loses its lead within 30 s, and knows so when it goes on."""
    with opened(shared) as store:
        other = subprocess.Popen([sys.executable, "-c", _LEADS, shared], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "True\n"
            assert not await store.leads("delivery:chat")
            os.kill(other.pid, signal.SIGSTOP)
            await until(lambda: store.leads("delivery:chat"), 30)
            assert store.still_leads("delivery:chat")
            os.kill(other.pid, signal.SIGCONT)
            lines = iter(other.stdout.readline, "")
            assert any(line == "False\n" for line, _ in zip(lines, range(20), strict=False))
            assert await store.leads("delivery:chat")
        finally:
            other.kill()
            other.wait()
            if other.stdout is not None:
                other.stdout.close()
