"""The words around a name in a message: whether a place follows, whether they say anything else, or something else.

Only the words beside a name tell that it is not where a person is: «زربية الرباط» is made anywhere, «زنقة فاس» is in
every town, «فاس وقادوم» are tools.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

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
        self._either = frozenset(map(folded, words.either))

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

    def is_another(self, tokens: Sequence[str], start: int, behind: int | None) -> bool:
        """Return whether an "or" stands between `start` and the name before it, which ends before `behind`."""
        return behind == start - 1 and tokens[start - 1] in self._either

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


#: How far from a name the words may stand that show another sense of it.
_BESIDE: Final = 3
#: How many words may stand between a product and the "of" before its town («الزربية الأصيلة ديال الرباط»).
_DESCRIBED: Final = 1


class Senses:
    """What the writers' lists say of names that do not tell where a person is."""

    def __init__(self, words: PlaceWords, spelling: Spelling) -> None:
        self._spelling = spelling
        self._parts = self._signs(words.parts)
        self._roads = self._signs(words.roads)
        self._products = self._signs(words.products)
        self._makers = self._signs(words.makers)
        self._owners = frozenset(map(folded, words.owners))
        self._things = [(self._signs(thing.names), self._signs(thing.beside)) for thing in words.things]

    def is_of_a_product(self, tokens: Sequence[str], start: int) -> bool:
        """Return whether the name at `start` says what kind a product is; a workshop's product is made where it is."""
        index = self._before(tokens, start)
        described = 0 if index == start - 1 else _DESCRIBED
        for product in range(index, max(-1, index - described - 1), -1):
            if product >= 0 and self._is_one(tokens[product], self._products):
                maker = self._before(tokens, product)
                return maker < 0 or not self._is_one(tokens[maker], self._makers)
        return False

    def is_part_of_a_town(self, tokens: Sequence[str], start: int) -> bool:
        """Return whether a word such as «حي» or "rue" stands before `start`: what follows may bear any town's name."""
        index = self._past_articles(tokens, start)
        return index >= 0 and self._is_one(tokens[index], self._parts)

    def is_on_a_road(self, tokens: Sequence[str], start: int) -> bool:
        """Return whether the name at `start` only says where a road leads."""
        index = self._before(tokens, start)
        return index >= 0 and self._is_one(tokens[index], self._roads)

    def is_a_thing(self, tokens: Sequence[str], start: int, end: int) -> bool:
        """Return whether the words beside the name show that a thing of that name is meant."""
        if end - start > 1:
            return False
        signs = frozenset(map(sound, self._spelling.readings(tokens[start])))
        beside = [*tokens[max(0, start - _BESIDE) : start], *tokens[end : end + _BESIDE]]
        return any(
            not signs.isdisjoint(names) and any(self._is_one(token, others) for token in beside)
            for names, others in self._things
        )

    def _before(self, tokens: Sequence[str], start: int) -> int:
        """Return where the word before `start` is, past articles and words such as «ديال» and "de"; -1 for none."""
        index = start - 1
        while index >= 0 and (self._spelling.is_link(tokens[index]) or tokens[index] in self._owners):
            index -= 1
        return index

    def _past_articles(self, tokens: Sequence[str], start: int) -> int:
        index = start - 1
        while index >= 0 and self._spelling.is_link(tokens[index]):
            index -= 1
        return index

    def _is_one(self, token: str, signs: frozenset[str]) -> bool:
        return any(sound(reading) in signs for reading in self._spelling.readings(token))

    def _signs(self, words: Iterable[str]) -> frozenset[str]:
        tokens = [token for word in words for token in folded(word).split()]
        return frozenset(sound(reading) for token in tokens for reading in (token, self._spelling.bare(token)))
