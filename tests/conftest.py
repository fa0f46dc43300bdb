"""What every test may use: the real content, loaded once."""

import gc
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis.vendor.pretty import for_type_by_name

from bot.content.keeping import FolderKeep
from bot.content.releases import loaded
from bot.content.remembering import remembering
from bot.conversation.library import Library
from tests.program import ROOT, alone, copied
from tests.properties import examples

#: Examples a property in the inner loop.
_QUICK_EXAMPLES = 5
#: What the inner loop tries whatever was changed.
_ALWAYS = frozenset({"transcripts", "test_house", "conftest", "__init__"})
#: The files that take longest. They are begun first, so that none is left at the end for one processor alone.
_LONGEST = (
    "end_to_end/test_round_trip.py", "staff/test_tasks.py", "conversation/test_hostile_texts.py", "jobs/test_jobs.py",
    "commands/test_starting.py", "staff/test_guide.py", "content/test_releases.py", "staff/test_law.py",
    "staff/test_content.py", "staff/test_examples.py", "commands/test_operating.py", "staff/test_browser.py",
    "commands/test_drafts.py", "joined/test_notices.py", "reception/test_soak.py", "content/test_channels.py",
)  # fmt: skip
#: Which room of `tests/` tries what lies beside the rooms of `bot/`.
_TRIED_BY = {
    "__main__": "commands",
    "app": "joined",
    "config": "commands",
    "credentials": "joined",
    "delivery": "reception",
    "message": "test_message",
    "monitoring": "commands",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a writer take what the guide says now as the new transcripts, for review."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts with today's replies")
    parser.addoption("--quick", action="store_true", help="only the transcripts and the rooms that changed, no browser")


def pytest_configure(config: pytest.Config) -> None:
    """Try each property with few examples in the inner loop; `make test` tries them all."""
    # A whole release in the report of a property that fails takes minutes to print, and tells nothing.
    for_type_by_name(Library.__module__, Library.__name__, lambda library, printer, _: printer.text(repr(library)))
    if config.getoption("--quick"):
        examples.most = _QUICK_EXAMPLES


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Try with one process more than there are cores: many a test waits for a platform, a browser or a program."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read, in the inner loop, no more than the transcripts, the house and the tests of what was changed."""
    if not config.getoption("--quick"):
        return None
    place = collection_path.relative_to(ROOT / "tests").parts
    is_tried = not place or Path(place[0]).stem in {*_ALWAYS, *_changed_rooms()}
    # The transcripts on every channel need a browser's time.
    return None if is_tried and place != ("transcripts", "test_channels.py") else True


@cache
def _changed_rooms() -> frozenset[str]:
    """Return the rooms of `tests/` that try what was changed since the last commit."""
    changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False, cwd=ROOT)
    names = {Path(line[3:].split(" -> ")[-1]).parts[1:2] for line in changed.stdout.splitlines()}
    rooms = {Path(name[0]).stem for name in names if name}
    return frozenset(_TRIED_BY.get(room, room) for room in rooms)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest; keep no browser in the inner loop."""
    place = {ROOT / "tests" / name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
    if config.getoption("--quick"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("browser")])
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


@pytest.fixture(scope="session", autouse=True)
def _texts_read_once() -> Iterator[None]:
    """Read what two tests find to the letter in the files of their copies once, as a check of the content does."""
    with remembering():
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    """The content of this checkout as a guide serves it: made once and kept, learned, for every process of the tests.

    That its rules and its words are proved is `dalil check`'s.
    """
    with alone():
        library, mistakes = loaded(ROOT, FolderKeep(ROOT / "var"))
    assert library is not None, mistakes.errors
    # As where the guide serves: what lives as long as the program need not be looked through again and again.
    gc.collect()
    gc.freeze()
    return library


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an operator has it at a second start, with the content, its release and the configuration."""
    return copied(tmp_path_factory.mktemp("root"), is_ready=True)
