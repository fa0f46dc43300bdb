"""Which files make the content, and the release they are: a digest, the same for the same words on every machine."""

import hashlib
from pathlib import Path

#: The folders that make a release, and the kinds of files in them that count.
FOLDERS = ("faq", "flows")
KINDS = (".yaml", ".csv")


def files(root: Path) -> list[Path]:
    """Return every file of the content, in a fixed order."""
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in KINDS)


def release_of(root: Path) -> str:
    """Return the release of the content in `root`: twelve hex digits."""
    digest = hashlib.sha256()
    for path in files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
