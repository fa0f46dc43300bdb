"""A message as a row of pieces: figures, words that have to do with numbers, other words; each with where it stands.

Folding loses the signs that digits need («1,5», "10 %", "-5"), so each piece keeps the sign before it. Digits that are
no quantity – a phone number, a date, an hour, a law's number – become one `reference` here and are never read further.
Every word says something of a number, most of them "nothing to do with numbers". A weekday is never a numeral («التلات»
is Tuesday), nor is a word that merely begins like a particle and ends like one.
"""

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from bot.language.folding import folded, traced
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


#: One sign for what people write for one another.
_SIGNS: Final = {
    **dict.fromkeys(",،٫", ","),
    **dict.fromkeys("'’‘٬`´", "'"),
    **dict.fromkeys("-–—‑−‐", "-"),
    **dict.fromkeys("%٪％", "%"),
    **dict.fromkeys("€$£", "€"),
    **{sign: sign for sign in "./:^+⁄_"},
}
#: What a gap is when it is none of those: a breach of any kind, a new line.
_BREACH: Final = ";"
_LINE: Final = "\n"
#: A hyphen with space before and none behind is a minus; with space on both sides it joins two bounds.
MINUS, TO = "−", "~"

#: Units that may be grown together with figures; "3an" and "3am" are Darija words.
_GLUED: Final = (
    r"(?:dhs?|dhm|dirhams?|drh?a?m|mad|[mk]dhs?|mmdhs?|[mk]|mrds?|mill?i[oa](?:n|rd)s?|mille|m[ei]?ly[ou]+n|mla[iy]e?n|alf|ryals?"
    r"|(?<!3)an|ans|mois|snin|d|dl\w+|euros?|frank)(?![a-z0-9])"
)
#: In this order: what is no quantity first, so that no part of it is read as one. Nothing looks behind: a match begins
#: where the last one ended.
_PIECE: Final = re.compile(
    rf"""
      (?P<word> [a-z]{{2,}}[0-9a-z]* | [^\W\d_a-z]+ | [a-z](?![0-9]) )
    | (?P<reference>
          (?: (?:\+|00)?212[ ;.'-]?0?[5-8] | 0[5-8] ) (?:[ .'/-]?[0-9]){{8}} (?![0-9])
        | [0-9]{{1,2}}(?P<parts>[/.-])[0-9]{{1,2}}(?P=parts)(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9])
        | [0-9]{{4}}(?P<dashes>[/-])[0-9]{{1,2}}(?P=dashes)[0-9]{{1,2}}(?![0-9])
        | [0-9]{{1,2}}(?:h[0-9]{{0,2}}|:[0-9]{{2}}(?::[0-9]{{2}})?)(?![a-z0-9])
        | 0[0-9]+[.-][0-9]{{2}}(?![0-9,.])
      )
    | (?P<fraction> [13][/⁄][234](?![a-z0-9/]) )
    | (?P<mixed> [0-9]+[13]⁄[234](?![0-9]) )
    | (?P<power> 10\^[0-9]{{1,2}}(?![0-9]) )
    | (?P<grouped>
          [0-9]{{1,3}}(?P<sep>[ .,'_])[0-9]{{3}}(?:(?P=sep)[0-9]{{3}})*(?:[.,][0-9]{{1,2}})?
          (?![.,'/:^⁄]?[0-9]) (?=[^a-z]|{_GLUED})
      )
    | (?P<tangled> [0-9]+(?:[.,/:⁄^'_-][0-9]+){{2,}} | [0-9]+[/:⁄^'_][0-9]+ )
    | (?P<figure> [0-9]+(?:[.,][0-9]+)?(?![.,]?[0-9]) (?=[^a-z]|{_GLUED}) )
    | (?P<particle> [bfwd](?=[0-9]{{2,4}}(?![0-9])) )
    | (?P<arabizi> [0-9]*[a-z][a-z0-9]* )
    | (?P<rest> [0-9]+ )
    """,
    re.VERBOSE,
)
#: Nine digits that begin like a mobile number whose first 0 was left out.
_BARE_PHONE: Final = re.compile(r"[67]\d{5}(?!000)\d{3}")
#: Digits in a row beyond which a number is an account, and digits after which a leading 0 makes it one.
_LONGEST_FIGURE: Final = 19
_LONGEST_WITH_ZERO: Final = 4


