"""A disk that is full, and a writer that ends: nobody waits for good, and what can go on goes on."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.storage import Store, StoreError, count, figures
from tests.program import ROOT
from tests.stores import opened

#: Takes messages in, many at once, on a disk that is full for the while; then there is room again.
_BURST = """
import asyncio, resource, sys
from bot.storage import StoreError
from tests.reception.room import Guide, update
from tests.stores import opened

async def main():
    with opened(sys.argv[1]) as store:
        guide = Guide(store)
        async with guide.at_work():
            await guide.hears(update("before"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
            posts = [[update(f"{post}-{n}", "x" * 500, f"p{post}") for n in range(200)] for post in range(6)]
            came = await asyncio.gather(*(guide.reception.accept(post) for post in posts), return_exceptions=True)
            assert any(isinstance(error, StoreError) and error.is_passing for error in came), came
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await asyncio.gather(*(guide.reception.accept(post) for post in posts))
            for post in range(6):
                assert await guide.reception.settled("chat", f"m{post}-199", 60)
    print("recovered")

asyncio.run(main())
"""


def _once(connection: Connection, name: str) -> None:
    count(connection, {("2026-11-23", "flow", name): 1})


def _names(connection: Connection) -> set[str]:
    return {about for _, _, about in figures(connection, "2026-01-01", "2026-12-31")}


def _taken_back(connection: Connection) -> None:
    """Do what SQLite does with a full disk: take the whole transaction back, and only then say so."""
    connection.exec_driver_sql("ROLLBACK")
    raise sqlite3.OperationalError("database or disk is full")


async def test_a_transaction_that_sqlite_took_back_ends_its_group_alone(tmp_path: Path) -> None:
    """When SQLite takes a whole group back, each of it is told that it may pass, and the next is written."""
    with opened(f"sqlite:///{tmp_path / 'dalil.db'}") as store:
        together = [store.write(partial(_once, name=name)) for name in "abc"]
        came = await asyncio.wait_for(
            asyncio.gather(*together[:2], store.write(_taken_back), together[2], return_exceptions=True), 10
        )
        assert all(error.is_passing for error in came if isinstance(error, StoreError))
        assert isinstance(came[2], StoreError)
        await asyncio.wait_for(store.write(partial(_once, name="after")), 10)
        kept = await store.read(_names)
        assert kept == {name for name, result in zip("abc", [*came[:2], came[3]], strict=True) if result is None} | {
            "after"
        }


def test_a_burst_on_a_full_disk_is_refused_and_then_taken(tmp_path: Path) -> None:
    """A burst that fills the disk is refused as something that passes; with room again the same burst is taken."""
    done = subprocess.run(
        [sys.executable, "-c", _BURST, f"sqlite:///{tmp_path / 'dalil.db'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "recovered\n", done.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


async def test_a_dead_writer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the thread that writes has ended, whoever waits or comes later is refused, and the program hears."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    stands = asyncio.create_task(store.stands())
    await store.write(partial(_once, name="a"))

    def broken(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("bot.storage.writers.zip", broken, raising=False)
    with pytest.raises(StoreError):
        await asyncio.wait_for(store.write(partial(_once, name="b")), 10)
    with pytest.raises(MemoryError):
        await asyncio.wait_for(stands, 10)
    with pytest.raises(StoreError):
        await asyncio.wait_for(store.write(partial(_once, name="c")), 10)
    store.close()
