"""Answers as people say them: recordings in `faq/audio/<name>.<language>.ogg`, played before the words.

A name is an entry's; what flows begin with and what checks ask has one too (`bot.conversation.audible`).

Beside each lies a digest of the text it was spoken from. Where the text, or an amount in it, has changed since, the
recording is not played any more: nobody hears what is out of date.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from bot.conversation.audible import all_audible, audible_in, spoken
from bot.conversation.events import Turn
from bot.conversation.library import NOTHING_RECORDED, Library, Recorded
from bot.conversation.listening import heard_first
from bot.conversation.showing import answer_told
from bot.message import Document, Language, SpokenLanguage

_FOLDER: Final = Path("faq") / "audio"
#: Bytes of a recording at most. WhatsApp Cloud API, "Supported media types": audio up to 16 MB, read 2026-11-29.
MOST_BYTES: Final = 16 << 20
#: Seconds of a recording: shorter is a slip of the finger, longer nobody hears to the end.
LEAST_SECONDS: Final = 0.5
MOST_SECONDS: Final = 300.0
#: The clock of every Opus stream, in steps a second (RFC 7845).
_CLOCK: Final = 48_000
#: Seconds that another kind of sound may take to become Ogg with Opus.
_PATIENCE: Final = 60
#: What of a file may be read, whatever it says it is: kinds that browsers and telephones record in.
_READ: Final = (
    "-protocol_whitelist", "file", "-format_whitelist", "ogg,matroska,webm,mov,mp3,wav,aac,amr,flac",
    "-codec_whitelist", "opus,libopus,vorbis,libvorbis,aac,mp3,mp3float,flac,amrnb,amrwb,pcm_s16le,pcm_f32le",
)  # fmt: skip

#: In which language the text is that each is spoken from.
SPOKEN_FROM: Final[Mapping[SpokenLanguage, Language]] = {
    "ary": "ar", "shi": "ar", "tzm": "ar", "rif": "ar", "mey": "ar", "fr": "fr", "ar": "ar"
}  # fmt: skip
#: Nanoseconds for which a folder that was just changed may be changed again without its time telling.
_UNTOLD: Final = 2_000_000_000
_NAME: Final = re.compile(rf"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.({'|'.join(SPOKEN_FROM)})\.ogg")

#: Whether an answer has a recording that may be played.
RecordingStanding = Literal["kept", "stale"]
#: Why a file cannot be played as a voice.
RecordingFault = Literal["large", "format", "none", "short", "long", "unread"]
_FAULTS: Final[Mapping[RecordingFault, str]] = {
    "large": f"the file has more than {MOST_BYTES >> 20} MB",
    "format": "the file is no Ogg with Opus: ffmpeg -i FILE -c:a libopus -ac 1 -b:a 24k X.ogg",
    "none": "there is no sound in the file",
    "short": "the recording is shorter than half a second",
    "long": f"the recording is longer than {MOST_SECONDS / 60:.0f} minutes",
    "unread": "the file is no sound that can be read",
}


class UnusableRecordingError(Exception):
    """A file cannot be played as a voice; the sentence says why."""

    def __init__(self, fault: RecordingFault) -> None:
        super().__init__(_FAULTS[fault])
        self.fault: RecordingFault = fault


def seconds_of(sound: bytes) -> float:
    """Return how long a voice is; raise `UnusableRecordingError` for what is no Ogg with one Opus stream in it.

    It is told by the pages themselves (RFC 3533, 7845), not by the name or by the first bytes.
    """
    if len(sound) > MOST_BYTES:
        raise UnusableRecordingError("large")
    at, first, last, before, pages = 0, b"", 0, 0, 0
    while at < len(sound):
        head = sound[at : at + 27]
        if len(head) < 27 or head[:5] != b"OggS\0":
            raise UnusableRecordingError("format")
        begins = at + 27 + head[26]
        size = sum(sound[at + 27 : begins])
        body = sound[begins : begins + size]
        if begins > len(sound) or len(body) < size:
            raise UnusableRecordingError("format")
        if pages == 0:
            first, before = body, int.from_bytes(body[10:12], "little")
            if not first.startswith(b"OpusHead"):
                raise UnusableRecordingError("format")
        granule = int.from_bytes(head[6:14], "little", signed=True)
        last = max(last, granule)
        at, pages = begins + size, pages + 1
    if pages < 3 or last <= before:
        raise UnusableRecordingError("none" if pages else "format")
    seconds = (last - before) / _CLOCK
    if seconds < LEAST_SECONDS:
        raise UnusableRecordingError("short")
    if seconds > MOST_SECONDS:
        raise UnusableRecordingError("long")
    return seconds


def can_convert() -> bool:
    """Return whether what is no Ogg with Opus can become it here: where ffmpeg is installed."""
    return shutil.which("ffmpeg") is not None


def voice_of(sound: bytes) -> bytes:
    """Return a recording as Ogg with Opus, converted where it is something else; raise `UnusableRecordingError`."""
    if len(sound) > MOST_BYTES:
        raise UnusableRecordingError("large")
    try:
        seconds_of(sound)
    except UnusableRecordingError as error:
        if error.fault != "format" or not can_convert():
            raise
    else:
        return sound
    with TemporaryDirectory(prefix="dalil-") as folder:
        given, made = Path(folder) / "given", Path(folder) / "made.ogg"
        given.write_bytes(sound)
        command = ["ffmpeg", "-v", "error", "-nostdin", *_READ, "-i", str(given), "-vn", "-sn", "-dn"]
        command += ["-t", str(MOST_SECONDS + 1), "-c:a", "libopus", "-ac", "1", "-b:a", "24k", "-f", "ogg", str(made)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603
            voice = made.read_bytes()
        except (OSError, subprocess.SubprocessError):
            raise UnusableRecordingError("unread") from None
    seconds_of(voice)
    return voice


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of one content."""

    root: Path
    #: What can be heard, by when the folder was last changed, the release and the day.
    _known: dict[tuple[int, str, date], Recorded] = field(default_factory=dict, compare=False, repr=False)

    def path(self, entry: str, language: SpokenLanguage) -> Path:
        """Return where the recording of an answer lies, whether there is one or not."""
        return self.root / _FOLDER / f"{entry}.{language}.ogg"

    def standing(self, entry: str, language: SpokenLanguage, library: Library, on: date) -> RecordingStanding | None:
        """Return whether an answer has a recording, and whether its text is still the one it was spoken from."""
        path = self.path(entry, language)
        try:
            spoken = beside(path).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return "stale" if path.is_file() else None
        if not path.is_file():
            return "stale"
        spoken_from = (text_spoken(entry, language, library, on), _whole_text(entry, language, library, on))
        return "kept" if spoken in map(_digest, spoken_from) else "stale"

    def with_recording(self, turn: Turn, library: Library, on: date) -> Turn:
        """Return a turn with the recording of what it says, where there is one, before its words."""
        recorded = self.recorded(library, on)
        told = audible_in(turn, library, on) if recorded else None
        if told is None:
            return turn
        name, place = told
        reply = turn.replies[place]
        language = next((one for one in heard_first(turn.conversation) if one in recorded.get(name, ())), None)
        if language is None or reply.document is not None:
            return turn
        spoken = replace(reply, document=Document("recording", self.path(name, language).name, ""))
        return replace(turn, replies=(*turn.replies[:place], spoken, *turn.replies[place + 1 :]))

    def recorded(self, library: Library, on: date) -> Recorded:
        """Return in which languages each thing can be heard on a day; looked up again once the folder has changed."""
        folder = self.root / _FOLDER
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return NOTHING_RECORDED
        known = self._known.get((changed, library.release, on))
        if known is not None:
            return known
        names = frozenset(all_audible(library))
        found: dict[str, set[SpokenLanguage]] = {}
        for path in folder.iterdir():
            named = _NAME.fullmatch(path.name)
            language = next((one for one in SPOKEN_FROM if named is not None and one == named[2]), None)
            if named is None or language is None or named[1] not in names:
                continue
            if self.standing(named[1], language, library, on) == "kept":
                found.setdefault(named[1], set()).add(language)
        made = {entry: frozenset(languages) for entry, languages in found.items()}
        if time.time_ns() - changed > _UNTOLD:
            self._known.clear()
            self._known[changed, library.release, on] = made
        return made

    def file(self, document: Document) -> Path:
        """Return where a recording that is played lies, below `root`."""
        return self.root / _FOLDER / document.name

    def sound(self, document: Document) -> bytes:
        """Return what is heard; empty where the recording is there no longer."""
        if not _NAME.fullmatch(document.name):
            return b""
        try:
            return self.file(document).read_bytes()
        except OSError:
            return b""

    def keep(self, sound: bytes, entry: str, language: SpokenLanguage, library: Library, on: date) -> Path:
        """Keep a recording of an answer as it is worded on a day; raise `UnusableRecordingError`."""
        seconds_of(sound)
        path = self.path(entry, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without a digest a recording is not played: the old one goes first, the new one comes last.
        beside(path).unlink(missing_ok=True)
        path.write_bytes(sound)
        beside(path).write_text(digest_of_text(entry, language, library, on) + "\n", "ascii")
        return path

    def listed(self, library: Library, on: date) -> Iterator[tuple[str, SpokenLanguage, RecordingStanding]]:
        """Yield each thing that has a recording, with its language and whether it may be played."""
        for entry in all_audible(library):
            for language in SPOKEN_FROM:
                if (standing := self.standing(entry, language, library, on)) is not None:
                    yield entry, language, standing


def beside(path: Path) -> Path:
    """Return where the digest of a recording's text lies."""
    return path.with_name(path.name + ".digest")


def text_spoken(entry: str, language: SpokenLanguage, library: Library, on: date) -> str:
    """Return what is to be spoken of an answer, a flow or a question on a day; raise `KeyError` for another name."""
    return spoken(entry, library, on).of(SPOKEN_FROM[language])


def _whole_text(entry: str, language: SpokenLanguage, library: Library, on: date) -> str:
    """Return all words of an answer on a day: what is spoken from them says as much as its plain words."""
    if entry not in library.entries:
        return text_spoken(entry, language, library, on)
    return answer_told(library.entries[entry], library, on).of(SPOKEN_FROM[language])


def digest_of_text(entry: str, language: SpokenLanguage, library: Library, on: date) -> str:
    """Return the digest of what is to be spoken of an answer on a day, with the amounts that it names."""
    return _digest(text_spoken(entry, language, library, on))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
