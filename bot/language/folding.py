"""Spellings of one word brought to one: what is compared is folded, what is shown never is.

Arabic (standard and Darija), Arabizi and French go through the same table, letter by letter. Each rule was measured to
cost accuracy where it was missing: presentation forms alone bring matching from 68 % to 2 %.

Where Arabic letters and Arabizi meet are a word's consonants, its skeleton: «تصدير» and "tasdir" are both `tsdr`, with
one sign for each group of sounds that people write for one another. It is made of folded text only. It matched 91 % of
4,000 Arabic–Arabizi word pairs when it was measured; transliterating to Arabic letters matched 40 %.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Letters that Moroccans write for one another, after Unicode's own compatibility forms are gone.
_SAME: Final = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ة": "ه",
    "ە": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ۀ": "ه",
    "ک": "ك",
    "ڭ": "ك",
    "گ": "ك",
    "ݣ": "ك",
    "ڤ": "ف",
    "ڥ": "ف",
    "ڨ": "ق",
    "پ": "ب",
    "چ": "ش",
    "ژ": "ج",
    "ء": "",
    "ـ": "",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}

#: Signs that stand inside a word without parting it: vowel marks, joiners, direction marks.
_SILENT: Final = frozenset({"Mn", "Me", "Cf"})


class _Table(dict[int, str]):
    """What each character folds to, filled as characters are met."""

    def __init__(self) -> None:
        super().__init__()
        #: The characters met that fold to none or to several.
        self.others: set[str] = set()

    def __missing__(self, code: int) -> str:
        self[code] = result = _folded_character(chr(code))
        if len(result) != 1:
            self.others.add(chr(code))
        return result


def _folded_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    # Case folding may bring composed letters back (İ), so decompose once more.
    return "".join(_folded_part(part) for part in unicodedata.normalize("NFKD", decomposed))


def _folded_part(part: str) -> str:
    if part in _SAME:
        return _SAME[part]
    category = unicodedata.category(part)
    if category in _SILENT:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(part))
    return part if category[0] in "LN" else " "


_TABLE: Final = _Table()
_LONG_RUN: Final = re.compile(r"([^\W\d_])\1{2,}")
_SPACES: Final = re.compile(r" {2,}")
#: The article, as it is folded; prepositions grow onto it.
ARTICLE: Final = "ال"
#: "And", as it grows onto the first word of what goes on: «وكنصدرو لأوروبا».
AND: Final = "و"
#: What makes another noun of one («تحديد» is no iron), or is put before a verb that is said of another.
BEFORE_ANOTHER: Final = "ت"
#: Vowels that may be left out before a name.
FIRST_VOWELS: Final = "aiا"


@lru_cache(maxsize=2_048)
def folded(text: str) -> str:
    """Return `text` in the one spelling that is compared: lower case, base letters, digits 0–9, single spaces.

    Idempotent. At most four times as long as `text` but for a few Unicode ligatures (ﷺ). Kept for the words of a
    message and the parts of it that a turn looks at, each of which is asked for many times.
    """
    plain = _LONG_RUN.sub(r"\1", text.translate(_TABLE))
    return _SPACES.sub(" ", plain).strip()


#: How much of a message is read, in folded characters and in words: a long story, and no more work than a moment's.
#: Half of it is its beginning, where people say who they are, and half its end, where they say what they need.
MOST_READ: Final = 600
MOST_WORDS: Final = 120
#: What stands between the two halves: a new line, so that no clause and no number goes on from one to the other.
SEAM: Final = "\n…\n"


#: «ولاد السمارة» are its people; where a place is called so («أولاد تايمة») it is known by its whole name.
CHILDREN: Final = frozenset(map(folded, "ولاد اولاد أولاد بنات ناس wlad oulad ouled awlad bnat nass".split()))


@lru_cache(maxsize=8)
def part_read(text: str) -> str:
    """Return `text`, or of a long one whole words from its beginning and from its end, with `SEAM` between them.

    They fold to at most `MOST_READ` characters and `MOST_WORDS` words, half of both on either side. What folds to
    nothing counts as well, so that a text of marks is no longer than one of letters. Every reading of a message begins
    with this: one letter (ﷺ) may fold to 18, and a reading costs by what is folded and by how many words it is.
    """
    first = _whole_words(text)
    last = _whole_words(reversed(text)) if first < len(text) else 0
    return text if first + last >= len(text) else f"{text[:first]}{SEAM}{text[len(text) - last :]}"


def _whole_words(characters: Iterable[str]) -> int:
    """Return how many of the first characters are whole words and no more than half of what is read.

    Of one word without an end, as many as may be read of it.
    """
    room, words, is_within, whole, index = MOST_READ // 2, MOST_WORDS // 2, False, 0, 0
    for index, character in enumerate(characters):
        folding = _TABLE[ord(character)]
        room -= len(folding) or 1
        if folding.isspace():
            whole, words, is_within = index, words - is_within, False
        elif folding:
            # A ligature may be several words.
            is_within, words = True, words - folding.count(" ")
        if room < 0 or words <= 0:
            return whole or index
    return index + 1


@lru_cache(maxsize=32)
def traced(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `folded(text)` and, for each of its characters, the index in `text` it comes from."""
    letters = text.translate(_TABLE)
    if _TABLE.others.isdisjoint(text):
        origins = list(range(len(text)))
    else:
        origins = [index for index, character in enumerate(text) for _ in _TABLE[ord(character)]]
    # What `folded` leaves out, from the end on: a letter said over and over stands once, and so does a space.
    for repeated in (_LONG_RUN, _SPACES):
        for found in reversed(list(repeated.finditer(letters))):
            del origins[found.start() + 1 : found.end()]
        letters = repeated.sub(lambda found: found[0][0], letters)
    first = len(letters) - len(letters.lstrip())
    plain = letters.strip()
    return plain, tuple(origins[first : first + len(plain)])


