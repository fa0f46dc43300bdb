"""Values written as lines of a content file, in the ways its writers use: below each other, in brackets, behind `|`.

Quotation marks stand where a value would else be read as something else; that is not reckoned out but tried.
"""

import json
from typing import Any

from bot.content.reading import Mistakes, read_text

#: Whole numbers from here on are written in groups of three.
_GROUPED = 10_000


def is_single(value: Any) -> bool:
    """Return whether a value is no list and no group."""
    return not isinstance(value, dict | list)


def rows_of_key(head: str, value: Any, depth: int) -> list[str]:
    """Return the lines of a key with its value, written below each other; `head` ends with the colon."""
    if isinstance(value, str) and "\n" in value and (rendered := rows_of_text(value, depth + 2)):
        return [f"{head} {rendered[0]}", *rendered[1:]]
    if isinstance(value, dict) and value and not _is_plain(value):
        rows = [head]
        for key, part in value.items():
            rows += rows_of_key(" " * (depth + 2) + single(str(key), in_brackets=False) + ":", part, depth + 2)
        return rows
    if isinstance(value, list) and value and not all(_is_short(item) for item in value):
        return [head, *(row for item in value for row in rows_of_item(item, depth + 2))]
    return [f"{head} {in_one_line(value, in_brackets=False)}"]


def _is_plain(value: dict[str, Any]) -> bool:
    """Return whether a group holds only names and numbers, and lists or groups of them: it stands in one line."""
    return all(
        _is_plain(part) if isinstance(part, dict) else all(map(_is_short, part if isinstance(part, list) else [part]))
        for part in value.values()
    )


def _is_short(item: Any) -> bool:
    """Return whether an item is a name or a number, of which many stand in one line."""
    return not isinstance(item, dict | list) and " " not in str(item) and "\n" not in str(item)


def rows_of_item(value: Any, depth: int) -> list[str]:
    """Return the lines of an item of a list."""
    if isinstance(value, dict) and value:
        rows: list[str] = []
        for key, part in value.items():
            rows += rows_of_key(" " * (depth + 2) + single(str(key), in_brackets=False) + ":", part, depth + 2)
        return [" " * depth + "- " + rows[0][depth + 2 :], *rows[1:]]
    if isinstance(value, str) and "\n" in value and (rendered := rows_of_text(value, depth + 2)):
        return [" " * depth + "- " + rendered[0], *rendered[1:]]
    return [" " * depth + "- " + in_one_line(value, in_brackets=False)]


def rows_of_text(value: str, depth: int) -> list[str] | None:
    """Return a text of several lines behind `|`; None where it cannot stand so."""
    lines = value.removesuffix("\n").split("\n")
    if not lines[0].strip() or lines[0].startswith(" ") or value.endswith("\n\n"):
        return None
    header = "|" if value.endswith("\n") else "|-"
    return [header, *(" " * depth + line if line else "" for line in lines)]


def in_one_line(value: Any, *, in_brackets: bool) -> str:
    """Return a value in one line."""
    if isinstance(value, dict):
        parts = (
            f"{single(str(key), in_brackets=True)}: {in_one_line(part, in_brackets=True)}"
            for key, part in value.items()
        )
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_one_line(part, in_brackets=True) for part in value) + "]"
    return single(value, in_brackets=in_brackets)


def single(value: Any, *, in_brackets: bool, quote: str = "") -> str:
    """Return a single value as it is written: in the quotation marks that were there, else in none if that is sure."""
    match value:
        case None:
            return "~"
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:_}" if abs(value) >= _GROUPED else str(value)
        case float():
            told = repr(value)
            # Three digits behind the point could be a group of thousands.
            return told + "0" if len(told.partition(".")[2]) == 3 and not told.startswith(("0.", "-0.")) else told
        case _:
            text = str(value)
    if quote not in {'"', "'"}:
        mistakes = Mistakes()
        tried = read_text("", f"[{text}]" if in_brackets else f"a: {text}", mistakes)
        held = tried.value if tried and not mistakes.errors else None
        if text and held == ([text] if in_brackets else {"a": text}) and "\n" not in text:
            return text
    if quote == "'" and "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)