class Piece(NamedTuple):
    """One word or number of a message; a tuple, because many are made and most mean nothing."""

    text: str
    meaning: Numeral
    #: Where it stands in the message.
    start: int
    end: int
    #: The sign between it and the piece before: a space, "", a letter of `_SIGNS`, or one of those above.
    before: str
    #: A figure as written: with groups of thousands; its last separator had three digits behind it.
    grouped: bool = False
    thousandth: Decimal | None = None


def pieces(text: str) -> tuple[list[Piece], str]:
    """Return the pieces of `text` in order, and the sign that stands after the last."""
    plain, origins = traced(text)
    if not plain:
        return [], ""
    marked, last_sign = _marked(text, plain, origins)
    found: list[Piece] = []
    reached = 0
    for match in _PIECE.finditer(marked):
        start, end = match.span()
        word = match[0]
        meaning, grouped, thousandth = (numeral(word), False, None) if match.lastgroup == "word" else _read(match)
        begins, ends = origins[start - 1 if start else 0], origins[end - 2] + 1
        found.append(Piece(word, meaning, begins, ends, marked[reached:start], grouped, thousandth))
        reached = end
    return found, last_sign


def _marked(text: str, plain: str, origins: tuple[int, ...]) -> tuple[str, str]:
    """Return `plain` with the sign of each gap in the place of its space, one sign before it, and the sign after it."""
    letters = [_sign(" " + text[: origins[0]]), *plain, " "]
    position = plain.find(" ")
    while position >= 0:
        before, after = origins[position - 1], origins[position + 1]
        # A ligature or a fraction sign is one character that folds to several, with a gap inside itself.
        gap = text[before + 1 : after] if before != after else "⁄" if text[before] in "½¼¾⅓⅔" else " "
        letters[position + 1] = _sign(gap)
        position = plain.find(" ", position + 1)
    last = text[origins[-1] + 1 :]
    return "".join(letters), _sign(last) if last else ""


def _sign(gap: str) -> str:
    if gap == " ":
        return gap
    shown = "".join(character for character in gap if unicodedata.category(character) not in {"Cf", "Mn", "Me"})
    bare = shown.strip()
    if not bare:
        return _LINE if "\n" in shown else " "
    sign = _SIGNS.get(bare[0], _BREACH)
    if sign in "%€":
        return sign
    last = _SIGNS.get(bare[-1])
    if last == "-" and shown[-1] == bare[-1] and shown[0].isspace():
        return MINUS
    if len(bare) > 1:
        return _BREACH
    if len(shown) == 1:
        return sign
    return TO if sign == "-" else "+" if sign == "+" else _BREACH


def _read(match: re.Match[str]) -> tuple[Numeral, bool, Decimal | None]:
    """Return what a piece means; of a figure, whether it has groups, and its value if the last group is a fraction."""
    text = match[0]
    match match.lastgroup:
        case "arabizi" | "particle":
            return numeral(text), False, None
        case "fraction":
            return Numeral("fraction", Decimal(text[0]) / Decimal(text[-1])), False, None
        case "mixed":
            return Numeral("figure", Decimal(text[:-3]) + Decimal(text[-3]) / Decimal(text[-1])), False, None
        case "power":
            return Numeral("figure", Decimal(10) ** int(text[3:])), True, None
        case "grouped":
            return _grouped(text, match["sep"])
        case "figure":
            return _figure(text), False, None
        case _:
            return Numeral("reference"), False, None


def _figure(text: str) -> Numeral:
    whole = len(text.partition(",")[0].partition(".")[0])
    if whole > _LONGEST_FIGURE or (whole > _LONGEST_WITH_ZERO and text[0] == "0") or _BARE_PHONE.fullmatch(text):
        return Numeral("reference")
    return Numeral("figure", Decimal(text.replace(",", ".")))


def _grouped(text: str, separator: str) -> tuple[Numeral, bool, Decimal | None]:
    fraction = re.search(r"[.,](\d{1,2})$", text)
    whole = (text[: fraction.start()] if fraction else text).replace(separator, "")
    value = Decimal(f"{whole}.{fraction[1]}" if fraction else whole)
    single = separator in ".," and not fraction and text.count(separator) == 1
    thousandth = Decimal(text.replace(",", ".")) if single else None
    if thousandth is not None and text[0] == "0":
        return Numeral("figure", thousandth), False, None
    if len(whole) > _LONGEST_FIGURE:
        return Numeral("reference"), False, None
    return Numeral("figure", value), True, thousandth
