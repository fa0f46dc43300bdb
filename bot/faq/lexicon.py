"""Words that mean the same, in every script: «كيفاش», "kifach" and "comment" are one concept.

The words are the writers' (`faq/lexicon.yaml`); here they are found in a text, whatever article, clitic or spelling
they wear there.
"""

from collections.abc import Mapping, Sequence

from bot.language.folding import folded, stem, stems
from bot.language.skeleton import word_skeleton

#: A skeleton shorter than this is too common to stand for a word.
_LEAST_SKELETON = 3
#: Longest phrase of the lexicon, in words.
_LONGEST = 4


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
