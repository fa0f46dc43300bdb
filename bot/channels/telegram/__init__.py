"""Telegram by the Bot API: updates read by our own hand, replies written as plain calls, sent through aiogram's `Bot`.

Nothing imported here imports aiogram, which takes seconds and a hundred megabytes: `line`, `sender`, `polling` and
`setup` do, and are imported by whoever turns Telegram on. A chat's id and a message's text are never logged.
"""

from bot.channels.parsing import NotJsonError
from bot.channels.telegram.calls import ALLOWED, Call
from bot.channels.telegram.checking import equal, lint, lint_words
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.keeping import Rooms
from bot.channels.telegram.links import COMMANDS, link
from bot.channels.telegram.messages import read
from bot.channels.telegram.replies import write
from bot.channels.telegram.updates import (
    CHANNEL,
    Blocking,
    Incoming,
    Item,
    Moved,
    Passed,
    Tap,
    Unread,
    updates,
)
from bot.channels.telegram.webhook import HEADER, app, is_secret
from bot.channels.telegram.words import Words

__all__ = [
    "ALLOWED",
    "CHANNEL",
    "COMMANDS",
    "HEADER",
    "Blocking",
    "Call",
    "Courtesies",
    "Incoming",
    "Item",
    "Moved",
    "NotJsonError",
    "Passed",
    "Rooms",
    "Tap",
    "Unread",
    "Words",
    "app",
    "equal",
    "is_secret",
    "link",
    "lint",
    "lint_words",
    "read",
    "updates",
    "write",
]
