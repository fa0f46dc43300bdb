"""The way to the Bot API: aiogram's `Bot` and its errors, with calls as plain values on both sides.

aiogram's own session builds a form and checks every answer against its models, three quarters of the cost of a
message, and one update that it does not know would keep a whole batch from being read.
"""

import json
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

import msgspec
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.channels.posting import CutOffError, NotConnectedError, Posting
from bot.channels.telegram.calls import Call

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
        try:
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


class Line:
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
