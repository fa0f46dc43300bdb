"""What a clerk's forms stand on: the files with their own draft applied, and how what is typed gets into it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from bot.content.files import Files, files_read
from bot.staff.drafts import ConflictError, Draft, Drafts, applied_draft
from bot.staff.editing import Edit, UneditableError, value_at
from bot.staff.forms import FormError
from bot.staff.frame import Frame, Visit, filled


class OwnDraft:
    """Somebody's own draft, as the pages of the content see and fill it."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._drafts = Drafts(frame.parts.folder)

    def _mine(self, who: str) -> Draft | None:
        """Return the draft that somebody is at."""
        return next((one for one in reversed(self._drafts.listed()) if one.author == who), None)

    async def _files(self, who: str) -> Files:
        """Return the files with somebody's draft applied; as they are, where it no longer fits them."""

        def read() -> Files:
            files, mine = files_read(self._frame.parts.root), self._mine(who)
            try:
                return applied_draft(files, mine) if mine is not None else files
            except ConflictError:
                return files

        return await asyncio.to_thread(read)

    async def _saved(self, visit: Visit, why: str, edits: Sequence[Edit]) -> str:
        """Add edits to somebody's draft, beginning one; return the word of what keeps them out, empty where nothing."""

        def save() -> str:
            mine = self._mine(visit.who) or self._drafts.begin(visit.who, why, self._frame.parts.now())
            try:
                self._drafts.add(mine.number, files_read(self._frame.parts.root), edits)
            except UneditableError:
                return "form_unsure"
            except ConflictError:
                return "form_conflict"
            return ""

        return await asyncio.to_thread(save) if edits else "form_same"

    async def _take(
        self, visit: Visit, why: str, edits: Callable[[], Sequence[Edit]], shown: Callable[[str], Response]
    ) -> Response:
        """Save the edits of a form; `shown` draws the form again, with what was typed, beside what is wrong."""
        try:
            told = self._told(visit, await self._saved(visit, why, edits()))
        except FormError as error:
            told = self._told(visit, error.why, **error.values)
        return shown(told) if told else RedirectResponse("/staff/drafts/mine", 303)

    def _told(self, visit: Visit, word: str, **values: str) -> str:
        """Return the sentence of a word; nothing for none."""
        return filled(self._frame.words(visit.language)[word], **values) if word else ""

    async def _raw(self, visit: Visit, file: str, at: tuple[str | int, ...]) -> Any:
        """Return what stands at a place of a file with the clerk's draft applied; None where nothing does."""
        held = (await self._files(visit.who)).get(file)
        try:
            return None if held is None else await asyncio.to_thread(value_at, held, at)
        except UneditableError:
            return None
