"""Where the platform posts what people write: taken only with its signature, and answered 200 only once it is kept.

Whatever is refused is counted by its kind and nothing of it is kept.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from bot.channels.door import TAKEN, Post, RefusedError, Why, door
from bot.channels.limits import WhatsApp
from bot.channels.parsing import NotJsonError
from bot.channels.whatsapp.updates import Incoming, Item, Moved, Passed, Status, Unread, updates

_MOST: Final = WhatsApp.WEBHOOK.most


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the webhook needs of the rest of the program. What is awaited returns once all of it is kept."""

    #: Messages to be answered; one that came before changes nothing.
    accept: Callable[[Sequence[Incoming]], Awaitable[None]]
    #: What became of replies, in any order and more than once.
    statuses: Callable[[Sequence[Status]], Awaitable[None]]
    #: Persons who have another identifier from now on.
    moved: Callable[[Sequence[Moved]], Awaitable[None]]
    #: What could not be read, to be kept as it came and shown to staff; one that came before changes nothing.
    unread: Callable[[Sequence[Unread]], Awaitable[None]]
    #: A request was refused.
    refused: Callable[[Why], object]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the platform and we know."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


def signature(app_secret: str, body: bytes) -> str:
    """Return what the platform puts into X-Hub-Signature-256 for a body."""
    return "sha256=" + hmac.digest(app_secret.encode(), body, "sha256").hex()


def app(rooms: Rooms, secrets: Secrets, *, number_id: str = "", path: str = "/") -> ASGIApp:
    """Return the webhook at `path`; with `number_id`, what is meant for another number is passed over.

    An empty secret is a `ValueError`: whoever knows that it is empty could sign.
    """
    if not secrets.app_secret or not secrets.verify_token:
        raise ValueError("the app secret and the verify token must not be empty")
    hook = _Webhook(rooms, secrets, number_id)
    return door(path, hook.posted, rooms.refused, hook.verified)


class _Webhook:
    def __init__(self, rooms: Rooms, secrets: Secrets, number_id: str) -> None:
        self._rooms = rooms
        self._secrets = secrets
        self._number_id = number_id

    def verified(self, request: Request) -> Response:
        """Tell the platform that this address is ours to name."""
        told = request.query_params
        token = told.get("hub.verify_token", "")
        is_ours = hmac.compare_digest(_digest(token), _digest(self._secrets.verify_token))
        if told.get("hub.mode") != "subscribe" or not is_ours:
            raise RefusedError("wrong_verify_token", 403)
        return PlainTextResponse(told.get("hub.challenge", ""), headers={"X-Content-Type-Options": "nosniff"})

    async def posted(self, post: Post) -> Response:
        """Keep what is posted, then say so."""
        given = post.header(b"x-hub-signature-256")
        if given is None:
            # Nothing of a stranger's is even read.
            raise RefusedError("no_signature", 401)
        posted = await post.body(_MOST)
        if not hmac.compare_digest(given.encode(), signature(self._secrets.app_secret, posted).encode()):
            raise RefusedError("wrong_signature", 403)
        try:
            items = updates(posted, self._number_id)
        except NotJsonError:
            raise RefusedError("not_json", 400) from None
        await self._kept(items)
        return TAKEN

    async def _kept(self, items: Sequence[Item]) -> None:
        messages: list[Incoming] = []
        statuses: list[Status] = []
        moved: list[Moved] = []
        unread: list[Unread] = []
        for item in items:
            match item:
                case Incoming():
                    messages.append(item)
                case Status():
                    statuses.append(item)
                case Moved():
                    moved.append(item)
                case Unread():
                    unread.append(item)
                case Passed():
                    pass
                case _:
                    assert_never(item)
        # First who is who, so that what they write is theirs.
        if moved:
            await self._rooms.moved(moved)
        if messages:
            await self._rooms.accept(messages)
        if statuses:
            await self._rooms.statuses(statuses)
        if unread:
            await self._rooms.unread(unread)


def _digest(text: str) -> bytes:
    """Return a digest, so that comparing takes as long for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
