"""Builds every part from the configuration and joins them; the only place that knows all rooms."""

import asyncio
import logging
import os
import random
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.channels import terminal
from bot.channels.sending import visible
from bot.config import Config
from bot.content.page import read_page
from bot.content.shelf import Shelf
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.turn import respond
from bot.credentials import Credentials
from bot.delivery import Delivery, Way
from bot.joined.channel import Channel, Ground, beside
from bot.joined.joining import joined
from bot.joined.tally import Tally
from bot.message import LANGUAGES, Language, Message, PersonId, Reply, Text
from bot.reception import Allowance, Notices, Reception, Respond, Slowing
from bot.storage import Ages, Store, StoreError, ToPerson, Update, person_of, prune, transcript

log = logging.getLogger(__name__)

WEB = "web"
#: Seconds from the start to the first pruning, when the start's own work is long done, and from one to the next.
_FIRST_PRUNING = 60.0
_NEXT_PRUNING = 24 * 3600.0
#: Mistakes of a refused edit told in the log; `dalil check` tells them all.
_LOGGED = 10


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def answering(shelf: Shelf) -> Respond:
    """Return the turn by the content that is live when it is asked for."""

    def answered(conversation: Conversation, message: Message, moment: datetime) -> Turn:
        return respond(conversation, message, shelf.library, moment)

    return answered


async def watch(shelf: Shelf, seconds: float) -> None:
    """Look for edits for ever; reading happens beside the event loop, so that nobody waits for it."""
    while seconds:
        await asyncio.sleep(seconds)
        try:
            mistakes = await asyncio.to_thread(shelf.look)
        except OSError as error:
            log.error("event=content_unread error=%s", type(error).__name__)
            continue
        if mistakes is None:
            continue
        if not mistakes.errors:
            log.info("event=content_taken release=%s", shelf.library.release)
            continue
        log.error("event=content_refused errors=%d live=%s", len(mistakes.errors), shelf.library.release)
        for mistake in mistakes.errors[:_LOGGED]:
            log.error("%s:%d: %s %s", mistake.where.file, mistake.where.line, mistake.message, mistake.remedy)


async def prune_daily(store: Store, ages: Ages) -> None:
    """Delete what is older than it may be, for ever; of the programs that share the database one does it."""
    await asyncio.sleep(_FIRST_PRUNING)
    while True:
        try:
            if await store.leads("pruning"):
                gone = await prune(store, ages, now().timestamp())
                log.info("event=pruned %s", " ".join(f"{kind}={rows}" for kind, rows in gone.items()) or "nothing=0")
        except StoreError as error:
            log.error("event=prune_failed error=%s", error.kind)
        await asyncio.sleep(_NEXT_PRUNING)


@dataclass(frozen=True, slots=True)
class Guide:
    """The parts of a running guide."""

    store: Store
    shelf: Shelf
    notices: Notices
    reception: Reception
    delivery: Delivery
    #: What the web chat turns away.
    doors: Tally
    #: The platforms it is joined to.
    channels: tuple[Channel, ...] = ()


def built(config: Config, shelf: Shelf, credentials: Credentials | None = None) -> Guide:
    """Return the guide's parts, joined; with credentials also to the platforms that are on.

    Raises what keeps it from starting.
    """
    store = Store(config.store)
    ground = Ground(store, now)
    notices = Notices()
    try:
        channels = () if credentials is None else joined(config, credentials, ground)
    except BaseException:
        store.close()
        raise
    # The web chat shows a reply as soon as it is kept: there is nothing to send.
    ways = {WEB: Way(visible), **{channel.name: channel.way for channel in channels}}
    delivery = Delivery(store, ways, sent=notices.tell, now=now, chance=random.random)
    respond = answering(shelf)
    for channel in channels:
        respond = channel.answering(respond)
    from bot.channels import web  # noqa: PLC0415  the terminal starts without a web server

    reception = Reception(
        store,
        notices,
        read={
            WEB: web.read,
            terminal.NAME: terminal.read,
            **{channel.name: channel.read for channel in channels},
        },
        respond=respond,
        sorry=_said(shelf.library.phrases.our_fault),
        now=now,
        answered=delivery.tell,
        slowing=Slowing(
            Allowance(config.flood.messages, config.flood.seconds, config.flood.waiting),
            _said(shelf.library.phrases.one_by_one),
            # Who types in the terminal is alone there.
            unlimited=frozenset({terminal.NAME}),
        ),
    )
    return Guide(store, shelf, notices, reception, delivery, Tally(ground), channels)


def _said(words: Text) -> Mapping[Language, Reply]:
    return {language: Reply(words.of(language), (), language) for language in LANGUAGES}


def web_app(guide: Guide, config: Config) -> ASGIApp:
    """Return the web chat joined to the guide, and beside it what the platforms post to."""
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
                if left <= 0 or guide.notices.is_over:
                    break
                await watch.news(min(left, 2.0))
        return new

    mounted = {path: app for channel in guide.channels for path, app in channel.mounted(guide.reception.accept).items()}

    def refused(why: str) -> None:
        guide.doors.refused(WEB, why)

    crowd = web.Crowd(config.flood.from_address, config.flood.seconds, monotonic)
    chat = web.app(web.Rooms(accept, bubbles, news, refused, crowd.admits), words)
    # Behind a web server of the operator's, which tells who asks and over what.
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    return beside(ProxyHeadersMiddleware(chat, trusted), mounted)  # type: ignore[arg-type]


@asynccontextmanager
async def running(guide: Guide, config: Config) -> AsyncIterator[asyncio.Event]:
    """Keep reception, delivery, the platforms and the look-out for edits going; put everything away at the end.

    Yields what is set when one of them failed: a guide that takes messages and answers none had better end, and whoever
    runs it begins it again.
    """
    parts = {
        "reception": guide.reception.attend(),
        "delivery": guide.delivery.run(),
        "content": watch(guide.shelf, config.reload_every),
        "doors": guide.doors.run(),
        "pruning": prune_daily(guide.store, Ages(config.keep.messages, config.keep.unread)),
        **{channel.name: channel.run(guide.reception.accept) for channel in guide.channels},
    }
    failed = asyncio.Event()

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("event=part_failed part=%s error=%s", task.get_name(), _told(error))
            failed.set()

    tasks = [asyncio.create_task(part, name=name) for name, part in parts.items()]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield failed
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for channel in guide.channels:
            await channel.close()
        guide.store.close()


def _told(error: BaseException) -> str:
    """Return the kind of an error and the line that raised it, of each in a group: its own words may hold people's."""
    if isinstance(error, BaseExceptionGroup):
        return " ".join(map(_told, error.exceptions))
    lines = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}" + (f" at={Path(lines[-1].filename).name}:{lines[-1].lineno}" if lines else "")
