"""What somebody is asked and told hangs on their own case alone, never on who was there before them."""

from collections.abc import Sequence
from random import Random
from typing import Any

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.eligibility.assessment import assessed, next_question
from bot.eligibility.scheme import Rulebook
from tests.eligibility.cases import COMPANY, ROOT, TODAY, possible_case

_CASES = 300


def _answers(cases: Sequence[dict[str, Any]], rules: Rulebook) -> list[object]:
    """Return the question of each case about each scheme and about all, and each verdict with what it hangs on."""
    names = list(rules.schemes)
    found: list[object] = []
    for case in cases:
        for name in names:
            assessment = assessed(rules.schemes[name], case, TODAY)
            told = None if assessment is None else (assessment.verdict, assessment.missing)
            found.append((next_question([name], case, rules, TODAY), told))
        found.append(next_question(names, case, rules, TODAY))
    return found


def _project(rng: Random) -> dict[str, Any]:
    """Return a company's project of any size of which some facts are not told yet."""
    cost = rng.randrange(1_000_000, 20_000_000)
    case = {**COMPANY, "investment": cost, "own_funds": rng.randrange(cost)}
    return {fact: value for fact, value in case.items() if fact == "investment" or rng.random() < 0.7}


def test_who_was_there_before_changes_no_question(rules: Rulebook) -> None:
    """Rules that others were judged by ask the same as rules that nobody used.

    The share of the jobs that end the matter hangs on what the project costs to the dirham: it was remembered with the
    values of whoever came first, so that others were asked in another order.
    """
    rng = Random(5)
    cases = [*(possible_case(rng, rules) for _ in range(_CASES)), *(_project(rng) for _ in range(_CASES))]
    unused = read_rulebook(ROOT, Mistakes())
    assert unused is not None
    forth, back = _answers(cases, rules), _answers(cases[::-1], unused)
    of_one_case = len(rules.schemes) + 1
    assert forth == [
        answer for at in range(len(back) - of_one_case, -1, -of_one_case) for answer in back[at : at + of_one_case]
    ]
