"""One who floods is served more slowly, told so once, and holds up nobody else.

Their messages are put aside in the database, where they cost nothing until their turn comes; what is more than can be
answered in a sensible time is not answered at all, and counted for staff. Nothing here waits.

As in `bot.channels.sending`, how far an allowance is used up is one number: the moment at which it will be whole again.
Each message puts it off by a share of `seconds`; a message waits while the whole would be more than `seconds` away.
What it counts is cost: a message whose turn took the processor as long as several others puts it off by as many shares.
What counts is when a message would be attended, not when it was written: messages of a week that a platform delivers
again after an outage are not a flood until there are more than `messages` of them, and then nobody else waits for them.
No allowance is whole later than `seconds` and what one message takes at most from now: one that seems to be was used
under a clock that has been set back since, and counts as whole.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection

from bot.message import Language, PersonId, Reply
from bot.storage import FloodStanding, Waiting, count, count_held, keep_standings, put_aside, short

log: Final = logging.getLogger(__name__)

#: Seconds between two lines in the log about messages that floods left unanswered.
_TOLD_EVERY: Final = 60.0
#: Addresses of forgotten people remembered before those that have rested are dropped.
_REMEMBERED: Final = 1000
#: Later than any moment.
_NEVER_FULL = 1e15
#: Seconds of a processor that one message may take for one share: a question takes three milliseconds at most, the
#: longest text some fifteen (`make bench`).
_ONE_SHARE: Final = 0.005
#: Shares that one message takes at most: what a busy or a slow machine adds is nobody's fault.
_MOST_SHARES: Final = 6


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

    def is_open(self, standing: FloodStanding, now: float) -> bool:
        """Return whether a message may be attended now, none of the person's waiting before it."""
        return standing.rested <= self.rested_by(now) or standing.rested > self.latest(now)

    def latest(self, now: float) -> float:
        """Return when an allowance that is used up now, by the dearest message there is, will be whole again."""
        return now + self.seconds + (_MOST_SHARES - 1) * self.share if self.messages else _NEVER_FULL

    def attended(self, standing: FloodStanding, now: float) -> FloodStanding:
        """Return where a person stands after one message more was attended.

        A flood is over, and the next one will be told of again, once nothing waits and the allowance was whole.
        """
        used = standing.rested if now < standing.rested <= self.latest(now) else now
        is_over = not standing.held and used == now
        return replace(
            standing,
            rested=used + self.share,
            is_slowed=standing.is_slowed and not is_over,
        )

    def charged(self, standing: FloodStanding, seconds: float) -> FloodStanding:
        """Return where a person stands when the turn of the message just attended took so many processor seconds."""
        beyond = min(seconds / _ONE_SHARE, _MOST_SHARES) - 1
        return replace(standing, rested=standing.rested + beyond * self.share) if beyond > 0 else standing


@dataclass(frozen=True, slots=True)
class Slowed:
    """A person whose messages were put aside: how many are by now, how many of those that came go unanswered."""

    waiting: Waiting
    #: Whether the flood has just begun.
    is_new: bool
    marks: tuple[bytes, ...]
    held: int
    unanswered: int


class Slowing:
    """What every person may have at once, and what those who want more are told."""

    def __init__(
        self,
        allowance: Allowance,
        notice: Mapping[Language, Reply] | None = None,
        unlimited: frozenset[str] = frozenset(),
    ) -> None:
        """Take the parts in; people on the channels in `unlimited` are never slowed down."""
        self.allowance = allowance
        self.notice: Mapping[Language, Reply] = notice or {}
        self.unlimited = unlimited
        #: How people stood who had us forget them, by channel and address: kept nowhere but here, or whoever writes
        #: "forget" a thousand times would be new a thousand times.
        self.forgotten: dict[tuple[str, str], FloodStanding] = {}

    def group(self, now: float) -> "SlowedGroup":
        """Return the book of one group of messages, attended in one transaction."""
        return SlowedGroup(self, now)

    def remember(self, waiting: Waiting, standing: FloodStanding, now: float) -> None:
        """Remember how somebody stands of whom nothing else is kept."""
        if len(self.forgotten) >= _REMEMBERED:
            self.forgotten = {name: known for name, known in self.forgotten.items() if known.rested > now}
        self.forgotten[waiting.channel, waiting.address] = standing


