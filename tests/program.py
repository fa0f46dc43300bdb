"""The program as people start it: each command a process of its own, the web chat on the loopback."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from bot.content.files import files_read
from bot.content.releases import release_name

ROOT = Path(__file__).parent.parent
#: Longest that a command may take here, in seconds; the machine may be busy.
PATIENCE = 120
_ADDRESS = re.compile(r"http://([\w.:]+):(\d+)")
_READ_ON = re.compile(r"\b(?:checked|read): *[\"']?(\d{4}-\d\d-\d\d)")


@cache
def content_day() -> date:
    """Return the newest day on which something of this content was read: checked on an earlier one, it is ahead."""
    files = (path for folder in ("faq", "flows") for path in (ROOT / folder).rglob("*.yaml"))
    return max(date.fromisoformat(day) for path in files for day in _READ_ON.findall(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Told:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The JSON objects it wrote, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def command(*args: str | Path, root: Path | None = None) -> list[str]:
    """Return the command line of `dalil` in this checkout, or for the files in `root`."""
    where = ["--root", str(root)] if root else []
    return [sys.executable, "-m", "bot", *where, *map(str, args)]


def told(*args: str | Path, typed: str | bytes = b"", root: Path | None = None) -> Told:
    """Return what a command says to what is typed."""
    raw = typed.encode() if isinstance(typed, str) else typed
    line = command(*args, root=root)
    done = subprocess.run(line, input=raw, capture_output=True, timeout=PATIENCE, cwd=ROOT, check=False)
    return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


def copied(folder: Path, *, is_ready: bool = False) -> Path:
    """Return `folder` with a copy of the content and the configuration in it, for a test to spoil.

    When it `is_ready`, the release that the content makes lies in its `var/`, as at an operator's second start.
    """
    for name in ("faq", "flows"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "config.yaml", folder)
    if is_ready:
        (folder / "var" / "releases").mkdir(mode=0o700, parents=True)
        # This one alone: it has 55 MB, and beside it lies that of the program before the last edit.
        shutil.copy2(_release(), folder / "var" / "releases")
    return folder


@cache
def _release() -> Path:
    """Return the file in which the release of this checkout's content is kept, made once for all tests of a run."""
    path = ROOT / "var" / "releases" / f"{release_name(files_read(ROOT))}.release"
    with alone():
        if not path.exists():
            assert told("ask", typed="سلام").status == 0
    return path


@contextmanager
def alone() -> Iterator[None]:
    """Let no other process of the tests into such a block: two that begin at a time would both learn the content."""
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
    with (ROOT / "var" / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Served:
    """A guide that is running, and where its web chat is."""

    host: str
    port: int
    root: Path
    store: Path
    process: "subprocess.Popen[str]"
    errors: Path

    @property
    def address(self) -> str:
        """The address of the web chat."""
        return f"http://{self.host}:{self.port}"

    def watched(self, page: str) -> tuple[int, str]:
        """Return what whoever watches the guide is told at `page`: the status and the body."""
        found = re.search(r"event=monitored host=([\w.:]+) port=(\d+)", self.log())
        assert found, self.log()
        try:
            with urlopen(f"http://{found[1]}:{found[2]}{page}") as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def log(self) -> str:
        """Return what it has logged so far."""
        return self.errors.read_text("utf-8")


@contextmanager
def served(root: Path, store: Path) -> Iterator[Served]:
    """Run the guide on any free port; afterwards it must stop cleanly when interrupted, without a failure logged."""
    errors = store.with_suffix(".log")
    errors.parent.mkdir(parents=True, exist_ok=True)
    with (
        errors.open("w") as log,
        subprocess.Popen(
            command("run", "--port", "0", "--monitor-port", "0", "--store", store, root=root),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        try:
            assert process.stdout
            first = process.stdout.readline()
            found = _ADDRESS.search(first)
            assert found, f"it said {first!r} and logged {errors.read_text('utf-8')}"
            patience.cancel()
            yield Served(found[1], int(found[2]), root, store, process, errors)
            process.send_signal(signal.SIGINT)
            status, logged = process.wait(10), errors.read_text("utf-8")
            assert status == 0, logged
            assert "Traceback" not in logged, logged
        finally:
            patience.cancel()
            process.kill()
