"""The words around a name in a message: whether they say that a place follows, and whether they say anything else."""

from collections.abc import Iterable, Iterator, Sequence

from bot.language.folding import folded
from bot.offices.words import Form, PlaceKind, PlaceWords, Spelling, sound

#: Where something stands in a message: from this word, to before that one.
WordSpan = tuple[int, int]


class Surroundings:
    """What the writers' lists of words say about the words of a message."""

    def __init__(self, words: PlaceWords, spelling: Spelling) -> None:
        self._spelling = spelling
        before = [tuple(folded(word).split()) for word in words.before]
        self._before = frozenset(word[0] for word in before if len(word) == 1)
        #: «suis de»: what precedes a place only together.
        self._phrases = frozenset(word for word in before if len(word) > 1)
        self._kinds: dict[str, PlaceKind] = {folded(word): kind for kind, said in words.kinds.items() for word in said}
        self._follows = frozenset(map(folded, words.place_follows)) | self._kinds.keys()
        self._around = self._before | self._follows | frozenset(map(folded, words.small))
        self._ordinary = frozenset(
            sound(reading)
            for word in words.ordinary
            for token in folded(word).split()
            for reading in (token, spelling.bare(token))
        )
        self._also_words = self._forms(words.also_words)
        self._only_alone = self._forms(words.only_alone)

    def leader(self, tokens: Sequence[str], start: int) -> str | None:
        """Return the word before `start`, past articles, if a place may follow it."""
        if start > 1 and (tokens[start - 2], tokens[start - 1]) in self._phrases:
            return tokens[start - 1]
        index = start - 1
        while index >= 0 and self._spelling.is_link(tokens[index]) and tokens[index] not in self._before:
            index -= 1
        if index < 0:
            return None
        leads = any(word in self._before or word in self._follows for word in self._spelling.readings(tokens[index]))
        return tokens[index] if leads else None

    def is_announced(self, tokens: Sequence[str], start: int) -> bool:
        """Return whether the word before `start` is one that only a place follows (دوار، near…)."""
        leader = self.leader(tokens, start)
        return leader is not None and not self._follows.isdisjoint(self._spelling.readings(leader))

    def opens(self, tokens: Sequence[str], span: WordSpan) -> bool:
        """Return whether the name opens the message and a word such as «حدا» or «حي» follows, as only after a place."""
        start, end = span
        return (
            all(map(self.is_small, tokens[:start]))
            and end < len(tokens)
            and not self._follows.isdisjoint(self._spelling.readings(tokens[end]))
        )

    def kind_before(self, tokens: Sequence[str], start: int) -> PlaceKind | None:
        """Return the kind of place named before `start` (جهة، إقليم، جماعة), if one is."""
        leader = self.leader(tokens, start)
        readings = self._spelling.readings(leader) if leader else ()
        return next((self._kinds[word] for word in readings if word in self._kinds), None)

    def is_rest_small(self, tokens: Sequence[str], spans: Iterable[WordSpan]) -> bool:
        """Return whether nothing but small words stands outside `spans`."""
        named = {index for start, end in spans for index in range(start, end)}
        return all(index in named or self.is_small(token) for index, token in enumerate(tokens))

    def is_small(self, token: str) -> bool:
        """Return whether the word says nothing by itself."""
        return self._spelling.is_link(token) or not self._around.isdisjoint(self._spelling.readings(token))

    def is_around(self, token: str) -> bool:
        """Return whether the very word stands in one of the lists of words around a name."""
        return token in self._around

    def is_ordinary(self, name: Sequence[str]) -> bool:
        """Return whether a word of every day is part of `name`, leaving out what names begin with (سيدي، دار…)."""
        return any(
            sound(reading) in self._ordinary
            for position, token in enumerate(name)
            if not (len(name) > 1 and position == 0 and self._spelling.is_head(token))
            for reading in self._spelling.readings(token)
        )

    def is_also_a_word(self, name: Sequence[str]) -> bool:
        """Return whether a place's name is a word too, and counts only where a place is expected."""
        return any(form in self._also_words for form in self._exact(name)) or self.counts_only_alone(name)

    def counts_only_alone(self, name: Sequence[str]) -> bool:
        """Return whether a place's name is a word that comes even where a place is expected («فالمنزل»)."""
        return any(form in self._only_alone for form in self._exact(name))

    def runs(self, tokens: Sequence[str]) -> Iterator[WordSpan]:
        """Yield where words stand in a row that are not small ones."""
        start = None
        for index, token in enumerate([*tokens, ""]):
            is_over = not token or not self._around.isdisjoint(self._spelling.readings(token))
            if is_over and start is not None:
                yield start, index
                start = None
            elif not is_over and start is None and not self._spelling.is_link(token):
                start = index

    def _exact(self, name: Sequence[str]) -> Iterator[str]:
        return (form.exact for form in self._spelling.forms(name))

    def _forms(self, names: Iterable[str]) -> frozenset[str]:
        forms: Iterator[Form] = (form for name in names for form in self._spelling.forms(folded(name).split()))
        return frozenset(form.exact for form in forms)
