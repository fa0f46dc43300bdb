"""YAML read into plain values without guessing, each value keeping the line it stands on.

`no` is text, a date is text, a key given twice is a mistake. Nothing is raised for a writer's mistake: it is collected
in `Mistakes`, so that all are told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

#: Where a value stands inside a document: keys and indices from the top.
KeyPath = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
class Document:
    """One file: its value as plain dicts, lists and scalars, and the line of every value in it."""

    file: str
    value: Any
    lines: Mapping[KeyPath, int]

    def where(self, *path: str | int) -> Where:
        """Return the line of the value at `path`, or of the nearest one around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(self.file, self.lines.get(path, 1))


def read(root: Path, path: Path, mistakes: Mistakes) -> Document | None:
    """Return the document at `path`, or None with the mistake noted when it cannot be read at all."""
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        mistakes.add("file_missing", Where(name, 1))
        return None
    except UnicodeDecodeError:
        mistakes.add("not_utf8", Where(name, 1))
        return None
    try:
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistakes.add("not_yaml", Where(name, mark.line + 1 if mark else 1), problem=error.problem or "")
        return None
    except yaml.YAMLError as error:
        mistakes.add("not_yaml", Where(name, 1), problem=str(error).splitlines()[0])
        return None
    lines: dict[KeyPath, int] = {}
    value = _plain(node, (), lines, name, mistakes) if node is not None else None
    return Document(name, value, lines)


def _plain(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], file: str, mistakes: Mistakes) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, file, mistakes) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                mistakes.add("key_twice", Where(file, key_node.start_mark.line + 1), key=key)
            values[key] = _plain(value_node, (*path, key), lines, file, mistakes)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return values
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    """Return text, unless the plain spelling is a number, `true`, `false` or nothing at all."""
    text = str(node.value)
    # Quoted or block: the C loader says so, and gives a plain scalar the empty style.
    if getattr(node, "style", None) or node.tag == "tag:yaml.org,2002:str":
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if text[0] in "-+.0123456789" else text
    return text
