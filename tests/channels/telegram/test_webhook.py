"""Where the platform posts: who may, what is refused, when it is answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from bot.channels.channel import Intake
from bot.channels.incoming import Incoming
from bot.channels.telegram.api import Courtesies
from bot.channels.telegram.arrivals import HEADER
from bot.channels.telegram.arrivals import app as telegram_webhook
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import Call
from tests.channels.telegram.examples import BLOCKED, MEANINGS, MOVED, PASSED, tap, update

_SECRET = "s3cret_-"


class _Program:
    """The rest of the program, which keeps everything in memory."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.refused: list[str] = []
        self.calls: list[Call] = []
        self.is_broken = False

    async def keep(self, items: Sequence[Any]) -> None:
        if self.is_broken:
            raise OSError("the disk is full")
        self.kept += items

    async def attempt(self, call: Call) -> None:
        self.calls.append(call)

    async def is_attended(self, _external_id: str) -> bool:
        return True


@pytest.fixture
def program() -> _Program:
    """Give the rest of the program."""
    return _Program()


@pytest.fixture
async def client(program: _Program) -> AsyncIterator[httpx.AsyncClient]:
    """Give who posts."""
    keep = program.keep
    rooms = Intake(keep, keep, keep, blocking=keep, refused=program.refused.append)
    courtesies = Courtesies(program.attempt, program.is_attended)
    app = telegram_webhook(rooms, _SECRET, courtesies, path="/telegram")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://guide.example") as made:
        yield made
    await courtesies.close()


async def _posted(client: httpx.AsyncClient, content: Any, secret: str | None = _SECRET) -> httpx.Response:
    headers = {"Content-Type": "application/json"} | ({} if secret is None else {HEADER: secret})
    return await client.post("/telegram", content=content, headers=headers)


@pytest.mark.parametrize("told", [*(told for told, _ in MEANINGS.values()), BLOCKED, MOVED], ids=str)
async def test_keeps_what_is_posted(client: httpx.AsyncClient, program: _Program, told: dict[str, Any]) -> None:
    """An update with the secret is answered 200 once it is kept."""
    response = await _posted(client, json.dumps(told))
    assert (response.status_code, len(program.kept)) == (200, 1)


@pytest.mark.parametrize(
    ("secret", "status", "why"),
    [
        (None, 401, "no_secret"),
        ("", 403, "wrong_secret"),
        ("s3cret_", 403, "wrong_secret"),
        (_SECRET + "x", 403, "wrong_secret"),
        (_SECRET.upper(), 403, "wrong_secret"),
        ("é" * 300, 403, "wrong_secret"),
    ],
)
async def test_turns_strangers_away(
    client: httpx.AsyncClient, program: _Program, secret: str | None, status: int, why: str
) -> None:
    """Without the secret, or with another, nothing is kept and the refusal is counted."""
    headers = {} if secret is None else {HEADER.encode(): secret.encode()}
    response = await client.post("/telegram", content=json.dumps(update(text="x")), headers=headers)
    assert response.status_code == status
    assert (program.kept, program.refused) == ([], [why])


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"7", b"[" * 100_000])
async def test_refuses_what_is_no_json(client: httpx.AsyncClient, program: _Program, body: bytes) -> None:
    """A body that is no JSON is answered 400 and counted."""
    assert (await _posted(client, body)).status_code == 400
    assert (program.kept, program.refused) == ([], ["not_json"])


@pytest.mark.parametrize("is_told", [True, False])
async def test_refuses_what_is_too_large(client: httpx.AsyncClient, program: _Program, is_told: bool) -> None:
    """A body over three megabytes is not read to its end, whether it tells its length or not."""
    body = b" " * (TelegramLimits.WEBHOOK.most + 1)

    async def streamed() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536]

    assert (await _posted(client, body if is_told else streamed())).status_code == 413
    assert (program.kept, program.refused) == ([], ["too_large"])


async def test_says_nothing_is_kept_when_it_is_not(client: httpx.AsyncClient, program: _Program) -> None:
    """When an update cannot be kept the platform is not told 200, and posts it again."""
    program.is_broken = True
    assert (await _posted(client, json.dumps(update(text="x")))).status_code == 503
    program.is_broken = False
    assert (await _posted(client, json.dumps(update(text="x")))).status_code == 200
    assert len(program.kept) == 1


async def test_acknowledges_a_tap_in_the_answer(client: httpx.AsyncClient, program: _Program) -> None:
    """A tap is acknowledged in the answer to its update, with its label, and its buttons are taken away."""
    response = await _posted(client, json.dumps(tap()))
    assert response.json() == {"method": "answerCallbackQuery", "callback_query_id": "4382", "text": "المكتب"}
    await asyncio.sleep(0)
    assert program.calls == [Call("editMessageReplyMarkup", {"chat_id": 123, "message_id": 6})]
    assert (await _posted(client, json.dumps(update(text="x")))).content == b""


@pytest.mark.parametrize("told", PASSED.values(), ids=PASSED)
async def test_takes_what_needs_nothing(client: httpx.AsyncClient, program: _Program, told: dict[str, Any]) -> None:
    """What needs nothing is answered 200, or it would be posted for a day."""
    assert (await _posted(client, json.dumps(told))).status_code == 200
    assert program.kept == []


async def test_keeps_the_good_beside_the_bad(client: httpx.AsyncClient, program: _Program) -> None:
    """Of a list with a broken update both are kept, each for what it is."""
    await _posted(client, json.dumps([{"update_id": 1, "message": 7}, update(text="x")]))
    assert [type(one).__name__ for one in program.kept] == ["Incoming", "Unreadable"]
    assert isinstance(program.kept[0], Incoming)


@pytest.mark.parametrize("secret", ["", "with space", "x" * 257, "سر"])
def test_needs_a_secret(program: _Program, secret: str) -> None:
    """A webhook without a secret, or with one the platform would not take, is not begun."""
    rooms = Intake(program.keep, program.keep, program.keep)
    with pytest.raises(ValueError, match="secret"):
        telegram_webhook(rooms, secret, Courtesies(program.attempt, program.is_attended))
