import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.whatsapp.guide import Guide, working
from tests.standins.graph import Fault, batch, message, status, value, words

_USER = "MA.13491208655302741918"
_NUMBER = "212600000001"


@pytest.fixture
async def guide(tmp_path: Path) -> AsyncIterator[Guide]:
    """Run a guide on WhatsApp."""
    async with working(tmp_path) as guide:
        yield guide


async def _texts(guide: Guide, address: str, messages: int) -> list[str]:
    await guide.graph.until(messages)
    return [one.text for one in guide.graph.sent_to(address)]


async def test_a_conversation(guide: Guide) -> None:
    """A person writes, taps and shares a location, and each is answered once, in order."""
    graph, at = guide.graph, guide.clock().timestamp()
    assert await graph.verify() == (200, "1158201444")
    assert await graph.tell(value(words("m1", "سلام", at, from_=_NUMBER), wa_id=_NUMBER, user_id=_USER)) == 200
    assert await _texts(guide, _USER, 1) == ["1:سلام"]
    tap = {"type": "button_reply", "button_reply": {"id": graph.got[0].ids[0], "title": "القائمة"}}
    await graph.tell(value(message("m2", "interactive", tap, at), user_id=_USER))
    await graph.until(2)
    place = {"latitude": 27.15, "longitude": -13.2}
    await graph.tell(value(message("m3", "location", place, at), user_id=_USER))
    await graph.until(3)
    await graph.tell(value(message("m4", "sticker", {"id": "1"}, at), user_id=_USER))
    assert await _texts(guide, _USER, 4) == ["1:سلام", "2:do:menu", "3:27.15,-13.2", "4:sticker"]


async def test_a_person_is_the_same_by_any_name(guide: Guide) -> None:
    """Who is known by a number stays the same person when a user id appears and when the number is gone."""
    graph, at = guide.graph, guide.clock().timestamp()
    await graph.tell(value(words("m1", "a", at, from_=_NUMBER), wa_id=_NUMBER))
    await graph.until(1)
    await graph.tell(value(words("m2", "b", at, from_=_NUMBER, from_user_id=_USER), wa_id=_NUMBER, user_id=_USER))
    await graph.until(2)
    await graph.tell(value(words("m3", "c", at, from_user_id=_USER), user_id=_USER))
    await graph.until(3)
    assert [(one.address, one.text) for one in graph.got] == [(_NUMBER, "1:a"), (_USER, "2:b"), (_USER, "3:c")]
    assert await guide.people() == 1


async def test_a_batch_with_a_bad_message(guide: Guide) -> None:
    """The good messages of a batch are answered, the bad one is kept for staff, and delivered again all count once."""
    graph, at = guide.graph, guide.clock().timestamp()
    told = value(words("m1", "a", at, from_="1"), words("m2", "b", at, from_="2"))
    told["messages"].insert(1, {"type": "text", "text": 7})
    for _ in range(3):
        assert await graph.tell(told, {"statuses": "none"}) == 200
    await graph.until(2)
    assert sorted((one.address, one.text) for one in graph.got) == [("1", "1:a"), ("2", "1:b")]
    assert len({one.external_id for one in guide.unread}) == 1
    assert await graph.post(batch([told]), "sha256=" + "0" * 64) == 403
    assert await graph.post(batch([told]), "") == 401
    assert await graph.post(b"hello") == 400
    assert guide.refused == ["wrong_signature", "no_signature", "not_json"]


async def test_a_list_in_pages(guide: Guide) -> None:
    """The rest of a long list comes at a tap, and is no answer to anything."""
    graph, at = guide.graph, guide.clock().timestamp()
    await graph.tell(value(words("m1", "list", at), user_id=_USER))
    await graph.until(1)
    reply = {"type": "list_reply", "list_reply": {"id": graph.got[0].ids[-1], "title": "المزيد"}}
    await graph.tell(value(message("m2", "interactive", reply, at), user_id=_USER))
    await graph.until(2)
    assert graph.got[1].ids == ["a:9", "a:10", "a:11"]
    assert graph.got[0].ids[:-1] + graph.got[1].ids == [f"a:{number}" for number in range(12)]


async def test_a_status_settles_what_nobody_knows(guide: Guide) -> None:
    """When the answer to a sending is lost, the status with our number says that it arrived: it is not sent again."""
    graph, at = guide.graph, guide.clock().timestamp()
    graph.faults.append(Fault("cut_after"))
    await graph.tell(value(words("m1", "a", at), user_id=_USER))
    await graph.until(1)
    told = [value(statuses=[status(graph.got[0], name)]) for name in ("read", "delivered", "sent")]
    assert await graph.tell(*told) == 200
    guide.clock.forward(60)
    await asyncio.sleep(1.2)
    assert await guide.states() == [("sent", "read")]
    assert len(graph.got) == 1


async def test_a_failed_status_is_a_dead_letter(guide: Guide) -> None:
    """A reply that the platform took and could not deliver is there for staff to see."""
    graph, at = guide.graph, guide.clock().timestamp()
    await graph.tell(value(words("m1", "a", at), user_id=_USER))
    await graph.until(1)
    await graph.tell(value(statuses=[status(graph.got[0], "sent"), status(graph.got[0], "failed", 131026)]))
    assert await guide.states() == [("dead", "failed")]


async def test_flaky_ways_in_and_out(guide: Guide) -> None:
    """Delivered twice and in batches, and sent by a flaky way: each person gets every reply, once and in order."""
    chance = random.Random(20261123)
    graph, at = guide.graph, guide.clock().timestamp()
    people, each = [f"MA.{1000 + number}" for number in range(25)], 8
    faults = [Fault(status=500, code=131000), Fault("cut"), Fault("cut_after"), Fault(code=131056), Fault(status=503)]
    faults += [Fault(status=429, code=130429)]

    async def told() -> None:
        """Tell every status of what arrived, more than once and in any order."""
        statuses = [status(one, name) for one in graph.got for name in ("delivered", "sent")]
        chance.shuffle(statuses)
        await graph.tell(value(statuses=statuses))

    for turn in range(each):
        values = [value(words(f"{person}-{turn}", f"{turn}", at), user_id=person) for person in people]
        chance.shuffle(values)
        while values:
            some, values = values[:7], values[7:]
            graph.faults.extend(fault for fault in faults if chance.random() < 0.2)
            assert await graph.tell(*some) == 200
            if chance.random() < 0.5:
                await graph.tell(*reversed(some))
    # Bounded, and long enough for a busy machine.
    for _ in range(600):
        await told()
        states = await guide.states()
        if len(states) == len(people) * each and {state for state, _ in states} == {"sent"}:
            break
        guide.clock.forward(30)
        await asyncio.sleep(0.15)
    for person in people:
        assert [one.text for one in graph.sent_to(person)] == [f"{turn + 1}:{turn}" for turn in range(each)]
    assert graph.refused == []
