"""One who floods is served more slowly, told so once, and holds up nobody else.

Their messages are put aside in the database, where they cost nothing until their turn comes; what is more than can be
answered in a sensible time is not answered at all, and counted for staff. Nothing here waits.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection

from bot.message import Language, PersonId, Reply
from bot.reception.allowance import Allowance
from bot.storage import Standing, Waiting, count, count_held, keep_standings, put_aside

#: Addresses of forgotten people remembered before those that have rested are dropped.
_REMEMBERED: Final = 1000


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
        told: Mapping[Language, Reply] | None = None,
        unlimited: frozenset[str] = frozenset(),
    ) -> None:
        """Take the parts in; people on the channels in `unlimited` are never slowed down."""
        self.allowance = allowance
        self.told: Mapping[Language, Reply] = told or {}
        self.unlimited = unlimited
        #: How people stood who had us forget them, by channel and address: kept nowhere but here, or whoever writes
        #: "forget" a thousand times would be new a thousand times.
        self.forgotten: dict[tuple[str, str], Standing] = {}

    def group(self, now: float) -> "SlowedGroup":
        """Return the book of one group of messages, attended in one transaction."""
        return SlowedGroup(self, now)

    def remember(self, waiting: Waiting, standing: Standing, now: float) -> None:
        """Remember how somebody stands of whom nothing else is kept."""
        if len(self.forgotten) >= _REMEMBERED:
            self.forgotten = {name: one for name, one in self.forgotten.items() if one.rested > now}
        self.forgotten[waiting.channel, waiting.address] = standing


@dataclass(slots=True)
class SlowedGroup:
    """Who may be attended in a group of messages, and what of it is to be kept."""

    slowing: Slowing
    now: float
    #: How those stand by now who had a message in the group.
    standings: dict[PersonId, Standing] = field(default_factory=dict)
    #: A message of each whose messages are to be put aside.
    _over: dict[tuple[str, str], Waiting] = field(default_factory=dict)
    _told: list[Waiting] = field(default_factory=list)

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

    def is_news(self, waiting: Waiting) -> bool:
        """Return whether the person of a message put aside is to be told now, which is once in a flood."""
        standing = self._of(waiting)
        if standing.is_slowed:
            return False
        self.standings[waiting.person] = replace(standing, is_slowed=True)
        self._told.append(waiting)
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
        happened = Counter((day, "flood", waiting.channel) for waiting in self._told)
        for waiting in self._over.values():
            done = put_aside(connection, waiting.person, waiting.channel, waiting.address, most)
            is_new = any(told.person == waiting.person for told in self._told)
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
        return any(one.held and allowance.is_open(one, self.now) for one in self.standings.values())

    def _of(self, waiting: Waiting) -> Standing:
        known = self.standings.get(waiting.person)
        if known is not None:
            return known
        if waiting.standing == Standing() and self.slowing.forgotten:
            return self.slowing.forgotten.get((waiting.channel, waiting.address), waiting.standing)
        return waiting.standing
