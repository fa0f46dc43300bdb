"""What is done beside the replies: a tap acknowledged, its buttons taken away, "typing" where an answer takes long.

Nobody waits for any of it and nothing of it is kept: what fails is not tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final

from bot.channels.telegram.calls import Call, acknowledged, deleted, keyboard_taken, typing
from bot.channels.telegram.updates import Incoming

log: Final = logging.getLogger(__name__)

#: Seconds without an answer before "typing" is shown, how often it is shown again, and for how long at most.
_TYPING_AFTER: Final = 1.0
_TYPING_AGAIN: Final = 4.5
_TYPING_LONGEST: Final = 60.0
#: Courtesies under way before more are left out.
_MOST: Final = 256

#: Does what it is asked and raises nothing.
Attempt = Callable[[Call], Awaitable[object]]
#: Whether the message with this external id was attended.
IsAttended = Callable[[str], Awaitable[bool]]


class Courtesies:
    """The courtesies of one bot; `close` it at the end."""

    def __init__(self, attempt: Attempt, is_attended: IsAttended, *, typing_after: float = _TYPING_AFTER) -> None:
        self._attempt = attempt
        self._is_attended = is_attended
        self._typing_after = typing_after
        self._under_way: set[asyncio.Task[None]] = set()
        #: For each address, what will show "typing" unless an answer comes before.
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def came(self, message: Incoming, *, is_acknowledged: bool = False) -> None:
        """Begin what is due to a message that was just kept."""
        tap = message.tap
        if tap is not None:
            if not is_acknowledged:
                self._do(acknowledged(tap.query_id, tap.label))
            if tap.message_id is not None:
                self._do(keyboard_taken(message.address, tap.message_id))
        self.answered(message.address)
        loop = asyncio.get_running_loop()
        later = loop.call_later(self._typing_after, self._begin_typing, message)
        self._waiting[message.address] = later

    def answered(self, address: str) -> None:
        """Show no "typing" any more: an answer is being sent."""
        waiting = self._waiting.pop(address, None)
        if waiting is not None:
            waiting.cancel()

    def delete(self, address: str, message_id: int) -> None:
        """Delete a message of ours."""
        self._do(deleted(address, message_id))

    def _begin_typing(self, message: Incoming) -> None:
        self._waiting.pop(message.address, None)
        self._start(self._typed(message))

    async def _typed(self, message: Incoming) -> None:
        """Show "typing" for as long as the message is not attended; a silence that is meant shows none."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + _TYPING_LONGEST
        while loop.time() < ends and not await self._is_attended(message.external_id):
            await self._attempt(typing(message.address))
            await asyncio.sleep(_TYPING_AGAIN)

    def _do(self, call: Call) -> None:
        self._start(self._done(call))

    async def _done(self, call: Call) -> None:
        await self._attempt(call)

    def _start(self, courtesy: Coroutine[object, object, None]) -> None:
        if len(self._under_way) >= _MOST:
            courtesy.close()
            return
        task = asyncio.create_task(courtesy)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("event=courtesy_failed channel=telegram error=%s", type(error).__name__)

    async def close(self) -> None:
        """Leave what is under way undone."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
