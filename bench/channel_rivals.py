"""Bot frameworks having the conversation of `bench.channels`, each written as its own pages show it.

`python -m bench.channel_rivals NAME BASE STEPS` serves one of them on a free port of the loopback and prints the port.
All keep where a person stands in memory alone, and lose it, and what is under way, with the process. A tap is
acknowledged and its buttons are taken away, as the guide does.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn

from bench.channel_script import Answer, Step, known

#: What each needs, and what it answers on.
RIVALS: dict[str, tuple[str, str]] = {
    "pywa": ("pywa_async", "whatsapp"),
    "aiogram": ("aiogram", "telegram"),
    "python-telegram-bot": ("telegram.ext", "telegram"),
}
PATH = "/hook"


def _listening() -> socket.socket:
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listening.getsockname()[1], flush=True)
    return listening


def _served(app: Any) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="warning", access_log=False))


def aiogram(base: str, steps: Sequence[Step]) -> None:
    """Serve aiogram's dispatcher with its finite-state machine in memory, on aiohttp as its pages show."""
    from aiogram import Bot, Dispatcher, F
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import StateFilter
    from aiogram.fsm.context import FSMContext
    from aiogram.fsm.state import State
    from aiogram.fsm.storage.memory import MemoryStorage
    from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
    from aiohttp import web

    from tests.standins import botapi

    states = [State(f"step{number}", "Talk") for number in range(len(steps))]
    dispatcher = Dispatcher(storage=MemoryStorage())

    def markup(answer: Answer) -> InlineKeyboardMarkup | None:
        rows = [[InlineKeyboardButton(text=one.label, callback_data=one.id)] for one in answer.buttons]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None

    async def answered(message: Message, step: Step) -> None:
        for answer in step.answers:
            await message.answer(answer.text, reply_markup=markup(answer))

    async def on(state: FSMContext, number: int) -> None:
        if number + 1 < len(steps):
            await state.set_state(states[number + 1])
        else:
            await state.clear()

    for number, step in enumerate(steps):
        where = StateFilter(states[number] if number else None)
        if step.kind == "text":

            @dispatcher.message(where, F.text == step.said)
            async def typed(message: Message, state: FSMContext, step: Step = step, number: int = number) -> None:
                await on(state, number)
                await answered(message, step)
        else:

            @dispatcher.callback_query(where, F.data == step.said)
            async def tapped(query: CallbackQuery, state: FSMContext, step: Step = step, number: int = number) -> None:
                await query.answer()
                await on(state, number)
                assert isinstance(query.message, Message)
                await query.message.edit_reply_markup()
                await answered(query.message, step)

    async def serve() -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(base), limit=512)
        bot = Bot(botapi.TOKEN, session=session)
        app = web.Application()
        SimpleRequestHandler(dispatcher, bot, secret_token=botapi.SECRET).register(app, path=PATH)
        setup_application(app, dispatcher, bot=bot)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, _listening()).start()
        await asyncio.Event().wait()

    _run(serve)


def python_telegram_bot(base: str, steps: Sequence[Step]) -> None:
    """Serve python-telegram-bot's ConversationHandler, its updates taken by Starlette as its example shows.

    Updates are attended one by one: its pages ask for that wherever there is a conversation.
    """
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import (
        Application,
        CallbackQueryHandler,
        ContextTypes,
        ConversationHandler,
        MessageHandler,
        filters,
    )

    from tests.standins import botapi

    def handler(number: int, step: Step) -> Any:
        async def on(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
            if update.callback_query is not None:
                await update.callback_query.answer()
                await update.callback_query.edit_message_reply_markup()
            assert update.effective_message is not None
            for answer in step.answers:
                rows = [[InlineKeyboardButton(one.label, callback_data=one.id)] for one in answer.buttons]
                markup = InlineKeyboardMarkup(rows) if rows else None
                await update.effective_message.reply_text(answer.text, reply_markup=markup)
            return number + 1 if number + 1 < len(steps) else ConversationHandler.END

        if step.kind == "text":
            return MessageHandler(filters.Text([step.said]), on)
        return CallbackQueryHandler(on, pattern=f"^{step.said}$")

    async def serve() -> None:
        application = Application.builder().token(botapi.TOKEN).base_url(f"{base}/bot").updater(None).build()
        handlers = [handler(number, step) for number, step in enumerate(steps)]
        states: dict[object, Any] = {number: [one] for number, one in enumerate(handlers) if number}
        application.add_handler(ConversationHandler([handlers[0]], states, [handlers[0]], per_message=False))

        async def posted(request: Request) -> Response:
            if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != botapi.SECRET:
                return Response(status_code=403)
            await application.update_queue.put(Update.de_json(await request.json(), application.bot))
            return Response()

        server = _served(Starlette(routes=[Route(PATH, posted, methods=["POST"])]))
        async with application:
            await application.start()
            await server.serve(sockets=[_listening()])
            await application.stop()

    _run(serve)


def pywa(base: str, steps: Sequence[Step]) -> None:
    """Serve pywa's asynchronous client with its listeners, on Starlette as it does by itself."""
    import httpx
    from pywa_async import WhatsApp, filters
    from pywa_async.types import Button, Message, Section, SectionList, SectionRow

    from tests.standins import graph

    session = httpx.AsyncClient(limits=httpx.Limits(max_connections=512))
    client = WhatsApp(
        phone_id=graph.NUMBER_ID,
        token=graph.TOKEN,
        session=session,
        verify_token=graph.VERIFY_TOKEN,
        app_secret=graph.APP_SECRET,
        webhook_endpoint=PATH,
    )
    # It has no setting for where the platform is.
    session.base_url = httpx.URL(f"{base}/v25.0")

    def buttons(answer: Answer) -> Any:
        if answer.opens:
            rows = [SectionRow(title=one.label, callback_data=one.id) for one in answer.buttons]
            return SectionList(button_title=answer.opens, sections=[Section(title="…", rows=rows)])
        return [Button(title=one.label, callback_data=one.id) for one in answer.buttons] or None

    @client.on_message(filters.matches(steps[0].said))
    async def begun(_: WhatsApp, message: Message) -> None:
        last: Any = message
        sent: Any = None
        for number, step in enumerate(steps):
            if step.kind == "text" and number:
                last = await sent.wait_for_reply(filters=filters.matches(step.said))
            elif step.kind == "row":
                last = await sent.wait_for_selection()
            elif step.kind == "button":
                last = await sent.wait_for_click()
            for answer in step.answers:
                sent = await last.reply_text(answer.text, buttons=buttons(answer))

    async def serve() -> None:
        app = client._setup_and_get_starlette_app()
        logging.getLogger("pywa").setLevel(logging.ERROR)
        await _served(app).serve(sockets=[_listening()])

    _run(serve)


def _run(serve: Callable[[], Any]) -> None:
    import uvloop

    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve())


def main() -> None:
    """Serve the one that was named."""
    name, base, steps = sys.argv[1:]
    serve = {"aiogram": aiogram, "python-telegram-bot": python_telegram_bot, "pywa": pywa}[name]
    serve(base, known(Path(steps).read_text("utf-8")))


if __name__ == "__main__":
    main()
