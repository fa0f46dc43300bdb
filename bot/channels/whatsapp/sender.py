"""Replies handed to the platform, and what it said: sent, later or never.

A reply in several messages goes on where it stopped when it is sent again. What nobody knows to have arrived waits a
while first, for its status then says whether it did. What a refusal means is
told by the platform's codes alone: it says that its sentences will go, and they can hold a phone number.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from bot.channels.incoming import NotJsonError, parsed
from bot.channels.posting import CutOffError, FilePart, HttpAnswer, NotConnectedError, Posting
from bot.channels.sending import Pace, Rate, Retry, SendFailed, WasSent, bounded, burst
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.replies import Payload, addressed, write
from bot.channels.whatsapp.windows import Windows
from bot.channels.whatsapp.words import WhatsAppWords
from bot.message import LANGUAGES, MAIN, Document, Language, Reply

#: The person has not written for 24 hours.
OUTSIDE_WINDOW: Final = 131047
#: The platform's code for a template that its person has turned off.
STOPPED: Final = 131050

#: How long a reply waits when nobody knows whether the platform took it, in seconds: its status comes well before.
AMBIGUOUS_WAIT: Final = 20.0


@dataclass(frozen=True, slots=True)
class _Meaning:
    when: Retry
    name: str
    after: float | None = None
    holds_channel: bool = False


def _later(name: str, after: float | None = None) -> _Meaning:
    return _Meaning(Retry.LATER, name, after)


def _all_wait(name: str, after: float) -> _Meaning:
    return _Meaning(Retry.LATER, name, after, holds_channel=True)


def _never(name: str) -> _Meaning:
    return _Meaning(Retry.NEVER, name)


#: How long a reply waits that was taken and then failed for a reason that passes, times its tries, in seconds.
_STATUS_WAIT: Final = 5.0

#: What only the operator can put right holds the channel and loses nothing: replies wait, for a day, until it is.
_OPERATOR: Final = 60.0
_ACCOUNT: Final = 600.0

#: WhatsApp Cloud API, "Error codes", read 2026-11-23.
_MEANINGS: Final[Mapping[int, _Meaning]] = {
    # Too much at once.
    131056: _later("pair_rate", float(WhatsAppLimits.PAIR_SECONDS.most)),
    130429: _all_wait("throughput", 2.0),
    80007: _all_wait("account_rate", 60.0),
    4: _all_wait("app_rate", 60.0),
    131048: _all_wait("spam_rate", 300.0),
    # Theirs, and passing.
    1: _later("unknown"),
    2: _later("service_down"),
    131000: _later("unknown"),
    131016: _later("service_down"),
    131057: _all_wait("maintenance", 60.0),
    135000: _later("generic"),
    # The operator's.
    0: _all_wait("token", _OPERATOR),
    3: _all_wait("permission", _OPERATOR),
    10: _all_wait("permission", _OPERATOR),
    190: _all_wait("token", _OPERATOR),
    33: _all_wait("number_gone", _OPERATOR),
    131005: _all_wait("permission", _OPERATOR),
    131031: _all_wait("account_locked", _ACCOUNT),
    131042: _all_wait("payment", _ACCOUNT),
    131045: _all_wait("number_unregistered", _ACCOUNT),
    133010: _all_wait("number_unregistered", _ACCOUNT),
    368: _all_wait("account_restricted", _ACCOUNT),
    # This person, this message.
    OUTSIDE_WINDOW: _never("outside_24h_window"),
    100: _never("invalid_parameter"),
    131008: _never("parameter_missing"),
    131009: _never("parameter_invalid"),
    131021: _never("own_number"),
    131026: _never("undeliverable"),
    131030: _never("not_in_test_list"),
    131049: _never("held_back_by_whatsapp"),
    STOPPED: _never("stopped_by_person"),
    131051: _never("type_unsupported"),
    131062: _never("user_id_unsupported"),
    130472: _never("in_experiment"),
    130497: _never("country_restricted"),
    132001: _never("template_missing"),
    132007: _never("template_policy"),
    132015: _never("template_paused"),
    132016: _never("template_disabled"),
}


def refusal(status: int, answer: object, retry_after: str | None = None) -> SendFailed:
    """Return what an answer other than 200 means; `answer` is its JSON, whatever it is, None where it is none."""
    code = error_code(answer)
    wait = _seconds(retry_after)
    meaning = None if code is None else _MEANINGS.get(code)
    if meaning is None and code is not None and 200 <= code < 300:
        meaning = _MEANINGS[10]
    if meaning is None:
        if status == 429:
            meaning = _all_wait("throttled", 2.0)
        elif status in {401, 403}:
            meaning = _MEANINGS[190]
        elif status >= 500 or status == 408:
            meaning = _later("server_error")
        else:
            meaning = _never("refused")
    after = meaning.after if wait is None or meaning.when is Retry.NEVER else max(wait, meaning.after or 0.0)
    told = f"http {status}" if code is None else f"{code}"
    return SendFailed(meaning.when, f"{told} {meaning.name}", after, meaning.holds_channel)


def again_after(reason: str) -> SendFailed | None:
    """Return what a status that failed means where its reply can be sent again, as in an answer; else None.

    `reason` begins with the platform's code, as `code_named` writes it.
    """
    code = reason.partition(" ")[0]
    meaning = _MEANINGS.get(int(code)) if code.isascii() and code.isdigit() else None
    if meaning is None or meaning.when is not Retry.LATER:
        return None
    return SendFailed(Retry.LATER, reason, meaning.after or _STATUS_WAIT, meaning.holds_channel)


def code_named(code: int) -> str:
    """Return a code with our name for it, as staff read it."""
    meaning = _MEANINGS.get(code)
    return str(code) if meaning is None else f"{code} {meaning.name}"


def error_code(answer: object) -> int | None:
    """Return the code in an error of the Graph API; None where there is none."""
    error: Any = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header is not None and header.isascii() and header.isdigit() else None


log: Final = logging.getLogger(__name__)

GRAPH: Final = "https://graph.facebook.com"
#: The version of the Graph API that this was written for.
VERSION: Final = "v25.0"
#: How long the platform may take for one message, in seconds.
_PATIENCE: Final = 15.0
#: How long after a template nobody is sent it again, in seconds.
TEMPLATE_REST: Final = 24 * 3600.0
#: How every reason begins for which a reply waits until its person writes.
OUTSIDE: Final = f"{OUTSIDE_WINDOW} outside_24h_window"
#: Why a reply waits after the template.
INVITED: Final = f"{OUTSIDE} template_sent"
_encode: Final = msgspec.json.Encoder().encode

#: Something that the storage knows about a reply, by our number.
IsSoOfReply = Callable[[int], Awaitable[bool]]


async def _unknown(_asked: int | str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class WhatsAppNumber:
    """Where messages are sent from."""

    number_id: str
    token: str = field(repr=False)
    base: str = GRAPH
    version: str = VERSION

    @property
    def path(self) -> str:
        """The path that takes messages."""
        return f"/{self.version}/{self.number_id}/messages"

    @property
    def media(self) -> str:
        """The path that takes files."""
        return f"/{self.version}/{self.number_id}/media"


@dataclass(frozen=True, slots=True)
class Template:
    """A message approved by the platform that invites a person to write again, with its code in each language."""

    name: str
    codes: Mapping[Language, str] = field(default_factory=lambda: {language: language for language in LANGUAGES})

    def code(self, language: Language) -> str:
        """Return the platform's code of the template in `language`."""
        return self.codes.get(language, self.codes[MAIN])


