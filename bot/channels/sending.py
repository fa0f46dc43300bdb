"""How a channel sends: what comes of one reply, and how fast replies may leave.

Delivery decides by these values alone; no platform's own error goes past its channel. Time is an argument, in seconds.
A bucket is the one moment at which it will be full again: one number a person.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from bot.message import PersonId, Reply

log: Final = logging.getLogger(__name__)

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

#: What a channel remembers of its latest replies and persons, at most.
_REMEMBERED: Final = 10_000


class Retry(Enum):
    """Whether sending the same reply again can succeed."""

    LATER = "later"
    #: Only once the person has written to us again.
    HEARD = "heard"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class WasSent:
    """The platform has the reply; `platform_id` is its name for it, empty where there is none."""

    platform_id: str = ""
    #: How many messages of the platform's it took.
    messages: int = 1


@dataclass(frozen=True, slots=True)
class SendFailed:
    """The platform has not taken the reply, or nobody knows whether it has."""

    when: Retry
    #: What staff read: the platform's own code, never a person's words.
    reason: str
    #: Seconds the platform asks us to wait; None when it does not say.
    after: float | None = None
    #: True when `after` is about everything sent on the channel, not about this person alone.
    holds_channel: bool = False
    #: True when nobody knows whether the platform has it.
    is_unsure: bool = False


#: Sends a reply to an address. The number is ours and stays the same when the reply is sent again.
Send = Callable[[str, Reply, int], Awaitable[WasSent | SendFailed]]


def bounded(known: dict[_Key, _Value]) -> dict[_Key, _Value]:
    """Return `known` with room for one more; the oldest is forgotten, and then at most repeated."""
    while len(known) >= _REMEMBERED:
        del known[next(iter(known))]
    return known


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of a platform: so many a second in the long run, so many at once after a rest."""

    per_second: float
    burst: int = 1


def burst(per_second: float) -> Rate:
    """Return the rate of a channel, of which a tenth of a second's may go at once after a rest."""
    return Rate(per_second, max(1, int(per_second / 10)))


@dataclass(slots=True)
class Pace:
    """The buckets of one channel; a rate that is None is no limit."""

    channel: Rate | None = None
    person: Rate | None = None
    _channel_full_at: float = 0.0
    _held_until: float = 0.0
    _full_at: dict[PersonId, float] = field(default_factory=dict)

    def rest(self, person: PersonId, now: float) -> float:
        """Return the seconds until this person may be sent something; takes nothing."""
        if self.person is None:
            return 0.0
        room = (self.person.burst - 1) / self.person.per_second
        return max(0.0, self._full_at.get(person, 0.0) - room - now)

    def reserve(self, person: PersonId, now: float) -> float:
        """Take one sending out of both buckets and return the seconds to wait before it, for the channel's sake.

        Whoever reserves first sends first.
        """
        if self.person is not None:
            if len(self._full_at) >= _REMEMBERED:
                self._full_at = {known: full_at for known, full_at in self._full_at.items() if full_at > now}
            self._full_at[person] = max(now, self._full_at.get(person, 0.0)) + 1 / self.person.per_second
        wait = self._held_until - now
        if self.channel is not None:
            room = (self.channel.burst - 1) / self.channel.per_second
            wait = max(wait, self._channel_full_at - room - now)
            self._channel_full_at = max(now, self._channel_full_at) + 1 / self.channel.per_second
        return max(0.0, wait)

    def charge(self, person: PersonId, messages: int) -> None:
        """Take what was sent beyond the one that was reserved out of both buckets: a reply may be several messages."""
        if messages <= 0:
            return
        if self.person is not None:
            self._full_at[person] = self._full_at.get(person, 0.0) + messages / self.person.per_second
        if self.channel is not None:
            self._channel_full_at += messages / self.channel.per_second

    def held(self, now: float) -> float:
        """Return the seconds for which nothing may be sent on the whole channel."""
        return max(0.0, self._held_until - now)

    def hold(self, seconds: float, now: float) -> None:
        """Send nothing on the whole channel for so long, because the platform said so."""
        self._held_until = max(self._held_until, now + seconds)


@dataclass(frozen=True, slots=True)
class Outlet:
    """How one channel sends."""

    send: Send
    pace: Pace = field(default_factory=Pace)
    #: For how many seconds after a start what may have arrived waits for a status that says so; 0 where none comes.
    confirms_within: float = 0.0


class Courtesy:
    """Small things done beside the replies, of which none is waited for; too many at once are left out."""

    def __init__(self, channel: str, most: int = 256) -> None:
        self._channel = channel
        self._most = most
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """Begin something, unless too much is under way; what it raises is logged and costs nothing."""
        if len(self._under_way) >= self._most:
            work.close()
            return
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("event=courtesy_failed channel=%s error=%s", self._channel, type(error).__name__)

    async def close(self) -> None:
        """Leave what is under way undone."""
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
