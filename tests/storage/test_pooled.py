"""How a server is asked: as seldom as can be, and all the same never over a connection that is gone."""

import sys
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text

from bot.storage import Store, pooled
from bot.storage.pooled import look_before_use
from tests.stores import opened


@pytest.fixture
def server(url: str) -> str:
    """Give a database of a server."""
    if url.startswith("sqlite"):
        pytest.skip("about PostgreSQL")
    return url


def test_what_is_read_is_asked_for_by_itself(store: Store) -> None:
    """Nothing stands around what is read from a server: a transaction would be four questions more."""

    def status(connection: Connection) -> str:
        connection.execute(text("SELECT 1")).all()
        return str(connection.connection.driver_connection.info.transaction_status.name)  # type: ignore[union-attr]

    if not store.is_shared:
        pytest.skip("about PostgreSQL")
    assert store.read_now(status) == "IDLE"
    assert store.write_now(status) == "INTRANS"
    assert store.read_now(status) == "IDLE"


def test_connections_just_used_are_not_looked_at(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is looked at after a moment without use, and one that the server ended is replaced."""
    engine = create_engine(server, pool_size=1, max_overflow=0)
    look_before_use(engine)
    looks: list[object] = []
    look = engine.dialect.do_ping

    def looked(connection: Any) -> bool:
        looks.append(connection)
        return look(connection)

    monkeypatch.setattr(engine.dialect, "do_ping", looked)
    made: list[object] = []
    event.listen(engine, "connect", lambda connection, _record: made.append(connection))
    number = text("SELECT pg_backend_pid()")

    def asked() -> int:
        with engine.connect() as connection:
            return int(connection.execute(number).scalar_one())

    first = asked()
    looked_at_first = len(looks)
    assert [asked() for _ in range(20)] == [first] * 20
    assert len(looks) == looked_at_first
    monkeypatch.setattr(pooled, "_IDLE", 0.0)
    assert asked() == first
    assert len(looks) == looked_at_first + 1
    other = create_engine(server, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": first})
    other.dispose()
    assert asked() != first
    assert len(made) == 2
    engine.dispose()


def test_who_asks_beside_a_long_turn_has_the_interpreter_soon(url: str) -> None:
    """Every answer of a database is waited for beside whatever turn is under way: not 5 ms longer each time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    try:
        with opened(url):
            assert sys.getswitchinterval() < 0.001
    finally:
        sys.setswitchinterval(before)
