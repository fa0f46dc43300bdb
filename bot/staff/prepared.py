"""What a page shows and takes a while to find: made in a thread beside it, kept until what it is made of changes."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_NONE: Final = object()
#: The status by which the page's script (htmx) is told to ask no more.
READY: Final = 286


class PreparedPart(Generic[T]):
    """One thing that is made of something with a state; the page that asks never waits for long."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._state: Hashable = _NONE
        self._made: T | None = None
        self._making: asyncio.Task[None] | None = None

    async def ready(self, state: Hashable, make: Callable[[], T], patience: float = 0.08) -> tuple[T | None, bool]:
        """Return what was made last, None before the first time, and whether it is of this state.

        What is not is begun to be made; a page waits for it no longer than `patience` seconds.
        """
        if self._state == state:
            return self._made, True
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._make(state, make))
        await asyncio.wait((self._making,), timeout=patience)
        if self._making.done():
            await self._making
        return self._made, self._state == state

    async def _make(self, state: Hashable, make: Callable[[], T]) -> None:
        made = await asyncio.to_thread(make)
        self._made, self._state = made, state
