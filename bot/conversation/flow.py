"""A flow is a tree of steps read top to bottom; it always ends, and it draws itself.

There are no step ids, no jumps and no expressions. One more kind of step is added only when a real need shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NewType, assert_never

from bot.conversation.conversation import Value
from bot.eligibility.assessment import Verdict
from bot.eligibility.facts import FactId
from bot.faq.entries import EntryId
from bot.message import Text
from bot.offices.places import OfficeKind

FlowId = NewType("FlowId", str)


@dataclass(frozen=True, slots=True)
class Say:
    """A screen of text, and what is said in its place to who listens; nothing where that is empty."""

    text: Text
    heard: Text | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about a fact; passed over when the answer is known, even if it is "I don't know"."""

    fact: FactId
    #: How many questions may remain at most, this one included; 0 when nobody can say.
    left: int = 0


@dataclass(frozen=True, slots=True)
class When:
    """Branches on a fact; the first branch that names its value is taken, else `otherwise`."""

    fact: FactId
    branches: tuple[tuple[tuple[Value, ...], "Steps"], ...]
    otherwise: "Steps" = ()

    def taken(self, value: Value) -> "Steps":
        """Return the steps to go on with."""
        return next((steps for values, steps in self.branches if value in values), self.otherwise)


@dataclass(frozen=True, slots=True)
class Nearest:
    """Names the office of `kind` that is competent where the person is."""

    kind: OfficeKind


@dataclass(frozen=True, slots=True)
class Assess:
    """Asks what the rules of the schemes still need, tells the verdicts, goes on by the best of them."""

    schemes: tuple[str, ...]
    eligible: "Steps" = ()
    perhaps: "Steps" = ()
    not_eligible: "Steps" = ()

    def branch(self, verdict: Verdict) -> "Steps":
        """Return the steps to go on with after a verdict."""
        match verdict:
            case "eligible":
                return self.eligible
            case "perhaps":
                return self.perhaps
            case "not_eligible":
                return self.not_eligible
            case _:
                assert_never(verdict)


@dataclass(frozen=True, slots=True)
class Stations:
    """Tells where the caravan has been, and what is known of where it goes."""


@dataclass(frozen=True, slots=True)
class Way:
    """One flow, or entry of the FAQ, to go on with: its label, and a shorter one for channels with small buttons."""

    to: FlowId | EntryId
    label: Text
    short: Text | None = None
    #: After an assessment, offered only where one of these schemes is eligible or perhaps; always, where none is named.
    possible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Flows to go on with. A flow ends here."""

    ways: tuple[Way, ...]
    question: Text | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Gives the person to the staff."""


Step = Say | Ask | When | Nearest | Assess | Stations | Offer | HandOver
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation that writers planned."""

    id: FlowId
    title: Text
    steps: Steps


def reads_only(flow: Flow) -> bool:
    """Return whether a flow does nothing but explain, and then offer ways on."""
    return all(isinstance(step, Say | Offer) for step in flow.steps)


def branches_of(step: Step) -> Iterator[tuple[tuple[Value, ...], Steps]]:
    """Yield what follows a step besides the next one: the answers or the verdict it is for; none: all others."""
    match step:
        case When(branches=branches, otherwise=otherwise):
            yield from branches
            yield (), otherwise
        case Assess(eligible=eligible, perhaps=perhaps, not_eligible=not_eligible):
            yield from ((("eligible",), eligible), (("perhaps",), perhaps), (("not_eligible",), not_eligible))
        case _:
            return


def steps_within(steps: Steps) -> list[Step]:
    """Return every step of a tree, in reading order."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        for _, branch in branches_of(step):
            found += steps_within(branch)
    return found
