"""Publishing: a draft becomes a release with a number, who, when and why; undoing one makes a new release.

The files stay what is true: the running guide takes what they say, whoever wrote it. A release is written down before
the first file is, so that one that was cut off in the middle is finished by whoever publishes next; each file is put in
place whole. What a hand changed at the files meanwhile becomes a release of its own, so that nothing is undone with it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from bot.content.files import Files, digest, files_read
from bot.content.reading import Mistakes
from bot.content.releases import ContentMistakesError
from bot.staff.drafts import ContentChange, Draft, applied_draft, changes_between, needs_second

#: Seconds that git may take for one commit.
_GIT: Final = 20
#: Who a change is by that was made at the files themselves.
BY_HAND: Final = ""

#: What is looked at before something is published: the files before and after; its errors keep it from being published.
Checked = Callable[[Files, Files], Mistakes]


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """One release: its number from 1, who made it, when and why, and which files it changed."""

    number: int
    at: str
    #: Who published it; empty for a change made at the files by hand.
    by: str
    why: str
    #: The digest of the files that the running guide tells as its release.
    release: str
    #: The digests of each changed file's bytes before and after; None for a file that was not there, or is no more.
    changed: Mapping[str, tuple[str | None, str | None]]
    author: str = ""
    approved_by: str = ""
    #: The number of the release that this one undoes.
    undoes: int | None = None
    #: The commit of the checkout that the files lie in, where they lie in one.
    commit: str = ""
    is_done: bool = True
    #: Every file of the content as it is with this release, by its digest.
    files: Mapping[str, str] = field(default_factory=dict)


class SecondPersonError(Exception):
    """A change of law or money that nobody but its author has read; holds what makes it one."""

    def __init__(self, changes: Sequence[ContentChange]) -> None:
        super().__init__(", ".join(f"{one.file} {one.about} {one.key}" for one in changes))
        self.changes = tuple(changes)


class ChangedMeanwhileError(Exception):
    """The files were changed between the check and the writing, or since the release that is to be undone."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(", ".join(files))
        self.files = tuple(files)


class NothingChangedError(Exception):
    """A draft, or an undoing, that would leave every file as it is."""


