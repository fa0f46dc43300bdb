"""What people say across a flow in words of their own: «واش كاين عندكم شي بنادم نهضر معاه؟», "c'est trop compliqué".

A saying (`flows/sayings.yaml`) is a few telling words and the words that may stand beside them. A message is that
saying when it holds a telling word and every other word of it may stand beside: «بغيت نهضر مع شي واحد» asks for a
person, «بغيت شي واحد يشري مني» does not. What must not break: no word of a message is passed over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.hearing.asides import Aside, SmallTalk
from bot.conversation.hearing.forms import same
from bot.language.folding import folded, stems, word_skeleton
from bot.language.negation import parted

#: Longest message that may be a saying, in words.
_MOST_WORDS: Final = 14
#: A message is nearly a saying when no more than one word in so many is unknown.
_ONE_IN: Final = 3
#: A telephone number, a sign: nothing that a saying is about.
_LEAST_DIGITS: Final = 6


#: Words of a form that means one thing wherever it stands.
_IN_SO_MANY_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Expression:
    """What some words mean, and the words that may stand beside them."""

    #: The aside or small talk that it is; else the flow or the entry that it leads to.
    means: Aside | SmallTalk | None
    to: str | None
    words: tuple[str, ...]
    beside: tuple[str, ...]
    #: What leads to it where a word or two beside are unknown; None where it is meant all the same.
    nearly: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    """The folded words of a form, whose it is (None where it may stand beside everything), and whether it tells."""

    words: tuple[str, ...]
    saying: int | None
    is_telling: bool


class Sayings:
    """All sayings, found by the first word of each form."""

    def __init__(self, sayings: Sequence[Expression], small: Iterable[str]) -> None:
        self.sayings = tuple(sayings)
        self._forms: Mapping[str, list[_Form]] = defaultdict(list)
        for form in (*self._written(), *(_Form(tuple(folded(word).split()), None, False) for word in small)):
            self._forms[form.words[0]].append(form)
            if not form.words[0].isascii():
                self._forms["/" + word_skeleton(form.words[0])].append(form)

    def _written(self) -> Iterator[_Form]:
        for number, saying in enumerate(self.sayings):
            for words, is_telling in ((saying.words, True), (saying.beside, False)):
                yield from (_Form(tuple(folded(one).split()), number, is_telling) for one in words)

    def said(self, plain: str, besides: frozenset[str] = frozenset()) -> Expression | None:
        """Return the first saying that a folded message is; `besides` are words of it that are accounted for."""
        return next((saying for saying, unknown in self._meant(plain, besides) if not unknown), None)

    def holds(self, plain: str, means: str) -> bool:
        """Return whether a folded message begins by saying something, in so many words that they mean nothing else."""
        words = parted(plain).split()[:_MOST_WORDS]
        forms = (form for form, _ in self._found(words) if form.is_telling and len(form.words) >= _IN_SO_MANY_WORDS)
        return any(form.saying is not None and self.sayings[form.saying].means == means for form in forms)

    def is_small(self, plain: str) -> bool:
        """Return whether all words of a folded message may stand beside everything: «أولدي», «خويا عافاك»."""
        words = parted(plain).split()
        small = {at for form, places in self._found(words) if form.saying is None for at in places}
        return 0 < len(words) == len(small)

    def nearly_said(self, plain: str) -> Expression | None:
        """Return the aside or small talk that most words of a folded message mean, one of three being unknown."""
        most = len(plain.split()) // _ONE_IN
        near = [(unknown, saying) for saying, unknown in self._meant(plain) if saying.means and unknown <= most]
        return min(near, key=lambda one: one[0])[1] if near else None

    def _meant(self, plain: str, besides: frozenset[str] = frozenset()) -> Iterator[tuple[Expression, int]]:
        """Yield the sayings of which a telling word stands in a message, with how many of its words are unknown."""
        words = parted(plain).split()
        if not words or len(words) > _MOST_WORDS:
            return
        common = {at for at, word in enumerate(words) if word in besides or _says_nothing(word)}
        covered: dict[int, set[int]] = defaultdict(set)
        telling: set[int] = set()
        for form, places in self._found(words):
            if form.saying is None:
                common.update(places)
                continue
            covered[form.saying].update(places)
            if form.is_telling:
                telling.add(form.saying)
        for number in sorted(telling):
            yield self.sayings[number], len(words) - len(covered[number] | common)

    def _found(self, words: Sequence[str]) -> Iterator[tuple[_Form, range]]:
        """Yield the forms that stand in a message, with the places of their words."""
        for first, word in enumerate(words):
            keys = {*stems(word), *(("/" + word_skeleton(word),) if word.isascii() else ())}
            for form in {id(form): form for key in keys for form in self._forms.get(key, ())}.values():
                behind = first + len(form.words)
                standing = words[first:behind]
                if len(standing) == len(form.words) and all(map(same, standing, form.words)):
                    yield form, range(first, behind)


def _says_nothing(word: str) -> bool:
    return len(word) >= _LEAST_DIGITS and word.isdecimal()
