"""Who the people are: personas out of a file, and of each any number of people whose truth and words are drawn.

The same seed draws the same people. A file of another project's may be taken that names its personas as
`bot/simulation/people.yaml` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final, assert_never

import msgspec
import yaml
from msgspec import Meta, Struct

from bot.conversation.conversation import Value
from bot.conversation.flow import Assess, steps_within
from bot.conversation.library import Library
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, Terms, YesNo
from bot.faq.entries import PhrasingVariety

_OURS: Final = Path(__file__).with_name("people.yaml")
#: Most that is drawn for a number without a usual size, by its unit.
_DRAWN_MOST: Final = {"DH": 20_000_000.0, "years": 40.0, "persons": 60.0}
#: What is drawn for a sum is rounded to this many dirhams, as people say it.
_ROUND: Final = 10_000


class PeopleError(Exception):
    """A file of people cannot be used; the sentence says why."""


class Opening(Struct, frozen=True):
    """A way to begin."""

    say: str | list[str]


class PersonaQuestion(Struct, frozen=True):
    """A question that a persona has, and the entries that answer it."""

    say: str | list[str]
    entry: str | list[str]


class Goals(Struct, frozen=True, forbid_unknown_fields=True):
    """What a persona came for; each that is given is to be reached, in this order."""

    check: str | None = None
    schemes: list[str] | None = None
    estimate: bool = False
    office: str | None = None
    questions: list[PersonaQuestion] = []
    entries: Annotated[int, Meta(ge=0, le=50)] = 0
    person: bool = False
    wander: Annotated[int, Meta(ge=0, le=200)] = 0


class Persona(Struct, frozen=True):
    """One kind of person."""

    id: str
    kind: str
    goal: Goals
    opening: list[str | list[str] | Opening]
    register: PhrasingVariety = "darija"
    truth: dict[str, Any] = {}
    unknown: list[str] = []
    words: dict[str, list[str]] = {}
    habits: list[str] = []
    patience: int | None = None


class RegisterWords(Struct, frozen=True):
    """What anybody says, in one register."""

    yes: list[str]
    no: list[str]
    unknown: list[str]
    menu: list[str]
    again: list[str]
    units: dict[str, str]


class GoalFlows(Struct, frozen=True):
    """The flows that goals lead to."""

    check: dict[str, str]
    estimate: str
    office: dict[str, str]


class _File(Struct, frozen=True):
    jobs: list[Persona]
    draws: bool = False
    patience: dict[str, int] = {}
    truth_defaults: dict[str, Any] = {}
    flows: GoalFlows | None = None
    words: dict[PhrasingVariety, RegisterWords] | None = None


class People:
    """The personas of a file; `drawn` is anybody of them."""

    def __init__(self, file: _File, ours: _File, library: Library) -> None:
        assert ours.flows is not None
        assert ours.words is not None
        self.personas: tuple[Persona, ...] = tuple(file.jobs)
        self.flows: GoalFlows = file.flows or ours.flows
        self.words: Mapping[PhrasingVariety, RegisterWords] = file.words or ours.words
        self.library = library
        #: How a flow is reached: by each flow that leads there, in how many taps.
        self.distances: Mapping[str, Mapping[str, int]] = _distances(library)
        self._file = file
        self._terms: Terms | None = next((scheme.terms for scheme in library.schemes.values()), None)

    def patience_of(self, persona: Persona) -> int:
        """Return how many messages somebody sends before they leave."""
        return persona.patience or self._file.patience.get(persona.kind, 25)

    def truth_of(self, persona: Persona, draw: Random) -> Mapping[str, Value]:
        """Return what is true of somebody: what the persona says, and by chance what is left open."""
        truth: dict[str, Value] = {}
        if self._file.draws:
            truth = {name: self._drawn(fact, draw) for name, fact in self.library.facts.items()}
        truth |= self._file.truth_defaults | persona.truth
        for name, fact in self.library.facts.items():
            above = truth.get(fact.never_above) if fact.never_above else None
            value = truth.get(name)
            if isinstance(value, int | float) and isinstance(above, int | float) and value > above:
                truth[name] = above
        return {name: value for name, value in truth.items() if name not in persona.unknown}

    def schemes_of(self, flow: str) -> frozenset[str]:
        """Return the schemes that a flow assesses."""
        steps = self.library.flows[flow].steps
        return frozenset(scheme for step in steps_within(steps) if isinstance(step, Assess) for scheme in step.schemes)

    def flow_for(self, schemes: Sequence[str]) -> str:
        """Return the smallest flow that assesses all of these schemes."""
        fitting = [flow for flow in self.flows.check.values() if set(schemes) <= self.schemes_of(flow)]
        if not fitting:
            raise PeopleError(f"no flow assesses {', '.join(schemes)}")
        return min(fitting, key=lambda flow: len(self.schemes_of(flow)))

    def place_said(self, province: Value, register: PhrasingVariety) -> str:
        """Return how a province is called by who writes Arabic letters, or Latin ones."""
        known = self._terms.provinces.get(str(province)) if self._terms else None
        return known.name.of("ar") if known and register in {"darija", "msa"} else str(province)

    def _drawn(self, fact: Fact, draw: Random) -> Value:
        match fact.kind:
            case OneOf(options):
                return draw.choice(options).id
            case YesNo():
                return draw.random() < 0.5 if fact.usual is None else bool(fact.usual) == (draw.random() < 0.8)
            case InProvince():
                return draw.choice(sorted(self._terms.provinces)) if self._terms else None
            case Measure(unit=unit, least=least, most=most, whole=is_whole):
                most = min(most, _DRAWN_MOST[unit])
                # Small numbers are said more often than large ones.
                number = least + (most - least) * draw.random() ** 3
                number = round(number / _ROUND) * _ROUND if unit == "DH" else round(number)
                return max(least, number) if not is_whole else int(max(least, number))
            case kind:
                assert_never(kind)


def read_people(library: Library, path: Path | None = None) -> People:
    """Return the people of a file, of ours where none is named; raise `PeopleError` for what cannot be used."""
    ours = _read(_OURS)
    file = ours if path is None else _read(path)
    people = People(file, ours, library)
    wanted = {*people.flows.check.values(), people.flows.estimate, *people.flows.office.values()}
    for flow in sorted(wanted - library.flows.keys()):
        raise PeopleError(f"{path or _OURS}: there is no flow {flow}")
    if not people.personas:
        raise PeopleError(f"{path or _OURS}: there is nobody in it")
    for persona in people.personas:
        for kind, what, known in _named(persona, people, library):
            if what not in known:
                raise PeopleError(f"{path or _OURS}: {persona.id}: there is no {kind} {what}")
    return people


def _read(path: Path) -> _File:
    try:
        written = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return msgspec.convert(written, _File)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise PeopleError(f"{path}: {' '.join(str(error).split())}") from None


def _named(persona: Persona, people: People, library: Library) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield what a persona names, of which kind it is, and what there is of that kind."""
    for fact in (*persona.truth, *persona.unknown):
        yield "fact", fact, library.facts
    if persona.goal.check:
        yield "check", persona.goal.check, people.flows.check
    if persona.goal.office:
        yield "office", persona.goal.office, people.flows.office
    for scheme in persona.goal.schemes or ():
        yield "scheme", scheme, library.schemes


def _distances(library: Library) -> dict[str, dict[str, int]]:
    """Return, for each flow, the flows that lead there by what they offer, each with the taps it takes."""
    leads: dict[str, set[str]] = {}
    for source in library.flows.values():
        for step in steps_within(source.steps):
            for way in getattr(step, "ways", ()):
                leads.setdefault(str(way.to), set()).add(str(source.id))
    found: dict[str, dict[str, int]] = {}
    for flow in library.flows:
        reached, edge = {flow: 0}, [flow]
        while edge:
            near = edge.pop(0)
            for one in sorted(leads.get(near, set()) - reached.keys()):
                reached[one] = reached[near] + 1
                edge.append(one)
        found[flow] = reached
    return found