class History:
    """The releases of a folder of content, with what each file held, in a folder of the staff room."""

    def __init__(self, root: Path, folder: Path, handing_over: Callable[[Files], object] = lambda _files: None) -> None:
        """Take the folder of the content and that of the staff room.

        `handing_over` gives the running guide what was made of the files, before the first of them is written.
        """
        self._root = root
        self._handing_over = handing_over
        self._folder = folder / "history"
        self._bytes = folder / "history" / "files"

    def listed(self) -> list[PublishedRelease]:
        """Return every release, the newest first."""
        numbers = [int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdecimal()]
        return [self.get(number) for number in sorted(numbers, reverse=True)]

    def get(self, number: int) -> PublishedRelease:
        """Return a release; raise `KeyError` where there is none of that number."""
        try:
            plain = json.loads((self._folder / f"{number}.json").read_text("utf-8"))
        except (OSError, ValueError):
            raise KeyError(number) from None
        plain["changed"] = {name: tuple(pair) for name, pair in plain["changed"].items()}
        return PublishedRelease(**plain)

    def changes(self, number: int) -> list[ContentChange]:
        """Return what a release changed, to be told in words."""
        changed = self.get(number).changed
        sides: tuple[dict[str, bytes], dict[str, bytes]] = ({}, {})
        for name, pair in changed.items():
            for side, mark in zip(sides, pair, strict=True):
                if mark is not None:
                    side[name] = self._held(mark)
        return changes_between(*sides)

    def publish(self, draft: Draft, by: str, now: datetime, checked: Checked) -> PublishedRelease:
        """Make a release of a draft and return it; the running guide takes it at its next look.

        Raise `ConflictError` where the draft no longer fits, `SecondPersonError` where law or money wants a second
        person, `ContentMistakesError` where the files would not go live, `NothingChangedError`,
        `ChangedMeanwhileError`. Nothing was written then.
        """
        with self._alone():
            before = self._caught_up(now)
            after = applied_draft(before, draft)
            changes = changes_between(before, after)
            if needs_second(changes) and not {draft.approved_by, by} - {draft.author, ""}:
                raise SecondPersonError([one for one in changes if needs_second([one])])
            why = f"{draft.why} ({draft.worse_allowed_by}: {draft.worse_why})" if draft.worse_allowed_by else draft.why
            return self._made(
                before, after, now, checked, by=by, why=why, author=draft.author, approved_by=draft.approved_by
            )

    def undo(self, number: int, by: str, why: str, now: datetime, checked: Checked) -> PublishedRelease:
        """Take back what a release changed, and nothing that came after it; return the new release.

        Raise `KeyError` for a release there is not, `ChangedMeanwhileError` where later changes are of the same lines.
        """
        with self._alone():
            before = self._caught_up(now)
            after: dict[str, bytes] = dict(before)
            touched: list[str] = []
            for name, (old, new) in self.get(number).changed.items():
                held = {mark: self._held(mark) for mark in (old, new) if mark is not None}
                base, back = (held[new] if new else None), (held[old] if old else None)
                if before.get(name) in (base, back):
                    merged = back
                elif base is None or back is None or name not in before:
                    touched.append(name)
                    continue
                else:
                    merged = merged_lines(base, before[name], back)
                    if merged is None:
                        touched.append(name)
                        continue
                if merged is None:
                    after.pop(name, None)
                else:
                    after[name] = merged
            if touched:
                raise ChangedMeanwhileError(touched)
            return self._made(before, after, now, checked, by=by, why=why, undoes=number)

    def catch_up(self, now: datetime) -> PublishedRelease | None:
        """Note what was changed at the files by hand since the last release; return that, None where nothing was."""
        with self._alone():
            last = self._last()
            self._caught_up(now)
            newest = self._last()
            return newest if newest != last else None

    def _made(self, before: Files, after: Files, now: datetime, checked: Checked, **told: Any) -> PublishedRelease:
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if not names:
            raise NothingChangedError
        mistakes = checked(before, after)
        if mistakes.errors:
            raise ContentMistakesError(mistakes)
        # The check took seconds; what a hand saved meanwhile must not be lost.
        now_there = files_read(self._root)
        meanwhile = [name for name in names if now_there.get(name) != before.get(name)]
        if meanwhile:
            raise ChangedMeanwhileError(meanwhile)
        release = self._recorded(before, after, now, is_done=False, **told)
        self._handing_over(after)
        self._put(release)
        commit = _committed(self._root, names, release)
        return self._kept(PublishedRelease(**{**_plain(release), "is_done": True, "commit": commit}))

    def _caught_up(self, now: datetime) -> Files:
        """Return the files as they are, after finishing what was cut off and noting what was changed by hand."""
        last = self._last()
        if last is not None and not last.is_done:
            self._put(last)
            last = self._kept(PublishedRelease(**{**_plain(last), "is_done": True}))
        files = files_read(self._root)
        known = {name: _mark(held) for name, held in files.items()}
        if last is None or known != dict(last.files):
            before = {name: self._held(mark) for name, mark in last.files.items()} if last else {}
            self._recorded(before if last else files, files, now, is_done=True, by=BY_HAND, why="")
        return files

    def _recorded(self, before: Files, after: Files, now: datetime, *, is_done: bool, **told: Any) -> PublishedRelease:
        last = self._last()
        marks = {name: self._stored(held) for name, held in after.items()}
        changed = {
            name: (self._stored(before[name]) if name in before else None, marks.get(name))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        }
        number = last.number + 1 if last else 1
        at = now.isoformat(timespec="seconds")
        return self._kept(
            PublishedRelease(
                number=number, at=at, release=digest(after), changed=changed, files=marks, is_done=is_done, **told
            )
        )

    def _put(self, release: PublishedRelease) -> None:
        """Put the files of a release in their places; one that is already there stays."""
        for name, (_, mark) in release.changed.items():
            path = self._root / name
            if mark is None:
                path.unlink(missing_ok=True)
                continue
            held = self._held(mark)
            if path.is_file() and path.read_bytes() == held:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f".{path.name}.{os.getpid()}.half")
            _write(half, held)
            if path.is_file():
                # Whoever could read it before still can: our own files are closed to others.
                shutil.copymode(path, half)
                with suppress(OSError):
                    os.chown(half, path.stat().st_uid, path.stat().st_gid)
            half.replace(path)

    def _last(self) -> PublishedRelease | None:
        numbers = [int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdecimal()]
        return self.get(max(numbers)) if numbers else None

    def _kept(self, release: PublishedRelease) -> PublishedRelease:
        path = self._folder / f"{release.number}.json"
        half = path.with_suffix(".half")
        _write(half, json.dumps(_plain(release), ensure_ascii=False).encode())
        half.replace(path)
        return release

    def _stored(self, held: bytes) -> str:
        mark = _mark(held)
        path = self._bytes / mark
        if not path.is_file():
            half = path.with_suffix(".half")
            _write(half, held)
            half.replace(path)
        return mark

    def _held(self, mark: str) -> bytes:
        return (self._bytes / mark).read_bytes()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold everyone else who publishes here off, in whatever program."""
        self._bytes.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def merged_lines(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return `ours` with what `theirs` changed of `base`; None where both changed the same lines, or touching ones."""
    rows, mine, other = (held.split(b"\n") for held in (base, ours, theirs))
    changes: list[tuple[int, int, list[bytes], bool]] = []
    for side, is_ours in ((mine, True), (other, False)):
        for kind, first, behind, start, end in SequenceMatcher(None, rows, side, autojunk=False).get_opcodes():
            if kind != "equal":
                changes.append((first, behind, side[start:end], is_ours))
    changes.sort(key=lambda one: one[:2])
    merged: list[bytes] = []
    reached, by_ours = 0, None
    for first, behind, new, is_ours in changes:
        if by_ours is not None and by_ours != is_ours and first <= reached:
            return None
        merged += [*rows[reached:first], *new]
        reached, by_ours = behind, is_ours
    return b"\n".join([*merged, *rows[reached:]])


