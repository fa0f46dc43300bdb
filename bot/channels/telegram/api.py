"""One bot's calls to the Bot API, posted as JSON, and the replies that are handed over by them: sent, later or never.

A library's own models of every call and answer would keep 135 MB in a running guide and cost most of a message, and one
update that they do not know would keep a whole batch from being read: calls are plain values on both sides here. The
tests hold them to two libraries' models.

A reply in several messages goes on where it stopped when it is sent again. The platform keeps no number of ours: a
reply whose answer got lost is sent twice rather than not at all. Nobody waits for a courtesy (a tap acknowledged, its
buttons taken away, "typing"): what fails is not tried again.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Literal, assert_never

import msgspec

from bot.channels.incoming import Incoming, Moved
from bot.channels.posting import CutOffError, FilePart, HttpAnswer, NotConnectedError, Posting
from bot.channels.sending import Courtesy, Pace, Rate, Retry, SendFailed, WasSent, bounded, burst
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import Call, acknowledged, deleted, keyboard_taken, typing, with_file, write
from bot.channels.telegram.words import TelegramWords
from bot.message import Document, Reply

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

    async def fetched(self, path: str, most: int) -> bytes | None:
        """Return a file below the bot's own path; None where it has more bytes than `most`: see `Posting.fetched`."""
        return await self._posting.fetched(f"/file{self._path}{path}", most)

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


def pace(per_second: float = TelegramLimits.PER_SECOND.most) -> Pace:
    """Return how fast a bot may send; more a second where the operator pays the platform for it."""
    person = Rate(TelegramLimits.CHAT_PER_SECOND.most, TelegramLimits.CHAT_BURST.most)
    return Pace(channel=burst(per_second), person=person)


async def _no_topic(_address: str) -> int | None:
    return None


#: Seconds without an answer before "typing" is shown, how often it is shown again, and for how long at most.
_TYPING_AFTER: Final = 1.0
_TYPING_AGAIN: Final = 4.5
_TYPING_LONGEST: Final = 60.0

#: Does what it is asked and raises nothing.
CallAttempt = Callable[[Call], Awaitable[object]]
#: Whether the message with this external id was attended.
IsAttended = Callable[[str], Awaitable[bool]]


class Courtesies:
    """The courtesies of one bot; `close` it at the end."""

    def __init__(self, attempt: CallAttempt, is_attended: IsAttended, *, typing_after: float = _TYPING_AFTER) -> None:
        self._attempt = attempt
        self._is_attended = is_attended
        self._typing_after = typing_after
        self._courtesy = Courtesy("telegram")
        #: For each address, what will show "typing" unless an answer comes before.
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def came(self, message: Incoming, *, is_acknowledged: bool = False) -> None:
        """Begin what is due to a message that was just kept."""
        tap = message.tap
        if tap is not None:
            if not is_acknowledged:
                self._do(acknowledged(tap.query_id, tap.label))
            if tap.message_id is not None:
                self._do(keyboard_taken(message.address, tap.message_id))
        self.answered(message.address)
        loop = asyncio.get_running_loop()
        later = loop.call_later(self._typing_after, self._begin_typing, message)
        self._waiting[message.address] = later

    def answered(self, address: str) -> None:
        """Show no "typing" any more: an answer is being sent."""
        waiting = self._waiting.pop(address, None)
        if waiting is not None:
            waiting.cancel()

    def delete(self, address: str, message_id: int) -> None:
        """Delete a message of ours."""
        self._do(deleted(address, message_id))

    def _begin_typing(self, message: Incoming) -> None:
        self._waiting.pop(message.address, None)
        self._courtesy.begin(self._typed(message))

    async def _typed(self, message: Incoming) -> None:
        """Show "typing" for as long as the message is not attended; a silence that is meant shows none."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + _TYPING_LONGEST
        while loop.time() < ends and not await self._is_attended(message.external_id):
            await self._attempt(typing(message.address, message.topic))
            await asyncio.sleep(_TYPING_AGAIN)

    def _do(self, call: Call) -> None:
        self._courtesy.begin(self._done(call))

    async def _done(self, call: Call) -> None:
        await self._attempt(call)

    async def close(self) -> None:
        """Leave what is under way undone."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
        await self._courtesy.close()


