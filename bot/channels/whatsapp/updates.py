"""A webhook taken apart: every message and every status in it an item of its own, whatever the others are.

Nothing here raises for what a platform could send, and no bad item takes a good one with it. A person is told by the
business-scoped user id where there is one and by the WhatsApp id where not; each may appear, change or be missing.

A message that was kept is then read into one of the conversation that can be answered kindly.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, Literal

from bot.channels.incoming import (
    Arrival,
    Incoming,
    Moved,
    NotJsonError,
    Passed,
    Preference,
    ReplyStatus,
    SentKind,
    kept_group,
    legible,
    parsed,
    part_of,
    people_named,
    readable_text,
    shared_position,
    tapped_choice,
    written,
)
from bot.channels.sending import bounded
from bot.channels.whatsapp.sender import code_named
from bot.conversation.tapping import START
from bot.message import Chose, Content, Message, PersonId, Said, Sent
from bot.storage import Unreadable

CHANNEL: Final = "whatsapp"

#: What a platform may call a person or a message: no blank, no control character, of a bounded length.
_ADDRESS = re.compile(r"[\x21-\x7e]{1,240}")
_PLAIN_NAME = re.compile(r"[a-z_]{1,40}")
#: The keys under which the platform names people.
_PEOPLE: Final = frozenset(
    "from from_user_id to to_user_id wa_id new_wa_id user_id customer recipient_id recipient_user_id".split()
)
#: Kinds of messages that nobody waits for an answer to.
_NEEDS_NOTHING: Final = frozenset({"reaction", "revoke"})
#: What the platform tells as unsupported though a person only changed something: what was written stands as it was. The
#: platform's own examples spell the last one so.
_UNSUPPORTED_SILENT: Final = ("edit", "pin", "poll", "pool")
#: A user id as the platform makes them: a country, perhaps that it is a company's parent id, and letters.
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
#: Kinds of which people send several at once, each a message of its own here; those of one minute are answered once.
_OF_ALBUMS: Final = frozenset({"image", "video", "document"})
_ALBUM_SECONDS: Final = 60
_ALBUM_ID = re.compile(r"(.+\.(?:album|files))\.[0-9]+")
_STATUSES: Final[Mapping[str, Literal["queued", "sent", "delivered", "read", "failed"]]] = {
    "accepted": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_OURS = re.compile(r"([0-9]{1,18})(\.[0-9]{1,4})?")


def updates(body: bytes, number_id: str = "") -> list[Arrival]:
    """Return all that stands in a webhook, in its order; raise `NotJsonError` for what is no JSON object at all.

    With `number_id`, what is meant for another number of the same account is passed over.
    """
    posted = parsed(body)
    if not isinstance(posted, dict):
        raise NotJsonError
    if not isinstance(posted.get("entry"), list):
        return [_unread("body", posted)]
    return _in_time([item for entry in posted["entry"] for item in _entry(entry, number_id)])


def _in_time(items: list[Arrival]) -> list[Arrival]:
    """Return what was posted with its messages in the order in which they were written: a batch comes in any.

    What has no time keeps its place among the messages, and so does everything that is no message.
    """
    dated = [item for item in items if isinstance(item, Incoming) and item.written is not None]
    in_order = iter(sorted(dated, key=lambda item: item.written or 0.0))
    return [next(in_order) if isinstance(item, Incoming) and item.written is not None else item for item in items]


def _entry(entry: Any, number_id: str) -> Iterator[Arrival]:
    if not isinstance(entry, dict) or not isinstance(entry.get("changes"), list):
        yield _unread("entry", entry)
        return
    for change in entry["changes"]:
        if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
            yield _unread("change", change)
        elif number_id and _of_another(change["value"], number_id):
            yield Passed("other_number")
        else:
            yield from _told(change.get("field", "messages"), change)


def _told(field: object, change: Mapping[str, Any]) -> Iterator[Arrival]:
    """Yield what a change tells, by the field that the webhook is subscribed to: docs/whatsapp.md names them."""
    value = change["value"]
    match field:
        case "messages":
            yield from _value(value)
        case "user_id_update":
            for told in _list(value.get("user_id_update")):
                yield _user_id_changed(_dict(told))
        case "user_preferences":
            for told in _list(value.get("user_preferences")):
                yield _preferred(_dict(told), value)
        case _:
            yield _unread(f"field_{_name(field)}", change)


def _user_id_changed(told: Mapping[str, Any]) -> Arrival:
    """Return a person's new user id, from whichever of their names the platform tells beside it."""
    ids = _dict(told.get("user_id"))
    before = _address(ids.get("previous")) or _address(told.get("previous_user_id")) or _address(told.get("wa_id"))
    after = _address(ids.get("current")) or _address(told.get("current_user_id")) or _address(told.get("user_id"))
    if before is None or after is None or before == after:
        return _unread("user_id_update", told)
    return Moved(before, after, external_id=f"user_id_update.{before}.{after}.{told.get('timestamp')}"[:240])


