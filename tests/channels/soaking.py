"""Many people who write at once over flaky ways in and out, and what each of them was told in the end.

The same for every platform: what is told twice, late or out of order, and what fails, is decided by one chance with a
fixed seed.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.message import Choice, ChoiceId, Chose, Located, Message, Reply, Said, Sent
from tests.reception.room import Clock

Fault = TypeVar("Fault")

MENU = Choice(ChoiceId("do:menu"), "القائمة")


def counted(conversation: Conversation, message: Message, _now: datetime) -> Turn:
    """Say how many messages of the person came, and what the last one was; `list` shows twelve choices."""
    number = len(conversation.trail) + 1
    after = conversation.answered("message", message.external_id)
    match message.content:
        case Said("list"):
            choices = tuple(Choice(ChoiceId(f"a:{n}"), f"الجهة {n}") for n in range(12))
        case _:
            choices = (MENU,)
    match message.content:
        case Said(said):
            shown = said
        case Chose(choice):
            shown = choice
        case Located(lat, lon):
            shown = f"{lat},{lon}"
        case Sent(kind):
            shown = kind
    return Turn(replace(after, shown=choices), (Reply(f"{number}:{shown}", choices),))


class Guide(Protocol):
    """A guide at work, as far as soaking needs it."""

    clock: Clock

    async def states(self) -> list[tuple[str, str]]:
        """Return the state and the status of every reply, oldest first."""
        ...


@dataclass
class Soak:
    """People who each write so many times, and the chance that decides what goes wrong."""

    guide: Guide
    people: Sequence[int]
    each: int
    chance: random.Random = field(default_factory=lambda: random.Random(20261123))

    def rounds(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each round with who writes in it, in any order; nobody writes again before the round is taken."""
        for number in range(self.each):
            yield number, self.chance.sample(self.people, len(self.people))

    def happens(self, probability: float) -> bool:
        """Return whether something happens this time."""
        return self.chance.random() < probability

    def some(self, faults: Sequence[Fault], probability: float = 0.2) -> list[Fault]:
        """Return the faults that happen now, in any order."""
        return [fault for fault in self.chance.sample(faults, len(faults)) if self.happens(probability)]

    async def sent(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """Return once every reply is sent, time passing faster than it does; bounded, and long for a busy machine."""
        states: list[str] = []
        for _ in range(600):
            if meanwhile is not None:
                await meanwhile()
            states = [state for state, _ in await self.guide.states()]
            if len(states) > (expected := len(self.people) * self.each):
                break
            if len(states) == expected and set(states) == {"sent"}:
                return
            self.guide.clock.forward(30)
            await asyncio.sleep(0.15)
        raise AssertionError(f"{len(states)} replies, of which {states.count('sent')} are sent")
