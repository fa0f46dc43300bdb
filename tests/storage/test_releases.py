"""Releases kept in a database: what one program made, every other one takes."""

import gc
import sys
import threading
from time import monotonic

import pytest

from bot.storage import DatabaseKeep, Store, releases


def test_a_release_is_kept_in_the_database(store: Store) -> None:
    """What is kept is taken by its name, the last good one without; older ones than so many are forgotten."""
    url = store.url.render_as_string(hide_password=False)
    keep = DatabaseKeep(url, 2)
    assert keep.last() is None
    for name in ("first", "second", "third"):
        keep.put(name, name.encode() * 1000)
    other = DatabaseKeep(url, 2)
    assert other.taken("first") is None
    assert other.taken("second") == b"second" * 1000
    assert other.last() == b"third" * 1000
    keep.again("second")
    assert other.last() == b"second" * 1000
    keep.put("second", b"another")
    assert other.last() == b"another"


def test_a_database_without_the_table_keeps_nothing(empty_url: str) -> None:
    """A database that is not made, or does not answer, is as if nothing were kept; nobody is stopped."""
    for url in (empty_url, "postgresql://nobody@127.0.0.1:1/nothing"):
        keep = DatabaseKeep(url, 2)
        keep.put("name", b"release")
        keep.again("name")
        assert keep.taken("name") is None
        assert keep.last() is None


def test_two_programs_make_one_release_after_the_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server the second waits until the first has made it, and no longer than it may; another one is not kept."""
    if not store.is_shared:
        pytest.skip("beside a SQLite file releases are kept in a folder")
    url = store.url.render_as_string(hide_password=False)
    one, other = DatabaseKeep(url, 2), DatabaseKeep(url, 2)
    begun, order = threading.Event(), []

    def second() -> None:
        begun.set()
        with other.making("release"):
            order.append("second")

    waits = threading.Thread(target=second)
    with one.making("release"):
        waits.start()
        begun.wait(10)
        with other.making("another"):
            order.append("another")
        waits.join(0.5)
        order.append("first")
    waits.join(10)
    assert order == ["another", "first", "second"]
    monkeypatch.setattr(releases, "_ANOTHERS", 0.5)
    with one.making("release"):
        asked = monotonic()
        with other.making("release"):
            assert 0.4 < monotonic() - asked < 10


def test_a_server_that_is_away_keeps_nobody_from_making() -> None:
    """Where there is nobody to ask, a release is made at once."""
    with DatabaseKeep("postgresql://nobody@127.0.0.1:1/nothing", 2).making("release"):
        made = True
    assert made


def test_what_was_kept_is_held_by_nobody(store: Store) -> None:
    """A release has 52 MB: once it is in the database, the program that put it there holds it no more."""
    keep = DatabaseKeep(store.url.render_as_string(hide_password=False), 2)
    raw = b"release" * 1000
    before = sys.getrefcount(raw)
    keep.put("first", raw)
    keep.put("second", raw)
    gc.collect()
    assert sys.getrefcount(raw) == before
    assert keep.taken("first") == raw
