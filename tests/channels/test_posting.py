"""JSON posted to real servers on the loopback."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.posting import CutOffError, NotConnectedError, Posting

#: What a server does with a request.
Serve = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Server:
    """A server that reads requests and does with each what it is told."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.base = ""
        self.connections = 0
        self.requests: list[bytes] = []

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                await self._serve(self.requests[-1], reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def _server(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[_Server]:
    server = _Server(serve)
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0, ssl=tls)
    server.base = f"{'https' if tls else 'http'}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()


@asynccontextmanager
async def _posting(base: str, patience: float = 5.0) -> AsyncIterator[Posting]:
    posting = Posting(base, {"Authorization": "Bearer x"}, patience=patience)
    try:
        yield posting
    finally:
        await posting.close()


async def _echoes(request: bytes, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    body = request.partition(b"\r\n\r\n")[2]
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


async def _closes(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _echoes(request, reader, writer)
    writer.close()


async def _hangs_up(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _says_half(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    writer.close()


async def _babbles(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.ma ESMTP\r\n\r\n")


async def _is_silent(*_: object) -> None:
    await asyncio.sleep(60)


async def test_posts() -> None:
    """A request is a POST of JSON with what is said every time; the answer comes back whole."""
    async with _server(_echoes) as server, _posting(f"{server.base}/v1/") as posting:
        answer = await posting.post("/messages", b'{"a":1}')
        assert (answer.status, answer.body) == (200, b'{"a":1}')
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    assert first == b"POST /v1/messages HTTP/1.1"
    assert sorted(headers) == [
        b"Authorization: Bearer x",
        b"Content-Length: 7",
        b"Content-Type: application/json",
        b"Host: " + server.base.removeprefix("http://").encode(),
        b"User-Agent: dalil",
    ]
    assert body == b'{"a":1}'


async def test_connections_are_used_again() -> None:
    """Requests one after the other go over one connection, those at the same time over one each."""
    async with _server(_echoes) as server, _posting(server.base) as posting:
        for number in range(5):
            assert (await posting.post("/", b"%d" % number)).body == b"%d" % number
        assert server.connections == 1
        answers = await asyncio.gather(*(posting.post("/", b"%d" % number) for number in range(20)))
        assert [answer.body for answer in answers] == [b"%d" % number for number in range(20)]
        assert server.connections == 20


async def test_a_closed_connection_is_not_used_again() -> None:
    """A platform may close a connection after an answer: the next request goes over another."""
    async with _server(_closes) as server, _posting(server.base) as posting:
        for _ in range(3):
            assert (await posting.post("/", b"{}")).status == 200
            await asyncio.sleep(0.05)
        assert server.connections == 3


@pytest.mark.parametrize("serve", [_hangs_up, _says_half, _babbles])
async def test_cut_off(serve: Serve) -> None:
    """An answer that never came whole tells nothing, and the request is not sent again by itself."""
    async with _server(serve) as server, _posting(server.base) as posting:
        with pytest.raises(CutOffError):
            await posting.post("/", b"{}")
        assert len(server.requests) == 1


async def test_patience() -> None:
    """Who answers nothing is waited for as long as was said, each request for itself."""
    async with _server(_is_silent) as server, _posting(server.base, patience=0.4) as posting:
        began = asyncio.get_running_loop().time()
        slow, fast = await asyncio.gather(
            posting.post("/", b"{}"), posting.post("/", b"{}", patience=0.1), return_exceptions=True
        )
        assert isinstance(slow, TimeoutError)
        assert isinstance(fast, TimeoutError)
        assert 0.4 <= asyncio.get_running_loop().time() - began < 5


async def test_not_connected() -> None:
    """Where nobody listens, or the name is nobody's, nobody heard us."""
    async with _server(_echoes) as server:
        base = server.base
    for nowhere in (base, "http://nobody.invalid"):
        async with _posting(nowhere) as posting:
            with pytest.raises(NotConnectedError):
                await posting.post("/", b"{}")


async def test_who_is_gone_leaves_no_answer_behind() -> None:
    """The answer to a request that nobody waits for any more is never taken for another's."""
    late = asyncio.Event()

    async def slowly(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if request.endswith(b"1"):
            late.set()
            await asyncio.sleep(0.1)
        await _echoes(request, reader, writer)

    async with _server(slowly) as server, _posting(server.base) as posting:
        first = asyncio.create_task(posting.post("/", b"1"))
        await late.wait()
        first.cancel()
        assert (await posting.post("/", b"2")).body == b"2"
        await asyncio.sleep(0.2)
        assert (await posting.post("/", b"3")).body == b"3"


@pytest.mark.parametrize("base", ["ftp://example.ma", "example.ma", "http://"])
def test_no_address(base: str) -> None:
    """What is no web address is said at the start."""
    with pytest.raises(ValueError, match="http"):
        Posting(base, {}, patience=1)


def test_headers_are_one_line_each() -> None:
    """A secret with a line feed in it cannot add a header."""
    with pytest.raises(ValueError, match="one line"):
        Posting("http://127.0.0.1", {"Authorization": "x\r\nHost: y"}, patience=1)


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, the platform is reached through it, and by nobody's own look-up."""
    async with _server(_echoes) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base)
        async with _posting("http://graph.invalid") as posting:
            assert (await posting.post("/messages", b"{}")).status == 200
        assert proxy.requests[0].startswith(b"POST http://graph.invalid/messages HTTP/1.1\r\n")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
async def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over https only a server whose certificate is trusted hears anything."""
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1"
    command = [*made.split(), "-keyout", "key.pem", "-out", "certificate.pem"]
    await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    async with _server(_echoes, tls) as server:
        async with _posting(server.base) as posting:
            with pytest.raises(NotConnectedError):
                await posting.post("/", b"{}")
            assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        async with _posting(server.base) as posting:
            assert (await posting.post("/", b"{}")).status == 200
            assert (await posting.post("/", b"{}")).status == 200
            assert len(server.requests) == 2
