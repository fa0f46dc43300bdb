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


class Tally:
    """Counts; turns are made in a thread of the storage, so that adding must be safe from any."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._counts: Counter[Counted] = Counter()
        self._lock = Lock()

    def happened(self, kind: str, about: str, times: int = 1) -> None:
        """Count something that happened today."""
        self.add({(self._ground.now().date().isoformat(), kind, about): times})

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
        try:
            while True:
                await asyncio.sleep(EVERY)
                await self.write()
        finally:
            await self.write()
