"""What people record is taken apart by the real decoders, and what is no speech is told apart from it."""

from contextlib import suppress

import numpy as np
import pytest

from bot.channels.incoming import MOST_SOUND, UnheardError
from bot.voice.sound import LONGEST, RATE, decoded
from tests.voice.conftest import as_voice, buzz, encoded, spoken


@pytest.mark.parametrize(
    ("form", "codec", "rate"),
    [
        ("ogg", "libopus", 48_000),
        ("webm", "libopus", 48_000),
        ("mp4", "aac", 48_000),
        ("mp3", "libmp3lame", 44_100),
        ("wav", "pcm_s16le", 16_000),
        ("adts", "aac", 48_000),
    ],
)
def test_every_way_of_recording_is_decoded(form: str, codec: str, rate: int) -> None:
    """WhatsApp and Telegram, Chrome and Firefox, Safari, and files: one channel at 16 kHz, as long as it was said."""
    said = spoken()
    sound = decoded(encoded(said, form, codec, rate))
    assert sound.samples.dtype == np.float32
    assert sound.seconds == pytest.approx(len(said) / 48_000, abs=0.2)
    assert 0.05 < np.abs(sound.samples).max() <= 1.0


def _why(recording: bytes) -> str:
    with pytest.raises(UnheardError) as raised:
        decoded(recording)
    return raised.value.why


def test_a_minute_is_heard_and_more_is_not() -> None:
    """What is longer than a minute is told to be, and is not decoded to its end."""
    assert decoded(as_voice(buzz(LONGEST - 1))).seconds == pytest.approx(LONGEST - 1, abs=0.1)
    assert _why(as_voice(buzz(LONGEST + 2))) == "long"
    assert _why(as_voice(buzz(600.0))) == "long"


def test_silence_and_noise_are_told() -> None:
    """Silence, a click, a hiss and a storm are no speech; a quiet voice with a hiss behind it is."""
    chance = np.random.default_rng(7)
    hiss = chance.normal(0, 0.1, 48_000 * 3).astype(np.float32)
    assert _why(as_voice(np.zeros(48_000 * 3, np.float32))) == "silent"
    assert _why(as_voice(np.zeros(10, np.float32))) in {"silent", "not_sound"}
    assert _why(as_voice(hiss)) == "noise"
    assert _why(encoded(hiss, "wav", "pcm_s16le")) == "noise"
    voice = spoken()
    assert decoded(as_voice(voice * 0.3 + chance.normal(0, 0.003, len(voice)).astype(np.float32))).seconds > 0.5


def test_what_is_no_sound_is_told() -> None:
    """A picture, words, nothing, half a file, a film without sound, a list of other files, 17 MB: none breaks us."""
    voice = as_voice(spoken())
    assert _why(b"") == "not_sound"
    assert _why(b"\x89PNG\r\n\x1a\n" + bytes(500)) == "not_sound"
    assert _why("ما كنعرفش نقرا".encode() * 50) == "not_sound"
    assert _why(voice[:40]) == "not_sound"
    assert _why(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n") == "not_sound"
    assert _why(b"ffconcat version 1.0\nfile /etc/passwd\n") == "not_sound"
    assert _why(bytes(MOST_SOUND + 1)) == "large"
    half = encoded(spoken(), "mp3", "libmp3lame", 44_100)
    assert decoded(half[: len(half) // 2]).seconds > 0.3


def test_broken_recordings_end_in_a_sentence() -> None:
    """A voice with any of its bytes changed is heard or told to be none, and nothing else is raised."""
    voice = bytearray(as_voice(spoken()))
    chance = np.random.default_rng(11)
    for _ in range(60):
        broken = bytearray(voice)
        for at in chance.integers(0, len(broken), 20):
            broken[at] = int(chance.integers(0, 256))
        with suppress(UnheardError):
            assert decoded(bytes(broken)).seconds <= LONGEST


def test_the_rate_is_what_engines_take() -> None:
    """A second of sound is `RATE` samples."""
    assert len(decoded(encoded(buzz(1.0), "wav", "pcm_s16le")).samples) == pytest.approx(RATE, abs=50)
