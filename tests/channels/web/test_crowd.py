"""How much may come from one internet address."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import httpx
import pytest
from jinja2 import Template

from bot.channels.web.guards import Crowd, Queues, Visitor
from bot.channels.web.messages import PageBubble, update
from bot.channels.web.pages import app as web_app
from tests.channels.web.conftest import Memory, page_words


class _Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_crowd_has_room_again_in_time() -> None:
    """So many at once, then as many as the long run allows."""
    clock = _Clock()
    crowd = Crowd(60, 30.0, clock)
    assert [crowd.admits("41.92.0.1") for _ in range(61)] == [True] * 60 + [False]
    assert crowd.admits("41.92.0.2")
    clock.at += 0.5
    assert [crowd.admits("41.92.0.1") for _ in range(2)] == [True, False]
    clock.at += 30.0
    assert sum(crowd.admits("41.92.0.1") for _ in range(100)) == 60


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:41.92.0.1", "::ffff:41.92.0.2", False),
        ("no address", "no address", True),
    ],
)
def test_a_line_counts_as_one(one: str, other: str, is_same: bool) -> None:
    """Whoever is given a whole block of IPv6 addresses has not as many turns."""
    crowd = Crowd(1, 60.0, lambda: 0.0)
    assert crowd.admits(one)
    assert crowd.admits(other) is not is_same


def test_no_limit() -> None:
    """Where the operator wants none, everything is admitted."""
    crowd = Crowd(0, 60.0, lambda: 0.0)
    assert all(crowd.admits("41.92.0.1") for _ in range(10_000))


def test_long_messages_count_as_several() -> None:
    """What one internet address can have us keep is bounded in bytes: a message of 20 KB counts as 21."""
    crowd = Crowd(60, 60, lambda: 0.0)
    assert [crowd.admits("41.92.0.1", 20 * 1024) for _ in range(4)] == [True, True, True, False]
    assert [crowd.admits("41.92.0.2", 500) for _ in range(60)] == [True] * 60


def test_no_more_is_kept_than_is_read() -> None:
    """Of a text that is longer than what is read, and of a choice that is none of ours, the beginning is kept."""
    fields = {"text": "ش" * 60_000, "choice": "x" * 9000}
    external_id, raw = update("a", "n" * 8, fields)
    assert len(raw) < 2 * 10_000 + 1000
    assert external_id != update("a", "n" * 8, {**fields, "choice": "x" * 9001})[0]
    assert "ش" in raw.decode()


async def test_one_browser_is_answered_one_request_after_the_other() -> None:
    """Twenty requests of one browser wait for each other, and another browser is answered among them."""
    memory = Memory()
    rooms = memory.rooms()
    under_way: list[str] = []
    most = 0

    async def transcript(address: str, after: int) -> Sequence[PageBubble]:
        nonlocal most
        under_way.append(address)
        most = max(most, *Counter(under_way).values())
        await asyncio.sleep(0)
        bubbles = await rooms.transcript(address, after)
        under_way.remove(address)
        return bubbles

    transport = httpx.ASGITransport(web_app(replace(rooms, transcript=transcript), page_words()))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as flooding,
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as other,
    ):
        for page in (flooding, other):
            assert (await page.get("/")).status_code == 200
        order: list[str] = []

        async def ask(page: httpx.AsyncClient, name: str) -> None:
            assert (await page.get("/")).status_code == 200
            order.append(name)

        await asyncio.gather(*(ask(flooding, "flood") for _ in range(20)), ask(other, "other"))
    assert most == 1
    assert order.index("other") < 5


async def test_page_asked_for_over_and_over_is_drawn_seldom() -> None:
    """After something was drawn for it a browser rests for a moment; what it asks meanwhile is answered then."""
    queues = Queues()
    browser, other = Visitor("a" * 32, True), Visitor("b" * 32, True)
    async with queues.rested(browser):
        assert not queues.of_browser(other).locked()
    assert queues.of_browser(browser).locked()
    async with asyncio.timeout(5), queues.of_browser(browser):
        pass
    assert not queues.of_browser(browser).locked()


async def test_many_browsers_of_one_address_have_a_few_messages_under_way() -> None:
    """Of a hundred browsers at one internet address a few are attended at once; another address waits for none."""
    memory = Memory()
    under_way: list[str] = []
    most, lets_go = 0, asyncio.Event()

    async def accept(external_id: str, address: str, raw: bytes) -> None:
        nonlocal most
        if b"long" in raw:
            under_way.append(address)
            most = max(most, len(under_way))
            await lets_go.wait()
            under_way.remove(address)
        await memory.accept(external_id, address, raw)

    served = web_app(replace(memory.rooms(), accept=accept), page_words())
    near, far = (httpx.ASGITransport(served, client=(address, 1)) for address in ("41.92.0.1", "41.92.0.2"))
    pages = [httpx.AsyncClient(transport=near, base_url="http://127.0.0.1") for _ in range(100)]
    other = httpx.AsyncClient(transport=far, base_url="http://127.0.0.1")
    for page in (*pages, other):
        assert (await page.get("/")).status_code == 200
    flood = [asyncio.create_task(page.post("/say", data={"text": "long"})) for page in pages]
    assert (await other.post("/say", data={"text": "short"})).status_code == 303
    assert 0 < len(under_way) < 64
    lets_go.set()
    assert {answer.status_code for answer in await asyncio.gather(*flood)} == {303}
    assert most < 64
    assert sum("long" in words for words in memory.mine()) == 100
    for page in (*pages, other):
        await page.aclose()


async def test_what_a_browser_posts_is_read_in_its_turn() -> None:
    """While one post of a browser is answered, the next ones are not even read."""
    memory = Memory()
    begun, lets_go = asyncio.Event(), asyncio.Event()
    read: list[bytes] = []

    async def accept(external_id: str, address: str, raw: bytes) -> None:
        if b"first" in raw:
            begun.set()
            await lets_go.wait()
        await memory.accept(external_id, address, raw)

    async def second() -> AsyncIterator[bytes]:
        read.append(b"text=second")
        yield read[-1]

    transport = httpx.ASGITransport(web_app(replace(memory.rooms(), accept=accept), page_words()))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as page:
        await page.get("/")
        first = asyncio.create_task(page.post("/say", data={"text": "first"}))
        await begun.wait()
        then = asyncio.create_task(page.post("/say", content=second(), headers=form))
        for _ in range(100):
            await asyncio.sleep(0)
        assert read == []
        lets_go.set()
        assert [(await answer).status_code for answer in (first, then)] == [303, 303]
    assert memory.mine()[-2:] == ["first", "second"]


async def test_news_over_and_over_is_drawn_seldom_and_not_all() -> None:
    """Of two hundred bubbles that a browser says it has not seen the last ones are drawn, and then it rests."""
    memory = Memory()
    transport = httpx.ASGITransport(web_app(memory.rooms(), page_words()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as page:
        await page.get("/")
        for number in range(60):
            await page.post("/say", data={"text": f"said {number}"})
        drawn = (await page.get("/news", params={"after": "0"})).text
        sent = (await page.post("/say", data={"text": "last", "after": "0"})).text
    assert "said 59" in drawn
    assert "last" in sent
    assert drawn.count("<article") == sent.count("<article") == 40


async def test_what_says_the_same_to_everybody_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that no allowance counts are drawn and packed once, however often and by whomever they are asked for."""
    drawn: list[str | None] = []
    render = Template.render

    def counted(template: Template, *told: object, **values: object) -> str:
        drawn.append(template.name)
        return render(template, *told, **values)

    monkeypatch.setattr(Template, "render", counted)
    transport = httpx.ASGITransport(web_app(Memory().rooms(), page_words()))
    said: dict[str, set[tuple[int, str]]] = {}
    for packed in ("gzip", "identity"):
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers={"Accept-Encoding": packed}
        ) as page:
            for path in ("/leave", "/nowhere", "/static/nothing", "/news", "/faq/A!", "/document/7"):
                for _ in range(3):
                    answer = await page.get(path)
                    assert answer.headers.get("Content-Encoding", "identity") == packed
                    said.setdefault(path, set()).add((answer.status_code, answer.text))
            stranger = {"Origin": "https://elsewhere.example"}
            for _ in range(3):
                assert (await page.post("/say", data={"text": "x"}, headers=stranger)).status_code == 403
                assert (await page.post("/say", content=b"{}")).status_code == 415
    assert all(len(answers) == 1 for answers in said.values())
    assert sorted(str(name) for name in drawn) == ["leave.html", *["notice.html"] * 3]
