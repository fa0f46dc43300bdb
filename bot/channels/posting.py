"""JSON posted to one platform over connections that are kept open.

A general client (aiohttp's) took a third of a message's CPU time. This one knows only what the platforms' interfaces
need of HTTP/1.1: a POST with a whole body, and every way in which an answer can end. Nothing is sent a second time
here: whether what was cut off is to be sent again is for the channel to say.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, cast
from urllib.parse import urlsplit

from bot.channels.answer import Answer, Reading, UnreadableError

#: Seconds that one of the platform's addresses is given to answer a connection before the next one is tried.
_CONNECT: Final = 4.0
#: Seconds after which a quiet connection is not used again: platforms close them sooner or later, unannounced.
_QUIET: Final = 15.0
#: Seconds for which the platform's addresses are remembered.
_ADDRESSES: Final = 60.0


class NotConnectedError(Exception):
    """Nobody heard us."""


class CutOffError(Exception):
    """The connection ended before the answer did: nobody knows what became of the request."""


class _Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    __slots__ = ("_answered", "_reading", "_transport", "free_since", "is_open", "until")

    def __init__(self) -> None:
        self.is_open = True
        self.free_since = 0.0
        #: When whoever waits for the answer has waited long enough.
        self.until = 0.0
        self._transport: asyncio.Transport | None = None
        self._reading = Reading()
        self._answered: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answered is None:
            # Nothing was asked: whatever this is, it is no answer of ours.
            self.close()
            return
        try:
            answer = self._reading.took(data)
        except UnreadableError:
            self._fail(CutOffError())
            return
        if answer is not None:
            self._done(answer)

    def eof_received(self) -> bool:
        self.is_open = False
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_open = False
        answer = self._reading.ended() if self._answered is not None else None
        if answer is None:
            self._fail(CutOffError())
        else:
            self._done(answer)

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        """Send a request and return what will be answered."""
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answered

    def too_late(self) -> None:
        self._fail(TimeoutError())

    def _done(self, answer: Answer) -> None:
        answered, self._answered = self._answered, None
        if not answer.is_followed:
            self.close()
        if answered is not None and not answered.done():
            answered.set_result(answer)

    def _fail(self, error: Exception) -> None:
        self.close()
        answered, self._answered = self._answered, None
        if answered is not None and not answered.done():
            answered.set_exception(error)

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a platform is."""

    host: str
    port: int
    is_secure: bool
    #: What stands before every path.
    path: str


def _place(base: str) -> _Place:
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the address must begin with http:// or https://")
    is_secure = parts.scheme == "https"
    return _Place(parts.hostname, parts.port or (443 if is_secure else 80), is_secure, parts.path.rstrip("/"))


class Posting:
    """The connections to one platform; `close` them at the end. As many as there are requests under way."""

    def __init__(self, base: str, headers: Mapping[str, str], *, patience: float) -> None:
        """Take where the platform is, what is said with every request, and how many seconds an answer may take."""
        self._place = _place(base)
        self._patience = patience
        place = self._place
        host = f"[{place.host}]" if ":" in place.host else place.host
        port = "" if place.port == (443 if place.is_secure else 80) else f":{place.port}"
        told = {"Host": f"{host}{port}", "User-Agent": "dalil", "Content-Type": "application/json", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        if head.count("\n") != len(told) or not head.isascii():
            raise ValueError("a header must be one line of ASCII")
        self._headers = f"{head}Content-Length: ".encode()
        self._tls: ssl.SSLContext | None = None
        self._free: list[_Connection] = []
        self._under_way: set[_Connection] = set()
        self._watching: asyncio.TimerHandle | None = None
        self._known: tuple[Sequence[Any], float] = ((), 0.0)

    async def post(self, path: bytes, body: bytes, patience: float | None = None) -> Answer:
        """Return the answer to `body` at a path, which is one of our own making.

        Raises `NotConnectedError`, `CutOffError`, `TimeoutError`.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + (self._patience if patience is None else patience)
        connection = self._rested(loop.time()) or await self._opened(until)
        head = b"POST %b%b HTTP/1.1\r\n%b%d\r\n\r\n" % (self._place.path.encode(), path, self._headers, len(body))
        connection.until = until
        self._under_way.add(connection)
        if self._watching is None:
            self._watch(loop)
        try:
            answer = await connection.ask(head + body)
        except BaseException:
            # Also when whoever waited has gone: the answer, should it come, is nobody's.
            connection.close()
            raise
        finally:
            self._under_way.discard(connection)
        if connection.is_open:
            connection.free_since = loop.time()
            self._free.append(connection)
        return answer

    def _rested(self, now: float) -> _Connection | None:
        """Return the connection that was used last; it is the likeliest to be open still."""
        while self._free:
            connection = self._free.pop()
            if connection.is_open and now - connection.free_since < _QUIET:
                return connection
            connection.close()
        return None

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the waiting of those whose time is over; one look for all costs less than a timer for each."""
        now = loop.time()
        for connection in [one for one in self._under_way if one.until <= now]:
            connection.too_late()
        often = min(0.25, self._patience / 8)
        self._watching = loop.call_later(often, self._watch, loop) if self._under_way else None

    async def _opened(self, until: float) -> _Connection:
        """Return a new connection: to the first of the platform's addresses that takes one."""
        loop = asyncio.get_running_loop()
        place = self._place
        try:
            async with asyncio.timeout_at(until):
                connected = await self._connected(loop)
                tls: dict[str, Any] = {}
                if place.is_secure:
                    self._tls = self._tls or ssl.create_default_context()
                    tls = {"ssl": self._tls, "server_hostname": place.host}
                _, connection = await loop.create_connection(_Connection, sock=connected, **tls)
        except (OSError, TimeoutError) as error:
            self._known = ((), 0.0)
            raise NotConnectedError from error
        return connection

    async def _connected(self, loop: asyncio.AbstractEventLoop) -> socket.socket:
        failed: OSError = OSError("no address")
        for family, kind, protocol, _, address in await self._addresses(loop):
            connecting = socket.socket(family, kind, protocol)
            try:
                connecting.setblocking(False)
                connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                async with asyncio.timeout(_CONNECT):
                    await loop.sock_connect(connecting, address)
            except OSError as error:
                connecting.close()
                failed = error
            except BaseException:
                connecting.close()
                raise
            else:
                return connecting
        raise failed

    async def _addresses(self, loop: asyncio.AbstractEventLoop) -> Sequence[Any]:
        """Return the platform's addresses, of both kinds in turn, so that one kind that leads nowhere costs little."""
        known, until = self._known
        if known and loop.time() < until:
            return known
        found = await loop.getaddrinfo(self._place.host, self._place.port, type=socket.SOCK_STREAM)
        old = [one for one in found if one[0] == socket.AF_INET]
        new = [one for one in found if one[0] != socket.AF_INET]
        first, second = (old, new) if found and found[0][0] == socket.AF_INET else (new, old)
        mixed = [one for pair in zip_longest(first, second) for one in pair if one is not None]
        self._known = (mixed, loop.time() + _ADDRESSES)
        return mixed

    async def close(self) -> None:
        """Close the connections; requests under way are cut off."""
        if self._watching is not None:
            self._watching.cancel()
        for connection in (*self._free, *self._under_way):
            connection.close()
        self._free.clear()
        with suppress(asyncio.CancelledError):
            # Connections end a moment after they are closed.
            await asyncio.sleep(0)
