"""A small guide on WhatsApp: real webhook, reception, storage and delivery, with a turn that counts its messages."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import uvicorn
from sqlalchemy import Connection, text

from bot.channels.channel import Intake
from bot.channels.incoming import Incoming, Moved, ReplyStatus
from bot.channels.sending import Outlet
from bot.channels.whatsapp.channel import Secrets
from bot.channels.whatsapp.channel import app as whatsapp_webhook
from bot.channels.whatsapp.sender import WhatsAppNumber, WhatsAppSender
from bot.channels.whatsapp.sender import pace as whatsapp_pace
from bot.channels.whatsapp.updates import CHANNEL as WHATSAPP
from bot.channels.whatsapp.updates import read as read_whatsapp
from bot.channels.whatsapp.windows import Windows
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.tapping import rest_of_list
from bot.delivery import Delivery
from bot.message import Message, Reply
from bot.reception import Notices, Reception, Respond
from bot.storage import StatusTold, Store, Unreadable, Update, move, note_statuses
from tests.channels.soaking import counted
from tests.channels.whatsapp.conftest import words
from tests.reception.room import SORRY, Clock
from tests.standins.graph import APP_SECRET, NUMBER_ID, TOKEN, VERIFY_TOKEN, Graph, running

_PATH = "/whatsapp"


def respond(conversation: Conversation, message: Message, now: datetime) -> Turn:
    """Show the rest of a list, or count the message."""
    rest = rest_of_list(message.content, conversation.shown)
    return Turn(conversation, (Reply("…", rest),)) if rest else counted(conversation, message, now)


@dataclass
class Guide:
    """The guide, and what came that is not a message."""

    store: Store
    graph: Graph
    clock: Clock = field(default_factory=Clock)
    refused: list[str] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    turn: Respond = respond

    def __post_init__(self) -> None:
        notices = Notices()
        self.windows = Windows(self._time, self._heard)
        account = WhatsAppNumber(NUMBER_ID, TOKEN, self.graph.base)
        self.sender = WhatsAppSender(
            account, words(), self.windows, now=self._time, printed=lambda document: b"%PDF ", patience=5
        )
        way = Outlet(self.sender.send, whatsapp_pace())
        self.delivery = Delivery(self.store, {WHATSAPP: way}, sent=notices.tell, now=self.clock, chance=lambda: 0.0)
        self.reception = Reception(
            self.store,
            notices,
            read={WHATSAPP: read_whatsapp},
            respond=self.turn,
            sorry=SORRY,
            now=self.clock,
            answered=self.delivery.tell,
        )

    def _time(self) -> float:
        return self.clock().timestamp()

    async def _heard(self, _address: str) -> float | None:
        return self._time()

    async def accept(self, items: Sequence[Incoming]) -> None:
        await self.reception.accept(
            [Update(WHATSAPP, item.external_id, item.address, item.raw, item.alias) for item in items]
        )
        for item in items:
            self.windows.note(item.address, item.written)

    async def statuses(self, items: Sequence[ReplyStatus]) -> None:
        told = [StatusTold(WHATSAPP, item.status, item.outbox_id, item.platform_id, item.reason) for item in items]
        await self.store.write(lambda connection: note_statuses(connection, told, self._time()))

    async def moved(self, items: Sequence[Moved]) -> None:
        def moved(connection: Connection) -> None:
            for item in items:
                move(connection, WHATSAPP, item.before, item.after, self._time(), is_number=item.is_number)

        await self.store.write(moved)

    async def keep_unread(self, items: Sequence[Unreadable]) -> None:
        self.unread += items

    async def states(self) -> list[tuple[str, str]]:
        """Return the state and the status of every reply, oldest first."""
        found = await self.store.read(
            lambda connection: connection.execute(text("SELECT state, status FROM outbox ORDER BY id")).all()
        )
        return [(row.state, row.status) for row in found]

    async def people(self) -> int:
        """Return how many persons are known."""
        found = await self.store.read(
            lambda connection: connection.execute(text("SELECT count(DISTINCT person) AS n FROM identifiers")).one()
        )
        return int(found.n)


@asynccontextmanager
async def working(folder: Path, turn: Respond = respond) -> AsyncIterator[Guide]:
    """Run a guide and the platform it talks to."""
    store = Store(f"sqlite:///{folder / 'dalil.db'}", synchronous="OFF")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        async with running(f"http://127.0.0.1:{port}{_PATH}") as graph:
            guide = Guide(store, graph, turn=turn)
            rooms = Intake(guide.accept, guide.moved, guide.keep_unread, guide.statuses, refused=guide.refused.append)
            secrets = Secrets(APP_SECRET, VERIFY_TOKEN)
            config = uvicorn.Config(
                whatsapp_webhook(rooms, secrets, number_id=NUMBER_ID, path=_PATH), ws="none", lifespan="off",
                log_level="critical", access_log=False, timeout_graceful_shutdown=1,
            )  # fmt: skip
            server = uvicorn.Server(config)
            tasks = [
                asyncio.create_task(server.serve(sockets=[listening])),
                asyncio.create_task(guide.reception.attend()),
                asyncio.create_task(guide.delivery.run()),
            ]
            try:
                while not server.started:
                    await asyncio.sleep(0.005)
                yield guide
            finally:
                server.should_exit = True
                await tasks[0]
                for task in tasks[1:]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await guide.sender.close()
                store.close()
