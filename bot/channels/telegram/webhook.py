"""Where the platform posts updates, and what is done beside the replies.

An update is taken only with the secret that we gave the platform, and answered 200 only once it is kept; whatever is
refused is counted by its kind and nothing of it is kept. A tap is acknowledged in the answer itself: a call is saved.
Nobody waits for a courtesy (a tap acknowledged, its buttons taken away, "typing"): what fails is not tried again.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from bot.channels.channel import Intake, keep_arrivals
from bot.channels.incoming import Incoming, NotJsonError
from bot.channels.sending import Courtesy
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import Call, acknowledged, deleted, keyboard_taken, typing
from bot.channels.telegram.updates import updates
from bot.channels.webhook import TAKEN, Post, RefusedError, webhook

#: Seconds without an answer before "typing" is shown, how often it is shown again, and for how long at most.
_TYPING_AFTER: Final = 1.0
_TYPING_AGAIN: Final = 4.5
_TYPING_LONGEST: Final = 60.0

#: Does what it is asked and raises nothing.
CallAttempt = Callable[[Call], Awaitable[object]]
#: Whether the message with this external id was attended.
IsAttended = Callable[[str], Awaitable[bool]]


class Courtesies:
    """The courtesies of one bot; `close` it at the end."""

    def __init__(self, attempt: CallAttempt, is_attended: IsAttended, *, typing_after: float = _TYPING_AFTER) -> None:
        self._attempt = attempt
        self._is_attended = is_attended
        self._typing_after = typing_after
        self._courtesy = Courtesy("telegram")
        #: For each address, what will show "typing" unless an answer comes before.
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def came(self, message: Incoming, *, is_acknowledged: bool = False) -> None:
        """Begin what is due to a message that was just keep_arrivals."""
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
        self._courtesy.begin(self._typed(message))

    async def _typed(self, message: Incoming) -> None:
        """Show "typing" for as long as the message is not attended; a silence that is meant shows none."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + _TYPING_LONGEST
        while loop.time() < ends and not await self._is_attended(message.external_id):
            await self._attempt(typing(message.address, message.topic))
            await asyncio.sleep(_TYPING_AGAIN)

    def _do(self, call: Call) -> None:
        self._courtesy.begin(self._done(call))

    async def _done(self, call: Call) -> None:
        await self._attempt(call)

    async def close(self) -> None:
        """Leave what is under way undone."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
        await self._courtesy.close()


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
