"""Sending: what the platform's answers mean, and what is done beside the replies."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.channels.incoming import Incoming, Moved, TappedButton
from bot.channels.sending import Retry, SendFailed, WasSent
from bot.channels.telegram.api import Courtesies, TelegramBot, TelegramSender, pace
from bot.message import Choice, ChoiceId, Document, PersonId, Reply
from tests.channels.telegram.conftest import words
from tests.standins.botapi import TOKEN, BotApi, Fault, running
from tests.stores import until

_REPLY = Reply("هل؟", (Choice(ChoiceId("a:x:yes"), "نعم"),))
_WHERE = Reply("أين؟", (Choice(ChoiceId("do:regions"), "الجهة"),), asks_location=True)


_SHEET = Reply("هذه ورقتكم", (Choice(ChoiceId("do:menu"), "القائمة"),), document=Document("sheet", "a.pdf", "{}"))


def _drawn(document: Document) -> bytes:
    return b"%PDF " + document.told.encode()


@dataclass
class _Room:
    api: BotApi
    line: TelegramBot
    time: float = 1_790_000_000.0
    moved: list[Moved] = field(default_factory=list)
    attended: bool = False

    def __post_init__(self) -> None:
        self.courtesies = Courtesies(self.line.attempt, self.is_attended, typing_after=0.02)
        self.sender = TelegramSender(
            self.line, words(), self.courtesies, now=lambda: self.time, moved=self.note, printed=_drawn
        )

    async def is_attended(self, _external_id: str) -> bool:
        return self.attended

    async def note(self, items: Sequence[Moved]) -> None:
        self.moved += items


@pytest.fixture
async def room() -> AsyncIterator[_Room]:
    """Give a sender and the platform, which knows person 7."""
    async with running() as api:
        api.chat(7)
        line = TelegramBot(TOKEN, base=api.base, patience=1)
        made = _Room(api, line)
        yield made
        await made.courtesies.close()
        await line.close()


async def test_sends_a_reply(room: _Room) -> None:
    """A reply arrives with its buttons, and the platform's number for it is kept."""
    assert await room.sender.send("7", _REPLY, 1) == WasSent("1")
    assert (room.api.chats[7].texts, room.api.chats[7].labels) == (["هل؟"], ["نعم"])
    assert await room.sender.send("", _REPLY, 1) == SendFailed(Retry.NEVER, "no_address")


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault(retry_after=9), SendFailed(Retry.LATER, "429 flood", 9.0)),
        (Fault(status=500), SendFailed(Retry.LATER, "server_error")),
        (Fault("page"), SendFailed(Retry.LATER, "not_json")),
        (Fault("cut"), SendFailed(Retry.LATER, "cut_off", is_unsure=True)),
        (Fault("cut_after"), SendFailed(Retry.LATER, "cut_off", is_unsure=True)),
        (Fault("slow", seconds=3), SendFailed(Retry.LATER, "timeout", is_unsure=True)),
        (Fault(status=401, description="Unauthorized"), SendFailed(Retry.LATER, "401 token", 60.0, True)),
        (Fault(status=404, description="Not Found"), SendFailed(Retry.LATER, "401 token", 60.0, True)),
        (Fault(status=409, description="Conflict: x"), SendFailed(Retry.LATER, "409 conflict")),
        (Fault(status=418, description="I am"), SendFailed(Retry.LATER, "unknown")),
        (Fault(status=413, description="Request Entity Too Large"), SendFailed(Retry.NEVER, "413 too_large")),
        (Fault(status=403, description="Forbidden: bot was kicked"), SendFailed(Retry.NEVER, "403 kicked")),
        (Fault(status=403, description="Forbidden: 123"), SendFailed(Retry.NEVER, "403 forbidden")),
        (Fault(status=400, description="Bad Request: text is empty"), SendFailed(Retry.NEVER, "400 empty")),
        (Fault(status=400, description="Bad Request: 123 what"), SendFailed(Retry.NEVER, "400 refused")),
    ],
    ids=str,
)
async def test_says_whether_to_try_again(room: _Room, fault: Fault, failure: SendFailed) -> None:
    """Every answer of the platform means later or never, by a name of ours that holds nobody's chat."""
    room.api.fail("sendMessage", fault)
    assert await room.sender.send("7", _REPLY, 1) == failure


