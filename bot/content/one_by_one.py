"""A lock of the file system that is waited for, but never for ever."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Final

#: Seconds between two looks at whether a lock is free.
_LOOK: Final = 0.1


@contextlib.contextmanager
def one_by_one(lock: Path, seconds: float) -> Iterator[None]:
    """Run the block while no other program has a file locked, or after so many seconds whoever has it.

    The lock ends with its program, however that ends. What cannot be locked is as if nobody had it.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, ImportError):
            import fcntl  # noqa: PLC0415

            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            file = held.enter_context(os.fdopen(os.open(lock, flags, 0o600), "rb"))
            ends = monotonic() + seconds
            while monotonic() < ends:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    sleep(_LOOK)
                else:
                    break
        yield
