"""What comes of sending one reply: the platform has it, or why not and whether to try again.

Delivery decides by these values alone; no platform's own error goes past its channel.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from bot.message import Reply

Key = TypeVar("Key")
Value = TypeVar("Value")

#: What a channel remembers of its latest replies and persons, at most.
_REMEMBERED: Final = 10_000


class When(Enum):
    """Whether sending the same reply again can succeed."""

    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has the reply; `platform_id` is its name for it, empty where there is none."""

    platform_id: str = ""
    #: How many messages of the platform's it took.
    messages: int = 1


@dataclass(frozen=True, slots=True)
class SendFailed:
    """The platform has not taken the reply, or nobody knows whether it has."""

    when: When
    #: What staff read: the platform's own code, never a person's words.
    reason: str
    #: Seconds the platform asks us to wait; None when it does not say.
    after: float | None = None
    #: True when `after` is about everything sent on the channel, not about this person alone.
    holds_channel: bool = False


#: Sends a reply to an address. The number is ours and stays the same when the reply is sent again.
Send = Callable[[str, Reply, int], Awaitable[Sent | SendFailed]]


async def visible(_address: str, _reply: Reply, _number: int) -> Sent:
    """Send nothing: for a channel whose replies are seen as soon as they are stored."""
    return Sent()


def bounded(known: dict[Key, Value]) -> dict[Key, Value]:
    """Return `known` with room for one more; the oldest is forgotten, and then at most repeated."""
    while len(known) >= _REMEMBERED:
        del known[next(iter(known))]
    return known
