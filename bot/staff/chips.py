"""The names in braces that texts may hold: what each stands for, and which of a text are broken.

On a page each is a chip with its value (`static/chips.js`); without a script it is `{name}`, as in the files.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final

from bot.content.files import plain_line
from bot.conversation.library import Library
from bot.eligibility.amounts import in_centimes
from bot.message import LANGUAGES, Language, Text, joined

#: A name in braces, or a brace that has lost its other one.
_BRACED: Final = re.compile(r"\{[^{}\n]*\}|\{[a-z0-9_]*|[a-z0-9_]*\}|[{}]")
#: Longest value on a chip, in characters, and how alike the name that is offered for a broken one must be.
_LABEL: Final = 40
_ALIKE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Chip:
    """A name that a text may hold, what it stands for today, and what it is called: of an amount, with its scheme."""

    name: str
    value: Text
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class BrokenName:
    """What stands in braces and is no name, and the name that is nearest; empty where none is near."""

    told: str
    nearest: str


def chips(library: Library, on: date) -> list[Chip]:
    """Return what an answer may name: the amounts of the schemes, then the statements and the stations."""
    words = library.amounts(on)
    titles = {
        str(one.name): joined(one.title, scheme.title, by=" · ")
        for scheme in library.schemes.values()
        for one in scheme.amounts
    }
    titles |= {in_centimes(name): title for name, title in titles.items()}
    told = [Chip(name, _short(words[name]), title) for name, title in titles.items() if name in words]
    return [*told, *(Chip(name, _short(text)) for name, text in words.items() if name not in titles)]


def named_in(texts: Iterable[str], offered: Iterable[Chip]) -> list[Chip]:
    """Return the chips that stand in one of the texts."""
    whole = "\n".join(texts)
    return [one for one in offered if "{" + one.name + "}" in whole]


def broken_names(text: str, known: Collection[str]) -> list[BrokenName]:
    """Return what stands in braces in a text and is none of the names known, in its order."""
    broken: list[BrokenName] = []
    for found in _BRACED.findall("\n".join(map(plain_line, text.split("\n")))):
        inner = found.strip("{}").strip()
        if found == "{" + inner + "}" and inner in known:
            continue
        near = get_close_matches(inner.lower(), known, 1, _ALIKE) if inner else []
        broken.append(BrokenName(found, near[0] if near else ""))
    return broken


def labels(offered: Iterable[Chip]) -> Mapping[str, Mapping[Language, str]]:
    """Return what each chip shows, no two the same in a language: where values are, what it is called stands beside."""
    found: dict[str, dict[Language, str]] = {}
    taken: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    for one in offered:
        found[one.name] = {}
        for language in LANGUAGES:
            label = one.value.of(language)
            if label in taken[language] and one.title is not None:
                label = f"{label} · {one.title.of(language)}"
            if label in taken[language]:
                label = f"{label} · {one.name}"
            taken[language].add(label)
            found[one.name][language] = label
    return found


def _short(text: Text) -> Text:
    """Return a text as a chip shows it: on one line, without braces, not longer than a line of a phone."""

    def cut(told: str) -> str:
        flat = " ".join(told.replace("{", "").replace("}", "").split())
        return flat if len(flat) <= _LABEL else flat[: _LABEL - 1].rstrip() + "…"

    return text.changed(cut)
