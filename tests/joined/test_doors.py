"""The doors of the running guide, over real HTTP: who is let in, what is refused, and that the good goes on."""

import asyncio
import gzip
import io
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram.arrivals import HEADER
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.whatsapp.channel import signature
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.storage import Store, figures, unread_things
from tests.joined.joining import TELEGRAM, WHATSAPP, at_work, rooted, said
from tests.program import Served
from tests.standins import botapi, graph

#: What no platform posts: not JSON, or JSON of no kind that is posted.
_NOT_JSON: dict[str, bytes] = {
    "empty": b"",
    "cut off": b'{"update_id": 1, "mess',
    "a form": b"entry=1&update_id=2",
    "no text": b"\xff\xfe\x00\xd8",
    "packed": gzip.compress(b'{"update_id": 1}'),
    "a number": b"7",
    "a text": b'"entry"',
    "nothing": b"null",
    "nested deeply": b"[" * 200_000 + b"]" * 200_000,
    "nested deeply in an object": b'{"entry":' * 100_000 + b"1" + b"}" * 100_000,
}
#: JSON of another shape than the platforms'.
_ODD: tuple[Any, ...] = (
    None, True, 7, 1e308, "text", [], [[]], {}, {"id": {}}, {"chat": 7}, {"from": [1]}, {"type": {"a": 1}},
    {"text": {"body": ["x"]}}, {"text": None, "type": "text"}, {"id": "\ud800", "text": "\x00"},
)  # fmt: skip


class Doors:
    """The guide's doors, and whoever knocks."""

    def __init__(self, guide: Served, session: aiohttp.ClientSession) -> None:
        self.guide = guide
        self.session = session
        self.refused: dict[str, int] = {}

    async def post(self, path: str, body: Any, headers: Mapping[str, str]) -> int:
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        async with self.session.post(f"{self.guide.address}{path}", data=data, headers=headers) as answer:
            return answer.status

    async def telegram(self, body: Any, secret: str | None = botapi.SECRET) -> int:
        return await self.post("/tg", body, {} if secret is None else {HEADER: secret})

    async def whatsapp(self, body: bytes, signed: str | None = None, sent: Any = None) -> int:
        headers = {"X-Hub-Signature-256": signature(graph.APP_SECRET, body) if signed is None else signed}
        return await self.post("/whatsapp", body if sent is None else sent, headers if signed != "" else {})

    def expect(self, what: str, times: int = 1) -> None:
        self.refused[what] = self.refused.get(what, 0) + times

    def kept(self) -> tuple[int, list[tuple[str, str]], dict[str, int]]:
        """Return how many messages are kept, what could not be read, and what was refused."""
        store = Store(f"sqlite:///{self.guide.store}")
        try:
            counted = store.read_now(lambda connection: figures(connection, "2000-01-01", "2100-01-01"))
            refused = {about: times for (_, kind, about), times in counted.items() if kind == "refused"}
            unread = store.read_now(lambda connection: unread_things(connection, 1000))
            messages = store.read_now(
                lambda connection: connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar()
            )
            return int(messages or 0), [(one.channel, one.why) for one in unread], refused
        finally:
            store.close()


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def _telegrams(doors: Doors) -> None:
    """Knock at Telegram's door with all that must not come in."""
    update = json.dumps({"update_id": 1, "message": {"message_id": 1, "text": "x"}}).encode()
    assert await doors.telegram(update, None) == 401
    doors.expect("telegram no_secret")
    for secret in ("wrong", botapi.SECRET + "x", ""):
        assert await doors.telegram(update, secret) == 403
        doors.expect("telegram wrong_secret")
    large = b"[" + b" " * (TelegramLimits.WEBHOOK.most - 1) + b"]"
    assert len(large) == 3 * 1024 * 1024 + 1
    assert await doors.telegram(_in_pieces(large)) == 413
    assert await doors.telegram(large) == 413
    doors.expect("telegram too_large", 2)
    for name, body in _NOT_JSON.items():
        assert await doors.telegram(body) == 400, name
        doors.expect("telegram not_json")
    assert await doors.post("/tg", gzip.compress(update), {HEADER: botapi.SECRET, "Content-Encoding": "gzip"}) == 400
    doors.expect("telegram not_json")


async def _whatsapps(doors: Doors) -> None:
    """Knock at WhatsApp's door with all that must not come in."""
    body = graph.batch([graph.value(graph.words("m", "x", time.time(), from_="212600000009"))])
    assert await doors.whatsapp(body, "") == 401
    doors.expect("whatsapp no_signature")
    for signed in (
        "sha256=",
        "sha256=" + "0" * 64,
        signature("another", body),
        signature(graph.APP_SECRET, body + b" "),
    ):
        assert await doors.whatsapp(body, signed) == 403
        doors.expect("whatsapp wrong_signature")
    large = b"{" + b" " * (WhatsAppLimits.WEBHOOK.most - 1) + b"}"
    assert len(large) == 3 * 1024 * 1024 + 1
    assert await doors.whatsapp(large) == 413
    assert await doors.whatsapp(large, sent=_in_pieces(large)) == 413
    doors.expect("whatsapp too_large", 2)
    for name, odd in {**_NOT_JSON, "a list": b"[]"}.items():
        assert await doors.whatsapp(odd) == 400, name
        doors.expect("whatsapp not_json")
    async with doors.session.get(f"{doors.guide.address}/whatsapp?hub.mode=subscribe&hub.verify_token=x") as answer:
        assert answer.status == 403
    doors.expect("whatsapp wrong_verify_token")


