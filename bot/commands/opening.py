"""A database that cannot be opened, told to the operator in one sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.storage import NewerStoreError, StoreError, UnopenedStoreError


@contextmanager
def opened() -> Iterator[None]:
    """Leave with what keeps the database from being opened."""
    try:
        yield
    except (NewerStoreError, StoreError, UnopenedStoreError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
