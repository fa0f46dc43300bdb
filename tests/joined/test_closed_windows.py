"""The whole program on WhatsApp with people who have not written for a day, and with news that comes twice."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.joined.joining import WHATSAPP, at_work, rooted, until
from tests.standins import graph

_PERSON = "212600000001"
_OTHER = "212600000002"
_DAY = 24 * 3600


def _config(platform: graph.Graph) -> str:
    return (
        f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}',"
        " template: {name: reply_waiting}}\n"
    )


def _asked(root: Path, sentence: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(root / "var" / "dalil.db", timeout=10)) as connection, connection:
        return connection.execute(sentence, values).fetchall()


def _silent_for_two_days(root: Path) -> None:
    """Let the person have written two days ago, and staff answer now."""
    _asked(root, "UPDATE inbox SET received = received - ?", 2 * _DAY)
    _asked(
        root,
        "INSERT INTO outbox (person, channel, address, who, place, reply, created, state, due, attempts)"
        " SELECT person, channel, ?, 'staff', place + 1000000, '{\"text\":\"answer\"}', ?, 'waiting', ?, 0"
        " FROM outbox LIMIT 1",
        _PERSON,
        time.time(),
        time.time(),
    )


async def _says(platform: graph.Graph, number: str, words: str, who: str = _PERSON) -> None:
    told = graph.value(graph.words(number, words, time.time(), from_=who), wa_id=who)
    assert await platform.tell(told) == 200


def _kinds(platform: graph.Graph) -> list[str]:
    return [one.message["type"] for one in platform.got]


async def test_who_answers_the_template_is_answered_at_once(tmp_path: Path) -> None:
    """The template goes once, also over a restart, and what waited arrives as soon as the person writes."""
    async with graph.running() as platform:
        root = rooted(tmp_path / "root", _config(platform))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await _says(platform, "m1", "سلام")
            await platform.until(1)
        _silent_for_two_days(root)
        async with at_work(root, WHATSAPP):
            await platform.until(2)
            await until(lambda: bool(_asked(root, "SELECT 1 FROM outbox WHERE error LIKE '%template_sent'")))
        assert _kinds(platform)[1:] == ["template"]
        _asked(root, "UPDATE outbox SET due = ? WHERE state = 'waiting'", time.time())
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await until(lambda: bool(_asked(root, "SELECT 1 FROM outbox WHERE due > ?", time.time() + 600)))
            assert len(platform.got) == 2
            await _says(platform, "m2", "نعم")
            await platform.until(4)
        assert platform.got[2].text == "answer"
        assert "template" not in _kinds(platform)[2:]


async def test_a_window_that_only_the_platform_knows_to_be_closed(tmp_path: Path) -> None:
    """A reply that the platform takes and then finds the window closed for is followed by the template, then sent."""
    async with graph.running() as platform:
        root = rooted(tmp_path / "root", _config(platform))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await _says(platform, "m1", "سلام")
            await platform.until(1)
            await until(lambda: bool(_asked(root, "SELECT 1 FROM outbox WHERE state = 'sent'")))
            failed = graph.value(statuses=[graph.status(platform.got[0], "failed", 131047)])
            assert await platform.tell(failed) == 200
            await platform.until(2)
            await until(lambda: bool(_asked(root, "SELECT 1 FROM outbox WHERE error LIKE '%template_sent'")))
            assert await platform.tell(failed) == 200
            await _says(platform, "m2", "القائمة")
            await platform.until(4)
        assert _kinds(platform)[1] == "template"
        assert platform.got[2].text == platform.got[0].text


async def test_a_confirmation_that_cannot_be_sent_at_once(tmp_path: Path) -> None:
    """Who had us forget them is told so also when the platform was away and the program began again."""
    async with graph.running() as platform:
        root = rooted(tmp_path / "root", _config(platform))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await _says(platform, "m1", "سلام")
            await platform.until(1)
            platform.faults.extend([graph.Fault(status=503)] * 50)
            await _says(platform, "m2", "احذف معطياتي")
            await until(lambda: "send_failed" in guide.log())
        platform.faults.clear()
        assert _asked(root, "SELECT address FROM identifiers") == []
        async with at_work(root, WHATSAPP):
            await platform.until(2)
            await until(lambda: not _asked(root, "SELECT 1 FROM outbox WHERE state = 'waiting'"))
        assert _kinds(platform)[1] != "template"
        assert _asked(root, "SELECT DISTINCT state, address FROM outbox") == [("sent", "")]


async def test_news_of_a_number_that_comes_again(tmp_path: Path) -> None:
    """News of a changed number that is delivered again does not undo a later change."""
    async with graph.running() as platform:
        root = rooted(tmp_path / "root", _config(platform))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await _says(platform, "m1", "سلام")
            await platform.until(1)

            async def changed(number: str, before: str, after: str) -> str:
                news = {"type": "user_changed_number", "body": "x", "wa_id": after, "customer": before}
                told = graph.message(number, "system", news, time.time(), from_=before)
                assert await platform.tell(graph.value(told)) == 200
                [(address,)] = _asked(root, "SELECT address FROM identifiers")
                return str(address)

            assert await changed("s1", _PERSON, _OTHER) == _OTHER
            assert await changed("s2", _OTHER, _PERSON) == _PERSON
            assert await changed("s1", _PERSON, _OTHER) == _PERSON


async def test_a_person_sees_that_they_were_heard_and_what_it_costs_is_counted(tmp_path: Path) -> None:
    """A message is marked as read without "typing" after its answer, and the price of a reply is counted once."""
    async with graph.running() as platform:
        root = rooted(tmp_path / "root", _config(platform))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            await _says(platform, "wamid.m1", "سلام")
            await platform.until(1)
            await until(lambda: bool(platform.reads))
            pricing = {"billable": True, "pricing_model": "PMP", "category": "service"}
            told = [{**graph.status(platform.got[0], name), "pricing": pricing} for name in ("sent", "delivered")]
            assert await platform.tell(graph.value(statuses=told)) == 200
            await until(lambda: _asked(root, "SELECT about, n FROM counts WHERE kind = 'whatsapp_priced'") != [])
        assert platform.reads == [{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.m1"}]
        assert _asked(root, "SELECT about, n FROM counts WHERE kind = 'whatsapp_priced'") == [("service billable", 1)]
