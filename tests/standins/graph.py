"""A stand-in for the Graph API: a real HTTP server on the loopback, strict about every limit, that fails on demand.

It takes messages as the platform does, keeps what it got, and posts webhooks to the guide: signed, and batched,
repeated and out of order where a test wants that. It logs nothing and keeps everything in memory.
"""

import asyncio
import base64
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

import aiohttp
from aiohttp import web

from bot.channels.whatsapp.channel import signature
from tests.standins import schemas
from tests.standins.graph_limits import wrongs

TOKEN = "EAAG-stand-in"
APP_SECRET = "stand-in-secret"
VERIFY_TOKEN = "stand-in-verify"
NUMBER_ID = "106540352242922"
ACCOUNT_ID = "102290129340398"

#: Sentences of the platform for the codes that tests ask for.
_SENTENCES = {
    4: "Application request limit reached",
    100: "Invalid parameter",
    190: "Error validating access token",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What comes of the next message instead of its being taken.

    `slow` takes it after `seconds`; `cut` hangs up before it is taken, `cut_after` after; `lost` takes it and answers
    nothing for `seconds`; a code is refused with it; a status alone is answered without a code.
    """

    kind: Literal["refuse", "slow", "cut", "cut_after", "lost"] = "refuse"
    status: int = 400
    code: int | None = None
    retry_after: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Got:
    """A message that was taken."""

    id: str
    message: dict[str, Any]

    @property
    def address(self) -> str:
        """Whom it was to."""
        return str(self.message.get("to") or self.message.get("recipient"))

    @property
    def text(self) -> str:
        """What stands in it, without the marks that only set a direction."""
        content = self.message[self.message["type"]]
        words = content["body"]["text"] if isinstance(content.get("body"), dict) else content.get("body", "")
        return str(words).replace("\u2068", "").replace("\u2069", "")

    @property
    def ids(self) -> list[str]:
        """The ids of what can be tapped, in order."""
        action = self.message.get("interactive", {}).get("action", {})
        rows = [row["id"] for section in action.get("sections", ()) for row in section["rows"]]
        return [button["reply"]["id"] for button in action.get("buttons", ())] + rows


@dataclass
class Graph:
    """The platform: what it got, what it is to fail with, and whom it tells."""

    base: str = ""
    #: Where webhooks go.
    hook: str = ""
    got: list[Got] = field(default_factory=list)
    #: What was refused for a limit, with all that was wrong with it.
    refused: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    #: Addresses that have not written for 24 hours.
    silent: set[str] = field(default_factory=set)
    #: Files that were handed over, by the platform's names, and what the next ones fail with.
    media: dict[str, bytes] = field(default_factory=dict)
    media_faults: deque[Fault] = field(default_factory=deque)
    #: Names of the templates that are approved.
    templates: set[str] = field(default_factory=lambda: {"reply_waiting"})
    category: str = "UTILITY"
    #: How many requests came, whatever came of them.
    requests: int = 0
    #: The messages that were marked as read, and how.
    reads: list[dict[str, Any]] = field(default_factory=list)
    #: What was asked for by its id: the number itself, or a file that a person sent.
    nodes: list[str] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _session: aiohttp.ClientSession | None = None

    async def _message(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        if request.match_info["number"] != NUMBER_ID:
            return _error(400, 100)
        try:
            message = json.loads(await request.read())
        except ValueError:
            return _error(400, 100)
        if message.get("status") == "read":
            is_whole = bool(message.get("message_id")) and message.get("messaging_product") == "whatsapp"
            shows = message.get("typing_indicator", {"type": "text"}) == {"type": "text"}
            known = message.keys() <= {"messaging_product", "status", "message_id", "typing_indicator"}
            if not (is_whole and shows and known):
                return _error(400, 100)
            self.reads.append(message)
            return web.json_response({"success": True})
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and fault.kind == "refuse":
            return _error(fault.status, fault.code, fault.retry_after)
        if fault is not None and fault.kind == "cut":
            return _hung_up(request)
        if wrong := wrongs(message):
            self.refused.append((message, wrong))
            return _error(400, 100, details="; ".join(wrong))
        address = message.get("to") or message.get("recipient")
        if message["type"] == "template":
            if message["template"]["name"] not in self.templates:
                return _error(404, 132001)
        elif address in self.silent:
            return _error(400, 131047)
        number = next(self._numbers)
        # As the platform's: the person's number can be read out of it.
        made = Got("wamid." + base64.b64encode(f"{address}-{number}".encode()).decode(), message)
        self.got.append(made)
        if fault is not None:
            if fault.kind == "cut_after":
                return _hung_up(request)
            await asyncio.sleep(fault.seconds)
            if fault.kind == "lost":
                return _hung_up(request)
        name = "user_id" if "recipient" in message else "wa_id"
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": address, name: address}],
                "messages": [{"id": made.id}],
            }
        )

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            return _error(400, 100)
        fault = self.media_faults.popleft() if self.media_faults else None
        if fault is not None:
            return _hung_up(request) if fault.kind == "cut" else _error(fault.status, fault.code, fault.retry_after)
        name = str(len(self.media) + 1)
        self.media[name] = file.file.read()
        return web.json_response({"id": name})

    async def _number(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        self.nodes.append(request.match_info["node"])
        match request.match_info["node"]:
            case "106540352242922":
                return web.json_response(
                    {"id": NUMBER_ID, "display_phone_number": "+212 5 00 00 00 00", "verified_name": "Dalil"}
                )
            case _:
                return _error(400, 100)

    async def _templates(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        listed = [
            {"name": name, "language": language, "status": "APPROVED", "category": self.category, "id": name}
            for name in sorted(self.templates)
            for language in ("ar", "fr")
        ]
        return web.json_response({"data": listed})

    def sent_to(self, address: str) -> list[Got]:
        """Return what an address got, in order."""
        return [one for one in self.got if one.address == address]

    async def until(self, messages: int, seconds: float = 10.0) -> None:
        """Return once so many messages were taken."""
        async with asyncio.timeout(seconds):
            while len(self.got) < messages:
                await asyncio.sleep(0.005)

    async def post(self, body: bytes, signed: str | None = None) -> int:
        """Post a webhook, signed unless `signed` says otherwise, and return what was answered."""
        assert self._session is not None
        headers = {"Content-Type": "application/json"}
        if signed != "":
            headers["X-Hub-Signature-256"] = signed or signature(APP_SECRET, body)
        async with self._session.post(self.hook, data=body, headers=headers) as response:
            return response.status

    async def tell(self, *values: dict[str, Any]) -> int:
        """Post what is told in one webhook, each value a change of its own, and return what was answered."""
        return await self.post(batch(values))

    async def verify(self, token: str = VERIFY_TOKEN, mode: str = "subscribe") -> tuple[int, str]:
        """Ask the guide whether the webhook's address is its own, and return what it answered."""
        assert self._session is not None
        asked = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "1158201444"}
        async with self._session.get(self.hook, params=asked) as response:
            return response.status, await response.text()


