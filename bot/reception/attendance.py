"""Messages in: kept before anyone is told that we have them, attended once, in the order of each person.

What a turn led to is one transaction with the end of its message: the conversation, the replies on their way and
"done" are kept together or not at all. After a crash whatever still waits is attended. What a message raises costs that
message alone, and so does ending the program: an attempt is counted before the turn, and after two it is set aside.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from time import thread_time
from typing import Final, TypeVar

from sqlalchemy import Connection

from bot.channels.channel import ReadUpdate
from bot.language.dates import moroccan_day
from bot.message import MAIN, Language, PersonId, Reply
from bot.reception.endless import ended_after
from bot.reception.floods import Allowance, FloodLog, Slowing, in_turns
from bot.reception.groups import Attended, MessageGroup, Respond, TurnMaker, kind_of
from bot.reception.notices import Notices
from bot.storage import (
    Batches,
    Store,
    StoreError,
    Update,
    Waiting,
    are_unchanged,
    count_attempts,
    handed_over,
    introduce,
    is_settled,
    keep,
    short,
    strangers,
    taken,
)
from bot.storage.turns import TurnWriter

T = TypeVar("T")

log: Final = logging.getLogger(__name__)

#: Most messages of one transaction: enough to share its cost, few enough that no commit waits long for it.
_GROUP: Final = 64
#: Strangers that are made known at a time, ahead of their messages.
_INTRODUCED: Final = 256
#: How often to look for what nobody told us of (another program's messages, after an error), in seconds.
_SWEEP: Final = 1.0
#: So often a message is begun; if the program ended each time, it is set aside.
_MOST_TRIES: Final = 2
#: Messages begun and not written that are remembered, at most.
_REMEMBERED: Final = 10_000
#: Seconds that the processor is at the turns of a group at most: it ends after 50 ms, and the longest turn there is
#: takes 20 to 40.
_MOST_SECONDS: Final = 20.0
#: How long turns under way are waited for at the end, in seconds.
_LAST_TURNS: Final = 5.0


class Reception:
    """Takes updates in with `accept`, and answers them with `attend`, which runs as long as the program."""

    def __init__(
        self,
        store: Store,
        notices: Notices,
        *,
        read: Mapping[str, ReadUpdate],
        respond: Respond,
        sorry: Mapping[Language, Reply],
        now: Callable[[], datetime],
        answered: Callable[[Iterable[PersonId]], object] = lambda _people: None,
        own_addresses: frozenset[str] = frozenset({"web", "terminal"}),
        slowing: Slowing | None = None,
        group_seconds: float = 0.05,
        spent: Callable[[], float] = thread_time,
        turn_seconds: float = _MOST_SECONDS,
    ) -> None:
        """Take the parts in.

        `sorry` is said when a message could not be attended. `answered` hears of the persons who have new replies.
        `own_addresses` are the channels whose addresses are random keys of ours and need not be forgotten. Without
        `slowing` nobody is slowed down. Turns that begin more than `group_seconds` after the first of their group are
        left to the next one, so that no commit waits long; a person's second one is left sooner. `spent` tells how many
        seconds the processor was at the work of this thread. A group whose turns take it longer than `turn_seconds`
        ends the program.
        """
        self._store = store
        self._notices = notices
        self._channels = sorted(read)
        self._sorry = sorry
        self._now = now
        self._answered = answered
        self._own_addresses = own_addresses
        self._slowing = slowing or Slowing(Allowance(messages=0))
        self._flood_log = FloodLog()
        self._turn_seconds = turn_seconds
        self._turns = TurnMaker(dict(read), respond, sorry, own_addresses, group_seconds, spent)
        #: Messages of which it is counted that this program began them, until what they led to is written. Lost with
        #: the program, and then those that were under way are attended one by one.
        self._counted: set[int] = set()
        #: The message that the last group left to be the first of the next one.
        self._left: int | None = None
        #: Turns are made in a thread of their own: before it stands nothing that anybody else has drawn or read.
        self._thread = ThreadPoolExecutor(1, "dalil-turns")
        #: Whether turns are under way.
        self._is_busy = False
        self._arriving = Batches[Update](store, self._kept)
        self._arrived = asyncio.Event()

    async def accept(self, updates: Sequence[Update]) -> None:
        """Keep the updates and return; from then on none is lost, and one that comes again changes nothing."""
        await self._arriving.add(updates)
        self._arrived.set()

    def _kept(self, connection: Connection, updates: Sequence[Update]) -> None:
        keep(connection, updates, self._now().timestamp())
        if self._is_busy:
            # Another program may have nothing to do.
            self._store.announce(connection)

    async def listen(self) -> None:
        """Hear for ever of what other programs took in and answered; without it they are seen within a second."""
        await self._store.hear(self._heard)

    def _heard(self, people: Sequence[str], marks: Sequence[bytes]) -> None:
        if not people:
            self._arrived.set()
            return
        known = [PersonId(person) for person in people]
        self._answered(known)
        self._notices.tell(marks)
        self._notices.tell(known)

    async def settled(self, channel: str, external_id: str, seconds: float = 20.0) -> bool:
        """Return once the message is attended; False when it is not in so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                with self._notices.watching(self._store.mark(channel, external_id)) as watch:
                    while not await self._store.read(lambda connection: is_settled(connection, channel, external_id)):
                        await watch.news(_SWEEP)
        except TimeoutError:
            return False
        return True

    async def attend(self) -> None:
        """Answer what comes, and first of all what still waits from before.

        It ends when cancelled, after the turns that are under way, unless they take longer than they may.
        """
        most = _GROUP
        while True:
            self._arrived.clear()
            self._is_busy = True
            came = await _finished(self._attended(most))
            self._is_busy = False
            match came:
                case Attended() as attended:
                    self._tell(attended)
                    if not attended.is_full:
                        most = _GROUP
                        await self._something_arrived()
                case StoreError(is_passing=True) as error:
                    log.error("event=attend_failed error=%s", error.kind)
                    await asyncio.sleep(_SWEEP)
                case error if most > 1:
                    # One of the group cannot be stored: go on one by one until it is found.
                    log.error("event=group_failed error=%s", kind_of(error))
                    most = 1
                case error:
                    most = await self._give_up(kind_of(error))

    async def _attended(self, most: int) -> Attended:
        """Attend the oldest messages; whoever is taken in meanwhile does not wait for their turns.

        On PostgreSQL one transaction holds the people from before their turns until after. The one thread that writes
        to SQLite must not wait for turns: there the group is written only if nothing about it has changed meanwhile.
        """
        if self._store.is_shared:
            unknown = await self._store.read(partial(strangers, channels=self._channels, most=_INTRODUCED))
            if unknown:
                # In a transaction that is short: another program may know them meanwhile.
                now = self._now().timestamp()
                await self._store.write(partial(introduce, strangers=unknown, now=now))
            return await self._store.write(partial(self._attended_at_once, most=most))
        group = await self._store.write(partial(self._taken, most=most))
        await asyncio.get_running_loop().run_in_executor(self._thread, self._make, group)
        return await self._store.write(partial(self._settled_unless_changed, group=group))

    def attend_now(self, most: int = _GROUP) -> bool:
        """Attend the oldest messages without an event loop; return whether more may be waiting."""
        if self._store.is_shared:
            attended = self._store.write_now(partial(self._attended_at_once, most=most))
        else:
            group = self._store.write_now(partial(self._taken, most=most))
            self._make(group)
            attended = self._store.write_now(partial(self._settled_unless_changed, group=group))
        self._tell(attended)
        return attended.is_full

    def answer_now(self, update: Update) -> list[Reply]:
        """Keep and attend one update without an event loop, and return what its address is told; for the terminal."""

        def answered(connection: Connection) -> tuple[list[Attended], list[Reply]]:
            self._kept(connection, [update])
            groups = [self._attended_at_once(connection, _GROUP, is_counted=False)]
            while groups[-1].is_full:
                groups.append(self._attended_at_once(connection, _GROUP, is_counted=False))
            return groups, handed_over(connection, update.channel, update.address, self._now().timestamp())

        groups, replies = self._store.write_now(answered)
        for attended in groups:
            self._tell(attended)
        return replies

    async def _give_up(self, kind: str) -> int:
        """Say sorry for the oldest message; return how many to attend next.

        Where not even that can be stored the fault is not the message's: it waits, and so do all others.
        """
        match await _finished(self._store.write(partial(self._given_up, kind=kind))):
            case Attended() as attended:
                self._tell(attended)
                return _GROUP
            case error:
                log.error("event=sorry_failed error=%s", kind_of(error))
                await asyncio.sleep(_SWEEP)
                return 1

    async def _something_arrived(self) -> None:
        too_long = asyncio.get_running_loop().call_later(_SWEEP, self._arrived.set)
        await self._arrived.wait()
        too_long.cancel()

    def _attended_at_once(self, connection: Connection, most: int, *, is_counted: bool = True) -> Attended:
        """Attend the oldest messages, at most so many, in the transaction of `connection`."""
        group = self._taken(connection, most, is_counted=is_counted)
        self._make(group)
        return self._settle(connection, group)

    def _taken(self, connection: Connection, most: int, *, is_counted: bool = True) -> MessageGroup:
        """Return the oldest messages; that they are attended is counted first, and kept whatever becomes of it.

        One that was begun before and not ended may be what ended the program: it is attended alone, after those before
        it. What this program itself began did not end it, and was only not written.
        """
        now = self._now()
        found, has_more = self._oldest(connection, most, now)
        waiting = in_turns(found, now.timestamp(), self._left)
        tries = {message.id: message.attempts - (message.id in self._counted) for message in waiting}
        first = next((place for place, message in enumerate(waiting) if tries[message.id] > 0), None)
        if first is not None:
            alone = max(first, 1)
            has_more = has_more or len(waiting) > alone
            waiting = waiting[:alone]
        if is_counted:
            self._count(connection, [message.id for message in waiting if message.id not in self._counted])
        stoppers = frozenset(message.id for message in waiting if tries[message.id] >= _MOST_TRIES)
        writing, slowing = TurnWriter(now, self._own_addresses), self._slowing.group(now.timestamp())
        return MessageGroup(now, waiting, stoppers, writing, slowing, has_more, self._left)

    def _make(self, group: MessageGroup) -> None:
        with ended_after(self._turn_seconds):
            self._turns.make(group)
        self._left = group.left

    def _count(self, connection: Connection, messages: Sequence[int]) -> None:
        """Count that messages are begun: on PostgreSQL in a transaction of its own, for this one ends with the turns.

        One that cannot be counted is attended all the same.
        """
        if not messages:
            return
        if not self._store.is_shared:
            counted = count_attempts(connection, messages)
        else:
            try:
                counted = self._store.write_now(partial(count_attempts, messages=messages))
            except StoreError as error:
                log.warning("event=attempts_uncounted messages=%d error=%s", len(messages), error.kind)
                return
        if len(self._counted) > _REMEMBERED:
            self._counted.clear()
        self._counted.update(counted)

    def _oldest(self, connection: Connection, most: int, now: datetime) -> tuple[list[Waiting], bool]:
        time, allowance = now.timestamp(), self._slowing.allowance
        return taken(connection, self._channels, most, time, allowance.rested_by(time), allowance.latest(time))

    def _settled_unless_changed(self, connection: Connection, group: MessageGroup) -> Attended:
        """Write what became of a group; nothing where any of it has changed, and then it is taken again."""
        if not are_unchanged(connection, group.waiting[: group.reached]):
            return Attended((), True)
        return self._settle(connection, group)

    def _settle(self, connection: Connection, group: MessageGroup) -> Attended:
        """Write what became of a group."""
        group.writing.write(connection, group.slowing.standings)
        slowed = group.slowing.write(connection, moroccan_day(group.now).isoformat())
        told = [waiting for waiting, _ in group.attended] + [one.waiting for one in slowed]
        if told:
            self._store.announce(connection, {one.person for one in told}, {one.mark for one in told})
        return Attended(tuple(group.attended), group.has_more or group.slowing.has_more, tuple(slowed))

    def _given_up(self, connection: Connection, kind: str) -> Attended:
        """Say sorry for the oldest message, which cannot be stored whatever is done."""
        now = self._now()
        slowing = self._slowing.group(now.timestamp())
        writing = TurnWriter(now, self._own_addresses)
        group, _ = self._oldest(connection, 1, now)
        for waiting in group:
            slowing.admits(waiting)
            writing.fail(waiting, kind, self._sorry[MAIN])
        writing.write(connection, slowing.standings)
        slowed = slowing.write(connection, moroccan_day(now).isoformat())
        return Attended(tuple((waiting, kind) for waiting in group), True, tuple(slowed))

    def _tell(self, attended: Attended) -> None:
        self._counted.difference_update(waiting.id for waiting, _ in attended.messages)
        for waiting, error in attended.messages:
            if error is not None:
                log.error(
                    "event=message_failed channel=%s inbox=%d person=%s error=%s",
                    waiting.channel,
                    waiting.id,
                    short(waiting.person),
                    error,
                )
        for slowed in attended.slowed:
            self._flood_log.note(slowed)
            self._notices.tell(slowed.marks)
        self._flood_log.tell(self._now().timestamp())
        people = {waiting.person for waiting, _ in attended.messages}
        people |= {slowed.waiting.person for slowed in attended.slowed}
        if people:
            self._answered(people)
            self._notices.tell(waiting.mark for waiting, _ in attended.messages)
            self._notices.tell(people)


async def _finished(work: Coroutine[object, object, T]) -> T | Exception:
    """Return what `work` returns or raises; when cancelled, let it come to its end first, for as long as it may."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,), timeout=_LAST_TURNS)
        raise
    except Exception as error:
        return error
