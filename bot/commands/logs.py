"""The log of a running guide: an event a line, as `key=value` or as a JSON object.

An error is told by its kind and the line that raised it, never by its own words or its traceback: both can hold what a
person wrote.
"""

import logging
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, TextIO

import msgspec

from bot.config import LogConfig

_FIELD: Final = re.compile(r"(?:^|(?<=\s))([a-z_]+)=(\S*)")
#: How often one kind of line is written in a minute.
_LINES: Final = 10
_MINUTE: Final = 60.0
#: What is told of all that happens only when something is wrong: libraries that report their ordinary work.
_QUIET: Final = ("alembic", "aiohttp", "asyncio")


def begin_log(config: LogConfig) -> None:
    """Write the log to the standard error from now on."""
    handler = Unrepeating(sys.stderr)
    handler.setFormatter(JsonLines() if config.format == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Unrepeating(logging.StreamHandler[TextIO]):
    """Writes each kind of line a few times a minute; of the rest it tells how many there were, when the minute is over.

    A kind is what is told, whatever its values: `event=send_failed`. A flood of failures must not fill the disk, nor
    hide what else happens.
    """

    def __init__(self, stream: TextIO, now: Callable[[], float] = monotonic) -> None:
        """Take where to write, and a clock in seconds that nobody sets."""
        super().__init__(stream)
        self._now = now
        self._ends = 0.0
        self._told: Counter[tuple[str, str]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        if self._now() >= self._ends:
            self.tell_rest()
            self._ends = self._now() + _MINUTE
        kind = (record.name, str(record.msg).partition(" ")[0])
        self._told[kind] += 1
        if self._told[kind] <= _LINES or record.levelno >= logging.CRITICAL:
            super().emit(record)

    def tell_rest(self) -> None:
        """Tell how often what was left out."""
        told, self._told = self._told, Counter()
        for (room, words), times in told.items():
            if times > _LINES:
                what = words.removeprefix("event=")
                message = f"event=repeated what={what} times={times - _LINES}"
                super().emit(logging.LogRecord(room, logging.WARNING, "", 0, message, (), None))

    def close(self) -> None:
        """Tell the rest at the end."""
        self.tell_rest()
        super().close()


def told_error(error: BaseException | None, trace: TracebackType | None) -> dict[str, str]:
    """Return the kind of an error and the line that raised it."""
    if error is None:
        return {}
    lines = traceback.extract_tb(trace)
    at = {"at": f"{Path(lines[-1].filename).name}:{lines[-1].lineno}"} if lines else {}
    return {"error": type(error).__name__, **at}


class TextLines(logging.Formatter):
    """`2026-11-29T09:00:00.000Z INFO event=… key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        words = " ".join(record.getMessage().split("\n"))
        told = told_error(*record.exc_info[1:]) if record.exc_info else {}
        return " ".join([_moment(record), record.levelname, words, *(f"{key}={value}" for key, value in told.items())])


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `room`, then the fields; what is no field stands under `message`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        words = record.getMessage()
        fields = {key: value for key, value in _FIELD.findall(words) if words.startswith("event=")}
        rest = {} if fields else {"message": words}
        told = told_error(*record.exc_info[1:]) if record.exc_info else {}
        beginning = {"time": _moment(record), "level": record.levelname.lower(), "room": record.name}
        return msgspec.json.encode({**fields, **rest, **told, **beginning}).decode()


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
