"""The release that is kept: only our own, unchanged to the bit, without code; and the guide always has a good one."""

import os
import pickle
import random
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import msgspec
import numpy as np
import pytest

from bot.content import keeping, releases
from bot.content.files import files_read, release_of
from bot.content.keeping import FolderKeep
from bot.content.packing import PackingError, packed, sealed, unpacked, unsealed
from bot.content.reading import Mistakes, Where
from bot.content.releases import ContentMistakesError, KeptRelease, Shelf
from bot.conversation.library import Library
from tests.content.conftest import kind_of
from tests.program import copied

FILE = "faq/about.yaml"


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """Return a folder with the content and its release, as at an operator's second start."""
    root = copied(tmp_path, is_ready=True)
    for path in (root / "var" / "releases").iterdir():
        if path != _kept(root):
            path.unlink()
    return root


def _live(root: Path) -> Shelf:
    return Shelf(root, FolderKeep(root / "var"))


def _kept(root: Path) -> Path:
    return root / "var" / "releases" / f"{release_of(root)}-{releases._program()}.release"


def _spoil(root: Path, text: str) -> None:
    path = root / FILE
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_a_release_comes_back_as_it_was_kept(library: Library) -> None:
    """What is packed and taken apart again answers as the release did, and holds the same values."""
    library.matcher.train()
    back = unpacked(unsealed(sealed(packed(library))))
    assert isinstance(back, Library)
    for part in (
        "release",
        "roles",
        "flows",
        "facts",
        "schemes",
        "phrases",
        "entries",
        "offices",
        "stations",
        "wishes",
    ):
        assert getattr(back, part) == getattr(library, part), part
    for text in ("شنو هو ميثاق الاستثمار", "ch7al khas chiffre d'affaires bach nsder", "quel temps fait-il"):
        assert back.matcher.match(text) == library.matcher.match(text)
        assert back.gazetteer.read(text) == library.gazetteer.read(text)


def test_a_changed_bit_is_refused() -> None:
    """Wherever a bit is another, nothing is taken apart."""
    raw = sealed(packed(("words", [1, 2.5, None], {"a": frozenset({"b"})}, np.arange(3))))
    chance = random.Random(1)
    places = {*range(60), len(raw) - 1, *chance.sample(range(len(raw)), 100)}
    for place in places:
        changed = bytearray(raw)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(PackingError):
            unsealed(bytes(changed))
    for cut in (0, 10, 47, len(raw) - 1):
        with pytest.raises(PackingError):
            unsealed(raw[:cut])


class _Foreign:
    def __init__(self) -> None:
        raise AssertionError("made")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "_wrap_close"),
        ("subprocess", "Popen"),
        ("bot.storage.store", "Store"),
        ("bot.content.reading", "Mistakes"),
        ("bot.conversation.library", "date"),
        ("bot.conversation.library", "Library.flow_of"),
        ("bot.conversation.nowhere", "Library"),
        ("bot", "Library"),
        (__name__, "_Foreign"),
    ],
)
def test_nothing_but_the_values_of_the_core_is_made(module: str, name: str) -> None:
    """Bytes that name another class, a function or a module that is not loaded make nothing."""
    for value in ([7, 0], [10, 0]):
        raw = msgspec.msgpack.encode([[[module, name, []]], [], value])
        with pytest.raises(PackingError):
            unpacked(raw)
    with pytest.raises(PackingError):
        packed(_Foreign.__new__(_Foreign))


@pytest.mark.parametrize(
    "held",
    [
        [[], [], [6, 0]],
        [[], [], [8, 3]],
        [[], [], [99]],
        [[], [], []],
        [[], [], [5, "x"]],
        [[], [], [2, "odd"]],
        [[], [], [3, [1]]],
        [[], [], [9, "eval"]],
        [[["bot.message", "Text", ["other"]]], [], [7, 0, 1]],
        [[["bot.message", "Text", ["_wordings"]]], [], [7, 0]],
        [1],
        [[], [b"\x93NUMPY"], [6, 0]],
    ],
)
def test_bytes_that_none_of_ours_are_make_nothing(held: Any) -> None:
    """What could not have been packed is refused as one kind of error, which the shelf takes for no release."""
    with pytest.raises(PackingError):
        unpacked(msgspec.msgpack.encode(held))


