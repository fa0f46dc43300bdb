"""What people want who say who they are: the words that ask for a right, and those that say for which check.

They stand in `flows/wishes.yaml`, and a message holds them anywhere: «تعاونية ديال الزرابي فأزرو، واش كاين شي دعم».
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from bot.conversation.flow import FlowId
from bot.conversation.hearing.follow_ups import FollowUps
from bot.conversation.hearing.forms import Held, held, longest
from bot.faq.entries import Entry
from bot.language.folding import folded, is_habit
from bot.language.negation import MessageWords, parts_two_things, unwanted, words_of
from bot.message import Text

#: Words of a form that means one thing wherever it stands.
_IN_SO_MANY_WORDS: Final = 3
#: An entry is about ours when one in so many of its phrasings holds a word of ours.
_ABOUT_OURS_IN: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A check, the words that ask for it, and the facts that are told for nothing else."""

    flow: FlowId
    words: tuple[str, ...]
    #: The fact that a sum named in the same breath is, where it stands for one: «نكبرو المعمل ب 2 مليون درهم».
    sum: str | None = None
    #: The facts that are told for no other check.
    facts: tuple[str, ...] = ()
    #: The amount of the law that the named sum must reach, or the words ask for something else: a kiln at three million
    #: dirhams is an investment, a needle is none.
    at_least: str | None = None
    #: Longer words that hold one of `words` and do not ask for it: who says «عندي لاكارط ديال الصانع» has it.
    not_wished_by: tuple[str, ...] = ()
    #: Entries that answer something else, though they are surely nearest: where to sell at home, to who sells abroad.
    not_answered_by: frozenset[str] = frozenset()
    #: Words behind which `words` do not ask for it: who says «ساكن ففرنسا» tells where they live.
    not_behind: tuple[str, ...] = ()
    #: Those of `words` that are countries: alone they say where, and not that anything is sold there.
    abroad: tuple[str, ...] = ()

    def asking(self, words: MessageWords) -> Iterator[Held]:
        """Yield where the words that ask for it stand in a message and nothing about them says that they do not."""
        forms = (self.words, True), (self.not_wished_by, False)
        found = longest((asks, one) for listed, asks in forms for one in held(listed, words))
        # A preposition may stand between: "sakn f fransa", "je vis en Italie".
        besides = {at for one in held(self.not_behind, words) for at in (one.behind, one.behind + 1)}
        yield from (one for asks, one in found if asks and one.first not in besides)


#: Words between what is sold and the country it goes to: «كنبيعو الزرابي لفرنسا».
_TO_THERE: Final = 2


@dataclass(frozen=True, slots=True)
class SoldAbroad:
    """The fact that whoever sells in a country abroad tells, the words of selling there, and the countries."""

    fact: str
    words: tuple[str, ...]
    countries: tuple[str, ...]
    #: Words by which who wants to sell there says that they never did: "pour la première fois".
    first_time: tuple[str, ...] = ()

    def told(self, words: MessageWords) -> bool:
        """Return whether words say that something is or was sold abroad; a wish, or tourists from there, do not."""
        there = [one.first for one in held(self.countries, words) if not words[one.first].denied]
        sold = [one.behind for one in held(self.words, words) if not words[one.first].denied]
        return any(
            0 <= at - behind <= _TO_THERE and not any(parts_two_things(word.text) for word in words[behind:at])
            for at in there
            for behind in sold
        )


