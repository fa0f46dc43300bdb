"""The content's files as they lie: which there are, the release they make, and what was left in them by keyboards.

A release is a digest, the same for the same words on every machine.

A file is made plain before it is read: line by line, so that every line keeps its number. What nobody sees (marks of
direction, joiners, a byte order mark) goes; spaces that do not break become spaces. What could mean two things is
never guessed: it is a mistake with a name, and its line is the one that whoever wrote it must change.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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


@contextmanager
def laid_out(held: Files) -> Iterator[Path]:
    """Yield a folder of its own with some files in their places, for as long as the block runs."""
    with TemporaryDirectory(prefix="dalil-") as folder:
        root = Path(folder)
        for name, raw in held.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        yield root


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


#: Signs that nobody sees and no text needs: the channels isolate what stands in another direction themselves.
INVISIBLE = frozenset(
    map(chr, (0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
)
#: Spaces that do not break or have a width of their own, the tabulator, and ends of line that only some editors know.
_SPACES = dict.fromkeys(
    (0x0B, 0x0C, 0x85, 0xA0, 0x1680, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
)
_PLAIN = {ord(sign): None for sign in INVISIBLE} | _SPACES | {ord("\t"): " "}
_ODD = re.compile("[" + "".join(map(re.escape, {*INVISIBLE, *map(chr, _SPACES), "\t", "\r"})) + "]")
#: Quotation marks that word processors put for the straight ones.
CURLY = "“”„‟‘’‚‛"
#: The comma of Arabic, which parts nothing between brackets.
ARABIC_COMMA = "\N{ARABIC COMMA}"
_STRAIGHT = "\"'"

_INDENT_WITH_TAB = re.compile(r"[ \u00a0]*\t")
#: A line that gives a value to a key or an item: what stands before the value, and the value.
_GIVEN = re.compile(r"^(?P<before>\s*(?:- +)*(?:[\w.-]+ *: +|- +|[\w.-]+ *: *$))(?P<value>.*)$")
_KEY_UNSPACED = re.compile(r"^\s*(?:- +)?[a-z_]+:[^\s:/]")
#: An item of a list whose dash touches it.
DASH_UNSPACED = re.compile(r"^\s*-[^\s\-0-9.]")
_KEY = re.compile(r"^\s*(?:- +)?[\w.-]+ *[:：]( |$)")


def decoded(held: bytes) -> str | None:
    """Return the text of a file in UTF-8, or in UTF-16 that says so by its first bytes; None where it is in neither."""
    try:
        if held.startswith((b"\xff\xfe", b"\xfe\xff")):
            return held.decode("utf-16")
        return held.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def plain_line(line: str) -> str:
    """Return a line without what nobody sees; a tabulator that begins it stays, because its depth is unknown."""
    if not _ODD.search(line):
        return line
    bare = line.rstrip("\r")
    if tab := _INDENT_WITH_TAB.match(bare):
        return bare[: tab.end()].replace("\u00a0", " ") + bare[tab.end() :].translate(_PLAIN) if bare.strip() else ""
    return bare.translate(_PLAIN)


def plain_text(text: str) -> str:
    """Return a text with every line made plain; the lines keep their numbers."""
    return "\n".join(map(plain_line, lines_of(text)))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as editors count them, with the carriage return that Windows puts at their end.

    A file of an old Macintosh, which parts its lines by carriage returns alone, has lines as well.
    """
    if "\r" in text and "\n" not in text:
        return text.split("\r")
    return text.split("\n")


@dataclass(frozen=True, slots=True)
class Slip:
    """What keeps a file from being read: the kind of mistake, its line from 1, and what the wording of it names."""

    kind: str
    line: int
    sign: str = ""


