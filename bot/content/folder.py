"""Which files the folders of the content are to hold, and the names that the files give to their parts.

A copy left beside a file would be eighty mistakes, each true and none of them the one to mend; so what is in it is not
read, and the one mistake says to delete it. Whoever refers to a part with a mistake in it makes no mistake of their
own: so names are looked for line by line, without reading the file.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from bot.content.files import decoded, files, plain_text, raw, subjects
from bot.content.reading import Mistakes, Where
from bot.content.remembering import once

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
        held = raw(path)
        return once(("plain", held), lambda: plain_text(decoded(held) or held.decode("utf-8", "replace")))
    except OSError:
        return ""


#: The files of `flows/` itself; each folder in it holds a flow, the rules of a scheme, or both.
FLOWS: Final = frozenset(
    f"flows/{name}"
    for name in (
        "ages.yaml asides.yaml authorities.yaml border.csv caravan.yaml claims.yaml edges.yaml facts.yaml "
        "follow_ups.yaml guide.yaml listening.yaml offices.yaml page.yaml phrases.yaml "
        "place_aliases.yaml place_words.yaml places.csv poster.yaml provinces.csv "
        "sayings.yaml schemes.yaml sheet.yaml sources.yaml statements.yaml style.yaml telegram.yaml whatsapp.yaml "
        "wishes.yaml"
    ).split()
)
#: What a folder in `flows/` holds.
PARTS: Final = ("flow.yaml", "rules.yaml")
#: Files of `faq/` that hold no entries.
NOT_ENTRIES: Final = frozenset({"lexicon.yaml", "calibration.yaml", "mended.yaml"})
#: The kinds of mistakes told here.
FOLDER_KINDS: Final = frozenset({"file_copy", "file_renamed"})
#: The name of a folder of `flows/`, and of a file of `faq/` without its ending.
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
#: The subjects of other offices have ids that begin otherwise than their file.
_PREFIXES: Final = {"off": "off_topic"}
_ID = re.compile(r"^- +id: *[\"']?([a-z][\w-]*)\.", re.MULTILINE)
#: How much of a name is the same where it was written anew for another.
_ALIKE = 0.7


def check_folder(root: Path, mistakes: Mistakes) -> frozenset[str]:
    """Note each file that should not be there; return their names, which are to be passed over."""
    found = {path.relative_to(root).as_posix() for path in files(root)}
    spare: set[str] = set()
    for name in sorted(found):
        path = Path(name)
        expected, missing = _place(root, path, found)
        if expected is None or name == expected:
            continue
        spare.add(name)
        if not expected:
            mistakes.warn("file_unexpected", Where(name, 1))
        elif missing:
            mistakes.add("file_renamed", Where(name, 1), right=Path(expected).name)
            spare.add(expected)
        else:
            mistakes.add("file_copy", Where(name, 1), of=expected)
    return frozenset(spare)


def _place(root: Path, path: Path, found: set[str]) -> tuple[str | None, bool]:
    """Return which file a file is taken for, and whether that one is missing; None where it is what it should be.

    The file it is taken for is empty where it is like none.
    """
    name = path.as_posix()
    if path.parent == Path("faq"):
        if path.name in NOT_ENTRIES:
            return None, False
        owner = _owner(root / path)
        if owner is None:
            owner = _like(path.stem, [Path(each).stem for each in found if each.startswith("faq/") and each != name])
            return (None, False) if owner is None or NAME.fullmatch(path.stem) else (f"faq/{owner}.yaml", False)
        expected = f"faq/{owner}.yaml"
        return (None, False) if expected == name else (expected, expected not in found)
    if path.parent == Path("flows"):
        if name in FLOWS:
            return None, False
        missing = sorted(FLOWS - found)
        if like := _like(path.stem, [Path(each).stem for each in missing]):
            return next(each for each in missing if Path(each).stem == like), True
        like = _like(path.stem, [Path(each).stem for each in FLOWS])
        return (next(each for each in FLOWS if Path(each).stem == like) if like else ""), False
    folder = path.parent.name
    if path.name in PARTS and NAME.fullmatch(folder):
        return None, False
    folders = sorted({Path(each).parent.name for each in found if NAME.fullmatch(Path(each).parent.name)})
    if path.name in PARTS:
        like = _like(folder, folders)
        return (f"flows/{like}/{path.name}" if like else ""), False
    part = _like(path.stem, [Path(each).stem for each in PARTS])
    expected = f"{path.parent.as_posix()}/{part}.yaml" if part else ""
    return expected, bool(expected) and expected not in found


def _owner(path: Path) -> str | None:
    """Return the file that the entries of a file belong to by their ids; None where it has none that can be seen."""
    try:
        text = decoded(raw(path))
    except OSError:
        return None
    prefixes = Counter(_ID.findall(plain_text(text or "")))
    if not prefixes:
        return None
    first: str = prefixes.most_common(1)[0][0]
    return _PREFIXES.get(first, first)


def _like(name: str, others: list[str]) -> str | None:
    """Return which of the other names one was made from: it stands in it whole, or with a letter or two changed."""
    inside = [other for other in others if re.search(rf"(?<![a-z]){re.escape(other)}(?![a-z])", name.lower())]
    if inside:
        return max(inside, key=len)
    alike = get_close_matches(name.lower(), others, 1, _ALIKE)
    return next(iter(alike), None)
