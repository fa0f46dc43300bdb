"""Two guides on one database."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage import AtWorkError, sole_use
from tests.program import PATIENCE, ROOT, command, served, told

_HOLDS = """
import sys, time
from pathlib import Path
from bot.storage import sole_use
with sole_use(Path(sys.argv[1])):
    print("alone", flush=True)
    time.sleep(60)
"""


def _holding(database: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(database)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "alone\n"
    return process


def test_second_guide_does_not_start(root: Path) -> None:
    """A second `run` on the same SQLite file says which process has it and what to do, and ends with 1."""
    store = root / "var" / "one.db"
    with served(root, store) as guide:
        said = told("run", "--port", "0", "--store", store, root=root)
        assert (said.status, said.out) == (1, "")
        assert len(said.err.splitlines()) == 1
        assert f"(process {guide.process.pid})" in said.err
        assert str(store) in said.err
        assert "--store FILE" in said.err
        # The other commands work beside it.
        assert told("cases", "--store", store, root=root).status == 0
    with served(root, store):
        pass


def test_lock_goes_with_a_program_that_is_killed(tmp_path: Path) -> None:
    """However the first program ends, the next one can start."""
    database = tmp_path / "var" / "x.db"
    first = _holding(database)
    with pytest.raises(AtWorkError, match=f"process {first.pid}"), sole_use(database):
        pass
    first.send_signal(signal.SIGKILL)
    first.wait()
    with sole_use(database):
        assert (database.parent / "x.db.lock").read_text() == f"{os.getpid()}\n"
    assert first.stdout is not None
    first.stdout.close()


def test_however_the_file_is_called(tmp_path: Path) -> None:
    """A database is the same under every path that leads to it; another one is another's."""
    database = tmp_path / "x.db"
    database.touch()
    (tmp_path / "link.db").symlink_to(database)
    with sole_use(tmp_path / "link.db"):
        for name in (database, tmp_path / "link.db", tmp_path / "y" / ".." / "x.db"):
            with pytest.raises(AtWorkError), sole_use(name):
                pass
        with sole_use(tmp_path / "other.db"), sole_use(None):
            pass


def test_full_disk_is_told(root: Path) -> None:
    """On a disk that takes nothing more, the guide says so in one sentence and ends with 1."""
    store = root / "var" / "full.db"
    # Made while there was room.
    assert told("ask", root=root).status == 0

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    line = command("run", "--port", "0", "--store", store, root=root)
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT, preexec_fn=full, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert f"the database {store} cannot be opened" in done.stderr


def test_child_processes_do_not_keep_the_lock(tmp_path: Path) -> None:
    """A process that the guide started and that outlives it does not keep the next guide from starting."""
    database = tmp_path / "x.db"
    with sole_use(database):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        with sole_use(database):
            pass
    finally:
        child.communicate()
