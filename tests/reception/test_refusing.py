"""A database that refuses what it is to keep: nothing is sent over and over, and nothing stands still for good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels.sending import Pace, Rate
from bot.storage import Store
from tests.reception.room import Guide, update
from tests.stores import opened, until


@asynccontextmanager
async def _refusing(store: Store, what: str) -> AsyncIterator[None]:
    """Have the database refuse `what` ("UPDATE ON outbox") for the block, as it does when the disk is full."""
    trigger = f"CREATE TRIGGER refusing BEFORE {what} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    await store.write(lambda connection: connection.execute(text(trigger)))
    yield
    await store.write(lambda connection: connection.execute(text("DROP TRIGGER refusing")))


async def test_what_was_sent_is_not_sent_again_while_that_cannot_be_kept(tmp_path: Path) -> None:
    """The person waits until the database takes what became of their reply; then the next one is sent."""
    with opened(f"sqlite:///{tmp_path / 'dalil.db'}") as store:
        guide = Guide(store)
        async with guide.at_work():
            async with _refusing(store, "UPDATE OF state ON outbox"):
                await guide.hears(update(1, "three"))
                await until(lambda: len(guide.platform.got) == 1)
                await asyncio.sleep(2.5)
                assert guide.platform.texts("0600") == ["1:a"]
            await until(lambda: len(guide.platform.got) == 3)
        assert guide.platform.texts("0600") == ["1:a", "1:b", "1:c"]


async def test_nothing_is_sent_of_which_that_could_not_be_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """While the database does not take that a reply is under way it is not sent; afterwards it is, once."""
    with opened(f"sqlite:///{tmp_path / 'dalil.db'}") as store:
        guide = Guide(store)
        async with guide.at_work():
            async with _refusing(store, "UPDATE ON outbox"):
                await guide.hears(update(1, "three"))
                await until(lambda: "event=departure_unmarked" in caplog.text)
                assert guide.platform.got == []
            await until(lambda: len(guide.platform.got) == 3)
        assert guide.platform.texts("0600") == ["1:a", "1:b", "1:c"]


async def test_a_crash_repeats_one_reply_at_most(tmp_path: Path) -> None:
    """What became of a reply is kept before the next one is sent, also where the person's pace makes them wait."""
    url = f"sqlite:///{tmp_path / 'dalil.db'}"
    with opened(url) as store:
        guide = Guide(store, Pace(person=Rate(20, 1)))
        async with guide.at_work():
            await guide.hears(*(update(number, "three") for number in range(4)))
            await until(lambda: len(guide.platform.got) >= 5)
            # As a crash would find it: nobody is told to come to an end.
            rows = await store.read(
                lambda connection: connection.execute(text("SELECT count(*) FROM outbox WHERE state = 'sent'")).scalar()
            )
            assert rows is not None
            assert len(guide.platform.got) - rows <= 1


async def test_a_fault_of_the_database_passes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While not even "sorry" can be kept every message waits; afterwards all are answered, and none was given up."""
    with opened(f"sqlite:///{tmp_path / 'dalil.db'}") as store:
        guide = Guide(store)
        async with guide.at_work():
            async with _refusing(store, "INSERT ON outbox"):
                await guide.reception.accept([update(number) for number in range(3)])
                await until(lambda: "event=sorry_failed" in caplog.text)
            await until(lambda: len(guide.platform.got) == 3)
        assert guide.platform.texts("0600") == ["1:hello", "2:hello", "3:hello"]


def test_several_messages_of_one_reply_count_as_many() -> None:
    """What a reply took beyond the one that was reserved is waited for afterwards."""
    pace = Pace(Rate(10, 1), Rate(1, 2))
    assert pace.reserve("p", 0.0) == 0.0  # type: ignore[arg-type]
    pace.charge("p", 2)  # type: ignore[arg-type]
    assert pace.rest("p", 0.0) == pytest.approx(2.0)  # type: ignore[arg-type]
    assert pace.reserve("q", 0.0) == pytest.approx(0.3)  # type: ignore[arg-type]
