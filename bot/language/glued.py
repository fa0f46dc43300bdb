"""Where words stand in a message with what Arabic glues to them: «والمشروع»، «معاملاتنا»."""

import re
from functools import lru_cache
from typing import Final

from bot.language.folding import folded
from bot.language.hedges import GROWN_PRICE

#: What is glued before and behind a word that a number counts, in either script.
_GROWN_ARABIC: Final = ("(?:و?(?:غا?|س|[فبلد]?(?:ال)?|لل))", "(?:[هيكو]|نا|كم|هم|ها|ات|ين|تنا|تي|اتنا|اتي|ان)?")
_GROWN_LATIN: Final = ("(?:[wo]?(?:gha|[flb]))?", "(?:[isxy]|na|at|atna|ati)?")


@lru_cache(maxsize=2_048)
def glued(form: str) -> re.Pattern[str]:
    """Return where a fact's words stand in a folded message, with what Arabic glues to them: «والمشروع»، «معاملاتنا».

    «كنخدمو» tells what is done, and is no «نخدمو»; "emploie" is no "emploi".
    """
    words = folded(form)
    before, behind = _GROWN_LATIN if words.isascii() else _GROWN_ARABIC
    # «آلات ب» ends in what is glued to the number: «آلات بمليوني درهم».
    end = "" if words.endswith(f" {GROWN_PRICE}") else rf"{behind}(?!\S)"
    return re.compile(rf"(?<!\S){before}(?P<form>{re.escape(words)}){end}")
