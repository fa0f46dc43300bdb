"""How each channel carries a conversation: what a person does becomes its payload, replies become what is seen.

No network: the channels' pure halves, `read` and `write`, on both sides of a turn.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from bot.channels import terminal
from bot.channels.incoming import Incoming
from bot.channels.telegram.replies import write as write_telegram
from bot.channels.telegram.updates import read as read_telegram
from bot.channels.telegram.updates import updates as telegram_updates
from bot.channels.web import messages
from bot.channels.whatsapp.replies import write as write_whatsapp
from bot.channels.whatsapp.updates import read as read_whatsapp
from bot.channels.whatsapp.updates import updates as whatsapp_updates
from bot.conversation.conversation import Conversation
from bot.conversation.tapping import rest_of_list
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Reply, Said, Sent, VoiceHeard
from tests.channels.telegram.conftest import words as telegram_words
from tests.channels.telegram.decoding import decoded as telegram_decoded
from tests.channels.telegram.examples import message as telegram_message
from tests.channels.telegram.examples import tap as telegram_tap
from tests.channels.telegram.examples import update as telegram_update
from tests.channels.whatsapp.conftest import words as whatsapp_words
from tests.channels.whatsapp.decoding import decoded as whatsapp_decoded
from tests.standins import graph
from tests.transcripts.seeing import PAGE, Seen, in_telegram, in_terminal, in_whatsapp, numbered, together

PERSON = PersonId("p")
_USER = "MA.13491208655302741918"
_FILE = {"file_id": "AAQ", "file_unique_id": "AQA", "width": 90, "height": 67}


class Channel(Protocol):
    """One channel's two halves."""

    def read(self, content: Content, before: Conversation, seen: Seen) -> Content | None:
        """Return what the guide reads of what a person does who saw this; None for what nobody can do there."""
        ...

    def seen(self, replies: Sequence[Reply], after: Conversation) -> Seen:
        """Return what the person sees of replies, every page opened, once the platform has taken all of it."""
        ...

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        """Return what the channel says of its own below the replies."""
        ...


class Terminal:
    """Typed lines; a choice is typed as its number."""

    def read(self, content: Content, before: Conversation, seen: Seen) -> Content | None:
        match content:
            case Said(text):
                typed = text
            case Chose(choice):
                number = number_of(choice, before)
                if number is None:
                    return None
                typed = str(number)
            case Located(lat, lon):
                typed = f"@{lat},{lon}"
            case Sent() | VoiceHeard():
                return None
        return terminal.read(typed.encode(), PERSON).content

    def seen(self, replies: Sequence[Reply], after: Conversation) -> Seen:
        return together(in_terminal(terminal.write(reply), reply.choices) for reply in replies)

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        return ""


class Telegram:
    """Updates, and calls as python-telegram-bot and aiogram read them."""

    def read(self, content: Content, before: Conversation, seen: Seen) -> Content | None:
        match content:
            case Said(text):
                update = telegram_update(text=text)
            case Chose(choice):
                update = telegram_tap(choice)
            case Located(lat, lon):
                update = telegram_update(location={"latitude": lat, "longitude": lon})
            case Sent() | VoiceHeard():
                update = {"update_id": 1, "message": telegram_message(photo=[_FILE])}
        [item] = telegram_updates(json.dumps(update).encode())
        assert isinstance(item, Incoming)
        return read_telegram(item.raw, PERSON).content

    def seen(self, replies: Sequence[Reply], after: Conversation) -> Seen:
        return together(self._messages(replies))

    def _messages(self, replies: Sequence[Reply]) -> Iterator[Seen]:
        for reply in replies:
            for call in write_telegram(reply, "123", telegram_words()):
                assert call.method == "sendMessage"
                telegram_decoded(call.params)
                yield in_telegram(call.params, reply.language)

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        prompt = telegram_words().share_prompt
        asks = bool(replies) and replies[-1].asks_location
        return numbered(replies, seen) + ("\n" + prompt.of(replies[-1].language) if asks else "")


class WhatsApp:
    """Webhooks, and messages as pywa and Meta's own description read them."""

    def read(self, content: Content, before: Conversation, seen: Seen) -> Content | None:
        message = told(content, before, seen, "m", 1_795_424_400)
        [item] = whatsapp_updates(graph.batch([graph.value(message, user_id=_USER)]))
        assert isinstance(item, Incoming)
        return read_whatsapp(item.raw, PERSON).content

    def seen(self, replies: Sequence[Reply], after: Conversation) -> Seen:
        seen = together(self._messages(replies))
        while seen.tappable and seen.tappable[-1].id.startswith(PAGE):
            tap = Chose(ChoiceId(seen.tappable[-1].id))
            rest_of_all = rest_of_list(tap, after.shown)
            assert rest_of_all
            rest = together(self._messages((Reply("…", rest_of_all, after.language),)))
            seen = Seen(seen.text, (*seen.tappable[:-1], *rest.tappable), seen.shares_position)
        return seen

    def _messages(self, replies: Sequence[Reply]) -> Iterator[Seen]:
        for reply in replies:
            for message in write_whatsapp(reply, _USER, 7, whatsapp_words()):
                whatsapp_decoded(message)
                yield in_whatsapp(message)

    def below(self, replies: Sequence[Reply], seen: Seen) -> str:
        if seen.tappable and seen.tappable[0].is_row and replies[-1].choices[0].mark:
            return numbered(replies)
        if not seen.shares_position or not replies[-1].choices:
            return ""
        return f"{whatsapp_words().or_number.of(replies[-1].language)}\n{numbered(replies)}"


def posted(content: Content) -> dict[str, str] | None:
    """Return the fields of the form that a browser sends for what a person does; None for what no page can send."""
    match content:
        case Said(text):
            return {"text": text}
        case Chose(choice):
            return {"choice": choice}
        case Located(lat, lon):
            return {"lat": str(lat), "lon": str(lon)}
        case Sent() | VoiceHeard():
            return None


def read_from_page(content: Content) -> Content | None:
    """Return what the guide reads of what a person does on the page."""
    fields = posted(content)
    return None if fields is None else messages.read(messages.update("a" * 32, "b" * 32, fields)[1], PERSON).content


def told(content: Content, before: Conversation, seen: Seen, id_: str, at: float, **who: str) -> dict[str, Any]:
    """Return what WhatsApp tells of what a person does; a choice that stands only numbered in the text is typed."""
    match content:
        case Said(text):
            return graph.words(id_, text, at, **who)
        case Chose(choice):
            tapped = seen.tapped(choice)
            if tapped is None and seen.shares_position:
                return graph.words(id_, str(number_of(choice, before)), at, **who)
            kind = "list_reply" if tapped is not None and tapped.is_row else "button_reply"
            reply = {"type": kind, kind: {"id": choice, "title": tapped.label if tapped else "x"}}
            return graph.message(id_, "interactive", reply, at, **who)
        case Located(lat, lon):
            return graph.message(id_, "location", {"latitude": lat, "longitude": lon}, at, **who)
        case Sent() | VoiceHeard():
            return graph.message(id_, "image", {"id": "1", "mime_type": "image/jpeg"}, at, **who)


def number_of(choice: ChoiceId, before: Conversation) -> int | None:
    """Return the number that a choice has among those last shown."""
    return next((number for number, one in enumerate(before.shown, 1) if one.id == choice), None)
