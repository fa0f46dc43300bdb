"""Where a platform posts: one path, what is posted there, and every way of turning it away.

A router, which tries every route for every request, costs as much as reading what is posted, and an object for the
request half as much: a webhook knows its one path, and looks at a request where it lies.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

log: Final = logging.getLogger(__name__)

#: What platforms want to hear; made once, for it is the same for everybody.
TAKEN: Final = Response(status_code=200)

#: Refusal something that was posted is not taken: the words under which it is counted.
Refusal = Literal[
    "no_signature",
    "wrong_signature",
    "no_secret",
    "wrong_secret",
    "wrong_verify_token",
    "too_large",
    "not_json",
]


class RefusedError(Exception):
    """What was posted is not taken, and is answered so."""

    def __init__(self, why: Refusal, status: int) -> None:
        super().__init__(why)
        self.why: Refusal = why
        self.status = status


class _GoneError(Exception):
    """Whoever posted is not there any more; the platform posts it again."""


class Post:
    """A request as it lies."""

    __slots__ = ("_receive", "_scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive

    def header(self, name: bytes) -> str | None:
        """Return a header by its name in small letters."""
        for told, value in self._scope["headers"]:
            if told == name:
                return str(value, "latin-1")
        return None

    async def body(self, most: int) -> bytes:
        """Return the body; of one that is longer than `most` bytes no more is read, and it is refused."""
        told = self.header(b"content-length") or ""
        if told.isascii() and told.isdigit() and int(told[:20]) > most:
            raise RefusedError("too_large", 413)
        parts: list[bytes] = []
        length = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            part = message.get("body", b"")
            parts.append(part)
            length += len(part)
            if length > most:
                raise RefusedError("too_large", 413)
            if not message.get("more_body"):
                return b"".join(parts)


def webhook(
    path: str,
    posted: Callable[[Post], Awaitable[Response]],
    refused: Callable[[Refusal], object],
    asked: Callable[[Request], Response] | None = None,
) -> ASGIApp:
    """Return what is served at `path`: what is posted there, and `asked` for a GET; there is nothing at any other path.

    `refused` hears of everything that either turned away by raising `RefusedError`.
    """
    allowed = "POST" if asked is None else "GET, POST"

    async def answer(scope: Scope, receive: Receive) -> Response:
        if scope["path"] != path:
            return Response(status_code=404)
        try:
            if scope["method"] == "POST":
                return await posted(Post(scope, receive))
            if scope["method"] == "GET" and asked is not None:
                return asked(Request(scope))
        except RefusedError as error:
            refused(error.why)
            return Response(status_code=error.status)
        except _GoneError:
            return Response(status_code=400)
        except Exception as error:
            # A disk that is full, a database that is away: the platform posts it again. A line for each, not a page.
            log.error("event=post_failed path=%s error=%s", path, type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=405, headers={"Allow": allowed})

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"nothing is served here but HTTP: {scope['type']}")
        response = await answer(scope, receive)
        await response(scope, receive, send)

    return served
