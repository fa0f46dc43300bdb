"""Whether a name in a message is said of something else than where a person is: a product, a street, a thing.

Only the words beside it tell: «زربية الرباط» is made anywhere, «زنقة فاس» is in every town, «فاس وقادوم» are tools.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.language.folding import folded
from bot.offices.words import PlaceWords, Spelling, sound

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
