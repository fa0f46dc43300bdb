"""What one folded word says about a number; every word means something, most of them "nothing to do with numbers".

A weekday is never a numeral («التلات» is Tuesday), nor is a word that merely begins like a particle and ends like one.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from bot.language.folding import folded
from bot.language.numeral_words import FRENCH, ROWS, Numeral, WordKind

OTHER: Final = Numeral("other")

#: Longest word that is looked at; a German compound is no Moroccan number.
_LONGEST_WORD: Final = 20
#: Fewest letters of a word in which one slip is forgiven, and of what may have become of it.
_LEAST_FORGIVEN: Final = 5

#: Particles written onto an Arabic word, longest first.
_PARTICLES: Final = (
    "وبال",
    "وال",
    "بال",
    "فال",
    "دال",
    "لل",
    "ال",
    "ول",
    "وب",
    "وف",
    "دل",
    "بل",
    "فل",
    "و",
    "ب",
    "ف",
    "ل",
    "د",
)
_LATIN_PARTICLES: Final = ("dyal", "wl", "bl", "fl", "dl", "ll", "w", "b", "f", "d", "l")
_WITHOUT_ARTICLE: Final = frozenset({"و", "ب", "ف", "د", "وب", "وف", "w", "b", "f", "d"})
#: A particle and a numeral by their letters, but a word of their own: "I am not", "used to", "in".
_WORDS_OF_THEIR_OWN: Final = frozenset(
    ["لست", "ولست", "وست", "فست", "بست", "walf", "wana", "dans", "lans", "dsna", "bas"]
)
#: What may carry a particle; with an article, the short forms and «اثنين» are weekdays.
_CARRIES: Final[frozenset[WordKind]] = frozenset(
    {
        "ones",
        "short",
        "ten",
        "teen",
        "tens",
        "hundred",
        "hundreds",
        "scale",
        "half",
        "currency",
        "year",
        "month",
        "person",
    }
)


def _spellings() -> dict[str, Numeral]:
    words: dict[str, Numeral] = {}
    for numeral, spellings, _ in ROWS:
        for spelling in spellings.split():
            words.setdefault(folded(spelling), numeral)
    return words


_ARABIC: Final = _spellings()
_FRENCH: Final = {folded(spelling): numeral for numeral, spellings in FRENCH for spelling in spellings.split()}
_PATTERNED: Final = tuple(numeral for numeral, _, pattern in ROWS if pattern)
_ARABIZI: Final = re.compile("|".join(f"({pattern})" for _, _, pattern in ROWS if pattern))
_DOUBLED: Final = re.compile(r"(.)\1")
#: Words in which one slip is forgiven, when a number stands before them.
_FORGIVEN: Final = {
    word: numeral
    for word, numeral in (_ARABIC | _FRENCH).items()
    if numeral.kind in {"scale", "currency"} and len(word) >= _LEAST_FORGIVEN and not numeral.times
} | {"dirham": _ARABIC["درهم"], "dirhams": _ARABIC["درهم"], "milyoun": _ARABIC["مليون"], "mlayen": _ARABIC["ملاين"]}


@lru_cache(maxsize=20_000)
def numeral(word: str) -> Numeral:
    """Return what a folded word means."""
    if len(word) > _LONGEST_WORD or word in _WORDS_OF_THEIR_OWN:
        return OTHER
    if found := _plain(word):
        return found
    latin = word[-1].isascii()
    for particle in _LATIN_PARTICLES if latin else _PARTICLES:
        if not word.startswith(particle) or len(word) - len(particle) < 2:
            continue
        rest = word[len(particle) :]
        found = _patterned(rest) if latin else _plain(rest)
        if found and found.kind in _CARRIES:
            articled = particle not in _WITHOUT_ARTICLE
            if articled and (found.kind == "short" or rest in {"اثنين", "اتنين", "تنين"}):
                return OTHER
            return replace(found, joined=particle[0] in "وw", articled=articled)
    return OTHER if latin else _ARABIC.get(_DOUBLED.sub(r"\1", word), OTHER)


def _plain(word: str) -> Numeral | None:
    if word[-1].isascii():
        return _FRENCH.get(word) or _patterned(word)
    return _ARABIC.get(word)


def _patterned(word: str) -> Numeral | None:
    found = _ARABIZI.fullmatch(word)
    return _PATTERNED[found.lastindex - 1] if found and found.lastindex else None


#: Numerals that a slip may hide, and a word that is no slip: «تنمية».
_NUMERALS: Final = {
    word: meant
    for word, meant in (_ARABIC | _FRENCH).items()
    if meant.kind in {"ones", "ten", "teen", "tens", "hundreds"} and len(word) >= _LEAST_FORGIVEN - 1
} | {
    word: _plain(word) or OTHER
    for word in "khamsa tlata rb3a 3chra 3chrin tlatin rb3in khamsin settin sb3in tmanin ts3in mitayn khmstach".split()
}
_NO_SLIP: Final = frozenset({"تنميه"})


@lru_cache(maxsize=5_000)
def slipped(word: str) -> Numeral | None:
    """Return the numeral that `word` is but for one slip, for use before a scale; OTHER when it may be one of several.

    None when it is like no numeral at all: then the scale stands alone.
    """
    if not _LEAST_FORGIVEN - 2 <= len(word) <= _LONGEST_WORD or word in _NO_SLIP:
        return None
    near = {known: meant for known, meant in _NUMERALS.items() if OSA.distance(word, known, score_cutoff=1) <= 1}
    if not near:
        return None
    values = {meant.value for meant in near.values()}
    return near.popitem()[1] if len(values) == 1 and min(map(len, near)) >= _LEAST_FORGIVEN else OTHER


@lru_cache(maxsize=5_000)
def forgiven(word: str) -> Numeral:
    """Return the scale or currency that `word` is but for one slip; for use after a number only."""
    if not _LEAST_FORGIVEN - 1 <= len(word) <= _LONGEST_WORD:
        return OTHER
    bare = word[2:] if word.startswith("ال") else word
    near = {meant for known, meant in _FORGIVEN.items() if OSA.distance(bare, known, score_cutoff=1) <= 1}
    return near.pop() if len({(meant.kind, meant.value) for meant in near}) == 1 else OTHER
