"""A guide of which one part failed ends, so that whoever runs it begins it again."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from bot.app import built, running
from bot.channels.channel import Keeper, ReadUpdate
from bot.channels.sending import Outlet
from bot.config import Config
from bot.content.shelf import Shelf
from bot.conversation.events import Turn
from bot.message import Message, Said
from tests.program import ROOT


class _Broken:
    """A platform that fails a moment after the start, by a fault that nobody foresaw."""

    def __init__(self) -> None:
        self.name: str = "broken"
        self.outlet: Outlet | None = None
        self.read: ReadUpdate = lambda _raw, person: Message(self.name, person, "", Said(""))

    def web_instead(self) -> str:
        return ""

    def note_turn(self, _turn: Turn, _now: datetime) -> None:
        pass

    def mounted(self, _keeper: Keeper) -> Mapping[str, ASGIApp]:
        return {}

    async def run(self, _keeper: Keeper) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._failing())

    async def _failing(self) -> None:
        await asyncio.sleep(0.05)
        raise ZeroDivisionError("what somebody wrote")

    async def close(self) -> None:
        pass


async def test_a_part_that_fails_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the part, the kind of the error and its line, without its words; what waits for it hears of it."""
    config = Config(store=f"sqlite:///{tmp_path / 'dalil.db'}", content=ROOT, reload_every=0.0)
    guide = replace(built(config, Shelf(ROOT, ROOT / "var")), channels=(_Broken(),))
    caplog.set_level(logging.ERROR)
    async with running(guide, config) as failed:
        assert not failed.is_set()
        await asyncio.wait_for(failed.wait(), 5)
    assert "event=part_failed part=broken error=ZeroDivisionError at=test_parts.py:" in caplog.text
    assert "somebody" not in caplog.text
