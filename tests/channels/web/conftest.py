"""A real server on the loopback, with rooms that answer in memory: the tests of the whole program use the true ones."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import uvicorn
import yaml
from playwright.sync_api import Browser

from bot.channels.web.messages import PageBubble, Voices
from bot.channels.web.messages import read as read_web
from bot.channels.web.messages import write as write_web
from bot.channels.web.pages import PageParts
from bot.channels.web.pages import app as web_app
from bot.message import (
    Choice,
    ChoiceId,
    Chose,
    Language,
    Located,
    Message,
    PersonId,
    Reply,
    Said,
    Sent,
    Text,
    VoiceHeard,
)
from tests.browser import Opened, browser, chromium, phones

__all__ = ["browser", "chromium"]

_PAGE = Path(__file__).parents[3] / "flows" / "page.yaml"
_WELCOME = {
    "ar": "مرحبا بكم في دليل الصانع.\n"
    "أنا هنا لأشرح لكم ميثاق التجارة الخارجية 2025-2027 وميثاق الاستثمار 03-22.\n\nماذا تريدون؟",
    "fr": "Bienvenue dans le guide de l'artisan.\n"
    "Je vous explique la charte du commerce extérieur et celle de l'investissement.\n\nQue voulez-vous ?",
}
_MENU: dict[Language, tuple[Choice, ...]] = {
    "ar": (
        Choice(ChoiceId("to:trade"), "ميثاق التجارة الخارجية"),
        Choice(ChoiceId("to:investment"), "ميثاق الاستثمار"),
        Choice(ChoiceId("to:eligibility"), "هل أستوفي الشروط؟"),
        Choice(ChoiceId("to:office"), "أقرب مكتب إلي"),
        Choice(ChoiceId("to:caravan"), "القافلة"),
        Choice(ChoiceId("do:ask"), "عندي سؤال"),
        Choice(ChoiceId("do:person"), "أريد التحدث مع شخص"),
    ),
    "fr": (
        Choice(ChoiceId("to:trade"), "La charte du commerce extérieur"),
        Choice(ChoiceId("to:office"), "Mon bureau le plus proche"),
        Choice(ChoiceId("do:person"), "Parler à une personne"),
    ),
}
_WHERE = Reply("أين توجد ورشتكم؟ اكتبوا اسم المدينة أو الجماعة، أو شاركوا موقعكم.", (), "ar", asks_location=True)
_OFFICE = Reply(
    "المكتب المختص: المديرية الجهوية للصناعة والتجارة بالعيون.\nالهاتف: 05 28 89 11 22\nالموقع: https://www.mcinet.gov.ma/ar",
    (Choice(ChoiceId("do:menu"), "القائمة"),),
)


@dataclass(slots=True)
class Memory:
    """Rooms that keep everything in memory, count each external id once and answer at once."""

    bubbles: dict[str, list[PageBubble]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    places: list[Located] = field(default_factory=list)
    language: Language = "ar"
    is_broken: bool = False
    failure: Exception = field(default_factory=lambda: OSError("the disk is full"))

    def rooms(self) -> PageParts:
        """Return what the page is given."""
        return PageParts(
            self.accept,
            self.transcript,
            self.news,
            self.knows,
            titled=lambda choice: Text({"ar": "كم تعطي الدولة؟"}) if choice == "faq:export.rate" else None,
        )

    def mine(self) -> list[str]:
        """Return the texts that people sent, oldest first for each."""
        return [bubble.text for bubbles in self.bubbles.values() for bubble in bubbles if bubble.mine]

    def tell(self, reply: Reply) -> None:
        """Say something unasked to everyone, as the staff would."""
        for bubbles in self.bubbles.values():
            bubbles.append(write_web(reply, self._number(), from_staff=True))

    async def accept(self, external_id: str, address: str, raw: bytes) -> None:
        if self.is_broken:
            raise self.failure
        if external_id in self.seen:
            return
        self.seen.add(external_id)
        for said in self._answers(read_web(raw, PersonId("p"))):
            self.bubbles.setdefault(address, []).append(self._bubble(said))

    async def transcript(self, address: str, after: int) -> Sequence[PageBubble]:
        return [bubble for bubble in self.bubbles.get(address, []) if bubble.id > after]

    async def knows(self, address: str) -> bool:
        return address in self.bubbles

    async def news(self, address: str, after: int, seconds: float) -> Sequence[PageBubble]:
        for _ in range(int(min(seconds, 2) * 20)):
            found = await self.transcript(address, after)
            if found:
                return found
            await asyncio.sleep(0.05)
        return []

    def _answers(self, message: Message) -> list[Reply | str | Located]:
        welcome = Reply(_WELCOME[self.language], _MENU[self.language], self.language)
        match message.content:
            case Chose(choice="do:start"):
                return [welcome]
            case Chose(choice="to:office"):
                return ["أقرب مكتب إلي", _WHERE]
            case Chose(choice="do:fr"):
                self.language = "fr"
                return ["Français", Reply(_WELCOME["fr"], _MENU["fr"], "fr")]
            case Chose(choice="do:ar"):
                self.language = "ar"
                return ["العربية", Reply(_WELCOME["ar"], _MENU["ar"], "ar")]
            case Chose(choice):
                return [choice, welcome]
            case Located() as place:
                self.places.append(place)
                return [place, _OFFICE]
            case Said("لعيون"):
                return ["لعيون", _OFFICE]
            case Said(text):
                return [text, Reply(f"وصلني: {text}", _MENU["ar"][:3])]
            case Sent(kind):
                return [kind, welcome]
            case VoiceHeard(words):
                return [words, welcome]

    def _number(self) -> int:
        return sum(map(len, self.bubbles.values())) + 1

    def _bubble(self, said: Reply | str | Located) -> PageBubble:
        match said:
            case Reply():
                return write_web(said, self._number())
            case Located():
                return PageBubble(self._number(), True, "", is_location=True)
            case str():
                return PageBubble(self._number(), True, said)


@dataclass(frozen=True, slots=True)
class Site:
    """The page as served, and what stands behind it."""

    host: str
    port: int
    memory: Memory

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"


def page_words() -> dict[str, Text]:
    """Return the words of the page as they are in the content."""
    return {name: Text(words) for name, words in yaml.safe_load(_PAGE.read_text("utf-8")).items()}


@pytest.fixture
def voices() -> Voices | None:
    """Return where the page puts voices; nothing, for no engine hears them, unless a test says otherwise."""
    return None


@pytest.fixture
def site(voices: Voices | None) -> Iterator[Site]:
    """Return a page served to this test alone."""
    memory = Memory()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            web_app(replace(memory.rooms(), voices=voices), page_words()),
            ws="none", lifespan="off", log_level="critical", access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Site("127.0.0.1", listening.getsockname()[1], memory)
        server.should_exit = True
        thread.join()


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Opened]:
    """Return a function that opens the chat on a phone."""
    with phones(browser, site.address) as opens:
        yield opens
