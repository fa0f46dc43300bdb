"""Recordings that wait to be published, and those that published ones replaced: a folder of the staff room.

As with texts, what is recorded is a draft until somebody publishes it; where the text names figures that is a second
person. A recording of words that have changed meanwhile is not published. What was there before can be put back.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from bot.channels.recordings import (
    Recordings,
    beside,
    digest_of_text,
    seconds_of,
    text_spoken,
    voice_of,
)
from bot.conversation.audible import all_audible
from bot.conversation.library import Library
from bot.message import SpokenLanguage

_FIGURE: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class RecordingDraft:
    """A recording that waits: of what (`entry`), in which language, by whom, of which words by their digest."""

    entry: str
    language: SpokenLanguage
    by: str
    made: str
    text: str
    seconds: float


class StaleDraftError(Exception):
    """The words were changed after they were recorded."""


class SecondListenerError(Exception):
    """The words name figures, and nobody but who recorded them has listened."""


class Studio:
    """The recordings of one content on their way to people."""

    def __init__(self, recordings: Recordings, folder: Path) -> None:
        """Take where published recordings lie, and the folder of the staff room."""
        self._recordings = recordings
        self._waiting = folder / "recordings"
        self._replaced = folder / "history" / "recordings"

    def keep(
        self, sound: bytes, entry: str, language: SpokenLanguage, by: str, library: Library, now: datetime, on: date
    ) -> RecordingDraft:
        """Keep a recording as a draft, in place of the one before; raise `UnusableRecordingError`."""
        voice = voice_of(sound)
        made = now.isoformat(timespec="seconds")
        text = digest_of_text(entry, language, library, on)
        draft = RecordingDraft(entry, language, by, made, text, round(seconds_of(voice), 1))
        self._waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What tells of a draft goes first and comes last: half a draft is none.
        self._told(entry, language).unlink(missing_ok=True)
        _write(self._sound(entry, language), voice)
        _write(self._told(entry, language), json.dumps(asdict(draft), ensure_ascii=False).encode())
        return draft

    def waiting(self) -> Iterator[RecordingDraft]:
        """Yield the recordings that wait, by their answers."""
        for path in sorted(self._waiting.glob("*.json")):
            try:
                yield RecordingDraft(**json.loads(path.read_text("utf-8")))
            except (OSError, ValueError, TypeError):
                continue

    def draft(self, entry: str, language: SpokenLanguage) -> RecordingDraft | None:
        """Return the recording of an answer that waits; None where there is none."""
        return next((one for one in self.waiting() if (one.entry, one.language) == (entry, language)), None)

    def sound(self, entry: str, language: SpokenLanguage) -> bytes:
        """Return what is heard of a draft; empty where there is none."""
        try:
            return self._sound(entry, language).read_bytes()
        except OSError:
            return b""

    def drop(self, entry: str, language: SpokenLanguage) -> None:
        """Drop a draft; one that is gone already is."""
        for path in (self._told(entry, language), self._sound(entry, language)):
            path.unlink(missing_ok=True)

    def publish(self, entry: str, language: SpokenLanguage, by: str, library: Library, on: date) -> RecordingDraft:
        """Have a draft heard before its answer from now on; what it replaces is kept, to be put back.

        Raise `KeyError` where there is no such draft, `StaleDraftError`, `SecondListenerError`.
        """
        draft = self.draft(entry, language)
        if draft is None or entry not in all_audible(library):
            raise KeyError(entry)
        if draft.text != digest_of_text(entry, language, library, on):
            raise StaleDraftError
        if draft.by == by and _FIGURE.search(text_spoken(entry, language, library, on)):
            raise SecondListenerError
        voice = self.sound(entry, language)
        self._put_aside(entry, language)
        self._recordings.keep(voice, entry, language, library, on)
        self.drop(entry, language)
        return draft

    def has_earlier(self, entry: str, language: SpokenLanguage) -> bool:
        """Return whether something can be put back: an earlier recording, or that there was none."""
        return (self._replaced / f"{entry}.{language}.was").is_file()

    def put_back(self, entry: str, language: SpokenLanguage) -> None:
        """Put back what was heard before the last publishing; raise `KeyError` where nothing is known of that."""
        was = self._replaced / f"{entry}.{language}.was"
        if not was.is_file():
            raise KeyError(entry)
        path, digest = self._recordings.path(entry, language), was.read_text("ascii").strip()
        beside(path).unlink(missing_ok=True)
        if digest:
            _write(path, (self._replaced / f"{entry}.{language}.ogg").read_bytes())
            _write(beside(path), f"{digest}\n".encode())
        else:
            path.unlink(missing_ok=True)
        was.unlink()

    def _put_aside(self, entry: str, language: SpokenLanguage) -> None:
        """Keep what is heard now, with the digest of its words; an empty one where nothing is."""
        self._replaced.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, digest = self._recordings.path(entry, language), b""
        if path.is_file() and beside(path).is_file():
            _write(self._replaced / f"{entry}.{language}.ogg", path.read_bytes())
            digest = beside(path).read_bytes()
        _write(self._replaced / f"{entry}.{language}.was", digest)

    def _sound(self, entry: str, language: SpokenLanguage) -> Path:
        return self._waiting / f"{entry}.{language}.ogg"

    def _told(self, entry: str, language: SpokenLanguage) -> Path:
        return self._waiting / f"{entry}.{language}.json"


def _write(path: Path, held: bytes) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    half.write_bytes(held)
    half.replace(path)
