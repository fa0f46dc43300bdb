"""What a turn leads to: the conversation after it, the replies, and what staff or the figures want to know of it.

Pure values. An event tells what happened, never what to do about it: storing and counting it is the shell's.
"""

from dataclasses import dataclass
from typing import Literal

from bot.conversation.conversation import Conversation
from bot.message import Reply

EventKind = Literal["question", "chosen", "case", "case_message", "case_left", "forget", "flow", "assessed"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in a turn that staff or figures want."""

    kind: EventKind
    #: The person's words, only where staff need them: a question, a case.
    text: str = ""
    #: An entry's id (for a question the best entries' ids, best first, parted by spaces), a flow's, a verdict.
    about: str = ""
    #: How sure the answer to a question was: `sure`, `unsure` or `none`.
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and what it led to."""

    conversation: Conversation
    replies: tuple[Reply, ...]
    events: tuple[Event, ...] = ()
