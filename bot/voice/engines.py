"""The seam between a voice and its words: each engine is loaded from a folder with a model, which tells whose it is.

No model comes with the guide. What an engine makes of Darija is not claimed: the person confirms every word of it.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from bot.voice.sound import RATE, Sound


class Engine(Protocol):
    """What makes words of a sound."""

    def words(self, sound: Sound) -> str:
        """Return what was said; empty where nothing was understood."""
        ...


class NoEngineError(Exception):
    """A folder holds no model that can be used; the sentence says what to do."""


class _Whisper:
    """faster-whisper, on a folder in CTranslate2's form: `model.bin`, `config.json`, `tokenizer.json`."""

    package = "faster_whisper"
    marks = ("model.bin", "config.json")

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415

        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )

    def words(self, sound: Sound) -> str:
        # The language is told by its sounds; no sentence leans on the one before.
        segments, _ = self._model.transcribe(sound.samples, beam_size=1, condition_on_previous_text=False)
        return " ".join(str(segment.text).strip() for segment in segments)


class _Vosk:
    """Vosk, on a folder of Kaldi's: `am/final.mdl`, `conf/`, `graph/`."""

    package = "vosk"
    marks = ("am/final.mdl",)

    def __init__(self, folder: Path) -> None:
        import vosk  # noqa: PLC0415

        vosk.SetLogLevel(-1)
        self._recognizer: Callable[..., Any] = vosk.KaldiRecognizer
        self._model: Any = vosk.Model(str(folder))

    def words(self, sound: Sound) -> str:
        recognizer = self._recognizer(self._model, RATE)
        recognizer.AcceptWaveform((sound.samples * np.iinfo(np.int16).max).astype("<i2").tobytes())
        return str(json.loads(recognizer.FinalResult()).get("text", ""))


_ENGINES: Final[tuple[type[_Whisper | _Vosk], ...]] = (_Whisper, _Vosk)


def _of(folder: Path) -> type[_Whisper | _Vosk]:
    if not folder.is_dir():
        raise NoEngineError(f"{folder} is no folder: put a model there, or leave voice.model empty")
    for engine in _ENGINES:
        if all((folder / mark).is_file() for mark in engine.marks):
            missing = [name for name in (engine.package, "av") if find_spec(name) is None]
            if missing:
                raise NoEngineError(f"{folder} holds a model of {engine.package}, which is not installed: make voice")
            return engine
    marks = " or ".join(" and ".join(engine.marks) for engine in _ENGINES)
    raise NoEngineError(f"{folder} holds no model: {marks} are looked for (docs/running.md)")


def check(folder: Path) -> str:
    """Return the name of the engine whose model a folder holds, without loading it; raise `NoEngineError`."""
    return _of(folder).package


def loaded(folder: Path) -> Engine:
    """Return the engine whose model a folder holds, ready; raise `NoEngineError`."""
    engine = _of(folder)
    try:
        return engine(folder)
    except Exception as error:
        # Each library has its own errors for a model that is broken, down to the plainest.
        raise NoEngineError(
            f"the model in {folder} cannot be used by {engine.package} ({type(error).__name__})"
        ) from error
