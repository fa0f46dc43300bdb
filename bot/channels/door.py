"""Where a platform posts: one path, and the body of what is posted there.

A router, which tries every route for every request, costs as much as reading what is posted.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: Answers a request.
Answering = Callable[[Request], Awaitable[Response]]

#: What platforms want to hear; made once, for it is the same for everybody.
TAKEN: Final = Response(status_code=200)


def door(path: str, methods: Mapping[str, Answering]) -> ASGIApp:
    """Return what is served at `path`, each method by its name; there is nothing at any other path."""
    allowed = ", ".join(sorted(methods))

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"nothing is served here but HTTP: {scope['type']}")
        answering = methods.get(scope["method"])
        if scope["path"] != path:
            response = Response(status_code=404)
        elif answering is None:
            response = Response(status_code=405, headers={"Allow": allowed})
        else:
            response = await answering(Request(scope, receive))
        await response(scope, receive, send)

    return served


async def body(request: Request, most: int) -> bytes | None:
    """Return the body; None when it is longer than `most` bytes, of which no more is read.

    Raises `ClientDisconnect` when it never came whole.
    """
    told = request.headers.get("Content-Length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most:
        return None
    parts: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        parts.append(chunk)
        length += len(chunk)
        if length > most:
            return None
    return b"".join(parts)
