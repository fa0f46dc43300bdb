"""One WhatsApp message, as `updates` kept it, read into a message of the conversation.

Whatever was kept becomes a message that can be answered kindly: nothing here raises.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.channels.contents import chosen, legible, part, position, said
from bot.channels.parsing import NotJsonError, parsed
from bot.channels.whatsapp.updates import CHANNEL
from bot.message import ChoiceId, Chose, Content, Message, PersonId, Said, Sent

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
    return Message(CHANNEL, person, legible(message.get("id")), _content(message))


def _content(message: Mapping[str, Any]) -> Content:
    kind = message.get("type")
    told = message.get(kind) if isinstance(kind, str) else None
    if not isinstance(told, dict):
        told = {}
    match kind:
        case "text" if isinstance(told.get("body"), str):
            return Said(said(told["body"]))
        case "interactive":
            return chosen(part(told, "button_reply").get("id") or part(told, "list_reply").get("id"))
        case "button":
            return _template_button(told)
        case "location":
            return position(told.get("latitude"), told.get("longitude"))
        case "edit":
            # A corrected question is asked again; an edit within an edit is nobody's.
            inner = part(told, "message")
            return Sent("other") if inner.get("type") == "edit" else _content(inner)
        case "request_welcome":
            return Chose(START)
        case str():
            return Sent(_KINDS.get(kind, "other"))
        case _:
            return Sent("other")


def _template_button(button: Mapping[str, Any]) -> Content:
    """Return a tap on a template's button: its payload is a choice of ours, or the words on it where none was set."""
    payload, words = button.get("payload"), button.get("text")
    if isinstance(payload, str) and payload.isascii() and payload.strip() and payload != words:
        return chosen(payload)
    told = words if isinstance(words, str) else payload
    return Said(said(told)) if isinstance(told, str) else Sent("other")
