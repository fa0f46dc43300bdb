"""Which browser it is: a secret in a cookie, given out by us, for as long as the configuration says.

A secret that we did not give out, or whose time is over, is never taken up: whoever plants one in a phone that is
passed around would read along otherwise. What is kept of a secret is its digest: whoever reads our records cannot make
the cookie out of it.
"""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_NAME: Final = "dalil"
#: A browser takes such a cookie from this very host alone, over a connection that nobody reads.
_SECURE_NAME: Final = "__Host-dalil"
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{32}")
#: What a browser throws away when somebody leaves: the cookie, and what the page keeps for when there is no connection.
_CLEARED: Final = '"cookies", "storage"'


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: the secret of its cookie, and whether we gave it out before."""

    secret: str
    is_known: bool

    @property
    def address(self) -> str:
        """What we keep of it."""
        return sha256(self.secret.encode()).hexdigest()[:32]


class Sessions:
    """Gives cookies out, and takes them up again."""

    def __init__(self, knows: Callable[[str], Awaitable[bool]], seconds: int, site: str = "") -> None:
        """Take who knows an address by its conversation, how long a cookie lasts, and the address people write."""
        self._knows = knows
        self._seconds = seconds
        self._secure_host = urlsplit(site).netloc if site.startswith("https://") else ""

    async def visitor(self, request: Request) -> Visitor:
        """Return the browser that asks; a new one where it brings no cookie of ours."""
        secret = request.cookies.get(self._name(request), "")
        if _SHAPE.fullmatch(secret):
            visitor = Visitor(secret, True)
            if await self._knows(visitor.address):
                return visitor
        return Visitor(secrets.token_urlsafe(24), False)

    def keep(self, visitor: Visitor, request: Request, response: Response) -> None:
        """Have the browser keep its secret from now on."""
        response.set_cookie(
            self._name(request),
            visitor.secret,
            max_age=self._seconds,
            httponly=True,
            samesite="lax",
            secure=self._is_secure(request),
        )

    def end(self, request: Request, response: Response) -> None:
        """Have the browser forget its secret and what it kept of the page."""
        response.headers["Clear-Site-Data"] = _CLEARED
        response.delete_cookie(self._name(request), httponly=True, samesite="lax", secure=self._is_secure(request))

    def _name(self, request: Request) -> str:
        return _SECURE_NAME if self._is_secure(request) else _NAME

    def _is_secure(self, request: Request) -> bool:
        """Return whether the browser asks over TLS: the web server before us may not tell, the configuration does."""
        return request.url.scheme == "https" or (
            bool(self._secure_host) and request.headers.get("Host", "") == self._secure_host
        )
