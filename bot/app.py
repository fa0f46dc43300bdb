"""Builds every part from the configuration and joins them; the only place that knows all rooms."""

import asyncio
import logging
import random
import secrets
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import terminal
from bot.channels.channel import Basis, Joined, UnjoinedError, served_beside
from bot.channels.listing import joined
from bot.channels.printing import Printer, read_sheet_words
from bot.channels.recordings import Recordings
from bot.channels.text import needed
from bot.config import Config
from bot.content.reading import in_order
from bot.content.releases import Shelf
from bot.conversation.codes import LETTERS, SHEET_LETTERS, Brought, typed_code
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn, VoiceToHear
from bot.conversation.library import Keeping
from bot.conversation.tapping import titled
from bot.conversation.turn import respond
from bot.credentials import Credentials
from bot.delivery import Delivery
from bot.language.dates import MOROCCO, moroccan_day
from bot.message import LANGUAGES, Document, Language, Message, PersonId, Reply, Said, Text
from bot.monitoring import Monitor, watched
from bot.reception import Allowance, Notices, Reception, Respond, Slowing
from bot.staff.desk import work_at_desk
from bot.storage import ClockWatch, Retention, Store, StoreError, newest, prune
from bot.storage.codes import brought_by
from bot.voice.engines import NoEngineError, check
from bot.voice.listener import VoiceListener, reading

log = logging.getLogger(__name__)

#: Seconds from the start to the first pruning, when the start's own work is long done, and from one to the next.
_FIRST_PRUNING = 60.0
_NEXT_PRUNING = 24 * 3600.0
#: Hours in Morocco in which hardly anybody writes.
_NIGHT = range(2, 5)
#: Seconds between two looks for what is to leave the files.
_TRACES_LOOK = 30.0
#: Seconds between two looks at the clock.
_CLOCK_LOOK = 60.0
#: Mistakes of a refused edit told in the log; `dalil check` tells them all.
_LOGGED = 10


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def answering(
    shelf: Shelf,
    channels: Sequence[Joined],
    monitor: Monitor,
    keeping: Keeping,
    store: Store,
    recordings: Recordings,
    listener: VoiceListener | None = None,
) -> Respond:
    """Return the turn by the content that is live when it is asked for; its channel and the monitor take note of it.

    What a code leads to is looked up here: a turn reads no store. Few messages are codes.
    """
    by_name = {channel.name: channel for channel in channels}

    def brought(message: Message, moment: datetime) -> Brought | None:
        typed = typed_code(message.content.text) if isinstance(message.content, Said) else None
        if typed is None:
            return None
        return store.read_now(lambda reading: brought_by(reading, typed, message.person, moment.timestamp()))

    def answered(conversation: Conversation, message: Message, moment: datetime) -> Turn:
        channel = by_name[message.channel]
        began = perf_counter()
        turn = respond(
            conversation,
            message,
            shelf.library,
            moment,
            web_instead=channel.web_instead(),
            keeping=keeping,
            code="".join(secrets.choice(LETTERS) for _ in range(SHEET_LETTERS)),
            brought=brought(message, moment),
            hears=listener is not None and listener.hears(channel.name),
            recorded=recordings.recorded(shelf.library, moroccan_day(moment)),
            offers_listening=not channel.has_listening,
        )
        for event in turn.events:
            if listener is not None and isinstance(event, VoiceToHear):
                listener.hear_later(message, event.media)
        turn = recordings.with_recording(turn, shelf.library, moroccan_day(moment))
        monitor.note_turn(channel.name, turn, perf_counter() - began, is_sent=channel.outlet is None)
        channel.note_turn(message, turn, moment)
        return turn

    return answered


def _made(document: Document, printer: Printer, recordings: Recordings) -> bytes:
    """Return the file of a document: drawn, or as it was recorded."""
    return printer.pdf(document) if document.kind == "sheet" else recordings.sound(document)


def keeping_of(config: Config) -> Keeping:
    """Return what people are told of what is kept of them."""
    keep, privacy = config.keep, config.privacy
    return Keeping(
        keep.messages, keep.unread, keep.questions, keep.facts, privacy.controller, privacy.contact, privacy.cndp
    )


