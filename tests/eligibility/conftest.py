"""The real rules, read and proved once for all tests of eligibility."""

from pathlib import Path

import pytest

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.eligibility.scheme import Rulebook
from tests.eligibility.cases import ROOT


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    """Return the rules of this checkout."""
    mistakes = Mistakes()
    read = read_rulebook(ROOT, mistakes)
    assert mistakes.errors == []
    assert read is not None
    return read


_READ = {"ages.yaml", "authorities.yaml", "facts.yaml", "provinces.csv", "rules.yaml", "schemes.yaml", "sources.yaml"}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a copy of the rules files that a test may spoil."""
    for file in (ROOT / "flows").rglob("*"):
        if file.name in _READ:
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    return tmp_path
