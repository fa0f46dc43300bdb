"""What would make a scheme possible: the smallest sets of facts whose change lifts every failed condition.

Only facts that a person or time can change are named, only known ones, and a set is told only if it really turns the
verdict and nothing smaller does. Years never go back.
"""

from dataclasses import dataclass
from itertools import product

from bot.eligibility.assessment import Assessment
from bot.eligibility.bundle import LARGEST_CHANGE, Bundle, Given
from bot.eligibility.conditions import CONFIRM, FAILS
from bot.eligibility.facts import Answers, Fact, FactId, Measure, OneOf, Relation, Value, YesNo
from bot.eligibility.ground import Cell
from bot.language.wording import count, money, years
from bot.message import Text, joined


@dataclass(frozen=True, slots=True)
class Wish:
    """One fact as it would have to be: a number that stands so to `values[0]`, or one of `values`."""

    fact: Fact
    relation: Relation
    values: tuple[Value, ...]

    def text(self) -> Text:
        """Return the wish in words, with the threshold's value."""
        template = self.fact.wishes[self.relation]
        match self.fact.kind:
            case Measure(unit=unit):
                number = float(self.values[0])
                said = {"DH": money, "years": years, "persons": count}[unit](number)
            case OneOf(options):
                labels = [option.label for value in self.values for option in options if option.id == value]
                said = joined(*labels, by=" / ")
            case _:
                said = joined()
        return template.filled(value=said)


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


def wishes(assessment: Assessment, answers: Answers, facts: tuple[FactId, ...]) -> tuple[Wish, ...]:
    """Return the facts of one of the `changes` as they would have to be, nearest to what they are."""
    found: dict[str, Wish] = {}
    for outcome in assessment.outcomes:
        changed = tuple(fact for fact in outcome.bundle.ground.facts if fact in facts)
        if outcome.best == FAILS and changed:
            found.update(_nearest(outcome.bundle, answers, changed))
    return tuple(found[fact] for fact in facts)


def _nearest(bundle: Bundle, answers: Answers, changed: tuple[str, ...]) -> dict[str, Wish]:
    """Return a wish for each changed fact, each with those before it as they would be."""
    known: Given = {fact: value for fact in bundle.ground.facts if (value := answers.get(fact)) is not None}
    target = bundle.kept(known, changed)
    # "below 50 million" is judged just below it, but shares of it are told of the 50 million.
    edges = dict(target)
    found: dict[str, Wish] = {}
    for at, fact in enumerate(changed):
        rest = changed[at + 1 :]
        for cell in _by_distance(bundle, fact, known[fact], edges):
            wish, target[fact], edges[fact] = _worded(bundle.ground.terms.asked[fact], cell, known[fact])
            if bundle.best(target) > FAILS and any(bundle.ways(rest, dict(target), CONFIRM, partly=False)):
                break
        found[fact] = wish if wish.relation != "is" else _options(bundle, wish.fact, known[fact], target)
    return found


def _by_distance(bundle: Bundle, fact: str, now: Value, given: Given) -> list[Cell]:
    """Return the cells a fact may change to, the nearest to its value first; nothing below it if it only rises."""
    cells = bundle.ground.cells(fact, given)
    if not isinstance(bundle.ground.terms.asked[fact].kind, Measure):
        return [cell for cell in cells if bundle.is_way_out(fact, cell.value, now)]
    here = sum(cell.high < float(now) for cell in cells)
    around = sorted(range(len(cells)), key=lambda at: (abs(at - here), at < here))
    return [cells[at] for at in around if bundle.is_way_out(fact, cells[at].value, now)]


def _options(bundle: Bundle, fact: Fact, now: Value, target: Given) -> Wish:
    """Return every option that would do, those that need nobody's confirmation first."""
    cells = bundle.ground.cells(fact.id, target)
    ranked = [
        (bundle.best({**target, fact.id: cell.value}), cell.value)
        for cell in cells
        if bundle.is_way_out(fact.id, cell.value, now)
    ]
    fitting = sorted((option for option in ranked if option[0] > FAILS), key=lambda option: -option[0])
    return Wish(fact, "is", tuple(value for _, value in fitting))


def _worded(fact: Fact, cell: Cell, now: Value) -> tuple[Wish, Value, Value]:
    """Return how a fact would have to be to come into `cell`, a value that is so, and the mark it is told by."""
    match fact.kind:
        case Measure(whole=whole):
            rises = float(cell.value) > float(now)
            mark = cell.low if rises else cell.high
            if cell.low == cell.high:
                return Wish(fact, "at_least" if rises else "at_most", (mark,)), mark, mark
            if whole and rises:
                return Wish(fact, "at_least", (cell.value,)), cell.value, cell.value
            step = min(1.0, (cell.high - cell.low) / 2)
            value = mark + step if rises else mark - step
            return Wish(fact, "above" if rises else "below", (mark,)), value, mark
        case YesNo():
            return Wish(fact, "yes" if cell.value else "no", (cell.value,)), cell.value, cell.value
        case _:
            return Wish(fact, "is", (cell.value,)), cell.value, cell.value
