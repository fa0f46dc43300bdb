"""Messages that end the program, and turns that take long: they cost nobody else anything."""

import asyncio
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.message import Message, Said
from bot.storage import Store, open_cases
from tests.program import ROOT
from tests.reception.room import Guide, respond, update
from tests.stores import opened, until

#: Attends until everything is settled; one word ends it as a segmentation fault would, another one never ends, with the
#: interpreter held, as in a regular expression that tries all ways there are.
_STOPS = """
import asyncio, os, re, signal, sys
from bot.message import Said
from bot.reception import tell_where_it_ended
from tests.reception.room import Guide, respond
from tests.stores import opened
def stopping(before, message, now):
    if message.content == Said("stop"):
        os.kill(os.getpid(), signal.SIGKILL)
    if message.content == Said("endless"):
        re.match("(a+)+$", "a" * 60 + "b")
    return respond(before, message, now)
async def main():
    with opened(sys.argv[1]) as store:
        tell_where_it_ended()
        guide = Guide(store, respond=stopping, turn_seconds=0.5)
        async with guide.at_work(delivers=False):
            for number in range(12):
                assert await guide.reception.settled("chat", f"m{number}")
asyncio.run(main())
"""


@pytest.mark.parametrize(("word", "ending"), [("stop", -signal.SIGKILL), ("endless", -signal.SIGPROF)])
async def test_a_message_that_ends_the_program_is_set_aside_after_two(url: str, word: str, ending: int) -> None:
    """It may end the program twice; then its person is told, staff have a case, and all others are answered."""
    words = ["hello"] * 12
    words[5] = word
    with opened(url) as store:
        await Guide(store).reception.accept([update(n, said, f"p{n % 4}") for n, said in enumerate(words)])
    endings: list[int] = []
    while not endings or endings[-1] != 0:
        line = [sys.executable, "-c", _STOPS, url]
        done = await asyncio.to_thread(
            subprocess.run, line, cwd=ROOT, timeout=60, check=False, text=True, stderr=subprocess.PIPE
        )
        if done.returncode == -signal.SIGPROF:
            # What it was at, and none of anybody's words.
            assert "in stopping" in done.stderr
            assert "endless" not in done.stderr
        endings.append(done.returncode)
        assert len(endings) < 4
    assert endings == [ending, ending, 0]
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work():
            await until(lambda: len(guide.platform.got) == 12)
        assert guide.platform.texts("p1") == ["1:hello", "sorry-ar", "2:hello"]
        for person in ("p0", "p2", "p3"):
            assert guide.platform.texts(person) == ["1:hello", "2:hello", "3:hello"]
        [case] = await store.read(open_cases)
        assert [said.who for said in case.messages] == ["guide"]


async def test_taking_in_does_not_wait_for_turns(store: Store) -> None:
    """While one person's turn takes long, what others write is kept as fast as ever."""

    def slow(before: Conversation, message: Message, now: datetime) -> Turn:
        if message.content == Said("slow"):
            time.sleep(1.5)
        return respond(before, message, now)

    guide = Guide(store, respond=slow)
    async with guide.at_work(delivers=False):
        await guide.reception.accept([update("slow", "slow")])
        await asyncio.sleep(0.2)
        began = time.monotonic()
        for number in range(5):
            await guide.reception.accept([update(number, address=f"p{number}")])
        assert time.monotonic() - began < 1.0
        assert not await guide.reception.settled("chat", "mslow", 0.01)
        for number in range(5):
            assert await guide.reception.settled("chat", f"m{number}")


def test_a_group_of_turns_ends_in_time(store: Store) -> None:
    """Turns that take long go in several commits, and everyone's order holds."""

    def slow(before: Conversation, message: Message, now: datetime) -> Turn:
        time.sleep(0.03)
        return respond(before, message, now)

    guide = Guide(store, respond=slow, group_seconds=0.05)
    asyncio.run(guide.reception.accept([update(number, address=f"p{number % 2}") for number in range(12)]))
    assert guide.attends() > 2
    guide.attends()
    states = store.read_now(lambda c: c.exec_driver_sql("SELECT DISTINCT state FROM inbox").scalars().all())
    assert states == ["done"]


async def test_what_changes_during_a_turn_is_taken_again(store: Store) -> None:
    """When staff change a conversation while a turn is made of it, nothing of either is lost."""
    changed = asyncio.Event()

    def slow(before: Conversation, message: Message, now: datetime) -> Turn:
        if not changed.is_set() and not store.is_shared:
            store.write_now(
                lambda c: c.exec_driver_sql("UPDATE conversations SET version = version + 1, place = place + 1")
            )
            changed.set()
        return respond(before, message, now)

    guide = Guide(store, respond=slow)
    async with guide.at_work():
        await guide.hears(update(1), update(2))
        await until(lambda: guide.platform.texts("0600") == ["1:hello", "2:hello"])
