"""Drafts: edits that wait to be published, what they change in words, and whether they still fit the files.

A draft is a list of edits, each with what stood there when it was made. So a second editor, or a hand at the files, is
seen however it was saved: what stands there now is neither what the editor saw nor what is wanted. Drafts are files in
a folder of the staff room; nothing of them is live.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.content.answers import MENDED
from bot.content.files import Files, decoded, plain_text
from bot.content.reading import Mistakes, read_text
from bot.staff.editing import AddItem, Edit, Remove, SetValue, Spot, UneditableError, edited, value_at

#: Of what is not there nothing is told; `None` can stand in a file.
_NOTHING: Final = "\0"
#: A file that is not there yet: of entries, of mended questions.
_EMPTY: Final = (b"[]\n", b"{}\n")
_KINDS: Final[Mapping[str, type[SetValue] | type[AddItem] | type[Remove]]] = {
    "set": SetValue,
    "add": AddItem,
    "remove": Remove,
}


#: Groups of a file whose parts are what a change is about.
GROUPS: Final = frozenset({"amounts", "requires", "stations", "kinds"})


@dataclass(frozen=True, slots=True)
class DraftedEdit:
    """One edit of a draft, and what stood there when it was made; `_NOTHING` where nothing did."""

    edit: Edit
    was: Any = _NOTHING


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits that wait to be published; of law and money a second person, not the author, has to approve."""

    number: int
    author: str
    why: str
    made: datetime
    edits: tuple[DraftedEdit, ...] = ()
    approved_by: str = ""
    #: Who else than the author agreed that some register is understood worse, and why; empty where nobody did.
    worse_allowed_by: str = ""
    worse_why: str = ""


@dataclass(frozen=True, slots=True)
class EditConflict:
    """An edit whose place has changed since it was made: what was seen, what stands there now, what is wanted."""

    edit: Edit
    seen: Any
    now: Any
    wanted: Any


class ConflictError(Exception):
    """A draft that does not fit the files as they are."""

    def __init__(self, conflicts: Sequence[EditConflict]) -> None:
        super().__init__("; ".join(f"{one.edit.file} {'/'.join(map(str, one.edit.at))}" for one in conflicts))
        self.conflicts = tuple(conflicts)


