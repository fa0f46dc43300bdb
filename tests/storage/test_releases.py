"""Releases kept in a database: what one program made, every other one takes."""

from bot.storage import DatabaseKeep, Store


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
