"""What the platform is asked to do, as plain values: the outbox, the webhook's answer and the tests read them alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.limits import Telegram

#: The kinds of updates that are asked for; everything else would only be passed over.
ALLOWED: Final = ("message", "callback_query", "my_chat_member")


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
    shown = {"text": label[: Telegram.CALLBACK_ANSWER.most // 2]} if label else {}
    return Call("answerCallbackQuery", {"callback_query_id": query_id, **shown})


def keyboard_taken(address: str, message_id: int) -> Call:
    """Return the call that takes the buttons away from below a message."""
    return Call("editMessageReplyMarkup", {"chat_id": chat(address), "message_id": message_id})


def deleted(address: str, message_id: int) -> Call:
    """Return the call that deletes a message of ours, and with it the keyboard it brought."""
    return Call("deleteMessage", {"chat_id": chat(address), "message_id": message_id})


def typing(address: str) -> Call:
    """Return the call that shows for five seconds that an answer is being written."""
    return Call("sendChatAction", {"chat_id": chat(address), "action": "typing"})