@dataclass(frozen=True, slots=True)
class Wishes:
    """The words by which people ask what they have a right to, and those that say for what (`flows/wishes.yaml`)."""

    right: tuple[str, ...]
    checks: tuple[Wish, ...]
    #: Words of a craft, a workshop, a product, of selling: what this guide is about.
    ours: tuple[str, ...]
    #: The entry that tells how one comes to a legal form, by the form's option.
    founding: Mapping[str, str] = field(default_factory=dict)
    #: Words of selling and sending, beside which a country's name asks for the check of who exports.
    sending: tuple[str, ...] = ()
    sold_abroad: SoldAbroad | None = None
    #: Words by which people ask whether they themselves have a right.
    own_right: tuple[str, ...] = ()

    def is_of_ours(self, plain: str) -> bool:
        """Return whether a folded message holds a word of what this guide is about."""
        return _holds(self.ours, words_of(plain))

    def names_only_a_country(self, wish: Wish, plain: str) -> bool:
        """Return whether all that asks for a check is a country's name, and nothing is said to be sold or sent."""
        words = words_of(plain)
        asking = {one.form for one in wish.asking(words)}
        return asking <= {folded(name) for name in wish.abroad} and not _holds(self.sending, words)

    def sends(self, plain: str) -> bool:
        """Return whether a folded message says that something is sold or sent."""
        return _holds(self.sending, words_of(plain))

    def sells_there_first(self, plain: str) -> bool:
        """Return whether a folded message wants something sold abroad for the first time, the two side by side."""
        words, abroad = words_of(plain), [wish for wish in self.wished(plain) if wish.abroad]
        if self.sold_abroad is None or not abroad:
            return False
        asking = [one for wish in abroad for one in wish.asking(words)]
        return any(
            0 <= first.first - one.behind <= _TO_THERE or 0 <= one.first - first.behind < _TO_THERE
            for first in held(self.sold_abroad.first_time, words)
            for one in asking
        )

    def is_about_ours(self, entry: Entry) -> bool:
        """Return whether an entry of another office is asked with our words, as the price of a carpet is."""
        return _is_asked_with(self.ours, entry.question, tuple(entry.phrasings.values()))

    def asks_for_a_right(self, plain: str) -> bool:
        """Return whether a folded message asks what somebody has a right to."""
        return _holds(self.right, words_of(plain))

    def asks_for_ones_right(self, plain: str, short: FollowUps) -> bool:
        """Return whether somebody asks if they themselves have a right to something, not how much or when: «وقتاش»."""
        words = words_of(plain)
        own = _places(self.own_right, words)
        asked = _places(tuple(form for forms in short.words.values() for form in forms), words)
        return bool(own) and asked <= own | _places(self.right, words) and not any(word.denied for word in words)

    def names_only(self, wish: Wish, plain: str, short: FollowUps) -> bool:
        """Return whether a message that asks for a right names an aid, and holds no word of anything else.

        «الدعم» alone names none; «… وأنا ديجا خديت موازرة» asks of two together.
        """
        words = words_of(plain)
        right, named = _places((*self.own_right, *self.right), words), _places(wish.words, words)
        return bool(named - right) and len(right | named | _places(short.beside, words)) == len(words)

    def wished(self, plain: str) -> Iterator[Wish]:
        """Yield the wishes whose words a folded message holds, in the writers' order.

        «كنشري» tells what somebody does, «نشري» what they want to do.
        """
        words = words_of(plain)
        for wish in self.checks:
            found = (one for one in wish.asking(words) if unwanted(words, one.first) is None)
            if any(not is_habit(words[one.first].text, one.form) for one in found):
                yield wish

    def without(self, plain: str) -> str:
        """Return a folded message without the words that ask for a right or for a check."""
        words = words_of(plain)
        forms = (self.right, *(wish.words for wish in self.checks))
        hidden = {at for listed in forms for one in held(listed, words) for at in range(one.first, one.behind)}
        return " ".join(word.text for at, word in enumerate(words) if at not in hidden)

    def without_unwanted(self, plain: str) -> str:
        """Return a folded message without the wishes that it denies: «الوراق ديال الكارط ماشي التصدير» is of the card.

        The message as it is where little else is said.
        """
        words = words_of(plain)
        hidden: set[int] = set()
        for wish in self.checks:
            for one in held(wish.words, words):
                first = unwanted(words, one.first)
                hidden |= set() if first is None else {*range(first, one.behind)}
        left = [word.text for at, word in enumerate(words) if at not in hidden]
        return " ".join(left) if hidden and len(left) >= _IN_SO_MANY_WORDS else plain

    def check_for(self, facts: Container[str]) -> FlowId | None:
        """Return the check that facts are told for, None when they are told for several or none."""
        return next((wish.flow for wish in self.checks if any(fact in facts for fact in wish.facts)), None)


@lru_cache(maxsize=256)
def _is_asked_with(forms: tuple[str, ...], question: Text, phrasings: tuple[tuple[str, ...], ...]) -> bool:
    asked = [*question.every(), *(phrasing for listed in phrasings for phrasing in listed)]
    holding = sum(_holds(forms, words_of(folded(phrasing))) for phrasing in asked)
    return holding * _ABOUT_OURS_IN >= len(asked)


def _places(forms: tuple[str, ...], words: MessageWords) -> set[int]:
    return {at for one in held(forms, words) for at in range(one.first, one.behind)}


def _holds(forms: tuple[str, ...], words: MessageWords) -> bool:
    return next(held(forms, words), None) is not None
