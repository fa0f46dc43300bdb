"""One WhatsApp message, as `updates` kept it, read into a message of the conversation.

Whatever was kept becomes a message that can be answered kindly: nothing here raises.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.channels.parsing import NotJsonError, parsed
from bot.channels.whatsapp.updates import CHANNEL
from bot.message import ChoiceId, Chose, Content, Located, Message, PersonId, Said, Sent

#: Longest text read, in characters: longer than any the platform takes.
LONGEST_TEXT: Final = 5000
#: Longest choice id read, in characters: see `bot.message.ChoiceId`.
LONGEST_CHOICE: Final = 64
#: The choice that stands for opening the chat for the first time.
START: Final = ChoiceId("do:start")

Kind = Literal["photo", "sticker", "video", "document", "voice", "contact", "other"]
_KINDS: Final[Mapping[str, Kind]] = {
    "image": "photo",
    "sticker": "sticker",
    "video": "video",
    "document": "document",
    "audio": "voice",
    "voice": "voice",
    "contacts": "contact",
}
#: Control characters but line feed and tab, lone surrogates, and the marks that turn the direction of what follows.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth, and every kind we do not know, is something not read.
    """
    try:
        message = parsed(raw)
    except NotJsonError:
        message = None
    if not isinstance(message, dict):
        message = {}
    return Message(CHANNEL, person, _text(message.get("id")), _content(message))


def _content(message: Mapping[str, Any]) -> Content:
    kind = message.get("type")
    told = message.get(kind) if isinstance(kind, str) else None
    if not isinstance(told, dict):
        told = {}
    match kind:
        case "text" if isinstance(told.get("body"), str):
            return Said(_text(told["body"]).strip()[:LONGEST_TEXT])
        case "interactive":
            return _chosen(_part(told, "button_reply").get("id") or _part(told, "list_reply").get("id"))
        case "button":
            return _template_button(told)
        case "location":
            return _position(told)
        case "edit":
            # A corrected question is asked again; an edit within an edit is nobody's.
            inner = _part(told, "message")
            return Sent("other") if inner.get("type") == "edit" else _content(inner)
        case "request_welcome":
            return Chose(START)
        case str():
            return Sent(_KINDS.get(kind, "other"))
        case _:
            return Sent("other")


def _chosen(choice: object) -> Content:
    if not isinstance(choice, str) or not choice.strip():
        return Sent("other")
    return Chose(ChoiceId(choice.strip().encode("ascii", "replace").decode()[:LONGEST_CHOICE]))


def _template_button(button: Mapping[str, Any]) -> Content:
    """Return a tap on a template's button: its payload is a choice of ours, or the words on it where none was set."""
    payload, words = button.get("payload"), button.get("text")
    if isinstance(payload, str) and payload.isascii() and payload.strip() and payload != words:
        return _chosen(payload)
    said = words if isinstance(words, str) else payload
    return Said(_text(said).strip()[:LONGEST_TEXT]) if isinstance(said, str) else Sent("other")


def _position(told: Mapping[str, Any]) -> Content:
    lat, lon = _degrees(told.get("latitude"), 90), _degrees(told.get("longitude"), 180)
    return Sent("other") if lat is None or lon is None else Located(lat, lon)


def _part(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    return _UNREADABLE.sub("", value.replace("\r\n", "\n")) if isinstance(value, str) else ""


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None
