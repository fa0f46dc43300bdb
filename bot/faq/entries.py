"""The entries of the FAQ: a question, what people type for it, and the answer with its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NewType

from bot.message import Text

EntryId = NewType("EntryId", str)

#: How people write: Darija in Arabic letters, standard Arabic, Darija in Latin letters, French.
Register = Literal["darija", "msa", "arabizi", "french"]
REGISTERS: tuple[Register, ...] = ("darija", "msa", "arabizi", "french")

Confidence = Literal["official", "press", "single", "uncertain"]


@dataclass(frozen=True, slots=True)
class EntrySource:
    """Where an answer is written: address or title, the day it was read, what it is."""

    url: str
    read: date
    says: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One question and its answer. `answer` and `more` may name amounts of the law: `{tpme_least_investment}`."""

    id: EntryId
    question: Text
    phrasings: Mapping[Register, tuple[str, ...]]
    answer: Text
    more: Text | None
    sources: tuple[EntrySource, ...]
    checked: date
    confidence: Confidence
    #: Flows and entries that help next, in order.
    see: tuple[str, ...] = ()
    #: Another office's business: recognised so as not to be taken for ours, answered with one sentence.
    off_topic: bool = False
    #: What the question is called where little of it can be shown.
    short: Text | None = None

    @property
    def subject(self) -> str:
        """Return the part of the id before the dot, which is also the file's name."""
        return self.id.partition(".")[0]
