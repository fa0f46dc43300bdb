"""Who waits for something about a person or a message, and is told when it has come.

Only within this program: another one that shares the database is not heard, so every wait has an end.
"""

import asyncio
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager


class Watch:
    """One who waits; made by `Notices.watching` before looking, so that nothing is missed between look and wait."""

    def __init__(self) -> None:
        self._has_news = asyncio.Event()

    def tell(self) -> None:
        """Wake the one who waits."""
        self._has_news.set()

    async def news(self, seconds: float) -> bool:
        """Return True once there is news, False when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._has_news.wait()
        except TimeoutError:
            return False
        self._has_news.clear()
        return True


class Notices:
    """Everyone who waits at the moment, by what they wait for."""

    def __init__(self) -> None:
        self._watches: dict[Hashable, set[Watch]] = {}
        #: Nobody is to wait any more: the program stops.
        self.is_over = False

    @contextmanager
    def watching(self, about: Hashable) -> Iterator[Watch]:
        """Yield a watch that is told from now on."""
        watch = Watch()
        self._watches.setdefault(about, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._watches[about]
            watches.discard(watch)
            if not watches:
                del self._watches[about]

    def end(self) -> None:
        """Wake everyone, for the last time."""
        self.is_over = True
        self.tell(tuple(self._watches))

    def tell(self, abouts: Iterable[Hashable]) -> None:
        """Wake everyone who waits for one of these."""
        if not self._watches:
            return
        for about in abouts:
            for watch in self._watches.get(about, ()):
                watch.tell()
