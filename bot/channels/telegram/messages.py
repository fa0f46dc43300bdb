"""One Telegram message or tap, as `updates` kept it, read into a message of the conversation.

Whatever was kept becomes a message that can be answered kindly: nothing here raises.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.channels.limits import Telegram
from bot.channels.parsing import NotJsonError, parsed
from bot.channels.telegram.links import commanded
from bot.channels.telegram.updates import CHANNEL, external_id
from bot.message import ChoiceId, Chose, Content, Located, Message, PersonId, Said, Sent

#: Longest text read, in characters: longer than any the platform takes.
LONGEST_TEXT: Final = 5000

Kind = Literal["photo", "sticker", "video", "document", "voice", "contact", "other"]
#: What a message holds, and the kind it is; the first that is there counts (an animation is a document too).
_KINDS: Final[Mapping[str, Kind]] = {
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "live_photo": "photo",
    "sticker": "sticker",
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "contact": "contact",
}
#: Control characters but line feed and tab, lone surrogates, and the marks that turn the direction of what follows.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth, and every kind we do not know, is something not read.
    """
    try:
        kept = parsed(raw)
    except NotJsonError:
        kept = None
    if not isinstance(kept, dict):
        kept = {}
    return Message(CHANNEL, person, external_id(kept), _content(kept))


def _content(kept: Mapping[str, Any]) -> Content:
    query, message = kept.get("callback_query"), kept.get("message")
    if isinstance(query, dict):
        return _chosen(query.get("data"))
    if not isinstance(message, dict):
        return Sent("other")
    text = message.get("text")
    if isinstance(text, str):
        said = _text(text).strip()
        choice = commanded(said)
        return Said(said[:LONGEST_TEXT]) if choice is None else Chose(choice)
    # A venue holds its position twice, in older and in newer messages.
    place = message.get("location") or _part(message, "venue").get("location")
    if place is not None:
        return _position(place)
    return Sent(next((kind for name, kind in _KINDS.items() if name in message), "other"))


def _chosen(data: object) -> Content:
    if not isinstance(data, str) or not data.strip():
        return Sent("other")
    return Chose(ChoiceId(data.strip().encode("ascii", "replace").decode()[: Telegram.CALLBACK_DATA.most]))


def _position(place: object) -> Content:
    told = place if isinstance(place, dict) else {}
    lat, lon = _degrees(told.get("latitude"), 90), _degrees(told.get("longitude"), 180)
    return Sent("other") if lat is None or lon is None else Located(lat, lon)


def _part(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: str) -> str:
    return _UNREADABLE.sub("", value.replace("\r\n", "\n"))


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        degrees = float(value)
    except OverflowError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None
