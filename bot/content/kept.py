"""A release of the content kept ready on disk: reading and training cost seconds, taking it from there a moment.

A copy is only ever taken for the very files and the very program that made it; anything else about it, and the content
is read anew. It is written by us for us, in the folder of the database: nobody else's pickle is opened.
"""

import contextlib
import hashlib
import os
import pickle
from pathlib import Path

from bot.content.library import load, release_of
from bot.content.reading import Mistakes
from bot.conversation.library import Library

_PROGRAM = Path(__file__).parent.parent


def load_kept(root: Path, folder: Path | None) -> tuple[Library | None, Mistakes]:
    """Return the content in `root` and its mistakes, from the copy in `folder` where there is one of this release."""
    if folder is None:
        return load(root, proving=False)
    path = folder / f"content-{release_of(root)}-{_program()}.pickle"
    kept = _taken(path)
    if kept is not None:
        return kept, Mistakes()
    library, mistakes = load(root, proving=False)
    if library is not None:
        _keep(library, path)
    return library, mistakes


def _program() -> str:
    """Return a digest of the program's own text: other code may lay its values out otherwise."""
    digest = hashlib.sha256()
    for path in sorted(_PROGRAM.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _taken(path: Path) -> Library | None:
    try:
        with path.open("rb") as file:
            kept = pickle.load(file)  # noqa: S301
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, ValueError):
        return None
    return kept if isinstance(kept, Library) else None


def _keep(library: Library, path: Path) -> None:
    """Write the copy whole or not at all, and drop those of older releases; a disk that refuses is no mistake."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        with half.open("wb") as file:
            pickle.dump(library, file, protocol=pickle.HIGHEST_PROTOCOL)
        half.replace(path)
        for old in path.parent.glob("content-*.pickle"):
            if old != path:
                old.unlink(missing_ok=True)
