"""How many messages of one person are attended at once, and when those beyond wait for their turn.

Pure, with the time as an argument. As in `bot.channels.pace`, how far an allowance is used up is one number: the moment
at which it will be whole again. Each message puts it off by a share of `seconds`; a message waits while the whole would
be more than `seconds` away. What counts is when a message would be attended, not when it was written: messages of a
week that a platform delivers again after an outage are not a flood until there are more than `messages` of them, and
then nobody else waits for them.
"""

from dataclasses import dataclass, replace

from bot.storage import Standing

#: Later than any moment.
_NEVER_FULL = 1e15


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages at once after a rest, and as many every so many seconds in the long run; 0 messages: no limit.

    By default one a second, 60 after a minute's rest: faster than anybody taps for long, and more than a platform
    delivers of one person after a day's outage. It is about as fast as Telegram lets us answer one person.
    """

    messages: int = 60
    seconds: float = 60.0
    #: Messages of one person that wait at most; those that come beyond are not answered. A hundred are some two minutes
    #: of waiting, which no person types ahead.
    waiting: int = 100

    @property
    def share(self) -> float:
        """The seconds after which one more message is attended."""
        return self.seconds / self.messages if self.messages else 0.0

    def rested_by(self, now: float) -> float:
        """Return by when an allowance must be whole again for a message to be attended now."""
        return now + self.seconds - self.share if self.messages else _NEVER_FULL

    def is_open(self, standing: Standing, now: float) -> bool:
        """Return whether a message may be attended now, none of the person's waiting before it."""
        return standing.rested <= self.rested_by(now)

    def attended(self, standing: Standing, now: float) -> Standing:
        """Return where a person stands after one message more was attended.

        A flood is over, and the next one will be told of again, once nothing waits and the allowance was whole.
        """
        is_over = not standing.held and standing.rested <= now
        return replace(
            standing,
            rested=max(standing.rested, now) + self.share,
            is_slowed=standing.is_slowed and not is_over,
        )
