"""How fast cases are assessed, and how many questions it takes to decide everything."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from statistics import mean
from time import perf_counter
from typing import Any

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.eligibility.assessment import assessed, next_question
from bot.eligibility.case import assess_case
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.facts import InProvince, Measure, OneOf, YesNo
from bot.eligibility.scheme import Rulebook

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 23)
PEOPLE = 5_000
MONEY = [20_000, 60_000, 150_000, 300_000, 600_000, 900_000, 1_200_000, 2_500_000, 6_000_000, 15_000_000, 60_000_000]
#: What people of the caravan are likely to be; what is not named here is as likely one way as the other.
LIKELY: dict[str, list[tuple[Any, int]]] = {
    "legal_form": [
        *[("cooperative", 35), ("none", 20), ("auto_entrepreneur", 15), ("company", 15)],
        *[("individual", 10), ("association", 4), ("gie", 1)],
    ],
    "activity": [
        *[("craft_production", 75), ("craft_services", 8), ("trade_only", 5), ("tourism", 4)],
        *[("agriculture", 4), ("other_industry", 2), ("other", 2)],
    ],
    "age_years": [(0, 5), (1, 15), (2, 12), (3, 12), (4, 10), (5, 8), (7, 12), (10, 12), (15, 8), (25, 6)],
    "new_jobs": [(0, 10), (1, 15), (2, 15), (3, 15), (5, 15), (8, 10), (12, 10), (20, 5), (40, 5)],
    "practice_years": [(1, 5), (2, 8), (3, 7), (5, 15), (8, 15), (12, 20), (20, 20), (35, 10)],
    "held_by_large": [(False, 98), (True, 2)],
    "public_partner": [(False, 98), (True, 2)],
    "other_state_agreement": [(False, 97), (True, 3)],
    "tax_in_order": [(True, 70), (False, 30)],
    "cnss_in_order": [(True, 45), (False, 55)],
    "exports_already": [(False, 85), (True, 15)],
    "exports_to_africa": [(False, 92), (True, 8)],
    "craft_diploma": [(False, 65), (True, 35)],
}


def person(rng: Random, rules: Rulebook) -> dict[str, Any]:
    """Return an answer to every question, as one person might give them."""
    answers: dict[str, Any] = {}
    for name, fact in rules.facts.items():
        likely = LIKELY.get(name)
        if likely is not None:
            answers[name] = rng.choices([value for value, _ in likely], [weight for _, weight in likely])[0]
            continue
        match fact.kind:
            case OneOf(options):
                answers[name] = rng.choice(options).id
            case YesNo():
                answers[name] = rng.random() < 0.5
            case InProvince():
                answers[name] = rng.choice(list(rules.terms.provinces))
            case Measure():
                answers[name] = rng.choice(MONEY)
    answers["last_turnover"] = min(answers["last_turnover"], answers["best_turnover"])
    answers["own_funds"] = min(answers["own_funds"], answers["investment"])
    return answers


def known_part(rng: Random, whole: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a person at some point of a conversation."""
    share = rng.random()
    return {name: value for name, value in whole.items() if rng.random() < share}


def timed(work: Callable[[Any], object], cases: Sequence[Any]) -> float:
    """Return microseconds a case."""
    began = perf_counter()
    for case in cases:
        work(case)
    return (perf_counter() - began) / len(cases) * 1e6


def asked(people: Iterable[dict[str, Any]], rules: Rulebook, schemes: Sequence[str]) -> float:
    """Return the average number of questions until every verdict stands, asking what still matters."""
    counts: list[int] = []
    for whole in people:
        known: dict[str, Any] = {}
        while (question := next_question(schemes, known, rules, TODAY)) is not None:
            known[question.fact] = whole[question.fact]
        counts.append(len(known))
    return mean(counts)


def asked_in_order(people: Iterable[dict[str, Any]], rules: Rulebook, schemes: Sequence[str], skipping: bool) -> float:
    """Return the same for the writer's order, passing over what cannot matter or, without `skipping`, nothing."""
    counts: list[int] = []
    for whole in people:
        known: dict[str, Any] = {}
        for fact in rules.facts:
            found = [assessed(rules.schemes[scheme], known, TODAY) for scheme in schemes]
            open_facts = {missing for one in found if one is not None for missing in one.missing}
            if not open_facts:
                break
            if not skipping or fact in open_facts:
                known[fact] = whole[fact]
        counts.append(len(known))
    return mean(counts)


def main() -> None:
    """Print one measurement a line."""
    began = perf_counter()
    mistakes = Mistakes()
    rules = read_rulebook(ROOT, mistakes)
    if rules is None or mistakes.errors:
        sys.exit(f"the rules have {len(mistakes.errors)} mistakes: run `dalil check`")
    print(f"rules read and proved               {(perf_counter() - began) * 1e3:8.0f} ms")
    rng = Random(7)
    people = [person(rng, rules) for _ in range(PEOPLE)]
    cases = [known_part(rng, whole) for whole in people]
    schemes = list(rules.schemes.values())
    assess = timed(lambda case: [assessed(scheme, case, TODAY) for scheme in schemes], cases)
    print(f"assessment of all {len(schemes)} schemes        {assess:8.0f} µs   (at most 300)")
    ask = timed(lambda case: next_question(rules.schemes, case, rules, TODAY), cases)
    print(f"next question                       {ask:8.0f} µs   (at most 1,000)")

    def possible(case: dict[str, Any]) -> None:
        for scheme in schemes:
            found = assessed(scheme, case, TODAY)
            for facts in changes(found) if found else ():
                targets(found, case, facts) if found else None

    print(f"what would make each possible       {timed(possible, people):8.0f} µs   (at most 20,000)")
    lines = [json.dumps(known_part(rng, person(rng, rules))) for _ in range(10_000)]
    began = perf_counter()
    for line in lines:
        json.dumps(assess_case(rules, json.loads(line), TODAY))
    print(f"10,000 cases as JSON                {perf_counter() - began:8.2f} s    (at most 10)")
    everything = list(rules.schemes)
    print(f"questions to decide everything, mean of {PEOPLE:,} people, of {len(rules.facts)} facts:")
    print(f"  what decides most first           {asked(people, rules, everything):8.2f}")
    print(f"  fixed order, the needless skipped {asked_in_order(people, rules, everything, True):8.2f}")
    print(f"  fixed order                       {asked_in_order(people, rules, everything, False):8.2f}")
    for group in rules.groups.values():
        ours = asked(people, rules, group.schemes)
        fixed = asked_in_order(people, rules, group.schemes, True)
        print(f"  {group.id:<20} {ours:6.2f}, in fixed order {fixed:6.2f}")


if __name__ == "__main__":
    main()
