"""Everything that stands behind the page: both platforms' stand-ins and the real guide, joined to each other.

The guide is the program as people start it, with the real content; its configuration, its secrets and its database are
the demo's own, in a folder that goes with it.
"""

import asyncio
import os
import re
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.joined.joining import TELEGRAM, WHATSAPP
from tests.program import ROOT, command
from tests.standins import botapi, graph

#: Seconds that the guide may take to start, on a busy machine, and to stop.
_START = 120
_STOP = 10
_ADDRESS = re.compile(r"http://[\w.:]+:\d+")
#: Of Telegram's address only the path counts here: the stand-in posts to where the guide really listens.
_CONFIG = """\
telegram: {{on: true, address: "https://guide.test/telegram", base: "{telegram}"}}
whatsapp: {{on: true, number_id: "{number}", base: "{whatsapp}"}}
"""


class StageError(Exception):
    """The guide did not start, or stopped; the sentence says what it logged."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is running."""

    telegram: botapi.BotApi
    whatsapp: graph.Graph
    guide: Process
    #: Where the guide's web chat is.
    web: str
    errors: Path

    def log(self) -> str:
        """Return what the guide has logged so far."""
        return self.errors.read_text("utf-8")


@asynccontextmanager
async def standing() -> AsyncIterator[Stage]:
    """Run everything for the block; afterwards nothing of it is left."""
    with TemporaryDirectory(prefix="dalil-demo-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        async with botapi.running() as telegram, graph.running() as whatsapp:
            config = _CONFIG.format(telegram=telegram.base, whatsapp=whatsapp.base, number=graph.NUMBER_ID)
            (root / "config.yaml").write_text(config, "utf-8")
            async with _guide(root) as (guide, web, errors):
                telegram.webhook = {"url": f"{web}/telegram", "secret_token": botapi.SECRET}
                whatsapp.hook = f"{web}/whatsapp"
                yield Stage(telegram, whatsapp, guide, web, errors)


@asynccontextmanager
async def _guide(root: Path) -> AsyncIterator[tuple[Process, str, Path]]:
    """Run the guide on any free port."""
    errors = root / "guide.log"
    store = root / "var"
    store.mkdir()
    if (ROOT / "var" / "releases").exists():
        # Content that was made ready before need not be: each copy is taken for the very files it was made of only.
        shutil.copytree(ROOT / "var" / "releases", store / "releases")
    others = {name: value for name, value in os.environ.items() if not name.startswith("DALIL_")}
    with errors.open("w") as log:
        process = await asyncio.create_subprocess_exec(
            *command("--content", ROOT, "run", "--port", "0", root=root),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=log,
            cwd=ROOT,
            env={**others, **TELEGRAM, **WHATSAPP, "PYTHONUNBUFFERED": "1"},
            # Ctrl+C is for the demo, which stops the guide itself: told twice, it would not stop cleanly.
            start_new_session=True,
        )
    try:
        assert process.stdout
        async with asyncio.timeout(_START):
            said = (await process.stdout.readline()).decode()
        found = _ADDRESS.search(said)
        if found is None:
            await process.wait()
            raise StageError(f"The guide did not start:\n{said}{errors.read_text('utf-8')}")
        yield process, found[0], errors
    finally:
        await _stopped(process)


async def _stopped(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(_STOP):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
