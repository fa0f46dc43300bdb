"""Replies under way at a crash, platforms that were away, and what can be sent only when its person writes."""

from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.channels.sending import Outlet, Retry, SendFailed, WasSent
from bot.delivery import Delivery
from bot.message import Reply
from bot.storage import StatusTold, Store, dead_letters, figures, note_statuses, reopen
from bot.storage.outbox import Departure, due, mark_departures
from tests.reception.room import Guide, update
from tests.stores import until

_DAY = "2026-11-23"


class _Confirming(Guide):
    """A guide on a platform that tells our numbers with what it delivered."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.delivery = Delivery(
            store,
            {"chat": Outlet(self.platform.send, confirms_within=30.0)},
            sent=self.notices.tell,
            now=self.clock,
            chance=lambda: 0.0,
            steady=self.clock.steady,
        )


async def _left_under_way(guide: Guide, *messages: str) -> None:
    """Attend messages of 0600, and leave the first reply as a program does that is killed while it sends."""
    await guide.heard(*(update(number, words) for number, words in enumerate(messages)))

    def marked(connection: Connection) -> None:
        now = guide.clock().timestamp()
        first = due(connection, "chat", (), 1, now)
        mark_departures(connection, [Departure(first[0], "chat")], now)

    await guide.store.write(marked)


async def _counts(store: Store) -> dict[str, int]:
    counted = await store.read(partial(figures, first=_DAY, last=_DAY))
    return {kind: times for (_, kind, _), times in counted.items() if kind in {"reply", "dead", "sent_again"}}


async def test_what_was_under_way_is_sent_again_and_counted(store: Store) -> None:
    """Where the platform tells nothing, what was under way at a crash goes again at once, and the figures say so."""
    guide = Guide(store)
    await _left_under_way(guide, "one", "two")
    async with guide.at_work():
        await until(lambda: len(guide.platform.got) == 2)
    assert guide.platform.texts("0600") == ["1:one", "2:two"]
    assert await _counts(store) == {"reply": 2, "sent_again": 1}


async def test_status_is_waited_for_after_a_start(store: Store) -> None:
    """Where the platform tells our number, it is listened to first: what arrived is not sent again."""
    guide = _Confirming(store)
    await _left_under_way(guide, "one", "two")
    async with guide.at_work():
        await guide.hears(update(9, "other", "0700"))
        await until(lambda: guide.platform.texts("0700") == ["1:other"])
        assert guide.platform.texts("0600") == []
        status = [StatusTold("chat", "delivered", outbox_id=1, platform_id="theirs")]
        await store.write(partial(note_statuses, told=status, now=guide.clock().timestamp()))
        guide.delivery.tell()
        await until(lambda: guide.platform.texts("0600") == ["2:two"])
    assert await _counts(store) == {"reply": 3}


async def test_status_that_does_not_come(store: Store) -> None:
    """When no status has come half a minute after the start, what was under way is sent again, before what follows."""
    guide = _Confirming(store)
    await _left_under_way(guide, "one", "two")
    async with guide.at_work():
        await guide.hears(update(9, "other", "0700"))
        await until(lambda: guide.platform.texts("0700") == ["1:other"])
        guide.clock.forward(31)
        guide.delivery.tell()
        await until(lambda: guide.platform.texts("0600") == ["1:one", "2:two"])
    assert await _counts(store) == {"reply": 3, "sent_again": 1}


async def test_what_was_forgotten_meanwhile_is_not_sent(store: Store) -> None:
    """A reply that is there no more when it is about to be sent is not, and what follows it is."""
    guide = Guide(store)
    await guide.heard(update(1, "three"))
    replies = await store.read(partial(due, channel="chat", busy=(), most=9, now=guide.clock().timestamp()))
    await store.write(lambda connection: connection.execute(text("DELETE FROM outbox WHERE id = 2")))
    departures = [Departure(reply, "chat") for reply in replies]
    await store.write(partial(mark_departures, departures=departures, now=guide.clock().timestamp()))
    assert [departure.is_waiting for departure in departures] == [True, False, True]


async def test_one_success_wakes_all(store: Store) -> None:
    """After an outage the first reply that arrives wakes everybody who backed off: nobody waits out a time alone."""
    is_away = True
    got: list[str] = []

    async def send(address: str, _reply: Reply, _number: int) -> WasSent | SendFailed:
        if is_away:
            return SendFailed(Retry.LATER, "503")
        got.append(address)
        return WasSent()

    guide = Guide(store, send=send)
    async with guide.at_work():
        await guide.hears(*(update(f"p{number}", "x", f"p{number}") for number in range(20)))
        for tries in range(1, 4):
            await until(lambda tries=tries: _have_backed_off(guide, tries))  # type: ignore[misc]
            guide.clock.forward(10)
            guide.delivery.tell()
        await until(lambda: _have_backed_off(guide, 4))
        is_away = False
        # The platform is back, and somebody new writes: no time passes from here on.
        await guide.hears(update("new", "x", "new"))
        await until(lambda: len(got) == 21)


async def _have_backed_off(guide: Guide, tries: int) -> bool:
    waiting = text("SELECT count(*) FROM outbox WHERE backs_off AND due > :now AND attempts = :tries")
    asked = {"now": guide.clock().timestamp(), "tries": tries}
    return bool(await guide.store.read(lambda c: c.execute(waiting, asked).scalar()) == 20)


async def test_what_fails_alone_is_not_tried_with_each_success(store: Store) -> None:
    """A reply that fails by itself, while others arrive, backs off as ever."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(Retry.LATER, "503")] * 9
    async with guide.at_work():
        await guide.hears(update(1))
        await until(lambda: guide.platform.tried == 1)
        for number in range(10):
            await guide.hears(update(f"o{number}", address=f"o{number}"))
            await until(lambda number=number: len(guide.platform.got) == number + 1)  # type: ignore[misc]
            guide.clock.forward(0.1)
    assert guide.platform.tried == 11


