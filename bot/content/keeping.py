"""Where good releases are kept ready, and what makes sure that a folder of them is ours alone."""

import contextlib
import os
import stat
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from bot.content.one_by_one import one_by_one

#: How long a program waits for another one that makes a release, in seconds, before it makes it itself.
ANOTHERS: Final = 120
#: Releases kept ready: the one that is live and the one before, for whoever takes an edit back.
KEPT: Final = 2


class Keep(Protocol):
    """Where releases are kept ready. What cannot be read or written is as if it were not there."""

    def taken(self, name: str) -> bytes | None:
        """Return what was kept by that name."""
        ...

    def last(self) -> bytes | None:
        """Return what was kept, or found good again, last."""
        ...

    def put(self, name: str, raw: bytes) -> None:
        """Keep a good release as the last one, and forget older ones."""
        ...

    def again(self, name: str) -> None:
        """Take what was kept by that name for the last good one."""
        ...

    def making(self, name: str) -> AbstractContextManager[None]:
        """Return what runs a block when no other program makes that release, or has made it for too long."""
        ...


class FolderKeep:
    """A folder of our own beside a SQLite file, one file a release."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "releases"

    def taken(self, name: str) -> bytes | None:
        """Return what was kept by that name."""
        return self._opened(self._folder / f"{name}.release") if self._is_ours() else None

    def last(self) -> bytes | None:
        """Return the newest release that can be opened."""
        if not self._is_ours():
            return None
        return next(filter(None, map(self._opened, self._newest_first())), None)

    def put(self, name: str, raw: bytes) -> None:
        """Write a release whole or not at all, readable for us alone, and drop older ones."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                return
            path = self._folder / f"{name}.release"
            half = self._folder / f"{name}.{os.getpid()}.half"
            half.unlink(missing_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(raw)
            half.replace(path)
            for old in self._newest_first()[KEPT:]:
                old.unlink(missing_ok=True)

    def again(self, name: str) -> None:
        """Take what was kept by that name for the last good one."""
        with contextlib.suppress(OSError):
            os.utime(self._folder / f"{name}.release", follow_symlinks=False)

    def making(self, name: str) -> AbstractContextManager[None]:
        """Return what runs a block when no other program makes a release, or after `ANOTHERS` seconds.

        There is one lock for all: two are hardly ever made at a time, and who waits looks again for the one of `name`.
        """
        return one_by_one(self._folder.with_name(f"{self._folder.name}.lock"), ANOTHERS)

    def _newest_first(self) -> list[Path]:
        with contextlib.suppress(OSError):
            held = [(path.lstat().st_mtime_ns, path) for path in self._folder.glob("*.release")]
            return [path for _, path in sorted(held, reverse=True)]
        return []

    def _is_ours(self) -> bool:
        """Return whether the folder is one, no link, ours, and closed to others; of our own it is closed at once."""
        try:
            seen = self._folder.lstat()
            if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
                return False
            if stat.S_IMODE(seen.st_mode) != 0o700:
                self._folder.chmod(0o700)
        except OSError:
            return False
        return True

    def _opened(self, path: Path) -> bytes | None:
        """Return what a file of our own holds; None for a link, another's file, or one that others may write."""
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                seen = os.fstat(file.fileno())
                is_ours = stat.S_ISREG(seen.st_mode) and seen.st_uid == os.geteuid() and not seen.st_mode & 0o022
                return file.read() if is_ours else None
        except OSError:
            return None
