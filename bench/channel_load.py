"""People who have the conversation through a stand-in platform: so many at once, or so many a second.

The platform is the strict one of the tests, which here holds one call in twenty against the platforms' descriptions. A
person goes on when the whole answer is there; times are counted from the moment at which a message was to be posted,
whether or not the load was late.
"""

import asyncio
import gc
import hashlib
import hmac
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from bench.channel_script import Step
from bench.channel_wire import Wire
from tests.standins import botapi, botapi_platform, graph

#: How long the rest of an answer may take, in seconds, before the message counts as lost.
PATIENCE = 20.0
#: One call in so many is held against the platform's descriptions, as every call is in the tests.
CHECKED = 20
#: Seconds after which at the earliest a person goes on: some bots listen for an answer only once they know that their
#: own message was taken.
PAUSE = 0.1
#: The business-scoped user id of the first person on WhatsApp, less the two letters.
_FIRST_USER = 13_491_208_655_300_000_000


@dataclass(slots=True, eq=False)
class Person:
    """One who writes: how far they are."""

    number: int
    step: int = 0
    #: Messages of the answer that are still to come.
    waits: int = 0
    answered: "asyncio.Future[None] | None" = None


def _sometimes(wrongs: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return the platform's own check of one call in `CHECKED`: on two cores that are one, all of them are felt."""
    calls = count()

    def found(*call: Any) -> list[str]:
        return wrongs(*call) if next(calls) % CHECKED == 0 else []

    return found


class _Heard(list[Any]):
    """What a platform got; somebody listens."""

    def __init__(self, hear: Callable[[Any], None]) -> None:
        super().__init__()
        self._hear = hear

    def append(self, one: Any) -> None:
        self._hear(one)


class Platform(Protocol):
    """A stand-in that people write through."""

    name: str
    base: str
    people: dict[int, Person]

    def posted(self, person: Person, step: Step) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of the webhook that tells of a message."""
        ...

    async def told(self, body: bytes) -> None:
        """Take what the webhook was answered."""
        ...

    def wrong(self) -> int:
        """Return how many calls were refused."""
        ...


def _came(people: dict[int, Person], number: int) -> None:
    person = people.get(number)
    if person is None:
        return
    person.waits -= 1
    if person.waits == 0 and person.answered is not None and not person.answered.done():
        person.answered.set_result(None)


class Telegram:
    """The Bot API's stand-in."""

    name = "telegram"

    def __init__(self, api: botapi.BotApi, *, hears: bool) -> None:
        self.people: dict[int, Person] = {}
        self.base = api.base
        self._api = api
        self._hears = hears
        api.got = _Heard(self._got)

    def _got(self, got: botapi.Got) -> None:
        if got.method == "sendMessage":
            _came(self.people, int(got.params["chat_id"]))

    def posted(self, person: Person, step: Step) -> tuple[dict[str, str], bytes]:
        if step.kind == "text":
            update = self._api.says(person.number, step.said)
        else:
            if not self._hears:
                # They tap what the guide would have shown, had it been allowed to send anything.
                button = {"text": step.said, "callback_data": step.said}
                self._api.chat(person.number).said(1, step.said, {"inline_keyboard": [[button]]})
            update = self._api.taps(person.number, step.said)
        self._api.pending.clear()
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": botapi.SECRET}
        return headers, json.dumps(update).encode()

    async def told(self, body: bytes) -> None:
        if body.startswith(b"{"):
            call = json.loads(body)
            if "method" in call:
                await self._api.do(call.pop("method"), call)

    def wrong(self) -> int:
        return len(self._api.refused)


class WhatsApp:
    """The Graph API's stand-in."""

    name = "whatsapp"

    def __init__(self, api: graph.Graph) -> None:
        self.people: dict[int, Person] = {}
        self.base = api.base
        self._api = api
        self._sent = 0
        #: The message that each person got last, which a tap names.
        self._latest: dict[int, str] = {}
        api.got = _Heard(self._got)

    def _got(self, got: graph.Got) -> None:
        number = int(got.address.removeprefix("MA.")) - _FIRST_USER
        self._latest[number] = got.id
        _came(self.people, number)

    def posted(self, person: Person, step: Step) -> tuple[dict[str, str], bytes]:
        number, user = str(212_600_000_000 + person.number), f"MA.{_FIRST_USER + person.number}"
        self._sent += 1
        # As long as the platform's, which hold the number and 18 random bytes.
        id_ = f"wamid.HBgMMjEyNj{person.number:08}{self._sent:026}"
        if step.kind == "text":
            message = graph.words(id_, step.said, time.time(), from_=number, from_user_id=user)
        else:
            kind = "button_reply" if step.kind == "button" else "list_reply"
            tapped = {"type": kind, kind: {"id": step.said, "title": "x"}}
            message = graph.message(id_, "interactive", tapped, time.time(), from_=number, from_user_id=user)
            message["context"] = {"from": "212500000000", "id": self._latest.get(person.number, "")}
        body = graph.batch([graph.value(message, wa_id=number, user_id=user)])
        signature = hmac.new(graph.APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}, body

    async def told(self, body: bytes) -> None:
        pass

    def wrong(self) -> int:
        return len(self._api.refused)


@asynccontextmanager
async def platform(channel: str, *, hears: bool = True) -> AsyncIterator[Platform]:
    """Run a platform for the block; one that hears nothing has its people go on without the guide's answers."""
    checks = {module: module.wrongs for module in (botapi_platform, graph)}
    for module, check in checks.items():
        module.wrongs = _sometimes(check)  # type: ignore[attr-defined]
    try:
        async with _running(channel, hears=hears) as there:
            yield there
    finally:
        for module, check in checks.items():
            module.wrongs = check  # type: ignore[attr-defined]


@asynccontextmanager
async def _running(channel: str, *, hears: bool) -> AsyncIterator[Platform]:
    if channel == "telegram":
        async with botapi.running() as api:
            yield Telegram(api, hears=hears)
    else:
        async with graph.running() as api_:
            yield WhatsApp(api_)


@dataclass(slots=True)
class Met:
    """What a load met."""

    messages: int = 0
    #: Answers that did not come whole.
    lost: int = 0
    #: Webhooks answered by anything but 200.
    refused: int = 0
    seconds: float = 0.0
    #: From the moment a webhook was to be posted to its answer, each, in seconds.
    webhook: list[float] = field(default_factory=list)
    #: From there to the last message of the answer.
    reply: list[float] = field(default_factory=list)


class Load:
    """People at one guide."""

    def __init__(self, platform: Platform, wire: Wire, path: str, steps: Sequence[Step], *, hears: bool = True) -> None:
        """Take the parts in; people who hear nothing go on once their message was taken."""
        self._platform = platform
        self._hears = hears
        self._wire = wire
        self._path = path
        self._steps = steps
        self._next = 1_000

    def _people(self, count: int) -> deque[Person]:
        first, self._next = self._next, self._next + count
        people = [Person(number) for number in range(first, first + count)]
        self._platform.people = {person.number: person for person in people}
        return deque(people)

    async def at_once(self, people: int, most: int, steps: int | None = None) -> Met:
        """Have so many people go through the conversation, at most so many of them waiting for something.

        With `steps` they stop there.
        """
        met = Met()
        loop = asyncio.get_running_loop()
        ready = self._people(people)
        each = len(self._steps) if steps is None else steps
        left = people * each
        await self._wire.opens(most)

        async def one_after_the_other() -> None:
            nonlocal left
            while left > 0:
                if not ready:
                    await asyncio.sleep(0.001)
                    continue
                left -= 1
                person = ready.popleft()
                if not await self._says(person, time.perf_counter(), met):
                    left -= each - person.step
                elif person.step < each:
                    loop.call_later(PAUSE, ready.append, person)

        with _quiet():
            began = time.perf_counter()
            await asyncio.gather(*(one_after_the_other() for _ in range(most)))
            met.seconds = time.perf_counter() - began
        return met

    async def a_second(self, people: int, rate: float, seed: int = 7) -> Met:
        """Have them write so many a second, by chance: how long the gaps are is not how long the answers take."""
        met = Met()
        loop = asyncio.get_running_loop()
        ready = self._people(people)
        chance = random.Random(seed)
        await self._wire.opens(64)
        with _quiet():
            began = at = time.perf_counter()
            left = people * len(self._steps)
            under_way: set[asyncio.Task[None]] = set()

            async def says(person: Person, at: float) -> None:
                nonlocal left
                if not await self._says(person, at, met):
                    left -= len(self._steps) - person.step
                elif person.step < len(self._steps):
                    loop.call_later(PAUSE, ready.append, person)

            while left > 0:
                at += chance.expovariate(rate)
                while (early := at - time.perf_counter()) > 0:
                    await asyncio.sleep(early if early > 0.002 else 0)
                while not ready and left > 0:
                    await asyncio.sleep(0.001)
                if ready:
                    left -= 1
                    task = asyncio.create_task(says(ready.popleft(), at))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
            await asyncio.gather(*under_way)
            met.seconds = time.perf_counter() - began
        return met

    async def _says(self, person: Person, at: float, met: Met) -> bool:
        """Have a person say the next thing; return whether the whole answer came."""
        step = self._steps[person.step]
        person.step += 1
        person.waits = len(step.answers)
        person.answered = asyncio.get_running_loop().create_future()
        headers, body = self._platform.posted(person, step)
        status, told = await self._wire.post(self._path, headers, body)
        if status == 0:
            # The server closed the connection at that very moment: platforms post it again.
            status, told = await self._wire.post(self._path, headers, body)
        met.webhook.append(time.perf_counter() - at)
        met.messages += 1
        if status != 200:
            met.refused += 1
        if not self._hears:
            met.reply.append(time.perf_counter() - at)
            return True
        await self._platform.told(told)
        try:
            async with asyncio.timeout(PATIENCE):
                await person.answered
        except TimeoutError:
            met.lost += 1
            return False
        met.reply.append(time.perf_counter() - at)
        return True


class _quiet:  # noqa: N801  It reads as what it does.
    """No collection of garbage while something is timed: it would be counted as the guide's."""

    def __enter__(self) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()
        gc.unfreeze()
