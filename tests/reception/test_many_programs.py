"""Programs that share one PostgreSQL: each does what no other does, hears of it, takes over from a dead one."""

import asyncio
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.message import Message
from bot.storage import person_of
from tests.reception.room import Guide, respond, update
from tests.stores import opened, until


@pytest.fixture
def shared(url: str) -> str:
    """Give the URL of a database that programs can share."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one program")
    return url


async def test_each_attends_what_the_other_does_not(shared: str) -> None:
    """While one program is at its messages, another goes on with those behind them, of people known and new."""
    goes_on = threading.Event()

    def slow(conversation: Conversation, message: Message, now: datetime) -> Turn:
        goes_on.wait(20)
        return respond(conversation, message, now)

    with opened(shared) as one, opened(shared) as other:
        first, second = Guide(one, respond=slow), Guide(other)
        await second.heard(*(update(f"known{n}", address=f"p{n}") for n in range(40)))
        await second.reception.accept([update(n, address=f"p{n}") for n in range(200)])
        async with first.at_work(delivers=False):
            await until(lambda: other.read(_is_begun))
            try:
                async with second.at_work(delivers=False):
                    # Sixty-four are the first one's; nobody waits for them.
                    await until(lambda: other.read(lambda c: _states(c) == {"done": 40 + 136, "waiting": 64}))
            finally:
                goes_on.set()
            await until(lambda: other.read(lambda c: _states(c) == {"done": 240}))
        assert await other.read(_orphans) == 0


def _is_begun(connection: Connection) -> bool:
    return bool(
        connection.execute(text("SELECT count(*) FROM inbox WHERE attempts > 0 AND state = 'waiting'")).scalar()
    )


def _states(connection: Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(text("SELECT state, count(*) FROM inbox GROUP BY state"))}


def _orphans(connection: Connection) -> int:
    found = "SELECT count(*) FROM people p WHERE NOT EXISTS (SELECT 1 FROM identifiers n WHERE n.person = p.id)"
    return int(connection.execute(text(found)).scalar_one())


async def test_what_one_answers_the_other_hears_of(shared: str) -> None:
    """A page that waits at one program, and the one that sends, hear at once of what another has answered."""
    with opened(shared) as one, opened(shared) as other:
        first, second = Guide(one), Guide(other)
        await first.heard(update(1))
        person = await one.read(lambda connection: person_of(connection, "chat", "0600"))
        listening = [asyncio.create_task(guide.reception.listen()) for guide in (first, second)]
        with second.notices.watching(person) as watch, first.notices.watching(person) as own:

            async def is_told() -> bool:
                # Until the other one listens.
                await first.reception.accept([update(f"again{asyncio.get_running_loop().time()}")])
                await asyncio.to_thread(first.attends)
                return await watch.news(0.2)

            await until(is_told)
            assert await own.news(0.1)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def test_strangers_met_by_two_at_once(shared: str) -> None:
    """Two programs that meet the same new people at once leave nobody behind who was never used."""
    with opened(shared) as one, opened(shared) as other:
        first, second = Guide(one), Guide(other)
        for turn in range(5):
            await first.reception.accept([update(f"{turn}-{n}", address=f"new{turn}-{n}") for n in range(60)])
            await asyncio.gather(asyncio.to_thread(first.attends), asyncio.to_thread(second.attends))
        assert await one.read(_orphans) == 0
        assert await one.read(lambda c: c.execute(text("SELECT count(*) FROM people")).scalar()) == 300
        assert await one.read(_states) == {"done": 300}


#: Begins a turn and never ends it, holding its people.
_HANGS = """
import asyncio, sys, time
from tests.reception.room import Guide
from tests.stores import opened
def hangs(conversation, message, now):
    print("begun", flush=True)
    time.sleep(600)
async def main():
    with opened(sys.argv[1]) as store:
        await Guide(store, respond=hangs).reception.attend()
asyncio.run(main())
"""


async def test_one_of_two_is_killed(shared: str) -> None:
    """What a program had begun when it was killed is attended by the other, once, in order, and nobody else waits."""
    with opened(shared) as store:
        guide = Guide(store)
        await guide.reception.accept([update(n, str(n), f"p{n % 5}") for n in range(10)])
        command = [sys.executable, "-c", _HANGS, shared]
        killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert killed.stdout is not None
        await asyncio.to_thread(killed.stdout.readline)
        async with guide.at_work():
            await guide.hears(update("other", "other", "somebody"))
            assert guide.platform.got == [("somebody", "1:other")] or not guide.platform.texts("p0")
            killed.send_signal(signal.SIGKILL)
            await asyncio.to_thread(killed.wait)
            killed.stdout.close()
            await until(lambda: len(guide.platform.got) == 11, 30)
    for person in range(5):
        assert guide.platform.texts(f"p{person}") == [f"1:{person}", f"2:{person + 5}"]
