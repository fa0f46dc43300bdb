"""A reply written as plain calls of the Bot API; the check of the content runs the very same functions.

Buttons below a message and a keyboard in place of the letters cannot go with one message: the button that shares the
position comes in a short message of its own, which is deleted once the person has answered (see `sender`). The platform
lays every row of buttons out from left to right, whatever the language: a row of Arabic is turned round. It cuts a
label that is wider than the screen without a word: such a label is numbered and stands whole in the text.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from bot.channels.channel import Problem
from bot.channels.posting import FilePart
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.words import TelegramWords
from bot.channels.text import cut, isolated, length, parted
from bot.message import RIGHT_TO_LEFT, Choice, Language, Reply

#: The kinds of updates that are asked for; everything else would only be passed over.
ALLOWED: Final = ("message", "edited_message", "message_reaction", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Call:
    """One method of the Bot API and its parameters, as JSON."""

    method: str
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)


def chat(address: str) -> int | str:
    """Return an address as the platform's chat id."""
    return int(address) if address.removeprefix("-").isdecimal() else address


def acknowledged(query_id: str, label: str = "") -> Call:
    """Return the call that stops a tapped button's waiting sign and shows its label for a moment."""
    shown = {"text": label[: TelegramLimits.CALLBACK_ANSWER.most // 2]} if label else {}
    return Call("answerCallbackQuery", {"callback_query_id": query_id, **shown})


def keyboard_taken(address: str, message_id: int) -> Call:
    """Return the call that takes the buttons away from below a message."""
    return Call("editMessageReplyMarkup", {"chat_id": chat(address), "message_id": message_id})


def deleted(address: str, message_id: int) -> Call:
    """Return the call that deletes a message of ours, and with it the keyboard it brought."""
    return Call("deleteMessage", {"chat_id": chat(address), "message_id": message_id})


def with_file(file: FilePart, address: str, topic: int | None = None) -> Call:
    """Return the call that sends a file; what is heard is sent as a voice, which plays where it stands."""
    where = {"message_thread_id": topic} if topic else {}
    method, name = ("sendVoice", "voice") if file.type == "audio/ogg" else ("sendDocument", "document")
    return Call(method, {"chat_id": chat(address), **where, name: file})


def typing(address: str, topic: int | None = None) -> Call:
    """Return the call that shows for five seconds that an answer is being written."""
    where = {"message_thread_id": topic} if topic else {}
    return Call("sendChatAction", {"chat_id": chat(address), **where, "action": "typing"})


WIDE: Final = TelegramLimits.WIDE_LABEL.most
NARROW: Final = TelegramLimits.NARROW_LABEL.most
_BUTTONS: Final = TelegramLimits.BUTTONS.most

_Button = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A choice and what its button shows; `line` is what stands in the text for it, empty where the button says all."""

    choice: Choice
    label: str
    line: str = ""


def labelled(choices: Sequence[Choice]) -> list[Labelled]:
    """Return the choices with their labels; the number of one is its place, which is also what can be typed for it."""
    return [_labelled(choice, number) for number, choice in enumerate(choices, 1)]


@lru_cache(4096)
def _labelled(choice: Choice, number: int) -> Labelled:
    full, short = choice.labels
    if number <= _BUTTONS:
        for label in (full, short):
            if 0 < len(label) <= WIDE:
                return Labelled(choice, label)
    mark = "" if choice.mark else f"{number}. "
    return Labelled(choice, mark + cut(full or short or choice.id, WIDE - len(mark)), mark + (full or choice.id))


def inline(labels: Sequence[Labelled], language: Language) -> dict[str, Any]:
    """Return the buttons that stand below a message."""
    rows = [[_button(one) for one in row] for row in _rows(labels[:_BUTTONS])]
    return {"inline_keyboard": [row[::-1] for row in rows] if language in RIGHT_TO_LEFT else rows}


def _rows(labels: Sequence[Labelled]) -> Iterator[Sequence[Labelled]]:
    """Return the labels in rows: two short ones that follow each other share one."""
    at = 0
    while at < len(labels):
        pair = labels[at : at + 2]
        row = pair if len(pair) == 2 and all(len(one.label) <= NARROW for one in pair) else pair[:1]
        yield row
        at += len(row)


def _button(one: Labelled) -> _Button:
    # An id too long would have the whole message refused; cut, it is an old button, which the conversation answers.
    data = one.choice.id.encode()[: TelegramLimits.CALLBACK_DATA.most].decode("utf-8", "ignore")
    return {"text": _isolated(one.label), "callback_data": data}


#: The same few labels stand on most buttons.
_isolated = lru_cache(4096)(isolated)


def sharing(label: str) -> dict[str, Any]:
    """Return the keyboard that shares the position, in place of the letters until it is used."""
    return {
        "keyboard": [[{"text": isolated(label), "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


_TEXT: Final = TelegramLimits.TEXT.most
#: A page's picture below a message costs a phone more than the message.
_NO_PREVIEW: Final = {"is_disabled": True}


def write(reply: Reply, address: str, words: TelegramWords, topic: int | None = None) -> list[Call]:
    """Return the messages that carry `reply`, in the order to be sent, into the topic that the person wrote in.

    The choices stand below the last one, or below the last but one where the position can be shared.
    """
    whom = {"chat_id": chat(address), **({"message_thread_id": topic} if topic else {})}
    return [Call("sendMessage", {**whom, **content}) for content in messages_of(reply, words)]


def messages_of(reply: Reply, words: TelegramWords) -> list[dict[str, Any]]:
    """Return the reply's messages, without whom they go to."""
    language = reply.language
    labels, markup = _keyboard(reply.choices, language)
    messages = [_text(part) for part in texts(reply.text, labels, words.rest.of(language))]
    if labels:
        messages[-1]["reply_markup"] = markup
    if reply.asks_location:
        prompt = {"text": isolated(words.share_prompt.of(language).strip())}
        messages.append({**prompt, "reply_markup": sharing(words.share_location.of(language))})
    return messages


@lru_cache(1024)
def _keyboard(choices: tuple[Choice, ...], language: Language) -> tuple[Sequence[Labelled], dict[str, Any]]:
    """Return the labels of choices and the buttons: the same few dozen stand below most messages. Nobody changes it."""
    labels = labelled(choices)
    return labels, inline(labels, language)


def texts(text: str, labels: Sequence[Labelled], rest: str) -> list[str]:
    """Return the text in parts that fit, the labels that no button shows whole at its end."""
    lines = "\n".join(one.line for one in labels if one.line)
    said = text.strip() or (rest.strip() if labels else "")
    whole = "\n\n".join(filter(None, (said, lines)))
    return parted(whole, _TEXT, _TEXT, _measure) if whole else []


def _text(part: str) -> dict[str, Any]:
    return {"text": isolated(part), "link_preview_options": _NO_PREVIEW}


def _measure(text: str) -> int:
    return length(isolated(text))


_DATA: Final = TelegramLimits.CALLBACK_DATA.most


def lint(reply: Reply, words: TelegramWords) -> list[Problem]:
    """Return what a person would miss of such a reply here, or find less handy; none for one that fits.

    The keyboard that shares the position has a message of its own, so that asking for it changes nothing here.
    """
    text, choices = reply.text, reply.choices
    found: list[Problem] = []
    labels = labelled(choices)
    if len(texts(text, labels, words.rest.of(reply.language))) > 1:
        found.append(Problem("text_parted", text, length(text), _TEXT))
    for choice in choices:
        if len(choice.id.encode()) > _DATA:
            found.append(Problem("id_long", choice.id, len(choice.id.encode()), _DATA))
        if len(choice.labels[1]) > WIDE:
            found.append(Problem("short_long", choice.short, len(choice.short), WIDE, cut(choice.short, WIDE)))
        elif len(choice.labels[0]) > WIDE and not choice.short:
            found.append(Problem("label_cut", choice.label, len(choice.label), WIDE, cut(choice.label, WIDE)))
    often = Counter(one.label for one in labels)
    return found + [Problem("labels_equal", one.label, len(one.label), WIDE) for one in labels if often[one.label] > 1]


def alike(choices: Sequence[Choice]) -> list[Problem]:
    """Return the labels whose buttons would look the same, in whatever list two of them stand.

    One that is numbered has another number there, and stands whole in the text.
    """
    labels = [one.label for choice in choices for one in labelled((choice,)) if not one.line]
    often = Counter(labels)
    return [
        Problem("labels_equal", choice.label, length(choice.label), WIDE)
        for choice in choices
        for one in labelled((choice,))
        if not one.line and often[one.label] > 1
    ]
