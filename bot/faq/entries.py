"""The entries of the FAQ: a question, what people type for it, and the answer with its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NewType

from bot.message import Confidence, Text

EntryId = NewType("EntryId", str)

#: How people write: Darija in Arabic letters, standard Arabic, Darija in Latin letters, French.
PhrasingVariety = Literal["darija", "msa", "arabizi", "french"]
REGISTERS: tuple[PhrasingVariety, ...] = ("darija", "msa", "arabizi", "french")


@dataclass(frozen=True, slots=True)
class EntrySource:
    """Where an answer is written: an address that opens, or a title where the address is not known whole."""

    read: date
    #: What it is and what was taken from it, for those who look after the content.
    says: str
    url: str | None = None
    title: str | None = None
    #: When it was published, as it tells: a year, a month or a day. None when it does not.
    published: str | None = None
    confidence: Confidence = "uncertain"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question and its answer. Its texts may name amounts of the law: `{tpme_least_investment}`."""

    id: EntryId
    question: Text
    phrasings: Mapping[PhrasingVariety, tuple[str, ...]]
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
    #: The last day on which it is known to hold; None when no end is known.
    until: date | None = None
    #: The flow that finds the office such a question is about, for whoever names a place in it.
    leads_to: str | None = None
    #: The answer for whoever did not understand it: two short sentences without a term of the trade.
    plain: Text | None = None

    def has_ended(self, on: date) -> bool:
        """Tell whether the answer was only known to hold until before `on`."""
        return self.until is not None and on > self.until

    def main_source(self) -> EntrySource | None:
        """Return the source by which the answer is dated: of those as sure as the answer, the latest published."""
        as_sure = [source for source in self.sources if source.confidence == self.confidence] or list(self.sources)
        return max(as_sure, key=lambda source: (source.published or "", source.read), default=None)

    @property
    def subject(self) -> str:
        """Return the part of the id before the dot, which is also the file's name."""
        return self.id.partition(".")[0]
