"""Replies out: each at least once, in the order of its person, as fast as the platform allows and no faster.

Every channel has a lane of its own, and within it every person: one who cannot be reached holds up nobody else. Who
must wait is put off in the database and costs nothing meanwhile. Nothing is forgotten by a crash: what is not recorded
as sent is sent again. That a reply is being sent is kept before it is: after a crash only those can arrive twice, and
where the platform tells our number with what it delivered, it is listened to first.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from itertools import groupby
from time import monotonic
from typing import Final

from sqlalchemy import Connection

from bot.channels.sending import Outlet, Retry, SendFailed, WasSent
from bot.message import PersonId
from bot.storage import Batches, Due, SendOutcome, Store, StoreError, short
from bot.storage.outbox import (
    LONGEST_PUT_OFF,
    Departure,
    due,
    hold_back,
    mark_departures,
    next_due,
    record,
    wake,
)
from bot.storage.tables import stored_reply

log: Final = logging.getLogger(__name__)

#: Persons of one channel who are sent to at the same time.
_AT_ONCE: Final = 256
#: Most replies fetched at a time.
_FETCHED: Final = 512
#: How often to look for what nobody told us of (another program's replies, after an error), in seconds.
_SWEEP: Final = 1.0
#: Who need only rest so long keeps their place; longer rests are kept in the database. Seconds.
_SHORT_REST: Final = 1.5
#: How long the sendings under way are waited for at the end, in seconds.
_LAST_CALLS: Final = 5.0
#: A failed sending is tried again after 2 s, doubled each time, to a minute; up to a quarter is added by chance. That
#: bounds how late it is seen that a platform is back: one success wakes all who wait for that.
_FIRST_WAIT: Final = 2.0
_LONGEST_WAIT: Final = 60.0
#: When nothing succeeded for so long, the next success wakes all who back off, in seconds. Not after every failure:
#: what fails by itself, among others that arrive, must not be tried with each of them.
_OUTAGE: Final = 2.0
#: How long a reply waits for its person to write, in seconds.
_AWAITED: Final = 30 * 24 * 3600.0
#: After so long without success a reply is a dead letter, in seconds, when it was tried so often: a clock that jumps
#: ahead must not give up what was tried once.
_GIVE_UP: Final = 24 * 3600.0
_LEAST_TRIES: Final = 12
#: So many tries are a day's, whatever the clock says.
_MOST_TRIES: Final = 1000


class _Unsent(Enum):
    """Why a reply was not sent after all."""

    #: The program ends, or leads no more: it waits as it did.
    KEPT = "kept"
    #: It does not wait any more.
    GONE = "gone"


class Delivery:
    """Sends what the outbox holds; `run` it as long as the program, `tell` it of persons who have new replies."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        *,
        sent: Callable[[Iterable[PersonId]], object],
        now: Callable[[], datetime],
        chance: Callable[[], float],
        steady: Callable[[], float] = monotonic,
        noted: Callable[[SendOutcome, float], object] = lambda _outcome, _age: None,
    ) -> None:
        """Take the parts in.

        `sent` hears of the persons to whom something was sent. `chance` returns a number from 0 to 1, so that those who
        failed together part ways. Pace goes by `steady`, in seconds, which nobody sets back. `noted` hears what became
        of each reply, and how many seconds after it was kept.
        """
        self._lanes = [
            _Lane(name, outlet, store, sent=sent, now=now, chance=chance, steady=steady, noted=noted)
            for name, outlet in outlets.items()
        ]

    async def run(self) -> None:
        """Send until cancelled; then the sendings under way are finished and recorded."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(lane.run())

    def tell(self, people: Iterable[PersonId] = ()) -> None:
        """Look for replies at once; `people` are those known to have new ones."""
        known = frozenset(people)
        for lane in self._lanes:
            lane.tell(known)


class _Lane:
    """The replies of one channel."""

    def __init__(
        self,
        name: str,
        outlet: Outlet,
        store: Store,
        *,
        sent: Callable[[Iterable[PersonId]], object],
        now: Callable[[], datetime],
        chance: Callable[[], float],
        steady: Callable[[], float],
        noted: Callable[[SendOutcome, float], object],
    ) -> None:
        self._name = name
        self._noted = noted
        self._lead = f"delivery:{name}"
        self._send = outlet.send
        self._confirms_within = outlet.confirms_within
        self._is_leading = False
        #: Since when the platform fails, by the steady clock; None while something arrives.
        self._failing_since: float | None = None
        self._pace = outlet.pace
        self._store = store
        self._sent = sent
        self._now = now
        self._chance = chance
        self._steady = steady
        self._came = asyncio.Event()
        self._ending = asyncio.Event()
        #: Persons told of since we last began to look.
        self._new: set[PersonId] = set()
        #: Persons being sent to, and whether new replies came for them meanwhile.
        self._busy: dict[PersonId, bool] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._departures = Batches[Departure](store, self._departed)
        self._outcomes = Batches[SendOutcome](store, self._recorded)

    def tell(self, people: frozenset[PersonId]) -> None:
        for person in people & self._busy.keys():
            self._busy[person] = True
        self._new |= people
        self._came.set()

    async def run(self) -> None:
        self._ending.clear()
        try:
            while True:
                self._came.clear()
                wait = _SWEEP
                try:
                    if await self._leads():
                        wait = await self._set_out()
                except StoreError as error:
                    log.error("event=outbox_unread channel=%s error=%s", self._name, error.kind)
                if wait > 0:
                    await self._something_came(wait)
        finally:
            self._ending.set()
            if sending := tuple(self._sending):
                await asyncio.wait(sending, timeout=_LAST_CALLS)
                for task in sending:
                    task.cancel()
                await asyncio.gather(*sending, return_exceptions=True)

    async def _leads(self) -> bool:
        """Return whether this program sends.

        When it begins to, what had backed off is tried at once, and what may have arrived waits for its status.
        """
        is_leading = await self._store.leads(self._lead)
        if is_leading and not self._is_leading:
            now = self._time()

            def taken_over(connection: Connection) -> None:
                wake(connection, self._name, now)
                if self._confirms_within:
                    hold_back(connection, self._name, now + self._confirms_within)

            await self._store.write(taken_over)
        self._is_leading = is_leading
        return is_leading

    async def _something_came(self, wait: float) -> None:
        too_long = asyncio.get_running_loop().call_later(wait, self._came.set)
        await self._came.wait()
        too_long.cancel()

    async def _set_out(self) -> float:
        """Begin sending what is due and return the seconds until it is worth looking again."""
        room = _AT_ONCE - len(self._busy)
        if room <= 0:
            return _SWEEP
        if (held := self._pace.held(self._steady())) > 0:
            return min(held, _SWEEP)
        now = self._time()
        busy = tuple(self._busy)
        self._new.clear()

        def looked(connection: Connection) -> tuple[list[Due], float | None]:
            return due(connection, self._name, busy, _FETCHED, now), next_due(connection, self._name, now)

        found, later = await self._store.read(looked)
        found.sort(key=lambda one: one.person)
        by_person = [list(replies) for _, replies in groupby(found, key=lambda one: one.person)]
        by_person.sort(key=lambda replies: replies[0].id)
        for replies in by_person[:room]:
            self._busy[replies[0].person] = replies[0].person in self._new
            task = asyncio.create_task(self._served(replies))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        if len(found) == _FETCHED and len(self._busy) < _AT_ONCE:
            return 0.0
        return _SWEEP if later is None else min(_SWEEP, max(0.001, later - self._time()))

    async def _served(self, replies: Sequence[Due]) -> None:
        """Send one person's replies in their order, up to the first that must wait.

        What became of each is kept before the next one is sent, so that a crash costs at most one sent twice: the one
        that was under way.
        """
        person = replies[0].person
        must_wait = False
        was_full = len(self._busy) >= _AT_ONCE
        try:
            for reply in replies:
                match await self._outcome(reply):
                    case SendOutcome() as outcome:
                        await self._record(person, outcome)
                        self._noted(outcome, self._time() - reply.created)
                        must_wait = outcome.state == "later"
                    case _Unsent.KEPT:
                        must_wait = True
                    case _Unsent.GONE:
                        pass
                if must_wait:
                    break
        finally:
            has_more = self._busy.pop(person)
        if has_more or was_full or must_wait:
            self._came.set()

    async def _record(self, person: PersonId, outcome: SendOutcome) -> None:
        """Keep what became of a reply, however long the database refuses it: until then nothing more is sent there.

        A reply that was sent and is not known to be would be sent again, for ever.
        """
        wait = _SWEEP
        while True:
            is_ending = self._ending.is_set()
            try:
                await self._outcomes.add((outcome,))
            except Exception as error:
                kind = error.kind if isinstance(error, StoreError) else type(error).__name__
                log.error("event=outcome_unrecorded channel=%s error=%s", self._name, kind)
                if is_ending:
                    return
                await self._rested(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                break
        if outcome.state == "sent":
            self._sent((person,))
            await self._succeeded()

    async def _succeeded(self) -> None:
        """Wake all who back off, when nothing else had succeeded for a while."""
        since, self._failing_since = self._failing_since, None
        if since is None or self._steady() - since < _OUTAGE:
            return
        try:
            await self._store.write(lambda connection: wake(connection, self._name, self._time()))
        except StoreError as error:
            # They wake by themselves within a minute.
            log.error("event=unwoken channel=%s error=%s", self._name, error.kind)
        self._came.set()

    async def _outcome(self, reply: Due) -> SendOutcome | _Unsent:
        """Return what became of sending one reply, or why it was not sent."""
        rest = self._pace.rest(reply.person, self._steady())
        if rest > _SHORT_REST:
            return SendOutcome(reply.id, self._name, "later", due=self._time() + rest)
        if rest > 0 and not await self._rested(rest):
            return _Unsent.KEPT
        wait = self._pace.reserve(reply.person, self._steady())
        if (wait > 0 and not await self._rested(wait)) or self._ending.is_set():
            return _Unsent.KEPT
        departure = Departure(reply, self._name)
        try:
            await self._departures.add((departure,))
        except StoreError as error:
            log.error("event=departure_unmarked channel=%s error=%s", self._name, error.kind)
            await self._rested(_SWEEP)
            return _Unsent.KEPT
        if not departure.is_waiting:
            return _Unsent.GONE
        if not self._store.still_leads(self._lead):
            return _Unsent.KEPT
        try:
            came = await self._send(reply.address, stored_reply(reply.reply), reply.id)
        except Exception as error:
            # A fault of ours in a channel: others are not to suffer for it, and it may pass.
            came = SendFailed(Retry.LATER, type(error).__name__)
        match came:
            case WasSent(platform_id, messages):
                self._pace.charge(reply.person, messages - 1)
                return SendOutcome(reply.id, self._name, "sent", platform_id)
            case SendFailed():
                return self._failed(reply, came)

    async def _rested(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return True
        return False

    def _failed(self, reply: Due, failure: SendFailed) -> SendOutcome:
        now, tries = self._time(), reply.attempts + 1
        age = now - reply.created
        match failure.when:
            case Retry.NEVER:
                is_over = True
            case Retry.HEARD:
                is_over = age > _AWAITED
            case Retry.LATER:
                is_over = (age > _GIVE_UP and tries >= _LEAST_TRIES) or tries >= _MOST_TRIES
        self._tell_failed(reply, failure, tries, is_over=is_over)
        if is_over:
            return SendOutcome(reply.id, self._name, "dead", reason=failure.reason)
        if failure.when is Retry.HEARD:
            # Whoever hears of the person makes it due; looking again costs no sending.
            return SendOutcome(reply.id, self._name, "later", due=now + LONGEST_PUT_OFF, reason=failure.reason)
        if failure.after is None:
            wait = min(_FIRST_WAIT * 2 ** min(reply.attempts, 10), _LONGEST_WAIT)
            wait *= 1 + self._chance() / 4
            if self._failing_since is None:
                self._failing_since = self._steady()
        else:
            wait = min(failure.after, LONGEST_PUT_OFF)
            if failure.holds_channel:
                self._pace.hold(wait, self._steady())
        return SendOutcome(
            reply.id,
            self._name,
            "later",
            due=now + wait,
            failed=True,
            reason=failure.reason,
            is_unsure=failure.is_unsure,
            backs_off=failure.after is None,
        )

    def _tell_failed(self, reply: Due, failure: SendFailed, tries: int, *, is_over: bool) -> None:
        if failure.when is Retry.HEARD and not is_over and reply.reason == failure.reason:
            return  # It was told when it began to wait.
        log.warning(
            "event=send_failed channel=%s outbox=%d person=%s when=%s attempts=%d reason=%s",
            self._name,
            reply.id,
            short(reply.person),
            "never" if is_over else failure.when.value,
            tries,
            "_".join(failure.reason.split()),
        )

    def _departed(self, connection: Connection, departures: Sequence[Departure]) -> None:
        mark_departures(connection, departures, self._time())

    def _recorded(self, connection: Connection, outcomes: Sequence[SendOutcome]) -> None:
        record(connection, outcomes, self._time())

    def _time(self) -> float:
        return self._now().timestamp()
