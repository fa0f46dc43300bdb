"""What would make a scheme possible: the smallest sets of facts whose change lifts every failed condition.

How it works: each component that fails tells its `repairs`, sets of facts of the same smallest size; one set from each
together is a change. Then each changed fact walks from its cell to the nearest that still lets the others do theirs,
and is told by the mark it crosses ("at least 1 million"), or by the options that would do.

What a maintainer must not break:
- Only facts that a person or time can change are named, only known ones, and a set is told only if it really turns the
  verdict and nothing smaller does: `tests/eligibility/test_change.py` tries each on the rules.
- Years never go back, nobody is told to work unregistered (`way_out` in `facts.yaml`), and what starts anew with a
  change, as a new enterprise's turnover does, counts as unknown after it.
- "Below 50 million" is judged just below it while shares of it are told of the 50 million: `reached` and `edges`.

An example. A cooperative of crafts sold for 700,000 dirhams and would invest 600,000: for the enterprise scheme both
fail, in two components, and neither change alone helps. The change told is {best_turnover, investment}: a turnover of
1 million one year, and a project of at least 1 million.
"""

from dataclasses import dataclass
from itertools import product

from bot.eligibility.assessment import Assessment
from bot.eligibility.cells import Cell
from bot.eligibility.components import LARGEST_CHANGE, Component, Given
from bot.eligibility.conditions import CONFIRM, FAILS
from bot.eligibility.facts import Answers, Fact, FactId, FactValue, Measure, OneOf, Relation, YesNo
from bot.language.wording import centimes, count, money, years
from bot.message import Text, joined

#: Dirhams of one million centimes, by which people count.
_TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """One fact as it would have to be: a number that stands so to `values[0]`, or one of `values`."""

    fact: Fact
    relation: Relation
    values: tuple[FactValue, ...]

    def text(self) -> Text:
        """Return it in words, with the threshold's value."""
        template = self.fact.wishes[self.relation]
        match self.fact.kind:
            case Measure(unit=unit):
                number = float(self.values[0])
                said = {"DH": _in_both, "years": years, "persons": count}[unit](number)
            case OneOf(options):
                labels = [option.label for value in self.values for option in options if option.id == value]
                said = joined(*labels, by=" / ")
            case _:
                said = joined()
        return template.filled(value=said)


def _in_both(dirhams: float) -> Text:
    """Return a sum that people compare themselves with: in Arabic also in millions of centimes, where even."""
    if dirhams % _TEN_THOUSAND:
        return money(dirhams)
    told, counted = money(dirhams), centimes(dirhams)
    return Text({"ar": f"{told.of('ar')} ({counted.of('ar')})", "fr": told.of("fr")})


def changes(assessment: Assessment) -> tuple[tuple[FactId, ...], ...]:
    """Return the smallest sets, of up to three facts, that would turn "not eligible" into something better."""
    failing = [outcome for outcome in assessment.outcomes if outcome.best == FAILS]
    repairs = [outcome.repairs for outcome in failing]
    if not failing or not all(repairs) or sum(len(sets[0]) for sets in repairs) > LARGEST_CHANGE:
        return ()
    order = list(assessment.scheme.terms.asked)
    return tuple(
        tuple(FactId(fact) for fact in sorted((fact for facts in chosen for fact in facts), key=order.index))
        for chosen in product(*repairs)
    )


def targets(assessment: Assessment, answers: Answers, facts: tuple[FactId, ...]) -> tuple[Target, ...]:
    """Return the facts of one of the `changes` as they would have to be, nearest to what they are."""
    found: dict[str, Target] = {}
    for outcome in assessment.outcomes:
        changed = tuple(fact for fact in outcome.component.partition.facts if fact in facts)
        if outcome.best == FAILS and changed:
            found.update(_nearest(outcome.component, answers, changed))
    return tuple(found[fact] for fact in facts)


def _nearest(component: Component, answers: Answers, changed: tuple[str, ...]) -> dict[str, Target]:
    """Return a target for each changed fact, each with those before it as they would be."""
    known: Given = {fact: value for fact in component.partition.facts if (value := answers.get(fact)) is not None}
    reached = component.kept(known, changed)
    # "below 50 million" is judged just below it, but shares of it are told of the 50 million.
    edges = dict(reached)
    found: dict[str, Target] = {}
    for at, fact in enumerate(changed):
        rest = changed[at + 1 :]
        for cell in _by_distance(component, fact, known[fact], edges):
            target, reached[fact], edges[fact] = _worded(component.partition.terms.asked[fact], cell, known[fact])
            if component.best(reached) > FAILS and any(component.ways(rest, dict(reached), CONFIRM, partly=False)):
                break
        found[fact] = target if target.relation != "is" else _options(component, target.fact, known[fact], reached)
    return found


def _by_distance(component: Component, fact: str, now: FactValue, given: Given) -> list[Cell]:
    """Return the cells a fact may change to, the nearest to its value first; nothing below it if it only rises."""
    cells = component.partition.cells(fact, given)
    if not isinstance(component.partition.terms.asked[fact].kind, Measure):
        return [cell for cell in cells if component.is_way_out(fact, cell.value, now)]
    here = sum(cell.high < float(now) for cell in cells)
    around = sorted(range(len(cells)), key=lambda at: (abs(at - here), at < here))
    return [cells[at] for at in around if component.is_way_out(fact, cells[at].value, now)]


def _options(component: Component, fact: Fact, now: FactValue, reached: Given) -> Target:
    """Return every option that would do, those that need nobody's confirmation first."""
    cells = component.partition.cells(fact.id, reached)
    ranked = [
        (component.best({**reached, fact.id: cell.value}), cell.value)
        for cell in cells
        if component.is_way_out(fact.id, cell.value, now)
    ]
    fitting = sorted((option for option in ranked if option[0] > FAILS), key=lambda option: -option[0])
    return Target(fact, "is", tuple(value for _, value in fitting))


def _worded(fact: Fact, cell: Cell, now: FactValue) -> tuple[Target, FactValue, FactValue]:
    """Return how a fact would have to be to come into `cell`, a value that is so, and the mark it is told by."""
    match fact.kind:
        case Measure(whole=whole):
            rises = float(cell.value) > float(now)
            mark = cell.low if rises else cell.high
            if cell.low == cell.high:
                return Target(fact, "at_least" if rises else "at_most", (mark,)), mark, mark
            if whole and rises:
                return Target(fact, "at_least", (cell.value,)), cell.value, cell.value
            step = min(1.0, (cell.high - cell.low) / 2)
            value = mark + step if rises else mark - step
            return Target(fact, "above" if rises else "below", (mark,)), value, mark
        case YesNo():
            return Target(fact, "yes" if cell.value else "no", (cell.value,)), cell.value, cell.value
        case _:
            return Target(fact, "is", (cell.value,)), cell.value, cell.value
