"""`python -m tests.demo`: the guide on the web, Telegram-like and WhatsApp-like screens, side by side, until Ctrl+C."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from tests.demo.page import served
from tests.demo.stage import Stage, StageError, standing

_HIGHEST_PORT = 65_535


def main(argv: Sequence[str] | None = None) -> int:
    """Show the guide until interrupted; 1 when it cannot start or stops by itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="port of the page (default: any free one)")
    try:
        return asyncio.run(_shown(parser.parse_args(argv).port))
    except (StageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _port(written: str) -> int:
    if written.isdecimal() and int(written) <= _HIGHEST_PORT:
        return int(written)
    raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_HIGHEST_PORT}")


async def _shown(port: int) -> int:
    """Show everything; whoever interrupts, at any moment, has all of it put away."""
    showing = asyncio.create_task(_show(port))
    interrupted = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    waiting = asyncio.create_task(interrupted.wait())
    await asyncio.wait({showing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    showing.cancel()
    await asyncio.wait({showing})
    if not showing.cancelled():
        showing.result()
    return 0


async def _show(port: int) -> None:
    _say("Starting the guide and the stand-ins (about ten seconds)...")
    async with standing() as stage, served(stage, port) as address:
        _say(f"All three channels are at {address} (Ctrl+C stops everything).")
        await _ended(stage)


async def _ended(stage: Stage) -> None:
    await stage.guide.wait()
    raise StageError(f"The guide stopped by itself:\n{stage.log()}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
