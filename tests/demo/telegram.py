"""The Telegram-like screen: one person's chat as the Bot API's stand-in keeps it, and what that person does in it."""

import time
from collections.abc import Callable
from typing import Any

from tests.standins.botapi import BotApi

#: Seconds for which "typing" is shown: Bot API, sendChatAction.
_TYPING = 5.0

Drawn = dict[str, Any]


class Telegram:
    """One person's screen."""

    def __init__(self, api: BotApi, person: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._person = person
        self._chat = api.chat(person)
        self._now = now
        #: How many actions were seen, after how many messages, and when the last one ends.
        self._seen = (0, 0)
        self._typing_ends = 0.0

    def begin(self) -> None:
        """Press START."""
        self.say("/start")

    def say(self, text: str) -> None:
        """Write a text."""
        self._api.says(self._person, text)

    def tap(self, message: str, choice: str) -> None:
        """Tap a button below a message; raise `LookupError` when there is none."""
        number = int(message)
        told = self._chat.message(number) or {}
        rows = told.get("reply_markup", {}).get("inline_keyboard", ())
        if not any(button["callback_data"] == choice for row in rows for button in row):
            raise LookupError(choice)
        self._api.taps(self._person, choice, number)

    def share(self, lat: float, lon: float) -> None:
        """Share a position."""
        self._api.shares(self._person, lat, lon)

    def drawn(self) -> Drawn:
        """Return what stands on the screen."""
        shown = [call for call in self._api.calls("answerCallbackQuery") if call.get("text")]
        keyboard = (self._chat.keyboard or {}).get("keyboard", [])
        return {
            "bubbles": [_bubble(message) for message in self._chat.messages],
            "keyboard": [
                [{"text": key["text"], "location": "request_location" in key} for key in row] for row in keyboard
            ],
            "typing": self._is_typing(),
            "toast": {"number": len(shown), "text": shown[-1]["text"] if shown else ""},
        }

    def _is_typing(self) -> bool:
        actions, messages = len(self._chat.actions), len(self._chat.messages)
        if actions > self._seen[0]:
            self._typing_ends = self._now() + _TYPING
        elif messages > self._seen[1]:
            self._typing_ends = 0.0
        self._seen = (actions, messages)
        return self._now() < self._typing_ends


def _bubble(message: dict[str, Any]) -> Drawn:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "id": str(message["message_id"]),
        "mine": not message["from"]["is_bot"],
        "text": message.get("text", ""),
        "location": "location" in message,
        "rows": [[{"id": button["callback_data"], "text": button["text"]} for button in row] for row in rows],
    }
