"""Debian's chromium as a phone, for tests of pages as people see them.

A conftest imports the fixtures it needs; its own `opened` says which page they open.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

#: Opens the chat on a phone; takes the options of a browser context.
Opened = Callable[..., Page]

_PHONE: ViewportSize = {"width": 360, "height": 740}
_QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What the browser wrote that no page of ours may cause.
_BAD = re.compile(r"Content.Security.Policy|Refused to|TypeError|ReferenceError|SyntaxError|Uncaught", re.IGNORECASE)

_AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
#: What counts: the rest of axe's findings are advice.
_SERIOUS = {"serious", "critical"}
#: axe looks at the contrast of Latin letters alone: Arabic ones are put into Latin while it looks.
_RUN = """async () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), kept = [];
  while (walker.nextNode()) kept.push([walker.currentNode, walker.currentNode.data]);
  for (const [node, text] of kept) node.data = text.replace(/[\\u0600-\\u06ff]/g, 'a');
  const told = (await axe.run(document, { resultTypes: ['violations'] })).violations;
  for (const [node, text] of kept) node.data = text;
  return told;
}"""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Debian's chromium; without it the test is skipped, or fails where CI is true."""
    found = shutil.which("chromium")
    if found is None:
        reason = "chromium is not installed: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Return one browser for all the tests of a module.

    Not for more: while it lives, Playwright's event loop runs, and tests with one of their own could not.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield launched
        launched.close()


@contextmanager
def phones(browser: Browser, address: str, patience: float = 5) -> Iterator[Opened]:
    """Give a function that opens the chat on a phone; afterwards nothing may have gone against the page's policy.

    `patience` is how many seconds an answer may take.
    """
    contexts, complaints = [], []

    def opens(**options: Any) -> Page:
        context = browser.new_context(viewport=_PHONE, locale="ar-MA", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(patience * 1000)
        page.on("console", lambda message: complaints.append(message.text) if _BAD.search(message.text) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert complaints == []


def serious_findings(page: Page) -> list[tuple[str, list[Any]]]:
    """Return what is serious on a page: the rule, and what it was found on."""
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
    page.evaluate(_AXE + "; true")
    told = page.evaluate(_RUN)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in told if one["impact"] in _SERIOUS]


def comes_true(page: Page, asked: Callable[[], object], seconds: float = 20) -> None:
    """Wait until what is asked of a page is so: from outside, for its policy lets no text be run within it."""
    for _ in range(int(seconds * 20)):
        if asked():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it did not become true within {seconds:.0f} s")
