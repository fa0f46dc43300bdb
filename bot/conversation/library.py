"""Everything the guide knows, as one frozen value: a turn needs nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.conversation.asides import Words
from bot.conversation.flow import Flow
from bot.conversation.phrases import Phrases
from bot.eligibility.facts import Fact
from bot.eligibility.scheme import Scheme
from bot.faq.entries import Entry
from bot.faq.matcher import Matcher
from bot.message import Text
from bot.offices.offices import Office, Station
from bot.offices.places import Gazetteer


@dataclass(frozen=True, slots=True)
class Library:
    """One release of the content. The core reads it; only `bot.content` makes it."""

    #: Changes with every change of the content.
    release: str
    flows: Mapping[str, Flow]
    facts: Mapping[str, Fact]
    schemes: Mapping[str, Scheme]
    phrases: Phrases
    words: Words
    entries: Mapping[str, Entry]
    matcher: Matcher
    gazetteer: Gazetteer
    offices: tuple[Office, ...]
    stations: tuple[Station, ...]
    #: The amounts of the law on a day, rendered, by name: what `{tpme_ceiling}` stands for.
    amounts: Callable[[date], Mapping[str, Text]]

    def filled(self, text: Text, on: date) -> Text:
        """Return `text` with the amounts it names as they are on that day."""
        if not any("{" in wording for wording in text.every()):
            return text
        return text.filled(**self.amounts(on))
