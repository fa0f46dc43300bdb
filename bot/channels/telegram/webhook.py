"""Where the platform posts updates: taken only with the secret that we gave it, answered 200 only once they are kept.

Whatever is refused is counted by its kind and nothing of it is kept. A tap is acknowledged in the answer itself, which
saves a call.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final, Literal

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from bot.channels.door import TAKEN, body, door
from bot.channels.limits import Telegram
from bot.channels.parsing import NotJsonError
from bot.channels.telegram.calls import acknowledged
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.keeping import Rooms, kept
from bot.channels.telegram.updates import updates

#: The header in which the platform tells the secret.
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_MOST: Final = Telegram.WEBHOOK.most
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{Telegram.SECRET.most}}}")

Refused = Literal["no_secret", "wrong_secret", "too_large", "not_json"]


def is_secret(text: str) -> bool:
    """Return whether the platform takes `text` as the secret of a webhook."""
    return _SECRET.fullmatch(text) is not None


def app(
    rooms: Rooms, secret: str, courtesies: Courtesies, refused: Callable[[Refused], object], *, path: str = "/"
) -> ASGIApp:
    """Return the webhook at `path`; `refused` hears of every request that was turned away.

    A secret that the platform would not take is a `ValueError`: without one, anybody could post.
    """
    if not is_secret(secret):
        raise ValueError("the secret must be 1 to 256 letters, digits, _ or -")
    hook = _Webhook(rooms, secret, courtesies, refused)
    return door(path, {"POST": hook.posted})


class _Webhook:
    def __init__(self, rooms: Rooms, secret: str, courtesies: Courtesies, refused: Callable[[Refused], object]) -> None:
        self._rooms = rooms
        self._secret = _digest(secret)
        self._courtesies = courtesies
        self._noted = refused

    async def posted(self, request: Request) -> Response:
        """Keep what is posted, then say so."""
        given = request.headers.get(HEADER)
        if given is None:
            return self._refused("no_secret", 401)
        if not hmac.compare_digest(_digest(given), self._secret):
            return self._refused("wrong_secret", 403)
        try:
            posted = await body(request, _MOST)
        except ClientDisconnect:
            # Nobody to answer; the platform posts it again.
            return Response(status_code=400)
        if posted is None:
            return self._refused("too_large", 413)
        try:
            items = updates(posted)
        except NotJsonError:
            return self._refused("not_json", 400)
        messages = await kept(items, self._rooms)
        # The platform posts one update at a time, and takes one call in an answer.
        tap = messages[0].tap if messages else None
        for number, message in enumerate(messages):
            self._courtesies.came(message, is_acknowledged=tap is not None and number == 0)
        if tap is None:
            return TAKEN
        call = acknowledged(tap.query_id, tap.label)
        return JSONResponse({"method": call.method, **call.params})

    def _refused(self, why: Refused, status: int) -> Response:
        self._noted(why)
        return Response(status_code=status)


def _digest(text: str) -> bytes:
    """Return a digest, so that comparing takes as long for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