def slip_of(text: str, line: int, began: int | None, problem: str) -> Slip:
    """Return what a writer did where the parser stopped at `line`, in something that began at `began`.

    The parser's own words are English and name the line where it gave up; the line to mend may stand far above.
    """
    lines = text.split("\n")
    last = min(line, len(lines))
    for number in _likely(lines, last, began):
        if slip := _slip_in(lines, number):
            return slip
    if "end of stream" in problem or "quoted scalar" in problem:
        return Slip("quote_open", began or last)
    if "mapping values" in problem:
        return Slip("colon_inside", last)
    if "escape" in problem:
        return Slip("backslash", last)
    if "']'" in problem or "'}'" in problem:
        return Slip("bracket_open", began or last)
    if ("cannot start any token" in problem or "alphabetic" in problem) and 0 < last <= len(lines):
        first = lines[last - 1].strip().removeprefix("- ").partition(": ")
        return Slip("sign_first", last, (first[2] or first[0])[:1])
    if "expected ':'" in problem and lines[last - 1].count("[") > lines[last - 1].count("]"):
        return Slip("bracket_open", last)
    if "expected ':'" in problem:
        return Slip("key_unspaced", last if lines[last - 1].strip() else began or last)
    return Slip("indent_wrong", _unaligned(lines, last))


def _likely(lines: list[str], last: int, began: int | None) -> Iterator[int]:
    """Yield the numbers of the lines that may have led to where the parser stopped, the likeliest first."""
    first = max(1, min(began or last, last))
    yield last
    if first != last:
        yield first
    yield from (number for number in range(last - 1, max(0, last - 30), -1) if number != first)


def _slip_in(lines: list[str], number: int) -> Slip | None:
    """Return the slip that stands in a line for everyone to see; None where it may be a good one."""
    line = lines[number - 1]
    if _INDENT_WITH_TAB.match(line):
        return Slip("tab_first", number)
    if _in_block(lines, number) or line.lstrip().startswith("#"):
        return None
    if "：" in line and not _KEY.match(line.replace("：", "")):
        return Slip("colon_other", number, "：")
    given = _GIVEN.match(line)
    value = given["value"].strip() if given else ""
    if value[:1] in CURLY and value[:1]:
        return Slip("quotes_curly", number, value[0])
    if value[:1] in _STRAIGHT and value[:1] and not _is_closed(value):
        return Slip("quotes_curly" if set(value) & set(CURLY) else "quote_open", number, value[0])
    if value[:1] in {"[", "{"} and value[:1] and ARABIC_COMMA in value:
        return Slip("comma_arabic", number)
    if _KEY_UNSPACED.match(line):
        return Slip("key_unspaced", number)
    if DASH_UNSPACED.match(line):
        return Slip("dash_unspaced", number)
    return None


def _is_closed(value: str) -> bool:
    """Return whether a value in straight quotation marks ends with the one it began with."""
    quote, rest = value[0], value[1:]
    rest = rest.replace("''", "") if quote == "'" else re.sub(r"\\.", "", rest)
    at = rest.find(quote)
    after = rest[at + 1 :].strip() if at >= 0 else ""
    return at >= 0 and (not after or after[0] in "#,]}:")


def _in_block(lines: list[str], number: int) -> bool:
    """Return whether a line is part of a text that began with `|` or `>` above it."""
    depth = _depth(lines[number - 1])
    for above in range(number - 2, max(-1, number - 60), -1):
        line = lines[above]
        if not line.strip():
            continue
        if _depth(line) < depth:
            return bool(re.search(r"[|>][+-]?\d?\s*$", line))
    return False


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unaligned(lines: list[str], last: int) -> int:
    """Return the line at or above `last` whose first word stands under none of those before it."""
    open_depths: list[int] = []
    for number, line in enumerate(lines[:last], 1):
        bare = line.strip()
        if not bare or bare.startswith("#") or _in_block(lines, number):
            continue
        depth = _depth(line)
        deeper = not open_depths or depth > open_depths[-1]
        while open_depths and depth < open_depths[-1]:
            open_depths.pop()
        if not deeper and (not open_depths or open_depths[-1] != depth):
            return number
        if deeper:
            open_depths.append(depth)
        # What stands behind a dash is one step further in.
        while bare.startswith("- "):
            depth += len(bare) - len(bare[1:].lstrip())
            bare = bare[1:].lstrip()
            open_depths.append(depth)
    return last
