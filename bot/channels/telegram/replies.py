"""A reply written as calls of the Bot API; the check of the content runs the very same functions.

Buttons below a message and a keyboard in place of the letters cannot go with one message: the button that shares the
position comes in a short message of its own, which is deleted once the person has answered (see `sender`).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from bot.channels.isolating import isolated
from bot.channels.limits import Telegram, length
from bot.channels.splitting import parted
from bot.channels.telegram.calls import Call, chat
from bot.channels.telegram.keyboards import Labelled, inline, labelled, sharing
from bot.channels.telegram.words import Words
from bot.message import Choice, Language, Reply

_TEXT: Final = Telegram.TEXT.most
#: A page's picture below a message costs a phone more than the message.
_NO_PREVIEW: Final = {"is_disabled": True}


def write(reply: Reply, address: str, words: Words) -> list[Call]:
    """Return the messages that carry `reply`, in the order to be sent.

    The choices stand below the last one, or below the last but one where the position can be shared.
    """
    whom = chat(address)
    return [Call("sendMessage", {"chat_id": whom, **content}) for content in contents(reply, words)]


def contents(reply: Reply, words: Words) -> list[dict[str, Any]]:
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
