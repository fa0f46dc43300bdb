"""Conversations and replies as the JSON they are stored as.

A field added to either needs a default: rows of yesterday are read with it. A row that cannot be read is an error,
never a fresh start that would silently lose what was said.
"""

from functools import cache, lru_cache
from typing import Final

import msgspec

from bot.conversation.conversation import Conversation
from bot.message import Reply

_encode: Final = msgspec.json.Encoder().encode


@cache
def _conversations() -> "msgspec.json.Decoder[Conversation]":
    return msgspec.json.Decoder(Conversation)


@cache
def _replies() -> "msgspec.json.Decoder[Reply]":
    return msgspec.json.Decoder(Reply)


def encoded(value: Conversation | Reply) -> str:
    """Return `value` as it is stored; a lone surrogate in it raises."""
    return _encode(value).decode()


def conversation(stored: str) -> Conversation:
    """Return the conversation in a row; what does not fit raises `msgspec.ValidationError`."""
    return _conversations().decode(stored)


@lru_cache(256)
def reply(stored: str) -> Reply:
    """Return the reply in a row; what does not fit raises `msgspec.ValidationError`.

    The last few are remembered: most of what is said is the same few hundred questions and answers.
    """
    return _replies().decode(stored)
