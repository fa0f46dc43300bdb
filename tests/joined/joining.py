"""The program as a process of its own, its platforms turned on in config.yaml and standing in on the loopback."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.program import PATIENCE, Served, Told, command, copied, served
from tests.standins import botapi, graph

TELEGRAM = {"DALIL_TELEGRAM_TOKEN": botapi.TOKEN, "DALIL_TELEGRAM_SECRET": botapi.SECRET}
WHATSAPP = {
    "DALIL_WHATSAPP_TOKEN": graph.TOKEN,
    "DALIL_WHATSAPP_APP_SECRET": graph.APP_SECRET,
    "DALIL_WHATSAPP_VERIFY_TOKEN": graph.VERIFY_TOKEN,
}
NAMES = (*TELEGRAM, *WHATSAPP)


#: Who answers for what is kept: without them the doctor has something to say.
RESPONSIBLE = "privacy: {controller: Dalil, contact: dalil@example.ma, cndp: D-1}\n"


def rooted(folder: Path, config: str) -> Path:
    """Return a folder with the content and this configuration, and with who answers for what is kept."""
    folder.mkdir()
    root = copied(folder, is_ready=True)
    (root / "config.yaml").write_text(config + RESPONSIBLE, "utf-8")
    return root


@asynccontextmanager
async def at_work(root: Path, environ: Mapping[str, str]) -> AsyncIterator[Served]:
    """Run the guide with these secrets; it must stop cleanly."""
    before = dict(os.environ)
    os.environ.update(environ)
    serving = served(root, root / "var" / "dalil.db")
    try:
        guide = await asyncio.to_thread(serving.__enter__)
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        yield guide
    except BaseException as error:
        error.add_note(guide.log())
        serving.__exit__(type(error), error, error.__traceback__)
        raise
    await asyncio.to_thread(serving.__exit__, None, None, None)


async def said(*args: str, root: Path, environ: Mapping[str, str]) -> Told:
    """Return what a command says with these secrets."""

    def run() -> Told:
        kept = {name: value for name, value in os.environ.items() if name not in NAMES}
        done = subprocess.run(
            command(*args, root=root), capture_output=True, timeout=PATIENCE, check=False, env={**kept, **environ}
        )
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())

    return await asyncio.to_thread(run)


async def until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return once it is so."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.01)