def tell_refused(shelf: Shelf) -> None:
    """Log that the files have mistakes, the first of them, and which release is live instead."""
    errors = shelf.refused.errors
    log.error("event=content_refused errors=%d live=%s", len(errors), shelf.library.release)
    for mistake in in_order(errors)[:_LOGGED]:
        log.error("%s:%d: %s %s", mistake.where.file, mistake.where.line, mistake.message, mistake.remedy)


async def watch(shelf: Shelf, seconds: float) -> None:
    """Look for edits for ever; reading happens beside the event loop, so that nobody waits for it.

    Whatever a file does to the reader, the release that is live goes on answering.
    """
    while seconds:
        await asyncio.sleep(seconds)
        try:
            mistakes = await asyncio.to_thread(shelf.look)
        except Exception as error:
            log.error("event=content_unread live=%s error=%s", shelf.library.release, _told(error))
            continue
        if mistakes is None:
            continue
        if not mistakes.errors:
            log.info("event=content_taken release=%s", shelf.library.release)
            continue
        tell_refused(shelf)


async def prune_daily(store: Store, ages: Retention) -> None:
    """Delete what is older than it may be, for ever; of the programs that share the database one does it."""
    clock = ClockWatch(await store.read(newest), now().timestamp(), monotonic())
    begins = monotonic() + _FIRST_PRUNING
    is_refused = False
    while True:
        await asyncio.sleep(_CLOCK_LOOK)
        is_believed = clock.is_believed(now().timestamp(), monotonic())
        if monotonic() < begins:
            continue
        if not is_believed:
            if not is_refused:
                log.error("event=prune_refused why=clock_jumped ahead_by=%.0f seconds", clock.ahead)
            is_refused = True
            continue
        begins, is_refused = monotonic() + _NEXT_PRUNING, False
        try:
            if await store.leads("pruning"):
                gone = await prune(store, ages, now().timestamp())
                log.info("event=pruned %s", " ".join(f"{kind}={rows}" for kind, rows in gone.items()) or "nothing=0")
        except StoreError as error:
            log.error("event=prune_failed error=%s", error.kind)


async def leave_no_traces(store: Store) -> None:
    """Have what people had us forget leave the files too, for ever; a large database is written anew by night alone.

    Nobody can be taken in meanwhile: 23 s with a million people. Platforms deliver again.
    """
    while True:
        await asyncio.sleep(_TRACES_LOOK)
        try:
            is_quiet = await store.is_small() or now().astimezone(MOROCCO).hour in _NIGHT
            if is_quiet and await store.has_traces():
                await store.compact()
        except (StoreError, OSError) as error:
            log.error("event=compacting_failed error=%s", error.kind if isinstance(error, StoreError) else "file")


@dataclass(frozen=True, slots=True)
class Guide:
    """The parts of a running guide."""

    store: Store
    shelf: Shelf
    notices: Notices
    reception: Reception
    delivery: Delivery
    channels: tuple[Joined, ...]
    monitor: Monitor
    config: Config
    #: What hears voices, where the operator put a model.
    listener: VoiceListener | None = None


