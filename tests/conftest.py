"""What every test may use: the real content, loaded once."""

from pathlib import Path

import pytest

from bot.content.library import load
from bot.conversation.library import Library

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a writer take what the guide says now as the new transcripts, for review."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts with today's replies")


@pytest.fixture(scope="session")
def library() -> Library:
    """The content of this checkout."""
    loaded, mistakes = load(ROOT)
    assert loaded is not None, mistakes.errors
    return loaded
