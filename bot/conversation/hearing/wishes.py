"""What somebody wants who says who they are in the same breath: the words that ask for a right, and for which check."""

from dataclasses import dataclass

from bot.conversation.flow import FlowId
from bot.conversation.hearing.forms import held
from bot.language.negation import Word, words_of


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
