"""A reply written as what the platform is asked to send; the check of the content runs the very same functions.

One message a turn where it can be, for each costs money: the location's button and the choices share one, the choices
then numbered in its text. Up to three short labels are buttons; everything else is a list. A label too long for a row
stands whole below a short title, and no two titles are the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.channels.channel import Problem
from bot.channels.text import cut, isolated, length, parted
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.words import WhatsAppWords
from bot.conversation.tapping import page_id
from bot.message import Choice, Language, Reply

_BUTTON: Final = WhatsAppLimits.BUTTON_LABEL.most
_TITLE: Final = WhatsAppLimits.ROW_TITLE.most
_DESCRIPTION: Final = WhatsAppLimits.ROW_DESCRIPTION.most


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list."""

    id: str
    title: str
    description: str = ""


def shown(label: str, most: int) -> str:
    """Return a label on one line, its Latin and number runs isolated where there is room for the marks."""
    label = " ".join(label.split())
    marked = isolated(label)
    return marked if length(marked) <= most else label


def button_label(choice: Choice) -> str | None:
    """Return the choice's label if it fits a button, else its short label if that does, else None."""
    return _fitting(choice, _BUTTON)


@lru_cache(4096)
def _fitting(choice: Choice, most: int) -> str | None:
    for label in choice.labels:
        if label and length(label) <= most:
            return shown(label, most)
    return None


def buttons(choices: Sequence[Choice]) -> list[ListRow] | None:
    """Return the choices as buttons; None when they must be a list."""
    if not 0 < len(choices) <= WhatsAppLimits.BUTTONS.most:
        return None
    labels = [button_label(choice) for choice in choices]
    if None in labels or len({_told_apart(label or "") for label in labels}) < len(labels):
        return None
    return [ListRow(choice.id, label or "") for choice, label in zip(choices, labels, strict=True)]


@lru_cache(4096)
def title(choice: Choice) -> str:
    """Return what a row is called before its namesakes are told apart."""
    return _fitting(choice, _TITLE) or cut(next(filter(None, choice.labels), choice.id), _TITLE, length)


def rows(choices: Sequence[Choice]) -> list[ListRow]:
    """Return the choices as rows, in their order."""
    taken: set[str] = set()
    made: list[ListRow] = []
    for choice in choices:
        name = first = title(choice)
        number = 1
        while _told_apart(name) in taken:
            number += 1
            name = f"{cut(first, _TITLE - 1 - len(str(number)), length)} {number}"
        taken.add(_told_apart(name))
        full = choice.labels[0]
        description = "" if _told_apart(name) == _told_apart(full) else _small_print(full)
        made.append(ListRow(choice.id, name, description))
    return made


@lru_cache(4096)
def _small_print(label: str) -> str:
    return shown(label, _DESCRIPTION) if length(label) <= _DESCRIPTION else cut(label, _DESCRIPTION, length)


def _told_apart(label: str) -> str:
    """Return what the eye sees of a label: without the marks that only set a direction."""
    return label.replace("\u2068", "").replace("\u2069", "").strip()


#: What the platform is asked to send.
Payload = dict[str, Any]

_TEXT: Final = WhatsAppLimits.TEXT.most
_BODY: Final = WhatsAppLimits.BODY.most
_ROWS: Final = WhatsAppLimits.ROWS.most


def write(reply: Reply, address: str, outbox_id: int, words: WhatsAppWords) -> list[Payload]:
    """Return the messages that carry `reply`, in the order to be sent; the last one has what can be tapped."""
    parts = [_message(content) for content in messages_of(reply, words)]
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


def messages_of(reply: Reply, words: WhatsAppWords) -> list[Payload]:
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
    if tapped["type"] == "list" and any(choice.mark for choice in reply.choices):
        # Who goes by signs sees them at once, and need not find the button that opens the list.
        text = "\n\n".join(filter(None, (text, "\n".join(choice.labels[0] for choice in reply.choices))))
    return _ending(text or words.rest.of(language), tapped)


