"""The routes of the web chat: the page, what is posted, what is new.

A post is answered with a redirect to what is new, or, when the page's script sent it (it tells `after`), with the new
bubbles alone. Both count a message once, by its external id. The page's files are read and
compressed once at start, and named by their content so that a phone fetches each once.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.web.assets import assets, manifest, ranged, served
from bot.channels.web.drawing import Drawing, new_nonce
from bot.channels.web.guards import (
    Guarded,
    KnownHost,
    Queues,
    Sessions,
    Visitor,
    form,
    is_from_our_page,
    recorded,
)
from bot.channels.web.messages import (
    PageBubble,
    Voices,
    exported,
    first_update,
    is_nonce,
    last_of,
    read_on_at,
    update,
)
from bot.channels.web.words import PageWords, missing
from bot.conversation.tapping import TapKind, Tapped, TappedAside, choice_id
from bot.language.dates import moroccan_day
from bot.message import LANGUAGES, MAIN, ChoiceId, Document, Language, Text
from bot.storage import StoreError

log: Final = logging.getLogger(__name__)

#: Opens the page without a connection; served at the root, so that it may stand for every address below.
_WORKER: Final = "worker.js"
#: The kinds of choice that an address of its own leads to, by the first part of its path.
_LINKED: Final[Mapping[str, TapKind]] = {"faq": "faq", "flow": "to", "door": "door"}
_LINKED_NAME: Final = re.compile(r"[a-z0-9_.-]{1,60}")
#: How long a browser waits for what is new before it asks again, in seconds.
_NEWS_SECONDS: Final = 25
#: What requests that are turned away are counted as; an address that is not there is no attack.
_REFUSALS: Final = {400: "not_a_form", 403: "other_site", 413: "too_large", 415: "not_a_form", 429: "too_many"}
#: The word of the page that is said to them.
_NOTICES: Final = {403: "other_site", 404: "not_found", 405: "not_found", 413: "too_long", 429: "too_many"}
#: When whoever comes from an internet address that too much comes from may try again, in seconds.
_LATER: Final = "10"
#: How many bubbles are drawn at once; of the page the earlier ones are behind a link.
_SHOWN: Final = 40
#: How hard answers are packed, 1 to 9: at 9 a page of forty long messages takes four times as long as drawing it.
_PACKED: Final = 4


@dataclass(frozen=True, slots=True)
class PageParts:
    """What the page needs of the rest of the program. An address stands for one browser; it is no key to the chat."""

    #: Keep what was posted (external id, address, raw form) and return when it has been answered.
    accept: Callable[[str, str, bytes], Awaitable[None]]
    #: The bubbles of an address with an id above the one given, oldest first.
    transcript: Callable[[str, int], Awaitable[Sequence[PageBubble]]]
    #: The same, waiting up to the seconds given until there is one.
    news: Callable[[str, int, float], Awaitable[Sequence[PageBubble]]]
    #: Whether an address was given out by us and its time is not over.
    knows: Callable[[str], Awaitable[bool]]
    #: A request was turned away, by a name of ours.
    refused: Callable[[str], object] = lambda _why: None
    #: Whether something more may be kept that comes from an internet address.
    admits: Callable[[str, int], bool] = lambda _from, _bytes: True
    #: Where voices lie until they were heard; None where nothing hears them.
    voices: Voices | None = None
    #: Draws a document as a PDF.
    printed: Callable[[Document], bytes] = lambda _document: b""
    #: What the content calls a choice that has an address of its own; None where it knows none such.
    titled: Callable[[ChoiceId], Text | None] = lambda _choice: None
    #: The day in Morocco, as pages tell it.
    today: Callable[[], date] = lambda: moroccan_day(datetime.now(UTC))
    #: How long a browser keeps its conversation without coming back, in seconds.
    session: int = 30 * 24 * 3600
    #: The address that people write, as the configuration tells it; empty where it is not told.
    site: str = ""


def app(rooms: PageParts, words: PageWords) -> ASGIApp:
    """Return the web chat, to be served at the root of a host; a word missing is a `KeyError` naming all that are."""
    lacking = missing(words)
    if lacking:
        raise KeyError(*lacking)
    chat = _Chat(rooms, words)
    routes = [
        Route("/", chat.page, methods=["GET"]),
        Route("/say", chat.say, methods=["POST"]),
        Route("/say", chat.home, methods=["GET"]),
        Route("/voice", chat.voice, methods=["POST"]),
        Route("/manifest.webmanifest", chat.manifest, methods=["GET"]),
        Route(f"/{_WORKER}", chat.worker, methods=["GET"]),
        Route("/data", chat.data, methods=["GET"]),
        Route("/leave", chat.leave, methods=["GET"]),
        Route("/leave", chat.left, methods=["POST"]),
        Route("/news", chat.news, methods=["GET"]),
        Route("/document/{number:int}", chat.document, methods=["GET"]),
        Route("/static/{name}", chat.static, methods=["GET"]),
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/{kind}/{name}", chat.linked, methods=["GET"]),
    ]
    served_app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=400, compresslevel=_PACKED)],
        exception_handlers={
            HTTPException: chat.refused,
            ClientDisconnect: chat.gone,
            StoreError: chat.away,
            Exception: chat.failed,
        },
    )
    # An address with a slash too many is none: where it would lead is made of the host that the request names.
    served_app.router.redirect_slashes = False
    return Guarded(KnownHost(served_app, rooms.site, rooms.refused))


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _after(told: str) -> int:
    """Return the id told, or 0; SQL integers have 63 bits."""
    return int(told) if re.fullmatch(r"[0-9]{1,18}", told) else 0


def _spoken(bubbles: Sequence[PageBubble], otherwise: Language = MAIN) -> Language:
    """Return the language the guide spoke last."""
    return next((bubble.language for bubble in reversed(bubbles) if not bubble.mine), otherwise)


class _Chat:
    """The answers to requests."""

    def __init__(self, rooms: PageParts, words: PageWords) -> None:
        self._rooms = rooms
        self._sessions = Sessions(rooms.knows, rooms.session, rooms.site)
        self._words = words
        self._queues = Queues()
        self._assets = assets()
        self._drawing = Drawing(words, self._assets, hears=rooms.voices is not None)

    async def page(self, request: Request) -> Response:
        """Answer with the conversation; a first visit is a message of its own, which the guide answers."""
        return await self._page(request)

    async def linked(self, request: Request) -> Response:
        """Answer with the conversation and the choice that the address stands for, ready to be tapped.

        Nothing is said in the person's name by opening an address: whoever draws a preview of it opens it too. The
        page's script taps for whoever came to read.
        """
        kind, name = request.path_params["kind"], request.path_params["name"]
        if kind not in _LINKED or not _LINKED_NAME.fullmatch(name):
            raise HTTPException(404)
        choice = choice_id(Tapped(_LINKED[kind], name))
        title = self._rooms.titled(choice)
        # An address that was retired opens the chat, as any other would.
        return RedirectResponse("/", 303) if title is None else await self._page(request, choice, title)

    async def manifest(self, _request: Request) -> Response:
        """Answer with what a phone needs to keep the page like an application."""
        told = manifest(self._words, self._assets)
        headers = {"Cache-Control": "max-age=3600"}
        return JSONResponse(told, headers=headers, media_type="application/manifest+json")

    async def worker(self, _request: Request) -> Response:
        """Answer with the script that opens the page without a connection."""
        worker = self._assets[_WORKER]
        return Response(worker.plain, headers={"Cache-Control": "no-cache"}, media_type=worker.type)

    async def _page(self, request: Request, opens: ChoiceId | None = None, title: Text | None = None) -> Response:
        if request.method == "HEAD":
            return HTMLResponse()
        visitor = await self._sessions.visitor(request)
        async with self._queues.rested(visitor):
            return await self._page_of(visitor, request, opens, title)

    async def _page_of(
        self, visitor: Visitor, request: Request, opens: ChoiceId | None, title: Text | None
    ) -> Response:
        bubbles = await self._rooms.transcript(visitor.address, 0)
        if not bubbles:
            await self._kept(request, *first_update(visitor.address), visitor)
            bubbles = await self._rooms.transcript(visitor.address, 0)
        hidden = 0 if "all" in request.query_params else max(0, len(bubbles) - _SHOWN)
        language = _spoken(bubbles)
        shown = bubbles[hidden:]
        page = self._drawing.drawn(
            "page.html",
            language,
            bubbles=shown,
            now=read_on_at(shown),
            seen=last_of(shown),
            has_earlier=hidden > 0,
            opens=opens,
            card=title.of(language) if title else None,
            root=str(request.base_url).rstrip("/"),
            today=self._rooms.today().strftime("%d/%m/%Y"),
        )
        response = HTMLResponse(page, headers={"Content-Language": language})
        self._sessions.keep(visitor, request, response)
        return response

    async def say(self, request: Request) -> Response:
        """Take one message and show what came of it."""
        if not is_from_our_page(request):
            raise HTTPException(403)
        visitor = await self._sessions.visitor(request)
        async with self._queues.of_browser(visitor):
            return await self._said(visitor, request, await form(request))

    async def _said(self, visitor: Visitor, request: Request, fields: Mapping[str, str]) -> Response:
        nonce = fields.get("nonce", "")
        external_id, raw = update(visitor.address, nonce if is_nonce(nonce) else new_nonce(), fields)
        await self._kept(request, external_id, raw, visitor)
        if "after" in fields:
            bubbles = await self._rooms.transcript(visitor.address, _after(fields["after"]))
            response = self._fragment(bubbles, fields.get("language", ""))
        else:
            bubbles = await self._rooms.transcript(visitor.address, _after(fields.get("seen", "")))
            response = RedirectResponse(f"/#b{bubbles[0].id}" if bubbles else "/#now", 303)
        if not visitor.is_known:
            self._sessions.keep(visitor, request, response)
        return response

    async def voice(self, request: Request) -> Response:
        """Take what somebody recorded on the page, as a message; it is kept in memory alone until it was heard."""
        if self._rooms.voices is None or not is_from_our_page(request):
            raise HTTPException(404 if self._rooms.voices is None else 403)
        visitor = await self._sessions.visitor(request)
        sound = await recorded(request)
        self._admitted(request, len(sound))
        fields = {"nonce": request.query_params.get("nonce", ""), "after": request.query_params.get("after", "")}
        fields |= {"language": request.query_params.get("language", ""), "voice": self._rooms.voices.kept(sound)}
        async with self._queues.of_browser(visitor):
            return await self._said(visitor, request, fields)

    async def data(self, request: Request) -> Response:
        """Answer with all that was said, as a file: law 09-08 gives everybody a copy of what is kept of them."""
        visitor = await self._sessions.visitor(request)
        async with self._queues.rested(visitor):
            bubbles = await self._rooms.transcript(visitor.address, 0) if visitor.is_known else ()
        headers = {"Content-Disposition": 'attachment; filename="dalil.json"', "Cache-Control": "private, no-store"}
        return JSONResponse([exported(bubble) for bubble in bubbles], headers=headers)

    async def leave(self, request: Request) -> Response:
        """Ask whoever wants to leave whether all is to be erased; a phone may be somebody else's tomorrow."""
        return self._drawing.leave().answer(request)

    async def left(self, request: Request) -> Response:
        """Forget the person, and have the browser forget us."""
        if not is_from_our_page(request):
            raise HTTPException(403)
        visitor = await self._sessions.visitor(request)
        if visitor.is_known:
            external_id, raw = update(visitor.address, new_nonce(), {"choice": choice_id(TappedAside("forget"))})
            await self._kept(request, external_id, raw, visitor)
        response = self._drawing.notice("left", "left.js").answer(request)
        self._sessions.end(request, response)
        return response

    async def home(self, _request: Request) -> Response:
        """Lead whoever opens the address of the form to the page."""
        return RedirectResponse("/", 303)

    async def news(self, request: Request) -> Response:
        """Answer with what is new, or with nothing after a while; the page's script asks again."""
        visitor = await self._sessions.visitor(request)
        if not visitor.is_known:
            raise HTTPException(403)
        told = request.query_params
        bubbles = await self._rooms.news(visitor.address, _after(told.get("after", "")), _NEWS_SECONDS)
        async with self._queues.rested(visitor):
            return self._fragment(bubbles, told.get("language", ""))

    async def document(self, request: Request) -> Response:
        """Answer with a document that this browser was given, drawn anew; another's is not there."""
        visitor = await self._sessions.visitor(request)
        number = _after(str(request.path_params["number"]))
        async with self._queues.rested(visitor):
            bubbles = await self._rooms.transcript(visitor.address, number - 1) if visitor.is_known and number else ()
            given = next((bubble.document for bubble in bubbles if bubble.id == number), None)
            drawn = await asyncio.to_thread(self._rooms.printed, given) if given else b""
        if given is None or not drawn:
            raise HTTPException(404)
        if given.kind == "recording":
            # It says nothing of who hears it, and a phone need not fetch it again each time it is played.
            return ranged(drawn, request, {"Cache-Control": "private, max-age=86400"}, given.media_type)
        headers = {"Content-Disposition": f'attachment; filename="{given.name}"', "Cache-Control": "private, no-store"}
        return Response(drawn, headers=headers, media_type=given.media_type)

    async def static(self, request: Request) -> Response:
        """Answer with a file of the page."""
        return served(self._assets.get(request.path_params["name"]), request)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer kindly to what cannot be taken."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status in _REFUSALS:
            self._rooms.refused(_REFUSALS[status])
        response = self._drawing.notice(_NOTICES.get(status, "not_taken")).answer(request, status)
        if status == 429:
            response.headers["Retry-After"] = _LATER
        return response

    async def gone(self, _request: Request, _error: Exception) -> Response:
        """Answer nobody: who asked has hung up, which is no fault of anybody's."""
        return Response(status_code=400)

    async def away(self, request: Request, error: Exception) -> Response:
        """Say that it will work again soon, when the database is away or its disk full; else that it is our fault."""
        if not isinstance(error, StoreError) or not error.is_passing:
            raise error
        log.error("event=store_away path=%s error=%s", request.url.path, error.kind)
        response = self._drawing.notice("failed").answer(request, 503)
        response.headers["Retry-After"] = _LATER
        return response

    async def failed(self, request: Request, _error: Exception) -> Response:
        """Say honestly that it is our fault; what was raised goes on to the log."""
        return self._drawing.notice("failed").answer(request, 500)

    async def _kept(self, request: Request, external_id: str, raw: bytes, visitor: Visitor) -> None:
        """Return once a message is answered, after those under way of the same internet address."""
        async with self._queues.of_line(self._admitted(request, len(raw))):
            await self._rooms.accept(external_id, visitor.address, raw)

    def _admitted(self, request: Request, size: int) -> str:
        """Return the internet address from which so many bytes come, unless too much comes from it."""
        address = request.client.host if request.client else ""
        if not self._rooms.admits(address, size):
            raise HTTPException(429)
        return address

    def _fragment(self, bubbles: Sequence[PageBubble], shown: str) -> Response:
        """Return the last new bubbles alone; `shown` is the language of the page that asks, kept in silence.

        Content-Language is also how the script knows our answer from the sign-in page of somebody's Wi-Fi.
        """
        language = _spoken(bubbles, next((language for language in LANGUAGES if language == shown), MAIN))
        headers = {"Content-Language": language}
        if not bubbles:
            return Response(status_code=204, headers=headers)
        part = self._drawing.drawn("bubbles.html", language, bubbles=bubbles[-_SHOWN:], now=None, seen=last_of(bubbles))
        return HTMLResponse(part, headers=headers)