def test_an_array_of_objects_is_neither_kept_nor_read(tmp_path: Path) -> None:
    """Numpy would keep objects as a pickle: it is told not to, at both ends."""
    array = np.array([{"a": 1}], dtype=object)
    with pytest.raises(ValueError, match="pickle"):
        packed(array)
    np.save(tmp_path / "it.npy", array, allow_pickle=True)
    with pytest.raises(PackingError):
        unpacked(msgspec.msgpack.encode([[], [(tmp_path / "it.npy").read_bytes()], [6, 0]]))


class _Bomb:
    def __init__(self, at: Path) -> None:
        self.at = at

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.at),)


def test_a_pickle_in_the_place_of_a_release_runs_nothing(ready: Path) -> None:
    """A pickle by the release's very name, sealed or not, is no release: the content is made anew."""
    bomb = ready / "went_off"
    raw = pickle.dumps(_Bomb(bomb))
    for planted in (raw, sealed(raw), sealed(msgspec.msgpack.encode(KeptRelease(releases._program(), {}, raw)))):
        path = _kept(ready)
        path.write_bytes(planted)
        assert releases.opened_release(planted) is None
    assert _live(ready).library.release == release_of(ready)
    assert not bomb.exists()
    assert _kept(ready).stat().st_size > len(raw) * 1000


def _link(path: Path, elsewhere: Path) -> None:
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _pipe(path: Path, _beside: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "plant",
    [
        _link,
        lambda path, beside: _link(path.parent, beside),
        lambda path, beside: path.chmod(0o666),
        lambda path, beside: path.chmod(0o620),
        _pipe,
        lambda path, beside: (path.unlink(), path.mkdir()),
        pytest.param(
            lambda path, beside: os.chown(path, 65534, -1),
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away"),
        ),
        pytest.param(
            lambda path, beside: os.chown(path.parent, 65534, -1),
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away"),
        ),
    ],
    ids=["link", "linked folder", "writable by all", "by the group", "pipe", "folder", "another's", "another's folder"],
)
def test_what_is_not_ours_alone_is_not_opened(plant: Callable[[Path, Path], object], ready: Path) -> None:
    """A link, a file or folder of somebody else's, one that others may write, a pipe: as if nothing were there."""
    keep, path = FolderKeep(ready / "var"), _kept(ready)
    assert keep.taken(path.stem)
    plant(path, ready / "elsewhere")
    assert keep.taken(path.stem) is None
    assert keep.last() is None


