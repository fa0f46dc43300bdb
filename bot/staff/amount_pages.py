"""The page on which amounts of the law are given another value from a day on: in the clerk's draft, never live at once.

What leaps is asked before it is taken, in words, with what it was: a nought too many makes ten.
"""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.content.changes import AmountLeap, leaps_made
from bot.content.files import Files
from bot.eligibility.edges import deciding_amounts
from bot.language.dates import moroccan_day
from bot.staff.editing import SetValue, UneditableError, edited
from bot.staff.forms import FormError, amount_edit, base_of
from bot.staff.frame import Visit
from bot.staff.leaps import confirming_edits, leaps_told, mark_of_leaps, note_leaps
from bot.staff.own_draft import OwnDraft


class AmountPages(OwnDraft):
    """The answers to requests about amounts."""

    async def amounts(self, visit: Visit) -> Response:
        """Show the amounts of the law by scheme and day."""
        return await self._amounts(visit, {})

    async def _amounts(
        self,
        visit: Visit,
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
        leaps: Sequence[AmountLeap] = (),
    ) -> Response:
        files, library = await self._files(visit.who), self._frame.parts.library()
        rendered = library.amounts(moroccan_day(self._frame.parts.now()))
        schemes = [
            (
                scheme_id,
                scheme.title.of(visit.language),
                [
                    (
                        str(one.name),
                        one.title.of(visit.language),
                        rendered[one.name].of(visit.language) if one.name in rendered else "",
                        one.since,
                    )
                    for one in scheme.amounts
                ],
            )
            for scheme_id, scheme in library.schemes.items()
        ]
        values: dict[str, Any] = {
            "schemes": schemes,
            "bases": {scheme: _rules_base(files, scheme) for scheme in library.schemes},
            "given": given,
            "told": told,
            "leaps": leaps_told(leaps, library, visit.language),
            "mark": mark_of_leaps(leaps),
        }
        return self._frame.page(visit, "amounts.html", status, **values)

    async def save_amount(self, visit: Visit) -> Response:
        """Put another value of an amount, from a day on, into the clerk's draft."""
        scheme, _, amount = visit.fields.get("amount", "").partition(" ")
        if not scheme:
            return await self._amounts(visit, visit.fields, 422, self._told(visit, "form_amount"))
        known = self._frame.parts.library().schemes.get(scheme)
        if known is None or amount not in {str(one.name) for one in known.amounts}:
            raise HTTPException(400)
        files = await self._files(visit.who)
        if visit.fields.get(f"base_{scheme}") != _rules_base(files, scheme):
            return await self._amounts(visit, visit.fields, 409, self._told(visit, "form_meanwhile"))
        leaps: list[AmountLeap] = []
        try:
            edit = amount_edit(scheme, amount, visit.fields)
            held, leaps = await asyncio.to_thread(_leaps, files, edit)
            if leaps and visit.fields.get("leap") != mark_of_leaps(leaps):
                return await self._amounts(visit, visit.fields, 422, self._told(visit, "leap_asked"), leaps)
            told = self._told(visit, await self._saved(visit, amount, [edit, *confirming_edits(held, leaps)]))
        except FormError as error:
            told = self._told(visit, error.why, **error.values)
        except UneditableError:
            told = self._told(visit, "form_unsure")
        if told:
            return await self._amounts(visit, visit.fields, 422, told)
        if leaps:
            await self._frame.parts.store.write(lambda at: note_leaps(at, leaps, visit.who, visit.now))
        # What decides something wants an example of the old amount and one of the new.
        decides = amount in deciding_amounts(known)
        return RedirectResponse("/staff/examples" if decides else "/staff/drafts/mine", 303)


def _leaps(files: Files, edit: SetValue) -> tuple[Files, list[AmountLeap]]:
    """Return the file of an amount with an edit of it made, and what leaps there that did not before."""
    held = {edit.file: edited(files[edit.file], [edit])}
    return held, leaps_made({edit.file: files[edit.file]}, held)


def _rules_base(files: Files, scheme: str) -> str:
    """Return what stands for the rules of a scheme as a form of theirs showed them."""
    return base_of(sha256(files.get(f"flows/{scheme}/rules.yaml", b"")).hexdigest())
