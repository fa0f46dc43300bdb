"""A reply written as what the platform is asked to send; the check of the content runs the very same functions.

One message a turn where it can be, for each costs money: the location's button and the choices share one, the choices
then numbered in its text.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from bot.channels.isolating import isolated
from bot.channels.limits import WhatsApp, length
from bot.channels.splitting import parted
from bot.channels.whatsapp.labels import Row, buttons, rows, shown
from bot.channels.whatsapp.paging import page_id
from bot.channels.whatsapp.words import Words
from bot.message import Choice, Language, Reply

#: What the platform is asked to send.
Payload = dict[str, Any]

_TEXT: Final = WhatsApp.TEXT.most
_BODY: Final = WhatsApp.BODY.most
_ROWS: Final = WhatsApp.ROWS.most


def write(reply: Reply, address: str, outbox_id: int, words: Words) -> list[Payload]:
    """Return the messages that carry `reply`, in the order to be sent; the last one has what can be tapped."""
    parts = [_message(content) for content in contents(reply, words)]
    last = len(parts)
    return [
        {
            **addressed(part, address),
            # Only the last part tells of the whole reply: see `updates`.
            "biz_opaque_callback_data": str(outbox_id) if number == last else f"{outbox_id}.{number}",
        }
        for number, part in enumerate(parts, 1)
    ]


def addressed(content: Payload, address: str) -> Payload:
    """Return a message to an address.

    The platform wants a WhatsApp id and a business-scoped user id in fields of different names.
    """
    whom = "to" if address.lstrip("+").isdigit() else "recipient"
    return {"messaging_product": "whatsapp", "recipient_type": "individual", whom: address, **content}


def _message(content: Payload) -> Payload:
    kind = "text" if "body" in content and "type" not in content else "interactive"
    return {"type": kind, kind: content}


def contents(reply: Reply, words: Words) -> list[Payload]:
    """Return the reply's texts and what can be tapped, without whom they go to."""
    language = reply.language
    text = reply.text.strip()
    if reply.asks_location:
        if reply.choices:
            text = "\n\n".join(filter(None, (text, _numbered(reply.choices, words, language))))
        action: Payload = {"name": "send_location"}
        return _ending(text or words.rest.of(language), {"type": "location_request_message", "action": action})
    if not reply.choices:
        return [_text(part) for part in parted(text, _TEXT, _TEXT, _measure)] if text else []
    tapped = _tapped(reply.choices, words.open_list.of(language), words.more_rows.of(language))
    return _ending(text or words.rest.of(language), tapped)


@lru_cache(1024)
def _tapped(choices: tuple[Choice, ...], open_list: str, more_rows: str) -> Payload:
    """Return what is tapped: the same few dozen lists of choices stand below most messages. Nobody changes it."""
    as_buttons = buttons(choices)
    if as_buttons is not None:
        replies = [{"type": "reply", "reply": {"id": row.id, "title": row.title}} for row in as_buttons]
        return {"type": "button", "action": {"buttons": replies}}
    label = shown(open_list, WhatsApp.LIST_BUTTON.most)
    listed = [_row(row) for row in rows(_first_page(choices, more_rows))]
    return {"type": "list", "action": {"button": label, "sections": [{"rows": listed}]}}


def _first_page(choices: Sequence[Choice], more_rows: str) -> Sequence[Choice]:
    if len(choices) <= _ROWS:
        return choices
    rest = choices[_ROWS - 1 :]
    return (*choices[: _ROWS - 1], Choice(page_id(rest), more_rows))


def _row(row: Row) -> Payload:
    listed = {"id": row.id, "title": row.title}
    return {**listed, "description": row.description} if row.description else listed


def _numbered(choices: Sequence[Choice], words: Words, language: Language) -> str:
    lines = [words.or_number.of(language)]
    lines += [f"{number}. {' '.join(choice.label.split())}" for number, choice in enumerate(choices, 1)]
    return "\n".join(lines)


def _text(part: str) -> Payload:
    return {"body": isolated(part), "preview_url": False}


def _ending(text: str, interactive: Payload) -> list[Payload]:
    """Return the texts that do not fit above what is tapped, then what is tapped with the end of the text."""
    whole = isolated(text.strip())
    if length(whole) <= _BODY:
        return [{"type": interactive["type"], "body": {"text": whole}, "action": interactive["action"]}]
    *before, last = parted(text, _TEXT, _BODY, _measure)
    kind, action = interactive["type"], interactive["action"]
    return [*map(_text, before), {"type": kind, "body": {"text": isolated(last)}, "action": action}]


def _measure(text: str) -> int:
    return length(isolated(text))