# What a word is without what grew onto it


#: What Arabic glues before a word: and, so, with, to, like, the, in Darija also future and present marks.
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "غ", "ت")
#: What it glues after it: mine, yours, his, ours, plural and verb endings.
_SUFFIXES = ("يات", "ات", "ين", "ون", "نا", "كم", "هم", "ها", "تي", "ي", "و", "ه", "ك", "ا")
#: What says that there is something, whose first letter is its own: «كاين، كاينة» asks for no «أين».
_THERE_IS = "كاين"
_FRENCH_SUFFIXES = ("ations", "ation", "ements", "ement", "ers", "er", "es", "s", "e")


def is_habit(word: str, wanted: str) -> bool:
    """Return whether a folded word is the verb that begins `wanted` as a thing always done: «كنشري» of «نشري»."""
    return word.startswith("كن") and wanted.startswith("ن")


@lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, ...]:
    """Return the folded word, then what is left of it without clitics and endings, never shorter than three letters."""
    return tuple(_stems(word))


def _stems(word: str) -> Iterator[str]:
    yield word
    if word.isascii():
        for suffix in _FRENCH_SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) > 3:
                yield word[: -len(suffix)]
        return
    bases = [word]
    for prefix in () if word.startswith(_THERE_IS) else _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > 2:
            bases.append(word[len(prefix) :])
            yield bases[-1]
    for base in bases:
        for suffix in _SUFFIXES:
            if base.endswith(suffix) and len(base) - len(suffix) > 2:
                yield base[: -len(suffix)]


def stem(word: str) -> str:
    """Return the shortest stem of a folded word: what stands for a word of no concept."""
    return min(stems(word), key=len)


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
        bare = _without_latin_article(word)
        signs = _LATIN_PAIRS.sub(lambda pair: _PAIR_SIGNS[pair[0]], bare).translate(_LATIN)
    else:
        return ""
    return _DOUBLED.sub(r"\1", signs)


