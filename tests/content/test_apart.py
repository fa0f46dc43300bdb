"""Work on a second core: what comes back is what the work returns, wherever it was done."""

import os
import threading

import pytest

from bot.content.apart import begun_beside
from bot.content.reading import Mistakes, Where


def _found() -> Mistakes:
    mistakes = Mistakes()
    mistakes.add("file_missing", Where("faq/about.yaml", 7))
    return mistakes


def _ended() -> dict[str, int]:
    if os.getpid() != _OURS:
        os._exit(3)
    return {"here": os.getpid()}


_OURS = os.getpid()


def test_what_is_found_beside_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the program tells what it found, and which process it was; with one core there is none."""
    assert begun_beside(_found, Mistakes)() == _found()
    if threading.active_count() == 1:
        assert begun_beside(os.getpid, int)() != os.getpid()
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert begun_beside(os.getpid, int)() == os.getpid()


def test_what_ends_beside_is_done_here() -> None:
    """Where the copy ends before it has told, or raises, and in a thread, the work is done by whoever waits for it."""
    assert begun_beside(_ended, dict[str, int])() == {"here": os.getpid()}

    def raised() -> int:
        if os.getpid() != _OURS:
            raise ValueError
        return 7

    assert begun_beside(raised, int)() == 7
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(begun_beside(os.getpid, int)()))
    thread.start()
    thread.join()
    assert told == [os.getpid()]
