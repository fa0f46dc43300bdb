"""Where the platform posts updates: taken only with the secret that we gave it, answered 200 only once they are kept.

Whatever is refused is counted by its kind and nothing of it is kept. A tap is acknowledged in the answer itself, which
saves a call.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from bot.channels.door import TAKEN, Post, RefusedError, Why, door
from bot.channels.limits import Telegram
from bot.channels.parsing import NotJsonError
from bot.channels.telegram.calls import acknowledged
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.keeping import Rooms, kept
from bot.channels.telegram.updates import updates

#: The header in which the platform tells the secret.
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_HEADER: Final = HEADER.lower().encode()
_MOST: Final = Telegram.WEBHOOK.most
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{Telegram.SECRET.most}}}")


def is_secret(text: str) -> bool:
    """Return whether the platform takes `text` as the secret of a webhook."""
    return _SECRET.fullmatch(text) is not None


def app(
    rooms: Rooms, secret: str, courtesies: Courtesies, refused: Callable[[Why], object], *, path: str = "/"
) -> ASGIApp:
    """Return the webhook at `path`; `refused` hears of every request that was turned away.

    A secret that the platform would not take is a `ValueError`: without one, anybody could post.
    """
    if not is_secret(secret):
        raise ValueError("the secret must be 1 to 256 letters, digits, _ or -")
    return door(path, _Webhook(rooms, secret, courtesies).posted, refused)


class _Webhook:
    def __init__(self, rooms: Rooms, secret: str, courtesies: Courtesies) -> None:
        self._rooms = rooms
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
        messages = await kept(items, self._rooms)
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
