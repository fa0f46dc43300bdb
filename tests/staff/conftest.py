"""A staff room for each test, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.library import Library
from bot.storage import Store
from tests.browser import browser, chromium
from tests.program import copied
from tests.staff.room import Room, opened_room
from tests.stores import empty_url, postgresql, store, url

__all__ = ["browser", "chromium", "empty_url", "postgresql", "store", "url"]


@pytest.fixture
def room(store: Store, library: Library) -> Iterator[Room]:
    """Give a staff room that is open, without any account."""
    with opened_room(store, library) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, library: Library) -> Iterator[tuple[Room, Path]]:
    """A staff room over content of the test's own."""
    root = tmp_path / "root"
    root.mkdir()
    copied(root, is_ready=True)
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    with opened_room(store, library, root) as room:
        yield room, root
    store.close()
