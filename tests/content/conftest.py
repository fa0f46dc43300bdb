"""The content as it is, copied for one mistake at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from bot.content.library import load
from bot.content.reading import ContentError
from tests.program import ROOT

WORDINGS: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "bot" / "content" / "mistakes.yaml").read_text("utf-8"))
#: A mistake as the tests compare it: kind, file, line.
Found = tuple[str, str, int]


def kind_of(mistake: ContentError) -> str:
    """Return the kind of a mistake, whose wording there is."""
    assert mistake.kind in WORDINGS
    return mistake.kind


@pytest.fixture
def spoil(root: Path) -> Iterator[Callable[[str, str], list[Found]]]:
    """Give a function that adds text to a file of the content and returns what the check says; undone afterwards."""
    before: dict[Path, str | None] = {}

    def spoils(file: str, text: str) -> list[Found]:
        path = root / file
        before[path] = path.read_text("utf-8") if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text((before[path] or "") + text, "utf-8")
        library, mistakes = load(root, proving=False)
        assert (library is None) == bool(mistakes.errors)
        return [(kind_of(one), one.where.file, one.where.line) for one in mistakes.errors]

    yield spoils
    for path, text in before.items():
        if text is not None:
            path.write_text(text, "utf-8")
        else:
            path.unlink()
            path.parent.rmdir()
