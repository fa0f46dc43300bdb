"""A release of the content kept ready on disk: reading and training cost seconds, taking it from there a moment.

A release is made in a process of its own, so that whoever is being answered meanwhile does not wait for it, and the
memory it took is given back. A copy is only ever taken for the very files and the very program that made it. It is
written by us for us, in the folder of the database: nobody else's pickle is opened.
"""

import contextlib
import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

from bot.content.reading import Mistakes
from bot.content.release import release_of
from bot.conversation.library import Library

_PROGRAM = Path(__file__).parent.parent
#: Longest that making a release may take, in seconds.
_PATIENCE = 120


def load_kept(root: Path, folder: Path | None) -> tuple[Library | None, Mistakes]:
    """Return the content in `root` and its mistakes, from the copy in `folder` where there is one of this release."""
    if folder is None:
        return _read(root)
    path = folder / f"content-{release_of(root)}-{_program()}.pickle"
    kept = _taken(path)
    if kept is None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run([sys.executable, "-m", "bot.content.kept", root, path], check=True, timeout=_PATIENCE)  # noqa: S603
        kept = _taken(path)
    # Nothing was made: there are mistakes to be told, or the disk refuses.
    return (kept, Mistakes()) if kept is not None else _read(root)


def _read(root: Path) -> tuple[Library | None, Mistakes]:
    # Only who must read the content loads what reads it.
    from bot.content.library import load  # noqa: PLC0415

    library, mistakes = load(root, proving=False)
    if library is not None:
        library.matcher.train()
    return library, mistakes


def _program() -> str:
    """Return a digest of the program's own files: other code may lay its values out otherwise."""
    digest = hashlib.sha256()
    for path in sorted(_PROGRAM.rglob("*.py")):
        stat = path.stat()
        digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


def _taken(path: Path) -> Library | None:
    try:
        with path.open("rb") as file:
            kept = pickle.load(file)  # noqa: S301
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, ValueError):
        return None
    return kept if isinstance(kept, Library) else None


def make(root: Path, path: Path) -> None:
    """Write the release in `root` to `path`, whole or not at all, and drop older ones; nothing when it has mistakes."""
    library, _ = _read(root)
    if library is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        pickle.dump(library, file, protocol=pickle.HIGHEST_PROTOCOL)
    half.replace(path)
    for old in path.parent.glob("content-*.pickle"):
        if old != path:
            old.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    except OSError as error:
        sys.exit(f"the content is read anew at each start: {error}")
