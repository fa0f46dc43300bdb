"""Which files make the content, and the release they are: a digest, the same for the same words on every machine."""

import hashlib
from pathlib import Path

#: The folders that make a release, and the kinds of files in them that count.
FOLDERS = ("faq", "flows")
KINDS = (".yaml", ".csv")


def files(root: Path) -> list[Path]:
    """Return every file of the content, in a fixed order.

    A folder or a pipe by such a name is none, nor is what an editor hides there while it is at work (`.#about.yaml`).
    """
    found = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in KINDS)
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def subjects(root: Path) -> list[Path]:
    """Return the files of the FAQ, in a fixed order."""
    return [path for path in files(root) if path.parent == root / "faq" and path.suffix == ".yaml"]


def release_of(root: Path) -> str:
    """Return the release of the content in `root`: twelve hex digits."""
    digest = hashlib.sha256()
    for path in files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
