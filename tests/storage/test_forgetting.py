"""What is left of somebody who had us forget them: nothing, in any file."""

import os
import random
import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from bot.storage import SendOutcome, Store, StoreError, Unreadable, keep_unread, open_to_others, unanswered_questions
from bot.storage.files import key_of
from bot.storage.outbox import record
from tests.reception.room import Guide, update
from tests.stores import opened

_PEOPLE = 120


def _word(person: int) -> str:
    """Return a word that only one person says, is called and is told."""
    return f"zouina{person:05d}x"


async def _used(guide: Guide) -> None:
    """Let many people write, short and long, in any order, and their replies be sent."""
    chance = random.Random(7)
    for turn in range(20):
        people = chance.sample(range(_PEOPLE), 40)
        kinds = ("", "menu ", "three ", "ask ", "choose ")
        said = [
            update(
                f"{turn}-{_word(one)}",
                chance.choice(kinds) + f"{_word(one)} " * chance.choice((1, 1, 3, 40, 400)),
                _word(one),
            )
            for one in people
        ]
        await guide.heard(*said)
        await guide.store.write(_send_all)


def _send_all(connection: Connection) -> None:
    waiting = connection.execute(text("SELECT id FROM outbox WHERE state = 'waiting'")).scalars().all()
    record(connection, [SendOutcome(number, "chat", "sent") for number in waiting], 0.0)


def _left(folder: Path, people: range) -> dict[str, int]:
    """Return how many people's words stand in each file, byte by byte."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if number := sum(_word(one).encode() in content for one in people):
                found[path.name] = number
    return found


async def test_nothing_is_left_in_any_file(tmp_path: Path) -> None:
    """After "forget" no file holds a word of the person: the log at once, soon what lies between the rows."""
    folder = tmp_path / "var"
    with opened(f"sqlite:///{folder / 'dalil.db'}") as store:
        guide = Guide(store)
        await _used(guide)
        await guide.heard(update("case", f"person {_word(1)}", _word(1)))
        things = [Unreadable("chat", "u", "kind", _word(3).encode(), (_word(3),))]
        await store.write(lambda connection: keep_unread(connection, things, 0.0))
        half = range(2, _PEOPLE)
        assert _left(folder, half)
        forgetting = [update(f"f{_word(one)}", "forget", _word(one)) for one in half]
        await guide.heard(*forgetting)
        # Where the last answer goes is needed until it is sent.
        await store.write(_send_all)
        assert set(_left(folder, half)) <= {"dalil.db"}
        assert await store.has_traces()
        await store.compact()
        assert _left(folder, half) == {}
        assert not await store.has_traces()
        # The others are there as they were.
        assert _left(folder, range(2)) == {"dalil.db": 2}
        guide.attends()
        await guide.heard(update("later", "hello", _word(0)))
    assert _left(folder, half) == {}


async def test_log_is_emptied_once_nobody_reads_from_it(tmp_path: Path) -> None:
    """Who reads while somebody is forgotten holds nobody up, and the log is emptied when they are done."""
    folder = tmp_path / "var"
    with opened(f"sqlite:///{folder / 'dalil.db'}") as store:
        guide = Guide(store)
        await guide.heard(update(1, _word(1), _word(1)))
        reader = create_engine(f"sqlite:///{folder / 'dalil.db'}")
        with reader.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            assert connection.execute(text("SELECT count(*) FROM inbox")).scalar() == 1
            await guide.heard(update(2, "forget", _word(1)))
            assert "dalil.db-wal" in _left(folder, range(1, 2))
        reader.dispose()
        await store.write(_send_all)
        assert "dalil.db-wal" not in _left(folder, range(1, 2))


async def test_nothing_is_left_in_any_row(store: Store) -> None:
    """After "forget" no row of any table holds a word of the person, on either database."""
    guide = Guide(store)
    await _used(guide)
    await guide.heard(*(update(f"f{_word(one)}", "forget", _word(one)) for one in range(1, _PEOPLE)))
    await store.write(_send_all)

    def rows(connection: Connection) -> str:
        tables = ("inbox", "outbox", "identifiers", "conversations", "questions", "cases", "case_messages", "unread")
        return "\n".join(
            str(tuple(row)) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))
        )

    kept = await store.read(rows)
    assert [one for one in range(_PEOPLE) if _word(one) in kept] == [0]
    await store.compact()
    assert not await store.has_traces()


async def test_server_has_nothing_left_in_its_tables(url: str, store: Store) -> None:
    """On PostgreSQL no file of the database holds a word of who was forgotten once its tables are written anew.

    What the server's log holds it keeps until its files are used again: that is the server's, and told as it is.
    """
    if url.startswith("sqlite"):
        pytest.skip("about PostgreSQL")
    assert await store.has_traces()
    assert await store.is_small()
    guide = Guide(store)
    await _used(guide)
    await guide.heard(update("case", f"person {_word(1)}", _word(1)))
    files = await store.read(_files_of_database)
    _written_out(url)
    half = range(2, _PEOPLE)
    assert _left(files, half)
    await guide.heard(*(update(f"f{_word(one)}", "forget", _word(one)) for one in half))
    await store.write(_send_all)
    await store.compact()
    _written_out(url)
    assert _left(files, half) == {}
    assert not await store.has_traces()
    # The others are there as they were.
    assert sum(_left(files, range(2)).values()) >= 2


def _files_of_database(connection: Connection) -> Path:
    where = text(
        "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database"
        " WHERE datname = current_database()"
    )
    return Path(str(connection.execute(where).scalar_one()))


def _written_out(url: str) -> None:
    """Have the server write to its files what it has in memory."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
    engine.dispose()


