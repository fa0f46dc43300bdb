"""One bot's calls to the Bot API: posted as JSON, and what the platform answered to each.

A library's own models of every call and answer would keep 135 MB in a running guide and cost most of a message, and one
update that they do not know would keep a whole batch from being read: calls are plain values on both sides here. The
tests hold them to two libraries' models.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, assert_never

import msgspec

from bot.channels.posting import CutOffError, FilePart, HttpAnswer, NotConnectedError, Posting
from bot.channels.sending import Retry, SendFailed
from bot.channels.telegram.replies import Call

API: Final = "https://api.telegram.org"
#: How long the platform may take for one call, in seconds.
_PATIENCE: Final = 15.0
_TOKEN: Final = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")

#: Why a call failed: told to slow down; the chat has another id; may not write there; no such bot; too large a file;
#: refused for good; somebody else fetches or posts too; a fault of the platform's; nobody heard us, or nobody knows
#: whether somebody did; the answer was none of the platform's.
Fault = Literal[
    "flood",
    "moved",
    "forbidden",
    "token",
    "too_large",
    "refused",
    "conflict",
    "server",
    "not_connected",
    "timeout",
    "cut_off",
    "not_json",
    "unknown",
]


def is_token(text: str) -> bool:
    """Return whether `text` has the shape of a bot's token."""
    return _TOKEN.fullmatch(text) is not None


class CallFailedError(Exception):
    """A call was not done."""

    def __init__(self, fault: Fault, message: str = "", after: float = 0.0, moved_to: str = "") -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        #: The platform's own words, which can hold a person's.
        self.message = message
        #: Seconds that the platform asks to wait.
        self.after = after
        #: The new id of a chat that moved.
        self.moved_to = moved_to


class TelegramBot:
    """One bot's connection; `close` it at the end. A token of no bot's shape is a `ValueError`."""

    def __init__(self, token: str, *, base: str = API, patience: float = _PATIENCE) -> None:
        if not is_token(token):
            raise ValueError("the token must be as BotFather gave it: digits, a colon, letters")
        self._path = f"/bot{token}/"
        self._posting = Posting(base, {}, patience=patience)

    async def call(self, call: Call, patience: float | None = None) -> Any:
        """Return the call's result, as JSON; raise `CallFailedError`."""
        try:
            answer = await self._answered(call, patience)
        except TimeoutError as error:
            raise CallFailedError("timeout") from error
        except NotConnectedError as error:
            raise CallFailedError("not_connected") from error
        except CutOffError as error:
            raise CallFailedError("cut_off") from error
        try:
            told = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            # A proxy's page in place of an answer.
            raise CallFailedError("not_json")
        if answer.status == 200 and told.get("ok") is True:
            return told.get("result")
        raise _failure(answer.status, told)

    async def _answered(self, call: Call, patience: float | None) -> HttpAnswer:
        path = self._path + call.method
        files = {name: value for name, value in call.params.items() if isinstance(value, FilePart)}
        if not files:
            return await self._posting.post(path, _encoded(call.params), patience)
        told_too = {name: str(value) for name, value in call.params.items() if name not in files}
        return await self._posting.post_form(path, {**told_too, **files}, patience)

    async def attempt(self, call: Call) -> Any:
        """Return the call's result; None when it failed, for whatever reason."""
        try:
            return await self.call(call)
        except CallFailedError:
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._posting.close()


def _encoded(params: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(params)
    except UnicodeEncodeError:
        # Half a character somewhere; the platform would refuse all of it.
        return json.dumps(params).encode("utf-8", "replace")


def _failure(status: int, told: Mapping[str, Any]) -> CallFailedError:
    """Return what an answer that is no success means: Bot API 10.1, "Making requests" and `ResponseParameters`."""
    described = told.get("description")
    message = described if isinstance(described, str) else ""
    parameters = told.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    after, moved_to = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    if isinstance(after, int | float):
        return CallFailedError("flood", message, float(after))
    if isinstance(moved_to, int):
        return CallFailedError("moved", message, moved_to=str(moved_to))
    fault: Fault
    match status:
        case 400:
            fault = "refused"
        case 401 | 404:
            # The platform says "not found" of a token that no bot has.
            fault = "token"
        case 403:
            fault = "forbidden"
        case 409:
            fault = "conflict"
        case 413:
            fault = "too_large"
        case 429:
            return CallFailedError("flood", message, _FLOOD)
        case _:
            fault = "server" if status >= 500 else "unknown"
    return CallFailedError(fault, message)


#: What only the operator can put right holds the channel and loses nothing: replies wait, for a day, until it is.
_OPERATOR: Final = 60.0
#: Seconds to wait where the platform says "too many" and not how long.
_FLOOD: Final = 5.0

#: What a description holds, and our name for it. The platform promises no wording: what is not here is still NEVER.
_GONE: Final = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deleted_account"),
    ("chat not found", "chat_not_found"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
    ("can't initiate conversation", "never_wrote"),
    ("can't send messages to", "is_a_bot"),
    ("peer_id_invalid", "chat_not_found"),
    ("chat_write_forbidden", "may_not_write"),
    ("not enough rights", "may_not_write"),
    ("have no rights", "may_not_write"),
    ("message is too long", "too_long"),
    ("text is empty", "empty"),
    ("button_data_invalid", "button_refused"),
    ("reply markup", "button_refused"),
)


def refusal(error: CallFailedError) -> SendFailed:
    """Return what a failure means for the reply that met it."""
    match error.fault:
        case "flood":
            return SendFailed(Retry.LATER, "429 flood", error.after)
        case "moved":
            return SendFailed(Retry.LATER, "400 moved", 0.0)
        case "forbidden":
            return SendFailed(Retry.NEVER, f"403 {_named(error.message, 'forbidden')}")
        case "token":
            return SendFailed(Retry.LATER, "401 token", _OPERATOR, holds_channel=True)
        case "too_large":
            return SendFailed(Retry.NEVER, "413 too_large")
        case "refused":
            return SendFailed(Retry.NEVER, f"400 {_named(error.message, 'refused')}")
        case "conflict":
            return SendFailed(Retry.LATER, "409 conflict")
        case "server":
            return SendFailed(Retry.LATER, "server_error")
        case "timeout" | "cut_off":
            return SendFailed(Retry.LATER, error.fault, is_unsure=True)
        case "not_connected" | "not_json" | "unknown":
            return SendFailed(Retry.LATER, error.fault)
        case fault:
            assert_never(fault)


def _named(message: str, otherwise: str) -> str:
    told = message.lower()
    return next((name for part, name in _GONE if part in told), otherwise)
