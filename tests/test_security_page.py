"""What the pages on security and privacy say is held, is held by files that are there."""

import re

import pytest

from tests.program import ROOT


@pytest.mark.parametrize("page", ["docs/security.md", "docs/privacy.md", "SECURITY.md"])
def test_what_holds_it_is_there(page: str) -> None:
    """Each file that a page names in code marks exists."""
    named = re.findall(r"`([\w./-]+\.(?:py|md|lock|toml|yaml))`", (ROOT / page).read_text("utf-8"))
    assert page == "SECURITY.md" or len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []
