"""Commands that talk: `run` serves the web chat, `chat` talks in the terminal."""

import asyncio
import contextlib
import logging
import secrets
import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.app import ContentMistakesError, built, running, web_app
from bot.channels import terminal
from bot.commands.configured import config_of
from bot.storage import NewerStoreError, StoreError, Update


def run(args: Namespace) -> int:
    """Serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = config_of(args)
    try:
        guide = built(config)
    except (ContentMistakesError, NewerStoreError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    import uvicorn  # noqa: PLC0415

    app = web_app(guide, config)

    async def serve() -> bool:
        settings = uvicorn.Config(
            app,
            config.host,
            config.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(settings)
        async with running(guide, config):
            serving = asyncio.create_task(server.serve())
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            if server.started:
                port = server.servers[0].sockets[0].getsockname()[1]
                print(f"The web chat is at http://{config.host}:{port} (Ctrl+C stops it).", flush=True)
            with contextlib.suppress(SystemExit):
                await serving
            return server.started

    return 0 if asyncio.run(serve()) else 1


def chat(args: Namespace) -> int:
    """Talk in the terminal until the input ends."""
    logging.basicConfig(level=logging.ERROR)
    config = config_of(args)
    try:
        guide = built(config)
    except (ContentMistakesError, NewerStoreError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    address = secrets.token_hex(16)
    raw = terminal.START
    try:
        while True:
            external_id = f"{address}:{datetime.now(UTC).timestamp()}:{secrets.token_hex(4)}"
            for reply in guide.reception.answer_now(Update(terminal.NAME, external_id, address, raw)):
                print(terminal.write(reply), end="\n\n", flush=True)
            raw = input("› ").encode("utf-8", "replace")
    except (EOFError, KeyboardInterrupt):
        print()
    finally:
        guide.store.close()
    return 0