async def test_gives_up_who_is_gone(room: _Room) -> None:
    """Who blocked the bot, deleted their account or never wrote is not tried again."""
    chat = room.api.chats[7]
    chat.state = "blocked"
    assert await room.sender.send("7", _REPLY, 1) == SendFailed(Retry.NEVER, "403 blocked")
    chat.state = "deleted"
    assert await room.sender.send("7", _REPLY, 1) == SendFailed(Retry.NEVER, "403 deleted_account")
    assert await room.sender.send("8", _REPLY, 1) == SendFailed(Retry.NEVER, "400 chat_not_found")
    assert await room.sender.send("odd", _REPLY, 1) == SendFailed(Retry.NEVER, "400 chat_not_found")


async def test_follows_a_chat_that_moved(room: _Room) -> None:
    """A chat with another id is noted, and the reply goes there when it is sent again."""
    chat = room.api.chats[7]
    chat.state, chat.moved_to = "moved", -1007
    room.api.chat(-1007)
    assert await room.sender.send("7", _REPLY, 1) == SendFailed(Retry.LATER, "400 moved", 0.0)
    assert room.moved == [Moved("7", "-1007")]
    assert isinstance(await room.sender.send("7", _REPLY, 1), WasSent)
    assert room.api.chats[-1007].texts == ["هل؟"]


async def test_goes_on_where_it_stopped(room: _Room) -> None:
    """Of a reply in parts, those that arrived are not sent again."""
    long = Reply("\n\n".join("كلمة " * 500 for _ in range(5)), _REPLY.choices)
    room.api.fail("sendMessage", Fault("slow"), Fault(status=500))
    assert await room.sender.send("7", long, 5) == SendFailed(Retry.LATER, "server_error")
    assert len(room.api.chats[7].texts) == 1
    assert isinstance(await room.sender.send("7", long, 5), WasSent)
    texts = room.api.chats[7].texts
    assert len(texts) == len(set(range(len(texts)))) > 2
    assert sum(text.count("كلمة") for text in texts) == 2500


async def test_slows_the_whole_bot_when_two_are_slowed(room: _Room) -> None:
    """One person slowed down holds up nobody; a second at the same time means that all must wait."""
    room.api.chat(8)
    room.api.fail("sendMessage", *[Fault(retry_after=5)] * 4)
    slowed = [await room.sender.send(address, _REPLY, 1) for address in ("7", "7", "8")]
    assert [one.holds_channel for one in slowed if isinstance(one, SendFailed)] == [False, False, True]
    room.time += 6
    last = await room.sender.send("7", _REPLY, 1)
    assert isinstance(last, SendFailed)
    assert not last.holds_channel


async def test_takes_the_keyboard_away(room: _Room) -> None:
    """The keyboard that shares the position goes with its message at the next reply."""
    chat = room.api.chats[7]
    await room.sender.send("7", _WHERE, 1)
    assert chat.keyboard is not None
    await room.sender.send("7", _REPLY, 2)
    await until(lambda: chat.keyboard is None)
    assert chat.texts == ["أين؟", "هل؟"]
    await room.sender.send("7", _WHERE, 3)
    await room.sender.send("7", _WHERE, 4)
    await until(lambda: len(room.api.calls("deleteMessage")) == 2)
    assert chat.keyboard is not None


def _came(address: str = "7", tap: TappedButton | None = None) -> Incoming:
    return Incoming(f"{address}.1", address, b"{}", tap=tap)


async def test_acknowledges_a_tap(room: _Room) -> None:
    """A tap is acknowledged and its buttons go; an old tap that cannot be acknowledged does no harm."""
    await room.sender.send("7", _REPLY, 1)
    tapped = room.api.taps(7, "نعم")["callback_query"]
    tap = TappedButton(tapped["id"], "نعم", tapped["message"]["message_id"])
    room.courtesies.came(_came(tap=tap))
    room.courtesies.came(_came(tap=TappedButton("1", "", 99)))
    await until(lambda: room.api.chats[7].labels == [])
    await until(lambda: len(room.api.calls("answerCallbackQuery")) == 1)
    assert room.api.calls("answerCallbackQuery")[0]["text"] == "نعم"


