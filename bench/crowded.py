"""What a message costs with many people in the store, how long forgetting takes there, and several programs at once.

Run it as `python -m bench.crowded [--people 10000 100000 1000000] [--store URL] [--programs URL]`: the people on SQLite
in a folder of its own, or in the PostgreSQL database of the benchmark at URL, which is EMPTIED; the programs on the
one at theirs, which is filled and not emptied.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bench.storage import REPLY, measured, read, respond, updates
from bot.channels.sending import Outlet, WasSent
from bot.conversation.conversation import Conversation
from bot.delivery import Delivery
from bot.message import Language
from bot.reception import Notices, Reception
from bot.storage import Store
from bot.storage.identity import forget
from bot.storage.tables import encoded

_ROWS = 10_000


def fill(store: Store, people: int) -> None:
    """Have so many people in the store, each with a message and its reply."""
    state, reply, now = encoded(Conversation()), encoded(REPLY), time.time() - 3600
    statements = (
        "INSERT INTO people (id, created) VALUES (:person, :now)",
        "INSERT INTO conversations (person, state, version, updated, place) VALUES (:person, :state, 1, :now, 2)",
        "INSERT INTO identifiers (channel, address, person, is_lent) VALUES ('bench', :address, :person, false)",
        "INSERT INTO inbox (channel, mark, address, person, raw, received, state, attempts, kind, said, place)"
        " VALUES ('bench', :mark, :address, :person, :nothing, :now, 'done', 1, 'said', 'hello', 1)",
        "INSERT INTO outbox (person, channel, address, who, place, reply, created, state, due, attempts, backs_off)"
        " VALUES (:person, 'bench', '', 'guide', 2, :reply, :now, 'sent', :now, 1, false)",
    )

    def filled(connection: Connection, first: int) -> None:
        rows = [
            {
                "person": f"{number * 2654435761 % (1 << 64):032x}",
                "address": f"old{number}",
                "mark": number.to_bytes(16, "big"),
                "now": now,
                "state": state,
                "reply": reply,
                "nothing": b"",
            }
            for number in range(first, min(first + _ROWS, people))
        ]
        for sentence in statements:
            connection.execute(text(sentence), rows)

    for first in range(0, people, _ROWS):
        store.write_now(partial(filled, first=first))


async def crowded(people: int, messages: int) -> None:
    """Print what messages cost with so many people in the store, and how long one of them takes to be forgotten."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        store = Store(url, synchronous="OFF")
        fill(store, people)
        store.close()
        size = (Path(folder) / "bench.db").stat().st_size / 1e6
        sys.stdout.write(f"{people:,} people, {size:,.0f} MB: ")
        sys.stdout.flush()
        await measured(url, messages, messages // 10, 200)
        await _forgotten(url, people)
        store = Store(url)
        begun, cpu = time.perf_counter(), time.process_time()
        await store.compact()
        rewriting = f"{time.perf_counter() - begun:.1f} s, {time.process_time() - cpu:.1f} s CPU"
        store.close()
        sys.stdout.write(f"; writing the file anew {rewriting}\n")


async def _forgotten(url: str, people: int) -> None:
    """Print how long it takes at most to forget one of them."""
    store, took = Store(url), []
    for number in range(0, people, max(1, people // 9)):
        person = store.read_now(partial(_person, address=f"old{number}"))
        begun = time.perf_counter()
        await store.write(partial(forget, person=person, last=1 << 60, now=time.time(), keeps_names=False))
        took.append(time.perf_counter() - begun)
    store.close()
    sys.stdout.write(f"  forgetting {max(took) * 1000:.0f} ms at most")


async def crowded_server(url: str, people: int, messages: int) -> None:
    """Print the same of a PostgreSQL database, which is emptied first; what its own processes take is not in it."""
    store = Store(url)
    store.write_now(lambda at: at.execute(text("DROP SCHEMA public CASCADE")))
    store.write_now(lambda at: at.execute(text("CREATE SCHEMA public")))
    store.close()
    store = Store(url)
    fill(store, people)
    store.write_now(lambda at: at.execute(text("ANALYZE")))
    size = store.read_now(lambda at: at.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    store.close()
    sys.stdout.write(f"{people:,} people, {size / 1e6:,.0f} MB: ")
    sys.stdout.flush()
    await measured(url, messages, messages // 10, 200)
    await _forgotten(url, people)
    sys.stdout.write("\n")


def _person(connection: Connection, address: str) -> Any:
    return connection.execute(text("SELECT person FROM identifiers WHERE address = :a"), {"a": address}).scalar_one()


async def program(url: str, number: int, rate: float, seconds: float) -> None:
    """Be one of several programs: take in `rate` messages a second, attend and send with the others, tell of it."""
    store, notices = Store(url), Notices()

    async def send(_address: str, _reply: object, outbox: int) -> WasSent:
        return WasSent(f"wamid.{outbox}")

    def now() -> datetime:
        return datetime.now(UTC)

    delivery = Delivery(store, {"bench": Outlet(send)}, sent=notices.tell, now=now, chance=lambda: 0.0)
    sorry: dict[Language, Any] = {"ar": REPLY, "fr": REPLY}
    reception = Reception(
        store, notices, read={"bench": read}, respond=respond, sorry=sorry, now=now, answered=delivery.tell
    )
    work = [reception.attend(), delivery.run(), reception.listen(), store.stands()]
    tasks = [asyncio.create_task(one) for one in work]
    took: list[float] = []

    async def one(update: Any) -> None:
        begun = time.perf_counter()
        await reception.accept([update])
        await reception.settled(update.channel, update.external_id)
        took.append(time.perf_counter() - begun)

    coming = updates(int(rate * seconds), int(rate * seconds) // 10)
    await asyncio.sleep(1 + number * 0.1)
    asked, begun, cpu = [], time.perf_counter(), time.process_time()
    for place, update in enumerate(coming):
        if (early := begun + place / rate - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        asked.append(asyncio.create_task(one(update)))
    await asyncio.gather(*asked)
    lasted, cpu = time.perf_counter() - begun, time.process_time() - cpu
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    store.close()
    sys.stdout.write(json.dumps({"took": took, "cpu": cpu, "lasted": lasted}))


def programs(url: str, number: int, rate: float, seconds: float) -> None:
    """Print how many messages so many programs answer together, and how long each took."""
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.crowded",
                "--one",
                f"{place},{rate / number},{seconds}",
                "--url",
                url,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(number)
    ]
    told = [json.loads(one.communicate()[0]) for one in running]
    took = sorted(second for one in told for second in one["took"])
    cpu = sum(one["cpu"] for one in told)
    lasted = max(one["lasted"] for one in told)
    sys.stdout.write(
        f"{number} programs, {rate:.0f} a second: {len(took) / lasted:.0f} answered a second,"
        f" {len(took) / cpu:.0f} a CPU-second of theirs, p50 {took[len(took) // 2] * 1000:.0f} ms,"
        f" p99 {took[len(took) * 99 // 100] * 1000:.0f} ms\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--people", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    words.add_argument("--messages", type=int, default=4000)
    words.add_argument("--store", metavar="URL")
    words.add_argument("--programs", metavar="URL")
    words.add_argument("--rate", type=float, nargs="*", default=[100.0])
    words.add_argument("--one", help=argparse.SUPPRESS)
    words.add_argument("--url", help=argparse.SUPPRESS)
    told = words.parse_args(arguments)
    if told.one:
        place, rate, seconds = told.one.split(",")
        asyncio.run(program(told.url, int(place), float(rate), float(seconds)))
        return
    if told.programs:
        for rate in told.rate:
            for number in (1, 2, 4):
                programs(told.programs, number, rate, 8.0)
        return
    for people in told.people:
        asyncio.run(crowded_server(told.store, people, told.messages) if told.store else crowded(people, told.messages))


if __name__ == "__main__":
    main()
