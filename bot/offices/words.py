"""The small words around a place's name, and the spelling in which names are compared.

The words themselves are content (`flows/place_words.yaml`); here is what they do to a name. Names are compared by
`Spelling.forms`: two spellings of one name share a form, whatever the script's vowels, articles and doubled letters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from bot.language.folding import folded, word_skeleton
from bot.language.glued import ended_by_ear

#: What a place can be. Arrondissements of a town are communes too.
PlaceKind = Literal["region", "province", "commune"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Names of places that are things too («فاس» an axe), and the words beside which the thing is meant."""

    names: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Words as the writers gave them, in any spelling; `flows/place_words.yaml` says what each list is."""

    before: tuple[str, ...] = ()
    place_follows: tuple[str, ...] = ()
    kinds: Mapping[PlaceKind, tuple[str, ...]] = field(default_factory=dict)
    small: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    from_there: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    heads: tuple[tuple[str, ...], ...] = ()
    kin: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
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
    (re.compile(r"kh|[5x]"), "X"),
    (re.compile(r"gh|rh(?=[aeiou])|8"), "G"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"dh|th(?=[aeiou])"), "d"),
    (re.compile(r"qu(?=[ei])|q|9|c(?![eiy])"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"ou|[ow]"), "u"),
    (re.compile(r"(?<=[^aeiouy])e$"), ""),
    (re.compile(r"[ey]"), "i"),
    (re.compile(r"3"), "a"),
    (re.compile(r"7"), "h"),
    (re.compile(r"6"), "t"),
    (re.compile(r"2"), ""),
)
#: Letters that take the place of the article's l when it is written to a name.
_ASSIMILATED: Final = re.compile(r"[ae]([dnrstz])\1")
#: How many words' readings are kept ready.
_KEPT: Final = 20_000
#: Fewest letters of a token that may hold more than a name with its article.
_STEM: Final = 4
#: Letters of a name that cannot be an everyday word by chance.
_LONG_LATIN: Final = 6
_LONG_ARABIC: Final = 5
_DOUBLED: Final = re.compile(r"(.)\1+")
_LATIN: Final = re.compile(r"[a-z]")
_VOWELS: Final = "aeiouyl"


class Spelling:
    """Brings names and what people typed to forms that can be compared."""

    def __init__(self, words: PlaceWords) -> None:
        self._articles = tuple(sorted(map(folded, words.articles), key=len, reverse=True))
        self._links = frozenset(map(folded, words.links))
        self._attached = tuple(map(folded, words.attached))
        self._within = frozenset(map(folded, words.within))
        self._from_there = tuple(sorted(map(folded, words.from_there), key=len, reverse=True))
        self._joined = tuple(map(folded, words.joined))
        self._heads = {folded(spelling): folded(group[0]) for group in words.heads for spelling in group}
        self._kin = frozenset(map(folded, words.kin))
        self._read: dict[str, tuple[str, ...]] = {}
        self._forms: dict[tuple[str, ...], tuple[Form, ...]] = {}
        self._everywhere = frozenset(
            _sounds([self.bare(token) for token in folded(w).split()]) for w in words.everywhere
        )

    def is_link(self, token: str) -> bool:
        """Return whether the token is an article or stands between the words of a name."""
        return token in self._links

    def is_head(self, token: str) -> bool:
        """Return whether many names begin with the token."""
        return token in self._heads

    def goes_on(self, token: str) -> bool:
        """Return whether no name ends with the token, so that what comes after belongs to it (أولاد، آيت…)."""
        return self._heads.get(token) in self._kin

    def is_everywhere(self, tokens: Sequence[str]) -> bool:
        """Return whether there is a village of this name in every region, as of «أولاد سعيد» or «سيدي علي»."""
        kept = [token for token in tokens if token not in self._links]
        return self.goes_on(kept[0]) and _sounds([self.bare(token) for token in kept[1:]]) in self._everywhere

    def forms(self, tokens: Sequence[str]) -> tuple[Form, ...]:
        """Return the forms of folded tokens: with their head apart, and all in one (بن سليمان, بنسليمان)."""
        key = tuple(tokens)
        known = self._forms.get(key)
        if known is None:
            if len(self._forms) >= _KEPT:
                # The oldest alone: to drop all of them at once takes as long as two of the longest messages.
                del self._forms[next(iter(self._forms))]
            known = self._forms[key] = tuple(self._formed(tokens))
        return known

    def _formed(self, tokens: Sequence[str]) -> Iterator[Form]:
        if not tokens:
            return  # a name without a letter is none
        kept = [token for token in tokens if token not in self._links] or list(tokens)
        bare = [self.bare(token) for token in kept]
        if len(bare) > 1:
            head = self._heads.get(kept[0]) or self._heads.get(bare[0])
            if head:
                yield Form(head, _sounds(bare[1:]), _skeletons(bare[1:]))
        elif kept[0] in self._heads:
            return  # what many names begin with is no name
        yield Form("", _sounds(bare), _skeletons(bare))

    def written_forms(self, tokens: Sequence[str]) -> Iterator[Form]:
        """Yield the forms of a name, and it in one with the articles within it («الدارالبيضاء»)."""
        yield from self.forms(tokens)
        if len(tokens) > 1 and any(self.bare(token) != token for token in tokens[1:]):
            joined = [self.bare(tokens[0]), *tokens[1:]]
            yield Form("", _sounds(joined), _skeletons(joined))

    def bare(self, token: str) -> str:
        """Return the token without the article that is written to it (ال, لـ, l3youn)."""
        if _LATIN.search(token):
            return token[1:] if len(token) > 3 and token[0] == "l" and token[1] not in _VOWELS else token
        for article in self._articles:
            if token.startswith(article) and len(token) - len(article) > 1:
                return token[len(article) :]
        return token

    def detached(self, token: str) -> str | None:
        """Return the token without the letters that say a place follows (فطنجة, ففاس, وبفاس), if it may have any."""
        without = _without(token, self._attached)
        if without and len(without) > _STEM and without[0] == token[0] and token[:2] not in self._articles:
            return without[1:]  # stammered: «ففتازناخت»
        if without is None and (parted := self.parted(token)):
            return _without(parted, self._attached)
        return without

    def is_within(self, token: str, name: Sequence[str]) -> bool:
        """Return whether `name`, with letters written to it in `token`, is a long one after a letter for "in"."""
        return token[0] in self._within and is_long("".join(map(self.bare, name)))

    def parted(self, token: str) -> str | None:
        """Return the token without an "and" written to it, if it may have one."""
        return _without(token, self._joined)

    def origin(self, token: str) -> str | None:
        """Return what a word that says where someone or something is from is made of (فاسي, marrakchia)."""
        ending = next((ending for ending in self._from_there if token.endswith(ending)), None)
        return token[: -len(ending)] if ending and len(token) - len(ending) > 2 else None

    def assimilated(self, token: str) -> str | None:
        """Return the token without an article that took its first letter's sound (addakhla, ennador), if it has one."""
        return token[2:] if len(token) > _STEM and _ASSIMILATED.match(token) else None

    def within(self, token: str) -> Iterator[str]:
        """Yield the token, and what is left of it without each kind of letters that are written to a name."""
        for one in (token, self.detached(token), self.parted(token), self.assimilated(token)):
            if one:
                yield one

    def readings(self, token: str) -> tuple[str, ...]:
        """Return what an everyday word may be once the letters written to it are gone."""
        known = self._read.get(token)
        if known is None:
            whole = [one for one in (token, self.detached(token), self.parted(token)) if one]
            known = tuple(dict.fromkeys(reading for one in whole for reading in (one, self.bare(one))))
            if len(self._read) >= _KEPT:
                del self._read[next(iter(self._read))]
            self._read[token] = known
        return known


def _without(token: str, letters: tuple[str, ...]) -> str | None:
    shortest = _STEM if _LATIN.search(token) else _STEM - 1
    return token[1:] if len(token) > shortest and token.startswith(letters) and letters else None


def is_long(token: str) -> bool:
    """Return whether a name of these letters is no everyday word by chance; Arabic writes fewer of them."""
    return len(token) >= (_LONG_LATIN if _LATIN.search(token) else _LONG_ARABIC)


def _sounds(tokens: Sequence[str]) -> str:
    return undoubled("".join(map(sound, tokens)))


@lru_cache(maxsize=20_000)
def sound(token: str) -> str:
    """Return how a folded Latin token sounds, whoever wrote it; an Arabic one as it is, but for its last vowel."""
    if not _LATIN.search(token):
        return ended_by_ear(token)
    for group, sign in _LATIN_SOUNDS:
        token = group.sub(sign, token)
    return token


def _skeletons(tokens: Sequence[str]) -> str:
    return undoubled("".join(map(word_skeleton, tokens)))


def undoubled(text: str) -> str:
    """Return `text` with every doubled letter once."""
    return _DOUBLED.sub(r"\1", text)
