"""A stand-in for the Bot API: a real HTTP server on the loopback, strict about every limit, that fails on demand.

It keeps each chat as its person sees it, messages with their buttons and the keyboard below them, and lets that person
write, tap and share a position. Updates are fetched from it, or posted by it: repeated and out of order where a test
wants that.
"""

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from aiohttp import web

from tests.standins.botapi_chat import BOT, Chat, plain
from tests.standins.botapi_limits import as_json
from tests.standins.botapi_platform import METHODS, Got, Platform, RefusedError

TOKEN = "123456789:AAStandInStandInStandInStandInStandIn"
SECRET = "stand-in_secret"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Fault:
    """What comes of the next call of a method instead of its being done.

    `refuse` answers `status`; `slow` does it after `seconds`; `cut` hangs up before it is done, `cut_after` after;
    `page` answers with a proxy's page.
    """

    kind: Literal["refuse", "slow", "cut", "cut_after", "page"] = "refuse"
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    seconds: float = 0.0


@dataclass
class BotApi(Platform):
    """The platform on the network: what it is to fail with, and how it posts."""

    base: str = ""
    token: str = TOKEN
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    #: How often each update is posted although it was taken, and in which order; None keeps the order.
    repeats: int = 0
    shuffle: random.Random | None = None
    #: Statuses that posting met, by how often; 0 where nobody answered.
    posted: "Counter[int]" = field(default_factory=Counter)
    #: Methods asked for that it has not got, and paths of files.
    unknown: list[str] = field(default_factory=list)

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one after the other."""
        self.faults.setdefault(method, deque()).extend(faults)

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        method = next((name for name in METHODS if name.lower() == request.match_info["method"].lower()), None)
        if request.match_info["token"] != self.token:
            return _answer(RefusedError(401, "Unauthorized"))
        if method is None:
            self.unknown.append(request.match_info["method"])
            return _answer(RefusedError(404, "Not Found"))
        planned = self.faults.get(method)
        fault = planned.popleft() if planned else None
        params = await _params(request, method)
        if fault is not None and fault.kind in {"refuse", "page", "cut"}:
            return _failed(fault, request)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        try:
            result = await self.do(method, params)
        except RefusedError as error:
            return _answer(error)
        if fault is not None and fault.kind == "cut_after":
            return _hung_up(request)
        return web.json_response({"ok": True, "result": result})

    async def _fetched(self, request: web.Request) -> web.StreamResponse:
        self.unknown.append(request.path)
        return web.Response(status=404)

    async def post(self) -> None:
        """Post updates to the webhook for as long as it is not cancelled; what is not taken is posted again."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while True:
                if not self.webhook or not self.pending:
                    self.came.clear()
                    await self.came.wait()
                    continue
                batch = [update for update in self.pending[:40] for _ in range(1 + self.repeats)]
                if self.shuffle is None:
                    taken = [await self._post_one(session, update) for update in batch]
                else:
                    self.shuffle.shuffle(batch)
                    taken = await asyncio.gather(*(self._post_one(session, update) for update in batch))
                done = {id(update) for update, is_taken in zip(batch, taken, strict=True) if is_taken}
                self.pending = [update for update in self.pending if id(update) not in done]
                if not all(taken):
                    await asyncio.sleep(0.02)

    async def _post_one(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if secret := self.webhook.get("secret_token"):
            headers[_SECRET_HEADER] = secret
        try:
            async with session.post(self.webhook["url"], data=json.dumps(update), headers=headers) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError):
            status, body = 0, b""
        self.posted[status] += 1
        if not 200 <= status < 300:
            what = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            self.last_error = {"last_error_date": Chat(0).now(), "last_error_message": what}
            return False
        told = json.loads(body) if body else {}
        if "method" in told:
            # As the platform: whoever asks in an answer does not hear what came of it.
            with suppress(RefusedError):
                await self.do(told.pop("method"), told)
        return True


async def _params(request: web.Request, method: str) -> dict[str, Any]:
    told = as_json(method, dict(request.query))
    if request.content_type == "application/json":
        body = await request.read()
        return told | (json.loads(body) if body else {})
    form = await request.post()
    files = {name: value for name, value in form.items() if isinstance(value, web.FileField)}
    told |= as_json(method, {name: str(value) for name, value in form.items() if name not in files})
    return told | {name: {"name": file.filename, "bytes": file.file.read()} for name, file in files.items()}


def _answer(error: RefusedError) -> web.Response:
    told: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        told["parameters"] = error.parameters
    return web.json_response(told, status=error.status)


def _failed(fault: Fault, request: web.Request) -> web.StreamResponse:
    if fault.kind == "page":
        return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
    if fault.kind == "cut":
        return _hung_up(request)
    if fault.retry_after is not None:
        what = f"Too Many Requests: retry after {fault.retry_after}"
        return _answer(RefusedError(429, what, retry_after=fault.retry_after))
    return _answer(RefusedError(fault.status, fault.description))


def _hung_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


@asynccontextmanager
async def running(port: int = 0, token: str = TOKEN) -> AsyncIterator[BotApi]:
    """Run the platform for the block."""
    api = BotApi(token=token)
    server = web.Application(client_max_size=64 * 1024 * 1024)
    server.router.add_route("*", "/bot{token}/{method}", api._asked)
    server.router.add_get("/file/{path:.*}", api._fetched)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    api.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    posting = asyncio.create_task(api.post())
    try:
        yield api
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        await runner.cleanup()


__all__ = ["BOT", "SECRET", "TOKEN", "BotApi", "Chat", "Fault", "Got", "RefusedError", "plain", "running"]
