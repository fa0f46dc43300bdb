"""Persons on the running guide: each writes, taps and shares positions as their platform does, and sees what it shows.

Where their conversation stands is read from the guide's database.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any, Final, Protocol, assert_never

from sqlalchemy import text

from bot.channels.incoming import Incoming
from bot.channels.telegram.updates import updates as telegram_updates
from bot.conversation.conversation import Conversation
from bot.message import ChoiceId, Chose, Content, Located, Reply, Said, Sent, VoiceHeard
from bot.storage import Store
from bot.storage.tables import stored_conversation as stored
from tests.channels.whatsapp.conftest import words as whatsapp_words
from tests.phone import Phone, nonce_of
from tests.standins import graph
from tests.standins.botapi import BotApi
from tests.transcripts import speaking
from tests.transcripts.seeing import PAGE, Bubble, Page, Seen, in_telegram, in_whatsapp, together

#: Longest that an answer may take, in seconds; Telegram is sent to once a second, and the machine may be busy.
_LONGEST: Final = 60.0

_ATTENDED: Final = text("SELECT count(*) FROM inbox WHERE mark = :mark AND state NOT IN ('waiting', 'held')")
_ON_THE_WAY: Final = text(
    "SELECT count(*) FROM outbox o JOIN identifiers i ON i.person = o.person"
    " WHERE i.channel = :channel AND i.address = :address AND o.state = 'waiting'"
)
_STATES: Final = text(
    "SELECT i.address, c.state FROM conversations c JOIN identifiers i ON i.person = c.person"
    " WHERE i.channel = :channel"
)


class Person(Protocol):
    """One person on one channel; `opening` is what they did there before the first line."""

    channel: str
    opening: tuple[Content, ...]

    @property
    def address(self) -> str:
        """Return what the channel calls them."""
        ...

    async def does(self, content: Content, before: Conversation) -> None:
        """Do something and return once it is answered and all of the answer has been sent."""
        ...

    async def sees(self, replies: Sequence[Reply]) -> Seen:
        """Return what they see that is new, every page of a list opened; `replies` tell in which language."""
        ...

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        """Return what the channel says of its own below the replies."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What the running guide keeps, read from its database."""

    store: Store

    async def answered(self, channel: str, address: str, external_id: str) -> None:
        """Return once a message is attended and everything that it led to has been sent."""
        asked = {"mark": self.store.mark(channel, external_id), "channel": channel, "address": address}
        ends = time.monotonic() + _LONGEST
        while not await self.store.read(
            lambda connection: (
                connection.execute(_ATTENDED, asked).scalar_one() == 1
                and connection.execute(_ON_THE_WAY, asked).scalar_one() == 0
            )
        ):
            assert time.monotonic() < ends, f"a message of {channel} was not answered in time"
            await asyncio.sleep(0.02)

    async def conversation(self, person: Person) -> Conversation:
        """Return where a person's conversation stands."""
        return (await self._by_address(person.channel))[person.address]

    async def conversations(self, channel: str) -> list[Conversation]:
        """Return where every conversation of a channel stands."""
        return list((await self._by_address(channel)).values())

    async def _by_address(self, channel: str) -> dict[str, Conversation]:
        rows = await self.store.read(lambda connection: connection.execute(_STATES, {"channel": channel}).all())
        return {row.address: stored(row.state) for row in rows}


@dataclass
class OnTelegram:
    """A person who taps the buttons below messages and shares the position by the keyboard's key."""

    kept: Kept
    api: BotApi
    number: int
    channel: str = "telegram"
    opening: tuple[Content, ...] = ()
    _messages: int = 0
    _last: Seen = field(default_factory=Seen)

    @property
    def address(self) -> str:
        return str(self.number)

    async def does(self, content: Content, before: Conversation) -> None:
        [item] = telegram_updates(json.dumps(self._done(content)).encode())
        assert isinstance(item, Incoming)
        await self.kept.answered(self.channel, self.address, item.external_id)

    def _done(self, content: Content) -> dict[str, Any]:
        match content:
            case Said(words):
                return self.api.says(self.number, words)
            case Chose(choice):
                tapped = self._last.tapped(choice)
                assert tapped is not None, choice
                return self.api.taps(self.number, tapped.id)
            case Located(lat, lon):
                assert self.api.chat(self.number).has_keyboard()
                return self.api.shares(self.number, lat, lon)
            case Sent() | VoiceHeard():
                return self.api.sends(self.number, photo=[])
            case _:
                assert_never(content)

    async def sees(self, replies: Sequence[Reply]) -> Seen:
        sent = [params for params in self.api.calls("sendMessage") if params["chat_id"] == self.number]
        new, self._messages = sent[self._messages :], len(sent)
        language = replies[-1].language if replies else "ar"
        seen = together(in_telegram(params, language) for params in new)
        self._last = seen if replies else self._last
        return seen

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        return speaking.Telegram().below(replies, seen)


