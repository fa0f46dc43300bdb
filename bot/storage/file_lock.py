"""One program at work on a SQLite file: two would each send every reply.

A lock of the operating system on a file beside the database, which goes with the program that holds it, however that
ends. On PostgreSQL several programs share the work, and `Store.leads` sees to it that one of them sends.
"""

import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.storage.schema import UnopenedStoreError

log = logging.getLogger(__name__)

#: Another holds the lock; on some systems the one, on some the other.
_HELD_BY_ANOTHER = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
#: Where the lock stands in the file on Windows, out of the way of the number written in it.
_FAR = 1 << 20


class AtWorkError(Exception):
    """Another program is at work on the database; the sentence says what to do."""

    def __init__(self, database: Path, number: str) -> None:
        which = f" (process {number})" if number else ""
        super().__init__(
            f"another guide{which} is at work on {database}: both would send every reply. "
            "Stop that one first, or give this one a database of its own with --store FILE"
        )


@contextmanager
def sole_use(database: Path | None) -> Iterator[None]:
    """Be the only program at work on a SQLite file during the block; raise `AtWorkError` when another one is.

    Without a file there is nothing to do. On a disk that knows no locks the log says so, and the operator must see to
    it.
    """
    if database is None:
        yield
        return
    # However the file is called by each of two programs, they meet at the same lock.
    database = database.resolve()
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        # Never deleted: a lock on a file that is gone holds nobody off.
        # Nothing is held back: what a full disk does not take must not come up again when the file is closed.
        file = database.with_name(database.name + ".lock").open("a+b", buffering=0)
    except OSError as error:
        raise UnopenedStoreError(str(database), error) from None
    with file:
        _take(file, database)
        yield


def _take(file: BinaryIO, database: Path) -> None:
    """Take the lock, and tell in its file whose it is; raise `UnopenedStoreError` where the disk is full."""
    try:
        _lock(file)
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            raise AtWorkError(database, _number(file)) from None
        log.warning("event=no_lock error=%s", errno.errorcode.get(error.errno or 0, "unknown"))
        return
    try:
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
    except OSError as error:
        raise UnopenedStoreError(str(database), error) from None


def _number(file: BinaryIO) -> str:
    """Return the number of the process that holds the lock, empty when it has not told yet."""
    file.seek(0)
    number = file.read(20).decode("ascii", "replace").strip()
    return number if number.isdecimal() else ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
