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

from bot.channels.sending import Outlet, WasSent
from bot.conversation.conversation import Answer, Conversation
from bot.conversation.events import FlowOpened, Turn
from bot.delivery import Delivery
from bot.message import Choice, ChoiceId, Language, Message, PersonId, Reply, Said
from bot.reception import Notices, Reception
from bot.storage import Store, Update

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
    return Turn(Conversation(trail=trail, shown=REPLY.choices), (REPLY,), (FlowOpened("office"),))


def updates(count: int, people: int) -> list[Update]:
    run = random.random()  # A database that is given may know the messages of an earlier run.
    return [
        Update(
            "bench",
            f"{run}-{n}",
            f"2126{n % people:08}",
            json.dumps({"id": f"m{n}", "text": "بغيت نعرف", "x": "x" * 600}).encode(),
        )
        for n in range(count)
    ]


async def measured(url: str, count: int, people: int, at_once: int, rate: float | None = None) -> None:
    """Print the cost of `count` messages, `at_once` requests at a time, or `rate` a second whatever happens."""
    store = Store(url)
    notices = Notices()
    sent = 0
    all_sent = asyncio.Event()

    async def send(_address: str, _reply: Reply, number: int) -> WasSent:
        nonlocal sent
        sent += 1
        if sent >= count:
            all_sent.set()
        return WasSent(f"wamid.{number}")

    def now() -> datetime:
        return datetime.now(UTC)

    delivery = Delivery(store, {"bench": Outlet(send)}, sent=notices.tell, now=now, chance=random.random)
    sorry: dict[Language, Reply] = {"ar": REPLY, "fr": REPLY}
    reception = Reception(
        store, notices, read={"bench": read}, respond=respond, sorry=sorry, now=now, answered=delivery.tell
    )
    tasks = [asyncio.create_task(reception.attend()), asyncio.create_task(delivery.run())]
    coming = updates(count, people)
    accepted: list[float] = []

    async def accept(update: Update) -> None:
        took = time.perf_counter()
        await reception.accept([update])
        accepted.append(time.perf_counter() - took)

    async def keeps_asking() -> None:
        while coming:
            await accept(coming.pop())

    async def asks_at(rate: float) -> None:
        asked = []
        begun = time.perf_counter()
        for number, update in enumerate(coming):
            if (early := begun + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            asked.append(asyncio.create_task(accept(update)))
        await asyncio.gather(*asked)

    commits = store.commits
    begun, cpu = time.perf_counter(), time.process_time()
    if rate is None:
        await asyncio.gather(*(keeps_asking() for _ in range(at_once)))
    else:
        await asks_at(rate)
    await all_sent.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    accepted.sort()
    how = f"{at_once} at once" if rate is None else f"{rate:.0f} a second"
    print(
        f"{store.url.get_backend_name():10} {how:13} {count / cpu:6.0f} messages/CPU-second"
        f" {count / seconds:6.0f} messages/second   accepted in {accepted[count // 2] * 1000:.1f} ms,"
        f" p99 {accepted[count * 99 // 100] * 1000:.1f} ms   {(store.commits - commits) / count:.3f} commits/message"
    )
    store.close()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--url")
    words.add_argument("--messages", type=int, default=10_000)
    told = words.parse_args()
    print(platform.node(), platform.machine(), "Python", platform.python_version())
    for at_once, rate in ((200, None), (50, None), (5, None), (1, None), (1, 500.0)):
        count = told.messages if at_once > 5 else told.messages // 5
        with tempfile.TemporaryDirectory() as folder:
            url = told.url or f"sqlite:///{Path(folder) / 'bench.db'}"
            asyncio.run(measured(url, count, count // 10, at_once, rate))


if __name__ == "__main__":
    main()