def built(config: Config, shelf: Shelf, credentials: Credentials | None = None, beside: Sequence[Joined] = ()) -> Guide:
    """Return the guide's parts, joined: with credentials to all the channels that are on, else to the terminal alone.

    Channels that no configuration knows may be joined `beside` them. Raises what keeps the guide from starting.
    """
    store = Store(config.store)
    notices = Notices()
    try:
        printer = Printer(needed(read_sheet_words, config.content), config.web.address)
        recordings = Recordings(config.content)
        basis = Basis(
            store,
            now,
            notices,
            partial(_made, printer=printer, recordings=recordings),
            lambda choice: titled(choice, shelf.library),
        )
        channels = (terminal.Terminal(),) if credentials is None else joined(config, credentials, basis)
        channels = (*channels, *beside)
        listener = _listener(config, store, channels) if credentials is not None and config.voice.model else None
    except BaseException:
        store.close()
        raise
    outlets = {channel.name: channel.outlet for channel in channels if channel.outlet is not None}
    monitor = Monitor(
        store,
        release=lambda: shelf.library.release,
        is_current=lambda: shelf.is_current,
        now=now,
        kept_in=config.kept_in,
    )
    delivery = Delivery(store, outlets, sent=notices.tell, now=now, chance=random.random, noted=monitor.note_sending)
    reception = Reception(
        store,
        notices,
        read={
            channel.name: channel.read if listener is None else reading(channel.name, channel.read)
            for channel in channels
        },
        respond=answering(shelf, channels, monitor, keeping_of(config), store, recordings, listener),
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
    return Guide(store, shelf, notices, reception, delivery, channels, monitor, config, listener)


def _listener(config: Config, store: Store, channels: Sequence[Joined]) -> VoiceListener:
    """Return what hears voices on all channels; raise `UnjoinedError` for a folder that holds no model."""
    folder = Path(config.voice.model)
    try:
        check(folder)
    except NoEngineError as error:
        raise UnjoinedError(f"voice.model: {error}") from error
    return VoiceListener(folder, store, {channel.name: channel.recording for channel in channels})


def _said(words: Text) -> Mapping[Language, Reply]:
    return {language: Reply(words.of(language), (), language) for language in LANGUAGES}


def served_app(guide: Guide, monitor_port: int | None = None) -> ASGIApp:
    """Return what is served: the web chat, what platforms post to, the staff room; at a port of its own the monitor.

    The staff room is there from the first account on.
    """
    channels = served_beside(
        {path: app for channel in guide.channels for path, app in channel.mounted(guide.reception).items()}
    )
    people = beside(_staff_room(guide), channels, guide.config.figures.is_public)
    if monitor_port is None:
        return people
    monitor = watched(guide.monitor)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        # The port that was connected to, which nothing in a request can change.
        chosen = monitor if scope["type"] == "http" and scope["server"][1] == monitor_port else people
        await chosen(scope, receive, send)

    return served


def _put_on_way(guide: Guide, person: PersonId) -> None:
    """Have a reply sent that no message asked for."""
    guide.delivery.tell()
    guide.notices.tell((person,))


def _staff_room(guide: Guide) -> ASGIApp:
    """Return the staff room; imported only where something is served: the terminal starts without a web server."""
    from bot.channels.web.guards import behind_proxy  # noqa: PLC0415
    from bot.channels.whatsapp.meter import tariff  # noqa: PLC0415
    from bot.staff.frame import StaffParts  # noqa: PLC0415
    from bot.staff.room import staff_app  # noqa: PLC0415

    config = guide.config
    parts = StaffParts(
        guide.store,
        now,
        lambda: guide.shelf.library,
        guide.shelf.root,
        config.drafts_in,
        lambda person: _put_on_way(guide, person),
        config.web.address,
        config.figures.is_public,
        tariff(config.whatsapp) if config.whatsapp.is_on else None,
        guide.shelf.keep,
    )
    return behind_proxy(staff_app(parts))


#: What is served at the staff room's path and below it.
_STAFF: Final = "/staff"


def beside(staff: ASGIApp, people: ASGIApp, has_public_figures: bool) -> ASGIApp:
    """Return one application: the staff room at its path and below it, what people see everywhere else."""
    figures = {"/figures", "/figures.csv"} if has_public_figures else frozenset()

    async def served_there(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        is_staffs = path == _STAFF or path.startswith(f"{_STAFF}/") or path in figures
        chosen = staff if is_staffs else people
        await chosen(scope, receive, send)

    return served_there


@asynccontextmanager
async def running(guide: Guide, config: Config) -> AsyncIterator[asyncio.Event]:
    """Keep reception, delivery, the platforms and the look-out for edits going; put everything away at the end.

    Yields what is set when one of them failed: a guide that takes messages and answers none had better end, and whoever
    runs it begins it again.
    """
    keep = config.keep
    parts = {
        "store": guide.store.stands(),
        "reception": guide.reception.attend(),
        "listening": guide.reception.listen(),
        "delivery": guide.delivery.run(),
        "content": watch(guide.shelf, config.reload_every),
        "desk": work_at_desk(
            guide.store,
            lambda: now().timestamp(),
            lambda: _said(guide.shelf.library.phrases.nobody_yet),
            lambda person: _put_on_way(guide, person),
            lambda: guide.shelf.library,
        ),
        "traces": leave_no_traces(guide.store),
        "pruning": prune_daily(guide.store, Retention(keep.messages, keep.unread, keep.questions, keep.facts)),
        **{channel.name: channel.run(guide.reception) for channel in guide.channels},
        **({"voices": guide.listener.run(guide.reception)} if guide.listener is not None else {}),
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
