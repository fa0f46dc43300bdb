"""WhatsApp joined to the guide: webhooks kept, replies sent, what it costs counted.

Imported only where WhatsApp is on.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from starlette.types import ASGIApp

from bot.channels import meter, whatsapp
from bot.channels.door import Why
from bot.channels.whatsapp.sender import INVITED, OUTSIDE, TEMPLATE_REST
from bot.config import WhatsAppConfig
from bot.content.channel_words import WhatsAppWords
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.credentials import WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, Credentials
from bot.delivery import Way
from bot.joined.channel import Accept, Ground
from bot.joined.tally import Tally
from bot.joined.tariff import tariff
from bot.message import Message
from bot.reception import ReadUpdate, Respond
from bot.storage import (
    Batches,
    StatusTold,
    StoreError,
    Unreadable,
    Update,
    came_back,
    figures,
    is_new,
    last_heard,
    move,
    note_statuses,
    reopen,
    was_put_off,
)

log: Final = logging.getLogger(__name__)

#: Seconds between two looks at what was spent.
_LOOK: Final = 10.0


@dataclass(frozen=True, slots=True)
class Offer:
    """The web chat, offered in the welcome once the month's budget is spent."""

    words: WhatsAppWords
    address: str


class WhatsApp:
    """One number."""

    def __init__(self, config: WhatsAppConfig, credentials: Credentials, offer: Offer, ground: Ground) -> None:
        """Take the parts in; raise `MissingSecretError` without what the platform gave or was given."""
        self.name: str = whatsapp.CHANNEL
        self.read: ReadUpdate = whatsapp.read
        self._config = config
        self._secrets = whatsapp.Secrets(
            credentials.secret(WHATSAPP_APP_SECRET), credentials.secret(WHATSAPP_VERIFY_TOKEN)
        )
        self._words = offer.words.words
        self._offer = offer
        self._ground = ground
        self._tally = Tally(ground)
        self._statuses = Batches[StatusTold](ground.store, self._noted)
        #: Addresses that wrote and for which something may have waited.
        self._opened = Batches[str](ground.store, self._reopened)
        self._windows = whatsapp.Windows(ground.time, self._heard)
        self._is_over = False
        self._can_invite = bool(config.template)
        template = whatsapp.Template(config.template, config.template_codes)
        self._sender = whatsapp.Sender(
            whatsapp.Account(config.number_id, credentials.secret(WHATSAPP_TOKEN), config.base, config.version),
            self._words,
            self._windows,
            now=ground.time,
            template=template if self._can_invite else None,
            invited=lambda: self._tally.happened(meter.KIND, meter.TEMPLATE),
            came_back=self._came_back,
            was_invited=self._was_invited,
        )
        self.way = Way(self._sender.send, whatsapp.pace(config.per_second))

    def answering(self, respond: Respond) -> Respond:
        """Return the turn that knows the rows of a list that goes on, counts its messages and minds the budget."""

        def answered(conversation: Conversation, message: Message, moment: datetime) -> Turn:
            if message.channel != self.name:
                return respond(conversation, message, moment)
            turn = whatsapp.next_page(conversation, message, self._words)
            if turn is None:
                turn = respond(conversation, message, moment)
                if self._is_over and self._offer.address:
                    sentence = self._offer.words.web_instead.filled(address=self._offer.address)
                    turn = meter.offering_web(conversation, turn, sentence.of(turn.conversation.language))
            messages = sum(len(whatsapp.contents(reply, self._words)) for reply in turn.replies)
            self._tally.add(meter.counted(moment.date(), turn.conversation.flow, messages))
            return turn

        return answered

    def mounted(self, accept: Accept) -> Mapping[str, ASGIApp]:
        """Return the webhook."""

        async def accepted(items: Sequence[whatsapp.Incoming]) -> None:
            opened = [item for item in items if self._windows.note(item.address, item.written)]
            try:
                await accept(
                    [Update(self.name, item.external_id, item.address, item.raw, item.alias) for item in items]
                )
                # Only what comes first in a day can have been waited for: the rest costs no statement.
                await self._opened.add([name for item in opened for name in {item.address, item.alias} if name])
            except Exception:
                # It comes again, and what waits for it still does.
                for item in opened:
                    self._windows.awaits(item.address)
                raise

        rooms = whatsapp.Rooms(accepted, self._note_statuses, self._moved, self._unread, self._refused)
        path = self._config.path
        return {path: whatsapp.app(rooms, self._secrets, number_id=self._config.number_id, path=path)}

    async def run(self, accept: Accept) -> None:
        """Keep the meter."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tally.run())
            group.create_task(self._metered())

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()

    async def _metered(self) -> None:
        while True:
            try:
                await self._look()
            except StoreError as error:
                log.error("event=meter_unread error=%s", error.kind)
            await asyncio.sleep(_LOOK)

    async def _look(self) -> None:
        """Look at what this month has cost; warn once when it is more than it was to be."""
        today = self._ground.now().date()
        counted = await self._ground.store.read(lambda connection: figures(connection, *meter.days(today)))
        use = meter.use(counted, today, tariff(self._config))
        if use.is_over and not self._is_over:
            log.warning(
                "event=budget_spent channel=whatsapp messages=%d cost=%.2f budget=%.2f currency=%s",
                use.messages,
                use.cost,
                use.budget,
                self._config.currency,
            )
        self._is_over = use.is_over

    async def _heard(self, address: str) -> float | None:
        return await self._ground.store.read(lambda connection: last_heard(connection, self.name, address))

    async def _came_back(self, number: int) -> bool:
        return await self._ground.store.read(lambda connection: came_back(connection, number, OUTSIDE))

    async def _was_invited(self, number: int) -> bool:
        since = self._ground.time() - TEMPLATE_REST
        return await self._ground.store.read(lambda connection: was_put_off(connection, number, INVITED, since))

    def _reopened(self, connection: Connection, addresses: Sequence[str]) -> None:
        reopen(connection, self.name, addresses, OUTSIDE, self._ground.time())

    async def _note_statuses(self, items: Sequence[whatsapp.Status]) -> None:
        told = [
            StatusTold(
                self.name,
                item.status,
                item.outbox_id,
                item.platform_id,
                item.reason,
                # The template invites the person, and the reply follows.
                waits_again=self._can_invite and item.reason.startswith(OUTSIDE),
            )
            for item in items
        ]
        await self._statuses.add(told)

    def _noted(self, connection: Connection, told: Sequence[StatusTold]) -> None:
        note_statuses(connection, told, self._ground.time())

    async def _moved(self, items: Sequence[whatsapp.Moved]) -> None:
        now = self._ground.time()

        def moved(connection: Connection) -> None:
            for item in items:
                if is_new(connection, self.name, item.external_id, now):
                    move(connection, self.name, item.before, item.after, now, is_number=item.is_number)

        await self._ground.store.write(moved)

    async def _unread(self, items: Sequence[whatsapp.Unread]) -> None:
        await self._ground.keep_unread(
            [Unreadable(self.name, item.external_id, item.why, item.raw, item.addresses) for item in items]
        )

    def _refused(self, why: Why) -> None:
        self._tally.refused(self.name, why)
