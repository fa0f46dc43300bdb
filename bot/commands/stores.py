"""Commands about the store as a whole: back it up, restore it, move it to PostgreSQL."""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from bot.commands.configuration import config_of, opened
from bot.config import Config, store_address
from bot.storage.copying import Copied, UncopiedError, back_up, contents, move, restore

#: What is told of a store in one line.
_TOLD = {"people": "people", "inbox": "messages", "outbox": "replies", "cases": "cases", "questions": "questions"}


def backup(args: Namespace) -> int:
    """Copy the store into a file; the guide may go on."""
    config = config_of(args)

    def done() -> int:
        copied = back_up(config.store, args.file, _progress)
        print(f"{args.file} holds {_line(copied)}. Its key is {args.file}.key: a backup is both files.")
        return 0

    return _said(done)


def restored(args: Namespace) -> int:
    """Put a backup in the place of the store, after saying what that replaces."""
    config = config_of(args)

    def done() -> int:
        if not args.yes and not _is_agreed(config, args.file):
            print("nothing was changed")
            return 1
        copied = restore(args.file, config.store, _progress)
        print(f"The store holds {_line(copied)} now.")
        return 0

    return _said(done)


def moved(args: Namespace) -> int:
    """Copy a SQLite store into an empty database on PostgreSQL."""
    target = store_address(args.root, args.target) if args.target else config_of(args).store

    def done() -> int:
        copied = move(store_address(args.root, args.source), target, _progress)
        print(f"Moved {_line(copied)}. {args.source} stays as it was: start the guide on {make_url(target)}")
        return 0

    return _said(done)


def _said(done: Callable[[], int]) -> int:
    with opened():
        try:
            return done()
        except UncopiedError as error:
            print(error, file=sys.stderr)
            return 1


def _is_agreed(config: Config, file: Path) -> bool:
    """Say what a backup would replace, and ask; without a terminal the answer is no."""
    there = contents(config.store)
    if not any(there.values()):
        return True
    print(f"This replaces {_line(there)} by what {file} holds.")
    if not sys.stdin.isatty():
        print("Say --yes to do it.", file=sys.stderr)
        return False
    return input("Type yes to do it: ").strip() == "yes"


def _line(copied: Copied) -> str:
    return ", ".join(f"{copied.get(table, 0):,} {name}" for table, name in _TOLD.items())


def _progress(line: str) -> None:
    print(line, flush=True)
