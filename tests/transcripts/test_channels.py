"""Every transcript on every channel: the same words in the same order, the same choices, the same conversation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.web.messages import PageBubble
from bot.channels.web.messages import write as write_web
from bot.channels.web.pages import PageParts
from bot.channels.web.pages import app as web_app
from bot.channels.web.words import read_page
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Chose, Content, Message, Reply, Said
from tests.program import ROOT
from tests.transcripts.playing import TODAY, content_of, said_in
from tests.transcripts.seeing import Page, Seen, agrees, line, together
from tests.transcripts.speaking import PERSON, Channel, Telegram, Terminal, WhatsApp, read_from_page
from tests.transcripts.test_transcripts import TRANSCRIPTS

_CHANNELS: dict[str, Channel] = {"terminal": Terminal(), "telegram": Telegram(), "whatsapp": WhatsApp()}


@dataclass(frozen=True, slots=True)
class Step:
    """One message and what it led to, as the turn has it."""

    content: Content
    before: Conversation
    replies: tuple[Reply, ...]
    after: Conversation


every_transcript = pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")

Play = Callable[[Path], Sequence[tuple[Step, ...]]]


def step(content: Content, before: Conversation, library: Library) -> Step:
    """Return what a message leads to."""
    turn = respond(before, Message("test", PERSON, "1", content), library, TODAY)
    return Step(content, before, turn.replies, turn.conversation)


def tapped(content: Content, before: Conversation) -> Content:
    """Return a typed number, or a typed label, as a tap on the choice that it means."""
    if not isinstance(content, Said):
        return content
    for number, choice in enumerate(before.shown, 1):
        if content.text.strip() in {str(number), choice.label, choice.labels[0]}:
            return Chose(choice.id)
    return content


def _steps(path: Path, library: Library, *, taps: bool) -> tuple[Step, ...]:
    conversation = Conversation()
    steps = []
    for said in said_in(path):
        content = content_of(said, conversation)
        steps.append(step(tapped(content, conversation) if taps else content, conversation, library))
        conversation = steps[-1].after
    return tuple(steps)


@pytest.fixture(scope="module")
def play(library: Library) -> Play:
    """Give what each transcript comes to, as it is typed and with every choice tapped; each is played once."""
    known: dict[Path, tuple[tuple[Step, ...], ...]] = {}

    def played(path: Path) -> Sequence[tuple[Step, ...]]:
        if path not in known:
            typed = _steps(path, library, taps=False)
            known[path] = tuple(dict.fromkeys((typed, _steps(path, library, taps=True))))
        return known[path]

    return played


@pytest.mark.parametrize("channel", _CHANNELS.values(), ids=_CHANNELS)
@every_transcript
def test_is_the_same_conversation(path: Path, channel: Channel, play: Play, library: Library) -> None:
    """Through what the channel reads and writes, a conversation goes as its turns do, within every limit."""
    for steps in play(path):
        seen = Seen()
        for one in steps:
            content = channel.read(one.content, one.before, seen)
            if content is not None and content != one.content:
                assert step(content, one.before, library) == Step(content, one.before, one.replies, one.after)
            before, seen = seen, channel.seen(one.replies, one.after)
            agrees(one.replies, seen, channel.below(one.replies, seen))
            if not one.replies:
                seen = before


class _Page:
    """The web chat, which shows whatever bubbles there are."""

    def __init__(self) -> None:
        self._bubbles: Sequence[PageBubble] = ()
        app = web_app(
            PageParts(self._nothing, self._transcript, self._nothing, self._knows, site="https://guide.example"),
            read_page(ROOT),
        )
        transport = httpx.ASGITransport(app)
        self._browser = httpx.AsyncClient(transport=transport, base_url="https://guide.example")

    async def _transcript(self, _address: str, _after: int) -> Sequence[PageBubble]:
        return self._bubbles

    async def _knows(self, _address: str) -> bool:
        return True

    async def _nothing(self, *_: object) -> Any:
        raise NotImplementedError

    async def seen(self, bubbles: Sequence[PageBubble]) -> dict[int, Seen]:
        """Return what is seen of each bubble, by its id."""
        self._bubbles = bubbles
        answer = await self._browser.get("/?all=1")
        assert answer.status_code == 200
        return {bubble.id: bubble.seen() for bubble in Page(answer.text).bubbles}


@pytest.fixture(scope="module")
def page() -> _Page:
    """Give the page."""
    return _Page()


@every_transcript
async def test_is_the_same_on_the_page(path: Path, play: Play, page: _Page, library: Library) -> None:
    """The page of a conversation shows every word and every choice of it in order, and reads what is sent from it."""
    for steps in play(path):
        bubbles: list[PageBubble] = []
        numbers = []
        for one in steps:
            content = read_from_page(one.content)
            if content is not None and content != one.content:
                assert step(content, one.before, library) == Step(content, one.before, one.replies, one.after)
            begun = len(bubbles) + 1
            bubbles += (write_web(reply, number) for number, reply in enumerate(one.replies, begun))
            numbers.append(range(begun, len(bubbles) + 1))
        drawn = await page.seen(bubbles)
        assert len(drawn) == len(bubbles)
        for one, ids in zip(steps, numbers, strict=True):
            seen = together(drawn[number] for number in ids)
            agrees(one.replies, seen)
            labels = [choice.label for reply in one.replies for choice in reply.choices]
            assert [tappable.label for tappable in seen.tappable] == [line(label) for label in labels]
