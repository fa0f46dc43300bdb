import asyncio
import random

import pytest
from sqlalchemy import select

from bot.channels.sending import Pace, Rate, Retry, SendFailed, WasSent
from bot.message import PersonId, Reply
from bot.storage import StatusTold, Store, dead_letters, figures, note_statuses, send_again
from bot.storage.outbox import next_due
from bot.storage.tables import outbox
from tests.reception.room import Guide, update
from tests.stores import opened, until

LATER, NEVER = Retry.LATER, Retry.NEVER


async def _state(store: Store, number: int) -> tuple[str, str | None, str | None]:
    row = await store.read(
        lambda connection: connection.execute(
            select(outbox.c.state, outbox.c.status, outbox.c.platform_id).where(outbox.c.id == number)
        ).one()
    )
    return row.state, row.status, row.platform_id


async def _tried_after(guide: Guide, seconds: float, *, tries: int) -> None:
    guide.clock.forward(seconds)
    guide.delivery.tell()
    await until(lambda: guide.platform.tried == tries)


async def test_replies_arrive_once_and_in_order(store: Store) -> None:
    """Each reply of a turn is sent, in the order of the turn, and recorded as sent."""
    guide = Guide(store)
    async with guide.at_work():
        await guide.hears(update(1, "three"), update(2), update(3, "three", "0700"))
        await until(lambda: len(guide.platform.got) == 7)
    assert guide.platform.texts("0600") == ["1:a", "1:b", "1:c", "2:hello"]
    assert guide.platform.texts("0700") == ["1:a", "1:b", "1:c"]
    assert await _state(store, guide.platform.numbers[0]) == ("sent", "sent", f"platform-{guide.platform.numbers[0]}")
    counts = await store.read(lambda connection: figures(connection, "2026-11-23", "2026-11-23"))
    assert counts["2026-11-23", "reply", "chat"] == 7


async def test_platform_that_fails_now_and_then(store: Store) -> None:
    """Whatever the platform's bad days, every person has every reply once and in order in the end."""
    chance = random.Random(7)
    guide = Guide(store)
    for person in range(12):
        ways: list[SendFailed | Exception] = [SendFailed(LATER, "503"), SendFailed(LATER, "429", 3.0), OSError("cut")]
        guide.platform.fails[f"p{person}"] = [chance.choice(ways) for _ in range(chance.randrange(5))]

    def all_came() -> bool:
        guide.clock.forward(60)
        guide.delivery.tell()
        return len(guide.platform.got) == 12 * 12

    async with guide.at_work():
        await guide.hears(*(update(f"{n}-{p}", "three", f"p{p}") for n in range(4) for p in range(12)))
        await until(all_came)
    for person in range(12):
        assert guide.platform.texts(f"p{person}") == [f"{n}:{part}" for n in range(1, 5) for part in "abc"]


async def test_person_who_cannot_be_reached_holds_up_nobody(store: Store) -> None:
    """While one person's replies wait, everyone else is served, and their own order is kept."""
    guide = Guide(store)
    guide.platform.fails["0666"] = [SendFailed(LATER, "503")]
    async with guide.at_work():
        await guide.hears(update(1, "three", "0666"))
        await until(lambda: guide.platform.tried == 1)
        await guide.hears(update(2, "x", "0666"), *(update(f"o{n}", address=f"o{n}") for n in range(50)))
        await until(lambda: len(guide.platform.got) == 50)
        assert guide.platform.texts("0666") == []
        await _tried_after(guide, 2.1, tries=55)
    assert guide.platform.texts("0666") == ["1:a", "1:b", "1:c", "2:x"]


async def test_slow_person_holds_up_nobody(store: Store) -> None:
    """A sending that takes long delays its own person alone."""
    slow = asyncio.Event()
    got: list[str] = []

    async def send(address: str, reply: Reply, _number: int) -> WasSent:
        if address == "slow":
            await slow.wait()
        got.append(address)
        return WasSent()

    guide = Guide(store, send=send)
    async with guide.at_work():
        await guide.hears(update(1, "three", "slow"), *(update(f"o{n}", address=f"o{n}") for n in range(20)))
        await until(lambda: len(got) == 20)
        await guide.hears(update(2, "x", "slow"))
        slow.set()
        await until(lambda: len(got) == 24)
    assert got[20:] == ["slow"] * 4


