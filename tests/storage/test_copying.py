"""A store backed up, restored and moved: all of it or nothing, whatever happens in the middle."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.storage import AtWorkError, Store, sole_use
from bot.storage.copying import UncopiedError, back_up, contents, move, restore
from bot.storage.staff_tables import all_tables
from bot.storage.store import MovedStoreError
from tests.reception.room import Guide, update
from tests.stores import opened, until

_ROOT = Path(__file__).parents[2]


def _rows(connection: Connection) -> dict[str, list[str]]:
    """Return all rows, but for the key and the releases."""
    return {
        name: sorted(str(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in found)
        for name, table in all_tables.tables.items()
        if name not in {"keys", "releases"}
        for found in [connection.execute(table.select())]
    }


async def _used(store: Store) -> None:
    guide = Guide(store)
    await guide.heard(
        *(
            update(f"{n}-{p}", ("ask how", "menu", "person x", "hello")[n % 4], f"p{p}")
            for n in range(3)
            for p in range(9)
        )
    )
    await guide.heard(update("last", "forget", "p8"))


def _quiet(_line: str) -> None:
    pass


async def test_backup_and_back(url: str, tmp_path: Path) -> None:
    """A backup holds every row; restored, the store is as it was then, and what came twice counts once as before."""
    file = tmp_path / "backups" / "monday.db"
    file.parent.mkdir()
    with opened(url) as store:
        await _used(store)
        highest = await store.read(_newest_reply)
        await store.write(lambda c: c.execute(text("DELETE FROM outbox WHERE id = :id"), {"id": highest}))
        before = await store.read(_rows)
        # The guide is at work: its store is open, and goes on.
        copied = await asyncio.to_thread(back_up, url, file, _quiet)
        assert copied["inbox"] == 28
        assert {path.name for path in file.parent.iterdir()} == {"monday.db", "monday.db.key"}
        assert all(path.stat().st_mode & 0o077 == 0 for path in file.parent.iterdir())
        mark = store.mark("chat", "m0-1")
        await Guide(store).heard(update("later", "lost by restoring", "p1"))
        with pytest.raises(UncopiedError, match="already there"):
            back_up(url, file, _quiet)
    assert contents(url)["inbox"] == 29
    restore(file, url, _quiet)
    with opened(url) as store:
        assert await store.read(_rows) == before
        assert store.mark("chat", "m0-1") == mark
        guide = Guide(store)
        await guide.heard(update("0-1", "again", "p1"), update("new", "new", "newcomer"))
        assert len((await store.read(_rows))["inbox"]) == 29
        # No number of a reply is used again, that of one that was deleted neither.
        assert await store.read(_newest_reply) > highest


async def test_backup_of_a_store_at_work_is_of_one_moment(url: str, tmp_path: Path) -> None:
    """While messages are taken in and answered, a backup holds each with what it led to or not at all."""
    with opened(url) as store:
        guide = Guide(store)
        await guide.heard(update("first"))
        files = []
        async with guide.at_work():
            for number in range(5):
                taking = [guide.hears(update(f"{number}-{n}", "three", f"p{n}")) for n in range(20)]
                file = tmp_path / f"{number}.db"
                await asyncio.gather(asyncio.to_thread(back_up, url, file, _quiet), *taking)
                files.append(file)
    for file in files:
        with opened(f"sqlite:///{file}") as copy:
            done = await copy.read(
                lambda c: c.execute(text("SELECT count(*) FROM inbox WHERE state = 'done'")).scalar()
            )
            replies = await copy.read(lambda c: c.execute(text("SELECT count(*) FROM outbox")).scalar())
            assert done is not None
            assert replies == 3 * (done - 1) + 1


async def test_what_was_forgotten_is_in_no_backup(tmp_path: Path) -> None:
    """A backup made after somebody was forgotten holds no byte of them, also before the store was written anew."""
    url, file = f"sqlite:///{tmp_path / 'dalil.db'}", tmp_path / "copy.db"
    with opened(url) as store:
        guide = Guide(store)
        await guide.heard(*(update(n, f"zouina{n % 40} " * (1 + n % 50), f"zouina{n % 40}") for n in range(400)))
        await guide.heard(*(update(f"f{n}", "forget", f"zouina{n}") for n in range(40)))
        await store.write(lambda c: c.execute(text("UPDATE outbox SET state = 'sent', address = ''")))
        back_up(url, file, _quiet)
    assert b"zouina" not in file.read_bytes()


async def test_restoring_under_a_running_guide(url: str, tmp_path: Path) -> None:
    """A store is not restored, nor moved, while a guide runs on it, and no guide begins while it is."""
    file = tmp_path / "copy.db"
    with opened(url) as store:
        await _used(store)
        back_up(url, file, _quiet)
        database = Path(store.url.database or "") if url.startswith("sqlite") else None
        with sole_use(database):
            standing = asyncio.create_task(store.stands())
            if store.is_shared:
                await until(lambda: store._presence is not None)
                await store.read(lambda _: None)
            with pytest.raises(AtWorkError):
                await asyncio.to_thread(restore, file, url, _quiet)
            assert not standing.done()
            standing.cancel()


async def test_guide_whose_file_is_moved_away_ends(tmp_path: Path) -> None:
    """When the database's file is moved, deleted or replaced, the guide on it says so and ends."""
    database = tmp_path / "dalil.db"
    with opened(f"sqlite:///{database}") as store:
        standing = asyncio.create_task(store.stands())
        await asyncio.sleep(0)
        database.rename(tmp_path / "elsewhere.db")
        with pytest.raises(MovedStoreError):
            await asyncio.wait_for(standing, 20)


