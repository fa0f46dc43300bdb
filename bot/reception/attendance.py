"""Messages in: kept before anyone is told that we have them, attended once, in the order of each person.

A turn is one transaction with the end of its message: the conversation, the replies on their way and "done" are kept
together or not at all. After a crash whatever still waits is attended. What a message raises costs that message alone.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bot.channels.channel import ReadUpdate
from bot.conversation.conversation import Conversation
from bot.conversation.events import Forgotten, Turn
from bot.message import MAIN, Language, Message, PersonId, Reply
from bot.reception.floods import Allowance, Slowed, Slowing
from bot.reception.notices import Notices
from bot.storage import (
    Batches,
    Store,
    StoreError,
    Update,
    Waiting,
    handed_over,
    is_settled,
    keep,
    mark,
    short,
    taken,
)
from bot.storage.tables import stored_conversation
from bot.storage.turns import TurnWriter

log: Final = logging.getLogger(__name__)

#: One turn, the content already bound.
Respond = Callable[[Conversation, Message, datetime], Turn]

#: Most messages of one transaction: enough to share its cost, few enough that no commit waits long for it.
_GROUP: Final = 64
#: How often to look for what nobody told us of (another program's messages, after an error), in seconds.
_SWEEP: Final = 1.0
#: Seconds between two lines in the log about messages that floods left unanswered.
_LOGGED_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Attended:
    """What became of a group of messages: each with the kind of its error, None for those that went well."""

    messages: tuple[tuple[Waiting, str | None], ...]
    #: True when more may be waiting.
    is_full: bool
    #: Whose messages were put aside.
    slowed: tuple[Slowed, ...] = ()


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
    ) -> None:
        """Take the parts in.

        `sorry` is said when a message could not be attended. `answered` hears of the persons who have new replies.
        `own_addresses` are the channels whose addresses are random keys of ours and need not be forgotten. Without
        `slowing` nobody is slowed down.
        """
        self._store = store
        self._notices = notices
        self._read = dict(read)
        self._channels = sorted(read)
        self._respond = respond
        self._sorry = sorry
        self._now = now
        self._answered = answered
        self._own_addresses = own_addresses
        self._slowing = slowing or Slowing(Allowance(messages=0))
        #: Messages that floods left unanswered since the log told of it, by channel; and when that was.
        self._unanswered: Counter[str] = Counter()
        self._logged_at = 0.0
        self._arriving = Batches[Update](store, self._kept)
        self._arrived = asyncio.Event()

    async def accept(self, updates: Sequence[Update]) -> None:
        """Keep the updates and return; from then on none is lost, and one that comes again changes nothing."""
        await self._arriving.add(updates)
        self._arrived.set()

    def _kept(self, connection: Connection, updates: Sequence[Update]) -> None:
        keep(connection, updates, self._now().timestamp())

    async def settled(self, channel: str, external_id: str, seconds: float = 20.0) -> bool:
        """Return once the message is attended; False when it is not in so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                with self._notices.watching(mark(channel, external_id)) as watch:
                    while not await self._store.read(lambda connection: is_settled(connection, channel, external_id)):
                        await watch.news(_SWEEP)
        except TimeoutError:
            return False
        return True

    async def attend(self) -> None:
        """Answer what comes, and first of all what still waits from before; ends when cancelled."""
        most = _GROUP
        while True:
            self._arrived.clear()
            [came] = await asyncio.gather(self._store.write(partial(self._group, most=most)), return_exceptions=True)
            match came:
                case _Attended():
                    self._tell(came)
                    if not came.is_full:
                        most = _GROUP
                        await self._something_arrived()
                case StoreError(is_passing=True):
                    log.error("event=attend_failed error=%s", came.kind)
                    await asyncio.sleep(_SWEEP)
                case Exception() if most > 1:
                    # One of the group cannot be stored: go on one by one until it is found.
                    log.error("event=group_failed error=%s", _kind(came))
                    most = 1
                case Exception():
                    most = await self._give_up(_kind(came))
                case _:
                    raise came

    def answer_now(self, update: Update) -> list[Reply]:
        """Keep and attend one update without an event loop, and return what its address is told; for the terminal."""

        def answered(connection: Connection) -> tuple[list[_Attended], list[Reply]]:
            self._kept(connection, [update])
            groups = [self._group(connection, _GROUP)]
            while groups[-1].is_full:
                groups.append(self._group(connection, _GROUP))
            return groups, handed_over(connection, update.channel, update.address, self._now().timestamp())

        groups, replies = self._store.write_now(answered)
        for attended in groups:
            self._tell(attended)
        return replies

    async def _give_up(self, kind: str) -> int:
        """Say sorry for the oldest message; return how many to attend next.

        Where not even that can be stored the fault is not the message's: it waits, and so do all others.
        """
        [said] = await asyncio.gather(self._store.write(partial(self._given_up, kind=kind)), return_exceptions=True)
        match said:
            case _Attended():
                self._tell(said)
                return _GROUP
            case Exception():
                log.error("event=sorry_failed error=%s", _kind(said))
                await asyncio.sleep(_SWEEP)
                return 1
            case _:
                raise said

    async def _something_arrived(self) -> None:
        too_long = asyncio.get_running_loop().call_later(_SWEEP, self._arrived.set)
        await self._arrived.wait()
        too_long.cancel()

    def _group(self, connection: Connection, most: int) -> _Attended:
        """Attend the oldest messages, at most so many, in the transaction of `connection`."""
        now = self._now()
        group = self._taken(connection, most, now)
        writing = TurnWriter(now, self._own_addresses)
        slowing = self._slowing.group(now.timestamp())
        known: dict[PersonId, Conversation] = {}
        attended: list[tuple[Waiting, str | None]] = []
        forgets = False
        for waiting in group:
            is_attended = slowing.admits(waiting)
            before = known.get(waiting.person)
            try:
                before = stored_conversation(waiting.state) if before is None else before
                if not is_attended:
                    if slowing.is_news(waiting):
                        writing.say(waiting, self._slowing.notice[before.language])
                    continue
                message = self._read[waiting.channel](waiting.raw, waiting.person)
                turn = self._respond(before, message, now)
                writing.keep(waiting, before, message, turn)
            except Exception as error:
                writing.fail(waiting, _kind(error), self._sorry[MAIN if before is None else before.language])
                attended.append((waiting, _kind(error)))
                continue
            known[waiting.person] = turn.conversation
            attended.append((waiting, None))
            if forgets := any(isinstance(event, Forgotten) for event in turn.events):
                if waiting.channel not in self._own_addresses:
                    slowing.forget(waiting)
                # Whoever writes next from the same address may be new: look again.
                break
        writing.write(connection, slowing.standings)
        slowed = slowing.write(connection, now.date().isoformat())
        is_full = forgets or len(group) == most or slowing.has_more
        return _Attended(tuple(attended), is_full, tuple(slowed))

    def _taken(self, connection: Connection, most: int, now: datetime) -> list[Waiting]:
        time = now.timestamp()
        return taken(connection, self._channels, most, time, self._slowing.allowance.rested_by(time))

    def _given_up(self, connection: Connection, kind: str) -> _Attended:
        """Say sorry for the oldest message, which cannot be stored whatever is done."""
        now = self._now()
        slowing = self._slowing.group(now.timestamp())
        writing = TurnWriter(now, self._own_addresses)
        group = self._taken(connection, 1, now)
        for waiting in group:
            slowing.admits(waiting)
            writing.fail(waiting, kind, self._sorry[MAIN])
        writing.write(connection, slowing.standings)
        slowed = slowing.write(connection, now.date().isoformat())
        return _Attended(tuple((waiting, kind) for waiting in group), True, tuple(slowed))

    def _tell(self, attended: _Attended) -> None:
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
            if slowed.is_new:
                log.warning(
                    "event=flood channel=%s person=%s waiting=%d",
                    slowed.waiting.channel,
                    short(slowed.waiting.person),
                    slowed.held,
                )
            self._unanswered[slowed.waiting.channel] += slowed.unanswered
            self._notices.tell(slowed.marks)
        self._log_unanswered()
        people = {waiting.person for waiting, _ in attended.messages}
        people |= {slowed.waiting.person for slowed in attended.slowed}
        if people:
            self._answered(people)
            self._notices.tell(waiting.mark for waiting, _ in attended.messages)
            self._notices.tell(people)

    def _log_unanswered(self) -> None:
        """Tell the log what floods left unanswered, now and then: a flood must not fill it."""
        now = self._now().timestamp()
        if now < self._logged_at + _LOGGED_EVERY:
            return
        for channel, messages in (+self._unanswered).items():
            log.warning("event=unanswered channel=%s messages=%d", channel, messages)
            self._logged_at = now
        self._unanswered.clear()


def _kind(error: Exception) -> str:
    """Return what may be told of an error: never its words, which can hold a person's."""
    return error.kind if isinstance(error, StoreError) else type(error).__name__
