"""How Arabic words are written: with what is glued to them («والمشروع»، «معاملاتنا»), and by the ear («الداخلا»)."""

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


#: The folded letter of ة at the end of a word, how it sounds, and the fewest letters of a word whose ة it surely is.
_LAST_VOWEL: Final = folded("ة"), folded("ا")
_LEAST_ENDED: Final = 4


def ended_by_ear(token: str) -> str:
    """Return a folded Arabic token that ends in ة as people write it who go by the ear: «الداخلا», «طنجا»."""
    written, sounding = _LAST_VOWEL
    return token[:-1] + sounding if len(token) >= _LEAST_ENDED and token.endswith(written) else token
