"""The process that hears: recordings in at its standard input, one line of JSON out for each. It writes no file.

A decoder or an engine that breaks ends this process alone; the guide begins another (`bot.voice.listener`). Each
recording comes behind its length, four bytes, the highest first.
"""

import json
import os
import sys
from pathlib import Path
from typing import IO, Final

from bot.channels.incoming import MOST_SOUND, UnheardError
from bot.message import Unheard
from bot.voice.engines import Engine, NoEngineError, loaded
from bot.voice.sound import decoded

LENGTH_BYTES: Final = 4
#: Characters of what was said that are kept: more is no question.
_MOST_WORDS: Final = 1_000
#: Gigabytes of memory at most, where the system lets it be bounded.
_MEMORY: Final = 6
#: How much the guide's own work goes before.
_NICENESS: Final = 10


def serve(engine: Engine, told: IO[bytes], says: IO[bytes]) -> None:
    """Answer each recording with what was said in it, or why nothing was heard, until no more come."""
    while len(head := told.read(LENGTH_BYTES)) == LENGTH_BYTES:
        recording = told.read(int.from_bytes(head, "big"))
        words, why = _heard(engine, recording)
        says.write(json.dumps({"words": words[:_MOST_WORDS], "why": why}).encode() + b"\n")
        says.flush()


def _heard(engine: Engine, recording: bytes) -> tuple[str, Unheard]:
    try:
        words = engine.words(decoded(recording)).strip()
    except UnheardError as error:
        return "", error.why
    return words, "" if any(letter.isalnum() for letter in words) else "unclear"


def main(folder: str) -> int:
    """Load the engine of a folder, say so in a line, and serve."""
    os.nice(_NICENESS)
    _bound_memory()
    says = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What libraries print is no answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        engine = loaded(Path(folder))
    except NoEngineError as error:
        says.write(json.dumps({"fault": str(error)}).encode() + b"\n")
        return 1
    says.write(b'{"ready": true}\n')
    says.flush()
    serve(engine, sys.stdin.buffer, says)
    return 0


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY << 30, _MEMORY << 30))


if __name__ == "__main__":
    assert MOST_SOUND < 1 << (8 * LENGTH_BYTES)
    sys.exit(main(sys.argv[1]))
