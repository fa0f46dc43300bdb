"""Simulated people at a whole guide: their messages are kept, attended and answered as anybody's are.

They write through a channel of their own, which delivery sends to like to a platform, so that what is measured is all
of a message but the platform's own protocol. Somebody goes on when the whole answer is there. Told beside it is which
steps of the flows and which entries of the FAQ somebody came to, and which nobody did.
"""

import asyncio
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from time import perf_counter, process_time
from typing import Final

import msgspec
from starlette.types import ASGIApp

from bot.channels.channel import Keeper, ReadUpdate
from bot.channels.incoming import UnheardError
from bot.channels.sending import Outlet, WasSent
from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import EntryAnswered, Turn
from bot.conversation.flow import Ask, Assess, HandOver, Nearest, Offer, Say, Stations, Step, Steps, When, branches_of
from bot.conversation.library import Library
from bot.conversation.walk import steps_passed
from bot.message import MAIN, ChoiceId, Chose, Content, Located, Message, PersonId, Reply, Said, Sent, VoiceHeard
from bot.simulation.people import People
from bot.simulation.person import DeadEnd, End, Person
from bot.storage import Update


class Coverage:
    """What was come to of one release."""

    def __init__(self, library: Library, on: date) -> None:
        self._library, self._on = library, on
        #: Every step by what it is called; two that are alike are two.
        self._names: dict[int, str] = {
            id(step): name for flow in library.flows.values() for name, step in _named(flow.id, flow.steps)
        }
        self._steps: set[int] = set()
        self._entries: set[str] = set()
        self._followed: set[tuple[str, frozenset[tuple[str, Value]]]] = set()

    def note(self, turn: Turn) -> None:
        """Take note of where a turn led to."""
        for event in turn.events:
            if isinstance(event, EntryAnswered):
                self._entries.add(event.entry)
        self._follow(turn.conversation)

    def _follow(self, conversation: Conversation) -> None:
        stands = (self._library.flow_of(conversation).id, frozenset(conversation.facts.items()))
        if stands in self._followed:
            return
        self._followed.add(stands)
        self._steps.update(map(id, steps_passed(conversation, self._library, self._on)))

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps were come to, and how many there are."""
        return len(self._steps & self._names.keys()), len(self._names)

    @property
    def entries(self) -> tuple[int, int]:
        """How many entries were answered, and how many there are."""
        return len(self._entries & self._library.entries.keys()), len(self._library.entries)

    def steps_left(self) -> list[str]:
        """Return the steps that nobody came to, in the order of the flows."""
        return [name for step, name in self._names.items() if step not in self._steps]

    def entries_left(self) -> list[str]:
        """Return the entries that answered nobody."""
        return [name for name in self._library.entries if name not in self._entries]


def _named(where: str, steps: Steps) -> Iterator[tuple[str, Step]]:
    """Yield each step of a tree with its place and what it is."""
    for number, step in enumerate(steps, 1):
        here = f"{where}/{number}"
        yield f"{here} {_kind(step)}", step
        about = f"{step.fact}=" if isinstance(step, When) else ""
        for values, branch in branches_of(step):
            told = ",".join("yes" if one is True else "no" if one is False else str(one) for one in values)
            yield from _named(f"{here} {about}{told or 'else'}", branch)


def _kind(step: Step) -> str:
    match step:
        case Say(text):
            return f"say «{text.of(MAIN).strip().splitlines()[0][:40]}»"
        case Ask(fact):
            return f"ask {fact}"
        case When(fact):
            return f"when {fact}"
        case Nearest(kind):
            return f"nearest {kind}"
        case Assess(schemes):
            return f"assess {' '.join(schemes)}"
        case Offer():
            return "offer"
        case Stations():
            return "stations"
        case HandOver():
            return "hand over"


NAME: Final = "simulation"
#: Seconds after which an answer that has not come is lost.
_PATIENCE: Final = 60.0
#: People under way at a time, where nothing else is asked for.
_AT_ONCE: Final = 200


class _Raw(msgspec.Struct, omit_defaults=True):
    """A message as it is posted."""

    id: str
    say: str | None = None
    tap: str | None = None


@dataclass(slots=True)
class _Exchange:
    """One message, and its answer as far as it came."""

    answered: "asyncio.Future[Turn | None]"
    turn: Turn | None = None
    replies: int = 0


class SimulatedChannel:
    """The channel of the simulated people: what is sent to it is handed to whoever waits for it."""

    def __init__(self) -> None:
        self.name: str = NAME
        self.read: ReadUpdate = self._read
        self.outlet: Outlet | None = Outlet(self._send)
        self.has_listening: bool = True
        self.replies = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exchanges: dict[str, _Exchange] = {}

    def _read(self, raw: bytes, person: PersonId) -> Message:
        posted = msgspec.json.decode(raw, type=_Raw)
        content: Content = Said(posted.say or "") if posted.tap is None else Chose(ChoiceId(posted.tap))
        return Message(NAME, person, posted.id, content)

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Take note of what a message led to."""
        exchange = self._exchanges.get(message.external_id.partition("-")[0])
        if exchange is None:
            return
        exchange.turn = turn
        if not turn.replies and self._loop is not None:
            # Nobody is answered: staff have the word.
            self._loop.call_soon_threadsafe(_settle, exchange)

    async def _send(self, address: str, _reply: Reply, number: int) -> WasSent:
        self.replies += 1
        exchange = self._exchanges.get(address)
        if exchange is not None:
            exchange.replies += 1
            if exchange.turn is None or exchange.replies >= len(exchange.turn.replies):
                _settle(exchange)
        return WasSent(str(number))

    def expects(self, address: str) -> _Exchange:
        """Return the exchange that begins with a message from an address."""
        self._loop = asyncio.get_running_loop()
        exchange = self._exchanges[address] = _Exchange(self._loop.create_future())
        return exchange

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return nothing."""
        return {}

    async def recording(self, media: str) -> bytes:
        """Return nothing: nobody here records anything."""
        raise UnheardError("away")

    def web_instead(self) -> str:
        """Return nothing."""
        return ""

    async def run(self, keeper: Keeper) -> None:
        """Wait."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Do nothing."""


