"""Whoever cannot read comes from a greeting to every main answer in four taps, as each channel writes what they see."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from bot.channels import terminal
from bot.channels.telegram.replies import write as write_telegram
from bot.channels.text import END, ISOLATE, length
from bot.channels.web.messages import write as write_web
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.replies import write as write_whatsapp
from bot.conversation.conversation import Conversation
from bot.conversation.events import Event, FlowOpened, OfficeTold
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Content, Message, PersonId, Reply, Said
from tests.channels.telegram.conftest import words as telegram_words
from tests.channels.whatsapp.conftest import words as whatsapp_words

_NOW: Final = datetime(2026, 11, 29, 10, tzinfo=UTC)
_MOST_TAPS: Final = 4
#: What can be tapped of a reply, by its id, and what stands on it.
Tappable = Mapping[str, str]


def _on_whatsapp(reply: Reply) -> Tappable:
    """Return the buttons or rows of the last message, which the platform shows whole."""
    last = write_whatsapp(reply, "212600000000", 1, whatsapp_words())[-1]
    action: Mapping[str, Any] = last["interactive"]["action"]
    buttons = [button["reply"] for button in action.get("buttons", ())]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    assert all(length(one["title"]) <= WhatsAppLimits.BUTTON_LABEL.most for one in buttons)
    assert all(length(one["title"]) <= WhatsAppLimits.ROW_TITLE.most for one in rows)
    assert len(rows) <= WhatsAppLimits.ROWS.most
    body = last["interactive"]["body"]["text"]
    for choice in (one for one in reply.choices if one.mark and rows):
        # The pictures stand in the message itself: a list is closed until it is opened.
        assert choice.mark.split()[-1] in body
    return {one["id"]: one["title"] for one in (*buttons, *rows)}


def _on_telegram(reply: Reply) -> Tappable:
    """Return the buttons below the messages."""
    calls = write_telegram(reply, "123", telegram_words())
    rows = [row for call in calls for row in call.params.get("reply_markup", {}).get("inline_keyboard", ())]
    return {button["callback_data"]: button["text"] for row in rows for button in row}


def _on_the_page(reply: Reply) -> Tappable:
    """Return the buttons of the bubble."""
    return {choice.id: f"{choice.mark} {choice.label}" for choice in write_web(reply, 1).choices}


def _in_the_terminal(reply: Reply) -> Tappable:
    """Return the lines that are numbered at the end."""
    lines = terminal.write(reply).split("\n")[-len(reply.choices) :]
    return dict(zip((choice.id for choice in reply.choices), lines, strict=True))


@pytest.mark.parametrize("see", [_on_whatsapp, _on_telegram, _on_the_page, _in_the_terminal])
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_main_answer_is_four_taps_away(see: Callable[[Reply], Tappable], language: str, library: Library) -> None:
    """Each charter and its parts, the checks, the caravan, twelve offices and a person, by what can be tapped alone."""
    wanted = {"foreign_trade", "investment", "caravan", "eligibility", "eligibility_status", "eligibility_finance"}
    wanted |= {f"{c}_{part}" for c in ("foreign_trade", "investment") for part in ("who", "gives", "prepare", "apply")}
    opened: set[str] = set()
    offices: set[int] = set()
    said = "سلام" if language == "ar" else "bonjour"
    waiting: deque[tuple[Conversation, Content, int]] = deque([(Conversation(), Said(said), 0)])
    seen: set[tuple[str, ...]] = set()
    # The page has a button for it that is always in view.
    is_offered = see is not _on_the_page
    while waiting:
        before, content, taps = waiting.popleft()
        message = Message("x", PersonId("p"), "", content)
        turn = respond(before, message, library, _NOW, offers_listening=is_offered)
        told: Sequence[Event] = turn.events
        opened |= {event.flow for event in told if isinstance(event, FlowOpened)}
        offices |= {event.region for event in told if isinstance(event, OfficeTold)}
        if turn.conversation.with_person:
            opened.add("person")
            continue
        tappable = see(turn.replies[-1]) if turn.replies[-1].choices else {}
        if not turn.conversation.listening:
            assert ("do:listen" in tappable) == is_offered
            tappable = {"do:listen": "🔊"}
        if turn.conversation.listening and not turn.replies[-1].asks_location:
            marks = {str(choice.id): choice.mark for choice in turn.replies[-1].choices}
            assert all(
                marks[id_] in label.replace(ISOLATE, "").replace(END, "")
                for id_, label in tappable.items()
                if id_ in marks
            )
        key = tuple(choice.id for choice in turn.conversation.shown)
        if taps == _MOST_TAPS or key in seen:
            continue
        seen.add(key)
        waiting += [(turn.conversation, Chose(ChoiceId(id_)), taps + 1) for id_ in tappable]
        # What shares the place, and what is numbered in the text alone, is typed: one number.
        waiting += [
            (turn.conversation, Said(str(number)), taps + 1)
            for number, choice in enumerate(turn.conversation.shown, 1)
            if choice.mark and choice.id not in tappable
        ]
    assert wanted | {"person"} <= opened
    assert offices == set(range(1, 13))