#: Restores, and is killed when it comes to the place named.
_KILLED = """
import os, signal, sys
from pathlib import Path
from bot.storage import copying
def kill(*_args, **_more): os.kill(os.getpid(), signal.SIGKILL)
place = sys.argv[3]
if place == "before": Path.replace = kill
elif place == "after": copying._sync = lambda path: kill() if path.is_dir() else None
elif place == "rows": copying._go_on_counting = kill
elif place == "log": copying._empty_log = kill
copying.restore(Path(sys.argv[1]), sys.argv[2], print)
"""


@pytest.mark.parametrize("place", ["log", "before", "after", "rows"])
async def test_killed_while_restoring(url: str, tmp_path: Path, place: str) -> None:
    """Whenever restoring is killed, the store is whole: what it was before, or what it was to be; again, it is that."""
    if (place == "rows") is url.startswith("sqlite"):
        pytest.skip("one has a file put in place, the other its rows")
    file = tmp_path / "copy.db"
    with opened(url) as store:
        await _used(store)
        then = await store.read(_rows)
        back_up(url, file, _quiet)
        await Guide(store).heard(update("later", "words", "p1"))
        now = await store.read(_rows)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(file), url, place], check=False, cwd=_ROOT, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with opened(url) as store:
        assert await store.read(_rows) == (then if place == "after" else now)
        await Guide(store).heard(update("alive", "words", "p2"))
    restore(file, url, _quiet)
    with opened(url) as store:
        assert await store.read(_rows) == then


#: Backs up or moves, and is killed when the copy is whole and not yet in its place, or with some of its rows.
_KILLED_COPYING = """
import os, signal, sys
from pathlib import Path
from bot.storage import copying
def kill(*_args, **_more): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] in ("back_up", "between"):
    moved = Path.replace
    if sys.argv[1] == "back_up": copying._sync = kill
    else: Path.replace = lambda path, to: (moved(path, to), kill())
    copying.back_up(sys.argv[2], Path(sys.argv[3]), print)
else:
    copying._go_on_counting = kill
    copying.move(sys.argv[2], sys.argv[3], print)
"""


def _killed_copying(*words: str | Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_COPYING, *map(str, words)], check=False, cwd=_ROOT, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()


