"""How far a database is made, as `dalil doctor` looks at it."""

import sqlite3
from pathlib import Path

import pytest

from bot.storage import NewerStoreError, Store, UnopenedStoreError
from bot.storage.schema import made


def test_how_far_a_database_is_made(tmp_path: Path, empty_url: str) -> None:
    """A database that is empty, of today, older or newer is told apart, and stays as it is; so is no database."""
    assert made(empty_url) == "not_yet"
    Store(empty_url).close()
    assert made(empty_url) == "newest"
    file = tmp_path / "old.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()
    before = file.read_bytes()
    assert made(f"sqlite:///{file}") == "older"
    assert file.read_bytes() == before
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(NewerStoreError):
        made(f"sqlite:///{file}")
    file.write_text("words, and no database")
    for wrong in (file, file / "x.db"):
        with pytest.raises(UnopenedStoreError):
            made(f"sqlite:///{wrong}")
