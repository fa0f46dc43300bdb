"""Voices fetched from the platforms: bounded in size and time, from the platform's own host alone, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.channel import Basis
from bot.channels.incoming import MOST_SOUND, UnheardError
from bot.channels.posting import CutOffError, NotConnectedError, Posting
from bot.channels.telegram.channel import Telegram
from bot.channels.whatsapp.channel import WhatsApp
from bot.config import TelegramConfig, WhatsAppConfig
from bot.credentials import Credentials
from bot.reception import Notices
from bot.storage import Store
from tests.channels.telegram.conftest import words as telegram_words
from tests.channels.whatsapp.conftest import words as whatsapp_words
from tests.standins.botapi import TOKEN as BOT_TOKEN
from tests.standins.graph import APP_SECRET, NUMBER_ID, TOKEN, VERIFY_TOKEN

_VOICE = b"OggS" + bytes(5000)


@dataclass
class Platform:
    """A platform that has one voice, and whatever else a test puts there."""

    base: str = ""
    answers: dict[str, Callable[[], web.StreamResponse]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer what is asked for."""
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        if request.path == "/slow":
            await asyncio.sleep(30)
        made = self.answers.get(request.path)
        return made() if made else web.Response(status=404)


@asynccontextmanager
async def _platform() -> AsyncIterator[Platform]:
    platform = Platform()
    served = web.Application()
    served.router.add_route("*", "/{path:.*}", platform.answer)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield platform
    finally:
        await runner.cleanup()


def _basis(store: Store) -> Basis:
    return Basis(store, lambda: datetime.now(UTC), Notices(), lambda _document: b"")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    yield store
    store.close()


async def test_a_file_is_fetched_up_to_its_bound() -> None:
    """What fits comes whole, what is larger is given up at once, and what is slow within its time."""
    async with _platform() as platform:
        platform.answers["/voice"] = lambda: web.Response(body=_VOICE)
        posting = Posting(platform.base, {"Authorization": "Bearer x"}, patience=0.5)
        assert await posting.fetched("/voice", len(_VOICE)) == _VOICE
        assert await posting.fetched(f"{platform.base}/voice", len(_VOICE)) == _VOICE
        assert await posting.fetched("/voice", len(_VOICE) - 1) is None
        with pytest.raises(CutOffError):
            await posting.fetched("/nothing", 10)
        with pytest.raises(TimeoutError):
            await posting.fetched("/slow", 10)
        await posting.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://lookaside.fbsbx.com.example.ma/x",
        "https://example.ma/?lookaside.fbsbx.com",
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "None",
        "",
    ],
)
async def test_no_other_host_is_asked(address: str) -> None:
    """Where a platform's answer leads elsewhere nobody goes, nor to the right name without TLS or at another port."""
    async with _platform() as platform:
        posting = Posting(platform.base, {}, patience=0.5)
        with pytest.raises((NotConnectedError, ValueError)):
            await posting.fetched(address, 10, frozenset({"lookaside.fbsbx.com"}))
        await posting.close()
        assert platform.asked == []


async def test_a_redirection_is_not_followed() -> None:
    """Not even the platform sends us on to somebody else."""
    async with _platform() as platform, _platform() as other:
        other.answers["/voice"] = lambda: web.Response(body=_VOICE)
        platform.answers["/voice"] = lambda: web.Response(status=302, headers={"Location": f"{other.base}/voice"})
        posting = Posting(platform.base, {}, patience=0.5)
        with pytest.raises(CutOffError):
            await posting.fetched("/voice", 10_000)
        await posting.close()
        assert other.asked == []


async def test_a_voice_from_whatsapp(store: Store) -> None:
    """The file is asked for by its id, then where the platform says it lies, with the number's token both times."""
    async with _platform() as platform:
        config = WhatsAppConfig(is_on=True, number_id=NUMBER_ID, base=platform.base)
        environment = {
            "DALIL_WHATSAPP_TOKEN": TOKEN,
            "DALIL_WHATSAPP_APP_SECRET": APP_SECRET,
            "DALIL_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        }
        number = WhatsApp(config, Credentials(environment), whatsapp_words(), "", _basis(store))
        about = f"/{config.version}/77"
        platform.answers[about] = lambda: web.json_response({"url": f"{platform.base}/file"})
        platform.answers["/file"] = lambda: web.Response(body=_VOICE)
        assert await number.recording("77") == _VOICE
        assert platform.asked == [(about, f"Bearer {TOKEN}"), ("/file", f"Bearer {TOKEN}")]
        platform.answers["/file"] = lambda: web.Response(body=bytes(MOST_SOUND + 1))
        assert await _why(number, "77") == "large"
        platform.answers[about] = lambda: web.json_response({"url": "http://169.254.169.254/x"})
        for media in ("77", "78", "../phone_numbers", ""):
            assert await _why(number, media) == "away"
        platform.answers[about] = lambda: web.Response(body=b"<html>")
        assert await _why(number, "77") == "away"
        await number.close()


async def test_a_voice_from_telegram(store: Store) -> None:
    """The file is asked for by its id, then lies below the bot's own path; a path that leads out of it is none."""
    async with _platform() as platform:
        bot = Telegram(
            TelegramConfig(is_on=True, base=platform.base),
            Credentials({"DALIL_TELEGRAM_TOKEN": BOT_TOKEN}),
            telegram_words(),
            _basis(store),
        )
        told = {"ok": True, "result": {"file_id": "AwAC", "file_path": "voice/file_3.oga"}}
        asks = f"/bot{BOT_TOKEN}/getFile"
        platform.answers[asks] = lambda: web.json_response(told)
        platform.answers[f"/file/bot{BOT_TOKEN}/voice/file_3.oga"] = lambda: web.Response(body=_VOICE)
        assert await bot.recording("AwAC") == _VOICE
        platform.answers[f"/file/bot{BOT_TOKEN}/voice/file_3.oga"] = lambda: web.Response(body=bytes(MOST_SOUND + 1))
        assert await _why(bot, "AwAC") == "large"
        for path in ("../../etc/passwd", "/etc/passwd", "http://elsewhere.ma/x", "a?b", 7, None):
            told["result"] = {"file_path": path}
            assert await _why(bot, "AwAC") == "away"
        large = {"ok": False, "error_code": 400, "description": "Bad Request: file is too big"}
        platform.answers[asks] = lambda: web.json_response(large, status=400)
        assert await _why(bot, "AwAC") == "large"
        await bot.close()


async def _why(channel: Telegram | WhatsApp, media: str) -> str:
    with pytest.raises(UnheardError) as raised:
        await channel.recording(media)
    return raised.value.why
