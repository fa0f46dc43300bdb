"""The way of somebody who cannot read through the chat: a tap on the ear, pictures, and what is tapped is heard."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import comes_true, phones
from tests.program import ROOT, Served, told

pytestmark = pytest.mark.browser

_SOUND = ROOT / "tests/staff/sounds/voice.ogg"
_HEARD = ("flow.foreign_trade", "flow.foreign_trade_who", "question.activity")


def _tap(page: Page, choice: str) -> None:
    page.locator("#log .choices").last.locator(f"button[value='{choice}']").click()


def _plays(page: Page, sound: Locator) -> None:
    comes_true(page, lambda: sound.evaluate("one => one.error === null && one.played.length > 0"))


def test_what_is_tapped_is_heard(browser: Browser, edited: Served) -> None:
    """Each tap is answered by voice without another one, and one voice speaks at a time; who reads hears nothing."""
    for name in _HEARD:
        assert told("recordings", "--entry", name, _SOUND, root=edited.root).status == 0
    with phones(browser, edited.address, 20) as opens:
        page = opens()
        sounds = page.locator("#log audio.heard")
        page.locator("button.hear").click()
        taps = ("to:foreign_trade", "to:foreign_trade_who", "to:eligibility_export")
        for count, tap in enumerate(taps, 1):
            _tap(page, tap)
            expect(sounds).to_have_count(count)
            _plays(page, sounds.last)
        assert sounds.evaluate_all("all => all.filter(one => !one.paused).length") <= 1
        reading = opens()
        reading.locator("button[value='to:foreign_trade']").click()
        expect(reading.locator("#log .bubble.mine")).to_have_count(1)
        expect(reading.locator("#log audio")).to_have_count(0)
