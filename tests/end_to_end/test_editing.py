"""An edit of the content while the guide runs: a good one goes live, a bad one does not."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import phones
from tests.program import Served
from tests.spoiling import line_of

pytestmark = pytest.mark.browser

_QUESTION = "شنو هو ميثاق التجارة الخارجية"
_MARK = "جواب معدل للتجربة"


def _ask(page: Page) -> str:
    """Ask the question and return the answer."""
    asked = page.locator("#log .bubble.mine")
    count = asked.count()
    page.locator("#text").fill(_QUESTION)
    page.keyboard.press("Enter")
    expect(asked).to_have_count(count + 1)
    answer = page.locator("#log .bubble.mine ~ .bubble.guide").nth(count)
    expect(answer).to_be_visible()
    return answer.inner_text()


def _logged(guide: Served, page: Page, event: str, times: int = 1) -> None:
    """Wait until something has been logged so often."""
    for _ in range(600):
        if guide.log().count(event) >= times:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{event} was not logged: {guide.log()}")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    # Written aside and put in its place, as editors do: half a file is never seen.
    half = file.with_suffix(".half")
    half.write_text(text.replace(old, new, 1), "utf-8")
    half.replace(file)


def test_an_edit_goes_live_and_a_mistake_does_not(browser: Browser, edited: Served) -> None:
    """A bad edit keeps the old answer live and tells where the mistake is; put right, the new answer is live."""
    file = edited.root / "faq" / "charters.yaml"
    text = file.read_text("utf-8")
    entry = text.index("- id: charters.foreign-trade\n")
    first = re.compile(r"answer:\n    ar: \|\n      (.*)\n").search(text, entry)
    assert first
    with phones(browser, edited.address, 20) as opens:
        page = opens()
        old = _ask(page)
        assert _MARK not in old

        _edit(file, first[0], first[0].replace(first[1], f"{_MARK}.").replace("answer:", "answre:"))
        _logged(edited, page, "event=content_refused")
        assert f"faq/charters.yaml:{line_of(edited.root, 'faq/charters.yaml', 'answre:')}: " in edited.log()
        assert _ask(page) == old

        _edit(file, "answre:", "answer:")
        _logged(edited, page, "event=content_taken")
        assert _MARK in _ask(page)
    assert "Traceback" not in edited.log()
