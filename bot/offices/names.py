"""The names of all places, found exactly or in spite of how they are typed.

A misspelling is only ever measured against whole names. How many letters may differ grows with the name, and is none
for the shortest: a wrong region sends a person to the wrong office.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.folding import FIRST_VOWELS, folded
from bot.language.glued import ended_by_ear
from bot.offices.words import Form, Spelling, sound, undoubled

#: From how many letters on one letter may differ, and from how many two.
_ONE_SLIP: Final = 5
_TWO_SLIPS: Final = 9
#: From how many letters on the very first one may be wrong.
_LONG: Final = 7


#: What Arabizi writes for خ.
_KH: Final = re.compile(r"[5x]")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A place that a spelling may mean; `slips` is 0 for its very name, more the further away."""

    place: str
    slips: float
    #: Letters of the shorter of the two spellings.
    length: int


class NameIndex:
    """An index of names, each the name of one place or of several."""

    def __init__(
        self,
        spelling: Spelling,
        official: Iterable[tuple[str, str]],
        said: Iterable[tuple[str, str]],
        known: frozenset[str],
    ) -> None:
        """Take pairs of name and place. What is `said` word for word goes before whatever else it sounds like.

        The `known` places and those people have a saying for are recognised misspelled; of the others, which are many
        and whose names are like words and like each other, only the vowels may be wrong.
        """
        official, said = list(official), list(said)
        self._spelling = spelling
        self._called = frozenset(place for _, place in said)
        self._known = known | self._called
        self._written = frozenset(_as_written(folded(name)) for name, _ in [*official, *said])
        self._said: dict[str, dict[str, None]] = defaultdict(dict)
        for name, place in said:
            self._said[folded(name)][place] = None
        self._exact: dict[str, dict[str, None]] = defaultdict(dict)
        self._rests: dict[bool, dict[str, list[tuple[Form, str]]]] = {True: defaultdict(list), False: defaultdict(list)}
        for name, place in [*official, *said]:
            for form in spelling.written_forms(folded(name).split()):
                if not form.sound:
                    continue
                if place not in self._exact[form.exact]:
                    self._exact[form.exact][place] = None
                    self._rests[form.sound.isascii()][form.sound].append((form, place))
        self._choices: Mapping[bool, list[str]] = {script: list(rests) for script, rests in self._rests.items()}
        sounds = {exact.partition("|")[2] for exact in self._exact}
        self._starts = frozenset(name[:length] for name in sounds for length in range(1, len(name) + 1))
        self._official = self._by_form(official)
        self._begun = self._beginnings(official)
        self._namesakes = self._sharing(official)

    def exact(self, tokens: Sequence[str]) -> list[str]:
        """Return the places with this very name, in any of its spellings."""
        said = self._said.get(" ".join(tokens))
        if said:
            return list(said)
        named = (place for form in self._spelling.forms(tokens) for place in self._exact.get(form.exact, ()))
        return list(dict.fromkeys(sharing for place in named for sharing in self._namesakes.get(place, (place,))))

    def may_begin(self, token: str) -> bool:
        """Return whether a name may begin with the token, so that most words of a message need no further look."""
        spelling = self._spelling
        return (
            spelling.is_head(token)
            or spelling.is_link(token)
            or any(undoubled(sound(spelling.bare(one))) in self._starts for one in spelling.within(token))
        )

    def reach(self, tokens: Sequence[str]) -> int:
        """Return how many of these words may be one name, or the beginning of one, the first of which may begin it."""
        first, *others = tokens
        kept = [[token] for token in self._spelling.within(first)]
        for count, token in enumerate(others, 1):
            for words in kept:
                words.append(token)
            if not any(map(self._may_go_on, kept)):
                return count
        return len(tokens)

    def _may_go_on(self, tokens: Sequence[str]) -> bool:
        spelling = self._spelling
        sounds = [sound(spelling.bare(token)) for token in tokens if not spelling.is_link(token)]
        # What a name begins with may be left out of how it sounds; links alone are no name, and may begin one.
        return not sounds or any(undoubled("".join(rest)) in self._starts for rest in (sounds, sounds[1:]) if rest)

    def begun(self, tokens: Sequence[str]) -> list[str]:
        """Return the places whose name goes on after these words: «سيدي موسى» is said for each «سيدي موسى …»."""
        return list(
            dict.fromkeys(place for form in self._spelling.forms(tokens) for place in self._begun.get(form.exact, ()))
        )

    def is_official(self, tokens: Sequence[str], place: str) -> bool:
        """Return whether this is the place's own name, and not what people call it or a part of it."""
        return any(place in self._official.get(form.exact, ()) for form in self._spelling.forms(tokens))

    def is_known(self, place: str) -> bool:
        """Return whether the place is a town, or one that people have a saying for."""
        return place in self._known

    def is_called(self, place: str) -> bool:
        """Return whether people have a saying for the place."""
        return place in self._called

    def is_written(self, tokens: Sequence[str]) -> bool:
        """Return whether a name is written just so, its article and vowels included."""
        return _as_written(" ".join(tokens)) in self._written

    def _by_form(self, official: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
        forms: dict[str, set[str]] = defaultdict(set)
        for name, place in official:
            for form in self._spelling.forms(folded(name).split()):
                forms[form.exact].add(place)
        return forms

    def _beginnings(self, official: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
        """Return the places by each beginning of two words and more of a name such as «سيدي … …»."""
        begun: dict[str, dict[str, None]] = defaultdict(dict)
        for name, place in official:
            tokens = [token for token in folded(name).split() if not self._spelling.is_link(token)]
            if not tokens or not self._spelling.is_head(tokens[0]):
                continue
            for end in range(2, len(tokens)):
                if not self._spelling.goes_on(tokens[end - 1]):
                    for form in self._spelling.forms(tokens[:end]):
                        begun[form.exact][place] = None
        return begun

    def _sharing(self, official: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
        """Return for each place those of its Arabic name, however differently they are written in French."""
        named: dict[str, dict[str, None]] = defaultdict(dict)
        own: dict[str, str] = {}
        for name, place in official:
            if place not in own and not folded(name).isascii():
                form = next(iter(self._spelling.forms(folded(name).split())), None)
                own[place] = form.exact if form else folded(name)
                named[own[place]][place] = None
        return {place: tuple(named[form]) for place, form in own.items()}

    def near(self, tokens: Sequence[str], *, of_villages: bool = False) -> list[NameMatch]:
        """Return the places whose name this may be misspelled, best first, nothing when none is near enough.

        More villages are called سيدي or أولاد something than there are communes: these are left out unless
        `of_villages`.
        """
        best: dict[str, NameMatch] = {}
        for form in self._spelling.forms(tokens):
            for found in self._near(form, of_villages=of_villages):
                if found.place not in best or found.slips < best[found.place].slips:
                    best[found.place] = found
        return sorted(best.values(), key=lambda found: found.slips)

    def _near(self, form: Form, *, of_villages: bool) -> Iterator[NameMatch]:
        length = len(form.sound)
        if length < _ONE_SLIP - 1:
            return
        script = form.sound.isascii()
        like = process.extract(
            form.sound, self._choices[script], scorer=OSA.distance, score_cutoff=_slips(length) + 1, limit=None
        )
        for heard, slips, _ in like:
            shorter = min(length, len(heard))
            for other, place in self._rests[script][heard]:
                begins_otherwise = heard[0] != form.sound[0] and not _is_without_vowel(heard, form.sound)
                if other.head != form.head or (begins_otherwise and shorter < _LONG):
                    continue
                is_known = place in self._known
                if form.head and not is_known and not of_villages:
                    continue
                if other.skeleton == form.skeleton and slips <= _slips(shorter) + (is_known and shorter > _ONE_SLIP):
                    yield NameMatch(place, slips - 0.5, shorter)
                elif is_known and slips <= _slips(shorter):
                    yield NameMatch(place, slips, shorter)


def _is_without_vowel(one: str, other: str) -> bool:
    """Return whether the one is the other without the vowel it begins with: Imzouren is said Mzouren."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[1:] == shorter and longer[0] in FIRST_VOWELS


def _as_written(name: str) -> str:
    if name.isascii():
        return undoubled(_KH.sub("kh", name))
    return undoubled(" ".join(map(ended_by_ear, name.split())))


def _slips(length: int) -> int:
    """Return how many letters of a name of this length may be wrong."""
    return 0 if length < _ONE_SLIP else 1 if length < _TWO_SLIPS else 2
