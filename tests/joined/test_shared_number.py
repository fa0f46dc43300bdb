"""Two programs that share one number: what the one hears, the one that sends goes by."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from bot.channels.channel import Basis
from bot.channels.whatsapp.channel import WhatsApp, signature
from bot.config import TemplateConfig, WhatsAppConfig
from bot.credentials import Credentials
from bot.delivery import Delivery
from bot.reception import Notices, Reception
from bot.storage import Store
from tests.channels.soaking import counted
from tests.channels.whatsapp.conftest import words as own_words
from tests.joined.joining import WHATSAPP
from tests.reception.room import SORRY
from tests.standins import graph
from tests.stores import postgresql, until, url

__all__ = ["postgresql", "url"]

_PERSON = "212600000001"
_USER = "MA.13491208655302741918"
_STAFF = text(
    "INSERT INTO outbox (person, channel, address, who, place, reply, created, state, due, attempts)"
    " SELECT person, channel, :address, 'staff', place + 1000000, '{\"text\":\"answer\"}', :now, 'waiting', :now, 0"
    " FROM outbox ORDER BY id LIMIT 1"
)


@dataclass(slots=True)
class _Program:
    """One of the programs; what it is posted it takes in and answers, and it sends where it is told to."""

    store: Store
    number: WhatsApp
    reception: Reception
    delivery: Delivery

    async def is_posted(self, body: bytes) -> None:
        hook = self.number.mounted(self.reception)["/whatsapp"]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(hook), base_url="http://guide") as client:
            headers = {"X-Hub-Signature-256": signature(graph.APP_SECRET, body)}
            assert (await client.post("/whatsapp", content=body, headers=headers)).status_code == 200

    async def hears(self, number: str, said: str) -> None:
        told = graph.words(number, said, time.time(), from_=_PERSON, from_user_id=_USER)
        await self.is_posted(graph.batch([graph.value(told, wa_id=_PERSON, user_id=_USER)]))

    async def has(self, sentence: str) -> bool:
        return bool(await self.store.read(lambda connection: connection.execute(text(sentence)).scalar()))


@asynccontextmanager
async def _program(url: str, platform: graph.Graph, *, sends: bool) -> AsyncIterator[_Program]:
    config = WhatsAppConfig(
        is_on=True, number_id=graph.NUMBER_ID, base=platform.base, template=TemplateConfig("reply_waiting")
    )
    store, notices = Store(url), Notices()

    def now() -> datetime:
        return datetime.now(UTC)

    basis = Basis(store, now, notices, lambda _document: b"")
    number = WhatsApp(config, Credentials(WHATSAPP), own_words(), "", basis)
    assert number.outlet is not None
    delivery = Delivery(store, {"whatsapp": number.outlet}, sent=notices.tell, now=now, chance=lambda: 0.0)
    reception = Reception(
        store, notices, read={"whatsapp": number.read}, respond=counted, sorry=SORRY, now=now, answered=delivery.tell
    )
    tasks = [asyncio.create_task(delivery.run() if sends else reception.attend())]
    try:
        yield _Program(store, number, reception, delivery)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await number.close()
        store.close()


@pytest.fixture
async def programs(url: str) -> AsyncIterator[tuple[graph.Graph, _Program, _Program]]:
    """Give the platform, the program that it posts to, and the one that sends; the person has been answered once."""
    if url.startswith("sqlite"):
        pytest.skip("one program alone serves a SQLite file")
    async with AsyncExitStack() as until_it_ends:
        platform = await until_it_ends.enter_async_context(graph.running())
        hearing = await until_it_ends.enter_async_context(_program(url, platform, sends=False))
        sending = await until_it_ends.enter_async_context(_program(url, platform, sends=True))
        await hearing.hears("m1", "سلام")
        await platform.until(1)
        await until(lambda: hearing.has("SELECT count(*) FROM outbox WHERE state = 'sent'"))
        yield platform, hearing, sending


async def _staff_answer(program: _Program) -> None:
    await program.store.write(lambda connection: connection.execute(_STAFF, {"address": _USER, "now": time.time()}))


async def test_who_wants_nothing_unasked_is_known_to_every_program(
    programs: tuple[graph.Graph, _Program, _Program],
) -> None:
    """Who turned unasked messages off is not sent the template by a program that was not told; turned on, they are."""
    platform, hearing, sending = programs
    waits = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND error LIKE '131047%{}'"
    for choice, comes in (("stop", "stopped_by_person"), ("resume", "template_sent")):
        told = {"wa_id": _PERSON, "category": "marketing_messages", "value": choice, "timestamp": 1795424400}
        value = {**graph.value(wa_id=_PERSON, user_id=_USER), "user_preferences": [told]}
        change = {"id": "1", "changes": [{"field": "user_preferences", "value": value}]}
        await hearing.is_posted(json.dumps({"entry": [change]}).encode())
        if choice == "stop":
            # They wrote two days ago, which the platform alone knows.
            platform.silent.add(_USER)
            await _staff_answer(hearing)
        sending.delivery.tell()
        await until(lambda comes=comes: hearing.has(waits.format(comes)))  # type: ignore[misc]
    assert [one.message["type"] for one in platform.got[1:]] == ["template"]


async def test_what_waits_is_sent_when_another_program_hears_its_person(
    programs: tuple[graph.Graph, _Program, _Program],
) -> None:
    """A reply outside the 24 hours goes as soon as its person writes, also to a program that knew of no such reply."""
    platform, hearing, sending = programs
    platform.silent.add(_USER)
    await _staff_answer(hearing)
    sending.delivery.tell()
    await until(lambda: hearing.has("SELECT count(*) FROM outbox WHERE state = 'waiting' AND error LIKE '131047%'"))
    platform.silent.clear()
    await hearing.hears("m2", "نعم")
    await platform.until(4)
    assert [one.text for one in platform.got if one.message["type"] != "template"][1:] == ["answer", "2:نعم"]