def _preferred(told: Mapping[str, Any], value: Mapping[str, Any]) -> Arrival:
    """Return that a person wants no more of what nobody asked for, the template here, or wants it again."""
    contacts = [contact for contact in _list(value.get("contacts")) if isinstance(contact, dict)]
    number = _address(told.get("wa_id"))
    alone = contacts[0] if len(contacts) == 1 else {}
    address = _user(told.get("user_id")) or _user(alone.get("user_id")) or number
    choice = told.get("value")
    if address is None or choice not in {"stop", "resume"}:
        return _unread("user_preferences", told)
    return Preference(address, number, choice == "stop")


def _of_another(value: Mapping[str, Any], number_id: str) -> bool:
    told = _dict(value.get("metadata")).get("phone_number_id")
    return told is not None and str(told) != number_id


def _value(value: Mapping[str, Any]) -> Iterator[Arrival]:
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
    for kind in ("messages", "statuses"):
        if value.get(kind) is not None and not isinstance(value[kind], list):
            yield _unread(kind, value[kind])
            return
    if not messages and not statuses:
        # The platform tells of its own troubles here; they are for staff.
        yield _unread("errors", value) if value.get("errors") else Passed("empty")


def _sender(message: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return who wrote, by user id and by number; a user id that cannot be one counts only where there is no number."""
    number = _address(message.get("from"))
    return _user(message.get("from_user_id")) or (None if number else _address(message.get("from_user_id"))), number


def _user(told: object) -> str | None:
    return told if isinstance(told, str) and _USER_ID.fullmatch(told) else None


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


def _message(message: dict[str, Any], contact: Mapping[str, Any]) -> Arrival:
    user, number = _sender(message)
    user = user or _user(contact.get("user_id"))
    number = _address(contact.get("wa_id")) or number
    kind = message.get("type")
    if message.get("group_id"):
        # What is said in a group is not said to us, and the answer would be a message out of the blue.
        return Passed("group")
    if kind == "system":
        return _moved(_dict(message.get("system")), user, number, _external_id(message, written(message)))
    kind = kind if isinstance(kind, str) else ""
    if kind in _NEEDS_NOTHING or kind.startswith("community_"):
        return Passed("community" if kind.startswith("community_") else kind)
    if kind in {"unsupported", "unknown"} and _unsupported(message).startswith(_UNSUPPORTED_SILENT):
        return Passed("unsupported")
    address = user or number
    raw = written(message)
    if address is None:
        return _unread("sender", message)
    moment = _time(message.get("timestamp"))
    external_id = _external_id(message, raw)
    if kind in _OF_ALBUMS and moment is not None:
        shelf = "files" if kind == "document" else "album"
        external_id = f"{address}.{shelf}.{moment // _ALBUM_SECONDS:.0f}"
    return Incoming(external_id, address, raw, number, moment)


class Albums:
    """The albums of late: what follows the first picture within a minute is of the same one, whatever the clock shows.

    By the clock's own minutes alone, as a program that has just begun goes, an album over the full minute would be two.
    """

    def __init__(self) -> None:
        self._begun: dict[str, tuple[float, str]] = {}

    def joined(self, item: Arrival) -> Arrival:
        """Return a picture, video or file by the name of its album; anything else as it is."""
        if (
            not isinstance(item, Incoming)
            or item.written is None
            or not (named := _ALBUM_ID.fullmatch(item.external_id))
        ):
            return item
        begun, external_id = self._begun.get(named[1], (-math.inf, ""))
        if abs(item.written - begun) < _ALBUM_SECONDS:
            return replace(item, external_id=external_id)
        bounded(self._begun)[named[1]] = (item.written, item.external_id)
        return item


def _unsupported(message: Mapping[str, Any]) -> str:
    """Return what the platform calls a message that it does not pass on."""
    kind = _dict(message.get("unsupported")).get("type")
    return kind.lower() if isinstance(kind, str) else ""


def _moved(system: Mapping[str, Any], user: str | None, number: str | None, external_id: str) -> Arrival:
    """Return a change of number or of user id, from whichever of the names the platform gives both sides in."""
    kind = str(system.get("type"))
    known = (user or number) if kind.startswith("user_changed_user_id") else (number or user)
    before = _address(system.get("customer")) or known
    new_user = _address(system.get("user_id"))
    after = new_user or _address(system.get("wa_id")) or _address(system.get("new_wa_id"))
    is_change = kind.startswith(("user_changed", "customer_changed"))
    if is_change and before is not None and after is not None and before != after:
        return Moved(before, after, new_user is None, external_id)
    return Passed("system")


def _status(status: Any) -> Arrival:
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
    if ours is not None and ours[2]:
        # The reply goes by the platform's name for its last part.
        platform_id = None
    reason = _reason(status) if known == "failed" else ""
    return ReplyStatus(known, outbox_id, platform_id, reason, _pricing(status))


def _pricing(status: Mapping[str, Any]) -> str:
    """Return what the platform charges for a message: its category, and whether it is billed; empty where not told."""
    told = status.get("pricing")
    if not isinstance(told, dict) or status.get("status") == "failed":
        return ""
    return f"{_name(told.get('category'))} {'billable' if told.get('billable') is True else 'free'}"


def _reason(status: Mapping[str, Any]) -> str:
    """Return the platform's codes; its sentences can hold a phone number."""
    codes = [_dict(error).get("code") for error in _list(status.get("errors"))]
    return " ".join(code_named(code) for code in codes if isinstance(code, int))[:80] or "unknown"


def _unread(why: str, thing: Any) -> Unreadable:
    raw = written(thing)
    return Unreadable(CHANNEL, _external_id(thing, raw), why, raw, people_named(thing, _PEOPLE))


def _external_id(thing: Any, raw: bytes) -> str:
    """Return the platform's own id, or a digest where it gives none, so that the same thing sent again counts once."""
    given = thing.get("id") if isinstance(thing, dict) else None
    return given if isinstance(given, str) and given else sha256(raw).hexdigest()


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


_KINDS: Final[Mapping[str, SentKind]] = {
    "image": "photo",
    "sticker": "sticker",
    "video": "video",
    "document": "document",
    "audio": "voice",
    "voice": "voice",
    "contacts": "contact",
    "order": "order",
    "poll": "poll",
}


def message_id_of(raw: bytes) -> str:
    """Return the platform's id of a kept message; empty where it has none."""
    return _address(kept_group(raw).get("id")) or ""


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth, and every kind we do not know, is something not read.
    """
    message = kept_group(raw)
    return Message(CHANNEL, person, legible(message.get("id")), _content(message))


def _content(message: Mapping[str, Any]) -> Content:
    kind = message.get("type")
    told = _dict(message.get(kind)) if isinstance(kind, str) else {}
    match kind:
        case "text" if isinstance(told.get("body"), str):
            return Said(readable_text(told["body"]))
        case "interactive" if isinstance(told.get("nfm_reply"), dict):
            return Sent("form")
        case "interactive":
            return tapped_choice(part_of(told, "button_reply").get("id") or part_of(told, "list_reply").get("id"))
        case "button":
            return _template_button(told)
        case "location":
            return shared_position(told.get("latitude"), told.get("longitude"))
        case "edit":
            # A corrected question is asked again; an edit within an edit is nobody's.
            inner = part_of(told, "message")
            return Sent("other") if inner.get("type") == "edit" else _content(inner)
        case "request_welcome":
            return Chose(START)
        case "audio" | "voice":
            return Sent("voice", legible(told.get("id")))
        case str():
            return Sent(_KINDS.get(kind, "other"))
        case _:
            return Sent("other")


def _template_button(button: Mapping[str, Any]) -> Content:
    """Return a tap on a template's button: its payload is a choice of ours, or the words on it where none was set."""
    payload, words = button.get("payload"), button.get("text")
    if isinstance(payload, str) and payload.isascii() and payload.strip() and payload != words:
        return tapped_choice(payload)
    told = words if isinstance(words, str) else payload
    return Said(readable_text(told)) if isinstance(told, str) else Sent("other")
