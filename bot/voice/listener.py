"""Voice messages heard beside the guide: fetched, handed to the worker, and what was said taken in as a message.

A turn only tells that something is to be heard; it waits for nothing here, and neither does taking messages in. A sound
lives in memory until it was heard, and nowhere else. Whatever goes wrong ends in a kind sentence to the person: what
waits when the program ends is lost, and they were told that it is being heard, not that it was.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from bot.channels.channel import Keeper, ReadUpdate
from bot.channels.incoming import MOST_SOUND, UnheardError
from bot.message import Message, PersonId, Unheard, VoiceHeard
from bot.storage import Store, StoreError, Update, address_of
from bot.voice.worker import LENGTH_BYTES

log: Final = logging.getLogger(__name__)

#: Returns the bytes of a recording by the name that its platform has for it; raises `UnheardError`.
Fetch = Callable[[str], Awaitable[bytes]]
#: When more than these wait, the first is told at once that it is not heard: nobody waits half an hour for a sentence.
_WAITING: Final = 100
#: Seconds that one may take to be fetched, and to be heard; an engine on a small machine takes about its length.
_FETCHING: Final = 20.0
_HEARING: Final = 90.0
#: Seconds that a model may take to load.
_LOADING: Final = 180.0
#: What an update of ours begins with: no platform's does.
_OURS: Final = b'{"heard":'
_NONE: Final[Mapping[str, Fetch]] = {}


@dataclass(frozen=True, slots=True)
class _Recording:
    channel: str
    person: PersonId
    message: str
    media: str


def reading(name: str, read: ReadUpdate) -> ReadUpdate:
    """Return how the updates of a channel are read where voices are heard on it: ours too."""

    def read_either(raw: bytes, person: PersonId) -> Message:
        return _message(name, raw, person) if raw.startswith(_OURS) else read(raw, person)

    return read_either


def _message(name: str, raw: bytes, person: PersonId) -> Message:
    kept = json.loads(raw)
    return Message(name, person, kept["id"], VoiceHeard(kept["heard"], kept["why"]))


class VoiceListener:
    """Hears one recording after another with one worker."""

    def __init__(
        self, folder: Path, store: Store, fetch: Mapping[str, Fetch] = _NONE, *, worker: Sequence[str] = ()
    ) -> None:
        """Take in where the model is, where people's addresses are, and how each channel's recordings are fetched.

        `worker` is the command that begins another worker than ours.
        """
        self._command = worker or [sys.executable, "-m", "bot.voice.worker", str(folder)]
        self._store = store
        self.fetch = fetch
        self._waiting: asyncio.Queue[_Recording] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: asyncio.subprocess.Process | None = None

    def hears(self, channel: str) -> bool:
        """Return whether voices are heard on a channel."""
        return channel in self.fetch

    def hear_later(self, message: Message, media: str) -> None:
        """Have a recording heard; from any thread."""
        if self._loop is not None:
            one = _Recording(message.channel, message.person, message.external_id, media)
            self._loop.call_soon_threadsafe(self._waiting.put_nowait, one)

    async def run(self, keeper: Keeper) -> None:
        """Hear what comes, until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                one = await self._waiting.get()
                words, why = await self._heard(one)
                log.info("event=voice_heard channel=%s outcome=%s", one.channel, why or "words")
                await self._tell(one, words, why, keeper)
        finally:
            self._loop = None
            await self._end()

    async def _heard(self, one: _Recording) -> tuple[str, Unheard]:
        if self._waiting.qsize() > _WAITING:
            return "", "away"
        try:
            async with asyncio.timeout(_FETCHING):
                recording = await self.fetch[one.channel](one.media)
            if len(recording) > MOST_SOUND:
                return "", "large"
            return await self._asked(recording)
        except UnheardError as error:
            return "", error.why
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            # The worker is begun anew for the next one, whatever this one did to it.
            log.warning("event=voice_failed channel=%s error=%s", one.channel, type(error).__name__)
            await self._end()
            return "", "away"

    async def _asked(self, recording: bytes) -> tuple[str, Unheard]:
        worker = self._worker or await self._begun()
        assert worker.stdin is not None
        assert worker.stdout is not None
        async with asyncio.timeout(_HEARING):
            worker.stdin.write(len(recording).to_bytes(LENGTH_BYTES, "big") + recording)
            await worker.stdin.drain()
            told = json.loads(await worker.stdout.readline() or b"null")
        if not isinstance(told, dict) or told.get("why") not in get_args(Unheard):
            raise EOFError
        return str(told.get("words", "")), told["why"]

    async def _begun(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
        self._worker = worker
        assert worker.stdout is not None
        async with asyncio.timeout(_LOADING):
            told = json.loads(await worker.stdout.readline() or b"null")
        if not isinstance(told, dict) or "ready" not in told:
            log.error("event=voice_unready why=%s", told.get("fault") if isinstance(told, dict) else "ended")
            raise EOFError
        return worker

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            if worker.returncode is None:
                worker.kill()
            await worker.wait()

    async def _tell(self, one: _Recording, words: str, why: Unheard, keeper: Keeper) -> None:
        """Take in what was heard as a message of the person's; one that is heard twice counts once."""
        external_id = f"{one.message}.heard"
        raw = _OURS + json.dumps(words).encode() + b"," + json.dumps({"why": why, "id": external_id}).encode()[1:]
        try:
            address = await self._store.read(lambda connection: address_of(connection, one.channel, one.person))
            if address is not None:
                await keeper.accept([Update(one.channel, external_id, address, raw)])
        except StoreError as error:
            log.error("event=voice_lost channel=%s error=%s", one.channel, error.kind)
