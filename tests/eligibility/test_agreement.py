"""The rules files against the specification written a second time in plain code."""

from random import Random
from typing import Any

from bot.eligibility.case import assess_case
from bot.eligibility.scheme import Rulebook
from tests.eligibility import plain_rules
from tests.eligibility.cases import TODAY, random_case

CASES = 20_000


def test_agrees_with_a_second_implementation(rules: Rulebook) -> None:
    """Verdicts, conditions and estimates are those of a plain reading of the specification, on 20,000 random cases."""
    rng = Random(20_000)
    categories = {province.id: province.category for province in rules.terms.provinces.values()}
    for _ in range(CASES):
        case = random_case(rng, rules)
        ours: dict[str, Any] = assess_case(rules, case, TODAY)
        theirs = plain_rules.assessed(case, categories)
        assert ours.keys() == theirs.keys()
        for scheme, expected in theirs.items():
            got = ours[scheme]
            for key in ("verdict", "failed", "unknown", "confirm"):
                assert got[key] == expected[key], (scheme, key, case)
            assert _near(got["estimate"], expected["estimate"]), (scheme, case)


def _near(got: dict[str, float] | None, expected: tuple[float, float] | None) -> bool:
    if got is None or expected is None:
        return got is None and expected is None
    return abs(got["low"] - expected[0]) < 0.01 and abs(got["high"] - expected[1]) < 0.01
