"""The whole guide on Telegram: real content, turn, reception, storage and delivery, joined to the stand-in."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import uvicorn
from sqlalchemy import text

from bot.channels.channel import Intake
from bot.channels.incoming import Blocking, Incoming, Moved
from bot.channels.sending import Outlet, Pace
from bot.channels.telegram.api import Courtesies, TelegramBot, TelegramSender
from bot.channels.telegram.arrivals import Polling
from bot.channels.telegram.arrivals import app as telegram_webhook
from bot.channels.telegram.replies import ALLOWED
from bot.channels.telegram.updates import CHANNEL as TELEGRAM
from bot.channels.telegram.updates import read as read_telegram
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.delivery import Delivery
from bot.message import Message
from bot.reception import Notices, Reception, Respond
from bot.storage import Store, Unreadable, Update, is_settled
from tests.channels.telegram.conftest import words
from tests.reception.room import SORRY, Clock
from tests.standins.botapi import SECRET, TOKEN, BotApi, running

PATH = "/telegram"

Trouble = Literal["unkept", "unheard", "late"]


@dataclass
class Guide:
    """The guide, and what came that is not a message."""

    store: Store
    api: BotApi
    library: Library
    clock: Clock = field(default_factory=Clock)
    refused: list[str] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    blocking: list[Blocking] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    #: The turn, where it is not the content's.
    turn: Respond | None = None
    #: What comes of keeping messages, one time after the other: nothing is kept, all is unheard of, or it is late.
    troubles: deque[Trouble] = field(default_factory=deque)

    def __post_init__(self) -> None:
        notices = Notices()
        self.line = TelegramBot(TOKEN, base=self.api.base, patience=5)
        self.courtesies = Courtesies(self.line.attempt, self.is_attended)
        self.sender = TelegramSender(
            self.line,
            words(),
            self.courtesies,
            now=lambda: self.clock().timestamp(),
            moved=self.note_moved,
            printed=lambda document: b"%PDF ",
        )
        way = Outlet(self.sender.send, Pace())
        self.delivery = Delivery(self.store, {TELEGRAM: way}, sent=notices.tell, now=self.clock, chance=lambda: 0.0)
        self.reception = Reception(
            self.store,
            notices,
            read={TELEGRAM: read_telegram},
            respond=self._respond,
            sorry=SORRY,
            now=self.clock,
            answered=self.delivery.tell,
        )
        self.rooms = Intake(
            self.accept, self.note_moved, self.keep_unread, blocking=self.note_blocking, refused=self.refused.append
        )

    def _respond(self, conversation: Conversation, message: Message, now: datetime) -> Turn:
        if self.turn is not None:
            return self.turn(conversation, message, now)
        return respond(conversation, message, self.library, now)

    async def accept(self, items: Sequence[Incoming]) -> None:
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble == "unkept":
            raise OSError("the disk is full")
        if trouble == "late":
            await asyncio.sleep(0.05)
        await self.reception.accept([Update(TELEGRAM, item.external_id, item.address, item.raw) for item in items])
        if trouble == "unheard":
            raise OSError("the connection is gone")

    async def is_attended(self, external_id: str) -> bool:
        return await self.store.read(lambda connection: is_settled(connection, TELEGRAM, external_id))

    async def note_blocking(self, items: Sequence[Blocking]) -> None:
        self.blocking += items

    async def note_moved(self, items: Sequence[Moved]) -> None:
        self.moved += items

    async def keep_unread(self, items: Sequence[Unreadable]) -> None:
        self.unread += items

    async def count(self, table: Literal["inbox", "outbox", "people"], where: str = "1 = 1") -> int:
        """Return how many rows there are."""
        found = await self.store.read(
            lambda connection: connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()
        )
        return int(found)

    async def states(self) -> list[tuple[str, str]]:
        """Return the state and the status of every reply, oldest first."""
        found = await self.store.read(
            lambda connection: connection.execute(text("SELECT state, status FROM outbox ORDER BY id")).all()
        )
        return [(row.state, row.status) for row in found]

    async def count_is(self, table: Literal["inbox", "outbox", "people"], number: int, where: str = "1 = 1") -> bool:
        """Return whether there are so many rows."""
        return await self.count(table, where) == number


@asynccontextmanager
async def working(
    folder: Path, library: Library, how: Literal["polling", "webhook"], turn: Respond | None = None
) -> AsyncIterator[Guide]:
    """Run the guide and the platform it talks to."""
    store = Store(f"sqlite:///{folder / 'dalil.db'}", synchronous="OFF")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with running() as api:
            guide = Guide(store, api, library, turn=turn)
            tasks = [asyncio.create_task(guide.reception.attend()), asyncio.create_task(guide.delivery.run())]
            server = None
            if how == "polling":
                tasks.append(
                    asyncio.create_task(
                        Polling(guide.line, guide.rooms, guide.courtesies, wait=2, first_rest=0.05).run()
                    )
                )
            else:
                server = uvicorn.Server(
                    uvicorn.Config(
                        telegram_webhook(guide.rooms, SECRET, guide.courtesies, path=PATH),
                        ws="none", lifespan="off", log_level="critical", access_log=False, timeout_graceful_shutdown=1,
                    )
                )  # fmt: skip
                serving = asyncio.create_task(server.serve(sockets=[listening]))
                while not server.started:
                    await asyncio.sleep(0.005)
                api.webhook = {
                    "url": f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}",
                    "secret_token": SECRET,
                    "allowed_updates": list(ALLOWED),
                }
            try:
                yield guide
            finally:
                if server is not None:
                    server.should_exit = True
                    await serving
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await guide.courtesies.close()
                await guide.line.close()
                store.close()
