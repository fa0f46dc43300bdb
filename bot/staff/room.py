"""The staff room as it is served: one table of routes, each with who may use it, and the door.

Add no route beside the table: the tests walk it, with every role and without the form's token.
"""

import errno
import logging
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.recordings import MOST_BYTES
from bot.channels.web.assets import served
from bot.channels.web.guards import Guarded, KnownHost, form, is_from_our_page
from bot.staff.account_pages import AccountPages
from bot.staff.accounts import SignInRefused, csrf_of
from bot.staff.amount_pages import AmountPages
from bot.staff.case_pages import CasePages
from bot.staff.content_pages import ContentPages
from bot.staff.counter_pages import CounterPages
from bot.staff.draft_pages import DraftPages
from bot.staff.example_pages import ExamplePages
from bot.staff.figure_pages import FigurePages
from bot.staff.frame import (
    ADMINS,
    ADVISERS,
    ALL,
    EDITORS,
    LARGEST_FORM,
    MOST_FIELDS,
    PUBLISHERS,
    Frame,
    StaffParts,
    StaffRoute,
    Visit,
    form_kept,
    our_path,
)
from bot.staff.notice_pages import NoticePages
from bot.staff.question_pages import QuestionPages
from bot.staff.rule_pages import RulePages
from bot.staff.sentence_pages import SentencePages
from bot.staff.studio_pages import StudioPages, studio_headers
from bot.storage import StoreError
from bot.storage.staff import StaffSession, has_accounts

log: Final = logging.getLogger(__name__)


