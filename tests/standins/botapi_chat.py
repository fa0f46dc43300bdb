"""One private chat of the Bot API's stand-in, as its person sees it."""

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

BOT: dict[str, Any] = {"id": 123456789, "is_bot": True, "first_name": "Dalil", "username": "dalil_bot"}
_queries = count(4382_000_000)


def plain(text: str) -> str:
    """Return a text without the marks that only set a direction."""
    return text.replace("\u2068", "").replace("\u2069", "")


@dataclass
class Query:
    """A tap that waits to be acknowledged."""

    id: str
    person: dict[str, Any]
    message: dict[str, Any]
    data: str
    is_answered: bool = False

    def told(self) -> dict[str, Any]:
        """Return the tap as the platform tells it."""
        # As it is now: the message may lose its buttons before anybody reads this.
        message = dict(self.message)
        return {"id": self.id, "from": self.person, "message": message, "chat_instance": "-1", "data": self.data}


@dataclass
class Chat:
    """A private chat: its number is the person's."""

    number: int
    state: Literal["open", "blocked", "deleted", "moved"] = "open"
    moved_to: int = 0
    #: Messages of both sides, oldest first, as the platform tells them.
    messages: list[dict[str, Any]] = field(default_factory=list)
    #: The keyboard in place of the letters, and the message that brought it.
    keyboard: dict[str, Any] | None = None
    actions: list[str] = field(default_factory=list)
    _keyboard_from: int = 0

    def now(self) -> int:
        """Return the time as the platform tells it."""
        return int(time.time())

    def told(self) -> dict[str, Any]:
        """Return the chat as the platform tells it."""
        return {"id": self.number, "type": "private", "first_name": "Fatima", "username": f"fatima{self.number}"}

    def person(self) -> dict[str, Any]:
        """Return who writes, as the platform tells it."""
        person = {"id": self.number, "is_bot": False, "first_name": "Fatima", "username": f"fatima{self.number}"}
        return {**person, "language_code": "ar"}

    @property
    def texts(self) -> list[str]:
        """What the bot said, without the marks that only set a direction."""
        return [plain(message["text"]) for message in self.messages if message["from"]["is_bot"]]

    @property
    def labels(self) -> list[str]:
        """The buttons below the bot's latest message that has some, row by row from left to right."""
        for message in reversed(self.messages):
            if rows := message.get("reply_markup", {}).get("inline_keyboard"):
                return [plain(button["text"]) for row in rows for button in row]
        return []

    def message(self, number: Any) -> dict[str, Any] | None:
        """Return a message by its number."""
        return next((message for message in self.messages if message["message_id"] == number), None)

    def written(self, number: int, content: dict[str, Any]) -> dict[str, Any]:
        """Keep what the person sent and return it as the platform tells it."""
        message = {"message_id": number, "from": self.person(), "chat": self.told(), "date": self.now(), **content}
        self.messages.append(message)
        return dict(message)

    def said(self, number: int, text: str, markup: dict[str, Any] | None) -> dict[str, Any]:
        """Keep what the bot said and return it as the platform tells it."""
        message = {"message_id": number, "from": BOT, "chat": self.told(), "date": self.now(), "text": text.strip()}
        markup = markup or {}
        if markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        if "keyboard" in markup:
            self.keyboard, self._keyboard_from = markup, number
        elif "remove_keyboard" in markup:
            self.keyboard = None
        self.messages.append(message)
        return message

    def has_keyboard(self) -> bool:
        """Return whether a keyboard stands in place of the letters."""
        return self.keyboard is not None

    def keyboard_used(self) -> None:
        """Put the letters back where the keyboard was for one use."""
        if self.keyboard and self.keyboard.get("one_time_keyboard"):
            self.keyboard = None

    def forget(self, number: Any) -> bool:
        """Delete a message, and the keyboard it brought; False when there is none."""
        message = self.message(number)
        if message is None:
            return False
        self.messages.remove(message)
        if self._keyboard_from == number:
            self.keyboard = None
        return True

    def tapped(self, label: str, below: int | None = None) -> Query:
        """Return a tap on the latest button with this label or data, or on the one below a certain message."""
        for message in reversed(self.messages):
            if below not in {None, message["message_id"]}:
                continue
            for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
                for button in row:
                    if label in {plain(button["text"]), button["callback_data"]}:
                        return Query(str(next(_queries)), self.person(), message, button["callback_data"])
        raise AssertionError(f"no button reads «{label}»: {self.labels}")