class NoSuchDraftError(Exception):
    """There is no draft of that number."""


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One thing that is different: in which file, of what (an id), which key, before and after; None for nothing."""

    file: str
    about: str
    key: str
    before: Any
    after: Any


class Drafts:
    """The drafts in a folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "drafts"

    def listed(self) -> list[Draft]:
        """Return every draft, the oldest first."""
        found = [int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdecimal()]
        return [self.get(number) for number in sorted(found)]

    def mine(self, who: str) -> Draft | None:
        """Return the draft that somebody is at, the latest of theirs."""
        return next((one for one in reversed(self.listed()) if one.author == who), None)

    def get(self, number: int) -> Draft:
        """Return the draft of a number; raise `NoSuchDraftError`."""
        try:
            return _read(json.loads((self._folder / f"{number}.json").read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            raise NoSuchDraftError(number) from None

    def begin(self, author: str, why: str, now: datetime) -> Draft:
        """Make an empty draft and return it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        last = self._folder / "last"
        # A number is given once, also when its draft is published or dropped.
        number = int(last.read_text()) + 1 if last.is_file() else 1
        while True:
            draft = Draft(number, author, why, now)
            try:
                # Two who begin at once have two numbers.
                (self._folder / f"{number}.json").open("x").close()
            except FileExistsError:
                number += 1
                continue
            last.write_text(str(number))
            self.keep(draft)
            return draft

    def add(self, number: int, files: Files, edits: Sequence[Edit]) -> Draft:
        """Add edits to a draft, on the files as they are; return it. An approval given before no longer holds.

        Raise `UneditableError` where one fits nowhere, `ConflictError` where the draft as it was no longer fits.
        """
        draft = self.get(number)
        held = dict(applied_draft(files, draft))
        new: list[DraftedEdit] = []
        for edit in edits:
            was = _at(held.get(edit.file, b""), edit.at) if not isinstance(edit, AddItem) else _NOTHING
            held[edit.file] = edited(held.get(edit.file, _EMPTY[edit.file == MENDED]), [edit])
            new.append(DraftedEdit(edit, was))
        draft = replace(draft, edits=(*draft.edits, *new), approved_by="", worse_allowed_by="", worse_why="")
        self.keep(draft)
        return draft

    def approve(self, number: int, who: str) -> Draft:
        """Note that a second person read the draft; raise `PermissionError` where that is its author."""
        draft = self.get(number)
        if who == draft.author:
            raise PermissionError(who)
        draft = replace(draft, approved_by=who)
        self.keep(draft)
        return draft

    def allow_worse(self, number: int, who: str, why: str) -> Draft:
        """Note that a second person agrees to worse figures, and why; raise `PermissionError` for the author."""
        draft = self.get(number)
        if who == draft.author or not why.strip():
            raise PermissionError(who)
        draft = replace(draft, worse_allowed_by=who, worse_why=why.strip())
        self.keep(draft)
        return draft

    def keep(self, draft: Draft) -> None:
        """Write a draft, whole or not at all."""
        path = self._folder / f"{draft.number}.json"
        half = path.with_suffix(f".{os.getpid()}.half")
        half.write_text(json.dumps(_plain(draft), ensure_ascii=False, indent=1), "utf-8")
        half.replace(path)

    def drop(self, number: int) -> None:
        """Delete a draft; one that is gone already is."""
        (self._folder / f"{number}.json").unlink(missing_ok=True)


def applied_draft(files: Files, draft: Draft) -> Files:
    """Return the files with a draft's edits made; raise `ConflictError` with every edit that no longer fits."""
    held = dict(files)
    conflicts: list[EditConflict] = []
    for one in draft.edits:
        edit = one.edit
        wanted = None if isinstance(edit, Remove) else edit.value
        now = _at(held.get(edit.file, b""), edit.at)
        if isinstance(edit, AddItem):
            is_fit = isinstance(now, list) and not any(_is_same(item, edit.value) for item in now)
        else:
            is_fit = now == one.was
        if isinstance(edit, SetValue) and now == edit.value:
            # Somebody made the same edit: nothing is left to do.
            continue
        try:
            if not is_fit:
                raise UneditableError(edit, "gone")
            held[edit.file] = edited(held.get(edit.file, _EMPTY[edit.file == MENDED]), [edit])
        except UneditableError:
            conflicts.append(EditConflict(edit, one.was, now, wanted))
    if conflicts:
        raise ConflictError(conflicts)
    return held


def changes_between(before: Files, after: Files) -> list[ContentChange]:
    """Return what is different between two states of the files, by file and place."""
    changes: list[ContentChange] = []
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if not name.endswith(".yaml"):
            changes.append(ContentChange(name, name, "file", _NOTHING if old is None else "…", "…"))
            continue
        changes += _changes(name, _document(old), _document(new), "", ())
    return changes


def needs_second(changes: Sequence[ContentChange]) -> bool:
    """Return whether a change concerns law or money: then a second person has to approve it.

    Contacts, stations and phrasings are one person's; so are the words of an answer, as long as no figure, no name in
    braces, no day, source or certainty is another.
    """
    return any(_is_law(one) for one in changes)


def _is_law(change: ContentChange) -> bool:
    first = change.key.split("/")[0]
    if change.file in {"flows/offices.yaml", "flows/caravan.yaml", "flows/page.yaml", "flows/sheet.yaml", MENDED}:
        return False
    if not change.file.startswith("faq/"):
        return True
    if first in {"phrasings", "checked", "short", "see"}:
        return False
    if first in {"question", "answer", "more", "plain"}:
        return _figures(change.before) != _figures(change.after)
    return True


def _figures(value: Any) -> list[str]:
    """Return the figures and the names in braces of a text, in order."""
    text = str(value or "")
    figures: list[str] = []
    word = ""
    for sign in f"{text} ":
        if sign.isdecimal() or (word.startswith("{") and sign != "}") or sign == "{":
            word += sign
        elif word:
            figures.append(word)
            word = ""
        if sign == "%":
            figures.append(sign)
    return figures


def _changes(file: str, old: Any, new: Any, about: str, path: Spot) -> Iterator[ContentChange]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*old, *(key for key in new if key not in old)):
            if not about and not path and key in GROUPS:
                yield from _changes(file, old.get(key), new.get(key), "", ())
                continue
            inside = about or (key if not path else "")
            below = path if about == "" and not path else (*path, key)
            yield from _changes(file, old.get(key), new.get(key), inside, below)
        return
    if isinstance(old, list) and isinstance(new, list):
        names = {_name(item): item for item in old}
        others = {_name(item): item for item in new}
        for name in (*names, *(name for name in others if name not in names)):
            inside = about or name
            yield from _changes(file, names.get(name), others.get(name), inside, path)
        return
    yield ContentChange(
        file, about or file, "/".join(map(str, path)) or ("mended" if file == MENDED else "entry"), old, new
    )


def _name(item: Any) -> str:
    if isinstance(item, dict):
        city = item.get("city")
        town = str(city.get("ar")) if isinstance(city, dict) else ""
        return str(item.get("id") or (f"{town} {item.get('on') or ''}".strip() if town else _short(item)))
    return str(item)


def _document(held: bytes | None) -> Any:
    text = decoded(held) if held is not None else None
    document = read_text("", plain_text(text), Mistakes()) if text is not None else None
    return document.value if document else None


def _at(held: bytes, at: Spot) -> Any:
    try:
        return value_at(held, at)
    except UneditableError:
        return _NOTHING


def _is_same(item: Any, value: Any) -> bool:
    if isinstance(item, dict) and isinstance(value, dict) and "id" in value:
        return bool(item.get("id") == value["id"])
    return bool(item == value)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.replace("\0", "").split())


def _plain(draft: Draft) -> dict[str, Any]:
    edits = [
        {
            "kind": next(kind for kind, shape in _KINDS.items() if isinstance(one.edit, shape)),
            "file": one.edit.file,
            "at": list(one.edit.at),
            "value": None if isinstance(one.edit, Remove) else one.edit.value,
            "was": one.was,
        }
        for one in draft.edits
    ]
    return {
        "number": draft.number,
        "author": draft.author,
        "why": draft.why,
        "made": draft.made.isoformat(),
        "approved_by": draft.approved_by,
        "worse_allowed_by": draft.worse_allowed_by,
        "worse_why": draft.worse_why,
        "edits": edits,
    }


def _read(plain: dict[str, Any]) -> Draft:
    edits: list[DraftedEdit] = []
    for one in plain["edits"]:
        at = tuple(one["at"])
        if one["kind"] == "remove":
            edit: Edit = Remove(one["file"], at)
        else:
            edit = (SetValue if one["kind"] == "set" else AddItem)(one["file"], at, one["value"])
        edits.append(DraftedEdit(edit, one["was"]))
    made = datetime.fromisoformat(plain["made"])
    worse = plain.get("worse_allowed_by", ""), plain.get("worse_why", "")
    return Draft(plain["number"], plain["author"], plain["why"], made, tuple(edits), plain["approved_by"], *worse)