class TelegramSender:
    """One bot's way out."""

    def __init__(
        self,
        bot: TelegramBot,
        words: TelegramWords,
        courtesies: Courtesies,
        *,
        now: Callable[[], float],
        moved: Callable[[Sequence[Moved]], Awaitable[None]],
        printed: Callable[[Document], bytes],
        topic: Callable[[str], Awaitable[int | None]] = _no_topic,
    ) -> None:
        """Take the parts in; `now` is in seconds, and never set back; `moved` hears of chats that have another id.

        `printed` draws a document as a PDF. `topic` tells in which topic of a chat its person wrote last.
        """
        self._topic = topic
        self._bot = bot
        self._words = words
        self._courtesies = courtesies
        self._now = now
        self._moved = moved
        self._printed = printed
        #: How many messages of a reply arrived, where not all did.
        self._arrived: dict[int, int] = {}
        #: The new id of a chat that moved, until the person writes from it.
        self._moved_to: dict[str, str] = {}
        #: The message that brought an address the keyboard that shares the position.
        self._keyboards: dict[str, int] = {}
        #: The address last told to slow down, and until when.
        self._slowed: tuple[str, float] = ("", 0.0)

    async def send(self, address: str, reply: Reply, number: int) -> WasSent | SendFailed:
        """Send a reply to an address; `number` is the outbox's."""
        if not address:
            return SendFailed(Retry.NEVER, "no_address")
        self._courtesies.answered(address)
        to, topic = self._moved_to.get(address, address), await self._topic(address)
        calls = write(reply, to, self._words, topic)
        if reply.document is not None:
            drawn = await asyncio.to_thread(self._printed, reply.document)
            if drawn:
                file = FilePart(reply.document.name, reply.document.media_type, drawn)
                calls = [with_file(file, to, topic), *calls]
        done = self._arrived.pop(number, 0)
        told: Any = None
        for index, call in enumerate(calls):
            if index < done:
                continue
            try:
                told = await self._bot.call(call)
            except CallFailedError as error:
                failure = await self._failed(address, error)
                if failure.when is Retry.LATER and index:
                    bounded(self._arrived)[number] = index
                return failure
        self._keep_keyboard(address, told if reply.asks_location else None)
        return WasSent(str(_message_id(told) or ""), len(calls) - done)

    def _keep_keyboard(self, address: str, brought: Any) -> None:
        """Take the last keyboard away, with the message that brought it, and remember the new one."""
        before = self._keyboards.pop(address, None)
        if before is not None:
            self._courtesies.delete(self._moved_to.get(address, address), before)
        message_id = _message_id(brought)
        if message_id is not None:
            bounded(self._keyboards)[address] = message_id

    async def _failed(self, address: str, error: CallFailedError) -> SendFailed:
        match error.fault:
            case "moved":
                bounded(self._moved_to)[address] = error.moved_to
                await self._moved([Moved(address, error.moved_to)])
                return refusal(error)
            case "flood":
                return self._slow_down(address, error.after)
            case _:
                return refusal(error)

    def _slow_down(self, address: str, seconds: float) -> SendFailed:
        """Return when to try again; two persons told so at once are told for the whole bot."""
        now = self._now()
        other, until = self._slowed
        holds = other not in {"", address} and until > now
        self._slowed = (address, now + seconds)
        return SendFailed(Retry.LATER, "429 flood", seconds, holds_channel=holds)


def _message_id(told: Any) -> int | None:
    """Return the platform's number of a message it took; None where it told none."""
    found = told.get("message_id") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None
