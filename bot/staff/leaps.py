"""An amount that leaps, asked of who typed it: what it was and becomes in words, and the edits that say it is meant.

What is asked stands for itself by a mark: a «yes» holds for the very figures that were shown, never for others that
somebody typed meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Connection

from bot.content.changes import AmountLeap, confirmed_days
from bot.content.files import Files
from bot.conversation.library import Library
from bot.message import Language
from bot.staff.editing import AddItem, Edit, SetValue, UneditableError, value_at
from bot.staff.forms import base_of
from bot.staff.titles import amount_titles
from bot.storage.staff import note


@dataclass(frozen=True, slots=True)
class LeapTold:
    """A leap as a page asks for it: of which scheme and amount, from which day, both values in words."""

    scheme: str
    name: str
    day: date
    before: str
    after: str


def leaps_told(leaps: Sequence[AmountLeap], library: Library, language: Language) -> list[LeapTold]:
    """Return leaps in the words of a language."""
    return [_told(one, library, language) for one in leaps]


def _told(leap: AmountLeap, library: Library, language: Language) -> LeapTold:
    scheme = library.schemes.get(leap.file.split("/")[1])
    before, after = (one.text().of(language) for one in leap.sides())
    name = amount_titles(library, language).get(leap.name, leap.name)
    return LeapTold(scheme.title.of(language) if scheme else leap.file, name, leap.day, before, after)


def mark_of_leaps(leaps: Sequence[AmountLeap]) -> str:
    """Return what stands for leaps as they were shown."""
    return base_of([(one.file, one.name, one.day.isoformat(), one.before, one.after) for one in leaps])


def note_leaps(at: Connection, leaps: Sequence[AmountLeap], who: str, now: float) -> None:
    """Note in the log that somebody confirmed leaps, each with its figures."""
    for one in leaps:
        note(at, who, "leap_confirmed", f"{one.name} {one.day}: {one.before:,.10g} → {one.after:,.10g}", now)


def confirming_edits(files: Files, leaps: Sequence[AmountLeap]) -> Iterator[Edit]:
    """Yield what says in files that leaps are meant; nothing for a day that is confirmed already."""
    ordered = sorted(leaps, key=lambda one: (one.file, one.name, one.day))
    for (file, name), of_amount in groupby(ordered, lambda one: (one.file, one.name)):
        known = confirmed_days(files[file], name)
        days = [one.day.isoformat() for one in of_amount if one.day not in known]
        at = ("amounts", name, "confirmed")
        if not days:
            continue
        if _stands(files[file], at):
            for day in days:
                yield AddItem(file, at, day)
        else:
            yield SetValue(file, at, days)


def _stands(held: bytes, at: tuple[str, ...]) -> bool:
    try:
        value_at(held, at)
    except UneditableError:
        return False
    return True
