"""The files of a SQLite store: their owner alone may read them, one program is at work on them; the digests of its key.

Beside the database lie its log, the lock and the key. Two programs at work would each send every reply: a lock of the
operating system on a file beside the database goes with the program that holds it, however that ends. On PostgreSQL
several programs share the work, and `Store.leads` sees to it that one of them sends.

By the key platforms' ids, and who asked a question, stand in the tables as digests: an id can hold a phone number. A
digest tells two apart; without the key nobody can guess which number it is of.
"""

import errno
import logging
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Connection

from bot.storage.schema import UnopenedStoreError

#: The name, among the options of a connection, of the key of its store's digests.
DIGEST_KEY: Final = "dalil_digest_key"


def mark(connection: Connection, channel: str, external_id: str) -> bytes:
    """Return what an external id is kept as: told apart by it, not told by it, nor guessed without the key."""
    return keyed_mark(connection.get_execution_options()[DIGEST_KEY], channel, external_id)


def keyed_mark(key: bytes, channel: str, external_id: str) -> bytes:
    """Return the mark of an external id by a store's key."""
    plain = blake2b(f"{channel}\0{external_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return rekeyed(key, plain)


def rekeyed(key: bytes, plain: bytes) -> bytes:
    """Return the mark of which an unkeyed digest is known, as releases before revision 0006 kept it."""
    return blake2b(plain, key=key, digest_size=16).digest()


def asker(connection: Connection, person: str) -> str:
    """Return what stands for a person beside what they asked: whoever has not the key cannot tell whose it is."""
    key = connection.get_execution_options()[DIGEST_KEY]
    return blake2b(person.encode(), key=key, person=b"asker", digest_size=16).hexdigest()


log = logging.getLogger(__name__)

#: Another holds the lock; on some systems the one, on some the other.
_HELD_BY_ANOTHER = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
#: Where the lock stands in the file on Windows, out of the way of the number written in it.
_FAR = 1 << 20


#: What lies beside a database, by what its name ends in.
_BESIDE = ("", "-wal", "-shm", ".lock", ".key")
_KEY_BYTES = 32


def make_private(database: Path) -> None:
    """Make the folder and the file where there is none, and let only their owner read what is there.

    A folder that was there is closed where nothing but the store lies in it; else the doctor tells of it.
    """
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its log the rights of the database.
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    own = [database.parent] if _is_stores_alone(database) else []
    for path in (*own, *_files(database)):
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.is_symlink() or mode & 0o077 == 0:
            continue
        try:
            path.chmod(mode & 0o700)
        except OSError as error:
            log.warning("event=not_private file=%s error=%s", path.name, errno.errorcode.get(error.errno or 0, ""))


def _is_stores_alone(database: Path) -> bool:
    """Return whether nothing lies in the folder of a database but what belongs to it."""
    return all(path.name.startswith(database.stem) or path.name == "releases" for path in database.parent.iterdir())


def open_to_others(database: Path) -> list[Path]:
    """Return what of a store other accounts of the machine may read: files, and the folder they lie in."""
    if os.name == "nt":
        return []
    looked_at = [database.parent, *_files(database)]
    return [path for path in looked_at if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def _files(database: Path) -> list[Path]:
    named = (database.with_name(database.name + end) for end in _BESIDE)
    return [path for path in named if path.exists()]


def key_of(database: Path) -> bytes:
    """Return the key of a store's digests, made once: without it nobody can tell from the database which messages came.

    Raise `OSError` where it cannot be made, `ValueError` where what lies there is none.
    """
    path = database.with_name(database.name + ".key")
    if not path.exists():
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.unlink(missing_ok=True)
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(_KEY_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            # Of two programs that start together one is first, and both have its key.
            os.link(made, path)
        except FileExistsError:
            pass
        except OSError:
            # A disk that knows no second name for a file.
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    key = bytes.fromhex(path.read_text("ascii"))
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{path} is no key of a store")
    return key


def write_key(database: Path, key: bytes) -> None:
    """Give a store another key, that of the store whose rows it was given."""
    path = database.with_name(database.name + ".key")
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.hex().encode())
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


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
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
