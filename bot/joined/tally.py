"""Small things that happen often, counted in memory and written now and then.

What was counted since the last writing is lost with a crash: nothing here is worth a write of its own.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Final

from bot.joined.channel import Ground
from bot.storage import StoreError, count

log: Final = logging.getLogger(__name__)

#: A day (ISO), what happened, about what: as storage counts.
Counted = tuple[str, str, str]

#: Seconds between two writings.
EVERY: Final = 2.0
#: Seconds between two lines in the log about what was refused: an attack must not fill it.
TOLD_EVERY: Final = 60.0


class Tally:
    """Counts; turns are made in a thread of the storage, so that adding must be safe from any."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._counts: Counter[Counted] = Counter()
        #: What was refused since the log told of it: a channel, and why.
        self._refused: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def happened(self, kind: str, about: str, times: int = 1) -> None:
        """Count something that happened today."""
        self.add({(self._ground.now().date().isoformat(), kind, about): times})

    def refused(self, channel: str, why: str) -> None:
        """Count a request that was turned away; the log tells of it within a minute."""
        self.happened("refused", f"{channel} {why}")
        self._refused[channel, why] += 1

    def tell(self) -> None:
        """Tell the log what was refused since the last time, a line for each reason."""
        refused, self._refused = self._refused, Counter()
        for (channel, why), times in sorted(refused.items()):
            log.warning("event=refused channel=%s why=%s times=%d", channel, why, times)

    def add(self, counted: Mapping[Counted, int]) -> None:
        """Add to the counts."""
        with self._lock:
            self._counts.update(counted)

    async def write(self) -> None:
        """Write what was counted since the last time; what cannot be written now is written later."""
        with self._lock:
            counted, self._counts = self._counts, Counter()
        if not counted:
            return
        try:
            await self._ground.store.write(lambda connection: count(connection, counted))
        except StoreError as error:
            log.error("event=counts_unwritten error=%s", error.kind)
            self.add(counted)

    async def run(self) -> None:
        """Write now and then until cancelled, and once more at the end."""
        telling = asyncio.create_task(self._told())
        try:
            while True:
                await asyncio.sleep(EVERY)
                await self.write()
        finally:
            telling.cancel()
            self.tell()
            await self.write()

    async def _told(self) -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY)
            self.tell()
