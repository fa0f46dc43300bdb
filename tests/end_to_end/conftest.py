"""The guide in a process of its own, and phones that open its chat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import Opened, browser, chromium, phones
from tests.program import Served, copied, served

__all__ = ["browser", "chromium"]

#: Seconds that an answer may take in the browser; the machine may be busy.
_PATIENCE = 20


@pytest.fixture(scope="module")
def guide(chromium: str, root: Path) -> Iterator[Served]:
    """A guide that is running, for all the tests of a module; each opens it as somebody else."""
    with served(root, root / "var" / "end_to_end.db") as running:
        yield running


@pytest.fixture
def opened(browser: Browser, guide: Served) -> Iterator[Opened]:
    """Return a function that opens the chat on a phone."""
    with phones(browser, guide.address, _PATIENCE) as opens:
        yield opens


@pytest.fixture
def edited(chromium: str, tmp_path: Path) -> Iterator[Served]:
    """A guide whose content is the test's own, and which looks for edits five times a second."""
    root = copied(tmp_path, is_ready=True)
    config = root / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("reload_every: 5", "reload_every: 0.2"), "utf-8")
    with served(root, root / "var" / "edited.db") as running:
        yield running
