"""The demo: one question on all three channels at once, and a tap on each platform's screen."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.conversation.library import Library
from tests.browser import phones
from tests.program import PATIENCE, ROOT

pytestmark = pytest.mark.browser

_CHARTER = "شنو هو ميثاق التجارة الخارجية"
_LAST = "المديرية الجهوية للتجارة والصناعة"


@contextmanager
def _shown(folder: Path) -> Iterator[str]:
    """Run the demo and give its address; interrupted, it must end well and leave nothing behind."""
    errors = folder / "demo.log"
    environ = {**os.environ, "TMPDIR": str(folder)}
    with (
        errors.open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.demo"], stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environ
        ) as process,
    ):
        try:
            assert process.stdout
            said = process.stdout.readline() + process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/demo", said)
            assert found, f"it said {said!r} and logged {errors.read_text('utf-8')}"
            yield found[0]
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
            assert errors.read_text("utf-8") == ""
            assert list(folder.glob("dalil-demo-*")) == []
        except BaseException:
            # Told, not killed: it has a guide to stop.
            process.terminate()
            raise


def _answers(page: Page) -> list[Locator]:
    """Return the guide's bubbles of each screen: the web, Telegram, WhatsApp."""
    web = page.frame_locator("#frame").locator("#log .bubble.guide")
    return [web, *(page.locator(f"#{name} .bubble.guide") for name in ("telegram", "whatsapp"))]


def test_one_question_on_three_channels(browser: Browser, tmp_path: Path, library: Library) -> None:
    """What is asked once is answered alike on all three screens, and each of them goes on by a tap of its own."""
    with _shown(tmp_path) as address, phones(browser, address, 20) as opens:
        page = opens(permissions=[])
        page.set_viewport_size({"width": 1280, "height": 800})
        welcome = library.phrases.welcome.of("ar").split("\n")[0]
        for answers in _answers(page):
            expect(answers).to_have_count(1)
            expect(answers).to_contain_text(welcome)

        page.locator("#all-text").fill(_CHARTER)
        page.keyboard.press("Enter")
        lines = library.entries["charters.foreign-trade"].answer.of("ar").split("\n")
        # Numbers stand between marks on some channels, and an amount is filled in.
        answer = next(line for line in lines if line and not re.search(r"[0-9A-Za-z{]", line))
        for answers in _answers(page):
            expect(answers).to_have_count(2)
            expect(answers.last).to_contain_text(answer)

        # On Telegram a button below the message, which then goes; on WhatsApp a row of the list that opens.
        telegram, whatsapp = page.locator("#telegram"), page.locator("#whatsapp")
        buttons = telegram.locator(".bubble.guide").last.locator(".below")
        buttons.get_by_role("button", name="القائمة").click()
        expect(telegram.locator(".bubble.guide")).to_have_count(3)
        expect(telegram.locator(".bubble.guide").nth(1).locator(".below")).to_have_count(0)
        whatsapp.locator(".opens").last.click()
        page.locator("#sheet").get_by_role("button", name="القائمة").click()
        expect(whatsapp.locator(".bubble.mine").last).to_contain_text("القائمة")
        expect(whatsapp.locator(".bubble.guide")).to_have_count(3)

        # The office is asked for, and the position shared with what each platform has for it.
        for screen in (telegram, whatsapp):
            screen.get_by_role("textbox").fill("مكاتب جهتي")
            screen.get_by_role("textbox").press("Enter")
        telegram.locator(".keyboard button").click()
        page.locator("#sheet").get_by_role("button", name="العيون").click()
        whatsapp.locator(".bubble.guide .pin").click()
        page.locator("#sheet").get_by_role("button", name="العيون").click()
        for screen in (telegram, whatsapp):
            expect(screen.locator(".bubble.guide").filter(has_text=_LAST)).not_to_have_count(0)
        expect(telegram.locator(".keyboard")).to_be_hidden()

        page.locator("#begin").click()
        for answers in _answers(page):
            expect(answers).to_have_count(1)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
