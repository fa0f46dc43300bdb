"""How fast a channel may send: one bucket for the whole channel, one for each person.

Time is an argument, in seconds. A bucket is the one moment at which it will be full again: one number a person.
"""

from dataclasses import dataclass, field
from typing import Final

from bot.message import PersonId

#: Persons remembered before those whose bucket is full again are dropped.
_REMEMBERED: Final = 10_000


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
