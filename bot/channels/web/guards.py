"""What keeps strangers' pages, oversized bodies and crowds of new browsers out, and knows a browser again.

The headers stand around everything, the pages for errors too: add no answer outside `Guarded`. Whole neighbourhoods
stand behind one internet address (a phone operator's, the Wi-Fi of a craft fair): the bound on one is what a crowd of
people does not reach, not one for a person. Persons have their own (`bot.reception.floods`).

A browser is known by a secret in a cookie, given out by us. One that we did not give out, or whose time is over, is
never taken up: whoever plants one in a phone that is passed around would read along otherwise. What is kept of a secret
is its digest: whoever reads our records cannot make the cookie out of it.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakValueDictionary

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.channels.incoming import MOST_SOUND
from bot.channels.sending import Pace, Rate
from bot.message import PersonId

#: Largest body taken, in bytes: 10,000 Arabic letters in a form are 60,000.
LARGEST_BODY: Final = 64 * 1024
#: How much of a larger body is still read, and thrown away, so that the browser listens to our answer; in bytes.
_DRAINED: Final = 1024 * 1024
_MOST_FIELDS: Final = 16

#: The referrer stays within our pages and is not silenced altogether: with `no-referrer` a browser sends our own forms
#: with `Origin: null`, which could then not be told from a stranger's.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def behind_proxy(app: ASGIApp) -> ASGIApp:
    """Return an application that stands behind a web server of the operator's, which tells who asks and over what."""
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    return ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type,return-value]


class Guarded:
    """An application whose every answer carries `HEADERS`, but for what single pages may do besides."""

    def __init__(self, app: ASGIApp, besides: Callable[[str], Mapping[str, str]] = lambda _path: {}) -> None:
        """Take what the page of a path has other than `HEADERS`."""
        self._app = app
        self._besides = besides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **self._besides(scope["path"])}.items():
                    headers[name] = value
                if "Cache-Control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_guarded)


#: A name or a number and a port, and nothing that an address made of it could lead elsewhere by.
_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?")


class KnownHost:
    """An application that answers under its own name alone.

    A stranger's name that leads here could have pages of ours read by a script of theirs, or have addresses made that
    lead to them. A number, and this machine's own name, lead to nobody else.
    """

    def __init__(self, app: ASGIApp, site: str, refused: Callable[[str], object]) -> None:
        """Take the address that people write; without one no name but this machine's is known."""
        self._app = app
        self._names = {"localhost", (urlsplit(site).hostname or "localhost").casefold()}
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "http" and not self._is_known(Headers(scope=scope).getlist("host")):
            self._refused("unknown_host")
            await PlainTextResponse("This name is not ours.", 421)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, told: list[str]) -> bool:
        if len(told) != 1 or (found := _HOST.fullmatch(told[0])) is None:
            return False
        name = found[1].strip("[]")
        if name.casefold().rstrip(".") in self._names:
            return True
        try:
            return bool(ip_address(name))
        except ValueError:
            return False


def is_from_our_page(request: Request) -> bool:
    """Return whether the form posted can have stood on a page of ours, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")


async def form(request: Request, largest: int = LARGEST_BODY, most_fields: int = _MOST_FIELDS) -> dict[str, str]:
    """Return the fields posted; of a field given twice the last. Refuse what is too large or is no form."""
    if not request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415)
    body = await body_of(request, largest)
    if len(body) > largest:
        raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most_fields))
    except ValueError as error:
        raise HTTPException(400) from error


async def body_of(request: Request, largest: int, drained: int = _DRAINED) -> bytes:
    """Return what was posted; of what is larger than `largest` bytes one byte more, the rest is not kept."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest + drained:
            break
        body += chunk[: largest + 1 - len(body)]
    return bytes(body)


async def recorded(request: Request) -> bytes:
    """Return the sound posted; refuse what is too large or says that it is none."""
    if not request.headers.get("Content-Type", "").startswith(("audio/", "video/webm", "application/octet-stream")):
        raise HTTPException(415)
    body = await body_of(request, MOST_SOUND)
    if len(body) > MOST_SOUND:
        raise HTTPException(413)
    return body


#: Bits of an IPv6 address that stand for one line of a provider's customers.
_LINE = 64


#: Bytes of a message that counts as one.
_ONE_MESSAGE: Final = 1024


class Crowd:
    """What came lately from each address."""

    def __init__(self, messages: int, seconds: float, now: Callable[[], float]) -> None:
        """Take how many messages may come at once, and as many every so many seconds; 0 messages: no limit."""
        self._pace = Pace(person=Rate(messages / seconds, messages)) if messages else Pace()
        self._now = now

    def admits(self, address: str, size: int = 0) -> bool:
        """Return whether a message of so many bytes may come from an internet address now, and count it if so.

        A long one counts as several: what one address can have us keep is bounded, not only how often it writes.
        """
        line = PersonId(line_of(address))
        now = self._now()
        if self._pace.rest(line, now) > 0:
            return False
        self._pace.reserve(line, now)
        self._pace.charge(line, size // _ONE_MESSAGE)
        return True


def line_of(address: str) -> str:
    """Return what stands for everybody on the same line; the address itself where it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> _LINE:x}/{_LINE}"
    return str(found)


#: How long a browser rests after a page, news or a document was drawn for it, in seconds. Nobody has read it sooner;
#: whoever asks over and over has a fifth of the processor by it, and not all that others leave.
_RESTS: Final = 0.05
#: Messages of one internet address that are under way at once. With a cookie for each of a hundred long texts all
#: others would wait for a hundred turns, for each of these browsers is somebody who has used nothing yet.
_AT_ONCE: Final = 16


class Queues:
    """Who waits for whom: of one browser every request, of one internet address the messages beyond a few."""

    def __init__(self) -> None:
        self._browsers: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._lines: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of_browser(self, visitor: "Visitor") -> asyncio.Lock:
        """Return what a browser holds while it is answered: else twenty requests of one would have all others wait."""
        return self._browsers.setdefault(visitor.address, asyncio.Lock())

    @asynccontextmanager
    async def rested(self, visitor: "Visitor") -> AsyncIterator[None]:
        """Hold the same for what is drawn and sends nothing, and a moment longer."""
        browser = self.of_browser(visitor)
        await browser.acquire()
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(_RESTS, browser.release)

    def of_line(self, address: str) -> asyncio.Semaphore:
        """Return what a message from an internet address holds until it is answered."""
        return self._lines.setdefault(line_of(address), asyncio.Semaphore(_AT_ONCE))


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
