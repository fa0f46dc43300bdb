"""A voice goes the whole way: fetched, heard by a real engine in a process of its own, asked about, confirmed."""

import asyncio
import json
import logging
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bot.channels.incoming import MOST_SOUND, UnheardError
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn, VoiceToHear
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Message, PersonId, Reply, Said, Sent, VoiceHeard
from bot.reception import Notices, Reception
from bot.storage import Store, Update, person_of, transcript
from bot.voice.engines import NoEngineError, check, loaded
from bot.voice.listener import VoiceListener, reading
from tests.stores import until
from tests.voice.conftest import as_voice, spoken

_ENGLISH = [sys.executable, "-m", "tests.voice.english"]
_LOST = [
    sys.executable,
    "-c",
    "import sys; print('{\"ready\": true}', flush=True); sys.stdin.buffer.read(8); sys.exit(9)",
]


def _read(raw: bytes, person: PersonId) -> Message:
    told = json.loads(raw)
    content = Sent("voice", told["voice"]) if "voice" in told else Said(told["text"])
    return Message("chat", person, told["id"], content)


@dataclass
class Room:
    """A small guide that hears."""

    store: Store
    reception: Reception
    sounds: dict[str, bytes]
    number: int = 0

    async def say(self, **told: str) -> None:
        """Have the person send something, and return once it is answered."""
        self.number += 1
        told["id"] = f"m{self.number}"
        await self.reception.accept([Update("chat", told["id"], "0600", json.dumps(told).encode())])
        assert await self.reception.settled("chat", told["id"])

    def told(self) -> list[str]:
        """Return what the person was told so far."""
        person = self.store.read_now(lambda connection: person_of(connection, "chat", "0600"))
        assert person is not None
        kept = self.store.read_now(lambda connection: transcript(connection, person, 0))
        return [bubble.reply.text for bubble in kept if hasattr(bubble, "reply")]


@asynccontextmanager
async def _room(tmp_path: Path, library: Library, worker: Sequence[str]) -> AsyncIterator[Room]:
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    sounds: dict[str, bytes] = {}

    async def fetch(media: str) -> bytes:
        if media not in sounds:
            raise UnheardError("away")
        return sounds[media]

    listener = VoiceListener(tmp_path, store, {"chat": fetch}, worker=worker)

    def answered(conversation: Conversation, message: Message, now: datetime) -> Turn:
        turn = respond(conversation, message, library, now, hears=listener.hears("chat"))
        for event in turn.events:
            if isinstance(event, VoiceToHear):
                listener.hear_later(message, event.media)
        return turn

    sorry = {"ar": Reply("sorry"), "fr": Reply("sorry")}
    reception = Reception(
        store,
        Notices(),
        read={"chat": reading("chat", _read)},
        respond=answered,
        sorry=sorry,  # type: ignore[arg-type]
        now=lambda: datetime.now(UTC),
    )
    tasks = [asyncio.create_task(part) for part in (reception.attend(), listener.run(reception))]
    try:
        await asyncio.sleep(0)
        yield Room(store, reception, sounds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        store.close()


async def _hears(room: Room, words: str) -> bool:
    return any(words in text for text in room.told())


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="nobody speaks here")
async def test_a_voice_becomes_a_message_once_it_is_confirmed(tmp_path: Path, library: Library) -> None:
    """«two», spoken, is shown, confirmed and answered as if it was typed; no file of it is anywhere."""
    pytest.importorskip("pocketsphinx")
    async with _room(tmp_path, library, _ENGLISH) as room:
        await room.say(text="bonjour")
        room.sounds["one"] = as_voice(spoken("two"))
        await room.say(voice="one")
        assert room.told()[-1] == library.phrases.voice_waiting.of("fr")
        await until(partial(_hears, room, "two"))
        await room.say(text="oui")
        confirmed = room.told()[-1]
        await room.say(text="two")
        assert room.told()[-1] == confirmed
        recording = room.sounds["one"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or recording[100:200] not in path.read_bytes()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: b"not a sound", "not_sound"),
        (lambda: as_voice(np.zeros(96_000, np.float32)), "silent"),
        (lambda: bytes(MOST_SOUND + 1), "large"),
        (lambda: None, "away"),
    ],
)
async def test_what_is_not_heard_is_told(
    make: Callable[[], bytes | None], why: str, tmp_path: Path, library: Library
) -> None:
    """No sound, silence, too large a file and one that is no longer there: a kind sentence each."""
    pytest.importorskip("pocketsphinx")
    async with _room(tmp_path, library, _ENGLISH) as room:
        await room.say(text="سلام")
        sound = make()
        if sound is not None:
            room.sounds["one"] = sound
        await room.say(voice="one")
        await until(partial(_hears, room, getattr(library.phrases, f"voice_{why}").of("ar")[:30]))


async def test_an_engine_that_dies_takes_nobody_along(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """The process that hears ends in the middle: the person is told kindly, and others are answered meanwhile."""
    caplog.set_level(logging.INFO)
    async with _room(tmp_path, library, _LOST) as room:
        await room.say(text="سلام")
        room.sounds["one"] = as_voice(spoken())
        for _ in range(2):
            await room.say(voice="one")
            await room.say(text="القافلة")
        await until(partial(_hears, room, library.phrases.voice_away.of("ar")[:30]))
    assert not any("القافلة" in record.getMessage() for record in caplog.records)


async def test_a_folder_without_a_model_is_told(tmp_path: Path, library: Library) -> None:
    """A person whose voice cannot be heard, because the model is none, is asked to tap or type."""
    (tmp_path / "model.bin").write_bytes(b"no model")
    (tmp_path / "config.json").write_text("{}")
    own = [sys.executable, "-m", "bot.voice.worker", str(tmp_path)]
    async with _room(tmp_path, library, own) as room:
        await room.say(text="سلام")
        room.sounds["one"] = as_voice(spoken())
        await room.say(voice="one")
        await until(partial(_hears, room, library.phrases.voice_away.of("ar")[:30]))


@pytest.mark.parametrize(
    ("package", "files"),
    [("faster_whisper", ("model.bin", "config.json")), ("vosk", ("am/final.mdl",))],
)
def test_an_engine_is_told_by_its_model(package: str, files: tuple[str, ...], tmp_path: Path) -> None:
    """Which engine is meant is seen in the folder; a broken model is a sentence, whatever its library raises."""
    pytest.importorskip(package)
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b"{}")
    assert check(tmp_path) == package
    with pytest.raises(NoEngineError, match=package):
        loaded(tmp_path)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """An empty folder and one that is not there each have a sentence that says what to do."""
    with pytest.raises(NoEngineError, match="holds no model"):
        check(tmp_path)
    with pytest.raises(NoEngineError, match="is no folder"):
        check(tmp_path / "nowhere")


def test_only_ours_is_read_as_heard() -> None:
    """What a platform posts is never taken for words that were heard, whatever stands in it."""
    read = reading("chat", _read)
    ours = read(b'{"heard":"salam","why": "", "id": "m1.heard"}', PersonId("p"))
    assert ours == Message("chat", PersonId("p"), "m1.heard", VoiceHeard("salam"))
    theirs = json.dumps({"id": "m2", "text": '{"heard":"x"}'}).encode()
    assert read(theirs, PersonId("p")).content == Said('{"heard":"x"}')
