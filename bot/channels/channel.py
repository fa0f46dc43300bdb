"""What a channel is to the rest of the program: one interface for the platforms, the web page and the terminal.

`Channel` is what is known of one before it is turned on: its words, its linter, its doctor. `Joined` is one at work. A
channel is one folder, and one line in `bot.channels.listing`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Protocol, assert_never

from sqlalchemy import Connection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.incoming import Arrival, Blocking, Incoming, Moved, Passed, Preference, ReplyStatus
from bot.channels.sending import Outlet
from bot.channels.webhook import Refusal
from bot.config import Config
from bot.content.reading import Mistakes
from bot.conversation.events import Turn
from bot.credentials import Credentials, MissingSecretError
from bot.language.dates import moroccan_day
from bot.message import Choice, ChoiceId, Document, Message, PersonId, Reply, Text
from bot.storage import Store, StoreError, Unreadable, Update, count, keep_unread, move
from bot.storage.counts import CountKey


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` is empty where all is well. Never a secret, never a person."""

    kind: Literal["ok", "problem"]
    what: str
    remedy: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether something is to be done."""
        return self.kind == "problem"


#: `label_long`, `short_long`, `id_long` and `labels_equal` lose something the person needs: they are errors. The others
#: only make it less handy: a text in several messages, a list instead of buttons, a label whose end is in small print.
ProblemKind = Literal[
    "label_long", "short_long", "id_long", "labels_equal", "text_parted", "label_cut", "list_for_buttons", "list_paged"
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a channel cannot show as it is written."""

    kind: ProblemKind
    #: The label or text it is about.
    about: str
    length: int
    most: int
    #: A shorter wording; empty where only a writer can find one.
    proposed: str = ""

    @property
    def is_error(self) -> bool:
        """Whether a person would miss something."""
        return self.kind in {"label_long", "short_long", "id_long", "labels_equal"}


#: Seconds that our clock may differ from a platform's.
_DRIFT: Final = 60.0


