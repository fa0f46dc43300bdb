"""The log of a running guide: an event a line, as `key=value` or as a JSON object.

An error is told by its kind and the line that raised it, never by its own words or its traceback: both can hold what a
person wrote.
"""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from bot.config import LogConfig

_FIELD: Final = re.compile(r"(?:^|(?<=\s))([a-z_]+)=(\S*)")
#: What is told of all that happens only when something is wrong: libraries that report their ordinary work.
_QUIET: Final = ("alembic", "aiogram", "aiohttp", "asyncio")


def begin_log(config: LogConfig) -> None:
    """Write the log to the standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if config.format == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


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
