"""What axe-core finds on the pages: nothing serious to somebody who sees, hears or moves with difficulty."""

import pytest

from tests.browser import Opened, serious_findings
from tests.end_to_end.test_small_screens import WAYS, said
from tests.program import Served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_nothing_serious_in_the_chat(opened: Opened, way: list[str], scheme: str) -> None:
    """Each common screen, by day and by night, has nothing serious against it."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce", color_scheme=scheme)
    for words in way:
        said(page, words)
        assert serious_findings(page) == [], words


@pytest.mark.parametrize("path", ["/leave", "/?all", "/flow/office", "/nowhere"])
def test_nothing_serious_on_the_other_pages(opened: Opened, guide: Served, path: str) -> None:
    """The page that asks before all is erased, an earlier conversation, a link and a page that is none."""
    page = opened(reduced_motion="reduce")
    page.goto(guide.address.rstrip("/") + path)
    assert serious_findings(page) == []


def test_the_checker_checks(opened: Opened) -> None:
    """A page with a picture that has no words, and letters too pale to see, is found wanting."""
    page = opened()
    page.evaluate("""() => {
      const main = document.querySelector('#log .guide .text'), pale = document.createElement('p');
      pale.style.color = '#ddd';
      pale.textContent = 'لا يقرأ هذا السطر أحد';
      main.prepend(pale, new Image(9, 9));
    }""")
    assert {"image-alt", "color-contrast"} <= {rule for rule, _ in serious_findings(page)}
