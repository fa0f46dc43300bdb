"""The page joined to the guide: what is posted is kept and answered at once, what is kept is shown.

Imported only where something is served: the terminal starts without a web server.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from sqlalchemy import Connection
from starlette.types import ASGIApp

from bot.channels.channel import Basis, Keeper, ReadUpdate, Tally
from bot.channels.incoming import UnheardError
from bot.channels.sending import Outlet
from bot.channels.web.guards import Crowd, behind_proxy
from bot.channels.web.messages import CHANNEL, PageBubble, Voices, read, write
from bot.channels.web.pages import PageParts, app
from bot.channels.web.words import PageWords
from bot.config import Config
from bot.conversation.events import Turn
from bot.language.dates import MOROCCO, moroccan_day
from bot.message import Message, PersonId
from bot.storage import ToPerson, Update, last_heard, person_of, transcript

#: What stands for a voice among the person's own messages: it is kept nowhere.
_SPOKEN: Final = "🎤"
#: Seconds of a day.
_DAY: Final = 24 * 3600
#: Seconds between two looks for what is new: staff answer from another process too, whose notices we do not hear.
_LOOK = 2.0


class Web:
    """One page."""

    def __init__(self, config: Config, words: PageWords, basis: Basis) -> None:
        """Take the parts in."""
        self.name: str = CHANNEL
        self.read: ReadUpdate = read
        self.outlet: Outlet | None = None
        self.has_listening: bool = True
        self._words = words
        self._basis = basis
        self._tally = Tally(basis)
        self._crowd = Crowd(config.flood.from_address, config.flood.seconds, monotonic)
        self._site = config.web.address
        self._voices = Voices()
        self._hears = bool(config.voice.model)
        self._session = round(config.web.session_days * _DAY)

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return the page, at every path that is nobody else's."""

        async def accept(external_id: str, address: str, raw: bytes) -> None:
            await keeper.accept([Update(CHANNEL, external_id, address, raw)])
            await keeper.settled(CHANNEL, external_id)

        parts = PageParts(
            accept,
            self._transcript,
            self._news,
            self._knows,
            self._refused,
            self._crowd.admits,
            self._voices if self._hears else None,
            self._basis.printed,
            self._basis.titled,
            lambda: moroccan_day(self._basis.now()),
            self._session,
            self._site,
        )
        return {"": behind_proxy(app(parts, self._words))}

    async def recording(self, media: str) -> bytes:
        """Return what somebody recorded on the page; it is nowhere after that."""
        sound = self._voices.taken(media)
        if sound is None:
            raise UnheardError("away")
        return sound

    def web_instead(self) -> str:
        """Return nothing: the person is there."""
        return ""

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Do nothing: a turn costs nothing here."""

    async def run(self, keeper: Keeper) -> None:
        """Count what is turned away."""
        await self._tally.run()

    async def close(self) -> None:
        """Do nothing: connections are the web server's."""

    def _refused(self, why: str) -> None:
        self._tally.refused(CHANNEL, why)

    async def _person(self, address: str) -> PersonId | None:
        return await self._basis.store.read(lambda connection: person_of(connection, CHANNEL, address))

    async def _knows(self, address: str) -> bool:
        """Return whether somebody wrote from an address, and lately enough for it to be theirs still."""
        since = self._basis.now().timestamp() - self._session

        def is_known(connection: Connection) -> bool:
            if person_of(connection, CHANNEL, address) is None:
                return False
            heard = last_heard(connection, CHANNEL, address)
            return heard is None or heard > since

        return await self._basis.store.read(is_known)

    async def _transcript(self, address: str, after: int) -> Sequence[PageBubble]:
        person = await self._person(address)
        return await self._bubbles(person, after) if person else ()

    async def _bubbles(self, person: PersonId, after: int) -> Sequence[PageBubble]:
        kept = await self._basis.store.read(lambda connection: transcript(connection, person, after))
        return [
            write(bubble.reply, bubble.id, from_staff=bubble.who == "staff", at=bubble.at.astimezone(MOROCCO))
            if isinstance(bubble, ToPerson)
            else PageBubble(
                bubble.id,
                True,
                _SPOKEN if (bubble.kind, bubble.text) == ("sent", "voice") else bubble.text,
                is_location=bubble.kind == "located",
                at=bubble.at.astimezone(MOROCCO),
            )
            for bubble in kept
        ]

    async def _news(self, address: str, after: int, seconds: float) -> Sequence[PageBubble]:
        person = await self._person(address)
        if person is None:
            await asyncio.sleep(min(seconds, 1.0))
            return ()
        ends = asyncio.get_running_loop().time() + seconds
        with self._basis.notices.watching(person) as watch:
            while not (new := await self._bubbles(person, after)):
                left = ends - asyncio.get_running_loop().time()
                if left <= 0 or self._basis.notices.is_over:
                    break
                await watch.news(min(left, _LOOK))
        return new
