"""One Telegram message or tap, as `updates` kept it, read into a message of the conversation.

Whatever was kept becomes a message that can be answered kindly: nothing here raises.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.channels.contents import chosen, legible, part, position, said
from bot.channels.parsing import NotJsonError, parsed
from bot.channels.telegram.links import commanded
from bot.channels.telegram.updates import CHANNEL, external_id
from bot.message import Chose, Content, Message, PersonId, Said, Sent

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
        return chosen(query.get("data"))
    if not isinstance(message, dict):
        return Sent("other")
    text = message.get("text")
    if isinstance(text, str):
        choice = commanded(legible(text).strip())
        return Said(said(text)) if choice is None else Chose(choice)
    # A venue holds its position twice, in older and in newer messages.
    place = message.get("location") or part(message, "venue").get("location")
    if place is not None:
        told = place if isinstance(place, dict) else {}
        return position(told.get("latitude"), told.get("longitude"))
    return Sent(next((kind for name, kind in _KINDS.items() if name in message), "other"))
