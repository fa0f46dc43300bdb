"""Where a message names a place: exact names anywhere, misspelled ones only where a place is sure to stand.

Names that are words too («الجديدة», "sale") count only when they are the whole message or come after a word such as
«ف» or "à"; a word of every day is never a misspelled place. The less the words around a name say that a place is
meant, the more the name itself must.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.language.folding import folded
from bot.offices.names import NameIndex, NameMatch
from bot.offices.surroundings import Senses, Surroundings, WordSpan
from bot.offices.words import PlaceKind, PlaceWords, Spelling, is_long

#: Longest name, in words, and how many words of a message are read: nobody says where they are after so many.
_LONGEST: Final = 6
_READ: Final = 40
#: A name of fewer letters is a word too, unless it is a large town's; Arabic writes fewer letters.
_SHORT: Final = 5
_SHORT_ARABIC: Final = 4
#: Most words in a row that are taken as one misspelled name.
_LONGEST_MISSPELLED: Final = 4
#: Most runs of words of a message that are compared with every name: each takes a part of a millisecond.
_MOST_COMPARED: Final = 12
#: How many letters nearer than the others one misspelled name must be.
_MARGIN: Final = 1.0
#: Fewest letters of a name in which a consonant may be wrong though nothing announces a place.
_LONG: Final = 6

#: What stands between two clauses.
_CLAUSES: Final = re.compile(r"[,،;؛:.!؟?\n()]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name met in a message: the places it may mean, where it stands, and the kind that was said before it."""

    places: tuple[str, ...]
    span: WordSpan
    kind: PlaceKind | None
    #: Whether the name may as well be of a smaller place elsewhere, or be no more than where a road leads.
    is_vague: bool = False


class Listener:
    """Finds the places a message mentions."""

    def __init__(
        self,
        words: PlaceWords,
        spelling: Spelling,
        names: NameIndex,
        *,
        towns: frozenset[str],
        quarters: frozenset[str],
    ) -> None:
        """Take the index of `names`; `towns` are those whose name is taken at its word however short."""
        self._spelling, self._names, self._towns, self._quarters = spelling, names, towns, quarters
        self._around = Surroundings(words, spelling)
        self._senses = Senses(words, spelling)

    def mentions(self, text: str) -> tuple[list[Mention], bool, frozenset[str]]:
        """Return what places `text` mentions, in order, whether it says nothing else, and the words of the names.

        A word beside a name is one of its words too: it may be part of a longer name.
        """
        tokens, clauses = _parted(text)
        exact = list(self._exact(tokens))
        otherwise = {mention.span for mention in exact if self._means_otherwise(tokens, clauses, mention)}
        found = [
            self._doubted(tokens, mention)
            for mention in exact
            if mention.span not in otherwise and self._is_complete(tokens, mention, exact)
        ]
        if not found:
            found = list(self._misspelled(tokens, otherwise))
        words = (tokens[max(0, mention.span[0] - 1) : mention.span[1] + 1] for mention in found)
        is_whole = bool(found) and self._around.is_rest_small(tokens, [mention.span for mention in found])
        return found, is_whole, frozenset(word for beside in words for word in beside)

    def _exact(self, tokens: Sequence[str]) -> Iterator[Mention]:
        start, behind = 0, None
        while start < len(tokens):
            if not self._names.may_begin(tokens[start]):
                start += 1
                continue
            for end in range(start + self._names.reach(tokens[start : start + _LONGEST]), start, -1):
                is_another = self._around.is_another(tokens, start, behind)
                mention = self._named(tokens, (start, end), is_another=is_another)
                if mention is not None:
                    yield mention
                    start = behind = end
                    break
            else:
                start += 1

    def _means_otherwise(self, tokens: Sequence[str], clauses: Sequence[int], mention: Mention) -> bool:
        """Return whether the words beside a name show that it does not tell where a person is."""
        start, end = mention.span
        name = tokens[start:end]
        if mention.kind is not None:
            return False
        if self._senses.is_a_thing(tokens, start, end):
            return True
        shorter = self._spelling.detached(name[0])
        if shorter is not None and self._names.exact([shorter, *name[1:]]):
            return False
        if self._senses.is_part_of_a_town(tokens, start):
            return not any(
                place in self._quarters or not self._names.is_official(name, place) for place in mention.places
            )
        clause = max(first for first in clauses if first <= start)
        return self._senses.is_of_a_product(tokens[clause : start + 1], start - clause)

    def _named(self, tokens: Sequence[str], span: WordSpan, *, is_another: bool) -> Mention | None:
        """Return the places whose very name stands at `span`, if it is meant there as a place.

        Behind a place and an "or" it `is_another`: "meknes wla fes".
        """
        start, end = span
        name = tokens[start:end]
        if len(name) == 1 and len(tokens) > 1 and self._around.is_around(name[0]):
            return None
        if self._spelling.is_link(name[-1]) or (start and self._spelling.goes_on(tokens[start - 1])):
            return None
        is_led = is_another or self._around.leader(tokens, start) is not None
        rest = name[1:]
        detached, others = self._spelling.detached(name[0]), (self._spelling.parted, self._spelling.assimilated)
        spelled = [(name, is_led), ([detached, *rest], True)] if detached else [(name, is_led)]
        spelled += [([other, *rest], is_led) for other in (without(name[0]) for without in others) if other]
        for bare, leads in spelled:
            places = [one for one in self._names.exact(bare) if bare is name or self._is_after_letters(one, name, bare)]
            if places and self._is_meant(tokens, span, bare, places, is_led=leads):
                return self._mention(tokens, span, bare, places)
        for bare, leads in spelled:
            longer = self._names.begun(bare)
            if longer and not self._around.is_ordinary(bare) and (leads or self._around.is_rest_small(tokens, [span])):
                return self._mention(tokens, span, bare, [])
        return None

    def _is_after_letters(self, place: str, name: Sequence[str], bare: Sequence[str]) -> bool:
        """Return whether a place may be meant by what is left of `name` without the letters written to it."""
        return self._names.is_known(place) or self._spelling.is_within(name[0], bare)

    def _mention(self, tokens: Sequence[str], span: WordSpan, name: Sequence[str], places: list[str]) -> Mention:
        """Return the mention of `places` by `name`: with those it begins, vague unless one is well known by it."""
        kind = self._around.kind_before(tokens, span[0])
        is_on_a_road = self._senses.is_on_a_road(tokens, span[0])
        is_everywhere = self._spelling.is_everywhere(name)
        is_known = self._names.is_called if is_everywhere else self._names.is_known
        if any(is_known(place) or place in self._towns for place in places):
            return Mention(tuple(places), span, kind, is_on_a_road)
        is_common = is_everywhere or self._around.is_also_a_word(name)
        either = tuple(dict.fromkeys([*places, *self._names.begun(name)]))
        return Mention(either, span, kind, is_on_a_road or is_common or not places)

    def _is_meant(
        self, tokens: Sequence[str], span: WordSpan, name: Sequence[str], places: Sequence[str], *, is_led: bool
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
        bare = self._spelling.bare(name[0])
        is_likely = (
            is_known
            or around.is_rest_small(tokens, [span])
            or (is_long(bare) and (is_led or all(map(around.is_small, tokens[: span[0]]))))
        )
        if len(name) > 1:
            return is_led or is_likely or self._spelling.is_head(name[0])
        if is_also_a_word:
            return is_led or (not self._towns.isdisjoint(places) and around.opens(tokens, span))
        is_short = len(bare) < (_SHORT if bare.isascii() else _SHORT_ARABIC) and self._towns.isdisjoint(places)
        is_first = all(map(around.is_small, tokens[: span[0]]))
        return is_likely and not is_ordinary and (is_led or not is_short or is_first)

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
                return replace(mention, places=mention.places + others)
        return mention

    def _misspelled(self, tokens: Sequence[str], otherwise: Collection[WordSpan]) -> Iterator[Mention]:
        runs = [
            (start, end)
            for start, end in self._around.runs(tokens)
            if not any(start < other_end and other_start < end for other_start, other_end in otherwise)
        ]
        left = _MOST_COMPARED
        for start, end in runs:
            is_announced = self._around.is_announced(tokens, start)
            is_first = start == runs[0][0] and self._around.leader(tokens, start) is not None
            if not is_announced and ((len(runs) > 1 and not is_first) or end - start > _LONGEST_MISSPELLED):
                continue
            # What is announced may be followed by more; otherwise the name is all that is said.
            shortest = start if is_announced or is_first else end - 1
            for stop in range(min(end, start + _LONGEST_MISSPELLED), shortest, -1):
                if not left:
                    return
                left -= 1
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
        origin = self._spelling.origin(name[-1])
        if origin is not None:  # «الرباطي», "marrakchi": a family, a style
            there = self._names.exact([*name[:-1], origin])
            found = [one for one in found if one.place not in there]
        if not is_announced:
            found = list(filter(self._is_plain, found))
        return [one.place for one in found if one.slips - found[0].slips < _MARGIN]

    def _is_plain(self, found: NameMatch) -> bool:
        """Return whether a misspelling is so slight that no announcement is needed."""
        return self._names.is_known(found.place) and (found.slips < 1 or (found.slips == 1 and found.length >= _LONG))


def _parted(text: str) -> tuple[list[str], list[int]]:
    """Return the folded words of `text`, and where clauses begin: «زربية، تازناخت» is no carpet of Taznakht."""
    tokens: list[str] = []
    clauses: list[int] = []
    for clause in _CLAUSES.split(text):
        clauses.append(len(tokens))
        tokens += folded(clause).split()
        if len(tokens) >= _READ:
            break
    return tokens[:_READ], clauses
