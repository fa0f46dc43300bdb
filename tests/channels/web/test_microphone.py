"""The microphone of the page in a real browser, whose own machine hums into it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.channels.web.messages import Voices
from tests.browser import Opened, phones
from tests.channels.web.conftest import Site

pytestmark = pytest.mark.browser
#: What a Matroska file, of which WebM is one, begins with; an Ogg file; and an MP4 file from its fifth byte on.
_SOUNDS = (b"\x1a\x45\xdf\xa3", b"OggS")


@pytest.fixture
def voices() -> Voices | None:
    """Return where voices lie."""
    return Voices()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Return a browser with a microphone."""
    with sync_playwright() as playwright:
        heard = ["--use-fake-device-for-media-stream", "--no-sandbox"]
        launched = playwright.chromium.launch(executable_path=chromium, args=heard)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Opened]:
    """Return a function that opens the chat on a phone."""
    with phones(browser, site.address, patience=15) as opens:
        yield opens


def test_a_voice_is_recorded_and_sent(opened: Opened, site: Site, voices: Voices) -> None:
    """One tap begins, the second sends: what arrives is a sound, and it lies in memory alone."""
    page: Page = opened(permissions=["microphone"])
    microphone = page.locator(".speak")
    microphone.click()
    expect(microphone).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#state")).not_to_be_empty()
    page.wait_for_timeout(600)
    microphone.click()
    expect(microphone).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#log .mine")).to_have_count(1)
    [sound] = voices._sounds.values()
    assert sound.startswith(_SOUNDS)
    assert len(sound) > 500


def test_without_leave_to_listen_one_writes(opened: Opened, voices: Voices) -> None:
    """Who does not let the page listen is told kindly, and can write as before."""
    page: Page = opened(permissions=[])
    page.locator(".speak").click()
    expect(page.locator("#state")).not_to_be_empty()
    expect(page.locator(".speak")).to_have_attribute("aria-pressed", "false")
    page.locator("#text").fill("لعيون")
    page.locator("#text").press("Enter")
    expect(page.locator("#log .mine").last).to_contain_text("لعيون")
    assert voices._sounds == {}