async def _webs(doors: Doors) -> None:
    """Knock at the web chat's door with all that must not come in."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await doors.post("/say", b"text=x", {**form, "Origin": "https://elsewhere.example"}) == 403
    assert await doors.post("/say", b"text=" + b"x" * 70_000, form) == 413
    assert await doors.post("/say", b"{}", {"Content-Type": "application/json"}) == 415
    assert await doors.post("/say", b"&".join(b"a%d=1" % number for number in range(50)), form) == 400
    doors.expect("web other_site")
    doors.expect("web too_large")
    doors.expect("web not_a_form", 2)


async def _is_kept(doors: Doors) -> None:
    async with asyncio.timeout(20):
        while doors.kept()[2] != doors.refused:
            await asyncio.sleep(0.2)


async def test_nothing_comes_in_that_must_not(tmp_path: Path) -> None:
    """What has no signature or secret, is too large or is no JSON is refused: nothing is kept, and each is counted."""
    async with botapi.running() as api, graph.running() as platform:
        root = rooted(tmp_path / "root", _both(api.base, platform.base))
        async with at_work(root, {**TELEGRAM, **WHATSAPP}) as guide, aiohttp.ClientSession() as session:
            doors = Doors(guide, session)
            await _telegrams(doors)
            await _whatsapps(doors)
            await _webs(doors)
            await _is_kept(doors)
            assert doors.kept()[:2] == (0, [])
            assert "Traceback" not in guide.log()
            told = await said("doctor", "--store", str(guide.store), root=rooted(tmp_path / "off", ""), environ={})
            assert told.status == 0
            assert "Refused in 7 days: whatsapp wrong_signature, 4 times." in told.out
            assert "DALIL_WHATSAPP_APP_SECRET is not the app's" in told.out
        # Once a minute, and at the end, the log tells each reason in one line.
        lines = [line for line in guide.log().splitlines() if "event=refused" in line]
        # Of one kind of line at most ten are written a minute.
        assert len(lines) == min(len(doors.refused), 10)
        assert all(re.search(r"event=refused channel=\w+ why=\w+ times=\d+$", line) for line in lines)


def _both(telegram: str, whatsapp: str) -> str:
    return (
        f"telegram: {{on: true, address: 'https://guide.test/tg', base: '{telegram}'}}\n"
        f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{whatsapp}'}}\n"
    )


@pytest.mark.parametrize("odd_first", [True, False])
async def test_the_good_goes_on_beside_the_bad(tmp_path: Path, odd_first: bool) -> None:
    """Of a batch with malformed messages the good ones are answered; each bad one is kept as it came, for staff."""
    async with botapi.running() as api, graph.running() as platform:
        root = rooted(tmp_path / "root", _both(api.base, platform.base))
        async with at_work(root, {**TELEGRAM, **WHATSAPP}) as guide, aiohttp.ClientSession() as session:
            doors = Doors(guide, session)
            good = [
                graph.words(f"wamid.{number}", "سلام", time.time(), from_=f"21260000000{number}") for number in range(5)
            ]
            told = graph.value()
            told["messages"] = [*_ODD, *good] if odd_first else [*good, *_ODD]
            huge = graph.words("wamid.huge", "سلام", time.time(), from_="212600000008") | {"timestamp": "HUGE"}
            told["messages"].append(huge)
            values = [told, {"statuses": _ODD}, {"messages": "x"}, {"contacts": 7}]
            other = {"field": "account_update", "value": {"a": 1}}
            changes = [*({"field": "messages", "value": one} for one in values), *_ODD, other]
            body = {"entry": [{"changes": changes}, *_ODD]}
            raw = json.dumps(body).replace('"HUGE"', "9" * 5000).encode()
            for _ in range(2):
                assert await doors.whatsapp(raw) == 200
            await platform.until(6)
            assert {got.address for got in platform.got} == {f"21260000000{number}" for number in (0, 1, 2, 3, 4, 8)}

            updates = [
                {"update_id": 1, "message": {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"},
                 "from": {"id": 77}, "text": "سلام"}},
                *_ODD, *({"update_id": 2, "message": odd} for odd in _ODD),
                *({"update_id": 3, "callback_query": odd} for odd in _ODD),
                *({"update_id": 4, "my_chat_member": odd} for odd in _ODD),
            ]  # fmt: skip
            chat = api.chat(77)
            for _ in range(2):
                assert await doors.telegram(json.dumps(updates if odd_first else updates[::-1]).encode()) == 200
            async with asyncio.timeout(20):
                while not chat.texts:
                    await asyncio.sleep(0.05)
            messages, unread, refused = doors.kept()
            assert (messages, refused) == (7, {})
            assert {channel for channel, _ in unread} == {"whatsapp", "telegram"}
            # What comes as the same bytes in several places is kept once.
            assert {"message", "sender", "messages", "field_account_update"} <= {
                why for channel, why in unread if channel == "whatsapp"
            }
            assert {"update", "message", "callback_query", "my_chat_member"} <= {
                why for channel, why in unread if channel == "telegram"
            }
            log = guide.log()
            assert all(f"channel=whatsapp why={why}" in log for why in ("change", "entry", "status"))
            listed = await said("dead", "--json", "--store", str(guide.store), root=root, environ={})
            assert listed.status == 0
            assert any(line.get("unread") == "kind_unknown" and "body" in line["raw"] for line in listed.lines)
            assert "Traceback" not in guide.log()
