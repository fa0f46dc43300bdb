"""Where a mistake of a draft is mended: the page of the staff room that its line belongs to, so that nobody seeks it.

What no form shows – flows, conditions, the lexicon – has no page: whoever writes files mends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bot.content.answers import MENDED
from bot.content.files import Files, decoded, plain_text
from bot.content.folder import NOT_ENTRIES
from bot.content.reading import ContentError, Mistakes, YamlDocument, read_text
from bot.staff.forms import OFFICES, STATIONS
from bot.staff.sentence_pages import FILES

#: Mistakes that examples of a changed amount mend, which are proposed on a page of their own.
_OF_EXAMPLES: Final = ("change_", "threshold_", "example_")
_SENTENCES: Final = frozenset(f"flows/{name}.yaml" for name in FILES)


@dataclass(frozen=True, slots=True)
class MendingPlace:
    """A page on which something can be mended, the word that leads there, and the id of what it is about."""

    address: str
    word: str
    about: str = ""


def mending_places(errors: Sequence[ContentError], files: Files) -> Mapping[ContentError, MendingPlace]:
    """Return where each mistake in some files is mended; one that no form reaches is left out."""

    @cache
    def document(name: str) -> YamlDocument | None:
        text = decoded(files.get(name, b""))
        return read_text(name, plain_text(text), Mistakes()) if text is not None else None

    found = ((one, _place(one, document(one.where.file))) for one in errors)
    return {one: place for one, place in found if place is not None}


def _place(error: ContentError, document: YamlDocument | None) -> MendingPlace | None:
    file = error.where.file
    if error.kind == "amount_leaps":
        return MendingPlace("#leaps", "mend_leap")
    if file.endswith("/rules.yaml"):
        if error.kind.startswith(_OF_EXAMPLES):
            return MendingPlace("/staff/examples", "to_examples")
        if document is not None and _top(document, error.where.line) == "amounts":
            return MendingPlace("/staff/amounts", "mend_amount")
        return None
    if file == STATIONS:
        return MendingPlace("/staff/stations", "mend_station")
    if document is None:
        return None
    at = _top(document, error.where.line)
    if file == MENDED and isinstance(document.value, dict):
        entry = str(document.value.get(at, ""))
        return MendingPlace(f"/staff/content/{entry}", "mend_answer", entry) if entry else None
    if file.startswith("faq/") and file.removeprefix("faq/") not in NOT_ENTRIES and (id_ := _id(document, at)):
        return MendingPlace(f"/staff/content/{id_}", "mend_answer", id_)
    if file == OFFICES and (id_ := _id(document, at)):
        return MendingPlace(f"/staff/offices/{id_}", "mend_office", id_)
    if file in _SENTENCES and at is not None:
        name = file.removeprefix("flows/").removesuffix(".yaml")
        return MendingPlace(f"/staff/sentences/{name}/{at}", "mend_sentence")
    return None


def _top(document: YamlDocument, line: int) -> str | int | None:
    """Return the key or the number of what stands at the top of a file around a line."""
    above = [(begun, path[0]) for path, begun in document.lines.items() if len(path) == 1 and begun <= line]
    return max(above, key=lambda one: one[0])[1] if above else None


def _id(document: YamlDocument, at: str | int | None) -> str:
    listed: Any = document.value
    item = listed[at] if isinstance(listed, list) and isinstance(at, int) else None
    return str(item.get("id") or "") if isinstance(item, dict) else ""
