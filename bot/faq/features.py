"""The features of a text: letters, consonants and concepts, each a view of its own.

Three views because Moroccans write one word in many ways: n-grams of letters forgive typing, the skeleton joins Arabic
letters and Arabizi, concepts join words that share no letter at all. A feature is a number: its view above, what it is
hashed to below, so that the words themselves need not be kept.
"""

from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.faq.lexicon import Lexicon
from bot.language.folding import folded
from bot.language.skeleton import word_skeleton

Features = NDArray[np.uint64]

#: How much each view counts: letters, skeleton, concepts; chosen on ArBanking77 and by cross-validation.
VIEWS: Final = (1.0, 0.6, 1.2)
_LETTERS, _SKELETON, _CONCEPTS = range(3)

#: Longer messages are cut: a question is in its first words, and nobody may make the guide slow.
LONGEST: Final = 600
#: The same for a word: none of ours is longer.
_LONGEST_WORD: Final = 30
#: How many words apart two concepts may stand to be paired.
_NEAR: Final = 6
#: Bits of what a feature is hashed to; of 100,000 features one pair, perhaps, shares a number.
_BITS: Final = 32


def view_of(features: Features) -> NDArray[np.intp]:
    """Return the view of each feature, as an index of `VIEWS`."""
    return (features >> np.uint64(_BITS)).astype(np.intp)


def features(text: str, lexicon: Lexicon) -> Features:
    """Return the features of `text`, each as often as it occurs."""
    words = [word[:_LONGEST_WORD] for word in folded(text[:LONGEST]).split()]
    if not words:
        return np.zeros(0, dtype=np.uint64)
    return np.concatenate([*map(_of_word, words), _of_concepts(lexicon.concepts(words))])


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Features:
    """Return the n-grams of one folded word (3 and 4 letters) and of its skeleton (2 and 3 signs), ends included."""
    signs = word_skeleton(word)
    grams = [_numbered(_LETTERS, gram) for gram in _grams(f" {word} ", 3, 4)]
    grams += [_numbered(_SKELETON, gram) for gram in _grams(f" {signs} ", 2, 3)] if signs else []
    return np.array(grams, dtype=np.uint64)


def _of_concepts(concepts: list[str]) -> Features:
    """Return the concepts, and each two that stand near, in any order: "how much" and "turnover" say more as one."""
    numbers = [_numbered(_CONCEPTS, concept) for concept in concepts]
    pairs = [
        _paired(min(one, other), max(one, other))
        for place, one in enumerate(numbers)
        for other in numbers[max(0, place - _NEAR) : place]
        if one != other
    ]
    return np.array(numbers + pairs, dtype=np.uint64)


@lru_cache(maxsize=50_000)
def _numbered(view: int, feature: str) -> int:
    return view << _BITS | crc32(feature.encode("utf-8", "surrogatepass"))


def _paired(one: int, other: int) -> int:
    # Two odd constants: a plain sum or "exclusive or" of two hashes meets those of other pairs far too often.
    mixed = (one * 0x9E3779B1 + other * 0x85EBCA77) & (1 << _BITS) - 1
    return _CONCEPTS << _BITS | mixed


def _grams(padded: str, *lengths: int) -> list[str]:
    return [padded[start : start + length] for length in lengths for start in range(len(padded) - length + 1)]
