"""One simulated person: what they send next, until they have what they came for or leave.

They see what people see, and beside it what the turn tells of itself: which fact was asked, what was answered. Nothing
is read from the words of a reply.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, assert_never

from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import (
    EntryAnswered,
    EstimateTold,
    FactAsked,
    Missed,
    OfficeTold,
    QuestionAsked,
    Turn,
    VerdictTold,
)
from bot.conversation.showing import place_named
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.faq.entries import Entry
from bot.message import Choice, ChoiceId, Chose, Content, Said
from bot.simulation.people import Opening, People, Persona

#: How somebody's conversation ends; all but the first are no success.
End = Literal["reached", "patience", "gave up", "stuck", "loop", "unanswered", "lost"]
#: What somebody sends next; what is sent back is the turn that it led to.
Life = Generator[Content, Turn, End]

#: How people choose, by habit, with weights.
_HABITS: Final[dict[str, dict[str, int]]] = {
    "words": {"words": 6, "tap": 1},
    "tap": {"tap": 1},
    "digit": {"digit": 4, "tap": 1, "words": 1},
    "label": {"label": 4, "words": 1},
    "mix": {"words": 3, "tap": 2, "digit": 1, "label": 1},
}
#: Times the same question is answered before somebody leaves, and turns that lead nowhere.
_TRIES: Final = 3
_NERVE: Final = 3
#: Taps that would end or erase what is being tried, or hand it to staff who are not there.
_SHUNNED: Final = ("do:forget", "do:person", "do:stop", "to:person", "page:", "file:", "do:yes_forget")


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """A turn that led nowhere: where it was, what was sent, and why."""

    flow: str
    asked: str
    sent: str
    why: str


class _LeftError(Exception):
    """The person leaves."""

    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end: End = end


class Person:
    """Somebody drawn from a persona."""

    def __init__(self, people: People, persona: Persona, draw: Random) -> None:
        self.persona = persona
        self.dead_ends: list[DeadEnd] = []
        self._people, self._draw = people, draw
        self._library = people.library
        self._words = people.words[persona.register]
        self._truth = people.truth_of(persona, draw)
        self._habit = draw.choice(persona.habits or sorted(_HABITS))
        self._patience = people.patience_of(persona)
        self._sent = 0
        self._tries: Counter[str] = Counter()
        self._turn = Turn(Conversation(), ())
        self._asked = ""
        self._verdicts: set[str] = set()
        self._has_estimate = self._has_office = False
        self._entry = ""

    def life(self) -> Life:
        """Yield what is sent, one after another, and return how it ended."""
        try:
            opening = self._draw.choice(self.persona.opening)
            for text in _listed(opening.say if isinstance(opening, Opening) else opening):
                yield from self._send(Said(text))
            yield from self._pursue()
        except _LeftError as left:
            return left.end
        return "reached"

    def _send(self, content: Content) -> Generator[Content, Turn, None]:
        if self._sent >= self._patience:
            raise _LeftError("patience")
        self._sent += 1
        flow, asked, before = self._turn.conversation.flow, self._asked, self._turn
        turn = yield content
        self._turn = turn
        self._asked, self._entry, self._has_office, why = "", "", False, ""
        for event in turn.events:
            match event:
                case FactAsked(fact):
                    self._asked = fact
                case VerdictTold(scheme):
                    self._verdicts.add(scheme)
                case EstimateTold():
                    self._has_estimate = True
                case OfficeTold():
                    self._has_office = True
                case EntryAnswered(entry):
                    self._entry = entry
                case Missed(miss):
                    why = miss
                case QuestionAsked(zone="none"):
                    why = why or "no answer"
                case _:
                    pass
        if not why and turn.replies == before.replies and turn.replies and not isinstance(content, Chose):
            why = "said again"
        if why and why != "did_you_mean" and not self._entry:
            sent = content.text if isinstance(content, Said) else str(getattr(content, "choice", content))
            self.dead_ends.append(DeadEnd(flow, asked, sent, why))
            if len(self.dead_ends) > _NERVE and not self.persona.goal.wander:
                raise _LeftError("gave up")

    def _pursue(self) -> Generator[Content, Turn, None]:
        goal, flows = self.persona.goal, self._people.flows
        if goal.check:
            flow = flows.check[goal.check]
            yield from self._until(flow, lambda: self._people.schemes_of(flow) <= self._verdicts)
        if goal.schemes:
            wanted = frozenset(goal.schemes)
            yield from self._until(self._people.flow_for(goal.schemes), lambda: wanted <= self._verdicts)
        if goal.estimate:
            yield from self._until(flows.estimate, lambda: self._has_estimate)
        if goal.office:
            yield from self._until(flows.office[goal.office], lambda: self._has_office)
        if goal.person:
            yield from self._until("person", lambda: self._turn.conversation.with_person)
        for question in goal.questions:
            yield from self._ask(question.say, frozenset(_listed(question.entry)))
        entries = sorted(self._library.entries)
        for name in self._draw.sample(entries, min(goal.entries, len(entries))):
            yield from self._ask(self._phrasings(self._library.entries[name]), frozenset([name]))
        for _ in range(goal.wander):
            yield from self._wander()

    def _until(self, flow: str, is_reached: Callable[[], bool]) -> Generator[Content, Turn, None]:
        """Go on toward a flow, answering what is asked, until the goal is reached."""
        while not is_reached():
            if self._turn.conversation.with_person:
                yield from self._send(Said(self._draw.choice(self._words.menu)))
            elif self._asked in self._library.facts:
                yield from self._answer(self._library.facts[self._asked])
            elif (choice := self._toward(flow)) is not None:
                yield from self._choose(choice)
            else:
                self._tries["again"] += 1
                if self._tries["again"] > 2 * _TRIES:
                    raise _LeftError("stuck")
                words = self._words.menu if self._tries["again"] % 2 else self._words.again
                yield from self._send(Said(self._draw.choice(words)))

    def _toward(self, flow: str) -> Choice | None:
        """Return the choice shown that leads nearest to a flow, unless it was taken too often already."""
        near, shown = self._people.distances.get(flow, {}), self._shown()
        ways = [
            (near[name], place)
            for place, choice in enumerate(shown)
            for kind, _, name in (choice.id.partition(":"),)
            if kind == "to" and name in near and self._tries[choice.id] < _TRIES
        ]
        if ways:
            return shown[min(ways)[1]]
        person = (choice for choice in shown if flow == "person" and choice.id == "do:person")
        return next(person, None)

    def _shown(self) -> list[Choice]:
        return [choice for reply in self._turn.replies for choice in reply.choices]

    def _choose(self, choice: Choice, how: str | None = None) -> Generator[Content, Turn, None]:
        """Choose something shown, by habit; by a tap when that did not work before."""
        self._tries[choice.id] += 1
        how = how or ("tap" if self._tries[choice.id] > 1 else self._how())
        shown = self._shown()
        is_copied = self.persona.register != "arabizi"
        if how == "digit":
            yield from self._send(Said(str(shown.index(choice) + 1)))
        elif how in {"label", "words"} and is_copied and len(choice.label.split()) <= 6:
            yield from self._send(Said(choice.label))
        else:
            yield from self._send(Chose(choice.id))

    def _how(self) -> str:
        weights = _HABITS[self._habit]
        return self._draw.choices(list(weights), list(weights.values()))[0]

    def _answer(self, fact: Fact) -> Generator[Content, Turn, None]:
        """Answer the question that is open: in words, by a choice, or that it is not known."""
        self._tries[fact.id] += 1
        if self._tries[fact.id] > _TRIES:
            raise _LeftError("loop")
        value = self._truth.get(fact.id)
        if value is None:
            unknown = next((choice for choice in self._shown() if choice.id == "do:unknown"), None)
            if unknown is not None and (self._tries[fact.id] > 1 or self._how() == "tap"):
                yield from self._send(Chose(unknown.id))
            else:
                yield from self._send(Said(self._draw.choice(self._words.unknown)))
            return
        shown = next((choice for choice in self._shown() if self._is_answer(choice.id, fact, value)), None)
        if shown is not None and (self._tries[fact.id] > 1 or self._how() != "words"):
            yield from self._choose(shown, "tap" if self._tries[fact.id] > 1 else None)
        else:
            yield from self._send(Said(self._said(fact, value)))

    def _is_answer(self, choice: ChoiceId, fact: Fact, value: Value) -> bool:
        """Return whether a choice answers a fact with a value, or with a place that lies in it."""
        kind, _, rest = choice.partition(":")
        of, _, offered = rest.partition(":")
        if kind != "a" or of != fact.id:
            return False
        match value:
            case bool():
                return offered == ("yes" if value else "no")
            case int() | float():
                try:
                    return float(offered) == float(value)
                except ValueError:
                    return False
            case _ if isinstance(fact.kind, InProvince):
                place = place_named(offered, self._library)
                return place is not None and place.province == value
            case _:
                return offered == value

    def _said(self, fact: Fact, value: Value) -> str:
        """Return a value in words: the persona's own, else the content's."""
        own = self.persona.words.get(fact.id)
        if own:
            return self._draw.choice(own)
        match fact.kind:
            case OneOf(options):
                option = next(option for option in options if option.id == value)
                is_latin = self.persona.register in {"arabizi", "french"}
                words = [word for word in option.words if word.isascii() == is_latin]
                return self._draw.choice(words or [option.label.of("fr" if is_latin else "ar")])
            case YesNo():
                return self._draw.choice(self._words.yes if value else self._words.no)
            case InProvince():
                return self._people.place_said(value, self.persona.register)
            case Measure(unit=unit):
                return f"{value:g} {self._words.units[unit]}" if isinstance(value, float) else f"{value}".strip()
            case kind:
                assert_never(kind)

    def _phrasings(self, entry: Entry) -> list[str]:
        """Return ways to ask what an entry answers, in this person's register where there are any."""
        said = list(entry.phrasings.get(self.persona.register, ())) or [entry.question.of("ar")]
        return self._draw.sample(said, min(2, len(said)))

    def _ask(self, words: str | Iterable[str], entries: frozenset[str]) -> Generator[Content, Turn, None]:
        """Ask a question of the FAQ until it is answered: in other words, or by choosing it where it is offered."""
        for text in _listed(words):
            yield from self._send(Said(text))
            if self._entry in entries:
                return
            offered = [choice for choice in self._shown() if choice.id.removeprefix("faq:") in entries]
            if offered:
                yield from self._choose(offered[0], "tap")
                if self._entry in entries:
                    return
        raise _LeftError("unanswered")

    def _wander(self) -> Generator[Content, Turn, None]:
        """Tap something that is shown, or answer what is asked."""
        shown = [choice for choice in self._shown() if not choice.id.startswith(_SHUNNED)]
        if self._asked in self._library.facts and (not shown or self._draw.random() < 0.8):
            self._tries[self._asked] = 0
            yield from self._answer(self._library.facts[self._asked])
        elif shown:
            yield from self._send(Chose(self._draw.choice(shown).id))
        else:
            yield from self._send(Said(self._draw.choice(self._words.menu)))


def _listed(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
