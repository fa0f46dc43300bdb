"""Where what people say for something stands in a message, in any script and with any clitic.

The forms are the writers' (`flows/facts.yaml`); what denies is the language's (`bot.language.negation`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from bot.language.folding import BEFORE_ANOTHER, folded, is_same_word, stems, word_skeleton
from bot.language.negation import MessageWords

FormMeaning = TypeVar("FormMeaning")

#: Fewest consonants by which an Arabic word is known in Latin letters.
_LEAST_SIGNS = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A spoken form found in a message, as it is folded."""

    form: str
    #: The places of its first word, and behind its last.
    first: int
    behind: int
    #: A denial is grown onto one of its words: «صدرناش».
    grown: bool = False


def held(forms: tuple[str, ...], words: MessageWords, *, denied: bool = False) -> Iterator[Held]:
    """Yield the forms whose words stand one after another; with `denied`, those with a denial grown onto them too."""
    # Every message asks this for every fact and every saying: only forms that begin with a word of it are looked at.
    spellings, beginnings = words.spelled_undenied if denied else words.spelled
    by_first_word = _by_first_word(forms)
    begun: dict[tuple[int, tuple[str, ...]], set[int]] = {}
    for shared in by_first_word.keys() & beginnings.keys():
        for form_in_order in by_first_word[shared]:
            begun.setdefault(form_in_order, set()).update(beginnings[shared])
    for (_, form), places in sorted(begun.items(), key=itemgetter(0)):
        for first in sorted(place for place in places if place + len(form) <= len(words)):
            grown = _stands(form, spellings, first)
            if grown is not None:
                yield Held(" ".join(form), first, first + len(form), grown)


def _stands(form: tuple[str, ...], spellings: tuple[tuple[str, ...], ...], first: int) -> bool | None:
    """Return whether the words of a form stand from a place on only with a denial grown onto one; None when not."""
    grown = False
    for at, wanted in enumerate(form, first):
        found = _found(spellings[at], wanted)
        if found is None:
            return None
        grown = grown or found
    return grown


def longest(found: Iterable[tuple[FormMeaning, Held]]) -> list[tuple[FormMeaning, Held]]:
    """Return what was found but for what is part of a longer form: «مقاول ذاتي» holds «مقاول» and does not say it.

    A form that stands as it is written says more than one that a denial is grown onto.
    """
    listed = list(found)
    beginning: dict[int, list[Held]] = defaultdict(list)
    for _, one in listed:
        beginning[one.first].append(one)
    widest = max((one.behind - one.first for _, one in listed), default=0)
    return [
        (told, one)
        for told, one in listed
        if not any(
            _is_within(one, other)
            for first in range(one.behind - widest, one.first + 1)
            for other in beginning.get(first, ())
        )
    ]


def _is_within(one: Held, other: Held) -> bool:
    longer = (other.behind - other.first, one.grown) > (one.behind - one.first, other.grown)
    return longer and other.first <= one.first and one.behind <= other.behind


@lru_cache(maxsize=512)
def _by_first_word(forms: tuple[str, ...]) -> Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]:
    """Return the forms, numbered in their order and as their folded words, by their first word and its skeleton."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for number, form in enumerate(forms):
        if words := tuple(folded(form).split()):
            for looked_up in {words[0], "/" + word_skeleton(words[0])}:
                found[looked_up].append((number, words))
    return found


def _found(spelled: tuple[str, ...], wanted: str) -> bool | None:
    """Return whether a word is the wanted one only without the denial grown onto it; None when it is another."""
    if same(spelled[0], wanted):
        return False
    if len(spelled) == 1:
        return None
    return True if any(same(bare, wanted) for bare in spelled[1:]) else None


@lru_cache(maxsize=100_000)
def same(word: str, wanted: str) -> bool:
    """Tell whether a folded word is the wanted one, but for clitics and script."""
    if wanted in stems(word):
        # «تحديد» is no iron: what «ت» stands before is a noun of its own, or what somebody else does.
        return word != BEFORE_ANOTHER + wanted
    # Latin letters spell an Arabic word freely; what is said in Arabic letters the writers have in Arabic letters.
    if not word.isascii() or wanted.isascii():
        return False
    return len(word_skeleton(wanted)) >= _LEAST_SIGNS and is_same_word(word, wanted)
