"""What people say across a flow in words of their own: «واش كاين عندكم شي بنادم نهضر معاه؟», "c'est trop compliqué".

A saying (`flows/sayings.yaml`) is a few telling words and the words that may stand beside them. A message is that
saying when it holds a telling word and every other word of it may stand beside: «بغيت نهضر مع شي واحد» asks for a
person, «بغيت شي واحد يشري مني» does not. What must not break: no word of a message is passed over.

A follow-up (`flows/follow_ups.yaml`) names nothing and is about what was last told: «شحال؟», «فين نمشي», «والوراق؟»,
"et après ?", «علاش لا». What must not break: a message with any word of its own («شحال كيكلف الشحن») is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.conversation.conversation import OnScreen
from bot.conversation.hearing.asides import Aside, SmallTalk
from bot.conversation.hearing.forms import held, longest, same
from bot.language.folding import folded, stems, word_skeleton
from bot.language.negation import is_denial, parted, words_of

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


#: What can be asked: whether it is still so, why not, why, where, when, which papers, on what conditions, what next,
#: how many people it takes, how much is given, what it costs, what it is good for, its telephone, how.
Aspect = Literal[
    "still", "why_not", "why", "phone", "office", "when", "papers", "conditions", "next", "people", "cost", "amount",
    "use", "how",
]  # fmt: skip
#: Words beyond which a message is no short question.
_SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What belongs together on the screen, and to which entries and flows each short question about it leads."""

    schemes: tuple[str, ...]
    flows: frozenset[str]
    entries: frozenset[str]
    #: The kinds of offices that belong to it, as the ids of offices begin; «شحال كيعطيو» there is about their aid.
    offices: frozenset[str]
    asked: Mapping[Aspect, tuple[str, ...]]

    def holds(self, shown: OnScreen) -> bool:
        """Return whether what is on the screen belongs to it."""
        match shown.kind:
            case "answer":
                return shown.of in self.entries
            case "flow":
                return shown.of in self.flows
            case "scheme":
                return shown.of in self.schemes
            case "office":
                return shown.of.rpartition("-")[0] in self.offices
            case _:
                return False


@dataclass(frozen=True, slots=True)
class NamedOffice:
    """An office by what people call it, and the flow that finds it or the entry that tells what is known of it."""

    to: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeAsked:
    """The office that a message names: what tells of it, the words beside all names, whether another is denied."""

    to: str
    beside: str
    denies: bool


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The words of short questions, the subjects they may be about, and the offices that are asked for by name."""

    words: Mapping[Aspect, tuple[str, ...]]
    #: Words that may stand beside them and name nothing.
    beside: tuple[str, ...]
    subjects: tuple[Subject, ...]
    offices: tuple[NamedOffice, ...] = ()

    @property
    def way(self) -> tuple[str, ...]:
        """Return the words by which people ask where an office is, and how to call it."""
        return (*self.words.get("office", ()), *self.words.get("phone", ()))

    def office_named(self, plain: str) -> OfficeAsked | None:
        """Return the first office that a folded message names and does not deny; None where it names none."""
        words = words_of(plain)
        found = longest((office.to, one) for office in self.offices for one in held(office.words, words))
        meant = [(one.first, to) for to, one in found if not words[one.first].denied]
        if not meant:
            return None
        inside = {at for _, one in found for at in range(one.first, one.behind)}
        beside = " ".join(word.text for at, word in enumerate(words) if at not in inside and not is_denial(word.text))
        return OfficeAsked(min(meant)[1], beside, denies=len(meant) < len(found))

    def is_an_office(self, name: str) -> bool:
        """Return whether a flow or an entry tells of an office that people ask for by its name."""
        return any(office.to == name for office in self.offices)

    def is_small(self, plain: str) -> bool:
        """Return whether a folded message asks the way, or nothing, and holds no word of anything else."""
        words = words_of(plain)
        found = held((*self.way, *self.beside), words)
        return len({at for one in found for at in range(one.first, one.behind)}) == len(words)

    def aspect(self, plain: str) -> Aspect | None:
        """Return what a folded message that names nothing asks for; of several the first in the writers' order."""
        words = words_of(plain)
        if not 0 < len(words) <= _SHORT:
            return None
        found = longest((aspect, one) for aspect, forms in self.words.items() for one in held(forms, words))
        if not found:
            return None
        inside = {at for _, one in found for at in range(one.first, one.behind)}
        inside |= {at for one in held(self.beside, words) for at in range(one.first, one.behind)}
        if len(inside) < len(words):
            return None
        asked = {aspect for aspect, _ in found}
        return next(aspect for aspect in self.words if aspect in asked)

    def subject(self, shown: OnScreen) -> Subject | None:
        """Return the subject of what is on the screen; None where none was written."""
        return next((subject for subject in self.subjects if subject.holds(shown)), None)

    def leads(self, aspect: Aspect | None, shown: OnScreen) -> tuple[str, ...]:
        """Return the entries and flows that a short question about what is on the screen leads to, in their order."""
        subject = self.subject(shown)
        return () if subject is None or aspect is None else subject.asked.get(aspect, ())
