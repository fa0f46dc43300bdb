"""Connections of the web server, bounded: how many, how long their requests may take to come, and how long their heads.

The server itself waits for ever for a request that comes a byte at a time, takes headers of any length, and counts no
connections: two hundred slow ones, or two thousand waiting pages, would leave no descriptor for anybody else.
"""

import asyncio
import logging
import sys
from typing import Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

log: Final = logging.getLogger(__name__)

#: Seconds within which the head of a request must have come, and then its body: 64 KB at 20 kbit/s, a slow phone's.
HEAD_SECONDS: Final = 10.0
BODY_SECONDS: Final = 30.0
#: Longest address and headers of one request together, in bytes: browsers send one or two thousand.
LONGEST_HEAD: Final = 16 * 1024
#: Bytes that are looked at before it is known again whether the head has ended.
_PIECE: Final = 4096
#: Descriptors that are wanted: a page that waits for news holds one.
_WANTED: Final = 16_384
#: Descriptors kept for the database, the platforms and the log.
_KEPT_BACK: Final = 128
_FEW: Final = 1024

_TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_MANY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


def descriptors() -> int:
    """Return how many files and connections this program may have open, after having raised it as far as it may be."""
    if sys.platform == "win32":
        return _WANTED
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return soft


def most_connections() -> int:
    """Return how many connections may be open at once."""
    number = descriptors()
    if number < _FEW:
        log.warning("event=few_descriptors descriptors=%d remedy=ulimit_-n_%d", number, _WANTED)
    return max(number - _KEPT_BACK, number // 2)


def bounded_protocol(
    most: int, head_seconds: float = HEAD_SECONDS, body_seconds: float = BODY_SECONDS
) -> type[asyncio.Protocol]:
    """Return what the server makes of a connection, when `most` may be open."""
    server: Any = AutoHTTPProtocol
    if not hasattr(server, "on_headers_complete"):
        # Windows, where httptools is not installed and nobody serves the world: the other one bounds heads by itself.
        return AutoHTTPProtocol

    class Bounded(server):  # type: ignore[misc]
        """One connection."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._is_in_head = True
            self._head_bytes = 0
            self._closing: asyncio.TimerHandle | None = None
            #: The seconds that a request was given which has begun and not ended; 0 while no timer runs.
            self._timed = 0.0
            self._is_coming = False
            if len(self.connections) > most:
                self._refuse(_TOO_MANY)
                return
            self._must_come(head_seconds)

        def connection_lost(self, exc: Exception | None) -> None:
            self._has_come()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            while data and self._is_in_head:
                piece, data = data[:_PIECE], data[_PIECE:]
                self._head_bytes += len(piece)
                super().data_received(piece)
                if self.transport.is_closing():
                    return
                if self._is_in_head and self._head_bytes > LONGEST_HEAD:
                    self._refuse(_TOO_LONG)
                    return
            if data:
                super().data_received(data)
            # Most requests come whole, in one piece: two timers for each would cost more than reading it.
            if self._is_coming and self._timed != (seconds := head_seconds if self._is_in_head else body_seconds):
                self._must_come(seconds)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            # Its time begins anew.
            self._is_coming, self._timed = True, 0.0

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self._is_in_head, self._head_bytes = False, 0

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._is_in_head, self._is_coming = True, False
            if self._closing is not None:
                # The next one may have begun in the same piece, and has all its time.
                self._has_come()

        def _must_come(self, seconds: float) -> None:
            self._has_come()
            self._timed = seconds
            self._closing = asyncio.get_running_loop().call_later(seconds, self.transport.close)

        def _has_come(self) -> None:
            self._timed = 0.0
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None

        def _refuse(self, answer: bytes) -> None:
            self.transport.write(answer)
            self.transport.close()

    return Bounded
