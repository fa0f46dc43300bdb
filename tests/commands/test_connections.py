"""Connections that are slow, too long or too many, and a log that a flood does not fill."""

import asyncio
import io
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from bot.commands.connections import LONGEST_HEAD, bounded_protocol, descriptors, most_connections
from bot.commands.serving import TextLines, Unrepeating
from tests.stores import until


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = f"{scope['path']} {size}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _served(most: int = 1000) -> AsyncIterator[int]:
    """Serve, with little patience; yield the port."""
    protocol = bounded_protocol(most, head_seconds=0.5, body_seconds=1.0)
    settings = uvicorn.Config(_echo, log_config=None, lifespan="off", http=protocol, timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        await task


async def _answer(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Return what is answered to a request that comes in parts, empty where the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await reader.read(100_000)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def _post(size: int, path: bytes = b"/a") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size


async def test_requests_are_answered_as_ever() -> None:
    """Short ones and long ones, in one piece and in many, one after the other on a connection."""
    async with _served() as port:
        assert (await _answer(port, _post(5) + b"hello")).endswith(b"/a 5")
        assert (await _answer(port, _post(300_000) + b"x" * 300_000)).endswith(b"/a 300000")
        whole = _post(5) + b"hello"
        assert (await _answer(port, *(whole[at : at + 9] for at in range(0, len(whole), 9)))).endswith(b"/a 5")
        two = b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n" + _post(2, b"/two") + b"ok"
        answered = await _answer(port, two)
        assert b"/one 0" in answered
        assert answered.endswith(b"/two 2")
        # A head near the bound passes; behind it a long body.
        head = _post(200_000).replace(b"Host", b"Cookie: " + b"c" * (LONGEST_HEAD - 5000) + b"\r\nHost")
        assert (await _answer(port, head + b"x" * 200_000)).endswith(b"/a 200000")


async def test_slow_connections_are_closed() -> None:
    """Two hundred that send a byte now and then are closed, in the head and in the body, and others are served."""
    async with _served() as port:
        heads = [_answer(port, *(b"G" for _ in range(20)), pause=0.2) for _ in range(100)]
        bodies = [_answer(port, _post(500), *(b"x" for _ in range(20)), pause=0.2) for _ in range(100)]
        slow = asyncio.gather(*heads, *bodies)
        assert (await _answer(port, _post(5) + b"hello")).endswith(b"/a 5")
        answers = await asyncio.wait_for(slow, 30)
        assert not any(answer.startswith(b"HTTP/1.1 200") for answer in answers)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("half", [b"GET /two HTTP/1.1\r\nHost: ", _post(500, b"/two")])
async def test_a_second_request_cannot_be_slow_either(half: bytes, together: bool) -> None:
    """What begins behind a whole request, in one piece with it or later, is closed when it does not come to its end."""
    whole = b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
    async with _served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(whole + half if together else whole)
        assert (await reader.readuntil(b"/one 0")).startswith(b"HTTP/1.1 200")
        if not together:
            writer.write(half)
        with suppress(ConnectionError):
            async with asyncio.timeout(20):
                while not reader.at_eof():
                    writer.write(b"x")
                    with suppress(TimeoutError):
                        assert b"/two" not in await asyncio.wait_for(reader.read(1000), 0.1)
        writer.close()


async def test_long_heads_are_refused() -> None:
    """Headers and addresses of more than 16 KB are refused, however many there are, and no more of them is read."""
    async with _served() as port:
        for long in (
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 50_000 + b"\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"c" * 1_000_000,
        ):
            answered = await _answer(port, long)
            assert answered == b"" or answered.startswith(b"HTTP/1.1 4")


async def test_too_many_connections_are_turned_away() -> None:
    """Beyond what may be open a connection is told to come again, and once there is room it is served."""
    async with _served(most=3) as port:
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        assert (await _answer(port)).startswith(b"HTTP/1.1 503")
        for _, writer in open_ones:
            writer.close()

        async def is_served() -> bool:
            return (await _answer(port, _post(5) + b"hello")).endswith(b"/a 5")

        await until(is_served)


def test_descriptors_are_enough_for_waiting_pages() -> None:
    """The program raises its limit as far as it may, and keeps some back from the connections."""
    assert descriptors() >= 256
    assert most_connections() < descriptors() or most_connections() == descriptors() // 2


def test_log_is_not_filled_by_a_flood() -> None:
    """Of a thousand lines of one kind ten are written a minute, and how many there were; other lines go on."""
    time, told = [0.0], io.StringIO()
    handler = Unrepeating(told, lambda: time[0])
    handler.setFormatter(TextLines())
    log = logging.Logger("bot.delivery")
    log.addHandler(handler)
    for number in range(1000):
        log.warning("event=send_failed outbox=%d", number)
    log.warning("event=flood channel=%s", "web")
    lines = told.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1].endswith("event=flood channel=web")
    time[0] = 61.0
    log.warning("event=send_failed outbox=%d", 1001)
    assert "event=repeated what=send_failed times=990" in told.getvalue()
    assert told.getvalue().splitlines()[-1].endswith("event=send_failed outbox=1001")
