"""What every test may use: the real content, loaded once."""

import gc
import subprocess
from pathlib import Path

import pytest

from bot.content.library import load
from bot.conversation.library import Library
from tests.program import ROOT, copied
from tests.properties import examples

#: Examples a property in the inner loop.
_QUICK_EXAMPLES = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a writer take what the guide says now as the new transcripts, for review."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts with today's replies")
    parser.addoption("--quick", action="store_true", help="only the transcripts and the rooms that changed, no browser")


def pytest_configure(config: pytest.Config) -> None:
    """Try each property with few examples in the inner loop; `make test` tries them all."""
    if config.getoption("--quick"):
        examples.most = _QUICK_EXAMPLES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep, in the inner loop, the transcripts and the tests of what was changed since the last commit."""
    if not config.getoption("--quick"):
        return
    changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False, cwd=ROOT)
    rooms = {room for line in changed.stdout.splitlines() for room in Path(line[3:].split(" -> ")[-1]).parts[1:2]}

    def is_kept(item: pytest.Item) -> bool:
        place = item.path.relative_to(ROOT / "tests")
        if item.get_closest_marker("browser") is not None:
            return False
        if place.parts[0] == "transcripts":
            return place.name != "test_channels.py"
        return place.parts[0].removesuffix(".py") in rooms

    dropped = [item for item in items if not is_kept(item)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if is_kept(item)]


@pytest.fixture(scope="session")
def library() -> Library:
    """The content of this checkout."""
    loaded, mistakes = load(ROOT)
    assert loaded is not None, mistakes.errors
    # As where the guide serves: what lives as long as the program need not be looked through again and again.
    gc.collect()
    gc.freeze()
    return loaded


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an operator has it, with the content, the configuration and nothing of this checkout's `var/`."""
    return copied(tmp_path_factory.mktemp("root"))
