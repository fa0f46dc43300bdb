"""YAML read into plain values without guessing, each value keeping the line it stands on.

`no` is text, a date is text, a key given twice is a mistake. Nothing is raised for a writer's mistake: it is collected
in `Mistakes`, so that all are told at once.

What must not break: whatever bytes stand in a file, reading it ends soon, in a value or in a mistake with its line. So
size, depth and length are bounded here, nothing recurses, and a value never stands in two places (`&` and `*`): with
those, ten lines mean a billion values, or a list that holds itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from bot.content.release import LARGEST_FILE, raw

#: Where a value stands inside a document: keys and indices from the top.
KeyPath = tuple[str | int, ...]

#: Longest text in it, in characters; a text is one screen or two.
LONGEST_TEXT = 10_000
#: Most lists and groups within each other; the rules use 13.
DEEPEST = 30
#: Longest plain number, in signs: no sum of dirhams has more, and a longer one is infinite to some who reckon with it.
_LONGEST_NUMBER = 20

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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

    return ContentError(where, filled(wording["message"]), filled(wording["remedy"]))


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One file: its value as plain dicts, lists and scalars, and the line of every value in it."""

    file: str
    value: Any
    lines: Mapping[KeyPath, int]

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
    try:
        return _Reading(name, text, mistakes).document()
    except _NoDocumentError as error:
        mistakes.add(error.kind, Where(name, error.line), **error.values)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistakes.add("not_yaml", Where(name, mark.line + 1 if mark else 1), problem=error.problem or "")
    except yaml.reader.ReaderError as error:
        # A sign that no text holds; the C library counts places in bytes, so the sign is looked for again.
        line = next((number for number, row in enumerate(text.split("\n"), 1) if _SIGNS_IN_NO_TEXT.search(row)), 1)
        mistakes.add("not_yaml", Where(name, line), problem=str(error.reason))
    except yaml.YAMLError as error:
        mistakes.add("not_yaml", Where(name, 1), problem=str(error).splitlines()[0])
    return None


def file_text(path: Path, name: str, mistakes: Mistakes) -> str | None:
    """Return the text of a file, without the mark that some editors put before it; None, noted, where it holds none."""
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
    try:
        return held.decode("utf-8-sig")
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
    #: The key of a group whose value comes next.
    key: str | None = None


class _Reading:
    """One text read from its beginning to its end, without recursion, by what the parser says stands there next."""

    def __init__(self, file: str, text: str, mistakes: Mistakes) -> None:
        self._file = file
        self._loader = _Loader(text)
        self._mistakes = mistakes
        self._lines: dict[KeyPath, int] = {}
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
        return YamlDocument(self._file, self._value, self._lines)

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _NoDocumentError("not_yaml", line, problem="---")
            case yaml.AliasEvent():
                raise _NoDocumentError("not_plain", line, sign=f"*{event.anchor}")
            case yaml.NodeEvent(anchor=str(anchor)):
                raise _NoDocumentError("not_plain", line, sign=f"&{anchor}")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag not in {None, "!"}:
                raise _NoDocumentError("not_plain", line, sign=event.tag)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.SequenceStartEvent():
                self._open([], line)
            case yaml.MappingStartEvent():
                self._open({}, line)
            case yaml.CollectionEndEvent():
                self._opened.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if len(event.value) > LONGEST_TEXT:
            raise _NoDocumentError("text_long", line, length=len(event.value), most=LONGEST_TEXT)
        around = self._opened[-1] if self._opened else None
        if around is None or isinstance(around.value, list) or around.key is not None:
            is_plain = event.implicit[0] and not event.style
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            self._put(_plain(event.value) if is_plain and tag != _TEXT else event.value, line)
            return
        around.key = event.value
        if around.key in around.value:
            kind = "day_twice" if _DAY.fullmatch(around.key) else "key_twice"
            self._mistakes.add(kind, Where(self._file, line), key=around.key)
        self._lines[(*around.path, around.key)] = line

    def _open(self, value: list[Any] | dict[str, Any], line: int) -> None:
        if len(self._opened) == DEEPEST:
            raise _NoDocumentError("too_deep", line, most=DEEPEST)
        around = self._opened[-1] if self._opened else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            raise _NoDocumentError("not_yaml", line, problem="{}:")
        self._opened.append(_Open(self._put(value, line), value))

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


def _plain(text: str) -> str | int | float | bool | None:
    """Return what a plain spelling means: a number, `true`, `false` or nothing at all, else the text."""
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if len(text) > _LONGEST_NUMBER or text[0] not in "-+.0123456789":
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if isfinite(number) else text
    return text
