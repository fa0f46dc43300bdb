"""Which files make the content, and the release they are: a digest, the same for the same words on every machine."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

#: The folders that make a release, and the kinds of files in them that count.
FOLDERS = ("faq", "flows")
KINDS = (".yaml", ".csv")
#: Largest file of the content, in bytes: seven times the largest there is.
LARGEST_FILE = 2_000_000

#: The bytes of the content's files by their names, each read once.
Files = Mapping[str, bytes]


def files(root: Path) -> list[Path]:
    """Return every file of the content, in a fixed order.

    A folder or a pipe by such a name is none, nor is what an editor hides there while it is at work (`.#about.yaml`).
    """
    found = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in KINDS)
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def subjects(root: Path) -> list[Path]:
    """Return the files of the FAQ, in a fixed order."""
    return [path for path in files(root) if path.parent == root / "faq" and path.suffix == ".yaml"]


def raw(path: Path) -> bytes:
    """Return what a file holds, one byte more than it may hold at most; raise `OSError`."""
    with path.open("rb") as file:
        # Not at once as much as there may be: a room of 2 MB for each file, every few seconds, leaves memory in pieces.
        size = min(os.fstat(file.fileno()).st_size, LARGEST_FILE)
        held = file.read(size + 1)
        return held if len(held) <= size else held + file.read(LARGEST_FILE - size)


def files_read(root: Path) -> Files:
    """Return the files of the content in `root` as they are now; raise `OSError` where one cannot be read."""
    return {path.relative_to(root).as_posix(): raw(path) for path in files(root)}


def digest(held: Files) -> str:
    """Return the release that files are: twelve hex digits."""
    whole = hashlib.sha256()
    for name in sorted(held):
        whole.update(name.encode())
        whole.update(held[name])
    return whole.hexdigest()[:12]


def release_of(root: Path) -> str:
    """Return the release of the content in `root`."""
    return digest(files_read(root))
