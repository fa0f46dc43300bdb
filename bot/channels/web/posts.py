"""What a browser posts, read into a message.

Whatever is posted becomes a message the conversation can answer kindly: nothing here raises. The external id holds the
address, the form's nonce and the content, so that a form sent twice counts once, one person's nonce can never hide
another's message, and a page taken from the browser's memory can still send something else.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from bot.channels.contents import chosen, legible, position, said
from bot.message import Content, Message, PersonId, Said

CHANNEL: Final = "web"

#: The choice that stands for opening the page for the first time.
START: Final = "do:start"

#: The fields of a form that are content; `nonce` and `after` are not.
CONTENT_FIELDS: Final = ("text", "choice", "lat", "lon")

_NONCE = re.compile(r"[A-Za-z0-9-]{8,64}")


def is_nonce(nonce: str) -> bool:
    """Return whether `nonce` is one that our pages could have made."""
    return _NONCE.fullmatch(nonce) is not None


def update(address: str, nonce: str, fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the external id of a posted form and the form as it is to be stored."""
    content = {name: fields[name] for name in CONTENT_FIELDS if name in fields}
    told = json.dumps(content, sort_keys=True)
    external_id = f"{address}.{nonce}.{sha256(told.encode()).hexdigest()[:8]}"
    return external_id, json.dumps({"id": external_id, **content}).encode()


def first_update(address: str) -> tuple[str, bytes]:
    """Return the external id and the stored form of a first visit; always the same for one address."""
    external_id = f"{address}.start"
    return external_id, json.dumps({"id": external_id, "choice": START}).encode()


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`, as `update` made it.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth is something not read; nothing at all is an empty text.
    """
    try:
        posted = json.loads(raw)
    except (ValueError, RecursionError):
        posted = None
    if not isinstance(posted, dict):
        posted = {}
    return Message(CHANNEL, person, legible(posted.get("id")), _content(posted))


def _content(posted: Mapping[str, Any]) -> Content:
    if legible(posted.get("choice")).strip():
        return chosen(legible(posted["choice"]))
    if "lat" in posted or "lon" in posted:
        return position(posted.get("lat"), posted.get("lon"))
    return Said(said(posted.get("text")))
