"""Cases at random, with every boundary of the law among their values."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.eligibility.scheme import Rulebook

ROOT = Path(__file__).parent.parent.parent
#: A day on which every scheme is in force.
TODAY = date(2026, 11, 23)

MONEY = [
    *(0, 99_999, 100_000, 100_001, 200_000, 500_000, 999_999, 1_000_000, 1_000_001, 1_999_999, 2_000_000, 2_000_001),
    *(3_000_000, 4_999_999, 5_000_000, 9_999_999, 10_000_000, 10_000_001, 49_999_999, 50_000_000, 50_000_001),
    *(199_999_999, 200_000_000, 200_000_001),
]
YEARS = [0, 1, 1.9, 2, 2.1, 2.9, 3, 3.1, 3.9, 4, 4.1, 4.9, 5, 5.1, 9.9, 10, 10.1, 20]
JOBS = [0, 1, 2, 3, 4, 5, 6, 8, 10, 11, 15, 16, 20, 21, 30, 51, 75, 101]


def values(fact: Fact, rules: Rulebook) -> list[Any]:
    """Return values of a fact among which every boundary is."""
    match fact.kind:
        case OneOf(options):
            return [option.id for option in options]
        case YesNo():
            return [True, False]
        case InProvince():
            return list(rules.terms.provinces)
        case Measure(unit="DH"):
            return MONEY
        case Measure(unit="years"):
            return list(YEARS)
        case Measure():
            return JOBS


def random_case(rng: Random, rules: Rulebook, share: float | None = None) -> dict[str, Any]:
    """Return a case in which about `share` of the facts is known."""
    known = rng.choice([0.2, 0.5, 0.8, 0.95, 1.0]) if share is None else share
    case: dict[str, Any] = {}
    for name, fact in rules.facts.items():
        if rng.random() < known:
            case[name] = rng.choice(values(fact, rules))
            if isinstance(fact.kind, Measure) and fact.kind.unit == "DH" and rng.random() < 0.3:
                case[name] = rng.randrange(60_000_000)
    return case


def possible(case: dict[str, Any]) -> bool:
    """Return whether a case can be as it is told: last year is one of the best year's three, none has no age."""
    best, last = case.get("best_turnover"), case.get("last_turnover")
    if best is not None and last is not None and last > best:
        return False
    return case.get("legal_form") != "none" or (last is None and case.get("age_years") is None)


def possible_case(rng: Random, rules: Rulebook, share: float | None = None) -> dict[str, Any]:
    """Return a random case that is possible: what cannot be beside the rest is not known of it."""
    case = random_case(rng, rules, share)
    if case.get("legal_form") == "none":
        case.pop("age_years", None)
        case.pop("last_turnover", None)
    if not possible(case):
        case["best_turnover"], case["last_turnover"] = case["last_turnover"], case["best_turnover"]
    return case


#: An answer to every question with which all that can be had is had, for building cases from.
COMPANY: dict[str, Any] = {
    "legal_form": "company",
    "activity": "craft_production",
    "craft": "carpets",
    "province": "Fès",
    "age_years": 5,
    "best_turnover": 3_000_000,
    "last_turnover": 3_000_000,
    "held_by_large": False,
    "public_partner": False,
    "investment": 2_000_000,
    "own_funds": 200_000,
    "new_jobs": 8,
    "tax_in_order": True,
    "cnss_in_order": True,
    "other_state_agreement": False,
    "exports_already": False,
    "exports_to_africa": False,
    "mostly_women": False,
    "practice_years": 12,
    "craft_diploma": True,
}
