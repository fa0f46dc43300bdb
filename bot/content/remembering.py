"""What is worked out of a text again and again, worked out once for as long as somebody reads all the content anew.

A check reads each file two or three times, an examination the files before and after a draft, of which nearly all are
the same to the letter. Nothing is remembered outside such a block: a running guide keeps no text twice. What must not
break: what is remembered is a pure function of its key, and whoever is given it changes nothing in it.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

T = TypeVar("T")
_REMEMBERED: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember for the block what `once` is asked for; in a block within another, what that one knows."""
    token = _REMEMBERED.set({} if (known := _REMEMBERED.get()) is None else known)
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns for this key: what it returned before where that is remembered."""
    known = _REMEMBERED.get()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    made: T = known[key]
    return made
