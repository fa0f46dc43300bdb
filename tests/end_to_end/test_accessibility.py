"""What axe-core finds on the pages: nothing serious to somebody who sees, hears or moves with difficulty."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import Opened
from tests.end_to_end.test_small_screens import WAYS, said
from tests.program import Served

pytestmark = pytest.mark.browser

_AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
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


def _found(page: Page) -> list[tuple[str, list[Any]]]:
    """Return what is serious on a page: the rule, and what it was found on."""
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
    page.evaluate(_AXE + "; true")
    told = page.evaluate(_RUN)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in told if one["impact"] in _SERIOUS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_nothing_serious_in_the_chat(opened: Opened, way: list[str], scheme: str) -> None:
    """Each common screen, by day and by night, has nothing serious against it."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce", color_scheme=scheme)
    for words in way:
        said(page, words)
        assert _found(page) == [], words


@pytest.mark.parametrize("path", ["/leave", "/?all", "/flow/office", "/nowhere"])
def test_nothing_serious_on_the_other_pages(opened: Opened, guide: Served, path: str) -> None:
    """The page that asks before all is erased, an earlier conversation, a link and a page that is none."""
    page = opened(reduced_motion="reduce")
    page.goto(guide.address.rstrip("/") + path)
    assert _found(page) == []


def test_the_checker_checks(opened: Opened) -> None:
    """A page with a picture that has no words, and letters too pale to see, is found wanting."""
    page = opened()
    page.evaluate("""() => {
      const main = document.querySelector('#log .guide .text'), pale = document.createElement('p');
      pale.style.color = '#ddd';
      pale.textContent = 'لا يقرأ هذا السطر أحد';
      main.prepend(pale, new Image(9, 9));
    }""")
    assert {"image-alt", "color-contrast"} <= {rule for rule, _ in _found(page)}
