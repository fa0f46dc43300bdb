"""A flood through the doors of the running guide."""

import asyncio
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import aiohttp

from bot.conversation.library import Library
from tests.joined.joining import WHATSAPP, at_work, rooted, said
from tests.program import Served
from tests.standins import graph

_FLOODS, _OTHER = "212600000001", "212600000002"


def _told(guide: Served) -> dict[str, list[str]]:
    connection = sqlite3.connect(guide.store)
    try:
        rows = connection.execute(
            "SELECT i.address, o.reply FROM outbox o JOIN identifiers i ON i.person = o.person ORDER BY o.place"
        ).fetchall()
    finally:
        connection.close()
    told: dict[str, list[str]] = {}
    for address, reply in rows:
        told.setdefault(address, []).append(json.loads(reply)["text"])
    return told


async def _spent(guide: Served, root: Path) -> dict[str, Any]:
    told = await said("figures", "--json", "--store", str(guide.store), root=root, environ={})
    meter: dict[str, Any] = next(line["meter"] for line in told.lines if "meter" in line)
    return meter


async def test_flood_on_whatsapp(tmp_path: Path, library: Library) -> None:
    """Who floods is told once and waits; who writes meanwhile is answered at once; staff see what went unanswered."""
    async with graph.running() as platform:
        config = (
            f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
            "flood: {messages: 20, seconds: 600, waiting: 10}\n"
        )
        root = rooted(tmp_path / "root", config)
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            many = [graph.words(f"wamid.{number}", "سلام", time.time(), from_=_FLOODS) for number in range(300)]
            hello = graph.words("wamid.other", "سلام", time.time(), from_=_OTHER)
            assert await platform.tell(graph.value(*many), graph.value(hello)) == 200
            async with asyncio.timeout(10):
                while not platform.sent_to(_OTHER):
                    await asyncio.sleep(0.01)
            slow_down = library.phrases.one_by_one.of("ar")
            # The other has not waited for all that the one may have: the rest of it comes behind.
            async with asyncio.timeout(10):
                while len((told := _told(guide))[_FLOODS]) < 21:
                    await asyncio.sleep(0.01)
            assert len(told[_FLOODS]) == 21
            assert told[_FLOODS].count(slow_down) == 1
            assert told[_FLOODS][-1] == slow_down
            listed = await said("dead", "--json", "--store", str(guide.store), root=root, environ={})
            assert [(line["floods"], line["unanswered"]) for line in listed.lines] == [(1, 270)]
            plain = await said("dead", "--store", str(guide.store), root=root, environ={})
            assert "by 1, 270 messages not answered" in plain.out
            # 20 answers and the sentence to the one, an answer to the other: all of it is counted for the month's bill.
            async with asyncio.timeout(10):
                while (month := await _spent(guide, root))["messages"] < 22:
                    await asyncio.sleep(0.5)
            assert month["messages"] == 22
            assert month["by_flow"]["flood"] == 1
            log = guide.log()
            assert log.count("event=flood") == 1
            assert _FLOODS not in log


async def test_a_crowd_on_the_web(tmp_path: Path) -> None:
    """One internet address makes no more new browsers than a crowd would; whoever is refused is told when to return."""
    root = rooted(tmp_path / "root", "flood: {from_address: 5, seconds: 600}\n")
    async with at_work(root, {}) as guide:
        answers = []
        for number in range(8):
            # Behind a web server on this machine, which tells who asks.
            told = {"X-Forwarded-For": "41.92.0.1" if number < 7 else "2001:db8::7"}
            async with aiohttp.ClientSession(headers=told) as page, page.get(f"{guide.address}/") as answer:
                answers.append((answer.status, answer.headers.get("Retry-After")))
        assert answers == [*[(200, None)] * 5, *[(429, "10")] * 2, (200, None)]
        async with asyncio.timeout(10):
            while True:
                listed = await said("figures", "--json", "--store", str(guide.store), root=root, environ={})
                if {"kind": "refused", "about": "web too_many", "count": 2} in listed.lines:
                    break
                await asyncio.sleep(0.5)


async def test_flood_on_the_web(tmp_path: Path, library: Library) -> None:
    """A page whose messages are put aside is not kept waiting for them: it is told, and goes on."""
    root = rooted(tmp_path / "root", "flood: {messages: 5, seconds: 600}\n")
    async with at_work(root, {}) as guide, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as page:
        async with page.get(f"{guide.address}/") as answer:
            assert answer.status == 200
        begun = time.monotonic()
        shown = ""
        for _ in range(8):
            async with page.post(f"{guide.address}/say", data={"text": "سلام"}) as answer:
                assert answer.status == 200
                shown = await answer.text()
        assert time.monotonic() - begun < 10
        async with page.get(f"{guide.address}/") as answer:
            shown = await answer.text()
        assert shown.count(library.phrases.one_by_one.of("ar").split(".")[0]) == 1
