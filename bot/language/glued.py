"""Where words stand in a message with what Arabic glues to them: «والمشروع»، «معاملاتنا»."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bot.language.folding import folded
from bot.language.hedges import GROWN_PRICE

#: What is glued before and behind a word that a number counts, in either script.
_GROWN_ARABIC: Final = ("(?:و?(?:غا?|س|[فبلد]?(?:ال)?|لل))", "(?:[هيكو]|نا|كم|هم|ها|ات|ين|تنا|تي|اتنا|اتي|ان)?")
_GROWN_LATIN: Final = ("(?:[wo]?(?:gha|[flb]))?", "(?:[isxy]|na|at|atna|ati)?")


def places_of(form: str, plain: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a form begin and end in a folded message, in characters without what is glued to them.

    «كنخدمو» tells what is done, and is no «نخدمو»; "emploie" is no "emploi".
    """
    words, pattern = _pattern(form)
    # Most forms stand nowhere, and that is seen without an expression.
    return (found.span("form") for found in pattern.finditer(plain)) if words in plain else iter(())


@lru_cache(maxsize=2_048)
def _pattern(form: str) -> tuple[str, re.Pattern[str]]:
    words = folded(form)
    before, behind = _GROWN_LATIN if words.isascii() else _GROWN_ARABIC
    # «آلات ب» ends in what is glued to the number: «آلات بمليوني درهم».
    end = "" if words.endswith(f" {GROWN_PRICE}") else rf"{behind}(?!\S)"
    return words, re.compile(rf"(?<!\S){before}(?P<form>{re.escape(words)}){end}")
