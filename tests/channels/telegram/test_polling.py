"""Fetching: the offset moves only once everything before it is kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.channels.channel import Intake
from bot.channels.telegram.api import Courtesies, TelegramBot
from bot.channels.telegram.arrivals import Polling
from tests.standins.botapi import SECRET, TOKEN, BotApi, Fault, running
from tests.stores import until


class _Room:
    """Polling, and a program that keeps everything in memory and can be broken."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.line = TelegramBot(TOKEN, base=api.base, patience=5)
        self.kept: list[Any] = []
        self.broken = 0
        self.leading = True
        self.courtesies = Courtesies(self.line.attempt, self.is_attended)
        rooms = Intake(self.keep, self.keep, self.keep, blocking=self.keep)
        self.polling = Polling(self.line, rooms, self.courtesies, leads=self.leads, wait=1, first_rest=0.01)

    async def keep(self, items: Sequence[Any]) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is full")
        self.kept += items

    async def is_attended(self, _external_id: str) -> bool:
        return True

    async def leads(self) -> bool:
        return self.leading

    @property
    def offsets(self) -> list[int]:
        """The offsets asked with."""
        return [asked["offset"] for asked in self.api.calls("getUpdates")]


@pytest.fixture
async def room() -> AsyncIterator[_Room]:
    """Give polling at work."""
    async with running() as api:
        made = _Room(api)
        task = asyncio.create_task(made.polling.run())
        yield made
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await made.courtesies.close()
        await made.line.close()


async def test_confirms_only_what_is_kept(room: _Room) -> None:
    """An update that could not be kept is fetched again, and the platform forgets it once it is."""
    room.broken = 3
    first = room.api.says(7, "سلام")["update_id"]
    await until(lambda: len(room.kept) == 1)
    assert room.offsets[:4] == [0, 0, 0, 0]
    room.api.says(7, "شكرا")
    await until(lambda: len(room.kept) == 2)
    await until(lambda: room.api.pending == [])
    assert first + 1 in room.offsets


async def test_takes_a_webhook_away_first(room: _Room) -> None:
    """A webhook set before is taken away without losing what waits, for the platform allows one way only."""
    await until(lambda: len(room.api.calls("deleteWebhook")) == 1)
    assert room.api.calls("deleteWebhook") == [{"drop_pending_updates": False}]


async def test_goes_on_after_errors(room: _Room, caplog: pytest.LogCaptureFixture) -> None:
    """Errors, cuts and pages of the platform are logged without the token and outlived."""
    faults = [Fault(status=502), Fault("cut"), Fault("page"), Fault("cut_after")]
    room.api.fail("getUpdates", *faults)
    room.api.says(7, "سلام")
    await until(lambda: len(room.kept) == 1)
    assert "event=fetch_failed channel=telegram reason=server_error" in caplog.text
    assert TOKEN not in caplog.text


async def test_waits_while_another_program_fetches(room: _Room) -> None:
    """Of several programs on one database only the one that leads fetches."""
    room.leading = False
    await asyncio.sleep(0.03)
    room.api.says(7, "سلام")
    await asyncio.sleep(0.05)
    assert len(room.kept) <= 1
    room.leading = True
    await until(lambda: len(room.kept) == 1)


async def test_keeps_what_it_cannot_read(room: _Room) -> None:
    """A broken update beside a good one is kept for staff, and both are passed."""
    room.api.tell(message={"chat": 7})
    room.api.says(7, "سلام")
    await until(lambda: len(room.kept) == 2)
    assert {type(one).__name__ for one in room.kept} == {"Unreadable", "Incoming"}
    await until(lambda: room.api.pending == [])


async def test_acknowledges_taps(room: _Room) -> None:
    """A fetched tap is acknowledged by a call of its own."""
    room.api.webhook = {}
    room.api.chat(7).said(1, "هل؟", {"inline_keyboard": [[{"text": "نعم", "callback_data": "a:x:yes"}]]})
    room.api.taps(7, "نعم")
    await until(lambda: len(room.api.calls("answerCallbackQuery")) == 1)
    assert room.api.calls("answerCallbackQuery")[0]["text"] == "نعم"
    assert SECRET not in str(room.api.got)
