"""The guide talks as the transcripts say."""

from pathlib import Path

import pytest

from bot.conversation.library import Library
from tests.transcripts.playing import GUIDE, played

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*/*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_guide_talks_as_written(path: Path, library: Library, request: pytest.FixtureRequest) -> None:
    """A conversation goes line by line as its transcript says."""
    held = played(path, library)
    if request.config.getoption("--update-transcripts"):
        path.write_text(held, "utf-8")
    assert GUIDE in held
    assert held == path.read_text("utf-8")


def test_there_are_enough_transcripts() -> None:
    """Every behaviour has its transcripts: paths, corrections, asides, misunderstandings, endings."""
    folders = {path.parent.name for path in TRANSCRIPTS}
    assert {"path", "correction", "aside", "not_understood", "ending"} <= folders
    assert len(TRANSCRIPTS) >= 40