@lru_cache(1024)
def _tapped(choices: tuple[Choice, ...], open_list: str, more_rows: str) -> Payload:
    """Return what is tapped: the same few dozen lists of choices stand below most messages. Nobody changes it."""
    as_buttons = buttons(choices)
    if as_buttons is not None:
        replies = [{"type": "reply", "reply": {"id": row.id, "title": row.title}} for row in as_buttons]
        return {"type": "button", "action": {"buttons": replies}}
    label = shown(open_list, WhatsAppLimits.LIST_BUTTON.most)
    listed = [_row(row) for row in rows(_first_page(choices, more_rows))]
    return {"type": "list", "action": {"button": label, "sections": [{"rows": listed}]}}


def _first_page(choices: Sequence[Choice], more_rows: str) -> Sequence[Choice]:
    if len(choices) <= _ROWS:
        return choices
    rest = choices[_ROWS - 1 :]
    return (*choices[: _ROWS - 1], Choice(page_id(rest), more_rows))


def _row(row: ListRow) -> Payload:
    listed = {"id": row.id, "title": row.title}
    return {**listed, "description": row.description} if row.description else listed


def _numbered(choices: Sequence[Choice], words: WhatsAppWords, language: Language) -> str:
    lines = [words.or_number.of(language)]
    lines += [
        choice.labels[0] if choice.mark else f"{number}. {choice.labels[0]}" for number, choice in enumerate(choices, 1)
    ]
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


def lint(reply: Reply, words: WhatsAppWords) -> list[Problem]:
    """Return what a person would miss of such a reply here, or find less handy; none for one that fits."""
    text, choices, asks_location = reply.text, reply.choices, reply.asks_location
    found: list[Problem] = []
    if len(messages_of(reply, words)) > 1:
        most = (WhatsAppLimits.BODY if choices or asks_location else WhatsAppLimits.TEXT).most
        found.append(Problem("text_parted", text, length(text), most))
    if not choices or asks_location:
        return found
    for choice in choices:
        if length(choice.id) > WhatsAppLimits.ROW_ID.most:
            found.append(Problem("id_long", choice.id, length(choice.id), WhatsAppLimits.ROW_ID.most))
    if buttons(choices) is not None:
        return found
    if len(choices) <= WhatsAppLimits.BUTTONS.most:
        most = WhatsAppLimits.BUTTON_LABEL.most
        found += [
            Problem("list_for_buttons", choice.label, length(choice.label), most, cut(choice.label, most, length))
            for choice in choices
            if button_label(choice) is None
        ]
    for choice in choices:
        found += _of_row(choice)
    found += alike(choices)
    if len(choices) > WhatsAppLimits.ROWS.most:
        found.append(Problem("list_paged", text, len(choices), WhatsAppLimits.ROWS.most))
    return found


def _of_row(choice: Choice) -> list[Problem]:
    found: list[Problem] = []
    most = WhatsAppLimits.ROW_TITLE.most
    if length(choice.labels[1]) > most:
        found.append(Problem("short_long", choice.short, length(choice.short), most, cut(choice.short, most, length)))
    size = length(choice.labels[0])
    if size > WhatsAppLimits.ROW_DESCRIPTION.most:
        proposed = cut(choice.label, WhatsAppLimits.ROW_DESCRIPTION.most, length)
        found.append(Problem("label_long", choice.label, size, WhatsAppLimits.ROW_DESCRIPTION.most, proposed))
    elif size > most and not 0 < length(choice.labels[1]) <= most:
        found.append(Problem("label_cut", choice.label, size, most, cut(choice.label, most, length)))
    return found


def alike(choices: Sequence[Choice]) -> list[Problem]:
    """Return the labels whose rows would have the same title, in whatever list two of them stand."""
    titles = [title(choice) for choice in choices]
    often = Counter(titles)
    return [
        Problem("labels_equal", choice.label, length(choice.label), WhatsAppLimits.ROW_TITLE.most)
        for choice, name in zip(choices, titles, strict=True)
        if often[name] > 1
    ]