async def test_tables_that_are_held_are_written_anew_later(url: str, store: Store) -> None:
    """Whoever holds a table on PostgreSQL is waited for a moment only, and it is known that there is something left."""
    if url.startswith("sqlite"):
        pytest.skip("about PostgreSQL")
    holder = create_engine(url)
    with holder.begin() as connection:
        connection.execute(text("LOCK TABLE outbox IN ACCESS SHARE MODE"))
        with pytest.raises(StoreError):
            await store.compact()
        assert await store.has_traces()
    holder.dispose()
    await store.compact()
    assert not await store.has_traces()


async def test_only_questions_that_staff_need_are_kept(store: Store) -> None:
    """What was surely answered is not kept; what was not is, until its person is forgotten, and only theirs goes."""
    guide = Guide(store)
    await guide.heard(
        update(1, "ask one", "a"), update(2, "ask two", "b"), update(3, "asksure three", "a"), update(4, "ask one", "b")
    )
    assert {asked.text for asked in await store.read(unanswered_questions)} == {"one", "two"}
    askers = await store.read(lambda c: c.execute(text("SELECT DISTINCT asker FROM questions")).scalars().all())
    people = await store.read(lambda c: c.execute(text("SELECT id FROM people")).scalars().all())
    assert len(askers) == 2
    assert not set(askers) & set(people)
    await guide.heard(update(5, "forget", "a"))
    assert {asked.text: asked.times for asked in await store.read(unanswered_questions)} == {"one": 1, "two": 1}


async def test_raw_message_goes_when_it_is_attended(store: Store) -> None:
    """What a platform sent, positions with it, is kept until it is attended; what failed stays for who mends it."""
    guide = Guide(store)
    await guide.reception.accept([update(1, "secret"), update(2, "boom secret")])
    raw = text("SELECT state, length(raw) > 0 AS is_there FROM inbox ORDER BY id")
    assert [tuple(row) for row in await store.read(lambda c: c.execute(raw).all())] == [("waiting", 1), ("waiting", 1)]
    guide.attends()
    assert [tuple(row) for row in await store.read(lambda c: c.execute(raw).all())] == [("done", 0), ("failed", 1)]
    await guide.heard(update(3, "forget"))
    assert [row.is_there for row in await store.read(lambda c: c.execute(raw).all())] == [0, 0, 0]


def test_digests_need_the_key(tmp_path: Path) -> None:
    """Each store has a key of its own, and without it no digest can be guessed back; the key stays over a restart."""
    marks = []
    for name in ("one.db", "one.db", "other.db"):
        with opened(f"sqlite:///{tmp_path / name}") as store:
            marks.append(store.mark("chat", "m1"))
    assert marks[0] == marks[1] != marks[2]
    assert len(key_of(tmp_path / "one.db")) == 32
    (tmp_path / "one.db.key").write_text("00")
    with pytest.raises(Exception, match="no key of a store"):
        Store(f"sqlite:///{tmp_path / 'one.db'}")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """The folder and all files of a store can be read by their owner alone, also those of an earlier release."""
    before = os.umask(0o000)
    try:
        database = tmp_path / "var" / "dalil.db"
        for _ in range(2):
            with opened(f"sqlite:///{database}") as store:
                store.write_now(lambda connection: connection.execute(text("DELETE FROM counts")))
                modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
                assert modes == dict.fromkeys(("dalil.db", "dalil.db-wal", "dalil.db-shm", "dalil.db.key"), 384)
            assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
            assert open_to_others(database) == []
            database.chmod(0o644)
        database.parent.chmod(0o755)
        assert open_to_others(database) == [database.parent, database]
        # Somebody else's folder is left as it is; one that holds the store alone is closed.
        (database.parent / "other.txt").touch()
        opened_again = [database.parent]
        for found in (opened_again, []):
            with opened(f"sqlite:///{database}"):
                assert open_to_others(database) == found
            (database.parent / "other.txt").unlink(missing_ok=True)
    finally:
        os.umask(before)
