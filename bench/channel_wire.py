"""HTTP for a load: connections that are kept open, and as little work a request as there can be.

The one who measures must cost less than what is measured.
"""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import httptools


class _Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((0, b""))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status, body = self._parser.get_status_code(), b"".join(self._body)
        self.is_open = self.is_open and self._parser.should_keep_alive()
        self._body.clear()
        self._parser = httptools.HttpResponseParser(self)
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Wire:
    """Connections to one server; as many as there are requests under way."""

    host: str
    port: int
    _free: list[_Connection] = field(default_factory=list)

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Return the status and the body of the answer; 0 where the connection broke."""
        # The server closes what was quiet for some seconds.
        while self._free and not self._free[-1].is_open:
            self._free.pop()
        connection = self._free.pop() if self._free else await self._opened()
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Length: {len(body)}\r\n{told}\r\n"
        answer = await connection.ask(head.encode() + body)
        if connection.is_open:
            self._free.append(connection)
        return answer

    async def opens(self, count: int) -> None:
        """Have so many connections open."""
        self._free = [connection for connection in self._free if connection.is_open]
        self._free += [await self._opened() for _ in range(count - len(self._free))]

    async def _opened(self) -> _Connection:
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, self.host, self.port)
        return connection

    def close(self) -> None:
        """Close what is open."""
        for connection in self._free:
            connection.close()
        self._free.clear()
