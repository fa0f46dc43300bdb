"""Windows of 24 hours, and what is done about replies that find them closed."""

import pytest

from bot.channels.sending import Retry, SendFailed, WasSent
from bot.channels.whatsapp.sender import Template, WhatsAppNumber, WhatsAppSender
from bot.channels.whatsapp.windows import Windows
from bot.message import Reply
from tests.channels.whatsapp.conftest import open_windows, words
from tests.standins.graph import NUMBER_ID, TOKEN, Fault, running

_NOW = 1_795_424_400.0
_HOUR = 3600.0
_WAITS = SendFailed(Retry.HEARD, "131047 outside_24h_window template_sent")


class _Known:
    """When the storage says that a message was received last."""

    def __init__(self, received: float | None = None) -> None:
        self.received = received

    async def __call__(self, _address: str) -> float | None:
        return self.received


@pytest.mark.parametrize("seconds", [0.0, 0.5, 30.0])
async def test_a_late_message_opens_no_window_when_it_is_kept(seconds: float) -> None:
    """A message delivered 30 hours after it was written opens no window by being received now."""
    windows = Windows(lambda: _NOW, _Known(_NOW + seconds))
    assert not windows.note("1", _NOW - 30 * _HOUR)
    assert not await windows.is_open("1")


async def test_what_came_elsewhere_opens_the_window() -> None:
    """What another program received since, or this one before it began, counts beside a late message."""
    for received in (_NOW - 2 * _HOUR, _NOW + 2 * _HOUR):
        windows = Windows(lambda: _NOW + 3 * _HOUR, _Known(received))
        windows.note("1", _NOW - 30 * _HOUR)
        assert await windows.is_open("1")


async def test_a_message_in_time_opens_the_window_after_a_late_one() -> None:
    """Who writes again after a late message is written to again."""
    windows = Windows(lambda: _NOW, _Known(_NOW))
    windows.note("1", _NOW - 30 * _HOUR)
    assert windows.note("1", _NOW)
    assert await windows.is_open("1")


def test_only_a_message_that_may_be_waited_for_is_told() -> None:
    """The first message in a day may be what a reply waits for, any other only where one is known to wait."""
    time = _NOW
    windows = Windows(lambda: time, _Known())
    assert [windows.note("1", time) for _ in range(3)] == [True, False, False]
    windows.awaits("1")
    assert [windows.note("1", time) for _ in range(2)] == [True, False]
    time += 25 * _HOUR
    assert windows.note("1", time)


async def test_a_reply_that_came_back_is_not_sent_into_a_closed_window() -> None:
    """When the platform took a reply and then said that the window is closed, the template goes next."""
    has_come_back: set[int] = set()

    async def came_back(number: int) -> bool:
        return number in has_come_back

    async with running() as graph:
        account = WhatsAppNumber(NUMBER_ID, TOKEN, graph.base)
        windows = open_windows(_NOW)
        template = Template("reply_waiting")
        sender = WhatsAppSender(account, words(), windows, now=lambda: _NOW, template=template, came_back=came_back)
        assert isinstance(await sender.send("1", Reply("a"), 7), WasSent)
        assert isinstance(await sender.send("1", Reply("a"), 7), WasSent)
        has_come_back.add(7)
        assert await sender.send("1", Reply("a"), 7) == _WAITS
        assert [one.message["type"] for one in graph.got] == ["text", "text", "template"]
        has_come_back.clear()
        assert isinstance(await sender.send("1", Reply("a"), 7), WasSent)
        await sender.close()


async def test_the_template_is_not_paid_for_again_after_a_restart() -> None:
    """Who was sent the template before the program began again is not sent it again within a day."""

    async def was_invited(number: int) -> bool:
        return number == 7

    async with running() as graph:
        account = WhatsAppNumber(NUMBER_ID, TOKEN, graph.base)
        windows = Windows(lambda: _NOW, _Known())
        template = Template("reply_waiting")
        sender = WhatsAppSender(account, words(), windows, now=lambda: _NOW, template=template, was_invited=was_invited)
        assert await sender.send("1", Reply("a"), 7) == _WAITS
        assert graph.got == []
        assert await sender.send("2", Reply("a"), 8) == _WAITS
        assert [one.address for one in graph.got] == ["2"]
        await sender.close()


@pytest.mark.parametrize("by_platform", [False, True])
async def test_who_wants_nothing_unasked_is_not_sent_the_template(by_platform: bool) -> None:
    """A reply to who stopped unasked messages waits without the template, also when the platform is first to know."""
    async with running() as graph:
        account = WhatsAppNumber(NUMBER_ID, TOKEN, graph.base)
        windows = Windows(lambda: _NOW, _Known())
        known = set[str]() if by_platform else {"1"}

        async def is_stopped(address: str) -> bool:
            return address in known

        async def stopped(address: str) -> None:
            known.add(address)

        sender = WhatsAppSender(
            account, words(), windows, now=lambda: _NOW, template=Template("reply_waiting"),
            is_stopped=is_stopped, stopped=stopped,
        )  # fmt: skip
        if by_platform:
            graph.faults.append(Fault(code=131050))
        for number in (7, 8):
            waits = SendFailed(Retry.HEARD, "131047 outside_24h_window stopped_by_person")
            assert await sender.send("1", Reply("a"), number) == waits
        assert graph.got == []
        known.clear()
        assert await sender.send("1", Reply("a"), 9) == _WAITS
        assert len(graph.got) == 1
        await sender.close()


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_message_is_marked_as_read(is_answered: bool) -> None:
    """One call tells that a message was read and, where there is no answer yet, that one is being written."""
    async with running() as graph:
        account = WhatsAppNumber(NUMBER_ID, TOKEN, graph.base)
        sender = WhatsAppSender(account, words(), Windows(lambda: _NOW, _Known()), now=lambda: _NOW)
        await sender.mark_read("wamid.1", is_answered=is_answered)
        assert [one["message_id"] for one in graph.reads] == ["wamid.1"]
        assert ("typing_indicator" in graph.reads[0]) is not is_answered
        await sender.close()
