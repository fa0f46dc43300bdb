"""What somebody wants who says who they are in the same breath: the words that ask for a right, and for which check."""

from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.conversation.flow import FlowId
from bot.conversation.hearing.forms import held
from bot.faq.entries import Entry
from bot.language.folding import folded
from bot.language.negation import Word, words_of
from bot.message import Text

#: An entry is about ours when one in so many of its phrasings holds a word of ours.
_ONE_IN: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A check, the words that ask for it, and the facts that are told for nothing else."""

    flow: FlowId
    words: tuple[str, ...]
    #: The fact that a sum named in the same breath is, where it stands for one: «نكبرو المعمل ب 2 مليون درهم».
    sum: str | None = None
    #: The facts that are told for no other check.
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """The words by which people ask what they have a right to, and those that say for what (`flows/wishes.yaml`)."""

    right: tuple[str, ...]
    checks: tuple[Wish, ...]
    #: Words of a craft, a workshop, a product, of selling: what this guide is about.
    ours: tuple[str, ...]

    def is_of_ours(self, plain: str) -> bool:
        """Return whether a folded message holds a word of what this guide is about."""
        return _holds(self.ours, words_of(plain))

    def is_about_ours(self, entry: Entry) -> bool:
        """Return whether an entry of another office is asked with our words, as the price of a carpet is."""
        return _is_asked_with(self.ours, entry.question, tuple(entry.phrasings.values()))

    def asks_for_a_right(self, plain: str) -> bool:
        """Return whether a folded message asks what somebody has a right to."""
        return _holds(self.right, words_of(plain))

    def check(self, plain: str, facts: Container[str] = ()) -> FlowId | None:
        """Return the flow that the words of a folded message ask for; without such words, one that its facts are for.

        None when neither names any.
        """
        if (wish := self.wish(plain)) is not None:
            return wish.flow
        return next((wish.flow for wish in self.checks if any(fact in facts for fact in wish.facts)), None)

    def wish(self, plain: str) -> Wish | None:
        """Return the check that the words of a folded message ask for, None when they name none."""
        words = words_of(plain)
        return next((wish for wish in self.checks if _holds(wish.words, words)), None)


@lru_cache(maxsize=256)
def _is_asked_with(forms: tuple[str, ...], question: Text, phrasings: tuple[tuple[str, ...], ...]) -> bool:
    asked = [*question.every(), *(phrasing for listed in phrasings for phrasing in listed)]
    holding = sum(_holds(forms, words_of(folded(phrasing))) for phrasing in asked)
    return holding * _ONE_IN >= len(asked)


def _holds(forms: tuple[str, ...], words: tuple[Word, ...]) -> bool:
    return next(held(forms, words), None) is not None