def test_what_is_kept_is_ours_alone(tmp_path: Path) -> None:
    """The folder is closed to others, also where it stood open; a release can be read by nobody else."""
    (tmp_path / "releases").mkdir(mode=0o777)
    keep = FolderKeep(tmp_path)
    for number in range(4):
        keep.put(f"release{number}", b"good %d" % number)
        os.utime(tmp_path / "releases" / f"release{number}.release", (number, number))
    keep.put("release3", b"good 3")
    kept = sorted((tmp_path / "releases").iterdir())
    assert [path.name for path in kept] == ["release2.release", "release3.release"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert (tmp_path / "releases").stat().st_mode & 0o777 == 0o700
    os.utime(tmp_path / "releases" / "release3.release", (3, 3))
    keep.again("release2")
    assert keep.last() == b"good 2"
    (tmp_path / "releases" / f"planted.{os.getpid()}.half").symlink_to(tmp_path / "elsewhere")
    keep.put("planted", b"good")
    assert not (tmp_path / "elsewhere").exists()
    assert keep.taken("planted") == b"good"


@pytest.mark.parametrize("text", ["\n- id: about.new\n", "\nquestion: &q [*q]\n", "\n- " + "[" * 2000, "\x00"])
def test_a_guide_starts_with_the_last_good_release(text: str, ready: Path) -> None:
    """Content that was spoiled while nothing ran keeps nobody from starting: the last good one answers."""
    good = release_of(ready)
    before = (ready / FILE).read_text("utf-8")
    _spoil(ready, text)
    shelf = _live(ready)
    assert shelf.library.release == good
    assert shelf.is_current is False
    assert {mistake.where.file for mistake in shelf.refused.errors} == {FILE}
    with shelf.files() as root:
        assert release_of(root) == good
    assert shelf.look() is None
    (ready / FILE).write_text(before, "utf-8")
    taken = shelf.look()
    assert taken is not None
    assert not taken.errors
    assert releases.last_good(FolderKeep(ready / "var")) == good


def test_another_program_makes_the_last_good_release_of_its_files(ready: Path) -> None:
    """After an update of the program, with a mistake in the files, the good words of before are read by the new one."""
    path = _kept(ready)
    kept = msgspec.msgpack.decode(unsealed(path.read_bytes()), type=KeptRelease)
    path.write_bytes(sealed(msgspec.msgpack.encode(KeptRelease("another", kept.files, b"laid out otherwise"))))
    good = release_of(ready)
    _spoil(ready, "\n- id: about.new\n")
    shelf = _live(ready)
    assert shelf.library.release == good
    assert not shelf.is_current


def test_an_edit_of_other_words_costs_no_learning(ready: Path, library: Library) -> None:
    """Where the phrasings are the same to the letter, a new release takes over what the last good one learnt."""
    files = files_read(ready)
    known = releases.opened_release(_kept(ready).read_bytes())
    assert known is not None
    # What nobody would learn of these phrasings: it can only have been taken over.
    known.library.matcher._machines.offsets[:] = -7
    like = releases.kept_release(files, known.library)
    _spoil(ready, "# a word to whoever edits next\n")
    made = releases.made_apart(files_read(ready), like)
    assert isinstance(made, bytes)
    good = releases.opened_release(made)
    assert good is not None
    assert good.library.release == release_of(ready) != library.release
    assert (good.library.matcher._machines.offsets == -7).all()


def _slowly(raw: bytes, made: list[int]) -> Callable[..., bytes]:
    """Return what makes a release in half a second and notes it."""

    def making(_held: object, _like: bytes | None = None) -> bytes:
        made.append(1)
        sleep(0.5)
        return raw

    return making


def test_of_two_guides_that_start_together_one_learns(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for what the first makes, and takes it."""
    raw = _kept(ready).read_bytes()
    made: list[int] = []
    _kept(ready).unlink()
    monkeypatch.setattr(releases, "made_apart", _slowly(raw, made))
    with ThreadPoolExecutor(2) as two:
        shelves = [two.submit(_live, ready) for _ in range(2)]
        assert len({shelf.result().library.release for shelf in shelves}) == 1
    assert made == [1]


def test_no_start_waits_for_ever_for_another(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that makes a release and never ends keeps no other from making it."""
    raw = _kept(ready).read_bytes()
    made: list[int] = []
    _kept(ready).unlink()
    monkeypatch.setattr(releases, "made_apart", _slowly(raw, made))
    monkeypatch.setattr(keeping, "ANOTHERS", 0.3)
    with FolderKeep(ready / "var").making("whatever"):
        assert _live(ready).is_current
    assert made == [1]
    assert {path.name for path in (ready / "var" / "releases").iterdir()} == {_kept(ready).name}


def test_without_a_good_release_every_mistake_is_told(ready: Path) -> None:
    """Where there was never a good one, or none is kept, the guide does not start and says why."""
    _spoil(ready, "\n- id: about.new\n")
    with pytest.raises(ContentMistakesError) as told:
        Shelf(ready, FolderKeep(ready / "empty"))
    assert FILE in str(told.value)


def test_content_that_is_gone_takes_nothing_from_a_running_guide(ready: Path) -> None:
    """Folders that vanish, are emptied, or come back while the guide runs are told and harm nobody."""
    shelf = _live(ready)
    good = shelf.library
    shutil.move(ready / "faq", ready / "away")
    refused = shelf.look()
    assert refused is not None
    assert refused.errors
    assert shelf.look() is None
    assert shelf.library is good
    shutil.move(ready / "away", ready / "faq")
    assert shelf.look() is not None
    assert shelf.is_current


def test_what_ends_the_reading_ends_nothing_else(
    ready: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A process that is ended while it makes a release is a mistake of the content; the live release stays."""
    shelf = _live(ready)
    good = shelf.library
    # An interpreter that ends at once stands for one that the system ends for its memory.
    ends = tmp_path_factory.mktemp("bin") / "python"
    ends.write_text("#!/bin/sh\nkill -9 $$\n")
    ends.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(ends))
    _spoil(ready, "\n")
    refused = shelf.look()
    assert refused is not None
    assert [kind_of(one) for one in refused.errors] == ["content_ended"]
    assert shelf.library is good


def test_words_of_a_channel_belong_to_a_release(ready: Path) -> None:
    """What else is checked before a release goes live keeps it from it, and is told."""

    def refuses(root: Path, mistakes: Mistakes) -> None:
        assert release_of(root) == release_of(ready)
        mistakes.add("file_missing", Where("flows/page.yaml", 1))

    with pytest.raises(ContentMistakesError):
        Shelf(ready, FolderKeep(ready / "nothing"), refuses)
    assert not (ready / "nothing").exists()
