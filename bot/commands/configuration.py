"""What every command takes first: the configuration, and the database where it needs one.

What keeps a command from either is told to the operator in one sentence.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot import config as configuration
from bot.config import Config, ConfigError
from bot.content.keeping import KEPT, FolderKeep, Keep
from bot.credentials import STORE, Credentials, MissingSecretError

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")


def config_of(args: Namespace) -> Config:
    """Return the configuration with what the command line gives instead, or leave with everything wrong in it.

    The store is told by the command line, else by the environment, else by the file.
    """
    try:
        return configuration.load(
            args.root,
            getattr(args, "port", None),
            getattr(args, "store", None) or Credentials().optional(STORE),
            args.content,
            getattr(args, "monitor_port", None),
        )
    except (ConfigError, MissingSecretError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def keep_of(config: Config) -> Keep:
    """Return where releases are kept ready: beside a SQLite file, in another database."""
    if config.kept_in is not None:
        return FolderKeep(config.kept_in)
    # Only who works on a shared database loads what speaks with it.
    from bot.storage import DatabaseKeep  # noqa: PLC0415

    with opened():
        return DatabaseKeep(config.store, KEPT)


@contextmanager
def opened() -> Iterator[None]:
    """Leave with what keeps the database from being opened, or a platform from being joined."""
    # Only who opens a database loads what speaks with it.
    from bot.channels.channel import UnjoinedError  # noqa: PLC0415
    from bot.storage import AtWorkError, NewerStoreError, StoreError, UnopenedStoreError  # noqa: PLC0415

    try:
        yield
    except (AtWorkError, NewerStoreError, StoreError, UnjoinedError, UnopenedStoreError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


def with_store(args: Namespace, work: Callable[["Connection"], T]) -> T:
    """Return what `work` makes of the store, in one transaction; leave where it cannot be opened."""
    # Only who opens a database loads what speaks with it.
    from bot.storage import Store  # noqa: PLC0415

    with opened():
        store = Store(config_of(args).store)
    try:
        return store.write_now(work)
    finally:
        store.close()