@dataclass
class OnWhatsApp:
    """A person who taps reply buttons and the rows of lists; what is numbered in a text they type."""

    kept: Kept
    platform: graph.Graph
    address: str
    channel: str = "whatsapp"
    opening: tuple[Content, ...] = ()
    _messages: int = 0
    _last: Seen = field(default_factory=Seen)
    _ids: "count[int]" = field(default_factory=count)

    async def does(self, content: Content, before: Conversation) -> None:
        external_id = f"wamid.{self.address}.{next(self._ids)}"
        message = speaking.told(content, before, self._last, external_id, time.time(), from_=self.address)
        assert await self.platform.tell(graph.value(message, wa_id=self.address)) == 200
        await self.kept.answered(self.channel, self.address, external_id)

    async def sees(self, replies: Sequence[Reply]) -> Seen:
        seen = self._new()
        while seen.tappable and seen.tappable[-1].id.startswith(PAGE):
            self._last = seen
            before = await self.kept.conversation(self)
            await self.does(Chose(ChoiceId(seen.tappable[-1].id)), before)
            assert await self.kept.conversation(self) == before
            rest = self._new()
            assert rest.text.strip() == whatsapp_words().rest.of(before.language)
            seen = Seen(seen.text, (*seen.tappable[:-1], *rest.tappable), seen.shares_position)
        self._last = seen if replies else self._last
        return seen

    def _new(self) -> Seen:
        sent = self.platform.sent_to(self.address)
        new, self._messages = sent[self._messages :], len(sent)
        return together(in_whatsapp(got.message) for got in new)

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        return speaking.WhatsApp().below(replies, seen)


@dataclass
class OnWeb:
    """A person with a browser that keeps its cookie; that they open the page is a message of its own."""

    phone: Phone
    channel: str = "web"
    opening: tuple[Content, ...] = (Chose(ChoiceId("do:start")),)
    _bubbles: list[Bubble] = field(default_factory=list)
    _shown: int = 0
    _nonce: str = ""

    @property
    def address(self) -> str:
        return sha256(self.phone.cookie.partition("=")[2].encode()).hexdigest()[:32]

    async def does(self, content: Content, before: Conversation) -> None:
        if not self._bubbles:
            self._read(await asyncio.to_thread(self.phone.open))
            return
        fields = speaking.posted(content)
        assert fields is not None
        hidden = {"nonce": self._nonce}
        if isinstance(content, Chose):
            below = next(bubble for bubble in reversed(self._bubbles) if bubble.seen().tapped(content.choice))
            hidden = below.hidden
        answer, _ = await asyncio.to_thread(lambda: self.phone.say(**hidden, **fields))
        assert answer.status == 303
        self._read(await asyncio.to_thread(self.phone.open))

    def _read(self, page: str) -> None:
        known = {bubble.id for bubble in self._bubbles}
        self._nonce = nonce_of(page)
        drawn = Page(page).bubbles
        self._bubbles = [bubble for bubble in self._bubbles if bubble.id < drawn[0].id] + drawn
        # What was shown before is still there, as it was.
        assert known <= {bubble.id for bubble in self._bubbles}

    async def sees(self, replies: Sequence[Reply]) -> Seen:
        new, self._shown = self._bubbles[self._shown :], len(self._bubbles)
        return together(bubble.seen() for bubble in new if not bubble.is_mine)

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        return ""
