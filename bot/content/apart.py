"""What costs seconds, done in a process of its own: whoever is being answered waits for nothing.

A module of ours is run as a program: what ends it, or keeps it too long, ends only it, and is raised here. Within such
a program two things that do not need each other are done at once, where there is a second core for it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")

_PROGRAM: Final = Path(__file__).parent.parent


def answered_apart(module: str, told: bytes, patience: float) -> bytes:
    """Return what a module says on its standard output to what it is told on its standard input.

    Raise `OSError` or `subprocess.SubprocessError` where it ends otherwise than well, or not within so many seconds.
    """
    # The very program that asks, and nothing that lies where it was started.
    path = os.pathsep.join(filter(None, (str(_PROGRAM.parent), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-P", "-m", module]
    process = subprocess.run(  # noqa: S603
        command,
        input=told,
        stdout=subprocess.PIPE,
        check=True,
        timeout=patience,
        env=os.environ | {"PYTHONPATH": path},
    )
    return process.stdout


def begun_beside(work: Callable[[], T], kind: type[T]) -> Callable[[], T]:
    """Begin some work on a second core, and return what waits for it and returns what it returned, of that `kind`.

    It goes by what is known now; nothing that it changes is seen here. Where there is no second core, in a program of
    several threads (a copy of which may stand still for ever), and where the copy ends otherwise than well, the work is
    done here, when it is waited for. To be called once.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) == 1 or threading.active_count() > 1:
        return work
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as told:
                told.write(msgspec.msgpack.encode(work()))
            os._exit(0)
        finally:
            # Whatever was raised: nothing of what the program does at its end is done twice.
            os._exit(1)
    os.close(writing)

    def finished() -> T:
        with os.fdopen(reading, "rb") as told:
            raw = told.read()
        _, ended = os.waitpid(copy, 0)
        return msgspec.msgpack.decode(raw, type=kind) if ended == 0 else work()

    return finished