async def test_failure_told_by_a_status_that_passes(store: Store) -> None:
    """What was taken and then failed for a passing reason is sent again, later each time, and not for ever."""
    guide = Guide(store)
    async with guide.at_work():
        await guide.hears(update(1))
        for tries in range(1, 13):
            await until(lambda tries=tries: len(guide.platform.got) == tries)  # type: ignore[misc]
            await until(lambda tries=tries: _is_sent(store, tries))  # type: ignore[misc]
            failed = [StatusTold("chat", "failed", 1, "platform-1", "131016 service_down", 5.0)]
            await store.write(partial(note_statuses, told=failed, now=guide.clock().timestamp()))
            guide.clock.forward(5.0 * (tries + 1))
            guide.delivery.tell()
    assert [letter.reason for letter in await store.read(dead_letters)] == ["131016 service_down"]
    assert guide.platform.texts("0600") == ["1:hello"] * 12


async def _is_sent(store: Store, tries: int) -> bool:
    row = await store.read(lambda c: c.execute(text("SELECT state, attempts FROM outbox WHERE id = 1")).one())
    return bool(row.state == "sent" and row.attempts == tries)


async def test_reply_that_waits_for_its_person(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A reply that may go only once its person has written waits for that for weeks, and is told of in the log once."""
    guide = Guide(store)
    waits = SendFailed(Retry.HEARD, "131047 outside_24h_window")
    guide.platform.fails["0600"] = [waits] * 3
    async with guide.at_work():
        await guide.hears(update(1), update(2, address="0700"))
        await until(lambda: guide.platform.tried == 2)
        for tries in (3, 4):
            await until(lambda: _waits(store))
            guide.clock.forward(10 * 24 * 3600)
            guide.delivery.tell()
            await until(lambda tries=tries: guide.platform.tried == tries)  # type: ignore[misc]
        await until(lambda: _waits(store))
        again = partial(reopen, channel="chat", addresses=["0600"], reason="131047", now=guide.clock().timestamp())
        await store.write(again)
        guide.delivery.tell()
        await until(lambda: guide.platform.texts("0600") == ["1:hello"])
    assert caplog.text.count("event=send_failed") == 1
    guide.platform.fails["0600"] = [waits] * 2
    async with guide.at_work():
        await guide.hears(update(3))
        await until(lambda: _waits(store))
        guide.clock.forward(31 * 24 * 3600)
        guide.delivery.tell()
        await until(lambda: _is_given_up(store))


async def _waits(store: Store) -> bool:
    found = text("SELECT count(*) FROM outbox WHERE state = 'waiting' AND error LIKE '131047%' AND sending_at IS NULL")
    return bool(await store.read(lambda c: c.execute(found).scalar()))


async def _is_given_up(store: Store) -> bool:
    return len(await store.read(dead_letters)) == 1
