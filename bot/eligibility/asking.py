"""Which question comes next: the fact that can still change a verdict and decides most for the least effort.

A fact that can change no verdict the person cares about is never asked, so a scheme that has failed asks nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.eligibility.assessment import Assessment, assessed
from bot.eligibility.facts import Answers, FactId
from bot.eligibility.scheme import Rules


@dataclass(frozen=True, slots=True)
class Question:
    """The fact to ask about, and how many questions may remain at most, this one included."""

    fact: FactId
    at_most: int


def next_question(schemes: Iterable[str], answers: Answers, rules: Rules, on: date) -> Question | None:
    """Return the next question about the schemes named; None when every verdict stands.

    An answer of None is "I don't know": it is not asked again. Schemes that are not in force, or unknown, ask nothing.
    """
    found = [
        assessment
        for scheme in schemes
        if scheme in rules.schemes and (assessment := assessed(rules.schemes[scheme], answers, on)) is not None
    ]
    return chosen(found, rules)


def next_fact(schemes: Iterable[str], answers: Answers, rules: Rules, on: date) -> FactId | None:
    """Return the fact to ask about next; None when every verdict stands."""
    question = next_question(schemes, answers, rules, on)
    return question.fact if question else None


def chosen(assessments: Iterable[Assessment], rules: Rules) -> Question | None:
    """Return the next question of some assessments of one case; ties go to the fact the writer put first."""
    worth: dict[FactId, float] = {}
    for assessment in assessments:
        others = len(assessment.open) - 1
        for fact, share in assessment.open.items():
            # What asking brings: one question less, and the scheme's other questions where the answer ends the matter.
            worth[fact] = worth.get(fact, 0.0) + 1 + share * others
    if not worth:
        return None
    best = max(
        (fact for fact in rules.facts if fact in worth), key=lambda fact: worth[FactId(fact)] / rules.facts[fact].effort
    )
    return Question(FactId(best), len(worth))
