"""Builds every part from the configuration and joins them; the only place that knows all rooms."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.types import ASGIApp

from bot.channels import terminal
from bot.channels.sending import Sent
from bot.config import Config
from bot.content.kept import load_kept
from bot.content.library import release_of
from bot.content.page import read_page
from bot.content.reading import Mistakes
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.delivery import Delivery, Way
from bot.message import LANGUAGES, Language, Message, PersonId, Reply
from bot.reception import Reception
from bot.storage import Notices, Store, ToPerson, Update, person_of, transcript

log = logging.getLogger(__name__)

WEB = "web"


class ContentMistakesError(Exception):
    """The content cannot go live; holds every mistake in it."""

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes.errors))
        self.mistakes = mistakes


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Shelf:
    """The live content: an edit is taken when it has no mistake, else the last good release stays."""

    def __init__(self, root: Path, folder: Path | None) -> None:
        """Load the content; raise `ContentMistakesError` when there is no good release to begin with."""
        self._root = root
        self._folder = folder
        library, mistakes = load_kept(root, folder)
        if library is None:
            raise ContentMistakesError(mistakes)
        self.library: Library = library
        self._seen = library.release

    def respond(self, conversation: Conversation, message: Message, moment: datetime) -> Turn:
        """Return the turn by the content that is live."""
        return respond(conversation, message, self.library, moment)

    def look(self) -> Mistakes | None:
        """Take an edited content if it is good; return its mistakes when it is new, None when nothing changed."""
        release = release_of(self._root)
        if release == self._seen:
            return None
        self._seen = release
        library, mistakes = load_kept(self._root, self._folder)
        if library is not None:
            self.library = library
        return mistakes

    async def watch(self, seconds: float) -> None:
        """Look for edits for ever; reading happens beside the event loop, so that nobody waits for it."""
        while seconds:
            await asyncio.sleep(seconds)
            try:
                mistakes = await asyncio.to_thread(self.look)
            except OSError as error:
                log.error("event=content_unread error=%s", type(error).__name__)
                continue
            if mistakes is None:
                continue
            if mistakes.errors:
                log.error("event=content_refused errors=%d live=%s", len(mistakes.errors), self.library.release)
                for mistake in mistakes.errors:
                    log.error("%s:%d: %s %s", mistake.where.file, mistake.where.line, mistake.message, mistake.remedy)
            else:
                log.info("event=content_taken release=%s", self.library.release)


@dataclass(frozen=True, slots=True)
class Guide:
    """The parts of a running guide."""

    store: Store
    shelf: Shelf
    notices: Notices
    reception: Reception
    delivery: Delivery


def built(config: Config) -> Guide:
    """Return the guide's parts, joined; raise what keeps it from starting."""
    shelf = Shelf(config.content, config.kept_in)
    store = Store(config.store)
    notices = Notices()
    # Both show a reply as soon as it is kept: there is nothing to send.
    delivery = Delivery(store, notices, {WEB: Way(_shown)}, now=now, chance=random.random)
    from bot.channels import web  # noqa: PLC0415  the terminal starts without a web server

    reception = Reception(
        store,
        notices,
        read={WEB: web.read, terminal.NAME: terminal.read},
        respond=shelf.respond,
        sorry=_sorry(shelf.library),
        now=now,
        told=delivery.tell,
    )
    return Guide(store, shelf, notices, reception, delivery)


def _sorry(library: Library) -> Mapping[Language, Reply]:
    return {language: Reply(library.phrases.our_fault.of(language), (), language) for language in LANGUAGES}


async def _shown(_address: str, _reply: Reply, _number: int) -> Sent:
    return Sent()


def web_app(guide: Guide, config: Config) -> ASGIApp:
    """Return the web chat joined to the guide."""
    from bot.channels import web  # noqa: PLC0415

    words = read_page(config.content)

    async def accept(external_id: str, address: str, raw: bytes) -> None:
        await guide.reception.accept([Update(WEB, external_id, address, raw)])
        await guide.reception.settled(WEB, external_id)

    async def bubbles(address: str, after: int) -> Sequence[web.Bubble]:
        person = await guide.store.read(lambda connection: person_of(connection, WEB, address))
        return await _bubbles(person, after) if person else ()

    async def _bubbles(person: PersonId, after: int) -> Sequence[web.Bubble]:
        kept = await guide.store.read(lambda connection: transcript(connection, person, after))
        return [
            web.write(one.reply, one.id, from_staff=one.who == "staff")
            if isinstance(one, ToPerson)
            else web.Bubble(one.id, True, one.text, is_location=one.kind == "located")
            for one in kept
        ]

    async def news(address: str, after: int, seconds: float) -> Sequence[web.Bubble]:
        person = await guide.store.read(lambda connection: person_of(connection, WEB, address))
        if person is None:
            await asyncio.sleep(min(seconds, 1.0))
            return ()
        ends = asyncio.get_running_loop().time() + seconds
        with guide.notices.watching(person) as watch:
            # Staff answer from another process too, whose notices we do not hear: look again now and then.
            while not (new := await _bubbles(person, after)):
                left = ends - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                await watch.told(min(left, 2.0))
        return new

    return web.app(web.Rooms(accept, bubbles, news), words)


@asynccontextmanager
async def running(guide: Guide, config: Config) -> AsyncIterator[None]:
    """Keep reception, delivery and the look-out for edits going; put everything away at the end."""
    tasks = [
        asyncio.create_task(guide.reception.attend()),
        asyncio.create_task(guide.delivery.run()),
        asyncio.create_task(guide.shelf.watch(config.reload_every)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        guide.store.close()