def pace(per_second: float = WhatsAppLimits.PER_SECOND.most) -> Pace:
    """Return how fast a number may send; more a second where the platform has raised its limit."""
    person = Rate(1 / WhatsAppLimits.PAIR_SECONDS.most, WhatsAppLimits.PAIR_BURST.most)
    return Pace(channel=burst(per_second), person=person)


class WhatsAppSender:
    """One number's way out; `close` it at the end."""

    def __init__(
        self,
        account: WhatsAppNumber,
        words: WhatsAppWords,
        windows: Windows,
        *,
        now: Callable[[], float],
        template: Template | None = None,
        invited: Callable[[], object] = lambda: None,
        came_back: IsSoOfReply = _unknown,
        was_invited: IsSoOfReply = _unknown,
        is_stopped: Callable[[str], Awaitable[bool]] = _unknown,
        stopped: Callable[[str], Awaitable[object]] = _unknown,
        printed: Callable[[Document], bytes] = lambda _document: b"",
        patience: float = _PATIENCE,
    ) -> None:
        """Take the parts in; `now` is in seconds, and never set back; `invited` hears of every template that was sent.

        `came_back` tells whether a reply was taken and then failed because its person's window is closed; `was_invited`
        whether its person was sent the template lately, also before the program began; `is_stopped` whether who is at
        an address wants nothing that they did not ask for, and `stopped` hears of it where the platform knows first;
        `printed` draws a document as a PDF.

        The connection is opened by the first reply.
        """
        self._account = account
        self._words = words
        self._windows = windows
        self._now = now
        self._template = template
        self._told_invited = invited
        self._came_back = came_back
        self._was_invited = was_invited
        self._is_stopped, self._stopped = is_stopped, stopped
        self._printed = printed
        self._patience = patience
        self._posting: Posting | None = None
        #: How many messages of a reply arrived, where not all did.
        self._arrived: dict[int, int] = {}
        #: When an address was sent the template.
        self._invited: dict[str, float] = {}
        #: When an address was last sent something, by `now`.
        self._sent: dict[str, float] = {}
        #: The replies that were taken: one of them is here again only because it came back.
        self._taken: dict[int, None] = {}

    async def send(self, address: str, reply: Reply, number: int) -> WasSent | SendFailed:
        """Send a reply to an address; `number` is the outbox's."""
        if not address:
            return SendFailed(Retry.NEVER, "no_address")
        if not await self._windows.is_open(address) or (number in self._taken and await self._came_back(number)):
            return await self._outside(address, reply, number)
        messages: list[Payload | Document] = [*write(reply, address, number, self._words)]
        if reply.document is not None:
            messages.insert(0, reply.document)
        last = ""
        done = self._arrived.pop(number, 0)
        for index, message in enumerate(messages):
            if index < done:
                continue
            match message:
                case Document():
                    came, code = await self._filed(message, address)
                case _:
                    came, code = await self._posted(message)
            if code == OUTSIDE_WINDOW:
                return await self._outside(address, reply, number)
            if isinstance(came, SendFailed):
                if came.when is Retry.LATER and index:
                    bounded(self._arrived)[number] = index
                return came
            last = came.platform_id
        bounded(self._taken)[number] = None
        bounded(self._sent)[address] = self._now()
        return WasSent(last, len(messages) - done)

    def has_sent(self, address: str, since: float) -> bool:
        """Return whether this program has sent an address something since a moment, by `now`."""
        return self._sent.get(address, since) > since

    async def mark_read(self, message_id: str, *, is_answered: bool) -> None:
        """Have the person see that a message was read, and, in the same call, that an answer is being written."""
        typing = {} if is_answered else {"typing_indicator": {"type": "text"}}
        read = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id, **typing}
        await self._posted(read)

    async def _outside(self, address: str, reply: Reply, number: int) -> SendFailed:
        """Invite the person to write again where a template may; until they write the reply waits."""
        self._windows.awaits(address)
        if self._template is None:
            return SendFailed(Retry.HEARD, f"{OUTSIDE} no_template")
        waits = SendFailed(Retry.HEARD, INVITED)
        if await self._is_stopped(address):
            return SendFailed(Retry.HEARD, f"{OUTSIDE} stopped_by_person")
        if self._now() - self._invited.get(address, -TEMPLATE_REST) < TEMPLATE_REST or await self._was_invited(number):
            return waits
        language = {"code": self._template.code(reply.language)}
        content = {"type": "template", "template": {"name": self._template.name, "language": language}}
        # Its statuses are not the reply's, which has yet to be sent: no number of ours goes with it.
        came, code = await self._posted(addressed(content, address))
        if code == STOPPED:
            await self._stopped(address)
            return SendFailed(Retry.HEARD, f"{OUTSIDE} stopped_by_person")
        match came:
            case WasSent():
                bounded(self._invited)[address] = self._now()
                self._told_invited()
                log.info("event=template_sent channel=whatsapp outbox=%d", number)
                return waits
            case SendFailed():
                return came

    async def _filed(self, document: Document, address: str) -> tuple[WasSent | SendFailed, int | None]:
        """Hand a document to the platform, then send it by the platform's name for it; as `_posted`."""
        drawn = await asyncio.to_thread(self._printed, document)
        if not drawn:
            return WasSent(), None  # A recording that is there no longer: the words say it all.
        file = FilePart(document.name, document.media_type, drawn)
        fields: dict[str, str | FilePart] = {"messaging_product": "whatsapp", "type": document.media_type, "file": file}
        failed, told = await self._asked(self._opened().post_form(self._account.media, fields))
        if failed is not None:
            # What was handed over is no message yet: it can be handed over again at once.
            return replace(failed, is_unsure=False), error_code(told)
        named = told.get("id") if isinstance(told, dict) else None
        if not isinstance(named, str):
            return SendFailed(Retry.LATER, "media_without_id"), None
        is_heard, shown = document.kind == "recording", {"id": named, "filename": document.name}
        content = {"type": "audio", "audio": {"id": named}} if is_heard else {"type": "document", "document": shown}
        return await self._posted(addressed(content, address))

    async def _posted(self, message: Payload) -> tuple[WasSent | SendFailed, int | None]:
        """Send one message; return what became of it and the platform's code where it refused."""
        failed, told = await self._asked(self._opened().post(self._account.path, _encode(message)))
        return (WasSent(_platform_id(told)), None) if failed is None else (failed, error_code(told))

    async def _asked(self, answering: Awaitable[HttpAnswer]) -> tuple[SendFailed | None, object]:
        """Return how a request failed, None where it did not, and what the platform answered as JSON."""
        try:
            answer = await answering
        except NotConnectedError:
            return SendFailed(Retry.LATER, "not_connected"), None
        except TimeoutError:
            return SendFailed(Retry.LATER, "timeout", AMBIGUOUS_WAIT, is_unsure=True), None
        except CutOffError:
            return SendFailed(Retry.LATER, "cut_off", AMBIGUOUS_WAIT, is_unsure=True), None
        try:
            told = parsed(answer.body)
        except NotJsonError:
            told = None
        if answer.status == 200:
            return None, told
        return refusal(answer.status, told, answer.retry_after), told

    def _opened(self) -> Posting:
        if self._posting is None:
            headers = {"Authorization": f"Bearer {self._account.token}"}
            self._posting = Posting(self._account.base, headers, patience=self._patience)
        return self._posting

    async def close(self) -> None:
        """Close the connections."""
        if self._posting is not None:
            await self._posting.close()
            self._posting = None


def _platform_id(answer: object) -> str:
    """Return the platform's name for the message it took; empty where it told none."""
    try:
        named = answer["messages"][0]["id"]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return ""
    return named if isinstance(named, str) else ""
