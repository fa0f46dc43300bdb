"""How far a database is made, as `dalil doctor` looks at it."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

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


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_without_arabic_is_refused_with_what_to_do(postgresql: str, encoding: str) -> None:
    """A server that was set up without a language keeps no Arabic: the start says so, and how the database is made."""
    name = f"without_{encoding.lower()}"
    engine = create_engine(make_url(postgresql).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        made_so = f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.execute(text(made_so))
        try:
            url = make_url(postgresql).set(database=name).render_as_string(hide_password=False)
            for opening in (Store, made):
                with pytest.raises(UnopenedStoreError, match=f"in {encoding}: make it again with ENCODING 'UTF8'"):
                    opening(url)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
