"""WhatsApp by the Cloud API: webhooks read, replies written and sent, by an adapter of our own.

Nothing here keeps anything: what is posted goes out through `Rooms`. A person is known by a business-scoped user id or
a WhatsApp id, whichever the platform tells; neither, nor a message's text, is ever logged.
"""

from bot.channels.parsing import NotJsonError
from bot.channels.whatsapp.checking import equal, lint, lint_words
from bot.channels.whatsapp.messages import read
from bot.channels.whatsapp.paging import next_page
from bot.channels.whatsapp.replies import contents, write
from bot.channels.whatsapp.sender import GRAPH, VERSION, Account, Sender, Template, pace
from bot.channels.whatsapp.updates import (
    CHANNEL,
    Incoming,
    Item,
    Moved,
    Passed,
    Status,
    Unread,
    updates,
)
from bot.channels.whatsapp.webhook import Rooms, Secrets, app, signature
from bot.channels.whatsapp.windows import Windows
from bot.channels.whatsapp.words import Words

__all__ = [
    "CHANNEL",
    "GRAPH",
    "VERSION",
    "Account",
    "Incoming",
    "Item",
    "Moved",
    "NotJsonError",
    "Passed",
    "Rooms",
    "Secrets",
    "Sender",
    "Status",
    "Template",
    "Unread",
    "Windows",
    "Words",
    "app",
    "contents",
    "equal",
    "lint",
    "lint_words",
    "next_page",
    "pace",
    "read",
    "signature",
    "updates",
    "write",
]
