"""What platforms post, taken apart: bodies as JSON, and the values that every channel makes of what stands in them.

The same bounds for every channel, whatever a platform lets through. Nothing here raises for what could be sent.
"""

import json
import math
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from bot.language.personal import without_secrets
from bot.message import ChoiceId, Chose, Content, Located, Sent, Unheard
from bot.storage import Unreadable

#: What a message is that the guide does not read: see `bot.message.Sent`.
SentKind = Literal["photo", "sticker", "video", "document", "voice", "contact", "order", "form", "poll", "other"]


#: Bytes of a voice at most. WhatsApp Cloud API, "Supported media types": audio up to 16 MB, read 2026-11-29.
MOST_SOUND: Final = 16 << 20


class UnheardError(Exception):
    """Nothing can be made of a voice; `why` is one of `Unheard`."""

    def __init__(self, why: Unheard) -> None:
        super().__init__(why)
        self.why: Unheard = why


@dataclass(frozen=True, slots=True)
class TappedButton:
    """A tapped button: how to acknowledge it, and the message it stands below where that can still be changed."""

    query_id: str = field(repr=False)
    label: str = field(default="", repr=False)
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that wants an answer."""

    external_id: str = field(repr=False)
    #: Where the answer goes.
    address: str = field(repr=False)
    #: The message alone, as JSON, for `read`.
    raw: bytes = field(repr=False)
    #: A number that the platform tells beside the address and that can pass to somebody else; it may be the address.
    alias: str | None = field(default=None, repr=False)
    #: When it was written, in seconds since 1970; None when the platform does not say.
    written: float | None = None
    tap: TappedButton | None = None
    #: The part of a chat that the answer belongs to, where a platform parts chats.
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class ReplyStatus:
    """What became of a reply: by our number where the platform tells it back, else by its own name for it."""

    status: Literal["queued", "sent", "delivered", "read", "failed"]
    outbox_id: int | None
    platform_id: str | None = field(repr=False)
    reason: str = ""
    #: What the platform charges, as it is counted: a category, and `billable` or `free`; empty where it does not say.
    pricing: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A person has another address from now on."""

    before: str = field(repr=False)
    after: str = field(repr=False)
    #: Whether the new one is a number: see `Incoming.alias`.
    is_number: bool = False
    #: Told apart by it where the platform tells of the same change more than once.
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Blocking:
    """A person stopped us, or let us write again."""

    address: str = field(repr=False)
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Preference:
    """A person wants nothing any more that they did not ask for, or wants it again."""

    address: str = field(repr=False)
    alias: str | None = field(repr=False)
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that needs nothing from us: a group, a reaction, a service message, news for another number."""

    what: str


#: One thing of what was posted. What should be one of the others and cannot be read is kept as it came, for staff.
Arrival = Incoming | ReplyStatus | Moved | Blocking | Preference | Passed | Unreadable


#: Digits of the longest whole number read as one; Python refuses the whole body for one of over 4300.
_LONGEST: Final = 4000


class NotJsonError(ValueError):
    """A body that is no JSON, or not of a kind that the platform posts."""


def parsed(body: bytes) -> Any:
    """Return the JSON in a body; raise `NotJsonError` for none."""
    try:
        # Several times as fast, and strict: what it does not take may still be JSON to others.
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    try:
        return json.loads(body)
    except RecursionError as error:
        raise NotJsonError from error
    except ValueError:
        pass
    try:
        return json.loads(body, parse_int=_bounded)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error


def kept_group(raw: bytes) -> dict[str, Any]:
    """Return a message as it was kept, a group of JSON; an empty one where it is none."""
    try:
        kept = parsed(raw)
    except NotJsonError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _bounded(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST else digits[:_LONGEST]


#: Where platforms put what people wrote.
_WORDS: Final = frozenset({"text", "body", "caption"})


def without_secrets_within(thing: Any) -> Any:
    """Return a thing that was parsed in which no words of a person hold a number of a card or an account."""
    if isinstance(thing, dict):
        return {
            key: without_secrets(value) if key in _WORDS and isinstance(value, str) else without_secrets_within(value)
            for key, value in thing.items()
        }
    return [without_secrets_within(part) for part in thing] if isinstance(thing, list) else thing


def written(thing: Any) -> bytes:
    """Return a thing that was parsed as JSON again, as it may be kept: see `without_secrets_within`."""
    try:
        thing = without_secrets_within(thing)
        try:
            return msgspec.json.encode(thing)
        except UnicodeEncodeError:
            # Half a character somewhere, which stands in no UTF-8.
            return json.dumps(thing, separators=(",", ":")).encode()
    except RecursionError:
        # Nested as no platform nests: nothing in it could be shown to anyone.
        return b'"nested too deeply"'


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


def readable_text(value: object) -> str:
    """Return a text as it is read: legible, and no longer than `LONGEST_TEXT`."""
    return legible(value).strip()[:LONGEST_TEXT]


def tapped_choice(value: object) -> Content:
    """Return the choice of an id, known or not; something not read where it is none."""
    if not isinstance(value, str) or not value.strip():
        return Sent("other")
    return Chose(ChoiceId(value.strip().encode("ascii", "replace").decode()[:LONGEST_CHOICE]))


def shared_position(lat: object, lon: object) -> Content:
    """Return a position in degrees; something not read where it is nowhere on the earth."""
    north, east = _degrees(lat, 90), _degrees(lon, 180)
    return Sent("other") if north is None or east is None else Located(north, east)


def part_of(told: Mapping[str, Any], name: str) -> dict[str, Any]:
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


#: What a platform may call a person: no blank, no control character, of a bounded length.
_ADDRESS = re.compile(r"[\x21-\x7e]{1,240}")
#: People looked for in one thing, and values looked at: a batch that is broken as a whole names thousands.
_PEOPLE: Final = 1000
_LOOKED_AT: Final = 200_000


def people_named(thing: Any, names: Container[str], holders: Container[str] = frozenset()) -> tuple[str, ...]:
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
