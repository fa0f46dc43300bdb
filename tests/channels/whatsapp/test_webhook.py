import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from bot.channels.channel import Intake
from bot.channels.incoming import Incoming, Moved, ReplyStatus
from bot.channels.webhook import Refusal
from bot.channels.whatsapp.channel import Secrets, app, signature
from bot.storage import Unreadable
from tests.standins.graph import APP_SECRET, NUMBER_ID, VERIFY_TOKEN, batch, message, value, words

_AT = 1_795_424_400.0


@dataclass
class _Kept:
    messages: list[Incoming] = field(default_factory=list)
    statuses: list[ReplyStatus] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    is_broken: bool = False

    async def accept(self, items: Sequence[Incoming]) -> None:
        if self.is_broken:
            raise OSError("the disk is full")
        self.messages += items

    async def note(self, items: Sequence[ReplyStatus]) -> None:
        self.statuses += items

    async def move(self, items: Sequence[Moved]) -> None:
        self.moved += items

    async def keep(self, items: Sequence[Unreadable]) -> None:
        self.unread += items

    @property
    def is_empty(self) -> bool:
        return not (self.messages or self.statuses or self.moved or self.unread)


@pytest.fixture
def kept() -> _Kept:
    """What the webhook gave away."""
    return _Kept()


@pytest.fixture
def client(kept: _Kept) -> httpx.AsyncClient:
    """Whoever posts to the webhook."""
    rooms = Intake(kept.accept, kept.move, kept.keep, kept.note, refused=kept.refused.append)
    served = app(rooms, Secrets(APP_SECRET, VERIFY_TOKEN), number_id=NUMBER_ID, path="/whatsapp")
    return httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://guide")


async def _post(client: httpx.AsyncClient, body: bytes, signed: str | None = None) -> int:
    headers = {b"X-Hub-Signature-256": (signature(APP_SECRET, body) if signed is None else signed).encode()}
    async with client:
        return (await client.post("/whatsapp", content=body, headers=headers)).status_code


_BODY = batch([value(words("m1", "شحال", _AT, from_="212600000001"), user_id="MA.1")])


async def test_keeps_a_signed_batch(client: httpx.AsyncClient, kept: _Kept) -> None:
    """What is signed is kept, each kind of thing by who sees to it, then answered 200."""
    told = value(words("m1", "a", _AT, from_="1"), statuses=[{"id": "w", "status": "read"}])
    told["messages"] += [message("m2", "system", {"type": "user_changed_number", "wa_id": "2"}, _AT, from_="1"), None]
    assert await _post(client, batch([told])) == 200
    assert [item.external_id for item in kept.messages] == ["m1"]
    assert kept.statuses == [ReplyStatus("read", None, "w")]
    assert kept.moved == [Moved("1", "2", is_number=True, external_id="m2")]
    assert [item.raw for item in kept.unread] == [b"null"]
    assert kept.refused == []


@pytest.mark.parametrize(
    "signed",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "é", signature("another secret", _BODY),
     signature(APP_SECRET, _BODY).upper(), signature(APP_SECRET, _BODY) + "0", signature(APP_SECRET, _BODY + b" ")],
)  # fmt: skip
async def test_refuses_a_wrong_signature(client: httpx.AsyncClient, kept: _Kept, signed: str) -> None:
    """A body with a signature that is not its own is refused and counted, and nothing of it is kept."""
    assert await _post(client, _BODY, signed) == 403
    assert kept.refused == ["wrong_signature"]
    assert kept.is_empty


async def test_refuses_what_is_not_signed(client: httpx.AsyncClient, kept: _Kept) -> None:
    """A body without a signature is refused."""
    async with client:
        assert (await client.post("/whatsapp", content=_BODY)).status_code == 401
    assert kept.refused == ["no_signature"]
    assert kept.is_empty


async def test_the_raw_body_is_what_is_signed(client: httpx.AsyncClient, kept: _Kept) -> None:
    """The same JSON written otherwise has another signature."""
    other = json.dumps(json.loads(_BODY), indent=1).encode()
    assert await _post(client, other, signature(APP_SECRET, _BODY)) == 403


@pytest.mark.parametrize("is_told", [True, False])
async def test_refuses_a_body_too_large(client: httpx.AsyncClient, kept: _Kept, is_told: bool) -> None:
    """More than three megabytes are refused, whether their size is told before or not."""
    large = b"[" + b" " * 3 * 1024 * 1024 + b"]"

    async def chunks() -> object:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    headers = {"X-Hub-Signature-256": signature(APP_SECRET, large)}
    async with client:
        content = large if is_told else chunks()
        answer = await client.post("/whatsapp", content=content, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert kept.refused == ["too_large"]


@pytest.mark.parametrize("body", [b"", b"hello", b"[1]", b"\xff\xfe"])
async def test_refuses_what_is_not_json(client: httpx.AsyncClient, kept: _Kept, body: bytes) -> None:
    """A signed body that is no JSON object is refused and counted."""
    assert await _post(client, body) == 400
    assert kept.refused == ["not_json"]


async def test_says_200_only_when_it_is_kept(client: httpx.AsyncClient, kept: _Kept) -> None:
    """What could not be kept is not acknowledged, so that the platform sends it again."""
    kept.is_broken = True
    assert await _post(client, _BODY) == 503


@pytest.mark.parametrize(
    ("asked", "status", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158"}, 200, "1158"),
        ({"hub.mode": "subscribe", "hub.verify_token": "guessed", "hub.challenge": "1158"}, 403, ""),
        ({"hub.mode": "unsubscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158"}, 403, ""),
        ({"hub.verify_token": VERIFY_TOKEN}, 403, ""),
        ({}, 403, ""),
    ],
)
async def test_tells_that_the_address_is_ours(
    client: httpx.AsyncClient, kept: _Kept, asked: dict[str, str], status: int, answer: str
) -> None:
    """The platform's challenge is given back to whoever knows the verify token alone."""
    async with client:
        came = await client.get("/whatsapp", params=asked)
    assert (came.status_code, came.text) == (status, answer)
    assert kept.refused == ([] if status == 200 else ["wrong_verify_token"])


def test_empty_secrets_are_refused() -> None:
    """A webhook whose secret everybody knows is not opened."""
    rooms = Intake(*[lambda _items: None] * 5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="empty"):
        app(rooms, Secrets("", VERIFY_TOKEN))
    assert APP_SECRET not in repr(Secrets(APP_SECRET, VERIFY_TOKEN))