def clock_finding(who: str, date: str, now: datetime) -> Finding:
    """Return what is to be said of the clock; `date` is the header of that name, `who` whose it is."""
    try:
        drift = abs((now - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return Finding("ok", f"{who} tells no time to compare the clock with.")
    if drift > _DRIFT:
        what = f"This machine's clock differs by {drift:.0f} seconds."
        return Finding("problem", what, "Set it: timedatectl set-ntp true")
    return Finding("ok", "The clock is right.")


def finding_secrets(look: Callable[[], Coroutine[object, object, list[Finding]]]) -> list[Finding]:
    """Return what is found, or the secrets that must be there first."""
    try:
        return asyncio.run(look())
    except MissingSecretError as error:
        lines = (line.partition("; ") for line in str(error).splitlines())
        return [Finding("problem", what, remedy or "See docs/.") for what, _, remedy in lines]


log: Final = logging.getLogger(__name__)

#: A raw update of a channel as a message of a person; it never raises for what a person can send.
ReadUpdate = Callable[[bytes, PersonId], Message]


class Channel(Protocol):
    """What is known of a channel before it is turned on; nothing that only a running one needs is imported for it."""

    name: str
    #: What the doctor and the linter call it.
    title: str

    def is_on(self, config: Config) -> bool:
        """Return whether the operator turned it on."""
        ...

    def words(self, root: Path, mistakes: Mistakes) -> object | None:
        """Return the words that only this channel needs; None, with the mistakes noted, where they cannot be used."""
        ...

    def problems(self, reply: Reply, words: object) -> list[Problem]:
        """Return what a person would miss of a reply here, or find less handy; `words` are those of `words`."""
        ...

    def alike(self, choices: Sequence[Choice]) -> list[Problem]:
        """Return the labels that would look the same here, in whatever list two of the choices stand."""
        ...

    def join(self, config: Config, credentials: Credentials, basis: "Basis") -> "Joined":
        """Return the channel at work; raise `UnjoinedError` or `MissingSecretError` with all that is wrong."""
        ...

    def doctor(self, config: Config, credentials: Credentials) -> list[Finding]:
        """Look at how it is set up, changing nothing."""
        ...


class UnjoinedError(Exception):
    """A channel cannot be joined; the sentence says what to do."""


class NewsWatch(Protocol):
    """One who waits for news."""

    async def news(self, seconds: float) -> bool:
        """Return True once there is news, False when the time is over."""
        ...


class NewsBoard(Protocol):
    """Who waits for news of a person or a message: the reception's notices."""

    is_over: bool

    def watching(self, about: Hashable) -> AbstractContextManager[NewsWatch]:
        """Yield a watch that is told from now on."""
        ...


class Keeper(Protocol):
    """What takes messages in: the reception."""

    async def accept(self, updates: Sequence[Update]) -> None:
        """Return once the updates are kept."""
        ...

    async def settled(self, channel: str, external_id: str) -> bool:
        """Return once a message is attended; False when it takes too long."""
        ...


class Joined(Protocol):
    """A channel at work."""

    name: str
    read: ReadUpdate
    #: How replies leave; None where what is kept is seen at once.
    outlet: Outlet | None
    #: Whether something that stays in view there begins listening; where nothing does, the menu offers it.
    has_listening: bool

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return what is served for the channel, by path; what stands under "" is served at every other path."""
        ...

    def web_instead(self) -> str:
        """Return the address of the web chat where a welcome here is to name it; else nothing."""
        ...

    async def recording(self, media: str) -> bytes:
        """Return a voice that a person recorded, by the channel's name for it; raise `UnheardError`."""
        ...

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Take note of what one of its own messages led to, from any thread."""
        ...

    async def run(self, keeper: Keeper) -> None:
        """Do what the channel does beside answering, until cancelled."""
        ...

    async def close(self) -> None:
        """Close the connections, when nothing is sent any more."""
        ...


async def _nothing(_items: Sequence[object]) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Intake:
    """What a platform's updates are handed to. What is awaited returns once all of it is kept."""

    #: Messages to be answered; one that came before changes nothing.
    accept: Callable[[Sequence[Incoming]], Awaitable[None]]
    #: People who have another address from now on.
    moved: Callable[[Sequence[Moved]], Awaitable[None]]
    #: What could not be read, to be kept as it came and shown to staff; one that came before changes nothing.
    unread: Callable[[Sequence[Unreadable]], Awaitable[None]]
    #: What became of replies, in any order and more than once.
    statuses: Callable[[Sequence[ReplyStatus]], Awaitable[None]] = _nothing
    #: People who stopped us or let us write again; for the figures, as sending finds out by itself.
    blocking: Callable[[Sequence[Blocking]], Awaitable[None]] = _nothing
    #: What people want to be sent unasked.
    preferred: Callable[[Sequence[Preference]], Awaitable[None]] = _nothing
    #: A request was turned away.
    refused: Callable[[Refusal], object] = lambda _why: None


async def keep_arrivals(arrivals: Sequence[Arrival], intake: Intake) -> list[Incoming]:
    """Return the messages among `arrivals` once everything is kept; what `intake` raises goes on."""
    messages: list[Incoming] = []
    statuses: list[ReplyStatus] = []
    moved: list[Moved] = []
    unread: list[Unreadable] = []
    blocking: list[Blocking] = []
    preferred: list[Preference] = []
    for arrival in arrivals:
        match arrival:
            case Incoming():
                messages.append(arrival)
            case ReplyStatus():
                statuses.append(arrival)
            case Moved():
                moved.append(arrival)
            case Unreadable():
                unread.append(arrival)
            case Blocking():
                blocking.append(arrival)
            case Preference():
                preferred.append(arrival)
            case Passed():
                pass
            case _:
                assert_never(arrival)
    # First who is who, so that what they write is theirs.
    if moved:
        await intake.moved(moved)
    if messages:
        await intake.accept(messages)
    if statuses:
        await intake.statuses(statuses)
    if unread:
        await intake.unread(unread)
    if blocking:
        await intake.blocking(blocking)
    if preferred:
        await intake.preferred(preferred)
    return messages


@dataclass(frozen=True, slots=True)
class Basis:
    """What every channel stands on."""

    store: Store
    now: Callable[[], datetime]
    notices: NewsBoard
    #: Draws a document that goes with a reply, as a PDF.
    printed: Callable[[Document], bytes]
    #: What the live content calls a choice that a link may open; None where it knows none such.
    titled: Callable[[ChoiceId], Text | None] = lambda _choice: None

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


def served_beside(mounted: Mapping[str, ASGIApp]) -> ASGIApp:
    """Return one application: what is mounted, each at its very path, and what stands under "" for everything else."""
    everything = mounted[""]
    if len(mounted) == 1:
        return everything

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = mounted.get(scope["path"], everything) if scope["type"] == "http" else everything
        await chosen(scope, receive, send)

    return served


#: Seconds between two writings.
EVERY: Final = 2.0
#: Seconds between two lines in the log about what was refused: an attack must not fill it.
TOLD_EVERY: Final = 60.0


class Tally:
    """Counts; turns are made in a thread of the storage, so that adding must be safe from any."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._counts: Counter[CountKey] = Counter()
        #: What was refused since the log told of it: a channel, and why.
        self._refused: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def happened(self, kind: str, about: str, times: int = 1) -> None:
        """Count something that happened today."""
        self.add({(moroccan_day(self._basis.now()).isoformat(), kind, about): times})

    def refused(self, channel: str, why: str) -> None:
        """Count a request that was turned away; the log tells of it within a minute."""
        self.happened("refused", f"{channel} {why}")
        self._refused[channel, why] += 1

    def tell(self) -> None:
        """Tell the log what was refused since the last time, a line for each reason."""
        refused, self._refused = self._refused, Counter()
        for (channel, why), times in sorted(refused.items()):
            log.warning("event=refused channel=%s why=%s times=%d", channel, why, times)

    def add(self, counted: Mapping[CountKey, int]) -> None:
        """Add to the counts."""
        with self._lock:
            self._counts.update(counted)

    async def write(self) -> None:
        """Write what was counted since the last time; what cannot be written now is written later."""
        with self._lock:
            counted, self._counts = self._counts, Counter()
        if not counted:
            return
        try:
            await self._basis.store.write(lambda connection: count(connection, counted))
        except StoreError as error:
            log.error("event=counts_unwritten error=%s", error.kind)
            self.add(counted)

    async def run(self) -> None:
        """Write now and then until cancelled, and once more at the end."""
        telling = asyncio.create_task(self._told())
        try:
            while True:
                await asyncio.sleep(EVERY)
                await self.write()
        finally:
            telling.cancel()
            self.tell()
            await self.write()

    async def _told(self) -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY)
            self.tell()
