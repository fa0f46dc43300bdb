"""Sounds on the page: recordings in the parts that Safari asks for, voices taken in and kept nowhere."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.channels.incoming import MOST_SOUND
from bot.channels.web.messages import PageBubble, Voices
from bot.channels.web.pages import app as web_app
from bot.message import Document
from tests.channels.web.conftest import Memory, page_words

_SITE = "https://guide.example"


def _recording(folder: Path) -> bytes:
    """Return two seconds of Opus in Ogg: a voice where espeak-ng speaks, else a tone; without ffmpeg nothing."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg makes the recording")
    spoken, made = folder / "spoken.wav", folder / "made.ogg"
    source = ["-f", "lavfi", "-i", "sine=frequency=300:duration=2"]
    if shutil.which("espeak-ng") is not None:
        subprocess.run(["espeak-ng", "-w", spoken, "one two three"], check=True, capture_output=True)
        source = ["-i", str(spoken)]
    quality = ["-c:a", "libopus", "-ac", "1", "-b:a", "24k", str(made)]
    subprocess.run(["ffmpeg", "-v", "error", *source, *quality], check=True, capture_output=True)
    return made.read_bytes()


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real recording."""
    return _recording(tmp_path_factory.mktemp("sound"))


@pytest.fixture
async def listener(recording: bytes) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Somebody who was given an answer with its recording, and where it lies."""
    memory = Memory()
    rooms = replace(memory.rooms(), printed=lambda _document: recording, site=_SITE)
    transport = httpx.ASGITransport(web_app(rooms, page_words()))
    async with httpx.AsyncClient(transport=transport, base_url=_SITE) as browser:
        await browser.get("/")
        [address] = memory.bubbles
        told = PageBubble(99, False, "الجواب", document=Document("recording", "export.rate.ar.ogg", ""))
        memory.bubbles[address].append(told)
        yield browser, "/document/99"


async def test_a_recording_comes_whole_with_its_type(listener: tuple[httpx.AsyncClient, str], recording: bytes) -> None:
    """The whole file is Ogg, says that it can be had in parts, and is kept a day by the phone that heard it."""
    browser, address = listener
    answer = await browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, recording)
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    again = await browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert 'class="heard"' in (await browser.get("/?all")).text


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, -1),
        ("bytes=100-299", 100, 299),
        ("bytes=-50", -50, -1),
        ("bytes=9-99999999", 9, -1),
    ],
)
async def test_a_part_is_a_part(
    asked: str, first: int, last: int, listener: tuple[httpx.AsyncClient, str], recording: bytes
) -> None:
    """Safari asks for two bytes first and then for the rest: each is answered 206 with just those."""
    browser, address = listener
    size = len(recording)
    begin, end = (at if at >= 0 else size + at for at in (first, last))
    answer = await browser.get(address, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert answer.status_code == 206
    assert answer.content == recording[begin : end + 1]
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end}/{size}"
    assert answer.headers["Content-Type"] == "audio/ogg"


@pytest.mark.parametrize("asked", ["bytes=", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=1_0-"])
async def test_what_is_no_part_is_answered_whole(
    asked: str, listener: tuple[httpx.AsyncClient, str], recording: bytes
) -> None:
    """Several parts at once, and what makes no sense, are passed over."""
    browser, address = listener
    answer = await browser.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, recording)


async def test_a_part_behind_the_end_is_refused(listener: tuple[httpx.AsyncClient, str], recording: bytes) -> None:
    """Behind the end there is nothing, and how long the file is stands in the refusal; an old mark has it whole."""
    browser, address = listener
    for asked in (f"bytes={len(recording)}-", "bytes=-0", "bytes=5-2"):
        answer = await browser.get(address, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (416, b"")
        assert answer.headers["Content-Range"] == f"bytes */{len(recording)}"
    old = await browser.get(address, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert old.status_code == 200


async def test_a_voice_is_taken_in_once(recording: bytes) -> None:
    """What is posted from the page is a message that names a sound in memory; who takes it up leaves nothing."""
    memory, voices = Memory(), Voices()
    rooms = replace(memory.rooms(), voices=voices, site=_SITE)
    transport = httpx.ASGITransport(web_app(rooms, page_words()))
    async with httpx.AsyncClient(transport=transport, base_url=_SITE) as browser:
        page = await browser.get("/")
        assert 'class="speak"' in page.text
        sent = {"Content-Type": "audio/webm", "Sec-Fetch-Site": "same-origin"}
        answer = await browser.post("/voice?nonce=12345678&after=0&language=ar", content=recording, headers=sent)
        assert answer.status_code == 200
        again = await browser.post("/voice?nonce=87654321&after=0", content=recording, headers=sent)
        assert again.status_code == 200
        elsewhere = {**sent, "Sec-Fetch-Site": "cross-site"}
        assert (await browser.post("/voice", content=b"x", headers=elsewhere)).status_code == 403
        large = await browser.post("/voice", content=bytes(MOST_SOUND + 1), headers=sent)
        assert large.status_code == 413
        words = await browser.post("/voice", content=b"x", headers={**sent, "Content-Type": "text/plain"})
        assert words.status_code == 415
    assert len(voices._sounds) == 2
    name = next(iter(voices._sounds))
    assert voices.taken(name) == recording
    assert voices.taken(name) is None


async def test_without_an_engine_nobody_is_asked_to_speak() -> None:
    """Where nothing hears, the page has no microphone and takes no sound."""
    memory = Memory()
    transport = httpx.ASGITransport(web_app(replace(memory.rooms(), site=_SITE), page_words()))
    async with httpx.AsyncClient(transport=transport, base_url=_SITE) as browser:
        assert 'class="speak"' not in (await browser.get("/")).text
        assert (await browser.post("/voice", content=b"x", headers={"Content-Type": "audio/ogg"})).status_code == 404


def test_memory_is_bounded() -> None:
    """More sounds than there is room for are not kept, and told to be gone."""
    voices = Voices()
    names = [voices.kept(bytes(MOST_SOUND)) for _ in range(6)]
    kept = [name for name in names if voices.taken(name) is not None]
    assert len(kept) == 4
