"""Replies handed to the platform, and what it said: sent, later or never.

A reply in several messages goes on where it stopped when it is sent again. The platform keeps no number of ours: a
reply whose answer got lost is sent twice rather than not at all.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram.exceptions import AiogramError, TelegramMigrateToChat, TelegramRetryAfter

from bot.channels.limits import Telegram
from bot.channels.pace import Pace, Rate, burst
from bot.channels.sending import SendFailed, Sent, When, bounded
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.failures import refusal
from bot.channels.telegram.line import Line
from bot.channels.telegram.replies import write
from bot.channels.telegram.updates import Moved
from bot.channels.telegram.words import Words
from bot.message import Reply


def pace(per_second: float = Telegram.PER_SECOND.most) -> Pace:
    """Return how fast a bot may send; more a second where the operator pays the platform for it."""
    person = Rate(Telegram.CHAT_PER_SECOND.most, Telegram.CHAT_BURST.most)
    return Pace(channel=burst(per_second), person=person)


class Sender:
    """One bot's way out."""

    def __init__(
        self,
        line: Line,
        words: Words,
        courtesies: Courtesies,
        *,
        now: Callable[[], float],
        moved: Callable[[Sequence[Moved]], Awaitable[None]],
    ) -> None:
        """Take the parts in; `now` is in seconds since 1970; `moved` hears of chats that have another id."""
        self._line = line
        self._words = words
        self._courtesies = courtesies
        self._now = now
        self._moved = moved
        #: How many messages of a reply arrived, where not all did.
        self._arrived: dict[int, int] = {}
        #: The new id of a chat that moved, until the person writes from it.
        self._moved_to: dict[str, str] = {}
        #: The message that brought an address the keyboard that shares the position.
        self._keyboards: dict[str, int] = {}
        #: The address last told to slow down, and until when.
        self._slowed: tuple[str, float] = ("", 0.0)

    async def send(self, address: str, reply: Reply, number: int) -> Sent | SendFailed:
        """Send a reply to an address; `number` is the outbox's."""
        if not address:
            return SendFailed(When.NEVER, "no_address")
        self._courtesies.answered(address)
        calls = write(reply, self._moved_to.get(address, address), self._words)
        done = self._arrived.pop(number, 0)
        told: Any = None
        for index, call in enumerate(calls):
            if index < done:
                continue
            try:
                told = await self._line.call(call)
            except AiogramError as error:
                failure = await self._failed(address, error)
                if failure.when is When.LATER and index:
                    bounded(self._arrived)[number] = index
                return failure
        self._keep_keyboard(address, told if reply.asks_location else None)
        return Sent(str(_message_id(told) or ""), len(calls) - done)

    def _keep_keyboard(self, address: str, brought: Any) -> None:
        """Take the last keyboard away, with the message that brought it, and remember the new one."""
        before = self._keyboards.pop(address, None)
        if before is not None:
            self._courtesies.delete(self._moved_to.get(address, address), before)
        message_id = _message_id(brought)
        if message_id is not None:
            bounded(self._keyboards)[address] = message_id

    async def _failed(self, address: str, error: AiogramError) -> SendFailed:
        match error:
            case TelegramMigrateToChat():
                after = str(error.migrate_to_chat_id)
                bounded(self._moved_to)[address] = after
                await self._moved([Moved(address, after)])
                return refusal(error)
            case TelegramRetryAfter():
                return self._slow_down(address, float(error.retry_after))
            case _:
                return refusal(error)

    def _slow_down(self, address: str, seconds: float) -> SendFailed:
        """Return when to try again; two persons told so at once are told for the whole bot."""
        now = self._now()
        other, until = self._slowed
        holds = other not in {"", address} and until > now
        self._slowed = (address, now + seconds)
        return SendFailed(When.LATER, "429 flood", seconds, holds_channel=holds)


def _message_id(told: Any) -> int | None:
    """Return the platform's number of a message it took; None where it told none."""
    found = told.get("message_id") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None
