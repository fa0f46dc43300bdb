"""Mistakes put into a copy of the content, and the lines they then stand on."""

from pathlib import Path


def spoiled(root: Path, file: str, old: str, new: str, after: str = "") -> int:
    """Put `new` in the place of the first `old` behind `after`; return the line on which what is new begins."""
    path = root / file
    text = path.read_text("utf-8")
    start = text.index(old, text.index(after) if after else 0)
    path.write_text(text[:start] + new + text[start + len(old) :], "utf-8")
    beginning = start + len(new) - len(new.lstrip("\n"))
    return (text[:start] + new)[:beginning].count("\n") + 1


def line_of(root: Path, file: str, words: str, after: str = "") -> int:
    """Return the line on which `words` first stand behind `after`."""
    text = (root / file).read_text("utf-8")
    return text[: text.index(words, text.index(after) if after else 0)].count("\n") + 1
