"""Edits of content files that change the lines of what is edited and no others: comments, order and quotes stay.

An edit names what it changes by keys, positions, or the id of an item, so that it still fits when lines have moved. The
places come from the marks of our own reader; what comes out is read again and must hold exactly what the edit meant,
else `UneditableError` is raised and nothing was changed. A library that writes YAML anew changes two lines of three.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from bot.content.files import decoded, lines_of, plain_line
from bot.content.reading import KeyPath, Mark, Mistakes, YamlDocument, read_text
from bot.staff.yaml_lines import in_one_line, is_single, rows_of_item, rows_of_key, rows_of_text, single

#: Where something stands: keys, positions, and of an item of a list its id, its town, or itself.
Spot = tuple[str | int, ...]

_FLOW = ("[", "{")
_BLOCK_TEXT = ("|", ">")


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give what stands at a place another value; a key that is not there is added at the end of its group."""

    file: str
    at: Spot
    value: Any


@dataclass(frozen=True, slots=True)
class AddItem:
    """Add an item at the end of the list at a place."""

    file: str
    at: Spot
    value: Any


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away what stands at a place, a key with its value or an item of a list."""

    file: str
    at: Spot


Edit = SetValue | AddItem | Remove


class UneditableError(Exception):
    """An edit that does not fit the file as it is; `why` says what is the matter."""

    def __init__(self, edit: Edit | None, why: Literal["unread", "gone", "not_a_list", "first_key", "unsure"]) -> None:
        super().__init__(f"{why}: {edit}")
        self.edit = edit
        self.why = why


def edited(held: bytes, edits: Sequence[Edit]) -> bytes:
    """Return a file with the edits made, in its encoding and with its line ends; raise `UneditableError`."""
    text = decoded(held)
    if text is None:
        raise UneditableError(edits[0] if edits else None, "unread")
    rows = lines_of(text)
    for edit in edits:
        rows = _edited(rows, edit)
    joined = ("\r" if "\r" in text and "\n" not in text else "\n").join(rows)
    if held.startswith((b"\xff\xfe", b"\xfe\xff")):
        return joined.encode("utf-16")
    return (b"\xef\xbb\xbf" if held.startswith(b"\xef\xbb\xbf") else b"") + joined.encode()


def value_at(held: bytes, at: Spot) -> Any:
    """Return what stands at a place of a file; raise `UneditableError` where nothing does."""
    document = _document(lines_of(decoded(held) or ""))
    return _value(document.value, _path(document.value, at, None))


def _document(rows: Sequence[str]) -> YamlDocument:
    mistakes = Mistakes()
    document = read_text("", "\n".join(map(plain_line, rows)), mistakes, marking=True)
    if document is None:
        raise UneditableError(None, "unread")
    return document


def _path(value: Any, at: Spot, edit: Edit | None) -> KeyPath:
    """Return the keys and positions that a place means in a file as it is."""
    path: KeyPath = ()
    for step in at:
        if isinstance(value, list) and not isinstance(step, int):
            step = next((index for index, item in enumerate(value) if _is_named(item, step)), -1)  # noqa: PLW2901
        try:
            if isinstance(step, int) and step < 0:
                raise IndexError
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise UneditableError(edit, "gone") from None
        path = (*path, step)
    return path


def _is_named(item: Any, name: str) -> bool:
    if isinstance(item, dict):
        city = item.get("city")
        return item.get("id") == name or (isinstance(city, dict) and city.get("ar") == name)
    return bool(item == name)


def _value(value: Any, path: KeyPath) -> Any:
    for step in path:
        value = value[step]
    return value


def applied(value: Any, edit: Edit) -> Any:
    """Return what a file holds after an edit, without looking at how it is written."""
    changed = json.loads(json.dumps(value))
    match edit:
        case SetValue(at=()):
            return edit.value
        case SetValue():
            _value(changed, _path(changed, edit.at[:-1], edit))[_last(changed, edit)] = edit.value
        case AddItem():
            _value(changed, _path(changed, edit.at, edit)).append(edit.value)
        case Remove():
            path = _path(changed, edit.at, edit)
            del _value(changed, path[:-1])[path[-1]]
        case _:
            assert_never(edit)
    return changed


def _last(value: Any, edit: SetValue) -> str | int:
    """Return the key or the position that the last step of a place means; the key may not be there yet."""
    around = _value(value, _path(value, edit.at[:-1], edit))
    if isinstance(around, dict):
        return edit.at[-1]
    return _path(value, edit.at, edit)[-1]


def _edited(rows: list[str], edit: Edit) -> list[str]:
    document = _document(rows)
    if isinstance(edit, SetValue | AddItem):
        before = None
        if isinstance(edit, SetValue) and edit.at:
            try:
                before = _value(document.value, _path(document.value, edit.at, edit))
            except UneditableError:
                before = None
        edit = type(edit)(edit.file, edit.at, _plain(edit.value, before))
    wanted = applied(document.value, edit)
    file = _File(rows, document)
    match edit:
        case SetValue():
            changed = file.with_value(edit)
        case AddItem():
            changed = file.with_item(edit)
        case Remove():
            changed = file.without(edit)
        case _:
            assert_never(edit)
    mistakes = Mistakes()
    after = read_text("", "\n".join(map(plain_line, changed)), mistakes)
    if after is None or mistakes.errors or after.value != wanted:
        raise UneditableError(edit, "unsure")
    return changed


def _plain(value: Any, before: Any = None) -> Any:
    """Return a value as a file can hold it: without what nobody sees, a text of lines with a line end."""
    if isinstance(value, str):
        plain = "\n".join(plain_line(line.lstrip("\t")).rstrip() for line in lines_of(value.replace("\r\n", "\n")))
        is_text = isinstance(before, str) and before.endswith("\n")
        return plain.strip("\n") + ("\n" if is_text or "\n" in plain.strip("\n") else "")
    if isinstance(value, dict):
        old = before if isinstance(before, dict) else {}
        return {str(key): _plain(part, old.get(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is: its lines as they are written, and where its values stand in them."""

    rows: list[str]
    document: YamlDocument

    def with_value(self, edit: SetValue) -> list[str]:
        around = _path(self.document.value, edit.at[:-1], edit)
        last = _last(self.document.value, edit)
        path = (*around, last)
        if path not in self.document.marks:
            return self._with_key(around, str(last), edit)
        mark = self.document.marks[path]
        in_brackets = self._in_brackets(path)
        if in_brackets or (mark.style not in _BLOCK_TEXT and not self._is_spread(mark)):
            return self._with_inline(mark, edit.value, in_brackets=in_brackets)
        first, behind = self._lines(path)
        head = self._plain_row(mark.start[0] if mark.style in _BLOCK_TEXT else self._key_row(mark))
        if mark.style in _BLOCK_TEXT:
            depth = self._text_depth(mark, behind)
            before = head[: mark.start[1]]
            rendered = rows_of_text(edit.value, depth) if isinstance(edit.value, str) else None
            if rendered is None:
                rendered = [in_one_line(edit.value, in_brackets=False)]
            return self._replaced(first, behind, [before + rendered[0], *rendered[1:]])
        if mark.key is None:
            raise UneditableError(edit, "unsure")
        before = head[: head.index(":", mark.key[1]) + 1]
        return self._replaced(self._key_row(mark), behind, rows_of_key(before, edit.value, mark.key[1]))

    def with_item(self, edit: AddItem) -> list[str]:
        path = _path(self.document.value, edit.at, edit)
        listed = _value(self.document.value, path)
        mark = self.document.marks[path]
        if not isinstance(listed, list):
            raise UneditableError(edit, "not_a_list")
        if mark.style == "[":
            items = [
                *(in_one_line(item, in_brackets=True) for item in listed),
                in_one_line(edit.value, in_brackets=True),
            ]
            if not listed:
                return self._spliced(mark.start, mark.end, f"[{items[-1]}]")
            end = self.document.marks[(*path, len(listed) - 1)].end
            return self._spliced(end, end, f", {items[-1]}")
        depth = mark.start[1]
        first, behind = self._lines((*path, len(listed) - 1))
        gap = [""] if first and len(listed) > 1 and not self._plain_row(first - 1).strip() else []
        return self._replaced(behind, behind, [*gap, *rows_of_item(edit.value, depth)])

    def without(self, edit: Remove) -> list[str]:
        path = _path(self.document.value, edit.at, edit)
        around = _value(self.document.value, path[:-1])
        mark, outer = self.document.marks[path], self.document.marks[path[:-1]]
        if len(around) == 1:
            bare: Any = [] if isinstance(around, list) else {}
            if path[:-1] == ():
                first, behind = self._lines(path)
                return self._replaced(first, behind, ["[]" if isinstance(around, list) else "{}"])
            return self.with_value(SetValue(edit.file, path[:-1], bare))
        if outer.style in _FLOW:
            steps = list(around) if isinstance(around, dict) else list(range(len(around)))
            at = steps.index(path[-1])
            if at:
                return self._spliced(self.document.marks[(*path[:-1], steps[at - 1])].end, mark.end, "")
            following = self.document.marks[(*path[:-1], steps[1])]
            return self._spliced(mark.key or mark.start, following.key or following.start, "")
        first, behind = self._lines(path)
        if mark.key is not None and self._plain_row(first)[: mark.key[1]].strip():
            raise UneditableError(edit, "first_key")
        is_parted = first and not self._plain_row(first - 1).strip()
        if is_parted and (behind >= len(self.rows) or not self._plain_row(behind).strip()):
            first -= 1
        return self._replaced(first, behind, [])

    def _with_key(self, around: KeyPath, key: str, edit: SetValue) -> list[str]:
        group = _value(self.document.value, around)
        mark = self.document.marks[around]
        if not isinstance(group, dict):
            raise UneditableError(edit, "gone")
        if mark.style == "{" and not group and around == ():
            head = single(key, in_brackets=False) + ":"
            return self._replaced(mark.start[0], mark.end[0] + 1, rows_of_key(head, edit.value, 0))
        if mark.style == "{":
            told = f"{single(key, in_brackets=True)}: {in_one_line(edit.value, in_brackets=True)}"
            if not group:
                return self._spliced(mark.start, mark.end, "{" + told + "}")
            end = self.document.marks[(*around, list(group)[-1])].end
            return self._spliced(end, end, f", {told}")
        last = self.document.marks[(*around, list(group)[-1])]
        assert last.key is not None
        _, behind = self._lines((*around, list(group)[-1]))
        head = " " * last.key[1] + single(key, in_brackets=False) + ":"
        return self._replaced(behind, behind, rows_of_key(head, edit.value, last.key[1]))

    def _with_inline(self, mark: Mark, value: Any, *, in_brackets: bool) -> list[str]:
        """Return the lines with a value in the place of one that stands between two signs."""
        if isinstance(value, str) and "\n" in value and not in_brackets and mark.key is not None:
            rendered = rows_of_text(value, mark.key[1] + 2)
            if rendered is not None:
                (first, column), (last, behind) = mark.start, mark.end
                tail = self._plain_row(last)[behind:].rstrip()
                head = self._plain_row(first)[:column]
                head += " " if head.endswith(":") else ""
                return self._replaced(first, last + 1, [head + rendered[0] + tail, *rendered[1:]])
        told = single(value, in_brackets=in_brackets, quote=mark.style) if is_single(value) else ""
        told = told or in_one_line(value, in_brackets=in_brackets)
        if mark.start == mark.end:
            told = f" {told}"
        return self._spliced(mark.start, mark.end, told)

    def _is_spread(self, mark: Mark) -> bool:
        return mark.style in {"-", ":"}

    def _in_brackets(self, path: KeyPath) -> bool:
        return any(self.document.marks[path[:length]].style in _FLOW for length in range(len(path)))

    def _plain_row(self, number: int) -> str:
        return plain_line(self.rows[number])

    def _key_row(self, mark: Mark) -> int:
        return mark.key[0] if mark.key is not None else mark.start[0]

    def _lines(self, path: KeyPath) -> tuple[int, int]:
        """Return the first line of what stands at a path, with its key or dash, and the one behind its last."""
        mark = self.document.marks[path]
        first = self._key_row(mark)
        if mark.key is None and path and self.document.marks[path[:-1]].style == "-":
            while first and not self._plain_row(first).lstrip().startswith("-"):
                first -= 1
        return first, self._behind(path)

    def _behind(self, path: KeyPath) -> int:
        mark = self.document.marks[path]
        if mark.style in _BLOCK_TEXT:
            behind = min(mark.end[0] + (1 if mark.end[1] else 0), len(self.rows))
            depth = self._text_depth(mark, behind)
            while behind > mark.start[0] + 1 and not (
                self._plain_row(behind - 1).strip() and _depth(self._plain_row(behind - 1)) >= depth
            ):
                behind -= 1
            return behind
        if mark.style in {"-", ":"}:
            value = _value(self.document.value, path)
            steps = list(value) if isinstance(value, dict) else list(range(len(value)))
            return max(self._behind((*path, step)) for step in steps)
        return mark.end[0] + 1

    def _text_depth(self, mark: Mark, behind: int) -> int:
        """Return how far a text of several lines stands in."""
        for number in range(mark.start[0] + 1, min(behind, len(self.rows))):
            if self._plain_row(number).strip():
                return _depth(self._plain_row(number))
        return _depth(self._plain_row(mark.start[0])) + 2

    def _replaced(self, first: int, behind: int, rows: list[str]) -> list[str]:
        ending = "\r" if self.rows and self.rows[0].endswith("\r") else ""
        changed = [*self.rows]
        if first == len(changed) and changed:
            # A file whose last line has no end.
            changed[-1] += ending
        new = [row + ending for row in rows]
        if behind >= len(changed) and ending and new:
            new[-1] = new[-1].removesuffix(ending)
        return [*changed[:first], *new, *changed[behind:]]

    def _spliced(self, start: tuple[int, int], end: tuple[int, int], told: str) -> list[str]:
        """Return the lines with `told` between two places."""
        (first, column), (last, behind) = start, end
        row = self._plain_row(first)[:column] + told + self._plain_row(last)[behind:]
        return self._replaced(first, last + 1, [row])


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip(" "))