def _settle(exchange: _Exchange) -> None:
    if not exchange.answered.done():
        exchange.answered.set_result(exchange.turn)


@dataclass(slots=True)
class CrowdOutcome:
    """What came of a crowd."""

    people: int = 0
    messages: int = 0
    replies: int = 0
    #: Messages whose answer never came, and those that were answered by an apology for a fault of ours.
    lost: int = 0
    failed: int = 0
    seconds: float = 0.0
    #: CPU seconds of the guide and of the people, who are in one process.
    cpu: float = 0.0
    #: Seconds until a message was kept, and until its whole answer was sent.
    kept: "array[float]" = field(default_factory=lambda: array("f"))
    answered: "array[float]" = field(default_factory=lambda: array("f"))
    #: How the conversations ended, by the kind of person.
    ends: Counter[tuple[str, End]] = field(default_factory=Counter)
    dead_ends: Counter[DeadEnd] = field(default_factory=Counter)

    @property
    def success(self) -> float:
        """The share of people who got what they came for."""
        reached = sum(times for (_, end), times in self.ends.items() if end == "reached")
        return reached / self.people if self.people else 0.0


def percentile(values: "array[float]", percent: float) -> float:
    """Return the value that so many percent do not exceed; 0 where there are none."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)] if values else 0.0


class SimulatedCrowd:
    """So many people, drawn by a seed."""

    def __init__(
        self, people: People, channel: SimulatedChannel, keeper: Keeper, coverage: Coverage, seed: int
    ) -> None:
        self._people, self._channel, self._keeper = people, channel, keeper
        self._coverage, self._seed = coverage, seed
        self.outcome = CrowdOutcome()
        self._begun = (perf_counter(), process_time())

    async def lives(
        self, number: int, rate: float | None, told: Callable[[CrowdOutcome], object] = lambda _: None
    ) -> CrowdOutcome:
        """Have so many people come and go, `rate` of them a second by chance, else as fast as they are answered."""
        self._begun = (perf_counter(), process_time())
        room = asyncio.Semaphore(_AT_ONCE if rate is None else number)
        chance = Random(f"{self._seed}/arrivals")  # noqa: S311  nothing is to be kept secret
        telling = asyncio.create_task(self._tells(told))
        at = perf_counter()
        try:
            async with asyncio.TaskGroup() as group:
                for place in range(number):
                    await room.acquire()
                    if rate is not None:
                        at += chance.expovariate(rate)
                        await asyncio.sleep(max(0.0, at - perf_counter()))
                    group.create_task(self._lives(place)).add_done_callback(lambda _: room.release())
        finally:
            telling.cancel()
        self._measure()
        told(self.outcome)
        return self.outcome

    async def _tells(self, told: Callable[[CrowdOutcome], object]) -> None:
        while True:
            await asyncio.sleep(0.25)
            self._measure()
            told(self.outcome)

    def _measure(self) -> None:
        self.outcome.seconds = perf_counter() - self._begun[0]
        self.outcome.cpu = process_time() - self._begun[1]
        self.outcome.replies = self._channel.replies

    async def _lives(self, number: int) -> None:
        """Live one person's conversation."""
        personas = self._people.personas
        draw = Random(f"{self._seed}/{number}")  # noqa: S311
        person = Person(self._people, personas[number % len(personas)], draw)
        life = person.life()
        step = 0
        end: End = "lost"
        try:
            content = next(life)
            while True:
                turn = await self._exchange(number, step, content)
                if turn is None:
                    break
                step += 1
                content = life.send(turn)
        except StopIteration as stopped:
            end = stopped.value
        self.outcome.people += 1
        self.outcome.ends[person.persona.kind, end] += 1
        self.outcome.dead_ends.update(person.dead_ends)

    async def _exchange(self, number: int, step: int, content: Content) -> Turn | None:
        """Return the turn that a message led to, once all of its answer was sent; None where there was none."""
        address = str(number)
        exchange = self._channel.expects(address)
        raw = _posted(f"{number}-{step}", content)
        began = perf_counter()
        await self._keeper.accept([Update(NAME, f"{number}-{step}", address, raw)])
        self.outcome.kept.append(perf_counter() - began)
        self.outcome.messages += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                turn = await exchange.answered
        except TimeoutError:
            self.outcome.lost += 1
            return None
        self.outcome.answered.append(perf_counter() - began)
        if turn is None:
            self.outcome.failed += 1
            return None
        self._coverage.note(turn)
        return turn


def _posted(name: str, content: Content) -> bytes:
    match content:
        case Said(text):
            return msgspec.json.encode(_Raw(name, say=text))
        case Chose(choice):
            return msgspec.json.encode(_Raw(name, tap=choice))
        case Located() | Sent() | VoiceHeard():
            raise ValueError(f"nobody sends a {type(content).__name__} here")
