"""A webhook taken apart: every message and every status in it an item of its own, whatever the others are.

Nothing here raises for what a platform could send, and no bad item takes a good one with it. A person is told by the
business-scoped user id where there is one and by the WhatsApp id where not; each may appear, change or be missing.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

from bot.channels.whatsapp.failures import named

CHANNEL: Final = "whatsapp"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that wants an answer."""

    external_id: str
    #: Where the answer goes: a business-scoped user id, else a WhatsApp id.
    address: str = field(repr=False)
    #: The message alone, as JSON, for `read`.
    raw: bytes = field(repr=False)
    #: The WhatsApp id, where the address is another.
    alias: str | None = field(default=None, repr=False)
    #: When it was written, in seconds since 1970; None when the platform does not say.
    written: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a reply: by our number where the platform tells it back, else by its own name for it."""

    status: Literal["queued", "sent", "delivered", "read", "failed"]
    outbox_id: int | None
    platform_id: str | None = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A person has another identifier from now on."""

    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that needs nothing from us: a reaction, a message taken back, news for another number."""

    what: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that should be a message or may matter to staff, and that nobody can answer; kept as it came."""

    external_id: str
    why: str
    raw: bytes = field(repr=False)


Item = Incoming | Status | Moved | Passed | Unread

#: What a platform may call a person or a message: no blank, no control character, of a bounded length.
_ADDRESS = re.compile(r"[\x21-\x7e]{1,240}")
_PLAIN_NAME = re.compile(r"[a-z_]{1,40}")
#: Kinds of messages that nobody waits for an answer to.
_NEEDS_NOTHING: Final = frozenset({"reaction", "revoke"})
_STATUSES: Final[Mapping[str, Literal["queued", "sent", "delivered", "read", "failed"]]] = {
    "accepted": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_OURS = re.compile(r"([0-9]{1,18})(\.[0-9]{1,4})?")


class NotJsonError(ValueError):
    """A body that is no JSON object."""


def updates(body: bytes, number_id: str = "") -> list[Item]:
    """Return all that stands in a webhook, in its order; raise `NotJsonError` for what is no JSON object at all.

    With `number_id`, what is meant for another number of the same account is passed over.
    """
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error
    if not isinstance(posted, dict):
        raise NotJsonError
    return [item for entry in _list(posted.get("entry")) for item in _entry(entry, number_id)]


def _entry(entry: Any, number_id: str) -> Iterator[Item]:
    if not isinstance(entry, dict) or not isinstance(entry.get("changes"), list):
        yield _unread("entry", entry)
        return
    for change in entry["changes"]:
        if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
            yield _unread("change", change)
        elif change.get("field", "messages") != "messages":
            yield _unread(f"field_{_name(change['field'])}", change)
        elif number_id and _of_another(change["value"], number_id):
            yield Passed("other_number")
        else:
            yield from _value(change["value"])


def _of_another(value: Mapping[str, Any], number_id: str) -> bool:
    told = _dict(value.get("metadata")).get("phone_number_id")
    return told is not None and str(told) != number_id


def _value(value: Mapping[str, Any]) -> Iterator[Item]:
    messages = _list(value.get("messages"))
    statuses = _list(value.get("statuses"))
    contacts = [contact for contact in _list(value.get("contacts")) if isinstance(contact, dict)]
    senders = {_sender(message) for message in messages if isinstance(message, dict)}
    for message in messages:
        if isinstance(message, dict):
            yield _message(message, _contact(message, contacts, alone=len(senders) == 1))
        else:
            yield _unread("message", message)
    for status in statuses:
        yield _status(status)
    if not messages and not statuses:
        # The platform tells of its own troubles here; they are for staff.
        yield _unread("errors", value) if value.get("errors") else Passed("empty")


def _sender(message: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return _address(message.get("from_user_id")), _address(message.get("from"))


def _contact(message: Mapping[str, Any], contacts: Sequence[dict[str, Any]], *, alone: bool) -> dict[str, Any]:
    """Return who wrote the message, as far as the list of contacts tells.

    The platform writes some numbers differently in both places: a contact that is the only one is the only sender.
    """
    user, number = _sender(message)
    for contact in contacts:
        if user is not None and _address(contact.get("user_id")) == user:
            return contact
    for contact in contacts:
        # The number is nothing against a user id that says otherwise.
        differs = None not in {user, _address(contact.get("user_id"))}
        if number is not None and _address(contact.get("wa_id")) == number and not differs:
            return contact
    if len(contacts) == 1 and alone and (user is None or _address(contacts[0].get("user_id")) is None):
        return contacts[0]
    return {}


def _message(message: dict[str, Any], contact: Mapping[str, Any]) -> Item:
    user, number = _sender(message)
    user = user or _address(contact.get("user_id"))
    number = _address(contact.get("wa_id")) or number
    kind = message.get("type")
    if kind == "system":
        return _moved(_dict(message.get("system")), number or user)
    if isinstance(kind, str) and kind in _NEEDS_NOTHING:
        return Passed(kind)
    address = user or number
    raw = _raw(message)
    if address is None:
        return _unread("sender", message)
    alias = number if number != address else None
    return Incoming(_external_id(message, raw), address, raw, alias, _time(message.get("timestamp")))


def _moved(system: Mapping[str, Any], known: str | None) -> Item:
    """Return a change of number or of user id, from whichever of the names the platform gives both sides in."""
    before = _address(system.get("customer")) or known
    after = _address(system.get("user_id")) or _address(system.get("wa_id")) or _address(system.get("new_wa_id"))
    is_change = str(system.get("type")).startswith(("user_changed", "customer_changed"))
    if is_change and before is not None and after is not None and before != after:
        return Moved(before, after)
    return Passed("system")


def _status(status: Any) -> Item:
    if not isinstance(status, dict):
        return _unread("status", status)
    known = _STATUSES.get(str(status.get("status")))
    if known is None:
        return Passed("status")
    ours = _OURS.fullmatch(str(status.get("biz_opaque_callback_data", "")))
    platform_id = _address(status.get("id"))
    if ours is not None and ours[2] and known != "failed":
        # An earlier part of a reply; its last part tells for all of it.
        return Passed("part")
    if ours is None and platform_id is None:
        return _unread("status", status)
    outbox_id = int(ours[1]) if ours else None
    return Status(known, outbox_id, platform_id, _reason(status) if known == "failed" else "")


def _reason(status: Mapping[str, Any]) -> str:
    """Return the platform's codes; its sentences can hold a phone number."""
    codes = [_dict(error).get("code") for error in _list(status.get("errors"))]
    return " ".join(named(code) for code in codes if isinstance(code, int))[:80] or "unknown"


def _unread(why: str, thing: Any) -> Unread:
    raw = _raw(thing)
    return Unread(_external_id(thing, raw), why, raw)


def _external_id(thing: Any, raw: bytes) -> str:
    """Return the platform's own id, or a digest where it gives none, so that the same thing sent again counts once."""
    given = thing.get("id") if isinstance(thing, dict) else None
    return given if isinstance(given, str) and given else sha256(raw).hexdigest()


def _raw(thing: Any) -> bytes:
    try:
        return json.dumps(thing).encode()
    except RecursionError:
        # Nested as no platform nests: nothing in it could be shown to anyone.
        return b'"nested too deeply"'


def _address(told: object) -> str | None:
    return told if isinstance(told, str) and _ADDRESS.fullmatch(told) else None


def _time(told: object) -> float | None:
    text = str(told) if isinstance(told, str | int) else ""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _name(told: object) -> str:
    return told if isinstance(told, str) and _PLAIN_NAME.fullmatch(told) else "unknown"


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _dict(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}
