"""Words that mean the same, in every script: «كيفاش», "kifach" and "comment" are one concept.

The words are the writers' (`faq/lexicon.yaml`); here they are found in a text, whatever article, clitic or spelling
they wear there.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.language.folding import folded
from bot.language.skeleton import word_skeleton

#: What Arabic glues before a word: and, so, with, to, like, the, in Darija also future and present marks.
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "غ", "ت")
#: What it glues after it: mine, yours, his, ours, plural and verb endings.
_SUFFIXES = ("يات", "ات", "ين", "ون", "نا", "كم", "هم", "ها", "تي", "ي", "و", "ه", "ك", "ا")
_FRENCH_SUFFIXES = ("ations", "ation", "ements", "ement", "ers", "er", "es", "s", "e")
#: A skeleton shorter than this is too common to stand for a word.
_LEAST_SKELETON = 3
#: Longest phrase of the lexicon, in words.
_LONGEST = 4


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
    for prefix in _PREFIXES:
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


class Lexicon:
    """The concepts of a text. Built once from `{concept: words}`."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._by_form: dict[str, str] = {}
        self._by_skeleton: dict[str, str] = {}
        clashing: set[str] = set()
        for concept, words in concepts.items():
            for word in map(folded, words):
                self._by_form.setdefault(word, concept)
                signs = " ".join(word_skeleton(part) for part in word.split())
                if len(signs) < _LEAST_SKELETON:
                    continue
                if self._by_skeleton.setdefault(signs, concept) != concept:
                    clashing.add(signs)
        # Two concepts with one skeleton: only the full spelling tells them apart.
        for signs in clashing:
            del self._by_skeleton[signs]
        #: What the phrases of several words begin with, so that most words of a message need no further look.
        self._begins = frozenset(_first(form) for form in (*self._by_form, *self._by_skeleton) if " " in form)

    def concepts(self, words: Sequence[str]) -> list[str]:
        """Return the concepts of folded words in order; a word of no concept counts by its stem, marked `~`."""
        found: list[str] = []
        position = 0
        while position < len(words):
            for length in range(self._longest_at(words[position : position + _LONGEST]), 0, -1):
                concept = self._concept(words[position : position + length])
                if concept is not None:
                    found.append(concept)
                    position += length
                    break
            else:
                found.append("~" + stem(words[position]))
                position += 1
        return found

    def _longest_at(self, words: Sequence[str]) -> int:
        """Return of how many of these words a phrase of the lexicon may be that begins with the first."""
        return len(words) if words[0] in self._begins or word_skeleton(words[0]) in self._begins else 1

    def _concept(self, words: Sequence[str]) -> str | None:
        phrase = " ".join(words)
        if (concept := self._by_form.get(phrase)) is not None:
            return concept
        if len(words) == 1:
            for form in stems(phrase):
                if (concept := self._by_form.get(form)) is not None:
                    return concept
        signs = " ".join(map(word_skeleton, words))
        return self._by_skeleton.get(signs) if len(signs) >= _LEAST_SKELETON else None


def _first(form: str) -> str:
    return form.partition(" ")[0]
