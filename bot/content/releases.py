"""The release that is live, and the good ones kept ready: an edit without a mistake is taken, else nothing changes.

The files are read once; what was read is digested, checked and kept, whatever an editor does meanwhile. A release is
made in a process of its own: reading and training cost seconds and memory, nobody who is being answered may wait, and
what ends that process ends only it. What is kept is a copy for the very files and the very program that made it, with
the files beside it: so another program starts with the last good words as well.

What must not break: a guide that has ever had a good release starts, whatever its files look like today. Nothing is
opened that is not ours alone, and no link is followed; what is opened holds no code (`bot.content.packing`).
"""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from bot.content.apart import answered_apart
from bot.content.files import Files, digest, files_read, laid_out
from bot.content.keeping import Keep
from bot.content.packing import PackingError, packed, sealed, unpacked, unsealed
from bot.content.reading import ContentError, Mistakes, Where
from bot.conversation.library import Library
from bot.language.dates import moroccan_day

_PROGRAM: Final = Path(__file__).parent.parent
#: Longest that making a release may take, in seconds: some ten of a core, which a busy machine gives in minutes.
_PATIENCE: Final = 600


class KeptRelease(msgspec.Struct, array_like=True):
    """A release as it is kept: the program that made it, the files it is of, and the library packed."""

    program: str
    files: dict[str, bytes]
    library: bytes


class MadeRelease(msgspec.Struct, array_like=True):
    """What the process that makes a release says: the packed library, or what is wrong."""

    library: bytes | None
    errors: list[ContentError]
    warnings: list[ContentError]


class ContentMistakesError(Exception):
    """The content cannot go live, and there is no good release; holds every mistake in it."""

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes.errors))
        self.mistakes = mistakes


#: What else must hold of the files in a folder before they go live: the words of the channels.
AlsoChecked = Callable[[Path, Mistakes], object]


@dataclass(frozen=True, slots=True)
class GoodRelease:
    """A library that was taken or made, and the files it is of."""

    library: Library
    files: Files


class Shelf:
    """Holds the library that turns are answered from."""

    def __init__(self, root: Path, keep: Keep, also: AlsoChecked | None = None) -> None:
        """Take the content in `root`, or, where that has a mistake, the last good release.

        Raise `ContentMistakesError` when there is no good release to begin with.
        """
        self._root = root
        self._keep = keep
        self._also = also
        self._seen = ""
        self._files: Files = last_files(keep)
        #: The mistakes of the files as they are; none while what is live is what they say.
        self.refused = Mistakes()
        good = self._read() or self._last()
        if good is None:
            raise ContentMistakesError(self.refused)
        self.library: Library = good.library
        self._files = good.files

    def look(self) -> Mistakes | None:
        """Take an edited content if it is good; return its mistakes when it is new, None when nothing changed."""
        seen = self._seen
        good = self._read()
        if good is not None:
            self.library, self._files = good.library, good.files
        return self.refused if self._seen != seen else None

    @property
    def keep(self) -> Keep:
        """Return where releases are kept ready."""
        return self._keep

    @property
    def root(self) -> Path:
        """Return the folder of the files, whichever release is live."""
        return self._root

    @property
    def is_current(self) -> bool:
        """Return whether what is live is what the files say: else the last good release is."""
        return not self.refused.errors

    @contextmanager
    def files(self) -> Iterator[Path]:
        """Yield a folder with the files of the live release, for as long as the block runs."""
        with laid_out(self._files) as root:
            yield root

    def _read(self) -> GoodRelease | None:
        """Return the release of the files as they are, None where they are seen already or have mistakes."""
        try:
            held = files_read(self._root)
        except OSError as error:
            # It may be there again at the next look.
            file = Path(error.filename or self._root).name
            self.refused, self._seen = Mistakes(), ""
            self.refused.add("file_unread", Where(file, 1), problem=error.strerror or "")
            return None
        release = digest(held)
        if release == self._seen:
            return None
        self._seen = release
        name = _name(release)
        good = opened_release(self._keep.taken(name))
        if good is not None:
            return self._taken(held, name, good, None)
        with self._keep.making(name):
            # Another program that started at the same moment may have made it meanwhile.
            good = opened_release(self._keep.taken(name))
            if good is not None:
                return self._taken(held, name, good, None)
            made = made_apart(held, self._keep.last())
            if isinstance(made, Mistakes):
                self.refused = made
                return None
            return self._taken(held, name, opened_release(made), made)

    def _taken(self, held: Files, name: str, good: GoodRelease | None, made: bytes | None) -> GoodRelease | None:
        """Return a release that was kept, or just `made`, and keep it as the last good one; None with mistakes."""
        self.refused = Mistakes()
        if good is None:
            # The program's files were changed under it: what was made is not what it knows.
            self.refused.add("content_ended", Where("faq", 1), problem="-")
        if self._also is not None:
            with laid_out(held) as root:
                self._also(root, self.refused)
        if made is not None:
            # What reads shapes keeps 7 MB: imported once an edit is looked at. What was good before is good again when
            # an edit is taken back.
            from bot.content.changes import check_changes  # noqa: PLC0415

            check_changes(self._files, held, moroccan_day(datetime.now(UTC)), self.refused)
        if good is None or self.refused.errors:
            return None
        if made is not None:
            self._keep.put(name, made)
        else:
            self._keep.again(name)
        return good

    def _last(self) -> GoodRelease | None:
        """Return the last good release; where another program made it, made again of its files."""
        raw = self._keep.last()
        good = opened_release(raw)
        if good is not None or raw is None:
            return good
        try:
            kept = msgspec.msgpack.decode(unsealed(raw), type=KeptRelease)
        except (PackingError, msgspec.MsgspecError):
            return None
        made = made_apart(kept.files)
        return None if isinstance(made, Mistakes) else opened_release(made)


