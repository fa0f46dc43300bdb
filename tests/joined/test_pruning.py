"""The running guide deletes by itself what is older than it may be."""

import asyncio
import logging
from functools import partial
from pathlib import Path

import pytest

from bot import app
from bot.storage import Retention, Unreadable, keep_unread, unread_things
from tests.stores import opened, until


async def test_pruned_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Soon after its start and then daily the guide deletes what is old, and goes on after an error of the database."""
    monkeypatch.setattr(app, "_CLOCK_LOOK", 0.01)
    monkeypatch.setattr(app, "_FIRST_PRUNING", 0.0)
    monkeypatch.setattr(app, "_NEXT_PRUNING", 0.01)
    caplog.set_level(logging.INFO)
    with opened(f"sqlite:///{tmp_path / 'dalil.db'}") as store:
        things = [Unreadable("web", "u", "kind", b"x")]
        store.write_now(lambda connection: connection.exec_driver_sql("ALTER TABLE unread RENAME TO away"))
        task = asyncio.create_task(app.prune_daily(store, Retention()))
        await until(lambda: "event=prune_failed" in caplog.text)
        await store.write(lambda connection: connection.exec_driver_sql("ALTER TABLE away RENAME TO unread"))
        await store.write(partial(keep_unread, things=things, now=0.0))

        async def is_gone() -> bool:
            return not await store.read(unread_things)

        await until(is_gone)
        await until(lambda: "event=pruned unread=1" in caplog.text)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
