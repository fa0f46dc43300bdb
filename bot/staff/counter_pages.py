"""The pages of the counter: the sheet of a code as it was given, and what the office made of it.

A code stands in no address: it would be kept by browsers and logs. Whoever types wrong ones waits, as in the chat; a
wrong one, and one whose year is over, are answered alike.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final, cast

from sqlalchemy import Connection
from starlette.responses import Response

from bot.channels.printing import Printer, read_sheet_words
from bot.channels.text import needed
from bot.conversation.codes import SHEET_LETTERS, CounterMark, changes_since, spelled, typed_code
from bot.language.dates import moroccan_day
from bot.language.wording import listed
from bot.message import MAIN, Document, Text
from bot.staff.frame import Frame, Visit, harmless
from bot.storage.codes import KeptSheet, count_try, kept_sheet, mark_sheet, may_try
from bot.storage.staff import note

#: Wrong codes that one of the staff may type in an hour: a hurried clerk's, and of 2.6 × 10¹⁰ next to none.
_MOST_TRIES: Final = 20
#: Characters of what is noted: it stands in a message.
_LONGEST_NOTE: Final = 300
#: What staff may note, and whether it needs to say more.
_MARKS: Final[Mapping[str, bool]] = {"came": False, "complete": False, "missing": True, "elsewhere": True}


class CounterPages:
    """The answers to requests about sheets."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame

    async def asked(self, visit: Visit) -> Response:
        """Show the field in which a code is typed."""
        return self._page(visit)

    async def sheet(self, visit: Visit) -> Response:
        """Show the sheet of a code as it was given."""
        found = await self._found(visit)
        return self._page(visit, 200, "", found) if isinstance(found, KeptSheet) else self._refused(visit, found)

    async def pdf(self, visit: Visit) -> Response:
        """Give the sheet of a code as it was printed."""
        found = await self._found(visit)
        if not isinstance(found, KeptSheet):
            return self._refused(visit, found)
        printer = Printer(needed(read_sheet_words, self._frame.parts.root), self._frame.parts.site)
        drawn = await asyncio.to_thread(printer.pdf, Document("sheet", "dalil.pdf", found.sheet.told))
        headers = {"Content-Disposition": 'attachment; filename="dalil.pdf"'}
        return Response(drawn, headers=headers, media_type="application/pdf")

    async def mark(self, visit: Visit) -> Response:
        """Note what the office made of a sheet; what is missing, and where somebody was sent, has to be said."""
        found = await self._found(visit)
        if not isinstance(found, KeptSheet):
            return self._refused(visit, found)
        fields, mark = visit.fields, visit.fields.get("mark", "")
        if mark not in _MARKS:
            return self._page(visit, 422, "counter_which", found)
        told = _note(mark, fields, json.loads(found.sheet.told))
        if _MARKS[mark] and not told:
            return self._page(visit, 422, f"counter_{mark}_what", found)
        if len(told) > _LONGEST_NOTE:
            return self._page(visit, 422, "counter_long", found)
        code = _code(visit)

        def noted(at: Connection) -> KeptSheet | None:
            mark_sheet(at, code, cast("CounterMark", mark), told, visit.who, visit.now)
            note(at, visit.who, f"sheet_{mark}", spelled(code), visit.now)
            return kept_sheet(at, code, visit.now)

        return self._page(visit, 200, "counter_noted", await self._frame.parts.store.write(noted))

    async def _found(self, visit: Visit) -> KeptSheet | str:
        """Return the sheet of the code that was typed, else the word of what is to be said."""
        code, who = _code(visit), f"staff:{visit.who}"
        if not code:
            return "counter_shape"

        def looked(at: Connection) -> KeptSheet | str | None:
            if not may_try(at, who, visit.now, _MOST_TRIES):
                return "counter_wait"
            return kept_sheet(at, code, visit.now)

        found = await self._frame.parts.store.read(looked)
        if found is None:
            await self._frame.parts.store.write(lambda at: count_try(at, who, visit.now))
            return "counter_none"
        return found

    def _refused(self, visit: Visit, told: str) -> Response:
        status = {"counter_wait": 429, "counter_none": 404}.get(told, 422)
        return self._page(visit, status, told)

    def _page(self, visit: Visit, status: int = 200, told: str = "", found: KeptSheet | None = None) -> Response:
        values: dict[str, Any] = {"told": told, "found": found, "typed": visit.fields.get("sheet", "")[:40]}
        if found is not None:
            library, today = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
            sheet = json.loads(found.sheet.told)
            changes = [line.of(visit.language) for line in changes_since(sheet, library, today)]
            values |= {
                "code": spelled(_code(visit)),
                "sheet": sheet,
                "changes": changes,
                "papers": _papers(sheet),
                "offices": sorted({office.name.of(sheet["language"]) for office in library.offices}),
            }
        return self._frame.page(visit, "counter.html", status, here="/staff/counter", **values)


def _code(visit: Visit) -> str:
    """Return the code of a sheet that was typed, empty where it cannot be one."""
    typed = typed_code(visit.fields.get("sheet", ""))
    return typed.code if typed is not None and len(typed.code) == SHEET_LETTERS else ""


def _papers(sheet: Mapping[str, Any]) -> list[str]:
    """Return the papers that stand on a sheet, each once."""
    return list(dict.fromkeys(paper for scheme in sheet["schemes"] for paper in scheme["papers"]))


def _note(mark: str, fields: Mapping[str, str], sheet: Mapping[str, Any]) -> str:
    """Return what is noted beside a mark: the papers ticked, then what was written; one line, nothing that turns it."""
    if not _MARKS[mark]:
        return ""
    ticked = [paper for place, paper in enumerate(_papers(sheet)) if f"paper_{place}" in fields]
    written = " ".join(harmless(fields.get(f"{mark}_note", "")).split())
    noted = [*(ticked if mark == "missing" else []), *([written] if written else [])]
    return listed([Text({MAIN: one}) for one in noted]).of(sheet["language"]) if noted else ""
