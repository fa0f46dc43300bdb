"""Programs that are killed in the middle of their work: nothing is lost and no message counts twice."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, text

from bot.storage.tables import stored_conversation
from tests.reception.room import Guide, update
from tests.stores import opened, until

#: Takes messages in until it is killed, telling each number once it is kept.
_TAKES = """
import asyncio, sys
from tests.reception.room import Guide, update
from tests.stores import opened
async def main():
    with opened(sys.argv[1]) as store:
        guide = Guide(store)
        async def takes():
            number = 0
            while True:
                await guide.reception.accept([update(number, str(number), "p%d" % (number % 7))])
                print(number, flush=True)
                number += 1
        if sys.argv[2] == "attends":
            async with guide.at_work():
                await takes()
        await takes()
asyncio.run(main())
"""


def _kept_until_killed(url: str, how: str, lines: int) -> int:
    """Return the last number that the program said was kept before it was killed."""
    program = subprocess.Popen(
        [sys.executable, "-c", _TAKES, url, how], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert program.stdout is not None
    for line in program.stdout:
        if int(line) >= lines:
            program.send_signal(signal.SIGKILL)
            break
    last = max([lines, *(int(line) for line in program.stdout if line.endswith("\n"))])
    program.stdout.close()
    program.wait()
    return last


async def _every_message_counted_once(url: str, last: int) -> None:
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work():
            assert await guide.reception.settled("chat", f"m{last}")
            await until(lambda: store.read(_is_all_sent))
        states = await store.read(
            lambda connection: connection.execute(
                text("SELECT i.address, c.state FROM conversations c JOIN identifiers i ON i.person = c.person")
            ).all()
        )
        for address, state in states:
            numbers = [answer.value for answer in stored_conversation(state).trail]
            # The trail keeps the latest; those of one person are seven apart, without a gap, none twice.
            kept = [int(str(value)[1:]) for value in numbers]
            assert kept == list(range(kept[0], kept[-1] + 1, 7))
            assert last - kept[-1] < 7 or kept[-1] > last
            assert address == f"p{kept[0] % 7}"
        replies = await store.read(
            lambda connection: connection.execute(text("SELECT person, reply FROM outbox ORDER BY id")).all()
        )
        said: dict[str, list[int]] = {}
        for person, reply in replies:
            said.setdefault(person, []).append(int(json.loads(reply)["text"].partition(":")[2]))
        assert all(numbers == sorted(set(numbers)) for numbers in said.values())


def _is_all_sent(connection: Connection) -> bool:
    waiting = connection.execute(text("SELECT count(*) FROM outbox WHERE state = 'waiting'"))
    return bool(waiting.scalar() == 0)


async def test_killed_between_taking_in_and_attending(url: str) -> None:
    """What was taken in before the program was killed is attended by the next one."""
    last = await asyncio.to_thread(_kept_until_killed, url, "takes", 60)
    await _every_message_counted_once(url, last)


async def test_killed_in_the_middle_of_everything(url: str) -> None:
    """Killed while it attends and sends, the program goes on where it stopped: each message has counted once."""
    last = await asyncio.to_thread(_kept_until_killed, url, "attends", 60)
    await _every_message_counted_once(url, last)


async def test_what_was_delivered_again_after_a_crash(url: str) -> None:
    """A platform that has no answer because we were killed delivers again; what we had kept counts once."""
    last = await asyncio.to_thread(_kept_until_killed, url, "attends", 40)
    with opened(url) as store:
        guide = Guide(store)
        again = [update(number, str(number), f"p{number % 7}") for number in range(last + 7)]
        async with guide.at_work():
            await guide.hears(*again)
    await _every_message_counted_once(url, last)