async def test_platform_says_how_long_to_wait(store: Store) -> None:
    """When the platform says how long to wait, nothing is sent to that person before."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(LATER, "429", after=30.0)]
    async with guide.at_work():
        await guide.hears(update(1))
        await until(lambda: guide.platform.tried == 1)
        guide.clock.forward(29)
        guide.delivery.tell()
        await guide.hears(update(2, address="0700"))
        await until(lambda: guide.platform.texts("0700") == ["1:hello"])
        assert guide.platform.texts("0600") == []
        await _tried_after(guide, 1.5, tries=3)
    assert guide.platform.texts("0600") == ["1:hello"]


async def test_platform_that_holds_the_whole_channel(store: Store) -> None:
    """When the platform asks for silence on the whole channel, nobody is sent anything until it is over."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(LATER, "429", after=30.0, holds_channel=True)]
    async with guide.at_work():
        await guide.hears(update(1))
        await until(lambda: guide.platform.tried == 1)
        await guide.hears(update(2, address="0700"))
        await _looked_again(guide)
        assert guide.platform.tried == 1
        await _tried_after(guide, 31, tries=3)
    assert sorted(guide.platform.got) == [("0600", "1:hello"), ("0700", "1:hello")]


async def test_waits_grow_from_two_seconds_to_a_minute(store: Store) -> None:
    """A sending that fails is tried again after 2 s, 4 s, 8 s, …, and never later than after a minute."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(LATER, "503") for _ in range(10)]
    waits: list[float] = []

    async def put_off() -> float | None:
        now = guide.clock().timestamp()
        due = await store.read(lambda connection: next_due(connection, "chat", now))
        return None if due is None else due - now

    async with guide.at_work():
        await guide.hears(update(1))
        for tries in range(1, 11):
            await until(lambda tries=tries: guide.platform.tried == tries)  # type: ignore[misc]
            await until(lambda: _is_put_off(guide))
            wait = await put_off()
            assert wait is not None
            waits.append(wait)
            guide.clock.forward(wait)
            guide.delivery.tell()
        await until(lambda: len(guide.platform.got) == 1)
    assert [round(wait) for wait in waits] == [2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


async def _has_dead_letter(store: Store) -> bool:
    return bool(await store.read(dead_letters))


async def test_final_failure_is_a_dead_letter_that_can_be_sent_again(store: Store) -> None:
    """A reply that the platform refuses for good is kept for staff with the reason; what follows it is sent."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(NEVER, "131026 not on WhatsApp")]
    async with guide.at_work():
        await guide.hears(update(1, "three"))
        await until(lambda: len(guide.platform.got) == 2)
        assert guide.platform.texts("0600") == ["1:b", "1:c"]
        await until(lambda: _has_dead_letter(store))
        [letter] = await store.read(dead_letters)
        assert (letter.reply.text, letter.reason, letter.can_be_sent) == ("1:a", "131026 not on WhatsApp", True)
        assert await store.write(lambda c: send_again(c, letter.id, guide.clock().timestamp()))
        assert not await store.write(lambda c: send_again(c, letter.id, guide.clock().timestamp()))
        guide.delivery.tell()
        await until(lambda: len(guide.platform.got) == 3)
        assert await store.read(dead_letters) == []
    assert guide.platform.texts("0600")[-1] == "1:a"


async def test_reply_that_fails_for_a_day_is_given_up(store: Store) -> None:
    """After a day without success a reply is a dead letter."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(LATER, "503") for _ in range(12)]
    async with guide.at_work():
        await guide.hears(update(1))
        await until(lambda: guide.platform.tried == 1)
        for tries in range(2, 13):
            await until(lambda: _is_put_off(guide))
            await _tried_after(guide, 3 * 3600, tries=tries)
    assert [letter.reason for letter in await store.read(dead_letters)] == ["503"]


async def test_what_was_not_recorded_is_sent_again(url: str) -> None:
    """A reply that was not recorded as sent before the program ended is sent by the next one; the rest is not."""
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work():
            await guide.hears(update(1))
            await until(lambda: len(guide.platform.got) == 1)
        async with guide.at_work(delivers=False):
            await guide.hears(update(2))
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work():
            await until(lambda: len(guide.platform.got) == 1)
        assert guide.platform.texts("0600") == ["2:hello"]


async def test_end_of_the_program_waits_for_what_is_under_way(store: Store) -> None:
    """When the program ends, the sending under way is finished and recorded."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def send(_address: str, _reply: Reply, _number: int) -> WasSent:
        begun.set()
        await go_on.wait()
        return WasSent("late")

    guide = Guide(store, send=send)
    async with guide.at_work():
        await guide.hears(update(1))
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert await _state(store, 1) == ("sent", "sent", "late")


async def test_channel_and_person_have_their_pace(store: Store) -> None:
    """A person who has had their burst rests, in the database, while others are served."""
    guide = Guide(store, pace=Pace(person=Rate(1 / 6, burst=2)))
    async with guide.at_work():
        await guide.hears(update(1, "three"), update(2, "three", "0700"))
        await until(lambda: len(guide.platform.got) == 4)
        await _looked_again(guide)
        assert guide.platform.texts("0600") == ["1:a", "1:b"]
        await _tried_after(guide, 6.1, tries=6)
    assert guide.platform.texts("0600") == ["1:a", "1:b", "1:c"]


