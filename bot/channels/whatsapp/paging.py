"""The rest of a list that has more rows than fit: its row says what it leads to, so that nothing is kept for it.

A page's id is `page:<choices left>:<digest of their ids>`. The conversation keeps the choices last shown; the rest of
them is shown when the digest says that they are still the same. Else the tap is an old button, which the conversation
answers.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

from bot.channels.whatsapp.words import Words
from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.message import Choice, ChoiceId, Chose, Message, Reply

_PAGE = re.compile(r"page:([0-9]{1,4}):([0-9a-f]{8})")


def page_id(rest: Sequence[Choice]) -> ChoiceId:
    """Return the id of the row that leads to `rest`, the end of a list of choices."""
    return ChoiceId(f"page:{len(rest)}:{_digest(rest)}")


def next_page(conversation: Conversation, message: Message, words: Words) -> Turn | None:
    """Return the turn that shows the rest of the choices last shown; None when the message asks for no such thing."""
    if not isinstance(message.content, Chose):
        return None
    asked = _PAGE.fullmatch(message.content.choice)
    if asked is None or not 0 < int(asked[1]) <= len(conversation.shown):
        return None
    rest = conversation.shown[-int(asked[1]) :]
    if _digest(rest) != asked[2]:
        return None
    reply = Reply(words.rest.of(conversation.language), rest, conversation.language)
    return Turn(conversation, (reply,))


def _digest(choices: Sequence[Choice]) -> str:
    return blake2b("\0".join(choice.id for choice in choices).encode(), digest_size=4).hexdigest()
