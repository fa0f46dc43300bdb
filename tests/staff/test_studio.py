"""The studio: what to record next, a microphone on one page, drafts of sounds, and what is no voice."""

import re
import shutil
import subprocess
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from bot.channels.recordings import MOST_BYTES, UnusableRecordingError, can_convert, seconds_of, voice_of
from bot.conversation.library import Library
from bot.storage import count
from tests.browser import comes_true
from tests.staff.room import PASSWORD, Clerk, Room

_VOICE = (Path(__file__).parent / "sounds" / "voice.ogg").read_bytes()
_VORBIS = (Path(__file__).parent / "sounds" / "vorbis.ogg").read_bytes()
#: An answer whose words name no figure, and one whose words do.
_ENTRY, _MONEY = "caravan.what", "export.support-rate"


def _put(clerk: Clerk, sound: bytes, entry: str = _ENTRY, language: str = "ary", **headers: str) -> tuple[int, str]:
    """Send a sound as the page's script does; return the status and the sentence."""
    clerk.get(f"/staff/studio/{entry}?language={language}")
    connection = HTTPConnection("127.0.0.1", clerk.port, timeout=60)
    told = {"Cookie": "; ".join(f"{name}={value}" for name, value in clerk.cookies.items()), "X-CSRF": clerk.csrf}
    told |= {"Content-Type": "audio/ogg", **headers}
    connection.request("POST", f"/staff/studio/{entry}?language={language}", sound, told)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


@pytest.mark.parametrize("name", [_ENTRY, "flow.foreign_trade_apply", "question.exports_already"])
def test_a_recording_waits_until_it_is_published(desk: tuple[Room, Path], name: str) -> None:
    """What an editor records is heard by nobody until it is published; then before its answer; and put back again."""
    room, root = desk
    editor, publisher = room.clerk("said", "editor"), room.clerk("fatima", "publisher")
    assert _put(editor, _VOICE, name) == (201, room.frame.words("ar")["sound_kept"])
    path = root / "faq/audio" / f"{name}.ary.ogg"
    assert not path.exists()
    page = f"/staff/studio/{name}"
    assert editor.raw("GET", f"{page}/sound?language=ary&which=draft", {})[1] == _VOICE
    editor.get(page)
    assert editor.post(f"{page}/publish", language="ary").status == 403
    publisher.get(page)
    assert publisher.post(f"{page}/publish", language="ary").location == f"{page}?language=ary"
    assert path.read_bytes() == _VOICE
    assert publisher.post(f"{page}/publish", language="ary").status == 409
    assert publisher.post(f"{page}/put-back", language="ary").status == 303
    assert not path.exists()
    assert publisher.post(f"{page}/put-back", language="ary").status == 409
    assert _put(editor, _VOICE, name)[0] == 201
    assert editor.post(f"{page}/drop", language="ary").status == 303
    assert editor.raw("GET", f"{page}/sound?language=ary&which=draft", {})[0]["content-type"] != "audio/ogg"


def test_figures_want_a_second_listener(desk: tuple[Room, Path]) -> None:
    """Who recorded an answer that names figures does not publish it; somebody else listens and does."""
    room, root = desk
    fatima, said = room.clerk("fatima", "publisher"), room.clerk("said", "publisher")
    assert _put(fatima, _VOICE, _MONEY)[0] == 201
    refused = fatima.post(f"/staff/studio/{_MONEY}/publish", language="ary")
    assert (refused.status, room.frame.words("ar")["sound_second"] in refused.body) == (409, True)
    said.get(f"/staff/studio/{_MONEY}")
    assert said.post(f"/staff/studio/{_MONEY}/publish", language="ary").status == 303
    assert (root / "faq/audio" / f"{_MONEY}.ary.ogg").is_file()


