import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.phrases import NOT_READ
from bot.conversation.turn import respond
from bot.message import Message
from tests.channels.soaking import Soak
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


async def test_a_person_with_another_name_stays_the_same(guide: Guide) -> None:
    """Who is given another user id, or another number, is answered there, and goes on where they stood."""
    graph, at = guide.graph, guide.clock().timestamp()
    await graph.tell(value(words("m1", "a", at, from_user_id=_USER), user_id=_USER))
    await graph.until(1)
    after = "MA.99999208655302741918"
    told = {"user_id": {"previous": _USER, "current": after}, "timestamp": "1"}
    change = {"field": "user_id_update", "value": {**value(), "user_id_update": [told]}}
    assert await graph.post(json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()) == 200
    await graph.tell(value(words("m2", "b", at, from_user_id=after), user_id=after))
    await graph.until(2)
    changed = {"type": "user_changed_number", "customer": after, "wa_id": _NUMBER}
    await graph.tell(value(message("m3", "system", changed, at, from_user_id=after)))
    await graph.tell(value(words("m4", "c", at, from_=_NUMBER), wa_id=_NUMBER))
    await graph.until(3)
    assert [(one.address, one.text) for one in graph.got] == [(_USER, "1:a"), (after, "2:b"), (_NUMBER, "3:c")]
    assert await guide.people() == 1


async def test_a_batch_with_a_bad_message(guide: Guide) -> None:
    """The good messages of a batch are answered, what is bad is kept for staff, and delivered again all count once."""
    graph, at = guide.graph, guide.clock().timestamp()
    told = value(words("m1", "a", at, from_="1"), words("m2", "b", at, from_="2"))
    told["messages"].insert(1, {"type": "text", "text": 7})
    for _ in range(3):
        assert await graph.tell(told, {"statuses": "none"}) == 200
    await graph.until(2)
    assert sorted((one.address, one.text) for one in graph.got) == [("1", "1:a"), ("2", "1:b")]
    assert {one.why for one in guide.unread} == {"sender", "statuses"}
    assert len({one.external_id for one in guide.unread}) == 2
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


async def test_says_kindly_what_it_cannot_read(tmp_path: Path, library: Library) -> None:
    """A voice note, a document and a picture are each answered with one kind sentence, and no file is fetched."""

    def turn(conversation: Conversation, told: Message, now: datetime) -> Turn:
        return respond(conversation, told, library, now)

    sent = [
        ("audio", {"mime_type": "audio/ogg; codecs=opus", "sha256": "x", "id": "800", "voice": True}),
        ("document", {"filename": "statuts.pdf", "mime_type": "application/pdf", "sha256": "x", "id": "801"}),
        ("image", {"caption": "شنو هذا؟", "mime_type": "image/jpeg", "sha256": "x", "id": "802"}),
    ]
    async with working(tmp_path, turn) as guide:
        graph, at = guide.graph, guide.clock().timestamp()
        await graph.tell(value(words("m0", "سلام", at), user_id=_USER))
        await graph.until(1)
        for number, (kind, content) in enumerate(sent, 1):
            await graph.tell(value(message(f"m{number}", kind, content, at), user_id=_USER))
            await graph.until(1 + number)
        told = [one.text for one in graph.sent_to(_USER)[1:]]
        names = ("voice", "document", "photo")
        for name, text in zip(names, told, strict=True):
            assert text.startswith(library.phrases.miss(NOT_READ[name]).of("ar"))
        assert graph.nodes == []
        # One request a reply, and nothing else.
        assert graph.requests == len(graph.got) == 1 + len(sent)


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
    soak = Soak(guide, range(1000, 1025), 8)
    graph, at = guide.graph, guide.clock().timestamp()
    faults = [Fault(status=500, code=131000), Fault("cut"), Fault("cut_after"), Fault(code=131056), Fault(status=503)]
    faults += [Fault(status=429, code=130429)]

    async def told() -> None:
        """Tell every status of what arrived, more than once and in any order."""
        statuses = [status(one, name) for one in graph.got for name in ("delivered", "sent")]
        soak.chance.shuffle(statuses)
        await graph.tell(value(statuses=statuses))

    for turn, people in soak.rounds():
        values = [value(words(f"{one}-{turn}", f"{turn}", at), user_id=f"MA.{one}") for one in people]
        while values:
            some, values = values[:7], values[7:]
            graph.faults.extend(soak.some(faults))
            assert await graph.tell(*some) == 200
            if soak.happens(0.5):
                await graph.tell(*reversed(some))
    await soak.sent(told)
    for person in soak.people:
        assert [one.text for one in graph.sent_to(f"MA.{person}")] == [
            f"{turn + 1}:{turn}" for turn in range(soak.each)
        ]
    assert graph.refused == []
