"""The same updates, read by two other implementations of the Bot API."""

import json
import warnings
from typing import Any

import pytest
from aiogram.types import Update as AiogramUpdate
from telegram import Update as PtbUpdate

from bot.channels.incoming import Incoming, SentKind
from bot.channels.telegram.updates import read, updates
from bot.channels.telegram.words import commanded
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Said, Sent
from tests.channels.telegram.conftest import recorded
from tests.channels.telegram.examples import MEANINGS, PASSED

_ALL = [*recorded(), *(pytest.param(told, id=name) for name, (told, _) in MEANINGS.items())]
_KINDS: dict[str, SentKind] = {
    "photo": "photo",
    "sticker": "sticker",
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "voice": "voice",
    "audio": "voice",
    "contact": "contact",
}


def _meaning(update: Any) -> tuple[str, Content]:
    """Return the chat and the meaning of an update of either library, which name their fields alike."""
    query = update.callback_query
    if query is not None:
        return str(query.message.chat.id), Chose(ChoiceId(query.data))
    message = update.message
    address = str(message.chat.id)
    if message.text is not None:
        choice = commanded(message.text)
        is_command = any(entity.type == "bot_command" for entity in message.entities or ())
        return address, Chose(choice) if is_command and choice else Said(message.text)
    place = message.location or (message.venue and message.venue.location)
    if place:
        return address, Located(place.latitude, place.longitude)
    return address, Sent(next((_KINDS[name] for name in _KINDS if getattr(message, name, None)), "other"))


def _ours(told: dict[str, Any]) -> tuple[str, Content]:
    [item] = updates(json.dumps(told).encode())
    assert isinstance(item, Incoming)
    return item.address, read(item.raw, PersonId("p")).content


@pytest.mark.parametrize("told", _ALL)
def test_reads_as_aiogram_does(told: dict[str, Any]) -> None:
    """An update means the same as aiogram reads in it."""
    assert _meaning(AiogramUpdate.model_validate(told)) == _ours(told)


@pytest.mark.parametrize("told", _ALL)
def test_reads_as_python_telegram_bot_does(told: dict[str, Any]) -> None:
    """An update means the same as python-telegram-bot reads in it."""
    assert _meaning(PtbUpdate.de_json(told, None)) == _ours(told)


@pytest.mark.parametrize("told", PASSED.values(), ids=PASSED)
def test_knows_what_the_others_know(told: dict[str, Any]) -> None:
    """The updates that are passed over are ones that both others know by the same name."""
    [kind] = told.keys() - {"update_id"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ptb = PtbUpdate.de_json({"update_id": 1} if kind == "poll" else told, None)
    assert ptb.update_id
    assert kind in AiogramUpdate.model_fields