async def test_shows_typing_when_an_answer_takes_long(room: _Room) -> None:
    """Typing is shown while a message waits, not when it is answered at once, and not for a silence that is meant."""
    chat = room.api.chats[7]
    room.courtesies.came(_came())
    await room.sender.send("7", _REPLY, 1)
    await asyncio.sleep(0.05)
    assert chat.actions == []
    room.courtesies.came(_came())
    await until(lambda: chat.actions == ["typing"])
    room.attended = True
    room.courtesies.came(_came())
    await asyncio.sleep(0.05)
    assert chat.actions == ["typing"]


async def test_does_no_harm_when_a_courtesy_fails(room: _Room, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong beside the replies is logged by its kind and nobody waits for it."""

    async def broken(_external_id: str) -> bool:
        raise OSError("the disk is full")

    courtesies = Courtesies(room.line.attempt, broken, typing_after=0.01)
    courtesies.came(_came())
    await until(lambda: "event=courtesy_failed channel=telegram error=OSError" in caplog.text)
    await courtesies.close()


async def test_tells_no_secret(room: _Room, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the token nor a chat stands in a reason or in the log when nobody answers."""
    caplog.set_level(logging.DEBUG)
    line = TelegramBot(TOKEN, base="http://127.0.0.1:9", patience=1)
    sender = TelegramSender(line, words(), room.courtesies, now=lambda: 0.0, moved=room.note, printed=_drawn)
    came: Any = await sender.send("7", _REPLY, 1)
    await line.close()
    assert came == SendFailed(Retry.LATER, "not_connected")
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", ["", "x", "123:", "123456:short", "1 23:" + "x" * 35, "123:" + "x" * 20 + "/../"])
def test_refuses_a_token_that_is_none(token: str) -> None:
    """A token of no bot's shape is refused before anything is asked with it."""
    with pytest.raises(ValueError, match="BotFather"):
        TelegramBot(token)


def test_keeps_the_pace() -> None:
    """Thirty messages a second in all, a few of them at once; to one person three at once and then one a second."""
    buckets, person = pace(), PersonId("p")
    waits = [buckets.reserve(PersonId(str(number)), 0.0) for number in range(60)]
    assert sum(wait < 1 for wait in waits) <= 33
    assert waits[:3] == [0.0] * 3
    assert waits[3:] == pytest.approx([number / 30 for number in range(1, 58)])
    buckets = pace()
    for _ in range(3):
        assert buckets.rest(person, 0.0) == 0.0
        buckets.reserve(person, 0.0)
    assert buckets.rest(person, 0.0) == pytest.approx(1.0)


@pytest.mark.parametrize("room", ["bot.app", "bot.channels.telegram.channel", "bot.channels.telegram.setup"])
def test_no_library_of_models_is_kept(room: str) -> None:
    """A guide on Telegram does without the libraries that the tests hold its calls to: one keeps 135 MB."""
    told = f"import sys, {room}; raise SystemExit(bool({{'aiogram', 'telegram', 'pydantic'}} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


async def test_sends_a_document_before_its_words(room: _Room) -> None:
    """A reply with a document arrives as the file, then the words with their choices."""
    sent = await room.sender.send("7", _SHEET, 1)
    assert isinstance(sent, WasSent)
    assert sent.messages == 2
    (file,) = (call["document"] for call in room.api.calls("sendDocument"))
    assert file == {"name": "a.pdf", "bytes": b"%PDF {}"}
    assert room.api.chats[7].texts == ["هذه ورقتكم"]


async def test_sends_a_recording_as_a_voice(room: _Room) -> None:
    """An answer that was recorded is heard where it stands, before its words."""
    heard = replace(_SHEET, document=Document("recording", "about.what.ar.ogg", ""))
    assert isinstance(await room.sender.send("7", heard, 1), WasSent)
    assert [call["voice"]["name"] for call in room.api.calls("sendVoice")] == ["about.what.ar.ogg"]
    assert not room.api.calls("sendDocument")
    assert room.api.chats[7].texts == ["هذه ورقتكم"]


async def test_sends_no_document_twice(room: _Room) -> None:
    """Where the words failed after the file had arrived, only the words are sent again."""
    room.api.fail("sendMessage", Fault("refuse", status=500, description="Internal Server Error"))
    assert isinstance(await room.sender.send("7", _SHEET, 1), SendFailed)
    assert isinstance(await room.sender.send("7", _SHEET, 1), WasSent)
    assert len(room.api.calls("sendDocument")) == 1
    assert room.api.chats[7].texts == ["هذه ورقتكم"]
