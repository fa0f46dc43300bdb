"""A database that cannot be opened or a platform that cannot be joined, told to the operator in one sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.joined.joining import UnjoinedError
from bot.storage import AtWorkError, NewerStoreError, StoreError, UnopenedStoreError


@contextmanager
def opened() -> Iterator[None]:
    """Leave with what keeps the database from being opened, or a platform from being joined."""
    try:
        yield
    except (AtWorkError, NewerStoreError, StoreError, UnjoinedError, UnopenedStoreError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
