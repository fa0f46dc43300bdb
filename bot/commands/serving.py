"""Commands that serve: `run` joins the guide to its database and serves it; `talk` does so for one terminal.

The log of a running guide is an event a line, as `key=value` or as a JSON object. An error is told there by its kind
and the line that raised it, never by its own words or its traceback: both can hold what a person wrote.
"""

import asyncio
import contextlib
import errno
import gc
import logging
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import traceback
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import FrameType, TracebackType
from typing import Final, TextIO

import msgspec
import uvicorn

from bot import __version__
from bot.app import built, running, served_app, tell_refused
from bot.channels import terminal
from bot.channels.listing import CHANNELS
from bot.commands.configuration import config_of, keep_of, opened
from bot.commands.connections import bounded_protocol, most_connections
from bot.config import Config, LogConfig, MonitorConfig, WebConfig, sqlite_file
from bot.content.reading import Mistakes
from bot.content.releases import ContentMistakesError, Shelf
from bot.credentials import Credentials
from bot.message import Reply
from bot.reception import Notices, tell_where_it_ended
from bot.storage import Store, Update, sole_use

log: Final = logging.getLogger(__name__)

#: The last port there is, and one that is free on most machines.
_HIGHEST_PORT: Final = 65_535
_SOME_PORT: Final = 8081
#: Seconds that open requests are given when the guide stops.
_LAST_REQUESTS = 1
#: New objects after which Python looks for those that only hold each other.
_OBJECTS = 20_000


def _made_first(config: Config) -> None:
    """Make a new database in a process of its own: what that loads (17 MB) would be kept for good."""
    path = sqlite_file(config.store)
    if path is not None and not path.exists():
        # What it cannot do is told a moment later, in a sentence, by whoever opens the database.
        make = "import sys; from bot.storage import Store; Store(sys.argv[1]).close()"
        making = [sys.executable, "-c", make, config.store]
        subprocess.run(making, stderr=subprocess.DEVNULL, check=False)  # noqa: S603


def run(args: Namespace) -> int:
    """Serve until interrupted; 1 when it cannot start."""
    config = config_of(args)
    begin_log(config.log)
    with contextlib.ExitStack() as until_it_ends:
        try:
            # Before anything that takes long: whoever must choose another port learns it at once.
            listening = until_it_ends.enter_context(_listening(config.web.host, config.web.port))
        except OSError as error:
            print(_not_listening(config.web, error), file=sys.stderr)
            return 1
        with opened():
            until_it_ends.enter_context(sole_use(sqlite_file(config.store)))
        monitoring = _monitored(config.monitor, until_it_ends)
        if config.kept_in is None:
            # Releases are kept in the database: it is made first.
            with opened():
                Store(config.store).close()
        try:
            shelf = Shelf(config.content, keep_of(config), _channel_words)
        except ContentMistakesError as error:
            print(error, file=sys.stderr)
            return 1
        if not (config.privacy.controller and config.privacy.cndp):
            log.warning("event=controller_missing see=docs/privacy.md")
        if shelf.is_current:
            return _served(config, shelf, listening, monitoring)
        tell_refused(shelf)
        # What the channels say of themselves is of the same release.
        root = until_it_ends.enter_context(shelf.files())
        return _served(msgspec.structs.replace(config, content=root), shelf, listening, monitoring)


def _channel_words(root: Path, mistakes: Mistakes) -> None:
    """Note what keeps the words of any channel from being used, one that is off too: it may be on tomorrow."""
    for channel in CHANNELS:
        channel.words(root, mistakes)


def _not_listening(web: WebConfig, error: OSError) -> str:
    """Return in one sentence why the web chat cannot be where it was to be, and what to do."""
    other = web.port + 1 if web.port < _HIGHEST_PORT else _SOME_PORT
    remedy = (
        f"choose another port: make run PORT={other}, or dalil run --port {other}"
        if error.errno in {errno.EADDRINUSE, errno.EACCES}
        else "look at web.host and web.port in config.yaml"
    )
    return f"The web chat cannot listen at {web.host}:{web.port} ({os.strerror(error.errno or 0)}); {remedy}"


def _monitored(monitor: MonitorConfig, until_it_ends: contextlib.ExitStack) -> socket.socket | None:
    """Return where whoever watches the guide asks; None where nobody does. People are served in any case."""
    if not monitor.is_on:
        return None
    try:
        return until_it_ends.enter_context(_listening(monitor.host, monitor.port))
    except OSError as error:
        reason = "_".join((error.strerror or "").split())
        log.warning("event=monitor_off host=%s port=%d reason=%s", monitor.host, monitor.port, reason)
        return None


def _served(config: Config, shelf: Shelf, listening: socket.socket, monitoring: socket.socket | None) -> int:
    tell_where_it_ended()
    _made_first(config)
    with opened():
        guide = built(config, shelf, Credentials())
    # What was read lives as long as the program: it need not be looked through again and again. What is made since is
    # looked through now and then, for next to nothing of it is ever in a ring: at Python's own 700 objects that takes
    # a twentieth of the time of a message.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    monitor_port = monitoring.getsockname()[1] if monitoring else None
    settings = uvicorn.Config(
        served_app(guide, monitor_port),
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        # The web chat sees to it by itself; the platforms' posts need none of it.
        proxy_headers=False,
        server_header=False,
        http=bounded_protocol(most_connections()),
        timeout_graceful_shutdown=_LAST_REQUESTS,
    )
    server = _Server(settings, guide.notices)

    async def serving() -> bool:
        async with running(guide, config) as failed:
            task = asyncio.create_task(server.serve(sockets=[listening, *([monitoring] if monitoring else [])]))
            failing = asyncio.create_task(failed.wait())
            failing.add_done_callback(lambda _: setattr(server, "should_exit", True))
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
            if server.started:
                port = listening.getsockname()[1]
                log.info("event=started version=%s release=%s", __version__, shelf.library.release)
                if monitor_port is not None:
                    log.info("event=monitored host=%s port=%d", config.monitor.host, monitor_port)
                # Last: who waits for it finds everything else begun.
                print(f"The web chat is at http://{config.web.host}:{port} (Ctrl+C stops it).", flush=True)
            with contextlib.suppress(SystemExit):
                await task
            failing.cancel()
            return server.started and not failed.is_set()

    # uvloop where there is one: an event loop that costs half.
    with _stopped_by_signals(server), asyncio.Runner(loop_factory=settings.get_loop_factory()) as runner:
        return 0 if runner.run(serving()) else 1


class _Server(uvicorn.Server):
    """Lets go who waits for news before it waits for open requests: they have nothing to lose."""

    def __init__(self, settings: uvicorn.Config, notices: Notices) -> None:
        super().__init__(settings)
        self._notices = notices

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._notices.end()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `_stopped_by_signals`.

        The server's own way raises them again as soon as it has stopped serving: SIGTERM, which systemd and containers
        send, then ends the program before what is being sent is finished and recorded.
        """
        yield


@contextmanager
def _stopped_by_signals(server: _Server) -> Iterator[None]:
    """Have SIGINT and SIGTERM stop the server, after which turns and sendings are finished; the second is impatient."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, bound before anything else is begun."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


@contextmanager
def talk(config: Config, shelf: Shelf, address: str) -> Iterator[Callable[[bytes], Sequence[Reply]]]:
    """Yield a function that says one line from `address` and returns what is answered."""
    with opened():
        guide = built(config, shelf)

    def say(raw: bytes) -> Sequence[Reply]:
        return guide.reception.answer_now(Update(terminal.NAME, secrets.token_hex(16), address, raw))

    try:
        yield say
    finally:
        guide.store.close()


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
