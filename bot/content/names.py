"""The names that content files give to their parts, found also where a part, or its whole file, is written wrongly.

Whoever refers to a part with a mistake in it makes no mistake of their own: a writer is told of each mistake once. So
names are looked for line by line, without reading the file.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.content.release import raw, subjects
from bot.content.slips import decoded, plain_text

_TOP = re.compile(r"^([\w.-]+):", re.MULTILINE)
_AMOUNTS = re.compile(r"^amounts:[^\n]*\n((?:[ #][^\n]*\n|\n)*)", re.MULTILINE)
_INSIDE = re.compile(r"^  ([\w.-]+):", re.MULTILINE)
_ENTRY = re.compile(r"^(?:- |  )id: *[\"']?([\w.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ContentNames:
    """Every name there is; a kind of which there is none could not be looked at."""

    facts: frozenset[str]
    schemes: frozenset[str]
    amounts: frozenset[str]
    sources: frozenset[str]
    authorities: frozenset[str]
    statements: frozenset[str]
    flows: frozenset[str]
    entries: frozenset[str]


def named(root: Path) -> ContentNames:
    """Return the names in the content of `root`."""
    flows = root / "flows"
    rules = [_text(path) for path in flows.glob("*/rules.yaml")]
    return ContentNames(
        facts=_top(flows / "facts.yaml"),
        schemes=frozenset(path.parent.name for path in flows.glob("*/rules.yaml")),
        amounts=frozenset(name for text in rules for part in _AMOUNTS.findall(text) for name in _INSIDE.findall(part)),
        sources=_top(flows / "sources.yaml"),
        authorities=_top(flows / "authorities.yaml"),
        statements=_top(flows / "statements.yaml"),
        flows=frozenset(path.parent.name for path in flows.glob("*/flow.yaml")),
        entries=frozenset(name for path in subjects(root) for name in _ENTRY.findall(_text(path))),
    )


def _top(path: Path) -> frozenset[str]:
    return frozenset(_TOP.findall(_text(path)))


def _text(path: Path) -> str:
    try:
        return plain_text(decoded(held := raw(path)) or held.decode("utf-8", "replace"))
    except OSError:
        return ""
