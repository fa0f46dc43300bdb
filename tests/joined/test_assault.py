"""The running guide under attack from outside: connections that never end, endless heads, deep JSON, and open files."""

import asyncio
import io
import re
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram.arrivals import HEADER
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.whatsapp.channel import signature
from tests.joined.joining import TELEGRAM, WHATSAPP, at_work, rooted
from tests.program import Served, served
from tests.standins import botapi, graph

_MB = 1 << 20


def _resident(guide: Served) -> int:
    """Return how much memory the guide has, in bytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{guide.process.pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


async def _is_answered(guide: Served, words: str = "سلام") -> None:
    """Write as somebody else, and be answered."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as person,
        asyncio.timeout(10),
    ):
        async with person.get(f"{guide.address}/") as page:
            assert page.status == 200
        async with person.post(f"{guide.address}/say", data={"text": words}) as answer:
            assert answer.status == 200
            assert 'class="text"' in await answer.text()


@asynccontextmanager
async def _slow_ones(guide: Served, number: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Open connections that begin a request and do not go on; give what comes on them."""

    async def begin() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(guide.host, guide.port)
        writer.write(b"POST /say HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
        await writer.drain()
        return reader, writer

    opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    for _ in range(0, number, 100):
        opened += await asyncio.gather(*(begin() for _ in range(100)))
    try:
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A guide of the web alone, attacked again and again."""
    root = rooted(tmp_path_factory.mktemp("assault") / "root", "")
    with served(root, root / "var" / "dalil.db") as running:
        yield running


async def test_two_thousand_slow_connections_keep_nobody_out(guide: Served) -> None:
    """While two thousand connections send half a request each, whoever writes is answered, and then they are closed."""
    before = _resident(guide)
    async with _slow_ones(guide, 2000) as readers:
        await _is_answered(guide)
        assert _resident(guide) - before < 100 * _MB
        # All are let go once their ten seconds are over.
        async with asyncio.timeout(40):
            while not all(reader.at_eof() for reader in readers):
                await asyncio.sleep(0.1)
    await _is_answered(guide)


async def test_two_hundred_megabytes_of_headers_are_not_taken(guide: Served) -> None:
    """Of a hundred heads of two megabytes each hardly more than 16 KB is read, and nobody else notices."""
    await _is_answered(guide)
    before = _resident(guide)

    async def pour() -> bytes:
        reader, writer = await asyncio.open_connection(guide.host, guide.port)
        try:
            writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            for number in range(2 * _MB // 4096):
                writer.write(b"X-%d: " % number + b"a" * 4080 + b"\r\n")
                await writer.drain()
            return await reader.read(1000)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    answers = await asyncio.gather(*(pour() for _ in range(100)))
    assert all(answer == b"" or answer.startswith(b"HTTP/1.1 431") for answer in answers)
    assert _resident(guide) - before < 30 * _MB
    await _is_answered(guide)


async def test_three_megabytes_of_nested_json_are_refused(tmp_path: Path) -> None:
    """A body as large as a platform's may be, nested to its end, is refused in a moment on either platform."""
    async with botapi.running() as api, graph.running() as platform:
        config = (
            f"telegram: {{on: true, address: 'https://guide.test/tg', base: '{api.base}'}}\n"
            f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        )
        async with (
            at_work(rooted(tmp_path / "root", config), {**TELEGRAM, **WHATSAPP}) as guide,
            aiohttp.ClientSession() as session,
        ):
            before = _resident(guide)
            for shape in ("[", '{"entry":', '{"message":{"text":'):
                body = (shape * (TelegramLimits.WEBHOOK.most // len(shape))).encode()
                for path, headers in (
                    ("/tg", {HEADER: botapi.SECRET}),
                    ("/whatsapp", {"X-Hub-Signature-256": signature(graph.APP_SECRET, body)}),
                ):
                    # Long enough for a busy machine, too short for a search through the whole nest.
                    async with (
                        asyncio.timeout(5),
                        session.post(f"{guide.address}{path}", data=io.BytesIO(body), headers=headers) as answer,
                    ):
                        assert answer.status == 400, shape
                assert _resident(guide) - before < 100 * _MB, shape
                await _is_answered(guide)


async def test_files_of_a_first_start_are_their_owners_alone(tmp_path: Path) -> None:
    """After a first start in a folder that is open to all, no other account reads what the guide made."""
    root = rooted(tmp_path / "root", "")
    (root / "var").chmod(0o755)
    made_before = set((root / "var").rglob("*")) | {root / "var"}
    async with at_work(root, {}) as guide:
        await _is_answered(guide)
        made = [path for path in (root / "var").rglob("*") if path not in made_before and path != guide.errors]
        assert {"dalil.db", "dalil.db-wal", "dalil.db.key", "dalil.db.lock"} <= {path.name for path in made}
        modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in made}
        assert {name: mode for name, mode in modes.items() if mode not in {"0o600", "0o700"}} == {}


async def test_the_log_holds_no_word_of_anybody(guide: Served) -> None:
    """Whatever people write, whatever is asked for and however it is refused: the log holds nothing of it."""
    async with aiohttp.ClientSession() as stranger:
        await _is_answered(guide, "سميتي زوينة من تازناخت، رقمي 0661234567، بغيت نهضر مع شي موظف")
        for path in ("/zouina-secret", "/faq/zouina-secret", "/news?after=zouina-secret", "/%0d%0aevent=zouina-secret"):
            about = {"Cookie": "dalil=zouina-secret"}
            async with stranger.get(f"{guide.address}{path}", headers=about, allow_redirects=False) as answer:
                assert answer.status >= 300
        async with stranger.get(f"{guide.address}/", headers={"Host": "zouina-secret"}) as answer:
            assert answer.status == 421
        log = guide.log()
        assert [word for word in ("زوينة", "0661234567", "تازناخت", "zouina") if word in log] == []
