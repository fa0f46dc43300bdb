"""Answers as people say them: recordings in `faq/audio/<entry>.<language>.ogg`, played before the words.

Beside each lies a digest of the text it was spoken from. Where the text, or an amount in it, has changed since, the
recording is not played any more: nobody hears what is out of date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal

from bot.conversation.events import EntryAnswered, Turn
from bot.conversation.library import Library
from bot.message import LANGUAGES, Document, Language

_FOLDER: Final = Path("faq") / "audio"
_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.(?:ar|fr)\.ogg")
#: Bytes of a recording at most. WhatsApp Cloud API, "Supported media types": audio up to 16 MB, read 2026-11-29.
MOST_BYTES: Final = 16 << 20
#: An Ogg file, and in its first page the head of an Opus stream (RFC 7845): what both platforms play as a voice.
_OGG: Final = b"OggS"
_OPUS: Final = b"OpusHead"
_FIRST_PAGE: Final = 128

#: Whether an answer has a recording that may be played.
RecordingStanding = Literal["kept", "stale"]


class UnusableRecordingError(Exception):
    """A file cannot be played as a voice; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of one content."""

    root: Path

    def _path(self, entry: str, language: Language) -> Path:
        return self.root / _FOLDER / f"{entry}.{language}.ogg"

    def standing(self, entry: str, language: Language, library: Library, on: date) -> RecordingStanding | None:
        """Return whether an answer has a recording, and whether its text is still the one it was spoken from."""
        path = self._path(entry, language)
        try:
            spoken = _beside(path).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return "stale" if path.is_file() else None
        return "kept" if path.is_file() and spoken == _digest(entry, language, library, on) else "stale"

    def with_recording(self, turn: Turn, library: Library, on: date) -> Turn:
        """Return a turn with the recording of the answer in it, where there is one, before its words."""
        told = next((event.entry for event in turn.events if isinstance(event, EntryAnswered)), None)
        if told is None or not turn.replies or turn.replies[0].document is not None:
            return turn
        first, *rest = turn.replies
        if self.standing(told, first.language, library, on) != "kept":
            return turn
        name = self._path(told, first.language).name
        return replace(turn, replies=(replace(first, document=Document("recording", name, "")), *rest))

    def sound(self, document: Document) -> bytes:
        """Return what is heard; empty where the recording is there no longer."""
        if not _NAME.fullmatch(document.name):
            return b""
        try:
            return (self.root / _FOLDER / document.name).read_bytes()
        except OSError:
            return b""

    def keep(self, sound: bytes, entry: str, language: Language, library: Library, on: date) -> Path:
        """Keep a recording of an answer as it is worded on a day; raise `UnusableRecordingError`."""
        if len(sound) > MOST_BYTES:
            raise UnusableRecordingError(f"the file has more than {MOST_BYTES >> 20} MB")
        if not sound.startswith(_OGG) or _OPUS not in sound[:_FIRST_PAGE]:
            raise UnusableRecordingError(
                "the file is no Ogg with Opus: ffmpeg -i FILE -c:a libopus -ac 1 -b:a 24k X.ogg"
            )
        path = self._path(entry, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without a digest a recording is not played: the old one goes first, the new one comes last.
        _beside(path).unlink(missing_ok=True)
        path.write_bytes(sound)
        _beside(path).write_text(_digest(entry, language, library, on) + "\n", "ascii")
        return path

    def listed(self, library: Library, on: date) -> Iterator[tuple[str, Language, RecordingStanding]]:
        """Yield each answer that has a recording, with its language and whether it may be played."""
        for entry in library.entries:
            for language in LANGUAGES:
                if (standing := self.standing(entry, language, library, on)) is not None:
                    yield entry, language, standing


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".digest")


def _digest(entry: str, language: Language, library: Library, on: date) -> str:
    """Return the digest of an answer's words on a day, with the amounts that they name."""
    text = library.filled(library.entries[entry].answer, on).of(language)
    return blake2b(text.encode(), digest_size=16).hexdigest()
