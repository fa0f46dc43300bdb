"""Messages per CPU-second through reception, storage and delivery, with a turn and a sending that cost nothing.

Run it as `python -m bench.storage [--url URL] [--messages N]`; without a URL it uses SQLite, `synchronous=FULL`, in a
folder of its own.
"""

import argparse
import asyncio
import json
import platform
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.sending import Sent
from bot.conversation.conversation import Answer, Conversation
from bot.conversation.events import Event, Turn
from bot.delivery import Delivery, Way
from bot.message import Choice, ChoiceId, Message, PersonId, Reply, Said
from bot.reception import Reception
from bot.storage import Notices, Store, Update

#: As long as a usual turn: two sentences and three choices.
REPLY = Reply(
    "اختاروا الجهة التي توجدون فيها، أو اكتبوا اسم مدينتكم." * 2,
    tuple(Choice(ChoiceId(f"option:region:{number}"), "الدار البيضاء سطات") for number in range(3)),
)


def read(raw: bytes, person: PersonId) -> Message:
    told = json.loads(raw)
    return Message("bench", person, told["id"], Said(told["text"]))


def respond(conversation: Conversation, message: Message, now: datetime) -> Turn:
    trail = (*conversation.trail[-12:], Answer("region", "casablanca"))
    return Turn(Conversation(trail=trail, shown=REPLY.choices), (REPLY,), (Event("flow", about="office"),))


def updates(count: int, people: int) -> list[Update]:
    return [
        Update(
            "bench",
            f"m{n}",
            f"2126{n % people:08}",
            json.dumps({"id": f"m{n}", "text": "بغيت نعرف", "x": "x" * 600}).encode(),
        )
        for n in range(count)
    ]


async def measured(url: str, count: int, people: int, at_once: int) -> None:
    store = Store(url)
    notices = Notices()
    sent = 0
    all_sent = asyncio.Event()
    expected = count

    async def send(address: str, reply: Reply, number: int) -> Sent:
        nonlocal sent
        sent += 1
        if sent >= expected:
            all_sent.set()
        return Sent(f"wamid.{number}")

    def now() -> datetime:
        return datetime.now(UTC)

    delivery = Delivery(store, notices, {"bench": Way(send)}, now=now, chance=random.random)
    reception = Reception(
        store,
        notices,
        read={"bench": read},
        respond=respond,
        sorry={"ar": REPLY, "fr": REPLY},
        now=now,
        told=delivery.tell,
    )
    tasks = [asyncio.create_task(reception.attend()), asyncio.create_task(delivery.run())]
    waiting = updates(count, people)
    commits = store.commits
    begun, cpu = time.perf_counter(), time.process_time()

    async def platform_side() -> None:
        while waiting:
            took = time.perf_counter()
            await reception.accept([waiting.pop()])
            accepted.append(time.perf_counter() - took)

    accepted: list[float] = []
    await asyncio.gather(*(platform_side() for _ in range(at_once)))
    await all_sent.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    accepted.sort()
    print(
        f"{store.url.get_backend_name():10} people={people:5} at_once={at_once:3}"
        f"  {count / cpu:6.0f} messages/CPU-second  {count / seconds:6.0f} messages/second"
        f"  accept p99 {accepted[len(accepted) * 99 // 100] * 1000:5.1f} ms  {(store.commits - commits) / count:.3f} commits/message"
    )
    store.close()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--url")
    words.add_argument("--messages", type=int, default=10_000)
    told = words.parse_args()
    print(platform.node(), platform.machine(), "Python", platform.python_version())
    for people, at_once in ((1_000, 50), (1_000, 5), (1_000, 1)):
        count = told.messages if at_once > 1 else told.messages // 5
        with tempfile.TemporaryDirectory() as folder:
            url = told.url or f"sqlite:///{Path(folder) / 'bench.db'}"
            asyncio.run(measured(url, count, people, at_once))


if __name__ == "__main__":
    main()
