"""Telegram joined to the guide: updates fetched, or posted to its address; replies sent by its Bot API."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from starlette.types import ASGIApp

from bot.channels.channel import Basis, Intake, Keeper, ReadUpdate, Tally
from bot.channels.incoming import MOST_SOUND, Blocking, Incoming, Moved, UnheardError
from bot.channels.posting import CutOffError, NotConnectedError
from bot.channels.sending import Outlet, bounded
from bot.channels.telegram.api import CallFailedError, Courtesies, TelegramBot, TelegramSender, is_token, pace
from bot.channels.telegram.arrivals import Polling, app, is_secret
from bot.channels.telegram.replies import Call
from bot.channels.telegram.updates import CHANNEL, read, topic_of
from bot.channels.telegram.words import TelegramWords
from bot.channels.webhook import Refusal
from bot.config import TelegramConfig
from bot.conversation.events import Turn
from bot.credentials import TELEGRAM_SECRET, TELEGRAM_TOKEN, Credentials, MissingSecretError
from bot.message import Message
from bot.storage import Update, is_settled, last_raw

#: The lead that one program of several has over fetching.
_FETCHING: Final = "telegram:fetching"


#: Where a file lies, as `getFile` tells it: below the bot's own path.
_FILE_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}")


class Telegram:
    """One bot."""

    def __init__(self, config: TelegramConfig, credentials: Credentials, words: TelegramWords, basis: Basis) -> None:
        """Take the parts in; raise `MissingSecretError` without what the platform gave or was given."""
        self.name: str = CHANNEL
        self.read: ReadUpdate = read
        self._path = config.path
        token, self._secret = secrets(config, credentials)
        self._basis = basis
        self._tally = Tally(basis)
        self._bot = TelegramBot(token, base=config.base)
        self._courtesies = Courtesies(self._bot.attempt, self._is_attended)
        #: In which topic of a chat its person wrote last; what is not remembered is read from what was kept.
        self._topics: dict[str, int | None] = {}
        sender = TelegramSender(
            self._bot,
            words,
            self._courtesies,
            now=monotonic,
            moved=self._moved,
            printed=basis.printed,
            topic=self._topic,
        )
        self.outlet: Outlet | None = Outlet(sender.send, pace(config.per_second))
        self.has_listening: bool = False

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return the webhook, where there is an address."""
        if not self._path:
            return {}
        hook = app(self._intake(keeper), self._secret, self._courtesies, path=self._path)
        return {self._path: hook}

    def web_instead(self) -> str:
        """Return nothing: a message here costs nothing."""
        return ""

    async def recording(self, media: str) -> bytes:
        """Return a voice that a person recorded; the platform gives no file of over 20 MB."""
        try:
            told = await self._bot.call(Call("getFile", {"file_id": media}))
            path = told.get("file_path") if isinstance(told, dict) else None
            if not isinstance(path, str) or not _FILE_PATH.fullmatch(path) or ".." in path:
                raise UnheardError("away")
            sound = await self._bot.fetched(path, MOST_SOUND)
        except (CallFailedError, NotConnectedError, CutOffError, TimeoutError) as error:
            # "Bad Request: file is too big" is the platform's own sentence, and its only sign.
            is_large = isinstance(error, CallFailedError) and "too big" in error.message
            raise UnheardError("large" if is_large else "away") from error
        if sound is None:
            raise UnheardError("large")
        return sound

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Do nothing: a turn costs nothing here."""

    async def run(self, keeper: Keeper) -> None:
        """Fetch updates where there is no address."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tally.run())
            if not self._path:
                leads = self._leads
                group.create_task(Polling(self._bot, self._intake(keeper), self._courtesies, leads=leads).run())

    async def close(self) -> None:
        """Close the connections."""
        await self._courtesies.close()
        await self._bot.close()

    def _intake(self, keeper: Keeper) -> Intake:
        async def accepted(items: Sequence[Incoming]) -> None:
            for item in items:
                bounded(self._topics)[item.address] = item.topic
            await keeper.accept([Update(self.name, item.external_id, item.address, item.raw) for item in items])

        return Intake(accepted, self._moved, self._basis.keep_unread, blocking=self._blocking, refused=self._refused)

    async def _topic(self, address: str) -> int | None:
        """Return the topic that a reply belongs to; several programs may have taken what the person wrote."""
        store = self._basis.store
        if address not in self._topics or store.is_shared:
            raw = await store.read(lambda connection: last_raw(connection, self.name, address))
            bounded(self._topics)[address] = topic_of(raw)
        return self._topics[address]

    async def _leads(self) -> bool:
        return await self._basis.store.leads(_FETCHING)

    async def _is_attended(self, external_id: str) -> bool:
        return await self._basis.store.read(lambda connection: is_settled(connection, self.name, external_id))

    async def _blocking(self, items: Sequence[Blocking]) -> None:
        for item in items:
            self._tally.happened("blocked" if item.is_blocked else "unblocked", self.name)

    async def _moved(self, items: Sequence[Moved]) -> None:
        await self._basis.move(self.name, [(item.before, item.after) for item in items])

    def _refused(self, why: Refusal) -> None:
        self._tally.refused(self.name, why)


def secrets(config: TelegramConfig, credentials: Credentials) -> tuple[str, str]:
    """Return the token, and the webhook's secret where there is one; raise `MissingSecretError` with all wrong."""
    shapes = [(TELEGRAM_TOKEN, is_token, "must be as BotFather gave it: digits, a colon, letters")]
    if config.path:
        shapes.append((TELEGRAM_SECRET, is_secret, "must be 1 to 256 letters, digits, _ or -"))
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
