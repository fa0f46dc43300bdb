"""What the Bot API's stand-in does: chats kept as their persons see them, updates told, methods done or refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.channels.telegram.limits import TelegramLimits
from tests.standins.botapi_chat import BOT, Chat, Query
from tests.standins.botapi_limits import wrongs


@dataclass(frozen=True, slots=True)
class Got:
    """A call that was done."""

    method: str
    params: dict[str, Any]


class RefusedError(Exception):
    """The platform says no."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Platform:
    """The platform: its chats, what it got, whom it has something to tell."""

    got: list[Got] = field(default_factory=list)
    #: What was refused for a limit or an unknown parameter, with all that was wrong with it.
    refused: list[tuple[Got, list[str]]] = field(default_factory=list)
    chats: dict[int, Chat] = field(default_factory=dict)
    #: Updates that the bot has not taken yet, oldest first.
    pending: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    #: What was set, by its kind and language.
    settings: dict[tuple[str, str], Any] = field(default_factory=dict)
    #: What posting to the webhook last met.
    last_error: dict[str, Any] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    _messages: "count[int]" = field(default_factory=lambda: count(1))
    _updates: "count[int]" = field(default_factory=lambda: count(500_001))
    _queries: dict[str, Query] = field(default_factory=dict)
    _fetching: "asyncio.Future[None] | None" = None

    # What people do

    def chat(self, number: int) -> Chat:
        """Return the private chat of a person, who has pressed START if they had not."""
        return self.chats.setdefault(number, Chat(number))

    def says(self, number: int, text: str) -> dict[str, Any]:
        """Let a person write a text."""
        command = text.partition(" ")[0]
        entities = [{"type": "bot_command", "offset": 0, "length": len(command)}] if text.startswith("/") else None
        return self.sends(number, text=text, **({"entities": entities} if entities else {}))

    def sends(self, number: int, **content: Any) -> dict[str, Any]:
        """Let a person send anything else, as the platform tells it."""
        message = self.chat(number).written(next(self._messages), content)
        return self.tell(message=message)

    def shares(self, number: int, lat: float, lon: float) -> dict[str, Any]:
        """Let a person share a position; a keyboard that was brought for it goes."""
        self.chat(number).keyboard_used()
        return self.sends(number, location={"latitude": lat, "longitude": lon})

    def taps(self, number: int, label: str, below: int | None = None) -> dict[str, Any]:
        """Let a person tap the latest button with this label, or with this data; or the one below a certain message."""
        query = self.chat(number).tapped(label, below)
        self._queries[query.id] = query
        return self.tell(callback_query=query.told())

    def blocks(self, number: int, *, unblocks: bool = False) -> dict[str, Any]:
        """Let a person stop the bot, or let it write again."""
        chat = self.chat(number)
        chat.state = "open" if unblocks else "blocked"
        person = chat.person()
        status = "member" if unblocks else "kicked"
        changed: dict[str, Any] = {
            "chat": chat.told(),
            "from": person,
            "date": chat.now(),
            "old_chat_member": {"user": BOT, "status": "member"},
            "new_chat_member": {"user": BOT, "status": status, **({} if unblocks else {"until_date": 0})},
        }
        return self.tell(my_chat_member=changed)

    def tell(self, **update: Any) -> dict[str, Any]:
        """Have an update ready for the bot."""
        told = {"update_id": next(self._updates), **update}
        self.pending.append(told)
        self.came.set()
        return told

    def tell_again(self, *updates: dict[str, Any]) -> None:
        """Have updates that were told before ready once more."""
        self.pending += updates
        self.came.set()

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of every call of a method that was done."""
        return [one.params for one in self.got if one.method == method]

    # What the bot asks

    async def do(self, method: str, params: dict[str, Any]) -> Any:
        """Do what a call asks, or raise what the platform says."""
        got = Got(method, params)
        if found := wrongs(method, params):
            self.refused.append((got, found))
            raise RefusedError(400, f"Bad Request: {found[0]}")
        result = await METHODS[method](self, params)
        self.got.append(got)
        return result

    def _open(self, params: dict[str, Any]) -> Chat:
        told = str(params.get("chat_id"))
        chat = self.chats.get(int(told)) if told.removeprefix("-").isdecimal() else None
        if chat is None:
            raise RefusedError(400, "Bad Request: chat not found")
        match chat.state:
            case "blocked":
                raise RefusedError(403, "Forbidden: bot was blocked by the user")
            case "deleted":
                raise RefusedError(403, "Forbidden: user is deactivated")
            case "moved":
                description = "Bad Request: group chat was upgraded to a supergroup chat"
                raise RefusedError(400, description, migrate_to_chat_id=chat.moved_to)
        return chat

    async def _me(self, _params: dict[str, Any]) -> Any:
        return {**BOT, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _send(self, params: dict[str, Any]) -> Any:
        return self._open(params).said(next(self._messages), params["text"], params.get("reply_markup"))

    async def _send_file(self, params: dict[str, Any]) -> Any:
        kind = "voice" if "voice" in params else "document"
        chat, file = self._open(params), params[kind]
        if not 0 < len(file["bytes"]) <= 50_000_000:
            raise RefusedError(400, "Bad Request: file must be non-empty")
        return chat.written(next(self._messages), {kind: {"file_name": file["name"]}})

    async def _edit(self, params: dict[str, Any]) -> Any:
        message = self._open(params).message(params.get("message_id"))
        if message is None or not message["from"]["is_bot"]:
            raise RefusedError(400, "Bad Request: message to edit not found")
        markup = params.get("reply_markup")
        buttons = markup and markup.get("inline_keyboard") and markup
        if message.get("reply_markup") == (buttons or None):
            raise RefusedError(400, "Bad Request: message is not modified")
        message.pop("reply_markup", None)
        if buttons:
            message["reply_markup"] = buttons
        return message

    async def _delete(self, params: dict[str, Any]) -> Any:
        if not self._open(params).forget(params.get("message_id")):
            raise RefusedError(400, "Bad Request: message to delete not found")
        return True

    async def _acknowledge(self, params: dict[str, Any]) -> Any:
        query = self._queries.get(params["callback_query_id"])
        if query is None:
            what = "query is too old and response timeout expired or query ID is invalid"
            raise RefusedError(400, f"Bad Request: {what}")
        query.is_answered = True
        return True

    async def _act(self, params: dict[str, Any]) -> Any:
        self._open(params).actions.append(params["action"])
        return True

    async def _set(self, params: dict[str, Any], kind: str) -> Any:
        value = next((value for name, value in params.items() if name not in {"language_code", "scope"}), "")
        self.settings[kind, params.get("language_code", "")] = value
        return True

    async def _commands(self, params: dict[str, Any]) -> Any:
        return self.settings.get(("commands", params.get("language_code", "")), [])

    async def _fetch(self, params: dict[str, Any]) -> Any:
        if self.webhook:
            raise RefusedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
                " webhook first",
            )
        if self._fetching is not None and not self._fetching.done():
            what = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self._fetching.set_exception(RefusedError(409, f"Conflict: {what}"))
        mine = self._fetching = asyncio.get_running_loop().create_future()
        offset = params.get("offset", 0)
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        ends = asyncio.get_running_loop().time() + params.get("timeout", 0)
        while not self.pending and (left := ends - asyncio.get_running_loop().time()) > 0:
            self.came.clear()
            waited = asyncio.ensure_future(self.came.wait())
            await asyncio.wait({waited, mine}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            waited.cancel()
            if mine.done():
                break
        if mine.done():
            mine.result()
        mine.cancel()
        kinds = params.get("allowed_updates") or []
        allowed = [update for update in self.pending if not kinds or any(kind in update for kind in kinds)]
        self.pending = allowed
        return allowed[: min(params.get("limit", 100), TelegramLimits.UPDATES.most)]

    async def _set_webhook(self, params: dict[str, Any]) -> Any:
        url = params["url"]
        if url and not url.startswith(("https://", "http://127.0.0.1:")):
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.get("secret_token", "")
        if len(secret) > TelegramLimits.SECRET.most or not secret.replace("-", "a").replace("_", "a").isalnum() > (
            not secret
        ):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(params) if url else {}
        self.came.set()
        return True

    async def _delete_webhook(self, params: dict[str, Any]) -> Any:
        self.webhook = {}
        if params.get("drop_pending_updates"):
            self.pending.clear()
        return True

    async def _webhook_told(self, _params: dict[str, Any]) -> Any:
        told = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.webhook:
            told["allowed_updates"] = self.webhook.get("allowed_updates", [])
        return told | self.last_error


def _setting(kind: str) -> Callable[[Platform, dict[str, Any]], Awaitable[Any]]:
    async def done(api: Platform, params: dict[str, Any]) -> Any:
        return await api._set(params, kind)

    return done


#: What is done for each method.
METHODS: dict[str, Callable[[Platform, dict[str, Any]], Awaitable[Any]]] = {
    "getMe": Platform._me,
    "sendMessage": Platform._send,
    "sendDocument": Platform._send_file,
    "sendVoice": Platform._send_file,
    "editMessageReplyMarkup": Platform._edit,
    "deleteMessage": Platform._delete,
    "answerCallbackQuery": Platform._acknowledge,
    "sendChatAction": Platform._act,
    "setMyCommands": _setting("commands"),
    "getMyCommands": Platform._commands,
    "setMyDescription": _setting("description"),
    "setMyShortDescription": _setting("short_description"),
    "getUpdates": Platform._fetch,
    "setWebhook": Platform._set_webhook,
    "deleteWebhook": Platform._delete_webhook,
    "getWebhookInfo": Platform._webhook_told,
}