@dataclass(slots=True)
class SlowedGroup:
    """Who may be attended in a group of messages, and what of it is to be kept."""

    slowing: Slowing
    now: float
    #: How those stand by now who had a message in the group.
    standings: dict[PersonId, FloodStanding] = field(default_factory=dict)
    #: A message of each whose messages are to be put aside.
    _over: dict[tuple[str, str], Waiting] = field(default_factory=dict)
    _news: list[Waiting] = field(default_factory=list)

    def admits(self, waiting: Waiting) -> bool:
        """Return whether a message is attended now; if not, it is put aside with all its person wrote after it."""
        standing = self._of(waiting)
        is_unlimited = waiting.channel in self.slowing.unlimited or not self.slowing.allowance.messages
        if is_unlimited and not standing.held:
            return True
        is_next = waiting.was_held or not standing.held
        if is_next and self.slowing.allowance.is_open(standing, self.now):
            if waiting.was_held:
                standing = replace(standing, held=standing.held - 1)
            self.standings[waiting.person] = self.slowing.allowance.attended(standing, self.now)
            return True
        if not waiting.was_held:
            self.standings[waiting.person] = replace(standing, held=standing.held + 1)
            self._over[waiting.channel, waiting.address] = waiting
        return False

    def charge(self, waiting: Waiting, seconds: float) -> None:
        """Note how long the processor was at the turn of a message that was admitted, in seconds."""
        standing = self.standings.get(waiting.person)
        if standing is not None and waiting.channel not in self.slowing.unlimited:
            self.standings[waiting.person] = self.slowing.allowance.charged(standing, seconds)

    def is_news(self, waiting: Waiting) -> bool:
        """Return whether the person of a message put aside is to be told now, which is once in a flood."""
        standing = self._of(waiting)
        if standing.is_slowed:
            return False
        self.standings[waiting.person] = replace(standing, is_slowed=True)
        self._news.append(waiting)
        return True

    def forget(self, waiting: Waiting) -> None:
        """Note that the person of a message attended is known no more by the address it came from."""
        standing = self.standings.pop(waiting.person, None)
        if standing is not None:
            self.slowing.remember(waiting, replace(standing, held=0), self.now)

    def write(self, connection: Connection, day: str) -> list[Slowed]:
        """Put aside what must wait, after the rest of the group was written, the standings with it; return whose."""
        most = self.slowing.allowance.waiting
        slowed: list[Slowed] = []
        happened = Counter((day, "flood", waiting.channel) for waiting in self._news)
        for waiting in self._over.values():
            done = put_aside(connection, waiting.person, waiting.channel, waiting.address, most)
            is_new = any(news.person == waiting.person for news in self._news)
            slowed.append(Slowed(waiting, is_new, done.marks, done.held, done.unanswered))
            happened[day, "unanswered", waiting.channel] += done.unanswered
        count(connection, +happened)
        counted = {
            person: replace(standing, held=count_held(connection, person))
            for person, standing in self.standings.items()
            if standing.held
        }
        keep_standings(connection, counted)
        self.standings.update(counted)
        return slowed

    @property
    def has_more(self) -> bool:
        """Whether a message put aside could be attended at once."""
        allowance = self.slowing.allowance
        return any(used.held and allowance.is_open(used, self.now) for used in self.standings.values())

    def _of(self, waiting: Waiting) -> FloodStanding:
        known = self.standings.get(waiting.person)
        if known is not None:
            return known
        if waiting.standing == FloodStanding() and self.slowing.forgotten:
            return self.slowing.forgotten.get((waiting.channel, waiting.address), waiting.standing)
        return waiting.standing


class FloodLog:
    """What the log tells of floods, without being filled by them."""

    def __init__(self) -> None:
        #: Messages left unanswered since the log told of it, by channel; and when that was.
        self._unanswered: Counter[str] = Counter()
        self._told_at = 0.0

    def note(self, slowed: Slowed) -> None:
        """Tell of a flood that has just begun, and remember what goes unanswered."""
        channel = slowed.waiting.channel
        if slowed.is_new:
            person = short(slowed.waiting.person)
            log.warning("event=flood channel=%s person=%s waiting=%d", channel, person, slowed.held)
        self._unanswered[channel] += slowed.unanswered

    def tell(self, now: float) -> None:
        """Tell what went unanswered, once a minute."""
        if 0 <= now - self._told_at < _TOLD_EVERY:
            return
        for channel, messages in (+self._unanswered).items():
            log.warning("event=unanswered channel=%s messages=%d", channel, messages)
            self._told_at = now
        self._unanswered.clear()


def in_turns(waiting: Sequence[Waiting], now: float, left: int | None = None) -> list[Waiting]:
    """Return messages so that each person's first comes before anybody's second; of one person in their order.

    Among the firsts, the one that was `left` by the last group comes before all, and who has used less of their
    allowance before who has used more. A group ends after a moment: whoever sends much at once, or what costs much,
    waits longer by it, and nobody else does, be they one or many.
    """
    before: Counter[PersonId] = Counter()
    ranked: list[tuple[int, bool, float, int, Waiting]] = []
    for place, message in enumerate(waiting):
        used = max(0.0, message.standing.rested - now)
        ranked.append((before[message.person], message.id != left, used, place, message))
        before[message.person] += 1
    return [message for *_, message in sorted(ranked, key=lambda one: one[:4])]
