"""Whose something is that could not be read: the people it names, by the keys that platforms name people with.

Only used to erase it when one of them is forgotten: a name too many costs nothing, so nothing is believed here.
"""

import re
from collections.abc import Container
from typing import Any, Final

#: What a platform may call a person: no blank, no control character, of a bounded length.
_ADDRESS = re.compile(r"[\x21-\x7e]{1,240}")
#: People looked for in one thing, and values looked at: a batch that is broken as a whole names thousands.
_PEOPLE: Final = 1000
_LOOKED_AT: Final = 200_000


def named(thing: Any, names: Container[str], holders: Container[str] = frozenset()) -> tuple[str, ...]:
    """Return what stands anywhere in a thing under a key in `names`, or as the `id` of what stands under a holder."""
    found: dict[str, None] = {}
    left: list[Any] = [thing]
    looked_at = 0
    while left and len(found) < _PEOPLE and looked_at < _LOOKED_AT:
        inside = left.pop()
        looked_at += 1
        if isinstance(inside, list):
            left += inside
        elif isinstance(inside, dict):
            for key, value in inside.items():
                if key in names:
                    _note(found, value)
                elif key in holders and isinstance(value, dict):
                    _note(found, value.get("id"))
            left += inside.values()
    return tuple(found)


def _note(found: dict[str, None], value: Any) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        value = str(value)
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        found[value] = None