def routes(frame: Frame) -> tuple[StaffRoute, ...]:
    """Return every route that only staff may use, and who of them."""
    account = AccountPages(frame)
    case = CasePages(frame)
    counter, notice = CounterPages(frame), NoticePages(frame)
    studio = StudioPages(frame)
    question = QuestionPages(frame)
    figure = FigurePages(frame)
    content, draft, rule = ContentPages(frame), DraftPages(frame), RulePages(frame)
    amount = AmountPages(frame)
    sentence, example = SentencePages(frame), ExamplePages(frame)
    return (
        StaffRoute("GET", "/staff", account.home, ALL),
        StaffRoute("POST", "/staff/sign-out", account.sign_out, ALL),
        StaffRoute("POST", "/staff/language", account.language, ALL),
        StaffRoute("GET", "/staff/me", account.me, ALL),
        StaffRoute("POST", "/staff/me/password", account.change_password, ALL),
        StaffRoute("POST", "/staff/me/codes", account.change_codes, ALL),
        StaffRoute("GET", "/staff/cases", case.listed, ADVISERS),
        StaffRoute("GET", "/staff/cases/{number:int}", case.case, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/take", case.take, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/answer", case.answer, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/withdraw/{answer:int}", case.withdraw, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/send", case.send, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/hand", case.hand, ADVISERS),
        StaffRoute("POST", "/staff/cases/{number:int}/close", case.close, ADVISERS),
        StaffRoute("GET", "/staff/saved", case.saved, ADVISERS),
        StaffRoute("POST", "/staff/saved", case.save, ADVISERS),
        StaffRoute("GET", "/staff/counter", counter.asked, ADVISERS),
        StaffRoute("POST", "/staff/counter", counter.sheet, ADVISERS),
        StaffRoute("POST", "/staff/counter/mark", counter.mark, ADVISERS),
        StaffRoute("POST", "/staff/counter/pdf", counter.pdf, ADVISERS),
        StaffRoute("GET", "/staff/notices", notice.listed, PUBLISHERS),
        StaffRoute("GET", "/staff/notices/new", notice.new, PUBLISHERS),
        StaffRoute("POST", "/staff/notices/preview", notice.preview, PUBLISHERS),
        StaffRoute("POST", "/staff/notices/send", notice.send, PUBLISHERS),
        StaffRoute("GET", "/staff/notices/{number:int}", notice.notice, PUBLISHERS),
        StaffRoute("POST", "/staff/notices/{number:int}/stop", notice.stop, PUBLISHERS),
        StaffRoute("POST", "/staff/notices/{number:int}/go-on", notice.go_on, PUBLISHERS),
        StaffRoute("POST", "/staff/notices/{number:int}/drop", notice.drop, PUBLISHERS),
        StaffRoute("GET", "/staff/posts", notice.post, PUBLISHERS),
        StaffRoute("GET", "/staff/questions", question.listed, ALL),
        StaffRoute("GET", "/staff/questions/marked", question.marked, ALL),
        StaffRoute("POST", "/staff/questions/unmark", question.unmark, EDITORS),
        StaffRoute("GET", "/staff/questions/{mark}", question.group, ALL),
        StaffRoute("POST", "/staff/questions/{mark}", question.mark, EDITORS),
        StaffRoute("GET", "/staff/samples", question.samples, ALL),
        StaffRoute("POST", "/staff/samples/{number:int}", question.judge, ALL),
        StaffRoute("GET", "/staff/stale", figure.stale, ALL),
        StaffRoute("GET", "/staff/figures", figure.figures, ALL),
        StaffRoute("GET", "/staff/figures.csv", figure.file, ALL),
        StaffRoute("GET", "/staff/content", content.search, EDITORS),
        StaffRoute("GET", "/staff/content/new", content.new, EDITORS),
        StaffRoute("POST", "/staff/content/new", content.save_new, EDITORS),
        StaffRoute("POST", "/staff/content/preview", content.preview, EDITORS),
        StaffRoute("GET", "/staff/content/{entry}", content.entry, EDITORS),
        StaffRoute("POST", "/staff/content/{entry}", content.save_entry, EDITORS),
        StaffRoute("GET", "/staff/offices", content.offices, EDITORS),
        StaffRoute("GET", "/staff/offices/{office}", content.office, EDITORS),
        StaffRoute("POST", "/staff/offices/{office}", content.save_office, EDITORS),
        StaffRoute("GET", "/staff/stations", content.stations, EDITORS),
        StaffRoute("POST", "/staff/stations", content.save_station, EDITORS),
        StaffRoute("POST", "/staff/stations/{index:int}", content.change_station, EDITORS),
        StaffRoute("GET", "/staff/sentences", sentence.listed, EDITORS),
        StaffRoute("GET", "/staff/sentences/{file}/{name}", sentence.sentence, EDITORS),
        StaffRoute("POST", "/staff/sentences/{file}/{name}", sentence.save, EDITORS),
        StaffRoute("GET", "/staff/amounts", amount.amounts, EDITORS),
        StaffRoute("POST", "/staff/amounts", amount.save_amount, EDITORS),
        StaffRoute("GET", "/staff/examples", example.examples, EDITORS),
        StaffRoute("POST", "/staff/examples", example.take, EDITORS),
        StaffRoute("GET", "/staff/studio", studio.listed, EDITORS),
        StaffRoute("GET", "/staff/studio/{entry}", studio.entry, EDITORS),
        StaffRoute("POST", "/staff/studio/{entry}", studio.record, EDITORS, MOST_BYTES),
        StaffRoute("GET", "/staff/studio/{entry}/sound", studio.sound, EDITORS),
        StaffRoute("POST", "/staff/studio/{entry}/publish", studio.publish, PUBLISHERS),
        StaffRoute("POST", "/staff/studio/{entry}/drop", studio.drop, EDITORS),
        StaffRoute("POST", "/staff/studio/{entry}/put-back", studio.put_back, PUBLISHERS),
        StaffRoute("GET", "/staff/flows", rule.flows, EDITORS),
        StaffRoute("GET", "/staff/flows/{flow}", rule.flow, EDITORS),
        StaffRoute("GET", "/staff/rules/{scheme}", rule.rules, EDITORS),
        StaffRoute("GET", "/staff/play", rule.play, EDITORS),
        StaffRoute("POST", "/staff/play", rule.played, EDITORS),
        StaffRoute("GET", "/staff/drafts", draft.listed, EDITORS),
        StaffRoute("GET", "/staff/drafts/mine", draft.mine, EDITORS),
        StaffRoute("GET", "/staff/drafts/{number:int}", draft.draft, EDITORS),
        StaffRoute("POST", "/staff/drafts/{number:int}/publish", draft.publish, PUBLISHERS),
        StaffRoute("POST", "/staff/drafts/{number:int}/approve", draft.approve, PUBLISHERS),
        StaffRoute("POST", "/staff/drafts/{number:int}/allow", draft.allow, PUBLISHERS),
        StaffRoute("POST", "/staff/drafts/{number:int}/leaps", draft.confirm_leaps, EDITORS),
        StaffRoute("POST", "/staff/drafts/{number:int}/drop", draft.drop, EDITORS),
        StaffRoute("POST", "/staff/releases/{number:int}/undo", draft.undo, PUBLISHERS),
        StaffRoute("GET", "/staff/accounts", account.listed, ADMINS),
        StaffRoute("GET", "/staff/audit", account.audited, ADMINS),
    )


#: Why nothing can be written: the folder is another's, or no longer writable, or full.
_UNWRITTEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT})


