"""Short questions about what was last told, and the way to an office: what `flows/follow_ups.yaml` says of both.

A follow-up names nothing and is about what was last told: «شحال؟», «والوراق؟», "et après ?", «علاش لا». What must
not break: a message with any word of its own («شحال كيكلف الشحن») is none. Nor is a way asked where a word is left
over that no list accounts for: «فين نبيع فالصويرة» asks for no office.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.conversation.conversation import OnScreen
from bot.conversation.hearing.forms import Held, held, longest
from bot.language.negation import MessageWords, is_denial, words_of
from bot.language.tenses import wishes

#: What can be asked: whether it is still so, why not, why, where, when, which papers, on what conditions, what next,
#: how many people it takes, how much is given, what it costs, what it is good for, its telephone, how.
Aspect = Literal[
    "still", "why_not", "why", "phone", "office", "when", "papers", "conditions", "next", "people", "cost", "amount",
    "use", "how",
]  # fmt: skip
#: Words between whom and what is to be done with them: «شكون اللي نقدر نهضر معاه».
_MOST_BETWEEN: Final = 2
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
    #: The entry that answers whoever names no more than their town.
    town: str | None = None

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
class Ways:
    """The words by which people ask the way to an office in words of their own (`ways` in `flows/follow_ups.yaml`)."""

    asks: tuple[str, ...] = ()
    #: Whom, and what is to be done with them: together they ask it too, «شكون نقدر نهضر معاه».
    whom: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    #: The same of who is to help: beside a wish it asks for aid with what is wished, «بغينا نمشيو لمعرض، شكون يعاونا».
    help: tuple[str, ...] = ()
    #: Those by which people ask where something stands.
    stands: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    #: What is somebody's own: «عندي مكتب» asks for none.
    owning: tuple[str, ...] = ()
    #: That the office just told of is far, and whether there is none nearer.
    far: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    #: Which other one is meant where the one just told of is denied.
    short: tuple[NamedOffice, ...] = ()
    #: What an office is needed for, and which one that is.
    matters: tuple[NamedOffice, ...] = ()


@dataclass(frozen=True, slots=True)
class WayAsked:
    """A way that is asked, and which office its matter has; None where none is named."""

    #: The words before it that are of something else, and all that stand before the asking.
    before: str
    leading: str
    to: str | None


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The words of short questions, the subjects they may be about, and the offices that are asked for by name."""

    words: Mapping[Aspect, tuple[str, ...]]
    #: Words that may stand beside them and name nothing.
    beside: tuple[str, ...]
    subjects: tuple[Subject, ...]
    offices: tuple[NamedOffice, ...] = ()
    ways: Ways = field(default_factory=Ways)

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

    def without_offices(self, plain: str) -> str:
        """Return a folded message without the names of offices: «غرفة الصناعة التقليدية» says nothing of who asks."""
        words = words_of(plain)
        hidden = {
            at for office in self.offices for one in held(office.words, words) for at in range(one.first, one.behind)
        }
        return " ".join(word.text for at, word in enumerate(words) if at not in hidden) if hidden else plain

    def is_an_office(self, name: str) -> bool:
        """Return whether a flow or an entry tells of an office that people ask for by its name."""
        return any(office.to == name for office in self.offices)

    def is_small(self, plain: str) -> bool:
        """Return whether a folded message asks the way, or nothing, and holds no word of anything else."""
        words = words_of(plain)
        found = held((*self.way, *self.beside, *self.ways.asks, *self.ways.beside), words)
        return len({at for one in found for at in range(one.first, one.behind)}) == len(words)

    def matter(self, plain: str) -> str | None:
        """Return which office has the last matter that a folded message names and does not deny; None of none."""
        words = words_of(plain)
        meant = [(one.first, to) for to, one in self._matters(words) if not words[one.first].denied]
        return max(meant)[1] if meant else None

    def _matters(self, words: MessageWords) -> list[tuple[str, Held]]:
        return longest((one.to, found) for one in self.ways.matters for found in held(one.words, words))

    def way_asked(self, plain: str, crafts: tuple[str, ...]) -> WayAsked | None:
        """Return the way that a folded message asks at its end, all words from there on being such words.

        Behind the asking a craft may stand beside a matter: «شكون نسول على الماكينة ديال الخياطة».
        """
        words = words_of(plain)
        forms = (*self.way, *self.ways.asks, *self.ways.stands)
        asks = [one for _, one in longest(("", found) for found in (*held(forms, words), *self._reached(words)))]
        matters = self._matters(words) if asks else []
        begun = min((one.first for one in asks), default=0)
        small = [*held((*self.beside, *self.ways.beside), words)] if asks else []
        small += (one for one in held(crafts, words) if one.first > begun) if matters else ()
        inside = {at for one in (*asks, *small) for at in range(one.first, one.behind)}
        inside |= {at for _, one in matters for at in range(one.first, one.behind)}
        inside -= {at for one in held(self.ways.owning, words) for at in range(one.first, one.behind)}
        first = len(words)
        while first and (first - 1 in inside or is_denial(words[first - 1].text)):
            first -= 1
        # «فين كاين المعرض» asks where the fair is, and for no office.
        itself = {one.first for _, one in matters}
        stands = {(one.first, one.behind) for one in held(self.ways.stands, words) if one.behind in itself}
        if first:
            # «ما مسجلة فين» ends in a word that asks nothing.
            stands |= {(one.first, one.behind) for one in asks if one.first == len(words) - 1}
        if not any(one.first >= first and (one.first, one.behind) not in stands for one in asks):
            return None
        begun = min(one.first for one in asks if one.first >= first)
        before, leading = (" ".join(word.text for word in words[:at]) for at in (first, begun))
        return WayAsked(before, leading, self.matter(plain))

    def _reached(self, words: MessageWords) -> Iterator[Held]:
        """Yield where somebody is asked for with what is to be done with them: «شكون نقدر نهضر معاه»."""
        is_wished = wishes(" ".join(word.text for word in words))
        return self._whom(self.ways.reach if is_wished else (*self.ways.reach, *self.ways.help), words)

    def asks_who_helps(self, plain: str) -> bool:
        """Return whether a folded message asks who helps: «بغينا نديرو شهادة بيو، شكون يعاونا فيها»."""
        return next(self._whom(self.ways.help, words_of(plain)), None) is not None

    def _whom(self, done: tuple[str, ...], words: MessageWords) -> Iterator[Held]:
        """Yield where somebody is asked for near words of what is to be done with them, or they are to do."""
        ends = [*held(done, words)]
        for one in held(self.ways.whom, words):
            behind = (to.behind for to in ends if 0 <= to.first - one.behind <= _MOST_BETWEEN)
            yield from (Held(one.form, one.first, end) for end in behind)

    def another_office(self, plain: str, shown: str) -> str | None:
        """Return the office that a folded message names beside a no to the one `shown`: «ماشي التجارة»; else None."""
        words = words_of(plain)
        found = longest((one.to, name) for one in (*self.offices, *self.ways.short) for name in held(one.words, words))
        denied = {to for to, one in found if words[one.first].denied}
        meant = [to for to, one in found if not words[one.first].denied and to not in denied]
        return meant[0] if meant and shown in denied else None

    def asks_for_a_nearer_one(self, plain: str) -> bool:
        """Return whether a folded message only says that an office is far, or asks whether there is one."""
        words, ways = words_of(plain), self.ways
        told = [*held((*ways.far, *ways.nothing), words)]
        small = held((*self.way, *ways.asks, *self.beside, *ways.beside), words) if told else ()
        inside = {at for one in (*told, *small) for at in range(one.first, one.behind)}
        return bool(told) and all(at in inside or is_denial(word.text) for at, word in enumerate(words))

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
