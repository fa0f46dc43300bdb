"""A worker whose engine is PocketSphinx with the English model in its package: real words for the tests, no more.

`python -m tests.voice.english`, as the guide begins its own worker.
"""

import os
import sys
from typing import Any

import pocketsphinx  # type: ignore[import-not-found,unused-ignore]

from bot.voice.sound import RATE, Sound
from bot.voice.worker import serve


class English:
    """PocketSphinx."""

    def words(self, sound: Sound) -> str:
        """Return the words of the best guess."""
        decoder: Any = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        decoder.start_utt()
        decoder.process_raw((sound.samples * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        guess = decoder.hyp()
        return guess.hypstr if guess else ""


if __name__ == "__main__":
    says = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    says.write(b'{"ready": true}\n')
    says.flush()
    serve(English(), sys.stdin.buffer, says)