def _committed(root: Path, names: Sequence[str], release: PublishedRelease) -> str:
    """Return the commit that a release became; nothing where the files lie in no checkout, or git makes none."""
    who = release.by or "dalil"
    # One line, and nothing in it that git or a terminal takes for its own.
    why = " ".join("".join(sign if sign.isprintable() else " " for sign in release.why).split()) or "-"
    author = "".join(sign for sign in who if sign.isprintable() and sign not in "<>") or "dalil"
    told = f"Publish release {release.number}: {why}"
    identity = ["-c", f"user.name={author}", "-c", "user.email=staff@localhost", "-c", "commit.gpgsign=false"]

    def git(*words: str) -> str:
        command = ["git", "-C", str(root), *words]
        done = subprocess.run(command, capture_output=True, check=True, timeout=_GIT)  # noqa: S603
        return done.stdout.decode("utf-8", "replace").strip()

    try:
        git("rev-parse", "--is-inside-work-tree")
        git("add", "-A", "--", *names)
        git(*identity, "commit", "--no-verify", "--quiet", "-m", told, "--", *names)
        return git("rev-parse", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""


def _plain(release: PublishedRelease) -> dict[str, Any]:
    return asdict(release)


def _mark(held: bytes) -> str:
    return hashlib.sha256(held).hexdigest()


def _write(path: Path, held: bytes) -> None:
    with path.open("wb") as file:
        file.write(held)
        file.flush()
        os.fsync(file.fileno())


def copy_room(folder: Path, into: Path) -> int:
    """Copy drafts, releases and what they hold into one file for us alone; return how many files, 0 where none is.

    What was made ready of them is left out: it is made again.
    """
    held_ready = folder / "releases"
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".half")
    names = sorted(path for path in files if held_ready not in path.parents)
    if not names:
        return 0
    half = into.with_name(f"{into.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as held:
            for path in names:
                held.add(path, path.relative_to(folder).as_posix())
        file.flush()
        os.fsync(file.fileno())
    half.replace(into)
    return len(names)


def put_back_room(copied: Path, folder: Path) -> bool:
    """Put such a copy where no draft and no release is; return False, and change nothing, where there are some."""
    if any(folder.glob("drafts/*.json")) or any(folder.glob("history/*.json")):
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(copied) as held:
        held.extractall(folder, filter="data")
    return True
