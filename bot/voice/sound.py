"""What somebody recorded as samples, by the decoders that come with PyAV; what is no speech is told apart from it.

Whatever is sent may be made to break a decoder: this runs in the worker's process alone (`bot.voice.worker`).
"""

import io
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.channels.incoming import MOST_SOUND, UnheardError

#: Samples of a second, one channel: what every engine takes.
RATE: Final = 16_000
#: Seconds of a voice message that are heard.
LONGEST: Final = 60.0
#: Seconds of sound below which nobody said a word.
SHORTEST: Final = 0.2
#: The kinds of file that platforms and browsers record, as FFmpeg calls them: nothing that opens another file by name.
_FORMATS: Final = frozenset({"ogg", "matroska", "webm", "mov", "mp4", "m4a", "mp3", "aac", "amr", "wav", "flac", "3gp"})
#: Below this share of full scale (-50 dB) a frame is quiet.
_QUIET: Final = 10 ** (-50 / 20)
_FRAME: Final = 512
#: Spectral flatness (0 a tone, 1 white noise) of the loud frames above which they are noise: white noise has 0.56 over
#: frames of this length, vowels well below 0.1.
_NOISE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples between -1 and 1, `RATE` of them a second, one channel."""

    samples: npt.NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return len(self.samples) / RATE


def decoded(recording: bytes) -> Sound:
    """Return the first sound in a file; raise `UnheardError` for none, and for one that is too long or says nothing."""
    if len(recording) > MOST_SOUND:
        raise UnheardError("large")
    sound = Sound(_samples(recording))
    if sound.seconds > LONGEST:
        raise UnheardError("long")
    _check_speech(sound.samples)
    return sound


def _samples(recording: bytes) -> npt.NDArray[np.float32]:
    import av  # noqa: PLC0415
    from av.error import FFmpegError  # noqa: PLC0415

    parts: list[Any] = []
    taken = 0
    try:
        with av.open(io.BytesIO(recording), mode="r", metadata_errors="ignore") as file:
            if not _FORMATS & set(file.format.name.split(",")) or not file.streams.audio:
                raise UnheardError("not_sound")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in file.decode(audio=0):
                for part in resampler.resample(frame):
                    parts.append(part.to_ndarray()[0])
                    taken += part.samples
                if taken > LONGEST * RATE:
                    raise UnheardError("long")
            for part in resampler.resample(None):
                parts.append(part.to_ndarray()[0])
    except (FFmpegError, ValueError, OverflowError, MemoryError) as error:
        # A file that ends in the middle is heard as far as it goes.
        if taken < SHORTEST * RATE:
            raise UnheardError("not_sound") from error
    if not parts:
        raise UnheardError("silent")
    samples: npt.NDArray[np.float32] = np.nan_to_num(np.concatenate(parts)).clip(-1.0, 1.0).astype(np.float32)
    return samples


def _check_speech(samples: npt.NDArray[np.float32]) -> None:
    """Raise `UnheardError` for silence and for noise."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loud = frames[np.sqrt(np.mean(frames**2, axis=1)) > _QUIET] if len(frames) else frames
    if len(loud) * _FRAME < SHORTEST * RATE:
        raise UnheardError("silent")
    power = np.abs(np.fft.rfft(loud * np.hanning(_FRAME), axis=1))[:, 1:] ** 2 + 1e-12
    flatness = np.exp(np.mean(np.log(power), axis=1)) / np.mean(power, axis=1)
    if float(np.median(flatness)) > _NOISE:
        raise UnheardError("noise")
