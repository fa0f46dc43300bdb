"""The features of a text: letters, consonants and concepts, each a view of its own.

Three views because Moroccans write one word in many ways: n-grams of letters forgive typing, the skeleton joins Arabic
letters and Arabizi, concepts join words that share no letter at all. A feature's first character tells its view.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.faq.lexicon import Lexicon
from bot.language.folding import folded
from bot.language.skeleton import word_skeleton

#: How much each view counts, by its sign; measured in `bench/matching.py`.
VIEWS: Final[dict[str, float]] = {"l": 1.0, "s": 0.6, "c": 1.0}

#: Longer messages are cut: a question is in its first words, and nobody may make the guide slow.
LONGEST: Final = 600


def features(text: str, lexicon: Lexicon) -> list[str]:
    """Return the features of `text`, each as often as it occurs."""
    words = folded(text[:LONGEST]).split()
    found = [gram for word in words for gram in _of_word(word)]
    concepts = lexicon.concepts(words)
    found += ["c" + concept for concept in concepts]
    # Pairs that stand together: "how much" and "turnover" say more as one.
    found += [f"c{first}+{second}" for first, second in pairwise(concepts)]
    return found


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    """Return the n-grams of one folded word (2–5 letters) and of its skeleton (2–4 signs), within its ends."""
    signs = word_skeleton(word)
    return (*_grams("l", f" {word} ", 5), *(_grams("s", f" {signs} ", 4) if signs else ()))


def _grams(view: str, padded: str, longest: int) -> tuple[str, ...]:
    return tuple(
        view + padded[start : start + length]
        for length in range(2, longest + 1)
        for start in range(len(padded) - length + 1)
    )
