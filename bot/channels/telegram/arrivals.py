"""How updates come in, posted by the platform or fetched from it.

A posted update is taken only with the secret that we gave the platform, and answered 200 only once it is kept;
whatever is refused is counted by its kind and nothing of it is kept. A tap is acknowledged in the answer itself: a call
is saved.
A guide that has no address of its own fetches. The platform forgets what lies before the offset we ask with: it moves
only once everything before it is kept.
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from bot.channels.channel import Intake, keep_arrivals
from bot.channels.incoming import NotJsonError
from bot.channels.telegram.api import CallFailedError, Courtesies, TelegramBot, refusal
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import ALLOWED, Call, acknowledged
from bot.channels.telegram.updates import item, updates
from bot.channels.webhook import TAKEN, Post, RefusedError, webhook

#: The header in which the platform tells the secret.
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_HEADER: Final = HEADER.lower().encode()
_MOST: Final = TelegramLimits.WEBHOOK.most
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{TelegramLimits.SECRET.most}}}")


def is_secret(text: str) -> bool:
    """Return whether the platform takes `text` as the secret of a webhook."""
    return _SECRET.fullmatch(text) is not None


def app(intake: Intake, secret: str, courtesies: Courtesies, *, path: str = "/") -> ASGIApp:
    """Return the webhook at `path`; what is turned away is told to `intake.refused`.

    A secret that the platform would not take is a `ValueError`: without one, anybody could post.
    """
    if not is_secret(secret):
        raise ValueError("the secret must be 1 to 256 letters, digits, _ or -")
    return webhook(path, _Webhook(intake, secret, courtesies).posted, intake.refused)


class _Webhook:
    def __init__(self, intake: Intake, secret: str, courtesies: Courtesies) -> None:
        self._intake = intake
        self._secret = _digest(secret)
        self._courtesies = courtesies

    async def posted(self, post: Post) -> Response:
        """Keep what is posted, then say so."""
        given = post.header(_HEADER)
        if given is None:
            raise RefusedError("no_secret", 401)
        if not hmac.compare_digest(_digest(given), self._secret):
            raise RefusedError("wrong_secret", 403)
        try:
            items = updates(await post.body(_MOST))
        except NotJsonError:
            raise RefusedError("not_json", 400) from None
        messages = await keep_arrivals(items, self._intake)
        # The platform posts one update at a time, and takes one call in an answer.
        tap = messages[0].tap if messages else None
        for number, message in enumerate(messages):
            self._courtesies.came(message, is_acknowledged=tap is not None and number == 0)
        if tap is None:
            return TAKEN
        call = acknowledged(tap.query_id, tap.label)
        return JSONResponse({"method": call.method, **call.params})


def _digest(text: str) -> bytes:
    """Return a digest, so that comparing takes as long for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


log: Final = logging.getLogger(__name__)

#: How long the platform holds a request until there is something to tell, in seconds.
_WAIT: Final = 25
#: After an error: a second, doubled each time, to a minute.
_FIRST_REST: Final = 1.0
_LONGEST_REST: Final = 60.0
#: How long another program that also fetches, or a token that is none, is left alone, in seconds.
_CONFLICT_REST: Final = 10.0
_OPERATOR_REST: Final = 60.0


async def _always() -> bool:
    return True


class Polling:
    """Fetches updates for as long as `run` is not cancelled."""

    def __init__(
        self,
        bot: TelegramBot,
        intake: Intake,
        courtesies: Courtesies,
        *,
        leads: Callable[[], Awaitable[bool]] = _always,
        wait: int = _WAIT,
        first_rest: float = _FIRST_REST,
    ) -> None:
        """Take the parts in; `leads` says whether this program, of several on one database, is the one that fetches."""
        self._bot = bot
        self._intake = intake
        self._courtesies = courtesies
        self._leads = leads
        self._wait = wait
        self._first_rest = first_rest
        self._offset = 0
        self._failures = 0
        self._has_webhook = True

    async def run(self) -> None:
        """Fetch and keep until cancelled; a webhook that was set before is taken away first."""
        while True:
            # Whatever fails, fetching goes on: what is not kept is told again.
            [came] = await asyncio.gather(self._fetched(), return_exceptions=True)
            match came:
                case None:
                    self._failures = 0
                case CallFailedError():
                    await self._rest(_rest(came), refusal(came).reason)
                case Exception():
                    await self._rest(None, type(came).__name__)
                case _:
                    raise came

    async def _fetched(self) -> None:
        """Fetch once and keep what came."""
        if not await self._leads():
            await asyncio.sleep(self._first_rest)
            return
        if self._has_webhook:
            await self._bot.call(Call("deleteWebhook", {"drop_pending_updates": False}))
            self._has_webhook = False
        asked = {
            "offset": self._offset,
            "limit": TelegramLimits.UPDATES.most,
            "timeout": self._wait,
            "allowed_updates": list(ALLOWED),
        }
        told = await self._bot.call(Call("getUpdates", asked), patience=self._wait + 10.0)
        updates = told if isinstance(told, list) else []
        messages = await keep_arrivals([item(update) for update in updates], self._intake)
        numbers = [number for update in updates if (number := _number(update)) is not None]
        if updates and not numbers:
            # Nothing to tell the platform that we have them: it will tell them again, and not at once.
            await asyncio.sleep(self._first_rest)
        self._offset = max([self._offset, *(number + 1 for number in numbers)])
        for message in messages:
            self._courtesies.came(message)

    async def _rest(self, seconds: float | None, reason: str) -> None:
        backed_off = min(_LONGEST_REST, self._first_rest * 2 ** min(self._failures, 10))
        self._failures += 1
        log.warning(
            "event=fetch_failed channel=telegram reason=%s failures=%d", "_".join(reason.split()), self._failures
        )
        await asyncio.sleep(backed_off if seconds is None else seconds)


def _rest(error: CallFailedError) -> float | None:
    """Return how long to wait where the error says so; None to back off."""
    match error.fault:
        case "flood":
            return error.after
        case "conflict":
            return _CONFLICT_REST
        case "token":
            return _OPERATOR_REST
        case _:
            return None


def _number(update: Any) -> int | None:
    told = update.get("update_id") if isinstance(update, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) else None
