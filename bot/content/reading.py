"""YAML read into plain values without guessing, each value keeping the line it stands on.

`no` is text, a date is text, a key given twice is a mistake. Nothing is raised for a writer's mistake: it is collected
in `Mistakes`, so that all are told at once.

What must not break: whatever bytes stand in a file, reading it ends soon, in a value or in a mistake with its line. So
size, depth and length are bounded here, nothing recurses, and a value never stands in two places (`&` and `*`): with
those, ten lines mean a billion values, or a list that holds itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.files import ARABIC_COMMA, CURLY, DASH_UNSPACED, LARGEST_FILE, decoded, plain_text, raw, slip_of
from bot.content.remembering import once

#: Where a value stands inside a document: keys and indices from the top.
KeyPath = tuple[str | int, ...]

#: Longest text in it, in characters; a text is one screen or two.
LONGEST_TEXT = 10_000
#: Most lists and groups within each other; the rules use 13.
DEEPEST = 30
#: Longest plain number, in signs: no sum of dirhams has more, and a longer one is infinite to some who reckon with it.
_LONGEST_NUMBER = 20

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: A number that has a single reading. «150.000» has none here: a program reads 150, whoever typed it meant 150,000.
_NUMBER = re.compile(
    r"[-+]?(?:0|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]*)(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?|[-+]?0\.[0-9]+"
)
#: A name of an amount or a statement in brackets of any kind, as a text refers to it in braces.
_BRACKET = re.compile(r"[{(\[｛（<]")
_LIKE_A_NAME = re.compile(r"([{(\[｛（<])( *[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+ *| +[a-z]+ +)([})\]｝）>])")
#: A key that is a day.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT = "tag:yaml.org,2002:str"
#: What YAML takes for no part of a text: control signs, but for the tabulator and line ends.
_SIGNS_IN_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MISTAKES_FILE = Path(__file__).with_name("mistakes.yaml")


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A line of a content file; the file is relative to the content's folder, lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class ContentError:
    """One mistake of a writer: where, what is wrong, what to do; both sentences in Arabic."""

    where: Where
    message: str
    remedy: str
    #: Its name in `mistakes.yaml`.
    kind: str = ""

    @property
    def is_cause(self) -> bool:
        """Return whether others may follow from it: it is told before them."""
        return self.kind in CAUSES


def in_order(errors: Iterable[ContentError]) -> list[ContentError]:
    """Return mistakes as they are told: those that others may follow from first, then by file and line."""
    return sorted(errors, key=lambda one: (not one.is_cause, one))


#: What keeps a whole file from being read: whatever else is told of the content may come of it.
CAUSES = frozenset(
    {
        "file_missing", "file_unread", "file_large", "file_copy", "file_renamed", "not_utf8", "not_yaml", "not_plain",
        "too_deep", "text_long", "tab_first", "quotes_curly", "quote_open", "bracket_open", "colon_inside",
        "colon_other",
        "comma_arabic", "comma_splits", "key_unspaced", "dash_unspaced", "indent_wrong", "backslash", "sign_first",
    }
)  # fmt: skip


@cache
def _wordings() -> dict[str, dict[str, str]]:
    return yaml.load(_MISTAKES_FILE.read_text("utf-8"), _Loader)  # type: ignore[no-any-return]  # noqa: S506


@dataclass(slots=True)
class Mistakes:
    """Every mistake found so far; `kind` names a wording in `mistakes.yaml`."""

    errors: list[ContentError] = field(default_factory=list)
    warnings: list[ContentError] = field(default_factory=list)

    def add(self, kind: str, where: Where, **values: object) -> None:
        """Note a mistake that keeps the content from going live."""
        self.errors.append(_told(kind, where, values))

    def warn(self, kind: str, where: Where, **values: object) -> None:
        """Note something to better that does no harm."""
        self.warnings.append(_told(kind, where, values))


def _told(kind: str, where: Where, values: Mapping[str, object]) -> ContentError:
    wording = _wordings()[kind]

    def filled(template: str) -> str:
        for name, value in values.items():
            template = template.replace("{" + name + "}", str(value))
        return template

    return ContentError(where, filled(wording["message"]), filled(wording["remedy"]), kind)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands in a file made plain: lines and columns count from 0, the end is behind the last sign.

    Of what lies in lines of its own the end is the beginning of what follows, with the empty lines between.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    #: How it is written: `""` plain, a quotation mark, `|` or `>`, `{` or `[` for what stands in brackets, `-` or `:`
    #: for a list or a group in lines of its own.
    style: str
    #: Where its key begins; None for what has none.
    key: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One file: its value as plain dicts, lists and scalars, and the line of every value in it."""

    file: str
    value: Any
    lines: Mapping[KeyPath, int]
    #: Where each value stands to the letter; only where that was asked for.
    marks: Mapping[KeyPath, Mark] = field(default_factory=dict)

    def where(self, *path: str | int) -> Where:
        """Return the line of the value at `path`, or of the nearest one around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(self.file, self.lines.get(path, 1))


def read(root: Path, path: Path, mistakes: Mistakes) -> YamlDocument | None:
    """Return the document at `path`, or None with the mistake noted when it cannot be read at all."""
    name = path.relative_to(root).as_posix()
    text = file_text(path, name, mistakes)
    if text is None:
        return None
    # Nobody but this reading notes in these, so that they can be told again.
    noted = once(("noted", name, text), Mistakes)
    document = once((name, text), lambda: read_text(name, text, noted))
    mistakes.errors += noted.errors
    mistakes.warnings += noted.warnings
    return document


def read_text(name: str, text: str, mistakes: Mistakes, *, marking: bool = False) -> YamlDocument | None:
    """Return the document that a text made plain holds, None with the mistake noted where it holds none.

    With `marking` the document also knows where each value stands to the letter.
    """
    try:
        return _Reading(name, text, mistakes, marking=marking).document()
    except _NoDocumentError as error:
        mistakes.add(error.kind, Where(name, error.line), **error.values)
    except yaml.MarkedYAMLError as error:
        at, began = (mark.line + 1 if mark else None for mark in (error.problem_mark, error.context_mark))
        slip = slip_of(text, at or began or 1, began, f"{error.context or ''} {error.problem or ''}")
        mistakes.add(slip.kind, Where(name, slip.line), sign=slip.sign)
    except yaml.YAMLError:
        # A sign that no text holds; the C library counts places in bytes, so the sign is looked for again.
        line = next((number for number, row in enumerate(text.split("\n"), 1) if _SIGNS_IN_NO_TEXT.search(row)), 1)
        mistakes.add("not_yaml", Where(name, line))
    return None


def file_text(path: Path, name: str, mistakes: Mistakes) -> str | None:
    """Return the text of a file made plain (`bot.content.files`); None, noted, where it holds none."""
    try:
        if not path.is_file():
            raise FileNotFoundError
        held = raw(path)
    except OSError:
        mistakes.add("file_missing", Where(name, 1))
        return None
    if len(held) > LARGEST_FILE:
        mistakes.add("file_large", Where(name, 1), most=LARGEST_FILE // 1_000_000)
        return None
    text = decoded(held)
    if text is not None:
        return once(("plain", held), lambda: plain_text(text))
    try:
        held.decode("utf-8")
    except UnicodeDecodeError as error:
        mistakes.add("not_utf8", Where(name, held.count(b"\n", 0, error.start) + 1))
    return None


class _NoDocumentError(Exception):
    """What keeps a whole file from being read, by the name of its mistake."""

    def __init__(self, kind: str, line: int, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.line = line
        self.values = values


@dataclass(slots=True)
class _Open:
    """A list or a group whose end has not been read."""

    path: KeyPath
    value: list[Any] | dict[str, Any]
    style: str
    #: The key of a group whose value comes next, and where it begins.
    key: str | None = None
    key_at: tuple[int, int] | None = None
    #: The line on which a comma was seen to cut a text.
    split: int = 0


class _Reading:
    """One text read from its beginning to its end, without recursion, by what the parser says stands there next."""

    def __init__(self, file: str, text: str, mistakes: Mistakes, *, marking: bool) -> None:
        self._file = file
        self._loader = _Loader(text)
        self._rows = text.split("\n")
        self._mistakes = mistakes
        self._marking = marking
        self._lines: dict[KeyPath, int] = {}
        self._marks: dict[KeyPath, Mark] = {}
        self._opened: list[_Open] = []
        self._value: Any = None
        self._documents = 0

    def document(self) -> YamlDocument:
        """Return what the text holds; raise what keeps it from being read."""
        try:
            while self._loader.check_event():
                self._take(self._loader.get_event())
        finally:
            self._loader.dispose()
        return YamlDocument(self._file, self._value, self._lines, self._marks)

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _NoDocumentError("not_plain", line, sign="---")
            case yaml.AliasEvent():
                raise _NoDocumentError("not_plain", line, sign=f"*{event.anchor}")
            case yaml.NodeEvent(anchor=str(anchor)):
                raise _NoDocumentError("not_plain", line, sign=f"&{anchor}")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag not in {None, "!"}:
                raise _NoDocumentError("not_plain", line, sign=event.tag)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.SequenceStartEvent():
                self._open([], line, event, "[" if event.flow_style else "-")
            case yaml.MappingStartEvent():
                self._open({}, line, event, "{" if event.flow_style else ":")
            case yaml.CollectionEndEvent():
                self._close(event)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if len(event.value) > LONGEST_TEXT:
            raise _NoDocumentError("text_long", line, length=len(event.value), most=LONGEST_TEXT)
        around = self._opened[-1] if self._opened else None
        if around is None or isinstance(around.value, list) or around.key is not None:
            is_plain = event.implicit[0] and not event.style
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            if is_plain and not event.value and around is not None and around.style == "{" and around.value:
                # «{ar: واحد, اثنان}»: what stands behind the comma is a key of nothing.
                if around.split != line:
                    self._mistakes.add("comma_splits", Where(self._file, line), sign=around.key)
                around.split = line
                self._lines.pop((*around.path, str(around.key)), None)
                around.key = None
                return
            if is_plain:
                self._look_at(event, line, in_brackets=around is not None and around.style in "[{")
            written = event.value
            if _BRACKET.search(written):
                written = self._with_names(written, line)
            path = self._put(_plain(written) if is_plain and tag != _TEXT else written, line)
            self._mark(path, event, event.style or "")
            return
        around.key = event.value
        around.key_at = _at(event.start_mark)
        if around.key in around.value:
            kind = "day_twice" if _DAY.fullmatch(around.key) else "key_twice"
            self._mistakes.add(kind, Where(self._file, line), key=around.key)
        self._lines[(*around.path, around.key)] = line

    def _with_names(self, text: str, line: int) -> str:
        """Return a text with the names in braces as they are looked up; note what people would read as a raw name."""
        for match in _LIKE_A_NAME.finditer(text):
            inner = match[2].strip()
            is_name = bool(re.fullmatch(r"\w+", inner, re.ASCII))
            if match[1] == "{" and match[3] == "}" and is_name:
                text = text.replace(match[0], "{" + inner + "}")
            elif "_" in inner:
                at = line + text[: match.start()].count("\n") + 1 if "\n" in text else line
                self._mistakes.add("name_in_brackets", Where(self._file, at), told=match[0], name=inner)
        return text

    def _look_at(self, event: yaml.ScalarEvent, line: int, *, in_brackets: bool) -> None:
        """Note what was meant for quotation marks, a comma or items of a list, and is read as a part of the text."""
        text = event.value
        if len(text) > 1 and text[0] in CURLY and text[-1] in CURLY:
            self._mistakes.add("quotes_curly", Where(self._file, line), sign=text[0])
        if event.end_mark is not None and event.end_mark.line >= line:
            self._look_below(line, event.end_mark.line + 1)
        if in_brackets and ARABIC_COMMA in text:
            self._mistakes.add("comma_arabic", Where(self._file, line))

    def _look_below(self, first: int, last: int) -> None:
        """Raise where a text without quotes goes on in lines that were meant for items of a list."""
        below = [number for number in range(first + 1, last + 1) if self._rows[number - 1].lstrip().startswith("- ")]
        if not below:
            return
        if DASH_UNSPACED.match(self._rows[first - 1]):
            raise _NoDocumentError("dash_unspaced", first)
        # Of a row whose first item stands further out than all others it is the first that is wrong.
        raise _NoDocumentError("indent_wrong", first if len(below) > 1 else below[0])

    def _mark(self, path: KeyPath, event: yaml.Event, style: str) -> None:
        if self._marking:
            key = self._opened[-1].key_at if self._opened and isinstance(self._opened[-1].value, dict) else None
            self._marks[path] = Mark(_at(event.start_mark), _at(event.end_mark), style, key)

    def _close(self, event: yaml.Event) -> None:
        closed = self._opened.pop()
        if self._marking:
            mark = self._marks[closed.path]
            self._marks[closed.path] = replace(mark, end=_at(event.end_mark))

    def _open(self, value: list[Any] | dict[str, Any], line: int, event: yaml.Event, style: str) -> None:
        if len(self._opened) == DEEPEST:
            raise _NoDocumentError("too_deep", line, most=DEEPEST)
        around = self._opened[-1] if self._opened else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            raise _NoDocumentError("not_plain", line, sign="?")
        path = self._put(value, line)
        self._mark(path, event, style)
        self._opened.append(_Open(path, value, style))

    def _put(self, value: Any, line: int) -> KeyPath:
        """Put a value where it stands; return its place."""
        if not self._opened:
            self._value = value
            self._lines[()] = line
            return ()
        around = self._opened[-1]
        if isinstance(around.value, list):
            path: KeyPath = (*around.path, len(around.value))
            around.value.append(value)
            self._lines[path] = line
        else:
            assert around.key is not None
            # The line of a key stands already: what is long begins below it.
            path = (*around.path, around.key)
            around.value[around.key] = value
            around.key = None
        return path


def _at(mark: Any) -> tuple[int, int]:
    return (mark.line, mark.column) if mark is not None else (0, 0)


def _plain(text: str) -> str | int | float | bool | None:
    """Return what a plain spelling means: a number, `true`, `false` or nothing at all, else the text."""
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