def test_what_is_recorded_next_is_what_is_asked(desk: tuple[Room, Path]) -> None:
    """The list begins with the answers people were given most that no good recording covers, in each language."""
    room, _ = desk
    day = room.clock.at.date().isoformat()
    room.store.write_now(lambda at: count(at, {(day, "entry", _MONEY): 70, (day, "entry", _ENTRY): 30}))
    fatima, said = room.clerk("fatima", "publisher"), room.clerk("said", "publisher")
    body = fatima.get("/staff/studio?language=ary").body
    assert body.index(f"/staff/studio/{_MONEY}?") < body.index(f"/staff/studio/{_ENTRY}?")
    assert _put(fatima, _VOICE, _MONEY)[0] == 201
    said.get("/staff/studio")
    said.post(f"/staff/studio/{_MONEY}/publish", language="ary")
    body = fatima.get("/staff/studio?language=ary").body
    assert "<bdi>70</bdi>" in body
    assert "<bdi>100</bdi>" in body
    assert body.index(f"/staff/studio/{_ENTRY}?") < body.index(f"/staff/studio/{_MONEY}?")
    other = fatima.get("/staff/studio?language=shi").body
    assert other.index(f"/staff/studio/{_MONEY}?") < other.index(f"/staff/studio/{_ENTRY}?")


def test_what_is_recorded_next_is_what_could_not_be_heard(desk: tuple[Room, Path]) -> None:
    """In each language what those who chose it could not hear comes before what is asked more often by all."""
    room, _ = desk
    day = room.clock.at.date().isoformat()
    happened = {(day, "entry", _MONEY): 70, (day, "entry", _ENTRY): 30, (day, "not_recorded", f"shi {_ENTRY}"): 5}
    room.store.write_now(lambda at: count(at, {**happened, (day, "hears", "shi"): 9}))
    clerk = room.clerk("fatima", "publisher")
    body = clerk.get("/staff/studio?language=shi").body
    assert body.index(f"/staff/studio/{_ENTRY}?") < body.index(f"/staff/studio/{_MONEY}?")
    assert room.frame.words("ar")["studio_chosen"] in body
    assert "<bdi>(9)</bdi>" in body
    other = clerk.get("/staff/studio?language=rif").body
    assert other.index(f"/staff/studio/{_MONEY}?") < other.index(f"/staff/studio/{_ENTRY}?")


def test_what_is_out_of_date_is_told_and_not_played(desk: tuple[Room, Path], library: Library) -> None:
    """A recording whose words have changed is shown as such, and a draft of other words is not published."""
    room, root = desk
    fatima = room.clerk("fatima", "publisher")
    said = room.clerk("said", "publisher")
    assert _put(fatima, _VOICE)[0] == 201
    said.get("/staff/studio")
    assert said.post(f"/staff/studio/{_ENTRY}/publish", language="ary").status == 303
    (root / "faq/audio" / f"{_ENTRY}.ary.ogg.digest").write_text("0" * 32)
    words = room.frame.words("ar")
    assert words["studio_stale"] in fatima.get("/staff/studio?language=ary").body
    page = fatima.get(f"/staff/studio/{_ENTRY}?language=ary").body
    assert words["sound_is_stale"] in page
    assert words["sound_heard_now"] not in page
    assert _put(fatima, _VOICE)[0] == 201
    draft = next(room.frame.parts.folder.glob("recordings/*.json"))
    draft.write_text(re.sub(r'"text": "[0-9a-f]+"', '"text": "00"', draft.read_text()))
    late = said.post(f"/staff/studio/{_ENTRY}/publish", language="ary")
    assert (late.status, words["sound_stale"] in late.body) == (409, True)


_NO_VOICES = {
    "empty": (b"", 422),
    "a page": (b"<!doctype html><p>" + b"x" * 500, 422),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), 422),
    "only a name": (b"OggS" + bytes(400), 422),
    "cut off": (_VOICE[:-90], 422),
    "20 MB": (_VOICE + bytes(20_000_000), 413),
}


@pytest.mark.parametrize(("sound", "status"), _NO_VOICES.values(), ids=list(_NO_VOICES))
def test_what_is_no_voice_is_refused_in_a_sentence(desk: tuple[Room, Path], sound: bytes, status: int) -> None:
    """Whatever it calls itself, what cannot be heard is refused in one sentence, and nothing of it is kept."""
    room, _ = desk
    answered, sentence = _put(room.clerk("fatima", "editor"), sound)
    if sound == _NO_VOICES["cut off"][0] and answered == 201:
        # Where it can be converted, what is left of a recording is one.
        return
    assert answered == status
    assert "\n" not in sentence
    assert sentence in room.frame.words("ar").values()
    assert not list(room.frame.parts.folder.glob("recordings/*.json"))


