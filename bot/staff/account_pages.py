"""The pages about oneself and about the others: password, one-time codes, accounts, what was done."""

import io
from typing import Any, Final

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from bot.staff.accounts import is_password, mark_of, new_totp, totp_address, totp_step
from bot.staff.frame import ADVISERS, EDITORS, Frame, Visit, our_path
from bot.staff.titles import audit_told, titles_of
from bot.storage.staff import accounts, audit, end_session, sessions_open, set_totp

#: Lines of the audit on a page.
_LINES: Final = 100


class AccountPages:
    """The answers to requests about accounts."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame

    async def home(self, visit: Visit) -> Response:
        """Lead to what somebody is here for."""
        return RedirectResponse(first_page(visit), 303)

    async def sign_out(self, visit: Visit) -> Response:
        """End the session."""
        mark = mark_of(self._frame.secret(visit.request))
        await self._frame.parts.store.write(lambda at: end_session(at, mark, visit.who, visit.now))
        response = self._frame.sign_in(visit.request, told="signed_out")
        self._frame.keep_secret(visit.request, response, "")
        return response

    async def language(self, visit: Visit) -> Response:
        """Show the pages in the other language from now on."""
        response = RedirectResponse(our_path(visit.fields.get("to", "")), 303)
        self._frame.keep_language(visit.request, response, visit.fields.get("language", ""))
        return response

    async def me(self, visit: Visit) -> Response:
        """Show what somebody can change of their own account."""
        return self._me(visit)

    def _me(self, visit: Visit, status: int = 200, told: str = "", secret: str = "") -> Response:
        secret = secret or new_totp()
        gazetteer = self._frame.parts.library().gazetteer
        regions = [gazetteer.region(number).name.of(visit.language) for number in visit.session.regions]
        return self._frame.page(
            visit, "me.html", status, told=told, secret=secret, drawn=_drawn(totp_address(secret, visit.who)),
            here="/staff/me", regions=regions,
        )  # fmt: skip

    async def change_password(self, visit: Visit) -> Response:
        """Give somebody another password; they sign in again with it."""
        old, new = visit.fields.get("old", ""), visit.fields.get("new", "")
        if not is_password(new):
            return self._me(visit, 422, "password_short")
        if not await self._frame.door.change_password(visit.who, old, new, visit.now):
            return self._me(visit, 422, "password_wrong")
        return self._ended(visit, "password_changed")

    async def change_codes(self, visit: Visit) -> Response:
        """Have codes asked for once the first one is right; or none any more."""
        secret: str | None = visit.fields.get("secret", "")
        if visit.fields.get("off"):
            secret = None
        elif not _is_secret(secret or "") or totp_step(secret or "", visit.fields.get("code", ""), visit.now) is None:
            return self._me(visit, 422, "code_wrong", secret if secret and _is_secret(secret) else "")
        await self._frame.parts.store.write(lambda at: set_totp(at, visit.who, secret, visit.who, visit.now))
        return self._ended(visit, "codes_off" if secret is None else "codes_on")

    def _ended(self, visit: Visit, told: str) -> Response:
        response = self._frame.sign_in(visit.request, told=told, name=visit.who)
        self._frame.keep_secret(visit.request, response, "")
        return response

    async def listed(self, visit: Visit) -> Response:
        """Show who may come in."""
        listed, sessions = await self._frame.parts.store.read(lambda at: (accounts(at), sessions_open(at)))
        gazetteer = self._frame.parts.library().gazetteer
        numbers = {number for one in listed for number in one.regions}
        names = {number: gazetteer.region(number).name.of(visit.language) for number in numbers}
        return self._frame.page(visit, "accounts.html", accounts=listed, sessions=sessions, names=names)

    async def audited(self, visit: Visit) -> Response:
        """Show what was done, the latest first."""
        told = visit.query("before")
        before = int(told) if told.isdecimal() and len(told) < 18 else None
        lines = await self._frame.parts.store.read(lambda at: audit(at, before, _LINES))
        library, words = self._frame.parts.library(), self._frame.words(visit.language)
        titles = titles_of(library, visit.language)
        told_lines = {one.id: audit_told(one.did, one.about, titles, words) for one in lines}
        shown: dict[str, Any] = {"lines": lines, "told": told_lines, "has_more": len(lines) == _LINES}
        return self._frame.page(visit, "audit.html", **shown)


def first_page(visit: Visit) -> str:
    """Return the page that somebody is here for, by their role."""
    if visit.session.role in ADVISERS:
        return "/staff/cases"
    return "/staff/questions" if visit.session.role in EDITORS else "/staff/me"


def _is_secret(told: str) -> bool:
    return len(told) == 32 and all(sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for sign in told)


def _drawn(address: str) -> Markup:
    """Return an address as a picture to scan, without a style of its own: the page's policy allows none."""
    out = io.BytesIO()
    segno.make(address).save(out, kind="svg", xmldecl=False, svgns=True, scale=5, omitsize=False, border=2)
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us of an escaped address
