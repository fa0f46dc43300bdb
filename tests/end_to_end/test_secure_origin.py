"""The page in a browser over TLS, where the cookie is of this host alone, and without it."""

import asyncio
import contextlib
import re
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import phones
from tests.program import Served, copied, served

pytestmark = pytest.mark.browser

_PATIENCE = 20


class _TlsServer:
    """A web server before the guide that ends TLS and passes on what comes, byte by byte, as it is."""

    def __init__(self, folder: Path) -> None:
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.guide: Served | None = None
        self.port = 0
        self._context = context
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._is_ready.wait(10)

    async def _serve(self) -> None:
        self._loop, self._ends = asyncio.get_running_loop(), asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._ends.wait()
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self.guide is not None
        inner_reader, inner_writer = await asyncio.open_connection(self.guide.host, self.guide.port)
        try:
            await asyncio.gather(_copied_on(reader, inner_writer), _copied_on(inner_reader, writer))
        finally:
            for one in (writer, inner_writer):
                one.transport.abort()
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    await one.wait_closed()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ends.set)
        self._thread.join(10)


async def _copied_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.fixture(scope="module")
def secure(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A guide whose configuration tells people a secure address, and that address."""
    root = copied(tmp_path_factory.mktemp("secure"), is_ready=True)
    before = _TlsServer(root)
    address = f"https://localhost:{before.port}"
    (root / "config.yaml").write_text(f"web: {{address: '{address}'}}\n", "utf-8")
    with served(root, root / "var" / "secure.db") as running:
        before.guide = running
        yield running, address
    before.close()


def _say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.get_by_role("button", name=re.compile("إرسال|Envoyer")).click()
    expect(page.locator("#log .bubble.mine")).to_have_count(1)


def _cookie(page: Page) -> dict[str, object]:
    (cookie,) = page.context.cookies()
    return {name: cookie.get(name) for name in ("name", "secure", "httpOnly", "sameSite", "path")}


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("is_secure", [True, False], ids=["over TLS", "without TLS"])
def test_the_page_is_the_same_over_tls_and_without(
    browser: Browser, secure: tuple[Served, str], is_secure: bool, script: bool
) -> None:
    """One writes, is answered, comes back to what was said and leaves; over TLS the cookie is `__Host-`, else plain."""
    guide, address = secure
    name = "__Host-dalil" if is_secure else "dalil"
    start = address if is_secure else guide.address
    with phones(browser, start, _PATIENCE) as opens:
        page = opens(java_script_enabled=script, ignore_https_errors=True)
        assert _cookie(page) == {
            "name": name,
            "secure": is_secure,
            "httpOnly": True,
            "sameSite": "Lax",
            "path": "/",
        }
        _say(page, "شنو هو ميثاق التجارة الخارجية")
        expect(page.locator("#log .bubble.guide").last).to_contain_text("ميثاق التجارة الخارجية")
        page.reload()
        expect(page.locator("#log .bubble.mine")).to_have_count(1)
        page.goto(f"{start}/leave")
        page.locator("form[action='/leave'] button").first.click()
        expect(page.locator("body")).to_contain_text("مسحنا محادثتكم")
        assert page.context.cookies() == []


def test_a_cookie_of_the_open_door_does_not_open_the_secure_one(browser: Browser, secure: tuple[Served, str]) -> None:
    """Whoever plants the plain cookie of their own in a phone does not read along over TLS."""
    guide, address = secure
    with phones(browser, guide.address, _PATIENCE) as opens:
        theirs = opens()
        _say(theirs, "سلام")
        (planted,) = theirs.context.cookies()
    with phones(browser, "about:blank", _PATIENCE) as opens:
        page = opens(ignore_https_errors=True)
        page.context.add_cookies([{"name": "dalil", "value": planted["value"], "url": address}])
        page.goto(address)
        expect(page.locator("#log .bubble.mine")).to_have_count(0)
        names = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        assert names["__Host-dalil"] != planted["value"]