@pytest.mark.parametrize("place", ["back_up", "between"])
async def test_killed_while_backing_up(url: str, tmp_path: Path, place: str) -> None:
    """A backup that was killed leaves no file that could be taken for one, and is made when it is begun again."""
    file = tmp_path / "copies" / "monday.db"
    file.parent.mkdir()
    with opened(url) as store:
        await _used(store)
        _killed_copying(place, url, file)
        assert not file.exists()
        assert back_up(url, file, _quiet)["inbox"] == 28
        assert {path.name for path in file.parent.iterdir()} == {"monday.db", "monday.db.key"}
        await Guide(store).heard(update("alive", "words", "p2"))


def test_key_of_another_store_is_left(url: str, tmp_path: Path) -> None:
    """A key that lies there without its backup, which is kept apart, is written over by none of another store."""
    file, key = tmp_path / "monday.db", tmp_path / "monday.db.key"
    key.write_text("00" * 32)
    with opened(url), pytest.raises(UncopiedError, match=r"monday\.db\.key is already there"):
        back_up(url, file, _quiet)
    assert key.read_text() == "00" * 32
    assert not file.exists()


@pytest.fixture
def source(url: str, tmp_path: Path) -> str:
    """Where the guide was before it moves to the server."""
    if url.startswith("sqlite"):
        pytest.skip("about PostgreSQL")
    return f"sqlite:///{tmp_path / 'dalil.db'}"


async def test_killed_while_moving(url: str, source: str) -> None:
    """A move that was killed leaves the server empty and the file as it was, and moves all of it when begun again."""
    with opened(source) as store:
        await _used(store)
        rows = await store.read(_rows)
    _killed_copying("move", source, url)
    assert not any(contents(url).values())
    assert move(source, url, _quiet)["inbox"] == 28
    with opened(url) as store:
        assert await store.read(_rows) == rows
    with opened(source) as store:
        assert await store.read(_rows) == rows


async def test_moved_to_a_server(url: str, source: str, tmp_path: Path) -> None:
    """Everything moves from SQLite to an empty database on PostgreSQL, whole; a second time it is refused."""
    with opened(source) as store:
        await _used(store)
        rows, mark = await store.read(_rows), store.mark("chat", "m1")
        highest = await store.read(lambda c: c.execute(text("SELECT max(id) FROM outbox")).scalar_one())
    with sole_use(tmp_path / "dalil.db"), pytest.raises(AtWorkError):
        move(source, url, _quiet)
    lines: list[str] = []
    assert move(source, url, lines.append)["inbox"] == 28
    assert any(line.split() == ["28", "inbox"] for line in lines)
    with opened(url) as store:
        moved = await store.read(_rows)
        assert moved == rows
        assert store.mark("chat", "m1") == mark
        await Guide(store).heard(update("0-1", "again", "p1"), update("new", "new", "newcomer"))
        assert await store.read(_newest_reply) > highest
    with pytest.raises(UncopiedError, match="not empty"):
        move(source, url, _quiet)
    with pytest.raises(UncopiedError, match="from a SQLite file"):
        move(url, source, _quiet)


def _newest_reply(connection: Connection) -> int:
    return int(connection.execute(text("SELECT max(id) FROM outbox")).scalar_one())


def test_what_is_no_backup(tmp_path: Path) -> None:
    """What is no backup, or lacks its key, replaces nothing."""
    url = f"sqlite:///{tmp_path / 'dalil.db'}"
    with opened(url):
        pass
    file = tmp_path / "copy.db"
    with pytest.raises(UncopiedError, match="not there"):
        restore(file, url, _quiet)
    back_up(url, file, _quiet)
    (tmp_path / "copy.db.key").unlink()
    with pytest.raises(UncopiedError, match="its key"):
        restore(file, url, _quiet)
    with pytest.raises(UncopiedError, match="start the guide on it once"):
        back_up(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "x.db", _quiet)