@asynccontextmanager
async def running(hook: str = "") -> AsyncIterator[Graph]:
    """Run a platform on a free port of the loopback."""
    schemas.made_ready()
    graph = Graph(hook=hook)
    served = web.Application()
    served.router.add_post("/{version}/{number}/messages", graph._message)
    served.router.add_post("/{version}/{number}/media", graph._media)
    served.router.add_get("/{version}/{account}/message_templates", graph._templates)
    served.router.add_get("/{version}/{node}", graph._number)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    graph.base = f"http://{host}:{port}"
    async with aiohttp.ClientSession() as session:
        graph._session = session
        try:
            yield graph
        finally:
            await runner.cleanup()


def _error(
    status: int, code: int | None, retry_after: int | None = None, details: str = "for +212600000000"
) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if code is None:
        return web.Response(status=status, text="<html>trouble</html>", headers=headers)
    error = {
        "message": f"(#{code}) {_SENTENCES.get(code, 'Error')}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details},
        "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
    }
    return web.json_response({"error": error}, status=status, headers=headers)


def _hung_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def batch(values: Sequence[dict[str, Any]], in_one_entry: bool = True) -> bytes:
    """Return the body of a webhook that tells all the values."""
    changes = [{"field": "messages", "value": value} for value in values]
    entries = [changes] if in_one_entry else [[change] for change in changes]
    told = {
        "object": "whatsapp_business_account",
        "entry": [{"id": ACCOUNT_ID, "changes": changes} for changes in entries],
    }
    return json.dumps(told, ensure_ascii=False).encode()


def value(*messages: dict[str, Any], statuses: Sequence[dict[str, Any]] = (), **contact: Any) -> dict[str, Any]:
    """Return one change: messages of one person and statuses; `contact` is who they are."""
    told: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "212500000000", "phone_number_id": NUMBER_ID},
    }
    if contact:
        told["contacts"] = [{"profile": {"name": "فاطمة"}, **contact}]
    if messages:
        told["messages"] = list(messages)
    if statuses:
        told["statuses"] = list(statuses)
    return told


def message(id_: str, kind: str, content: Any, at: float, **who: str) -> dict[str, Any]:
    """Return a message; `who` has `from` as `from_`, and `from_user_id`."""
    named = {name.rstrip("_") if name == "from_" else name: told for name, told in who.items()}
    return {"id": id_, "timestamp": str(int(at)), "type": kind, kind: content, **named}


def words(id_: str, said: str, at: float, **who: str) -> dict[str, Any]:
    """Return a typed message."""
    return message(id_, "text", {"body": said}, at, **who)


def status(got: Got, told: str, *codes: int) -> dict[str, Any]:
    """Return a status of a message that was taken."""
    made: dict[str, Any] = {"id": got.id, "status": told, "timestamp": "1795424400", "recipient_id": got.address}
    if "biz_opaque_callback_data" in got.message:
        made["biz_opaque_callback_data"] = got.message["biz_opaque_callback_data"]
    if codes:
        made["errors"] = [{"code": code, "title": _SENTENCES.get(code, "Error")} for code in codes]
    return made