#: Which Latin letters may be written for a long vowel of Arabic, or for a final ta marbuta (folded to ه).
_VOWELS: Final = {"ا": "ae", "و": "ouw", "ي": "iye", "ه": "ae"}
_LATIN_VOWELS: Final = "aeiouyw2"


@dataclass(frozen=True, slots=True)
class _Sounds:
    """The consonant signs of a word, and the vowels written before, between and behind them."""

    signs: tuple[str, ...]
    #: One more than there are signs.
    vowels: tuple[str, ...]


def is_same_word(latin: str, arabic: str) -> bool:
    """Tell whether a folded Latin word spells a folded Arabic one: "charika" is «شركة», and "kalam" is no «كليم».

    Both have the same consonants one after another, and each long vowel that Arabic writes is written in Latin too;
    what Latin writes besides is a short vowel, and no word ends with one. By its consonants alone "couture" was «كتر».
    """
    heard, written = _latin_sounds(latin), _arabic_sounds(arabic)
    if heard.signs != written.signs:
        return False
    last = len(written.vowels) - 1
    for place, (spelled, long) in enumerate(zip(heard.vowels, written.vowels, strict=True)):
        if place and any(not set(_VOWELS[letter]) & set(spelled) for letter in long):
            return False
        if not long and ((place == 0 and spelled) or (place == last and spelled.rstrip("e"))):
            return False
    return True


@lru_cache(maxsize=50_000)
def _latin_sounds(word: str) -> _Sounds:
    bare = _LATIN_PAIRS.sub(lambda pair: _PAIR_SIGNS[pair[0]], _without_latin_article(word))
    return _parted((letter, letter in _LATIN_VOWELS) for letter in bare)


@lru_cache(maxsize=50_000)
def _arabic_sounds(word: str) -> _Sounds:
    bare = _with_arabic_ending(word)
    last = len(bare) - 1
    return _parted((letter, letter in "اوي" or (letter == "ه" and at == last)) for at, letter in enumerate(bare))


def _parted(letters: Iterable[tuple[str, bool]]) -> _Sounds:
    """Return signs and vowels of letters, each with whether it is a vowel; a letter written twice is one sound."""
    signs: list[str] = []
    vowels = [""]
    before = ""
    for letter, is_vowel in letters:
        is_doubled, before = letter == before, letter
        if is_vowel:
            vowels[-1] += letter
            continue
        if is_doubled:
            continue
        for sign in letter.translate(_ARABIC if _ARABIC_LETTER.match(letter) else _LATIN):
            signs.append(sign)
            vowels.append("")
    return _Sounds(tuple(signs), tuple(vowels))


def _without_latin_article(word: str) -> str:
    """Return the word without an article before a consonant: "lcharte", "l3youn"; no French word begins so."""
    return word[1:] if len(word) > 3 and word[0] == "l" and word[1] not in "aeiouyhl" else word


def _without_arabic_article(word: str) -> str:
    """Return the word without its article and without a final ta marbuta (folded to ه)."""
    word = _with_arabic_ending(word)
    return word[:-1] if len(word) > 2 and word.endswith("ه") else word


def _with_arabic_ending(word: str) -> str:
    """Return the word without its article."""
    if len(word) > 4 and word.startswith(("ال", "لل")):
        word = word[2:]
    elif len(word) > 3 and word[0] == "ل" and word[1] not in "اويل":
        word = word[1:]
    return word


def skeleton(text: str) -> str:
    """Return the skeletons of the words of folded `text`, parted by spaces; words without one are left out."""
    return " ".join(filter(None, map(word_skeleton, text.split())))


#: A form in "-iya", and a word that may be one.
_IN_IYA: Final = re.compile(r"\S*(?:يه|i[iy]?a)")
_LIKE_IYA: Final = re.compile(r"\S*(?:ي[اه]?|[eiy]+[ae]?h?)")


def may_end_alike(form: str, word: str) -> bool:
    """Return whether a word of the other script may be a form, by its end: «الجمعة» is Friday and no "jam3iya"."""
    return not _IN_IYA.fullmatch(form) or _LIKE_IYA.fullmatch(word) is not None
