"""What somebody wants who says who they are in the same breath: the check that opens, or a question to be answered.

«تعاونية ديال الزرابي فأزرو، واش كاين شي دعم» is no question about cooperatives in general: it tells three facts and
asks for a check. What must not break: of one fact alone nothing is taken here («واش التعاونية تقدر تصدر؟» is about any
cooperative), nothing is taken from a "what if", and a question that is surely one of ours and asks for no right
(«حنا تعاونية فصفرو، كيفاش نتخلصو من برا؟») is answered, with the facts noted.
"""

from dataclasses import dataclass
from typing import Final

from bot.conversation.flow import FlowId
from bot.conversation.spoken import held
from bot.language.negation import Word, words_of

#: Facts from which on a message says who somebody is.
LEAST_FACTS: Final = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """A check and the words that ask for it."""

    flow: FlowId
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """The words by which people ask what they have a right to, and those that say for what (`flows/wishes.yaml`)."""

    right: tuple[str, ...]
    checks: tuple[Wish, ...]

    def asks_for_a_right(self, plain: str) -> bool:
        """Return whether a folded message asks what somebody has a right to."""
        return _holds(self.right, words_of(plain))

    def check(self, plain: str) -> FlowId | None:
        """Return the flow that the words of a folded message ask for, None when they name none."""
        words = words_of(plain)
        return next((wish.flow for wish in self.checks if _holds(wish.words, words)), None)


def _holds(forms: tuple[str, ...], words: tuple[Word, ...]) -> bool:
    return next(held(forms, words), None) is not None
