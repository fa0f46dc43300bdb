"""Replies handed to the platform through aiogram's `Bot`, and what it said: sent, later or never.

A reply in several messages goes on where it stopped when it is sent again. The platform keeps no number of ours: a
reply whose answer got lost is sent twice rather than not at all. aiogram's own session builds a form and checks every
answer against its models, three quarters of the cost of a message, and one update that it does not know would keep a
whole batch from being read: calls are plain values on both sides here.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

import msgspec
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.channels.incoming import Moved
from bot.channels.posting import CutOffError, FilePart, NotConnectedError, Posting
from bot.channels.printing import PDF
from bot.channels.sending import Pace, Rate, Retry, SendFailed, WasSent, bounded, burst
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import Call, with_file, write
from bot.channels.telegram.webhook import Courtesies
from bot.channels.telegram.words import TelegramWords
from bot.message import Document, Reply

API: Final = "https://api.telegram.org"
#: How long the platform may take for one call, in seconds.
_PATIENCE: Final = 15.0
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")


def is_token(text: str) -> bool:
    """Return whether `text` has the shape of a bot's token."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call in the place of aiogram's method, which is a model that checks itself and costs as much as sending it."""

    name: str
    params: Mapping[str, Any]
    __returning__: ClassVar[Any] = Any

    @property
    def __api_method__(self) -> str:
        return self.name


class _Session(BaseSession):
    """A session that posts a call as JSON and returns its result as it came."""

    def __init__(self, base: str, patience: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base), timeout=patience)
        self._posting = Posting(base, {}, patience=patience)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: float | None = None
    ) -> TelegramType:
        asked = cast("_Asked", method)
        path = f"/bot{bot.token}/{asked.name}"
        form = {name: value for name, value in asked.params.items() if isinstance(value, FilePart)}
        try:
            if form:
                told_too = {name: str(value) for name, value in asked.params.items() if name not in form}
                answer = await self._posting.post_form(path, {**told_too, **form}, timeout)
            else:
                answer = await self._posting.post(path, _encoded(asked.params), timeout)
        except TimeoutError as error:
            raise TelegramNetworkError(method, "timeout") from error
        except NotConnectedError as error:
            raise TelegramNetworkError(method, "not_connected") from error
        except CutOffError as error:
            raise TelegramNetworkError(method, "cut_off") from error
        try:
            told = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            told = None
        if answer.status == 200 and isinstance(told, dict) and told.get("ok") is True:
            return cast("TelegramType", told.get("result"))
        content = answer.body.decode("utf-8", "replace")
        return cast("TelegramType", self.check_response(bot, method, answer.status, content).result)

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Fetch no file: there is none that the guide reads."""
        raise NotImplementedError

    async def close(self) -> None:
        await self._posting.close()


def _encoded(params: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(params)
    except UnicodeEncodeError:
        # Half a character somewhere; the platform would refuse all of it.
        return json.dumps(params).encode("utf-8", "replace")


class TelegramBot:
    """One bot's connection; `close` it at the end. A token of no bot's shape is a `ValueError`."""

    def __init__(self, token: str, *, base: str = API, patience: float = _PATIENCE) -> None:
        if not is_token(token):
            raise ValueError("the token must be as BotFather gave it: digits, a colon, letters")
        self._session = _Session(base, patience)
        self._bot = Bot(token, session=self._session)

    async def call(self, call: Call, patience: float | None = None) -> Any:
        """Return the call's result, as JSON; raise aiogram's errors."""
        asked = cast("TelegramMethod[Any]", _Asked(call.method, call.params))
        # aiogram hands the number of seconds through as it is.
        return await self._bot(asked, request_timeout=cast("int | None", patience))

    async def attempt(self, call: Call) -> Any:
        """Return the call's result; None when it failed, for whatever reason."""
        try:
            return await self.call(call)
        except AiogramError:
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


#: What only the operator can put right holds the channel and loses nothing: replies wait, for a day, until it is.
_OPERATOR: Final = 60.0

#: What a description holds, and our name for it. The platform promises no wording: what is not here is still NEVER.
_GONE: Final = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deleted_account"),
    ("chat not found", "chat_not_found"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
    ("can't initiate conversation", "never_wrote"),
    ("can't send messages to", "is_a_bot"),
    ("peer_id_invalid", "chat_not_found"),
    ("chat_write_forbidden", "may_not_write"),
    ("not enough rights", "may_not_write"),
    ("have no rights", "may_not_write"),
    ("message is too long", "too_long"),
    ("text is empty", "empty"),
    ("button_data_invalid", "button_refused"),
    ("reply markup", "button_refused"),
)


def refusal(error: AiogramError) -> SendFailed:
    """Return what an error means for the reply that met it."""
    match error:
        case TelegramRetryAfter():
            return SendFailed(Retry.LATER, "429 flood", float(error.retry_after))
        case TelegramMigrateToChat():
            return SendFailed(Retry.LATER, "400 moved", 0.0)
        case TelegramForbiddenError():
            return SendFailed(Retry.NEVER, f"403 {_named(error, 'forbidden')}")
        case TelegramUnauthorizedError() | TelegramNotFound():
            # The platform says "not found" of a token that no bot has.
            return SendFailed(Retry.LATER, "401 token", _OPERATOR, holds_channel=True)
        case TelegramEntityTooLarge():
            return SendFailed(Retry.NEVER, "413 too_large")
        case TelegramBadRequest():
            return SendFailed(Retry.NEVER, f"400 {_named(error, 'refused')}")
        case TelegramConflictError():
            return SendFailed(Retry.LATER, "409 conflict")
        case TelegramServerError():
            return SendFailed(Retry.LATER, "server_error")
        case TelegramNetworkError():
            known = error.message in {"timeout", "not_connected", "cut_off"}
            reason = error.message if known else "network"
            return SendFailed(Retry.LATER, reason, is_unsure=reason != "not_connected")
        case ClientDecodeError():
            # A proxy's page in place of an answer.
            return SendFailed(Retry.LATER, "not_json")
        case _:
            return SendFailed(Retry.LATER, "unknown")


def _named(error: TelegramBadRequest | TelegramForbiddenError, otherwise: str) -> str:
    told = error.message.lower()
    return next((name for part, name in _GONE if part in told), otherwise)


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
            calls = [with_file(FilePart(reply.document.name, PDF, drawn), to, topic), *calls]
        done = self._arrived.pop(number, 0)
        told: Any = None
        for index, call in enumerate(calls):
            if index < done:
                continue
            try:
                told = await self._bot.call(call)
            except AiogramError as error:
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
        return SendFailed(Retry.LATER, "429 flood", seconds, holds_channel=holds)


def _message_id(told: Any) -> int | None:
    """Return the platform's number of a message it took; None where it told none."""
    found = told.get("message_id") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None
