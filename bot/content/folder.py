"""Which files the folders of the content are to hold: a copy, a renamed file and one that nobody reads are told once.

A copy left beside a file would be eighty mistakes, each true and none of them the one to mend; so what is in it is not
read, and the one mistake says to delete it.
"""

import re
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from bot.content.reading import Mistakes, Where
from bot.content.release import files, raw
from bot.content.slips import decoded, plain_text

#: The files of `flows/` itself; each folder in it holds a flow, the rules of a scheme, or both.
FLOWS: Final = frozenset(
    f"flows/{name}"
    for name in (
        "ages.yaml asides.yaml authorities.yaml border.csv caravan.yaml claims.yaml edges.yaml facts.yaml "
        "follow_ups.yaml guide.yaml offices.yaml page.yaml phrases.yaml place_aliases.yaml place_words.yaml places.csv "
        "poster.yaml "
        "provinces.csv sayings.yaml schemes.yaml sheet.yaml sources.yaml statements.yaml style.yaml telegram.yaml "
        "whatsapp.yaml wishes.yaml"
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