async def test_two_programs_do_not_send_twice(url: str) -> None:
    """Two programs that share a database send each reply once: one of them delivers the channel."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one program")
    with opened(url) as one, opened(url) as other:
        first, second = Guide(one), Guide(other)
        async with first.at_work(), second.at_work():
            await asyncio.gather(
                *((first, second)[n % 2].hears(update(n, str(n), f"p{n % 5}")) for n in range(40)),
            )
            await until(lambda: len(first.platform.got) + len(second.platform.got) >= 40)
            await _looked_again(first)
            await _looked_again(second)
        got = first.platform.got + second.platform.got
        assert len(got) == len(set(got)) == 40
        assert not (first.platform.got and second.platform.got)


@pytest.mark.parametrize("by", ["number", "name"])
async def test_statuses_only_go_forward(store: Store, by: str) -> None:
    """Statuses come in any order and again: the furthest is kept, and a failure ends."""
    guide = Guide(store)
    async with guide.at_work():
        await guide.hears(update(1), update(2), update(3))
        await until(lambda: len(guide.platform.got) == 3)
    numbers = guide.platform.numbers

    def told(index: int, status: str) -> StatusTold:
        number = numbers[index]
        if by == "number":
            return StatusTold("chat", status, outbox_id=number, reason="131026")  # type: ignore[arg-type]
        return StatusTold("chat", status, platform_id=f"platform-{number}", reason="131026")  # type: ignore[arg-type]

    statuses = [
        told(0, "read"),
        told(0, "sent"),
        told(0, "delivered"),
        told(1, "failed"),
        told(1, "delivered"),
        told(2, "queued"),
    ]
    await store.write(lambda connection: note_statuses(connection, statuses, guide.clock().timestamp()))
    await store.write(lambda connection: note_statuses(connection, statuses[1:], guide.clock().timestamp()))
    assert [(await _state(store, number))[:2] for number in numbers] == [
        ("sent", "read"),
        ("dead", "failed"),
        ("sent", "sent"),
    ]
    [letter] = await store.read(dead_letters)
    assert (letter.reason, letter.can_be_sent) == ("131026", True)
    async with guide.at_work():
        assert await store.write(lambda connection: send_again(connection, letter.id, guide.clock().timestamp()))
        guide.delivery.tell()
        await until(lambda: len(guide.platform.got) == 4)
    assert guide.platform.got[-1] == ("0600", "2:hello")


async def test_status_settles_a_sending_of_which_nobody_knows(store: Store) -> None:
    """When a sending timed out and yet arrived, the status that tells our number keeps it from being sent again."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(LATER, "time-out")]
    async with guide.at_work():
        await guide.hears(update(1, "three"))
        await until(lambda: guide.platform.tried == 1)
        await until(lambda: _is_put_off(guide))
        status = [StatusTold("chat", "delivered", outbox_id=1, platform_id="theirs")]
        await store.write(lambda connection: note_statuses(connection, status, guide.clock().timestamp()))
        guide.delivery.tell()
        await until(lambda: len(guide.platform.got) == 2)
    assert guide.platform.texts("0600") == ["1:b", "1:c"]
    assert await _state(store, 1) == ("sent", "delivered", "theirs")


async def _is_put_off(guide: Guide) -> bool:
    now = guide.clock().timestamp()
    return await guide.store.read(lambda connection: next_due(connection, "chat", now)) is not None


async def _looked_again(guide: Guide) -> None:
    """Let delivery look for replies a few times."""
    for _ in range(5):
        guide.delivery.tell()
        await guide.store.read(lambda _: None)


async def test_status_that_comes_before_we_know(store: Store) -> None:
    """A status can come while the sending is still under way; our own "sent" does not take it back."""

    async def send(_address: str, _reply: Reply, number: int) -> WasSent:
        status = [StatusTold("chat", "read", outbox_id=number)]
        await store.write(lambda connection: note_statuses(connection, status, eager.clock().timestamp()))
        sent.set()
        return WasSent("theirs")

    sent = asyncio.Event()
    eager = Guide(store, send=send)
    async with eager.at_work():
        await eager.hears(update(1))
        await sent.wait()
    assert await _state(store, 1) == ("sent", "read", "theirs")


def test_buckets_of_a_channel() -> None:
    """A channel sends its burst at once, then at its rate; each person has a burst and a rate of their own."""
    pace = Pace(channel=Rate(10, burst=2), person=Rate(1, burst=1))
    a, b, c = PersonId("a"), PersonId("b"), PersonId("c")
    assert [round(pace.reserve(person, 100.0), 3) for person in (a, b, c)] == [0, 0, 0.1]
    assert round(pace.rest(a, 100.5), 3) == 0.5
    assert pace.rest(a, 101.0) == 0
    pace.hold(5.0, 101.0)
    assert pace.reserve(a, 102.0) == 4.0
