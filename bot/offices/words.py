"""The small words around a place's name, and the spelling in which names are compared.

The words themselves are content (`flows/place_words.yaml`); here is what they do to a name. Names are compared by
`Spelling.forms`: two spellings of one name share a form, whatever the script's vowels, articles and doubled letters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from bot.language.folding import folded
from bot.language.skeleton import word_skeleton

#: What a place can be. Arrondissements of a town are communes too.
Kind = Literal["region", "province", "commune"]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Words as the writers gave them, in any spelling; `flows/place_words.yaml` says what each list is."""

    before: tuple[str, ...] = ()
    place_follows: tuple[str, ...] = ()
    kinds: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)
    small: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    heads: tuple[tuple[str, ...], ...] = ()
    kin: tuple[str, ...] = ()
    also_words: tuple[str, ...] = ()
    only_alone: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One way to compare a name: the kind of word it begins with (آيت, سيدي…) and the sound of the rest."""

    head: str
    sound: str
    skeleton: str

    @property
    def exact(self) -> str:
        """Return what two spellings of one name share."""
        return f"{self.head}|{self.sound}"


#: Groups of Latin letters that are one sound, longest first; French and Arabizi habits together.
_LATIN_SOUNDS: Final = (
    (re.compile(r"tch|ch|sh"), "C"),
    (re.compile(r"kh|5"), "X"),
    (re.compile(r"gh|rh(?=[aeiou])|8"), "G"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"dh|th(?=[aeiou])"), "d"),
    (re.compile(r"qu(?=[ei])|q|9|c(?![eiy])"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"ou|[ow]"), "u"),
    (re.compile(r"[ey]"), "i"),
    (re.compile(r"3"), "a"),
    (re.compile(r"7"), "h"),
    (re.compile(r"6"), "t"),
    (re.compile(r"2"), ""),
    (re.compile(r"(?<=[^aiu])i$"), ""),
)
_DOUBLED: Final = re.compile(r"(.)\1+")
_LATIN: Final = re.compile(r"[a-z]")
_VOWELS: Final = "aeiouyl"


class Spelling:
    """Brings names and what people typed to forms that can be compared."""

    def __init__(self, words: PlaceWords) -> None:
        self._articles = tuple(sorted(map(folded, words.articles), key=len, reverse=True))
        self._links = frozenset(map(folded, words.links))
        self._attached = tuple(map(folded, words.attached))
        self._joined = tuple(map(folded, words.joined))
        self._heads = {folded(spelling): folded(group[0]) for group in words.heads for spelling in group}
        self._kin = frozenset(map(folded, words.kin))

    def is_link(self, token: str) -> bool:
        """Return whether the token is an article or stands between the words of a name."""
        return token in self._links

    def is_head(self, token: str) -> bool:
        """Return whether many names begin with the token."""
        return token in self._heads

    def goes_on(self, token: str) -> bool:
        """Return whether no name ends with the token, so that what comes after belongs to it (أولاد، آيت…)."""
        return self._heads.get(token) in self._kin

    def forms(self, tokens: Sequence[str]) -> Iterator[Form]:
        """Yield the forms of folded tokens: with their head apart, and all in one (بن سليمان, بنسليمان)."""
        kept = [token for token in tokens if token not in self._links] or list(tokens)
        bare = [self.bare(token) for token in kept]
        if len(bare) > 1:
            head = self._heads.get(kept[0]) or self._heads.get(bare[0])
            if head:
                yield Form(head, _sounds(bare[1:]), _skeletons(bare[1:]))
        elif kept[0] in self._heads:
            return  # what many names begin with is no name
        yield Form("", _sounds(bare), _skeletons(bare))

    def bare(self, token: str) -> str:
        """Return the token without the article that is written to it (ال, لـ, l3youn)."""
        if _LATIN.search(token):
            return token[1:] if len(token) > 3 and token[0] == "l" and token[1] not in _VOWELS else token
        for article in self._articles:
            if token.startswith(article) and len(token) - len(article) > 1:
                return token[len(article) :]
        return token

    def detached(self, token: str) -> str | None:
        """Return the token without the one letter that says a place follows (فطنجة, بفاس), if it may have one."""
        return _without(token, self._attached)

    def parted(self, token: str) -> str | None:
        """Return the token without an "and" written to it, if it may have one."""
        return _without(token, self._joined)

    def readings(self, token: str) -> Iterable[str]:
        """Yield what an everyday word may be once the letters written to it are gone."""
        detached = self.detached(token)
        for reading in (token, detached, self.parted(token)):
            if reading:
                yield reading
                yield self.bare(reading)


def _without(token: str, letters: tuple[str, ...]) -> str | None:
    return token[1:] if len(token) > 3 and token.startswith(letters) and letters else None


def _sounds(tokens: Sequence[str]) -> str:
    return undoubled("".join(map(sound, tokens)))


@lru_cache(maxsize=20_000)
def sound(token: str) -> str:
    """Return how a folded Latin token sounds, whoever wrote it; an Arabic one as it is."""
    if _LATIN.search(token):
        for group, sign in _LATIN_SOUNDS:
            token = group.sub(sign, token)
    return token


def _skeletons(tokens: Sequence[str]) -> str:
    return undoubled("".join(map(word_skeleton, tokens)))


def undoubled(text: str) -> str:
    """Return `text` with every doubled letter once."""
    return _DOUBLED.sub(r"\1", text)
