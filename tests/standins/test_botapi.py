"""The Bot API's stand-in, checked by two others' clients: what they send it takes, what it tells they read."""

import asyncio
from collections.abc import AsyncIterator

import aiogram
import aiohttp
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.request import HTTPXRequest

from tests.standins.botapi import SECRET, TOKEN, BotApi, Fault, running
from tests.standins.botapi_limits import is_here

_MARKUP = {"inline_keyboard": [[{"text": "نعم", "callback_data": "a:x:yes"}]]}


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Give the platform."""
    async with running() as started:
        started.chat(7)
        yield started


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[aiogram.Bot]:
    """Give aiogram's own client, as it comes."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.base), timeout=5)
    async with aiogram.Bot(TOKEN, session=session) as made:
        yield made


async def test_serves_aiogram(api: BotApi, bot: aiogram.Bot) -> None:
    """Aiogram sends, is answered, fetches a tap, acknowledges it and takes the buttons away."""
    assert (await bot.get_me()).username == "dalil_bot"
    button = InlineKeyboardButton(text="نعم", callback_data="a:x:yes")
    sent = await bot.send_message(7, "هل؟", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    assert (sent.text, sent.chat.id) == ("هل؟", 7)
    api.says(7, "/start faq_x")
    api.taps(7, "نعم")
    first, second = await bot.get_updates(timeout=1)
    assert first.message is not None
    assert first.message.text == "/start faq_x"
    assert second.callback_query is not None
    assert await bot.answer_callback_query(second.callback_query.id)
    await bot.edit_message_reply_markup(chat_id=7, message_id=sent.message_id)
    assert api.chats[7].labels == []
    assert await bot.get_updates(offset=second.update_id + 1) == []
    assert await bot.send_chat_action(7, "typing")
    assert await bot.set_my_commands([BotCommand(command="menu", description="القائمة")], language_code="ar")
    assert [one.command for one in await bot.get_my_commands(language_code="ar")] == ["menu"]
    assert await bot.set_my_description("دليل")
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="موقعي", request_location=True)]])
    brought = await bot.send_message(7, "أين؟", reply_markup=keyboard)
    assert api.chats[7].has_keyboard()
    await bot.delete_message(7, brought.message_id)
    assert not api.chats[7].has_keyboard()
    assert api.refused == []


async def test_serves_python_telegram_bot(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot sends, fetches and sets up, with its own client and types."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request = HTTPXRequest(connection_pool_size=4, read_timeout=5)
    async with telegram.Bot(TOKEN, base_url=f"{api.base}/bot", request=request) as bot:
        assert bot.username == "dalil_bot"
        button = telegram.InlineKeyboardButton("نعم", callback_data="a:x:yes")
        sent = await bot.send_message(7, "هل؟", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
        assert sent.text == "هل؟"
        api.taps(7, "نعم")
        api.shares(7, 27.15, -13.2)
        tap, shared = await bot.get_updates(timeout=1)
        assert tap.callback_query is not None
        assert tap.callback_query.data == "a:x:yes"
        assert shared.message is not None
        assert shared.message.location is not None
        assert await bot.answer_callback_query(tap.callback_query.id, "نعم")
        await bot.edit_message_reply_markup(7, sent.message_id)
        assert await bot.set_webhook("https://guide.example/telegram", secret_token=SECRET, allowed_updates=["message"])
        assert (await bot.get_webhook_info()).url == "https://guide.example/telegram"
        with pytest.raises(telegram.error.Conflict):
            await bot.get_updates()
        assert await bot.delete_webhook()
        assert await bot.set_my_short_description("دليل", language_code="ar")
        with pytest.raises(telegram.error.BadRequest, match="too long"):
            await bot.send_message(7, "ا" * 4097)
        api.fail("sendMessage", Fault(retry_after=3))
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(7, "x")


async def test_refuses_as_the_platform_does(api: BotApi, bot: aiogram.Bot) -> None:
    """A text too long, a wrong button, an unknown chat, a stranger's token and a person who left are refused."""
    button = {"text": "x", "callback_data": "ا" * 33}
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(7, "x", reply_markup={"inline_keyboard": [[button]]})  # type: ignore[arg-type]
    with pytest.raises(TelegramBadRequest, match="empty"):
        await bot.send_message(7, " ")
    with pytest.raises(TelegramBadRequest, match="too long"):
        await bot.send_message(7, "ا" * 4097)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(8, "x")
    for state, error in (("blocked", TelegramForbiddenError), ("deleted", TelegramForbiddenError)):
        api.chats[7].state = state  # type: ignore[assignment]
        with pytest.raises(error):
            await bot.send_message(7, "x")
    api.chats[7].state, api.chats[7].moved_to = "moved", -1007
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(7, "x")
    assert moved.value.migrate_to_chat_id == -1007
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query("77")
    stranger = aiogram.Bot("1:" + "x" * 35, session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()


@pytest.mark.skipif(not is_here(), reason="the recorded description of the Bot API is not on this machine")
async def test_refuses_what_is_not_described(api: BotApi) -> None:
    """A parameter that the Bot API does not describe, or of another type, is refused."""
    for params in (
        {"chat_id": 7, "text": "x", "disable_preview": True},
        {"chat_id": 7, "text": "x", "link_preview_options": {"off": True}},
        {"chat_id": 7, "text": 7},
        {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"label": "x"}]]}},
        {"text": "x"},
    ):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{api.base}/bot{TOKEN}/sendMessage", json=params) as response,
        ):
            assert response.status == 400, params
    assert len(api.refused) == 5


async def test_fails_on_demand(api: BotApi, bot: aiogram.Bot) -> None:
    """It slows down, breaks down, hangs up and shows a proxy's page when it is told to, once for each time."""
    api.fail("sendMessage", Fault(retry_after=9), Fault(status=502), Fault("cut"), Fault("cut_after"), Fault("slow"))
    for error in (TelegramRetryAfter, TelegramServerError, TelegramNetworkError, TelegramNetworkError):
        with pytest.raises(error):
            await bot.send_message(7, "x")
    assert (await bot.send_message(7, "y")).text == "y"
    # What was cut off after it was done was done.
    assert api.chats[7].texts == ["x", "y"]


async def test_lets_one_fetch_at_a_time(api: BotApi, bot: aiogram.Bot) -> None:
    """A second fetch ends the first; an update comes again until its number is passed."""
    first = asyncio.create_task(bot.get_updates(timeout=5))
    while not api.got and api._fetching is None:
        await asyncio.sleep(0.005)
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError):
        await first
    api.says(7, "سلام")
    [update] = await second
    assert await bot.get_updates() == [update]
    assert await bot.get_updates(offset=update.update_id + 1) == []
