"""The real gazetteer, built once, and the tables of what people say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.places import read_gazetteer
from bot.content.reading import Mistakes
from bot.offices.places import Gazetteer

ROOT = Path(__file__).parents[2]


def rows(table: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a table: what was said, and the region it is in (or `ask`, or `none`)."""
    for line in Path(__file__).with_name(table).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            said, _, meant = line.rpartition("|")
            yield said.strip(), meant.strip()


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """Return the gazetteer of this checkout's content."""
    mistakes = Mistakes()
    built = read_gazetteer(ROOT, mistakes)
    assert built is not None, mistakes.errors
    assert not mistakes.errors
    return built
