"""The way to the Bot API: aiogram's `Bot` and its errors, with calls as plain values on both sides.

aiogram's own session builds a form and checks every answer against its models, three quarters of the cost of a
message, and one update that it does not know would keep a whole batch from being read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientError, ClientTimeout

from bot.channels.telegram.calls import Call

API: Final = "https://api.telegram.org"
#: How long the platform may take for one call, in seconds.
_PATIENCE: Final = 15.0
#: Calls under way at the same time: as many persons as delivery sends to at once, and their courtesies.
_AT_ONCE: Final = 512
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_JSON: Final = {"Content-Type": "application/json"}


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


class _Session(AiohttpSession):
    """aiogram's session, which posts a call as JSON and returns its result as it came."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: float | None = None
    ) -> TelegramType:
        asked = cast("_Asked", method)
        session = await self.create_session()
        body = json.dumps(asked.params, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        limit = ClientTimeout(total=self.timeout if timeout is None else timeout)
        try:
            async with session.post(
                self.api.api_url(bot.token, asked.name), data=body, headers=_JSON, timeout=limit
            ) as response:
                raw, status = await response.read(), response.status
        except TimeoutError as error:
            raise TelegramNetworkError(method, "timeout") from error
        except ClientConnectorError as error:
            # Its words hold the address, and the address holds the token: they go no further.
            raise TelegramNetworkError(method, "not_connected") from error
        except ClientError as error:
            raise TelegramNetworkError(method, "cut_off") from error
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            told = None
        if status == 200 and isinstance(told, dict) and told.get("ok") is True:
            return cast("TelegramType", told.get("result"))
        return cast("TelegramType", self.check_response(bot, method, status, raw.decode("utf-8", "replace")).result)


class Line:
    """One bot's connection; `close` it at the end. A token of no bot's shape is a `ValueError`."""

    def __init__(self, token: str, *, base: str = API, patience: float = _PATIENCE) -> None:
        if not is_token(token):
            raise ValueError("the token must be as BotFather gave it: digits, a colon, letters")
        self._session = _Session(api=TelegramAPIServer.from_base(base), limit=_AT_ONCE, timeout=patience)
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