def last_files(keep: Keep) -> Files:
    """Return the files of the last good release that is kept, none where there is none."""
    raw = keep.last()
    if raw is None:
        return {}
    try:
        return msgspec.msgpack.decode(unsealed(raw), type=KeptRelease).files
    except (PackingError, msgspec.MsgspecError):
        return {}


def last_good(keep: Keep) -> str | None:
    """Return the last good release that is kept, None where there is none."""
    files = last_files(keep)
    return digest(files) if files else None


def loaded(root: Path, keep: Keep) -> tuple[Library | None, Mistakes]:
    """Return the content in `root` and its mistakes, from what is kept where there is such; never an older release."""
    try:
        shelf = Shelf(root, keep)
    except ContentMistakesError as error:
        return None, error.mistakes
    return (shelf.library if shelf.is_current else None), shelf.refused


def made_apart(held: Files, like: bytes | None = None) -> bytes | Mistakes:
    """Return the release of some files as it is kept, made in a process of its own; their mistakes where they have any.

    What a kept release `like` it learnt of the very same phrasings is taken over: learning takes seconds. A process
    that is ended from outside, or takes too long, is a mistake too: the files did it.
    """
    try:
        said = answered_apart("bot.content.releases", msgspec.msgpack.encode((held, like)), _PATIENCE)
        answer = msgspec.msgpack.decode(said, type=MadeRelease)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        mistakes = Mistakes()
        mistakes.add("content_ended", Where("faq", 1), problem=type(error).__name__)
        return mistakes
    if answer.library is None:
        return Mistakes(answer.errors, answer.warnings)
    return _kept(held, answer.library)


def kept_release(held: Files, library: Library) -> bytes:
    """Return the release of some files and their library as it is kept."""
    library.matcher.train()
    return _kept(held, packed(library))


def _kept(held: Files, library: bytes) -> bytes:
    return sealed(msgspec.msgpack.encode(KeptRelease(_program(), dict(held), library)))


def release_name(held: Files) -> str:
    """Return the name by which the release of some files is kept: it is theirs, and this program's."""
    return _name(digest(held))


def library_of(held: Files, like: bytes | None = None) -> Library | Mistakes:
    """Return the library of some files, made as `made_apart` does and kept nowhere; else their mistakes."""
    made = made_apart(held, like)
    if isinstance(made, Mistakes):
        return made
    good = opened_release(made)
    return good.library if good is not None else Mistakes()


def opened_release(raw: bytes | None) -> GoodRelease | None:
    """Return the release in what was kept, None where it is not whole or another program's."""
    if raw is None:
        return None
    try:
        kept = msgspec.msgpack.decode(unsealed(raw), type=KeptRelease)
        if kept.program != _program():
            return None
        library = unpacked(kept.library)
    except (PackingError, msgspec.MsgspecError):
        return None
    return GoodRelease(library, kept.files) if isinstance(library, Library) else None


def _name(release: str) -> str:
    return f"{release}-{_program()}"


@cache
def _program() -> str:
    """Return a digest of the program's own files: other code may lay its values out otherwise."""
    whole = hashlib.sha256()
    for path in sorted(_PROGRAM.rglob("*.py")):
        seen = path.stat()
        whole.update(f"{path}:{seen.st_size}:{seen.st_mtime_ns}\n".encode())
    return whole.hexdigest()[:12]


def _make() -> None:
    """Make the release of the files told on standard input, and tell it, or their mistakes, on standard output."""
    # Only who must read the content loads what reads it.
    from bot.content.library import load  # noqa: PLC0415

    held, kept = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[dict[str, bytes], bytes | None])
    like = [good.library] if (good := opened_release(kept)) is not None else []
    with laid_out(held) as root:
        library, mistakes = load(root, proving=False, today=moroccan_day(datetime.now(UTC)), like=like)
    # What is learnt anew needs the memory of what was learnt before.
    del good, like, kept
    if library is not None:
        library.matcher.train()
    made = MadeRelease(None if library is None else packed(library), mistakes.errors, mistakes.warnings)
    sys.stdout.buffer.write(msgspec.msgpack.encode(made))


if __name__ == "__main__":
    _make()
