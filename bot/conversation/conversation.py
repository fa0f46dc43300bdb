"""Where one person stands: the list of the answers they gave, and what was last shown to them.

The list is the state. Where the person is in a flow is found by following the flow again with these answers, so an
edited flow strands nobody and "back" is the list without its last answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from bot.message import MAIN, Choice, Language, SpokenLanguage

#: The value of an answer: option id, number, yes/no, place id; None when the person does not know.
Value = str | int | float | bool | None

#: The answer that says which flow was gone to; every other answer is about a fact.
FLOW: Final = "flow"

#: Answers kept at most; beyond it the oldest visits to flows are forgotten, facts never.
LONGEST_TRAIL: Final = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered about one thing: a fact's id, or `FLOW`."""

    about: str
    value: Value


@dataclass(frozen=True, slots=True)
class File:
    """What was answered for one cooperative, member or project, under the nickname the person gave it."""

    name: str
    trail: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a person has before them, by its id: what a short "how much?" or "where?" is about.

    An answer by its entry, a flow that explains, the result of a check by its flow, one scheme of it, an office, the
    question of a fact. What can be asked about it is `following`'s.
    """

    kind: Literal["answer", "flow", "result", "scheme", "office", "question"]
    of: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Words that were made of a voice and that its person has not confirmed, and the choices that were shown before."""

    words: str
    shown: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's conversation. Small: it is stored whole after every turn."""

    language: Language = MAIN
    #: Flows gone to and facts answered, oldest first.
    trail: tuple[Answer, ...] = ()
    #: The choices last shown, in reading order: a typed 3 is the third.
    shown: tuple[Choice, ...] = ()
    #: What was last told, for "and how much?": see `OnScreen`.
    on_screen: OnScreen | None = None
    #: The question that suggestions were offered for, word for word, until one is chosen.
    question: str | None = None
    #: True while a person of the staff has the case: the guide is silent.
    with_person: bool = False
    #: True once somebody who waits for the staff was told that what they wrote has arrived.
    acknowledged: bool = False
    #: True while the person listens rather than reads: see `listening`.
    listening: bool = False
    #: The language that the person chose to hear answers in; None where they chose none.
    hears: SpokenLanguage | None = None
    #: What was heard and is to be confirmed: nothing that a person did not say becomes an answer of theirs.
    unconfirmed: Unconfirmed | None = None
    #: True once French was offered to someone who writes Darija in Latin letters.
    french_offered: bool = False
    #: True after a turn that left the flow where it was (a list, the detail of a scheme): "back" ends that first.
    astray: bool = False
    #: A fact asked again, out of its flow's order, to be changed; the old answer stands until there is a new one.
    asking: str | None = None
    #: Where else than at their own place a person looks for an office; empty while that place is asked for.
    elsewhere: str | None = None
    #: The nickname of the file that `trail` is about, empty for the only one.
    name: str = ""
    #: The files put aside.
    others: tuple[File, ...] = ()
    #: True while the nickname of a new file is asked.
    naming: bool = False
    #: Messages one after another that led nowhere.
    misses: int = 0
    #: When the person last wrote, None before their first message.
    heard: datetime | None = None
    #: The release of the content the trail was last followed with.
    release: str = ""

    @property
    def flow(self) -> str:
        """Return the flow the person went to last, empty when they went to none: see `Library.flow_of`."""
        return next((str(answer.value) for answer in reversed(self.trail) if answer.about == FLOW), "")

    @property
    def facts(self) -> Mapping[str, Value]:
        """Return what is known, the latest answer about each fact; None for what the person does not know."""
        return {answer.about: answer.value for answer in self.trail if answer.about != FLOW}

    @property
    def entry_told(self) -> str | None:
        """Return the entry whose answer was last told, None where something else was told after it."""
        told = self.on_screen
        return told.of if told is not None and told.kind == "answer" else None

    def answered(self, about: str, value: Value) -> "Conversation":
        """Return the conversation one answer further."""
        trail = (*self.trail, Answer(about, value))
        if len(trail) > LONGEST_TRAIL:
            oldest_visit = next((index for index, answer in enumerate(trail) if answer.about == FLOW), 0)
            trail = trail[:oldest_visit] + trail[oldest_visit + 1 :]
        return replace(self, trail=trail, asking=None, naming=False)

    def without_suggestions(self) -> "Conversation":
        """Return the conversation in which no suggestions wait for one to be chosen."""
        return self if self.question is None else replace(self, question=None)

    def tried(self, fact: str) -> tuple[Value, ...]:
        """Return the values that were answered for a fact, each once, oldest first."""
        return tuple(dict.fromkeys(answer.value for answer in self.trail if answer.about == fact))

    def back(self) -> "Conversation":
        """Return the conversation without its last answer; at the very start, itself."""
        return replace(self, trail=self.trail[:-1]) if len(self.trail) > 1 else self

    def without(self, fact: str) -> "Conversation":
        """Return the conversation in which `fact` was never answered, so that it is asked again."""
        return replace(self, trail=tuple(answer for answer in self.trail if answer.about != fact))
