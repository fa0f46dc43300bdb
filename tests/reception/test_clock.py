"""A clock that is set ahead or back: nobody is silenced by it, nothing is given up or deleted for it."""

from sqlalchemy import Connection, text

from bot.channels.sending import Pace, Rate, Retry, SendFailed
from bot.reception import Allowance
from bot.storage import ClockWatch, FloodStanding, Store, dead_letters, newest
from tests.reception.room import Guide, update
from tests.reception.test_flooding import FEW
from tests.stores import until

_HOUR = 3600.0
_DAY = 24 * _HOUR


async def test_clock_set_back_holds_up_no_reply(store: Store) -> None:
    """An hour back, and everybody is sent to as before: pace does not go by the clock, nor does a wait outlive it."""
    guide = Guide(store, pace=Pace(channel=Rate(1000, 10), person=Rate(100, 10)))
    guide.platform.fails["0600"] = [SendFailed(Retry.LATER, "503")]
    async with guide.at_work():
        await guide.hears(update(1), update(2, address="0700"))
        await until(lambda: guide.platform.texts("0700") == ["1:hello"])
        await until(lambda: guide.platform.tried == 2)
        guide.clock.jump(-_HOUR - 60)
        await guide.hears(update(3, address="0700"))

        def all_came() -> bool:
            guide.delivery.tell()
            return len(guide.platform.got) == 3

        await until(all_came)
    assert guide.platform.texts("0600") == ["1:hello"]


async def test_clock_ahead_and_back_holds_up_nobody(store: Store) -> None:
    """A hundred days ahead and back, and whoever wrote meanwhile, even in a flood, is answered as ever."""
    guide = Guide(store, allowance=FEW)
    guide.clock.jump(100 * _DAY)
    await guide.heard(*(update(number) for number in range(15)))
    guide.clock.jump(-100 * _DAY)
    # What was put aside is attended, and then new messages are, at once.
    guide.attends()
    await guide.heard(update(20))
    assert await store.read(_states) == {"done": 16}
    # From here on the allowance goes by the new time.
    await guide.heard(*(update(number) for number in range(30, 50)))
    assert (await store.read(_states))["held"] > 0


def test_allowance_used_under_another_clock_is_whole() -> None:
    """No allowance is believed to be whole later than it can be; one that is used up is still used up."""
    allowance = Allowance(messages=2, seconds=2)
    standing = FloodStanding()
    for _ in range(2):
        assert allowance.is_open(standing, 1000.0)
        standing = allowance.attended(standing, 1000.0)
    assert not allowance.is_open(standing, 1000.0)
    assert allowance.is_open(standing, 1000.0 - _HOUR)
    assert allowance.attended(standing, 1000.0 - _HOUR).rested == 1000.0 - _HOUR + 1


async def test_clock_set_ahead_gives_up_nothing(store: Store) -> None:
    """A reply that was tried once is not given up because the clock jumped a hundred days ahead."""
    guide = Guide(store)
    guide.platform.fails["0600"] = [SendFailed(Retry.LATER, "503"), SendFailed(Retry.LATER, "503")]
    async with guide.at_work():
        await guide.hears(update(1))
        await until(lambda: guide.platform.tried == 1)
        guide.clock.jump(100 * _DAY)
        guide.delivery.tell()
        await until(lambda: guide.platform.tried == 2)
        guide.clock.jump(-100 * _DAY)

        def came() -> bool:
            guide.delivery.tell()
            return len(guide.platform.got) == 1

        await until(came)
    assert await store.read(dead_letters) == []


async def test_clock_that_jumped_deletes_nothing(store: Store) -> None:
    """A clock set ahead while the guide runs, or before it starts, is believed only after it went evenly for a day."""
    guide = Guide(store)
    assert await store.read(newest) is None
    await guide.heard(update(1))
    at = guide.clock().timestamp()
    assert await store.read(newest) == at
    running = ClockWatch(at, at, 0.0)
    assert running.is_believed(at + 60, 60.0)
    assert not running.is_believed(at + 120 + 100 * _DAY, 120.0)
    assert running.ahead == 100 * _DAY
    assert not running.is_believed(at + 100 * _DAY + _DAY, _DAY)
    assert running.is_believed(at + 101 * _DAY + 200, _DAY + 200)
    # Set back again, it only deletes later.
    assert running.is_believed(at + _DAY + 400, _DAY + 400)
    started = ClockWatch(at, at + 100 * _DAY, 0.0)
    assert not started.is_believed(at + 100 * _DAY + 60, 60.0)
    assert started.is_believed(at + 101 * _DAY + 60, _DAY + 60)
    # After a long week-end without a message it is.
    assert ClockWatch(at, at + 2.9 * _DAY, 0.0).is_believed(at + 2.9 * _DAY + 60, 60.0)


def _states(connection: Connection) -> dict[str, int]:
    rows = connection.execute(text("SELECT state, count(*) FROM inbox GROUP BY state"))
    return {row[0]: row[1] for row in rows}
