"""Replies handed to the platform, and what it said: sent, later or never.

A reply in several messages goes on where it stopped when it is sent again. What nobody knows to have arrived waits a
while first, for its status then says whether it did.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from bot.channels.limits import WhatsApp
from bot.channels.pace import Pace, Rate, burst
from bot.channels.parsing import NotJsonError, parsed
from bot.channels.posting import CutOffError, NotConnectedError, Posting
from bot.channels.sending import SendFailed, Sent, When, bounded
from bot.channels.whatsapp.failures import AMBIGUOUS_WAIT, OUTSIDE_WINDOW, error_code, refusal
from bot.channels.whatsapp.replies import Payload, addressed, write
from bot.channels.whatsapp.windows import Windows
from bot.channels.whatsapp.words import Words
from bot.message import LANGUAGES, MAIN, Language, Reply

log: Final = logging.getLogger(__name__)

GRAPH: Final = "https://graph.facebook.com"
#: The version of the Graph API that this was written for.
VERSION: Final = "v25.0"
#: How long the platform may take for one message, in seconds.
_PATIENCE: Final = 15.0
#: How long a reply that waits for its person to write again is put off each time, in seconds.
_WINDOW_WAIT: Final = 900.0
#: How long after a template nobody is sent it again, in seconds.
TEMPLATE_REST: Final = 24 * 3600.0
#: How every reason begins for which a reply waits until its person writes.
OUTSIDE: Final = f"{OUTSIDE_WINDOW} outside_24h_window"
#: Why a reply waits after the template.
INVITED: Final = f"{OUTSIDE} template_sent"
_encode: Final = msgspec.json.Encoder().encode

#: Something that the storage knows about a reply, by our number.
Known = Callable[[int], Awaitable[bool]]


async def _unknown(_number: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Account:
    """Where messages are sent from."""

    number_id: str
    token: str = field(repr=False)
    base: str = GRAPH
    version: str = VERSION

    @property
    def path(self) -> str:
        """The path that takes messages."""
        return f"/{self.version}/{self.number_id}/messages"


@dataclass(frozen=True, slots=True)
class Template:
    """A message approved by the platform that invites a person to write again, with its code in each language."""

    name: str
    codes: Mapping[Language, str] = field(default_factory=lambda: {language: language for language in LANGUAGES})

    def code(self, language: Language) -> str:
        """Return the platform's code of the template in `language`."""
        return self.codes.get(language, self.codes[MAIN])


def pace(per_second: float = WhatsApp.PER_SECOND.most) -> Pace:
    """Return how fast a number may send; more a second where the platform has raised its limit."""
    person = Rate(1 / WhatsApp.PAIR_SECONDS.most, WhatsApp.PAIR_BURST.most)
    return Pace(channel=burst(per_second), person=person)


class Sender:
    """One number's way out; `close` it at the end."""

    def __init__(
        self,
        account: Account,
        words: Words,
        windows: Windows,
        *,
        now: Callable[[], float],
        template: Template | None = None,
        invited: Callable[[], object] = lambda: None,
        came_back: Known = _unknown,
        was_invited: Known = _unknown,
        patience: float = _PATIENCE,
    ) -> None:
        """Take the parts in; `now` is in seconds since 1970; `invited` hears of every template that was sent.

        `came_back` tells whether a reply was taken and then failed because its person's window is closed; `was_invited`
        whether its person was sent the template lately, also before the program began.

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
        self._patience = patience
        self._posting: Posting | None = None
        #: How many messages of a reply arrived, where not all did.
        self._arrived: dict[int, int] = {}
        #: When an address was sent the template.
        self._invited: dict[str, float] = {}
        #: The replies that were taken: one of them is here again only because it came back.
        self._taken: dict[int, None] = {}

    async def send(self, address: str, reply: Reply, number: int) -> Sent | SendFailed:
        """Send a reply to an address; `number` is the outbox's."""
        if not address:
            return SendFailed(When.NEVER, "no_address")
        if not await self._windows.is_open(address) or (number in self._taken and await self._came_back(number)):
            return await self._outside(address, reply, number)
        messages = write(reply, address, number, self._words)
        last = ""
        done = self._arrived.pop(number, 0)
        for index, message in enumerate(messages):
            if index < done:
                continue
            came, code = await self._posted(message)
            if code == OUTSIDE_WINDOW:
                return await self._outside(address, reply, number)
            if isinstance(came, SendFailed):
                if came.when is When.LATER and index:
                    bounded(self._arrived)[number] = index
                return came
            last = came.platform_id
        bounded(self._taken)[number] = None
        return Sent(last, len(messages) - done)

    async def _outside(self, address: str, reply: Reply, number: int) -> SendFailed:
        """Invite the person to write again where a template may, so that the reply can follow; else give it up."""
        if self._template is None:
            return SendFailed(When.NEVER, f"{OUTSIDE} no_template")
        self._windows.awaits(address)
        waits = SendFailed(When.LATER, INVITED, _WINDOW_WAIT)
        if self._now() - self._invited.get(address, 0.0) < TEMPLATE_REST or await self._was_invited(number):
            return waits
        language = {"code": self._template.code(reply.language)}
        content = {"type": "template", "template": {"name": self._template.name, "language": language}}
        # Its statuses are not the reply's, which has yet to be sent: no number of ours goes with it.
        came, _ = await self._posted(addressed(content, address))
        match came:
            case Sent():
                bounded(self._invited)[address] = self._now()
                self._told_invited()
                log.info("event=template_sent channel=whatsapp outbox=%d", number)
                return waits
            case SendFailed():
                return came

    async def _posted(self, message: Payload) -> tuple[Sent | SendFailed, int | None]:
        """Send one message; return what became of it and the platform's code where it refused."""
        body = _encode(message)
        try:
            answer = await self._opened().post(self._account.path, body)
        except NotConnectedError:
            return SendFailed(When.LATER, "not_connected"), None
        except TimeoutError:
            return SendFailed(When.LATER, "timeout", AMBIGUOUS_WAIT), None
        except CutOffError:
            return SendFailed(When.LATER, "cut_off", AMBIGUOUS_WAIT), None
        try:
            told = parsed(answer.body)
        except NotJsonError:
            told = None
        if answer.status == 200:
            return Sent(_platform_id(told)), None
        return refusal(answer.status, told, answer.retry_after), error_code(told)

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
