"""Recordings made for a test: a voice of espeak-ng where there is one, else a buzz with the harmonics of one."""

import io
import shutil
import subprocess
import wave
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

try:
    import av
except ImportError:
    # Whoever works on the guide has the decoders; without them nothing is tried here.
    collect_ignore_glob = ["test_*.py"]

Samples = npt.NDArray[np.float32]
_RATE = 48_000


def buzz(seconds: float) -> Samples:
    """Return a sound like a sung vowel: a fundamental of 120 Hz with falling harmonics, in syllables."""
    at = np.arange(int(seconds * _RATE)) / _RATE
    tone = sum(np.sin(2 * np.pi * 120 * n * at) / n for n in range(1, 25))
    return (0.2 * tone * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * at))).astype(np.float32)


def spoken(text: str = "one two three") -> Samples:
    """Return a text as espeak-ng says it; without it a buzz."""
    if shutil.which("espeak-ng") is None:
        return buzz(1.5)
    said = subprocess.run(["espeak-ng", "--stdout", "-s", "130", text], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(said)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        at = np.arange(0, len(raw), file.getframerate() / _RATE)
        return np.interp(at, np.arange(len(raw)), raw).astype(np.float32)


def encoded(samples: Samples, form: str, codec: str, rate: int = _RATE) -> bytes:
    """Return samples as a file, encoded by the same libraries that platforms use."""
    written = io.BytesIO()
    with av.open(written, mode="w", format=form) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size or 960
        )
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="fltp", layout="mono")
        frame.sample_rate = _RATE
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return written.getvalue()


Recorded = Callable[[Samples], bytes]


def as_voice(samples: Samples) -> bytes:
    """Return samples as WhatsApp and Telegram record them: Opus in Ogg."""
    return encoded(samples, "ogg", "libopus")
