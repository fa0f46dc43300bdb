"""Commands that talk: `run` serves the web chat, `chat` talks in the terminal."""

import logging
import secrets
import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.channels import terminal
from bot.commands.configuration import config_of
from bot.content.shelf import ContentMistakesError, Shelf
from bot.conversation.conversation import Conversation
from bot.conversation.turn import respond
from bot.message import PersonId


def run(args: Namespace) -> int:
    """Serve until interrupted."""
    from bot.commands.serving import serve  # noqa: PLC0415  the terminal starts without a web server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = config_of(args)
    try:
        shelf = Shelf(config.content, config.kept_in)
    except ContentMistakesError as error:
        print(error, file=sys.stderr)
        return 1
    return serve(config, shelf)


def chat(args: Namespace) -> int:
    """Talk in the terminal until the input ends.

    The welcome needs no database: it is shown while nothing is open yet, and kept with the first line typed.
    """
    logging.basicConfig(level=logging.ERROR)
    config = config_of(args)
    try:
        shelf = Shelf(config.content, config.kept_in)
    except ContentMistakesError as error:
        print(error, file=sys.stderr)
        return 1
    start = terminal.read(terminal.START, PersonId(""))
    for reply in respond(Conversation(), start, shelf.library, datetime.now(UTC)).replies:
        print(terminal.write(reply), end="\n\n", flush=True)
    line = _typed()
    if line is None:
        return 0
    from bot.commands.serving import talk  # noqa: PLC0415

    address = secrets.token_hex(16)
    with talk(config, shelf, address) as say:
        say(terminal.START)
        while line is not None:
            for reply in say(line):
                print(terminal.write(reply), end="\n\n", flush=True)
            line = _typed()
    return 0


def _typed() -> bytes | None:
    """Return the next line, None when there is none any more."""
    try:
        return input("› ").encode("utf-8", "replace")
    except (EOFError, KeyboardInterrupt):
        print()
        return None
