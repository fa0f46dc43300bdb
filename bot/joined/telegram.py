"""Telegram joined to the guide: updates fetched, or posted to its address; replies sent through aiogram.

Imported only where Telegram is on: aiogram takes a second and memory that nobody else needs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.types import ASGIApp

from bot.channels import telegram
from bot.channels.door import Why
from bot.channels.telegram.line import Line, is_token
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.sender import Sender, pace
from bot.config import TelegramConfig
from bot.credentials import TELEGRAM_SECRET, TELEGRAM_TOKEN, Credentials, MissingSecretError
from bot.delivery import Way
from bot.joined.channel import Accept, Ground
from bot.joined.tally import Tally
from bot.reception import ReadUpdate, Respond
from bot.storage import Unreadable, Update, is_settled

#: The lead that one program of several has over fetching.
_FETCHING: Final = "telegram:fetching"


class Telegram:
    """One bot."""

    def __init__(self, config: TelegramConfig, credentials: Credentials, words: telegram.Words, ground: Ground) -> None:
        """Take the parts in; raise `MissingSecretError` without what the platform gave or was given."""
        self.name: str = telegram.CHANNEL
        self.read: ReadUpdate = telegram.read
        self._path = config.path
        token, self._secret = secrets(config, credentials)
        self._ground = ground
        self._tally = Tally(ground)
        self._line = Line(token, base=config.base)
        self._courtesies = telegram.Courtesies(self._line.attempt, self._is_attended)
        sender = Sender(self._line, words, self._courtesies, now=ground.time, moved=self._moved)
        self.way = Way(sender.send, pace(config.per_second))

    def answering(self, respond: Respond) -> Respond:
        """Return the turn as it is."""
        return respond

    def mounted(self, accept: Accept) -> Mapping[str, ASGIApp]:
        """Return the webhook, where there is an address."""
        if not self._path:
            return {}
        hook = telegram.app(self._rooms(accept), self._secret, self._courtesies, self._refused, path=self._path)
        return {self._path: hook}

    async def run(self, accept: Accept) -> None:
        """Fetch updates where there is no address."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tally.run())
            if not self._path:
                leads = self._leads
                group.create_task(Polling(self._line, self._rooms(accept), self._courtesies, leads=leads).run())

    async def close(self) -> None:
        """Close the connections."""
        await self._courtesies.close()
        await self._line.close()

    def _rooms(self, accept: Accept) -> telegram.Rooms:
        async def accepted(items: Sequence[telegram.Incoming]) -> None:
            await accept([Update(self.name, item.external_id, item.address, item.raw) for item in items])

        return telegram.Rooms(accepted, self._blocking, self._moved, self._unread)

    async def _leads(self) -> bool:
        return await self._ground.store.leads(_FETCHING)

    async def _is_attended(self, external_id: str) -> bool:
        return await self._ground.store.read(lambda connection: is_settled(connection, self.name, external_id))

    async def _blocking(self, items: Sequence[telegram.Blocking]) -> None:
        for item in items:
            self._tally.happened("blocked" if item.is_blocked else "unblocked", self.name)

    async def _moved(self, items: Sequence[telegram.Moved]) -> None:
        await self._ground.move(self.name, [(item.before, item.after) for item in items])

    async def _unread(self, items: Sequence[telegram.Unread]) -> None:
        await self._ground.keep_unread(
            [Unreadable(self.name, item.external_id, item.why, item.raw, item.addresses) for item in items]
        )

    def _refused(self, why: Why) -> None:
        self._tally.refused(self.name, why)


def secrets(config: TelegramConfig, credentials: Credentials) -> tuple[str, str]:
    """Return the token, and the webhook's secret where there is one; raise `MissingSecretError` with all wrong."""
    shapes = [(TELEGRAM_TOKEN, is_token, "must be as BotFather gave it: digits, a colon, letters")]
    if config.path:
        shapes.append((TELEGRAM_SECRET, telegram.is_secret, "must be 1 to 256 letters, digits, _ or -"))
    found: list[str] = []
    wrong: list[str] = []
    for name, fits, what in shapes:
        try:
            told = credentials.secret(name)
        except MissingSecretError as error:
            wrong.append(str(error))
            continue
        found.append(told)
        if not fits(told):
            wrong.append(f"{name} {what}; see docs/telegram.md")
    if wrong:
        raise MissingSecretError("\n".join(wrong))
    return found[0], found[1] if config.path else ""
