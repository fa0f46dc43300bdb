import asyncio
import threading
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.reception import Notices
from bot.storage import Batches, Store, StoreError, figures
from bot.storage.counts import count
from tests.stores import opened


def _counted(about: str) -> "dict[tuple[str, str, str], int]":
    return {("2026-11-23", "flow", about): 1}


def _all(connection: Connection) -> dict[str, int]:
    return {about: n for (_, _, about), n in figures(connection, "2026-01-01", "2026-12-31").items()}


async def test_writes_that_come_together_are_committed_together(store: Store) -> None:
    """On SQLite, what is written at the same time shares one commit; on PostgreSQL each has its own."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        begun.set()
        go_on.wait(10)

    before = store.commits
    first = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    others = [
        asyncio.create_task(store.write(partial(count, happened={("2026-11-23", "flow", f"f{n}"): 1})))
        for n in range(40)
    ]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *others)
    assert store.commits - before == (41 if store.is_shared else 2)
    assert len(await store.read(_all)) == 40


async def test_write_that_fails_takes_nothing_with_it(store: Store) -> None:
    """A write that raises leaves no trace, and its neighbours in the same commit are kept."""

    def bad(connection: Connection) -> None:
        count(connection, _counted("bad"))
        raise LookupError("bad")

    results = await asyncio.gather(
        store.write(lambda connection: count(connection, _counted("before"))),
        store.write(bad),
        store.write(lambda connection: count(connection, _counted("after"))),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), LookupError, type(None)]
    assert await store.read(_all) == {"before": 1, "after": 1}


async def test_refusal_of_the_database_tells_its_kind_alone(store: Store) -> None:
    """What the database refuses is told by kind: never with the words that were to be stored."""
    with pytest.raises(StoreError) as raised:
        await store.write(
            lambda connection: connection.execute(
                text("INSERT INTO case_messages (case_id, who, text, at) VALUES (77, 'person', :secret, 1.0)"),
                {"secret": "my-number-is-0661"},
            )
        )
    assert "0661" not in f"{raised.value} {raised.value.__cause__}"
    assert not raised.value.is_passing


def test_store_works_without_an_event_loop(store: Store) -> None:
    """The terminal and the commands read and write at once."""
    store.write_now(lambda connection: count(connection, _counted("x")))
    assert store.read_now(_all) == {"x": 1}


def test_closing_finishes_what_was_asked(url: str) -> None:
    """Closing the store keeps every write that was asked for before."""
    with opened(url) as store:
        asked = [store._writer.submit(lambda c: count(c, _counted("x"))) for _ in range(200)]
    assert all(one.done() for one in asked)
    with opened(url) as store:
        assert store.read_now(_all) == {"x": 200}


def _pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


async def test_sqlite_outlives_a_power_cut(store: Store) -> None:
    """SQLite keeps a write-ahead log and waits for the disk at every commit."""
    if store.is_shared:
        pytest.skip("about SQLite")
    pragmas = [
        await store.write(partial(_pragma, name=name)) for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert pragmas == ["wal", 2, 1]


async def test_one_of_many_programs_leads(url: str) -> None:
    """Of the programs that share a database one delivers a channel, and the next takes over when it ends."""
    with opened(url) as second:
        with opened(url) as first:
            assert await first.leads("delivery:chat")
            assert await first.leads("delivery:chat")
            if not first.is_shared:
                return
            assert not await second.leads("delivery:chat")
            assert await second.leads("delivery:other")
        assert await second.leads("delivery:chat")


async def test_gathering_writes_what_comes_meanwhile_at_once(store: Store) -> None:
    """Small writes of many are few writes, and one that cannot be written costs only itself."""
    written: list[int] = []

    def write(connection: Connection, items: object) -> None:
        assert isinstance(items, list)
        if "bad" in items:
            raise ValueError("bad")
        written.append(len(items))
        for item in items:
            count(connection, _counted(item))

    gathering = Batches[str](store, write)
    kept = await asyncio.gather(*(gathering.add([f"f{n}"]) for n in range(100)))
    assert kept == [None] * 100
    assert written == [100]
    results = await asyncio.gather(
        gathering.add(["good"]), gathering.add(["bad"]), gathering.add(["better"]), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert {"good", "better"} <= set(await store.read(_all))


async def test_who_waits_is_told() -> None:
    """Who watches before looking misses nothing that comes between the look and the wait."""
    notices = Notices()
    with notices.watching("a") as watch, notices.watching("b") as other:
        notices.tell(["a", "c"])
        assert await watch.news(5)
        assert not await watch.news(0.01)
        assert not await other.news(0.01)
    notices.tell(["a"])
