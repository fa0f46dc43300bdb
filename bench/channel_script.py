"""The conversation that everybody has in `bench.channels`: five messages, and what the guide answers to each.

It is played once on the real content; the others are given the very same texts and buttons to send.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

#: What is said, and what is tapped where it begins with `>`.
CONVERSATION = ("سلام", ">to:eligibility", ">to:eligibility_investment", "شركة", ">do:unknown")


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap, its label as each platform shows it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of the answer."""

    text: str
    buttons: tuple[Button, ...] = ()
    #: What opens the list, where the buttons are rows of one.
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a person says or taps, and what they are answered."""

    said: str
    #: Typed, a button tapped, or a row of a list.
    kind: Literal["text", "button", "row"]
    answers: tuple[Answer, ...]


def played(channel: str, content: Path) -> list[Step]:
    """Return the conversation as the guide has it on a channel."""
    from bot.channels.telegram import TelegramChannel
    from bot.channels.whatsapp import WhatsAppChannel
    from bot.content.library import load
    from bot.content.reading import Mistakes
    from bot.conversation.conversation import Conversation
    from bot.conversation.turn import respond
    from bot.message import ChoiceId, Chose, Message, PersonId, Said

    library, mistakes = load(content)
    if library is None:
        raise SystemExit(f"the content has {len(mistakes.errors)} mistakes: run `dalil check`")
    words = (TelegramChannel() if channel == "telegram" else WhatsAppChannel()).words(content, Mistakes())
    conversation = Conversation()
    steps: list[Step] = []
    for number, line in enumerate(CONVERSATION):
        is_tap = line.startswith(">")
        said = line.removeprefix(">")
        if is_tap and said not in {choice.id for choice in conversation.shown}:
            raise SystemExit(f"the content has changed: nothing reads {said} at step {number + 1} of bench.channels")
        told = Chose(ChoiceId(said)) if is_tap else Said(said)
        message = Message(channel, PersonId("p"), str(number), told)
        turn = respond(conversation, message, library, datetime.now(UTC))
        conversation = turn.conversation
        answers = [answer for reply in turn.replies for answer in _answers(channel, reply, words)]
        rows = bool(steps and steps[-1].answers[-1].opens)
        kind: Literal["text", "button", "row"] = "text" if not is_tap else "row" if rows else "button"
        steps.append(Step(said, kind, tuple(answers)))
    return steps


def _answers(channel: str, reply: Any, words: Any) -> list[Answer]:
    if channel == "telegram":
        from bot.channels.telegram.replies import write as write_telegram

        return [_telegram(call.params) for call in write_telegram(reply, "1", words)]
    from bot.channels.whatsapp.replies import write as write_whatsapp

    return [_whatsapp(message) for message in write_whatsapp(reply, "1", 1, words)]


def _telegram(params: Any) -> Answer:
    rows = params.get("reply_markup", {}).get("inline_keyboard", ())
    return Answer(params["text"], tuple(Button(one["callback_data"], one["text"]) for row in rows for one in row))


def _whatsapp(message: Any) -> Answer:
    if message["type"] == "text":
        return Answer(message["text"]["body"])
    told = message["interactive"]
    text, action = told["body"]["text"], told["action"]
    if "buttons" in action:
        replies = [one["reply"] for one in action["buttons"]]
        return Answer(text, tuple(Button(one["id"], one["title"]) for one in replies))
    rows = [row for section in action["sections"] for row in section["rows"]]
    return Answer(text, tuple(Button(row["id"], row["title"]) for row in rows), action["button"])


def kept(steps: Sequence[Step]) -> str:
    """Return the steps as JSON, for a program of its own."""
    return json.dumps([asdict(step) for step in steps], ensure_ascii=False)


def known(text: str) -> list[Step]:
    """Return the steps in JSON."""
    return [
        Step(
            step["said"],
            step["kind"],
            tuple(
                Answer(one["text"], tuple(Button(**button) for button in one["buttons"]), one["opens"])
                for one in step["answers"]
            ),
        )
        for step in json.loads(text)
    ]
