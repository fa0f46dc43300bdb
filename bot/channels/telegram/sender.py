"""Replies handed to the platform, and what it said: sent, later or never.

A reply in several messages goes on where it stopped when it is sent again. The platform keeps no number of ours: a
reply whose answer got lost is sent twice rather than not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.channels.incoming import Moved
from bot.channels.posting import FilePart
from bot.channels.sending import Pace, Rate, Retry, SendFailed, WasSent, bounded, burst
from bot.channels.telegram.api import CallFailedError, TelegramBot, refusal
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import with_file, write
from bot.channels.telegram.webhook import Courtesies
from bot.channels.telegram.words import TelegramWords
from bot.message import Document, Reply


def pace(per_second: float = TelegramLimits.PER_SECOND.most) -> Pace:
    """Return how fast a bot may send; more a second where the operator pays the platform for it."""
    person = Rate(TelegramLimits.CHAT_PER_SECOND.most, TelegramLimits.CHAT_BURST.most)
    return Pace(channel=burst(per_second), person=person)


async def _no_topic(_address: str) -> int | None:
    return None


class TelegramSender:
    """One bot's way out."""

    def __init__(
        self,
        bot: TelegramBot,
        words: TelegramWords,
        courtesies: Courtesies,
        *,
        now: Callable[[], float],
        moved: Callable[[Sequence[Moved]], Awaitable[None]],
        printed: Callable[[Document], bytes],
        topic: Callable[[str], Awaitable[int | None]] = _no_topic,
    ) -> None:
        """Take the parts in; `now` is in seconds, and never set back; `moved` hears of chats that have another id.

        `printed` draws a document as a PDF. `topic` tells in which topic of a chat its person wrote last.
        """
        self._topic = topic
        self._bot = bot
        self._words = words
        self._courtesies = courtesies
        self._now = now
        self._moved = moved
        self._printed = printed
        #: How many messages of a reply arrived, where not all did.
        self._arrived: dict[int, int] = {}
        #: The new id of a chat that moved, until the person writes from it.
        self._moved_to: dict[str, str] = {}
        #: The message that brought an address the keyboard that shares the position.
        self._keyboards: dict[str, int] = {}
        #: The address last told to slow down, and until when.
        self._slowed: tuple[str, float] = ("", 0.0)

    async def send(self, address: str, reply: Reply, number: int) -> WasSent | SendFailed:
        """Send a reply to an address; `number` is the outbox's."""
        if not address:
            return SendFailed(Retry.NEVER, "no_address")
        self._courtesies.answered(address)
        to, topic = self._moved_to.get(address, address), await self._topic(address)
        calls = write(reply, to, self._words, topic)
        if reply.document is not None:
            drawn = await asyncio.to_thread(self._printed, reply.document)
            if drawn:
                file = FilePart(reply.document.name, reply.document.media_type, drawn)
                calls = [with_file(file, to, topic), *calls]
        done = self._arrived.pop(number, 0)
        told: Any = None
        for index, call in enumerate(calls):
            if index < done:
                continue
            try:
                told = await self._bot.call(call)
            except CallFailedError as error:
                failure = await self._failed(address, error)
                if failure.when is Retry.LATER and index:
                    bounded(self._arrived)[number] = index
                return failure
        self._keep_keyboard(address, told if reply.asks_location else None)
        return WasSent(str(_message_id(told) or ""), len(calls) - done)

    def _keep_keyboard(self, address: str, brought: Any) -> None:
        """Take the last keyboard away, with the message that brought it, and remember the new one."""
        before = self._keyboards.pop(address, None)
        if before is not None:
            self._courtesies.delete(self._moved_to.get(address, address), before)
        message_id = _message_id(brought)
        if message_id is not None:
            bounded(self._keyboards)[address] = message_id

    async def _failed(self, address: str, error: CallFailedError) -> SendFailed:
        match error.fault:
            case "moved":
                bounded(self._moved_to)[address] = error.moved_to
                await self._moved([Moved(address, error.moved_to)])
                return refusal(error)
            case "flood":
                return self._slow_down(address, error.after)
            case _:
                return refusal(error)

    def _slow_down(self, address: str, seconds: float) -> SendFailed:
        """Return when to try again; two persons told so at once are told for the whole bot."""
        now = self._now()
        other, until = self._slowed
        holds = other not in {"", address} and until > now
        self._slowed = (address, now + seconds)
        return SendFailed(Retry.LATER, "429 flood", seconds, holds_channel=holds)


def _message_id(told: Any) -> int | None:
    """Return the platform's number of a message it took; None where it told none."""
    found = told.get("message_id") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None
