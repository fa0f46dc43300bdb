"""The web chat under the page's own address, so that it can stand in a frame there.

Everything is handed on as it comes, both ways, but two things. The guide forbids strangers' pages to frame it: here
the page is allowed to. Its cookie stays here, so that none is left in the browser, where the user's own chat has one.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

#: What belongs to one connection, or is made anew on the other.
_NOT_HANDED_ON = frozenset(
    "connection keep-alive transfer-encoding content-length upgrade te trailer cookie set-cookie date server".split()
)
#: Longer than the guide lets a browser wait for news, in seconds.
_PATIENCE = 60


class Relay:
    """One person's browser, as the guide sees it."""

    def __init__(self, guide: str, session: aiohttp.ClientSession) -> None:
        self._guide = guide
        self._session = session

    def forget(self) -> None:
        """Be somebody else from now on."""
        self._session.cookie_jar.clear()

    async def say(self, text: str) -> bool:
        """Post what a person wrote, as a second tab of theirs would; return whether the guide took it."""
        fields = {"text": text, "nonce": secrets.token_hex(16)}
        async with self._session.post(f"{self._guide}/say", data=fields, allow_redirects=False) as answer:
            return answer.status < 400

    async def handed_on(self, request: web.Request) -> web.StreamResponse:
        """Answer as the guide does."""
        try:
            async with self._session.request(
                request.method,
                f"{self._guide}{request.rel_url.raw_path_qs}",
                headers=_handed_on(request.headers),
                data=await request.read() or None,
                allow_redirects=False,
            ) as answer:
                headers = _handed_on(answer.headers)
                _let_frame(headers)
                return web.Response(status=answer.status, headers=headers, body=await answer.read())
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=502, text="The guide does not answer.")


@asynccontextmanager
async def relaying(guide: str) -> AsyncIterator[Relay]:
    """Hand on to the guide at this address for the block."""
    async with aiohttp.ClientSession(
        auto_decompress=False,
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        timeout=aiohttp.ClientTimeout(total=_PATIENCE),
    ) as session:
        yield Relay(guide, session)


def _handed_on(headers: "aiohttp.typedefs.LooseHeaders") -> "CIMultiDict[str]":
    told = CIMultiDict(headers)
    return CIMultiDict((name, value) for name, value in told.items() if name.lower() not in _NOT_HANDED_ON)


def _let_frame(headers: "CIMultiDict[str]") -> None:
    if "X-Frame-Options" in headers:
        headers["X-Frame-Options"] = "SAMEORIGIN"
    policy = headers.get("Content-Security-Policy")
    if policy is not None:
        headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
