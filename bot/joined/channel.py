"""What a platform's channel is to the program that runs it; Telegram and WhatsApp are two."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.delivery import Way
from bot.reception import ReadUpdate, Respond
from bot.storage import Store, Unreadable, Update, keep_unread, move

log: Final = logging.getLogger(__name__)

#: Returns once the updates are kept.
Accept = Callable[[Sequence[Update]], Awaitable[None]]


class Channel(Protocol):
    """A platform joined to the guide."""

    name: str
    read: ReadUpdate
    way: Way

    def answering(self, respond: Respond) -> Respond:
        """Return the turn with what this channel does to the turns of its own messages."""
        ...

    def mounted(self, accept: Accept) -> Mapping[str, ASGIApp]:
        """Return what is served for the platform, by path; nothing where updates are fetched."""
        ...

    async def run(self, accept: Accept) -> None:
        """Do what the channel does beside answering, until cancelled."""
        ...

    async def close(self) -> None:
        """Close the connections, when nothing is sent any more."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What every channel stands on."""

    store: Store
    now: Callable[[], datetime]

    def time(self) -> float:
        """Return the present moment, in seconds since 1970."""
        return self.now().timestamp()

    async def keep_unread(self, things: Sequence[Unreadable]) -> None:
        """Keep what could not be read, and say so in the log."""
        await self.store.write(lambda connection: keep_unread(connection, things, self.time()))
        for (channel, why), times in Counter((thing.channel, thing.why) for thing in things).items():
            log.warning("event=unread channel=%s why=%s times=%d", channel, why, times)

    async def move(self, channel: str, moves: Sequence[tuple[str, str]], *, are_numbers: bool = False) -> None:
        """Know persons by other addresses from now on, which can pass to somebody else where they are numbers."""
        now = self.time()

        def moved(connection: Connection) -> None:
            for before, after in moves:
                move(connection, channel, before, after, now, is_number=are_numbers)

        await self.store.write(moved)


def beside(web: ASGIApp, mounted: Mapping[str, ASGIApp]) -> ASGIApp:
    """Return one application: what is mounted, each at its very path, and the web chat for everything else."""
    if not mounted:
        return web

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = mounted.get(scope["path"], web) if scope["type"] == "http" else web
        await chosen(scope, receive, send)

    return served
