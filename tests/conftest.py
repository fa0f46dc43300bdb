"""What every test may use: the real content, loaded once."""

from pathlib import Path

import pytest

from bot.content.library import load
from bot.conversation.library import Library
from tests.program import ROOT, copied


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a writer take what the guide says now as the new transcripts, for review."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts with today's replies")


@pytest.fixture(scope="session")
def library() -> Library:
    """The content of this checkout."""
    loaded, mistakes = load(ROOT)
    assert loaded is not None, mistakes.errors
    return loaded


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an operator has it, with the content, the configuration and nothing of this checkout's `var/`."""
    return copied(tmp_path_factory.mktemp("root"))
