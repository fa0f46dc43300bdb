"""Transcripts on the running program: on three platforms at once, and in the terminal."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels import terminal
from bot.content import releases
from bot.content.keeping import FolderKeep
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Content, Message, PersonId, Reply
from tests.joined.joining import TELEGRAM, WHATSAPP, at_work, rooted
from tests.joined.talking import Kept, OnTelegram, OnWeb, OnWhatsApp, Person
from tests.phone import Phone
from tests.program import told
from tests.standins import botapi, graph
from tests.stores import opened
from tests.transcripts.playing import content_of, said_in
from tests.transcripts.seeing import agrees, words
from tests.transcripts.speaking import number_of
from tests.transcripts.test_channels import tapped
from tests.transcripts.test_transcripts import HERE

#: What flows, the check, places, questions, staff and French are like; together every kind of message and of choice.
_CHOSEN = (
    "path/investment",
    "eligibility/status-artisan",
    "path/office-by-region",
    "path/office-by-location",
    "not_understood/unsure-then-none",
    "ending/person",
    "path/french",
)


def _timeless(conversation: Conversation | None) -> Conversation | None:
    """Return a conversation without when it was last heard of: two clocks are never the same."""
    return conversation and replace(conversation, heard=None)


async def _talks(person: Person, name: str, known: Kept, library: Library) -> set[type[Content]]:
    """Hold a person's talk to the turns of a transcript, line by line; return the kinds of what they did."""
    conversation = Conversation()
    kinds: set[type[Content]] = set()
    lines = said_in(HERE / f"{name}.txt")
    for line in [*person.opening, *lines]:
        content = tapped(content_of(line, conversation), conversation) if isinstance(line, str) else line
        before = conversation
        message = Message("test", PersonId("p"), "1", content)
        turn = respond(before, message, library, datetime.now(UTC), offers_listening=person.channel != "web")
        conversation = turn.conversation
        try:
            await person.does(content, before)
            seen = await person.sees(turn.replies)
            agrees(turn.replies, seen, person.below(turn.replies, seen))
            assert _timeless(await known.conversation(person)) == _timeless(conversation)
        except AssertionError as error:
            error.add_note(f"{name} on {person.channel}, at {content}")
            raise
        kinds.add(type(content))
    return kinds


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Library]:
    """Give a folder with the content, and the release that programs started there take ready-made."""
    root = rooted(tmp_path_factory.mktemp("transcripts") / "root", "")
    loaded, mistakes = releases.loaded(root, FolderKeep(root / "var"))
    assert loaded is not None, mistakes.errors
    return root, loaded


async def test_goes_as_its_turns_do_on_every_platform(made: tuple[Path, Library]) -> None:
    """Told to Telegram, WhatsApp and the page as people tell it, a conversation is the same one, word for word."""
    async with botapi.running() as api, graph.running() as platform:
        config = (
            f"telegram: {{on: true, address: 'https://guide.test/tg', base: '{api.base}'}}\n"
            f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        )
        root, library = made
        (root / "config.yaml").write_text(config, "utf-8")
        async with at_work(root, {**TELEGRAM, **WHATSAPP}) as guide:
            api.webhook = {"url": f"{guide.address}/tg", "secret_token": botapi.SECRET}
            platform.hook = f"{guide.address}/whatsapp"
            with opened(f"sqlite:///{guide.store}") as store:
                known, talks = Kept(store), []
                for number, name in enumerate(_CHOSEN, 1):
                    api.chat(number)
                    for person in (
                        OnTelegram(known, api, number),
                        OnWhatsApp(known, platform, f"21260000000{number}"),
                        OnWeb(Phone(guide)),
                    ):
                        talks.append(_talks(person, name, known, library))
                kinds = await asyncio.gather(*talks)
        assert api.refused == []
        assert platform.refused == []
    assert {kind.__name__ for one in kinds for kind in one} == {"Said", "Chose", "Located"}


@pytest.mark.parametrize("name", ["path/office-by-region", "path/french"])
async def test_goes_as_its_turns_do_in_the_terminal(made: tuple[Path, Library], name: str) -> None:
    """Typed line by line, each choice by its number, a conversation in the terminal says what its turns say."""
    root, library = made
    (root / "config.yaml").write_text("", "utf-8")
    conversation, replies, typed = Conversation(), list[Reply](), list[str]()
    for line in [None, *said_in(HERE / f"{name}.txt")]:
        content = Chose(ChoiceId("do:start")) if line is None else content_of(line, conversation)
        if line is not None:
            typed.append(str(number_of(content.choice, conversation)) if isinstance(content, Chose) else line)
        message = Message("test", PersonId("p"), "1", content)
        turn = respond(conversation, message, library, datetime.now(UTC), offers_listening=True)
        conversation = turn.conversation
        replies += turn.replies
    said = await asyncio.to_thread(told, "chat", typed="\n".join(typed) + "\n", root=root)
    assert (said.status, said.err) == (0, "")
    shown = "\n".join(terminal.write(reply) for reply in replies)
    assert words(said.out.replace("›", " ")) == words(shown)
    with opened(f"sqlite:///{root / 'var' / 'dalil.db'}") as store:
        kept = await Kept(store).conversations(terminal.NAME)
        assert _timeless(conversation) in [_timeless(one) for one in kept]
