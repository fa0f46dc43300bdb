"""A small guide to receive and deliver for: its turn says how many messages it has seen, and does what it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.channels.sending import Outlet, Pace, Send, SendFailed, WasSent
from bot.conversation.conversation import Answer, Conversation
from bot.conversation.events import (
    CaseContinued,
    CaseOpened,
    EntryChosen,
    Event,
    Forgotten,
    QuestionAsked,
    Turn,
)
from bot.delivery import Delivery
from bot.message import Choice, ChoiceId, Chose, Language, Message, PersonId, Reply, Said
from bot.reception import Allowance, Notices, Reception, Respond, Slowing
from bot.storage import Store, Update

SORRY: dict[Language, Reply] = {"ar": Reply("sorry-ar"), "fr": Reply("sorry-fr", language="fr")}
SLOWED: dict[Language, Reply] = {"ar": Reply("slowed-ar"), "fr": Reply("slowed-fr", language="fr")}


def update(
    number: int | str, words: str = "hello", address: str = "0600", channel: str = "chat", **more: str
) -> Update:
    """Return what a platform would tell of one message."""
    return Update(channel, f"m{number}", address, json.dumps({"id": f"m{number}", "text": words, **more}).encode())


def read(raw: bytes, person: PersonId) -> Message:
    """Read what `update` wrote."""
    told = json.loads(raw)
    content = Chose(ChoiceId(told["choice"])) if "choice" in told else Said(told["text"])
    return Message("chat", person, told["id"], content)


def respond(conversation: Conversation, message: Message, now: datetime) -> Turn:
    """Count the message in the conversation and answer it; some words do more."""
    words = message.content.text if isinstance(message.content, Said) else ""
    if conversation.with_person:
        return Turn(conversation, (), (CaseContinued(words),))
    number = len(conversation.trail) + 1
    after = conversation.answered("message", message.external_id)
    replies: tuple[Reply, ...] = (Reply(f"{number}:{words}"),)
    events: tuple[Event, ...] = ()
    match words.partition(" "):
        case "boom", _, _:
            raise ZeroDivisionError(words)
        case "menu", _, _:
            replies = (Reply("menu", (Choice(ChoiceId("go:export"), "Export"),)),)
            after = replace(after, shown=replies[0].choices)
        case "three", _, _:
            replies = tuple(Reply(f"{number}:{part}") for part in ("a", "b", "c"))
        case ("ask" | "asksure") as how, _, question:
            events = (
                QuestionAsked(question, ("export.turnover", "charters.what"), "sure" if how == "asksure" else "unsure"),
            )
        case "choose", _, question:
            events = (EntryChosen(question, "export.turnover"),)
        case "person", _, why:
            after, events = replace(after, with_person=True), (CaseOpened(why),)
        case "forget", _, _:
            after, events = Conversation(), (Forgotten(),)
        case "french", _, _:
            after = replace(after, language="fr")
        case "listen", _, _:
            after = replace(after, listening=True, hears="shi")
    return Turn(after, replies, events)


class Clock:
    """The time, moved by the test alone."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        #: What goes on whatever the clock is set to.
        self.passed = 0.0

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)
        self.passed += seconds

    def steady(self) -> float:
        """Return the seconds that have passed."""
        return self.passed

    def jump(self, seconds: float) -> None:
        """Set the clock ahead or back without any time passing."""
        self.time += timedelta(seconds=seconds)


@dataclass
class Platform:
    """What a platform got, in order; `fails` says what comes of sending instead, one after the other."""

    got: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    tried: int = 0
    fails: dict[str, list[SendFailed | Exception]] = field(default_factory=dict)

    async def send(self, address: str, reply: Reply, number: int) -> WasSent | SendFailed:
        """Take a reply, or fail as planned."""
        self.tried += 1
        if planned := self.fails.get(address):
            failure = planned.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        self.got.append((address, reply.text))
        self.numbers.append(number)
        return WasSent(f"platform-{number}")

    def texts(self, address: str) -> list[str]:
        """Return what an address got."""
        return [words for where, words in self.got if where == address]


class Guide:
    """Reception and delivery on one store."""

    def __init__(
        self,
        store: Store,
        pace: Pace | None = None,
        send: Send | None = None,
        allowance: Allowance | None = None,
        *,
        respond: Respond = respond,
        own_addresses: frozenset[str] = frozenset({"web"}),
        group_seconds: float = 10.0,
        spent: Callable[[], float] = lambda: 0.0,
        turn_seconds: float = 20.0,
    ) -> None:
        self.store = store
        self.clock = Clock()
        self.notices = Notices()
        self.platform = Platform()
        way = Outlet(send or self.platform.send, pace or Pace())
        self.delivery = Delivery(
            store,
            {"chat": way},
            sent=self.notices.tell,
            now=self.clock,
            chance=lambda: 0.0,
            steady=self.clock.steady,
        )
        self.reception = Reception(
            store,
            self.notices,
            read={"chat": read},
            respond=respond,
            sorry=SORRY,
            now=self.clock,
            answered=self.delivery.tell,
            own_addresses=own_addresses,
            group_seconds=group_seconds,
            spent=spent,
            turn_seconds=turn_seconds,
            slowing=None if allowance is None else Slowing(allowance, SLOWED),
        )

    @asynccontextmanager
    async def at_work(self, *, delivers: bool = True) -> AsyncIterator[None]:
        """Attend and deliver as long as the block lasts."""
        tasks = [asyncio.create_task(self.reception.attend())]
        if delivers:
            tasks.append(asyncio.create_task(self.delivery.run()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results), results

    def attends(self, most: int = 64) -> int:
        """Attend what can be attended at this very moment, without anything at work; return in how many groups."""
        groups = 1
        while self.reception.attend_now(most):
            groups += 1
        return groups

    async def heard(self, *updates: Update) -> None:
        """Take updates in and attend them at this very moment, without anything at work."""
        await self.reception.accept(updates)
        self.attends()

    async def hears(self, *updates: Update) -> None:
        """Take updates in and return when they are attended."""
        await self.reception.accept(updates)
        for one in updates:
            assert await self.reception.settled(one.channel, one.external_id)


def trail(*messages: str) -> tuple[Answer, ...]:
    """Return the trail that these messages leave."""
    return tuple(Answer("message", message) for message in messages)
