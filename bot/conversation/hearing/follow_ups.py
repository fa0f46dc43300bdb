"""What can be asked in a word about what is on the screen, and where it leads (`flows/follow_ups.yaml`).

«شحال؟», «فين نمشي», «والوراق؟», "et après ?", «علاش لا» name nothing: they are about what was last told. What must not
break: a message with any word of its own («شحال كيكلف الشحن») is no such question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.conversation.conversation import OnScreen
from bot.conversation.hearing.forms import held, longest
from bot.language.negation import words_of

#: What can be asked: whether it is still so, why not, why, where, when, which papers, on what conditions, what next,
#: how much is given, what it costs, what it is good for, its telephone, how.
Aspect = Literal[
    "still", "why_not", "why", "phone", "office", "when", "papers", "conditions", "next", "cost", "amount", "use", "how"
]
#: Words beyond which a message is no short question.
_SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What belongs together on the screen, and to which entries and flows each short question about it leads."""

    schemes: tuple[str, ...]
    flows: frozenset[str]
    entries: frozenset[str]
    #: The kinds of offices that belong to it, as the ids of offices begin; «شحال كيعطيو» there is about their aid.
    offices: frozenset[str]
    asked: Mapping[Aspect, tuple[str, ...]]

    def holds(self, shown: OnScreen) -> bool:
        """Return whether what is on the screen belongs to it."""
        match shown.kind:
            case "answer":
                return shown.of in self.entries
            case "flow":
                return shown.of in self.flows
            case "scheme":
                return shown.of in self.schemes
            case "office":
                return shown.of.rpartition("-")[0] in self.offices
            case _:
                return False


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The words of short questions and the subjects they may be about."""

    words: Mapping[Aspect, tuple[str, ...]]
    #: Words that may stand beside them and name nothing.
    beside: tuple[str, ...]
    subjects: tuple[Subject, ...]

    def aspect(self, plain: str) -> Aspect | None:
        """Return what a folded message that names nothing asks for; of several the first in the writers' order."""
        words = words_of(plain)
        if not 0 < len(words) <= _SHORT:
            return None
        found = longest((aspect, one) for aspect, forms in self.words.items() for one in held(forms, words))
        if not found:
            return None
        inside = {at for _, one in found for at in range(one.first, one.behind)}
        inside |= {at for one in held(self.beside, words) for at in range(one.first, one.behind)}
        if len(inside) < len(words):
            return None
        asked = {aspect for aspect, _ in found}
        return next(aspect for aspect in self.words if aspect in asked)

    def subject(self, shown: OnScreen) -> Subject | None:
        """Return the subject of what is on the screen; None where none was written."""
        return next((subject for subject in self.subjects if subject.holds(shown)), None)
