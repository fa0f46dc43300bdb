"""The guide joined to its database: served over HTTP, or asked line by line."""

import asyncio
import contextlib
import gc
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import uvicorn

from bot.app import built, running, served_app
from bot.channels import terminal
from bot.commands.configuration import opened
from bot.config import Config, sqlite_file
from bot.content.releases import Shelf
from bot.credentials import Credentials
from bot.message import Reply
from bot.reception import Notices
from bot.storage import Update, sole_use

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


def serve(config: Config, shelf: Shelf) -> int:
    """Serve the web chat until interrupted; 1 when it cannot start."""
    with contextlib.ExitStack() as until_it_ends:
        with opened():
            until_it_ends.enter_context(sole_use(sqlite_file(config.store)))
        return _serve(config, shelf)


def _serve(config: Config, shelf: Shelf) -> int:
    _made_first(config)
    try:
        listening = _listening(config)
    except OSError as error:
        print(f"the web chat cannot listen at {config.web.host}:{config.web.port}: {error.strerror}", file=sys.stderr)
        return 1
    with opened():
        guide = built(config, shelf, Credentials())
    # What was read lives as long as the program: it need not be looked through again and again. What is made since is
    # looked through now and then, for next to nothing of it is ever in a ring: at Python's own 700 objects that takes
    # a twentieth of the time of a message.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    settings = uvicorn.Config(
        served_app(guide),
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        # The web chat sees to it by itself; the platforms' posts need none of it.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_REQUESTS,
    )
    server = _Server(settings, guide.notices)

    async def serving() -> bool:
        async with running(guide, config) as failed:
            task = asyncio.create_task(server.serve(sockets=[listening]))
            failing = asyncio.create_task(failed.wait())
            failing.add_done_callback(lambda _: setattr(server, "should_exit", True))
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
            if server.started:
                port = listening.getsockname()[1]
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


def _listening(config: Config) -> socket.socket:
    """Return the socket of the web chat, bound before anything else is begun."""
    family = socket.AF_INET6 if ":" in config.web.host else socket.AF_INET
    return socket.create_server((config.web.host, config.web.port), family=family)


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
