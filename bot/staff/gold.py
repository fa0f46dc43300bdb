"""How well the gold questions are understood, register by register, before and after an edit.

What was measured of one way of learning is told with a mark of it: of a draft, only the side that is new is measured.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.content.files import Files
from bot.content.library import phrasings_of
from bot.content.releases import release_name
from bot.conversation.library import Library
from bot.faq.measuring import Gold, figures, judged

#: The share right at first by register, in percent, by a mark of what was learnt.
Figured = Mapping[str, Mapping[str, float]]
NO_FIGURES: Final[Figured] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GoldRegister:
    """How well the gold questions of a register are understood, before and after, in percent right at first."""

    register: str
    before: float
    after: float


def read_gold(folder: Path) -> Iterator[Gold]:
    """Yield the gold questions of a folder: ours first, then what is not ours."""
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        yield Gold(one["text"], one["register"], frozenset([one["entry"], *one.get("also", [])]))
    for line in (folder / "gold_off_topic.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        yield Gold(one["text"], one["register"], frozenset())


def gold_beside(root: Path) -> list[Gold]:
    """Return the gold questions that lie with the content and are ours, none where no file holds them."""
    folder = root / "tests" / "faq"
    return [one for one in read_gold(folder) if one.entries] if (folder / "gold.jsonl").is_file() else []


def measured(files: Files, library: Library, gold: Sequence[Gold], known: Figured) -> tuple[str, dict[str, float]]:
    """Return a mark of what files have learnt and the gold questions, and how many are right at first by register."""
    learning = {name: files[name] for name in ("faq/lexicon.yaml", "faq/calibration.yaml") if name in files}
    taught = repr((phrasings_of(library.entries.values()), gold))
    mark = release_name({**learning, "taught": taught.encode()})
    if mark in known:
        return mark, dict(known[mark])
    one_by_one = judged(gold, library.matcher)
    found = {
        register: figures([one for one in one_by_one if one.gold.register == register]).top_1 or 0.0
        for register in sorted({one.register for one in gold if one.entries})
    }
    return mark, found
