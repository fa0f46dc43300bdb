"""Many small writes made one: what comes while a write is under way goes together in the next.

Each who adds waits for their own; when the write of a group fails, each part is tried alone, so that one that cannot
be written costs only itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.storage.store import Store

Item = TypeVar("Item")


class Gathering(Generic[Item]):
    """Items on their way into one table by `write`, which takes any number of them."""

    def __init__(self, store: Store, write: Callable[[Connection, Sequence[Item]], object]) -> None:
        self._store = store
        self._write = write
        self._parts: list[tuple[Sequence[Item], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, items: Sequence[Item]) -> None:
        """Return when the items are committed."""
        if not items:
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parts.append((items, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._all_written())
        await kept

    async def _all_written(self) -> None:
        while self._parts:
            parts, self._parts = self._parts, []
            if (error := await self._failed(parts)) is not None and len(parts) > 1:
                for part in parts:
                    _settle([part], await self._failed([part]))
            else:
                _settle(parts, error)
        self._writing = None

    async def _failed(self, parts: Sequence[tuple[Sequence[Item], asyncio.Future[None]]]) -> BaseException | None:
        items = [item for part, _ in parts for item in part]
        [result] = await asyncio.gather(
            self._store.write(lambda connection: self._write(connection, items)), return_exceptions=True
        )
        return result if isinstance(result, BaseException) else None


def _settle(parts: Sequence[tuple[Sequence[Item], "asyncio.Future[None]"]], error: BaseException | None) -> None:
    for _, kept in parts:
        if kept.done():  # Whoever waited has gone.
            continue
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