def test_no_sound_is_taken_without_the_token(desk: tuple[Room, Path]) -> None:
    """A sound without the form's token, from another site, or for an answer of nobody is refused."""
    room, _ = desk
    clerk = room.clerk("fatima", "editor")
    assert _put(clerk, _VOICE, **{"X-CSRF": "0" * 40})[0] == 409
    assert _put(clerk, _VOICE, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert _put(clerk, _VOICE, entry="nothing.at-all")[0] == 404
    assert _put(clerk, _VOICE, **{"Content-Type": "text/plain"})[0] == 415
    assert not list(room.frame.parts.folder.glob("recordings/*.json"))


def test_only_the_studio_has_a_microphone(desk: tuple[Room, Path]) -> None:
    """The page of one recording may use the microphone, and no other page of the staff room."""
    room, _ = desk
    clerk = room.clerk("fatima", "admin")
    for path in ("/staff/studio", "/staff/content", f"/staff/content/{_ENTRY}", "/staff/me"):
        assert "microphone=()" in clerk.get(path).headers["permissions-policy"], path
        assert "blob:" not in clerk.get(path).headers["content-security-policy"], path
    page = clerk.get(f"/staff/studio/{_ENTRY}")
    assert "microphone=(self)" in page.headers["permissions-policy"]
    assert "camera=()" in page.headers["permissions-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


def test_a_sound_is_looked_at_by_its_pages() -> None:
    """How long a voice is stands in its pages; another codec in the same container is none."""
    assert 1.1 < seconds_of(_VOICE) < 1.3
    with pytest.raises(UnusableRecordingError) as refused:
        seconds_of(_VORBIS)
    assert refused.value.fault == "format"
    with pytest.raises(UnusableRecordingError) as refused:
        voice_of(bytes(MOST_BYTES + 1))
    assert refused.value.fault == "large"


@pytest.mark.skipif(not can_convert(), reason="ffmpeg is not installed")
@pytest.mark.parametrize(("kind", "seconds"), [("wav", 2.0), ("webm", 2.0), ("mp3", 2.0), ("wav", 0.2), ("wav", 400.0)])
def test_other_sounds_become_voices(tmp_path: Path, kind: str, seconds: float) -> None:
    """What telephones and browsers record is converted; what is too short or too long is refused."""
    given = tmp_path / f"given.{kind}"
    tone = f"sine=frequency=300:duration={seconds}:sample_rate=8000"
    ffmpeg = shutil.which("ffmpeg") or ""
    subprocess.run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", tone, str(given)], check=True)
    if 0.5 <= seconds <= 300:
        assert abs(seconds_of(voice_of(given.read_bytes())) - seconds) < 0.3
    else:
        with pytest.raises(UnusableRecordingError) as refused:
            voice_of(given.read_bytes())
        assert refused.value.fault in {"short", "long"}


@pytest.mark.browser
def test_a_clerk_records_listens_and_keeps(desk: tuple[Room, Path], chromium: str) -> None:
    """In a real browser: record with the microphone, listen, keep; then the draft can be heard."""
    room, _ = desk
    room.account("fatima", "publisher")
    room.clock.at = room.clock.at.now(room.clock.at.tzinfo)
    complaints: list[str] = []
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu", *flags]
        )
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="ar-MA")
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda told: complaints.append(told.text) if "Content Security Policy" in told.text else None,
        )
        page.goto(f"http://127.0.0.1:{room.port}/staff/studio/{_ENTRY}?language=shi")
        page.locator("#name").fill("fatima")
        page.locator("#password").fill(PASSWORD)
        page.locator("button.go").click()
        page.locator("#start").click()
        expect(page.locator("#clock")).to_have_text("0:01")
        page.locator("#stop").click()
        expect(page.locator("#heard")).to_be_visible()
        heard = page.locator("#heard")
        heard.evaluate("one => one.play().then(() => one.pause())")
        page.locator("#keep").click()
        if can_convert():
            expect(page.locator("#draft")).to_be_visible()
            comes_true(page, lambda: page.evaluate("document.getElementById('draft').duration > 0.5"))
            expect(page.get_by_role("button", name="نشر")).to_be_visible()
        else:
            expect(page.locator("#told")).to_have_text(room.frame.words("ar")["sound_format"])
        browser.close()
    assert complaints == []