def staff_app(parts: StaffParts, refused: Callable[[str], object] = lambda _why: None) -> ASGIApp:
    """Return what is served at `/staff` and below it, and at `/figures` where that is switched on."""
    frame = Frame(parts)
    door, public = _Entrance(frame), FigurePages(frame)
    table = [
        Route(one.path, frame.guarded(one.handler, one.roles, one.largest_sound), methods=[one.method])
        for one in routes(frame)
    ]
    app = Starlette(
        routes=[
            Route("/staff/sign-in", door.sign_in, methods=["GET"]),
            Route("/staff/sign-in", door.signed_in, methods=["POST"]),
            Route("/staff/static/{name}", door.static, methods=["GET"]),
            Route("/figures", public.public, methods=["GET"]),
            Route("/figures.csv", public.public_file, methods=["GET"]),
            *table,
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=400)],
        exception_handlers={
            HTTPException: door.refused,
            ClientDisconnect: door.gone,
            StoreError: door.away,
            OSError: door.unwritten,
            Exception: door.failed,
        },
    )
    app.router.redirect_slashes = False
    return Guarded(KnownHost(app, parts.site, refused), studio_headers)


class _Entrance:
    """What somebody who is not let in yet is answered, and what goes wrong."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def sign_in(self, request: Request) -> Response:
        """Answer with the page on which one signs in; where there is no account there is no page."""
        await self._need_accounts()
        return self._frame.sign_in(request, to=our_path(request.query_params.get("to", "")))

    async def signed_in(self, request: Request) -> Response:
        """Let in who gives the right password; what they had typed before comes back with them."""
        await self._need_accounts()
        if not is_from_our_page(request):
            raise HTTPException(403)
        fields = await form(request, 2 * LARGEST_FORM, MOST_FIELDS)
        name = " ".join(fields.get("name", "").split())[:40]
        place = request.client.host if request.client else ""
        now = self._frame.now()
        kept, to = fields.get("kept", ""), our_path(fields.get("to", ""))
        let = await self._frame.door.sign_in(name, fields.get("password", ""), fields.get("code", ""), place, now)
        if isinstance(let, SignInRefused):
            status = 429 if let.why == "wait" else 401
            asks_code = let.why in {"code_needed", "wrong_code"}
            response: Response = self._frame.sign_in(
                request, status, kept=kept, to=to, told=let.why, name=name, seconds=round(let.seconds),
                asks_code=asks_code,
            )  # fmt: skip
            if let.seconds:
                response.headers["Retry-After"] = str(round(let.seconds) or 1)
            return response
        waiting = form_kept(kept)
        if waiting is None:
            response = RedirectResponse(to, 303)
        else:
            session = StaffSession(
                let.account.name, let.account.role, let.account.totp is not None, now, now, let.account.regions
            )
            visit = Visit(request, session, csrf_of(let.secret), self._frame.language(request), now)
            response = self._frame.again(visit, *waiting)
        self._frame.keep_secret(request, response, let.secret)
        return response

    async def static(self, request: Request) -> Response:
        """Answer with a file of the pages."""
        return served(self._frame.assets.get(request.path_params["name"]), request)

    async def _need_accounts(self) -> None:
        if not await self._frame.parts.store.read(has_accounts):
            raise HTTPException(404)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer to what cannot be taken; where there is no account, as where there is nothing."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404 and not await self._frame.parts.store.read(has_accounts):
            return PlainTextResponse("Not found.", 404)
        word = {403: "other_site", 404: "not_found", 405: "not_found", 413: "too_long"}.get(status, "not_taken")
        return self._frame.outside(request, "refused.html", status, word=word)

    async def gone(self, _request: Request, _error: Exception) -> Response:
        """Answer nobody: who asked has hung up."""
        return Response(status_code=400)

    async def away(self, request: Request, error: Exception) -> Response:
        """Say that it will work again soon, when the database is away; else that it is our fault."""
        if not isinstance(error, StoreError) or not error.is_passing:
            raise error
        log.error("event=store_away path=%s error=%s", request.url.path, error.kind)
        return self._frame.outside(request, "refused.html", 503, word="failed")

    async def unwritten(self, request: Request, error: Exception) -> Response:
        """Say that nothing can be written where content and drafts lie; else that it is our fault."""
        if not isinstance(error, OSError) or error.errno not in _UNWRITTEN:
            raise error
        reason = errno.errorcode[error.errno]
        log.error("event=staff_unwritten path=%s reason=%s see=dalil_doctor", request.url.path, reason)
        return self._frame.outside(request, "refused.html", 503, word="unwritten")

    async def failed(self, request: Request, _error: Exception) -> Response:
        """Say honestly that it is our fault; what was raised goes on to the log."""
        return self._frame.outside(request, "refused.html", 500, word="failed")
