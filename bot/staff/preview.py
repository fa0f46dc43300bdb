"""What people would see, as each channel writes it: its messages with their limits, and what can be tapped below."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.listing import CHANNELS
from bot.channels.telegram import replies as telegram
from bot.channels.telegram.words import TelegramWords
from bot.channels.text import length
from bot.channels.whatsapp import replies as whatsapp
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.words import WhatsAppWords
from bot.content.reading import Mistakes
from bot.message import Reply

#: Where a payload of a platform says what can be tapped.
_LABELS = frozenset({"title", "button"})


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A reply on one channel: its messages, what can be tapped, and how many signs more the longest may have."""

    channel: str
    messages: tuple[str, ...]
    labels: tuple[str, ...]
    left: int = 0


class Preview:
    """Draws replies as the channels' own `write` does."""

    def __init__(self, root: Path) -> None:
        """Read the channels' words once."""
        words: dict[str, Any] = {one.name: one.words(root, Mistakes()) for one in CHANNELS}
        self._whatsapp: WhatsAppWords | None = words.get("whatsapp")
        self._telegram: TelegramWords | None = words.get("telegram")

    def views(self, reply: Reply) -> list[ChannelView]:
        """Return a reply as each channel shows it, the web first."""
        shown = [ChannelView("web", (reply.text,), tuple(choice.label for choice in reply.choices))]
        if self._whatsapp is not None:
            payloads = whatsapp.messages_of(reply, self._whatsapp)
            bodies = tuple(filter(None, map(_body, payloads)))
            left = WhatsAppLimits.TEXT.most - max(map(length, bodies), default=0)
            shown.append(ChannelView("whatsapp", bodies, tuple(_labels(payloads, _LABELS)), left))
        if self._telegram is not None:
            messages = telegram.messages_of(reply, self._telegram)
            texts = tuple(str(one.get("text", "")) for one in messages)
            keys = [one.get("reply_markup") for one in messages]
            left = 4096 - max(map(length, texts), default=0)
            shown.append(ChannelView("telegram", texts, tuple(_labels(keys, frozenset({"text"}))), left))
        return shown


def _body(payload: Any) -> str:
    """Return the text of a WhatsApp message, wherever its kind keeps it."""
    if not isinstance(payload, Mapping):
        return ""
    body = payload.get("body")
    if isinstance(body, Mapping):
        return str(body.get("text", ""))
    if isinstance(body, str):
        return body
    return next(filter(None, map(_body, payload.values())), "")


def _labels(payload: Any, names: frozenset[str]) -> Iterator[str]:
    """Yield what stands at these names, anywhere in a payload."""
    if isinstance(payload, Mapping):
        for name, value in payload.items():
            if name in names and isinstance(value, str):
                yield value
            else:
                yield from _labels(value, names)
    elif isinstance(payload, list | tuple):
        for one in payload:
            yield from _labels(one, names)
