"""What people send, made fit to be read: the same bounds for every channel, whatever a platform lets through."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.message import ChoiceId, Chose, Content, Located, Sent

#: Longest text read, in characters; what is longer is cut here. More than the longest message of any platform (4096),
#: so that "too long" is said by the conversation and not by us.
LONGEST_TEXT: Final = 5000
#: Longest choice id read, in characters: see `bot.message.ChoiceId`.
LONGEST_CHOICE: Final = 64
#: Control characters but line feed and tab, lone surrogates, and the marks that turn the direction of what follows.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def legible(value: object) -> str:
    """Return a text without what nobody can see; nothing for what is no text."""
    return _UNREADABLE.sub("", value.replace("\r\n", "\n")) if isinstance(value, str) else ""


def said(value: object) -> str:
    """Return a text as it is read: legible, and no longer than `LONGEST_TEXT`."""
    return legible(value).strip()[:LONGEST_TEXT]


def chosen(value: object) -> Content:
    """Return the choice of an id, known or not; something not read where it is none."""
    if not isinstance(value, str) or not value.strip():
        return Sent("other")
    return Chose(ChoiceId(value.strip().encode("ascii", "replace").decode()[:LONGEST_CHOICE]))


def position(lat: object, lon: object) -> Content:
    """Return a position in degrees; something not read where it is nowhere on the earth."""
    north, east = _degrees(lat, 90), _degrees(lon, 180)
    return Sent("other") if north is None or east is None else Located(north, east)


def part(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object within an object; an empty one where there is none."""
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None
