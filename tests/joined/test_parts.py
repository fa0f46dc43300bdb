"""A guide of which one part failed ends, so that whoever runs it begins it again."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pytest
from starlette.types import ASGIApp

from bot.app import built, running, watch
from bot.channels.channel import Keeper, ReadUpdate
from bot.channels.sending import Outlet
from bot.config import Config
from bot.content.keeping import FolderKeep
from bot.content.releases import Shelf
from bot.conversation.events import Turn
from bot.message import Message, Said
from tests.program import ROOT, copied
from tests.stores import until


class _Broken:
    """A platform that fails a moment after the start, by a fault that nobody foresaw."""

    def __init__(self) -> None:
        self.name: str = "broken"
        self.outlet: Outlet | None = None
        self.has_listening: bool = True
        self.read: ReadUpdate = lambda _raw, person: Message(self.name, person, "", Said(""))

    async def recording(self, _media: str) -> bytes:
        return b""

    def web_instead(self) -> str:
        return ""

    def note_turn(self, _message: Message, _turn: Turn, _now: datetime) -> None:
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
    guide = replace(built(config, Shelf(ROOT, FolderKeep(ROOT / "var"))), channels=(_Broken(),))
    caplog.set_level(logging.ERROR)
    async with running(guide, config) as failed:
        assert not failed.is_set()
        await asyncio.wait_for(failed.wait(), 5)
    assert "event=part_failed part=broken error=ZeroDivisionError at=test_parts.py:" in caplog.text
    assert "somebody" not in caplog.text


class _Failing(FolderKeep):
    """A folder of releases that raises, one after the other, whatever it was given to raise."""

    raising: ClassVar[list[type[BaseException]]] = []

    def taken(self, name: str) -> bytes | None:
        if self.raising:
            raise self.raising.pop(0)("what somebody wrote")
        return super().taken(name)


async def test_nothing_that_an_edit_does_ends_the_look_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is raised while an edit is read is logged by its kind; what is live answers, and an edit is taken."""
    root = copied(tmp_path, is_ready=True)
    shelf = Shelf(root, _Failing(root / "var"))
    good = shelf.library
    kinds = [RecursionError, MemoryError, PermissionError, ZeroDivisionError]
    _Failing.raising.extend(kinds)
    caplog.set_level(logging.INFO)
    looking = asyncio.create_task(watch(shelf, 0.01))
    file = root / "faq" / "about.yaml"
    before = file.read_text("utf-8")
    try:
        for number, kind in enumerate(kinds):
            file.write_text(before + "\n" * (number + 1), "utf-8")
            await until(lambda kind=kind: f"error={kind.__name__}" in caplog.text)  # type: ignore[misc]
        assert shelf.library is good
        file.write_text(before, "utf-8")
        await until(lambda: "event=content_taken" in caplog.text)
    finally:
        looking.cancel()
    assert "somebody" not in caplog.text
