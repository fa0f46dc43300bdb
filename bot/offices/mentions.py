"""Where a message names a place: exact names anywhere, misspelled ones only where a place is sure to stand.

Names that are words too («الجديدة», "sale") count only when they are the whole message or come after a word such as
«ف» or "à"; a word of every day is never a misspelled place. The less the words around a name say that a place is
meant, the more the name itself must.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.language.folding import folded
from bot.offices.names import Found, Names
from bot.offices.surroundings import Span, Surroundings
from bot.offices.words import Kind, PlaceWords, Spelling

#: Longest name, in words, and how many words of a message are read: nobody says where they are after so many.
_LONGEST: Final = 6
_READ: Final = 60
#: A name of fewer letters is a word too, unless it is a large town's.
_SHORT: Final = 5
#: Most words in a row that are taken as one misspelled name.
_LONGEST_MISSPELLED: Final = 4
#: How many letters nearer than the others one misspelled name must be.
_MARGIN: Final = 1.0
#: Fewest letters of a name in which a consonant may be wrong though nothing announces a place.
_LONG: Final = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A name met in a message: the places it may mean, where it stands, and the kind that was said before it."""

    places: tuple[str, ...]
    span: Span
    kind: Kind | None


class Listener:
    """Finds the places a message mentions."""

    def __init__(self, words: PlaceWords, spelling: Spelling, names: Names, towns: frozenset[str]) -> None:
        """Take the index of `names`; `towns` are those whose name is taken at its word however short."""
        self._spelling, self._names, self._towns = spelling, names, towns
        self._around = Surroundings(words, spelling)

    def mentions(self, text: str) -> tuple[list[Mention], bool]:
        """Return what places `text` mentions, in order, and whether it says nothing else."""
        tokens = folded(text).split()[:_READ]
        exact = list(self._exact(tokens))
        found = [self._doubted(tokens, mention) for mention in exact if self._is_complete(tokens, mention, exact)]
        if not found:
            found = list(self._misspelled(tokens))
        return found, bool(found) and self._around.is_rest_small(tokens, [mention.span for mention in found])

    def _exact(self, tokens: Sequence[str]) -> Iterator[Mention]:
        start = 0
        while start < len(tokens):
            for end in range(min(len(tokens), start + _LONGEST), start, -1):
                places = self._named(tokens, (start, end))
                if places:
                    yield Mention(tuple(places), (start, end), self._around.kind_before(tokens, start))
                    start = end
                    break
            else:
                start += 1

    def _named(self, tokens: Sequence[str], span: Span) -> list[str]:
        """Return the places whose very name stands at `span`, if it is meant there as a place."""
        start, end = span
        name = tokens[start:end]
        if len(name) == 1 and len(tokens) > 1 and self._around.is_around(name[0]):
            return []
        if self._spelling.is_link(name[-1]) or (start and self._spelling.goes_on(tokens[start - 1])):
            return []
        is_led = self._around.leader(tokens, start) is not None
        places = self._names.exact(name)
        if places and self._is_meant(tokens, span, name, places, is_led=is_led):
            return places
        for shorter, leads in ((self._spelling.detached(name[0]), True), (self._spelling.parted(name[0]), False)):
            if shorter:
                bare = [shorter, *name[1:]]
                places = list(filter(self._names.is_known, self._names.exact(bare)))
                if places and self._is_meant(tokens, span, bare, places, is_led=is_led or leads):
                    return places
        return []

    def _is_meant(
        self, tokens: Sequence[str], span: Span, name: Sequence[str], places: Sequence[str], *, is_led: bool
    ) -> bool:
        """Return whether `name`, the exact name of `places`, is meant as a place where it stands."""
        around = self._around
        is_ordinary = around.is_ordinary(name)
        is_also_a_word = around.is_also_a_word(name)
        if (is_ordinary or is_also_a_word) and not self._names.is_written(name):
            return False
        is_alone = len(tokens) == span[1] - span[0]
        if around.counts_only_alone(name):
            return is_alone and not is_led
        is_known = any(map(self._names.is_known, places))
        if around.is_announced(tokens, span[0]) or (is_alone and (is_known or not is_ordinary)):
            return True
        is_likely = is_known or around.is_rest_small(tokens, [span])
        if len(name) > 1:
            return is_led or is_likely or self._spelling.is_head(name[0])
        if is_also_a_word:
            return is_led
        is_short = len(self._spelling.bare(name[0])) < _SHORT and self._towns.isdisjoint(places)
        return is_likely and not is_ordinary and (is_led or not is_short)

    def _is_complete(self, tokens: Sequence[str], mention: Mention, others: Sequence[Mention]) -> bool:
        """Return whether a name such as «سيدي علي» ends where it seems to: an unknown word may go on with it."""
        start, end = mention.span
        return (
            end == len(tokens)
            or not self._spelling.goes_on(tokens[start])
            or self._around.is_small(tokens[end])
            or self._around.is_ordinary([tokens[end]])
            or any(other.span[0] == end for other in others)
            or any(map(self._names.is_known, mention.places))
        )

    def _doubted(self, tokens: Sequence[str], mention: Mention) -> Mention:
        """Return the mention with the places that it and the words beside it may be one misspelled name of."""
        for start, end in self._around.runs(tokens):
            if start <= mention.span[0] and mention.span[1] <= end and end - start <= _LONGEST:
                whole = [] if (start, end) == mention.span else self._names.near(tokens[start:end], of_villages=True)
                others = tuple(found.place for found in whole if found.place not in mention.places)
                return Mention(mention.places + others, mention.span, mention.kind)
        return mention

    def _misspelled(self, tokens: Sequence[str]) -> Iterator[Mention]:
        runs = list(self._around.runs(tokens))
        for start, end in runs:
            is_announced = self._around.is_announced(tokens, start)
            if not is_announced and (len(runs) > 1 or end - start > _LONGEST_MISSPELLED):
                continue
            # What is announced may be followed by more; otherwise the name is all that is said.
            shortest = start if is_announced else end - 1
            for stop in range(min(end, start + _LONGEST_MISSPELLED), shortest, -1):
                places = self._like(tokens[start:stop], is_announced=is_announced)
                if places:
                    yield Mention(tuple(places), (start, stop), self._around.kind_before(tokens, start))
                    break

    def _like(self, name: Sequence[str], *, is_announced: bool) -> list[str]:
        """Return the places whose name `name` may be misspelled: several when none is clearly nearest."""
        if self._around.is_ordinary(name) or self._around.is_also_a_word(name):
            return []
        found = self._names.near(name)
        shorter = self._spelling.detached(name[0])
        if shorter and not found:
            found = self._names.near([shorter, *name[1:]])
        if not is_announced:
            found = list(filter(self._is_plain, found))
        return [one.place for one in found if one.slips - found[0].slips < _MARGIN]

    def _is_plain(self, found: Found) -> bool:
        """Return whether a misspelling is so slight that no announcement is needed."""
        return self._names.is_known(found.place) and (found.slips < 1 or (found.slips == 1 and found.length >= _LONG))
