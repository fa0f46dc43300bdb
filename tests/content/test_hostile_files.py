"""Whatever bytes an editor saves, the check ends soon, in mistakes with a line, and never in an exception."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.content.files import LARGEST_FILE, files, release_of
from bot.content.library import load
from bot.content.reading import DEEPEST, LONGEST_TEXT, Mistakes, read
from tests.content.conftest import kind_of
from tests.program import ROOT

#: What a file holds, the kind of the mistake, and its line.
UNREADABLE = {
    "a list that holds itself": (b"a: 1\nquestion: &q [*q]\n", "not_plain", 2),
    "a value in two places": (b"a: &one {b: 1}\nc: *one\n", "not_plain", 1),
    "ten lines that mean a billion values": (
        b"a: &a [x,x,x]\n" + b"".join(b"%c: &%c [*%c,*%c,*%c]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(98, 108)),
        "not_plain",
        1,
    ),
    "a merge": (b"a: 1\n<<: *gone\n", "not_plain", 2),
    "a kind of value of the program's": (b'a: 1\nb: !!python/object/apply:os.system ["id"]\n', "not_plain", 2),
    "two thousand brackets": (b"a: 1\nb: " + b"[" * 2000 + b"]" * 2000, "too_deep", 2),
    "two hundred thousand brackets": (b"a: 1\n" + b"[" * 200_000, "bracket_open", 2),
    "two thousand groups": (b"a: 1\nb: " + b"{a: " * 2000 + b"}" * 2000, "too_deep", 2),
    "a thousand dashes": (b"a:\n  " + b"- " * 1000 + b"x", "too_deep", 2),
    "deep by indentation": (b"".join(b" " * depth + b"a:\n" for depth in range(400)), "too_deep", DEEPEST + 1),
    "three megabytes of brackets": (b"[" * 3_000_000, "file_large", 1),
    "a text that is not closed": (b"a: 1\nb: |\n" + b"  word\n" * 5000, "text_long", 2),
    "a huge text": (b"a: 1\nb: " + b"x" * (LONGEST_TEXT + 1), "text_long", 2),
    "a huge key": (b"a: 1\n? " + b"x" * (LONGEST_TEXT + 1) + b"\n: 1\n", "text_long", 2),
    "a group for a key": (b"a: 1\n? {b: 1}\n: 1\n", "not_plain", 2),
    "a nought byte": (b"a: 1\nb: x\x00y\n", "not_yaml", 2),
    "an escape sequence": (b"a: 1\nb: \x1b[2J\n", "not_yaml", 2),
    "two documents": (b"a: 1\n---\nb: 2\n", "not_plain", 2),
    "UTF-16 without its mark": ("a: 1\n".encode("utf-16-le"), "not_yaml", 1),
    "another script's bytes": (b"a: 1\nb: " + "سؤال".encode("cp1256"), "not_utf8", 2),
    "an image": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_utf8", 1),
    "a sign alone": (b"a: 1\n*\n", "sign_first", 2),
}

#: What can be read, and is no content: every file of the content is made so at once.
OF_NO_SHAPE = [
    b"",
    b"null",
    b"word",
    b"7",
    b"-.inf",
    b"true",
    b"[]",
    b"{}",
    b"[1, [2], {3: 4}]",
    b"- - - -",
    b"a: {b: {c: [d]}}",
    b"? \n: \n",
    b"9" * 5000,
    b"[" + b"9" * 400 + b"]",
    b"- id: 1\n  question: 2\n- id: []\n- id: {a: 1}\n- null\n",
    b"steps: 1\ntitle: 2\namounts: 3\nrequires: [4]\nexamples: {5: 6}\n",
    b"\xef\xbb\xbftitle: x\n",
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the content that is the test's own."""
    for folder in ("faq", "flows"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_hostile_file_is_one_mistake_with_its_line(name: str, tmp_path: Path) -> None:
    """What cannot be read, or only at great cost, is told with the line on which it begins."""
    raw, kind, line = UNREADABLE[name]
    (tmp_path / "it.yaml").write_bytes(raw)
    mistakes = Mistakes()
    assert read(tmp_path, tmp_path / "it.yaml", mistakes) is None
    assert [(kind_of(one), one.where.line) for one in mistakes.errors] == [(kind, line)]


def test_the_mark_that_some_editors_put_first_does_no_harm(tmp_path: Path) -> None:
    """A file that Windows' editor saved as UTF-8 is read like any other."""
    (tmp_path / "it.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    document = read(tmp_path, tmp_path / "it.yaml", Mistakes())
    assert document is not None
    assert document.value == {"a": 1}


def test_a_number_that_none_can_reckon_with_stays_text(tmp_path: Path) -> None:
    """Infinite, endless and foreign numbers are texts, which no key that wants a number takes."""
    written = ["1e999", "-.inf", ".nan", "-inf", "9" * 400, "٣", "1:30", "0x1F"]
    (tmp_path / "it.yaml").write_text("\n".join(f"- {number}" for number in written))
    document = read(tmp_path, tmp_path / "it.yaml", Mistakes())
    assert document is not None
    assert document.value == written


@pytest.mark.parametrize("raw", OF_NO_SHAPE, ids=lambda raw: str(raw[:24]))
def test_files_of_no_shape_are_mistakes(raw: bytes, copy: Path) -> None:
    """Where every file holds the same nonsense, nothing goes live, something is told, and nothing is raised."""
    for path in files(copy):
        path.write_bytes(raw)
    library, mistakes = load(copy)
    assert library is None
    assert mistakes.errors


def test_what_is_no_file_is_left_alone(copy: Path) -> None:
    """A folder with the name of a content file, and the lock that an editor puts beside one, are no part of it."""
    release = release_of(copy)
    (copy / "faq" / "folder.yaml").mkdir()
    (copy / "faq" / ".#about.yaml").symlink_to(copy / "nowhere")
    assert release_of(copy) == release
    library, mistakes = load(copy, proving=False)
    assert library is not None, mistakes.errors


def _edits(text: str, chance: random.Random) -> str:
    """Return a text after a slip of an editor's: a line lost, doubled, moved, indented, cut, or signs struck."""
    lines = text.split("\n")
    at, other = (chance.randrange(len(lines)) for _ in range(2))
    slips: list[Callable[[], None]] = [
        lambda: lines.__delitem__(at),
        lambda: lines.insert(at, lines[other]),
        lambda: lines.__setitem__(at, "  " + lines[at]),
        lambda: lines.__setitem__(at, lines[at].lstrip()),
        lambda: lines.__setitem__(at, lines[at][: len(lines[at]) // 2]),
        lambda: lines.__setitem__(at, lines[at] + chance.choice(["{", "]", ":", " #", '"', "'", " - x", ": [", "{a}"])),
        lambda: lines.__setitem__(at, lines[at].partition(":")[0] + ": " + chance.choice(["", "7", "[]", "{}", "x"])),
    ]
    chance.choice(slips)()
    return "\n".join(lines)


def _slipped(root: Path, seed: int) -> Iterator[Path]:
    chance = random.Random(seed)
    for path in files(root):
        text = path.read_text("utf-8")
        if chance.random() < 0.5:
            path.write_text(_edits(text, chance), "utf-8")
            yield path


@pytest.mark.parametrize("seed", range(6))
def test_slips_of_an_editor_never_end_the_check(seed: int, copy: Path) -> None:
    """Random slips in half of the files at once are told or taken; the check never raises."""
    slipped = list(_slipped(copy, seed))
    library, mistakes = load(copy)
    assert slipped
    assert (library is None) == bool(mistakes.errors)
    assert max(path.stat().st_size for path in files(ROOT)) < LARGEST_FILE
