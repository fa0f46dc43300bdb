"""The page of the demo over HTTP: the three screens, what is done in them, and what is new on them.

What is done goes to the guide the way the platforms send it; what is shown is what the platforms' stand-ins got.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal, assert_never

import aiohttp
from aiohttp import web

from tests.demo.relay import Relay, relaying
from tests.demo.stage import Stage
from tests.demo.telegram import Telegram
from tests.demo.whatsapp import NotTakenError, WhatsApp

_STATIC: Final = Path(__file__).with_name("static")
_TYPES: Final = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: Seconds between two looks at what is new.
_LOOK: Final = 0.08
#: Longest text a person can write, in characters: the platforms' own bound.
_LONGEST: Final = 4096
#: Seconds that open requests are given when the demo stops.
_LAST_REQUESTS: Final = 0.2

Screen = Literal["telegram", "whatsapp"]


class _Page:
    """The three screens of one person after the other."""

    def __init__(self, stage: Stage, relay: Relay) -> None:
        self._stage = stage
        self._relay = relay
        self._person = 0
        self._telegram, self._whatsapp = self._screens()

    def _screens(self) -> tuple[Telegram, WhatsApp]:
        """Return the screens of somebody new."""
        self._person += 1
        person = f"212600{self._person:06}"
        return Telegram(self._stage.telegram, 430_000 + self._person), WhatsApp(self._stage.whatsapp, person)

    async def open(self) -> None:
        """Open the chat on both platforms; the frame opens the third by itself."""
        self._telegram.begin()
        await self._whatsapp.begin()

    async def static(self, request: web.Request) -> web.Response:
        """Answer with the page or one of its files."""
        name = request.match_info.get("name", "page.html")
        if name not in _TYPES:
            raise web.HTTPNotFound
        text = (_STATIC / name).read_text("utf-8")
        return web.Response(text=text, content_type=_TYPES[name], charset="utf-8", headers=_HEADERS)

    async def news(self, request: web.Request) -> web.StreamResponse:
        """Tell what stands on the screens, each time anything on them is new."""
        stream = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        before = ""
        # Whoever leaves does not say so: their connection is closed, and nothing more is told.
        while request.transport is not None and not request.transport.is_closing():
            screens = {
                "person": self._person,
                "telegram": self._telegram.drawn(),
                "whatsapp": self._whatsapp.drawn(),
            }
            told = json.dumps(screens, ensure_ascii=False)
            if told != before:
                before = told
                await stream.write(f"data: {told}\n\n".encode())
            await asyncio.sleep(_LOOK)
        return stream

    async def say(self, request: web.Request) -> web.Response:
        """Write a text on one screen, or on all three at once."""
        told = await _told(request)
        text = told.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
            raise web.HTTPBadRequest
        if "screen" in told:
            match _screen(told):
                case "telegram":
                    self._telegram.say(text)
                case "whatsapp":
                    await self._whatsapp.say(text)
                case other:
                    assert_never(other)
        else:
            self._telegram.say(text)
            _, is_taken = await asyncio.gather(self._whatsapp.say(text), self._relay.say(text))
            if not is_taken:
                raise web.HTTPBadGateway
        return web.Response(status=204)

    async def tap(self, request: web.Request) -> web.Response:
        """Tap a button or a row."""
        told = await _told(request)
        message, choice = str(told.get("message")), str(told.get("choice"))
        try:
            match _screen(told):
                case "telegram":
                    self._telegram.tap(message, choice)
                case "whatsapp":
                    await self._whatsapp.tap(message, choice)
                case other:
                    assert_never(other)
        except (LookupError, ValueError):
            # The button has gone in the meantime.
            raise web.HTTPNotFound from None
        return web.Response(status=204)

    async def share(self, request: web.Request) -> web.Response:
        """Share a position."""
        told = await _told(request)
        try:
            lat, lon = float(told["lat"]), float(told["lon"])
        except (KeyError, TypeError, ValueError):
            raise web.HTTPBadRequest from None
        match _screen(told):
            case "telegram":
                self._telegram.share(lat, lon)
            case "whatsapp":
                await self._whatsapp.share(lat, lon)
            case other:
                assert_never(other)
        return web.Response(status=204)

    async def begin(self, _request: web.Request) -> web.Response:
        """Begin anew, as somebody else."""
        self._relay.forget()
        self._telegram, self._whatsapp = self._screens()
        await self.open()
        return web.Response(status=204)


async def _told(request: web.Request) -> Mapping[str, Any]:
    # A stranger's page cannot send this type without asking first, which nobody answers.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        told = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(told, dict):
        raise web.HTTPBadRequest
    return told


def _screen(told: Mapping[str, Any]) -> Screen:
    match told.get("screen"):
        case "telegram":
            return "telegram"
        case "whatsapp":
            return "whatsapp"
        case _:
            raise web.HTTPBadRequest


def _taken(done: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the same, answering 502 where the guide did not take what was posted."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return await done(request)
        except (NotTakenError, aiohttp.ClientError, TimeoutError):
            raise web.HTTPBadGateway from None

    return answer


@asynccontextmanager
async def served(stage: Stage, port: int) -> AsyncIterator[str]:
    """Serve the page for the block and give its address."""
    async with relaying(stage.web) as relay:
        page = _Page(stage, relay)
        await page.open()
        site = web.Application(client_max_size=2 * 1024 * 1024)
        site.router.add_get("/demo", page.static)
        site.router.add_get("/demo/news", page.news)
        site.router.add_get("/demo/{name}", page.static)
        for name, done in (("say", page.say), ("tap", page.tap), ("share", page.share), ("begin", page.begin)):
            site.router.add_post(f"/demo/{name}", _taken(done))
        site.router.add_route("*", "/{path:.*}", relay.handed_on)
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=_LAST_REQUESTS)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/demo"
        finally:
            await runner.cleanup()
