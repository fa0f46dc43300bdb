"""What would make a scheme possible: checked by trying every change of up to three facts."""

from itertools import combinations, product
from random import Random
from typing import Any

from bot.eligibility.assessment import assessed
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.scheme import Rulebook
from tests.eligibility import plain_rules
from tests.eligibility.cases import COMPANY, MONEY, TODAY, possible, possible_case, values
from tests.eligibility.test_missing import facts_of, verdict

#: As the specification says; years only ever grow.
WILL = {
    *("legal_form", "held_by_large", "public_partner", "investment", "own_funds", "new_jobs", "tax_in_order"),
    *("cnss_in_order", "exports_to_africa", "craft_diploma"),
}
TIME = {"best_turnover", "last_turnover", "age_years", "practice_years"}
#: What starts anew with another legal form.
RENEWED = {"age_years", "best_turnover", "last_turnover"}


def choices(fact: str, case: dict[str, Any], rules: Rulebook) -> list[Any]:
    """Return values a fact may change to, with those that the ratios of the case turn at."""
    found = list(values(rules.facts[fact], rules))
    if fact == "investment":
        found += [case.get("own_funds", 0) * 10, case.get("new_jobs", 0) * 1_000_000 / 1.5]
        found += [case.get("new_jobs", 0) * 1_000_000]
    if fact == "own_funds":
        found += [money / 10 for money in [*MONEY, case.get("investment", 0)]]
    if fact == "new_jobs":
        found += [100_000]
    if fact == "legal_form":
        return [form for form in found if form not in {"none", "auto_entrepreneur"}]
    return [value for value in found if fact not in TIME or value > case[fact]]


def moved(case: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return a case after a change: another legal form is a new enterprise."""
    gone = RENEWED if "legal_form" in changed else set()
    return {**{fact: value for fact, value in case.items() if fact not in gone}, **changed}


def tried(scheme: str, case: dict[str, Any], facts: list[str], rules: Rulebook) -> set[frozenset[str]]:
    """Return the smallest sets that flip the verdict, found by trying them all."""
    for size in (1, 2, 3):
        found: set[frozenset[str]] = set()
        for chosen in combinations(facts, size):
            for picked in product(*(choices(fact, case, rules) for fact in chosen)):
                after = moved(case, dict(zip(chosen, picked, strict=True)))
                if possible(after) and verdict(scheme, after) != "not_eligible":
                    found.add(frozenset(chosen))
                    break
        if found:
            return found
    return set()


def test_sets_are_the_smallest_that_flip(rules: Rulebook) -> None:
    """The sets told are exactly the smallest changes, of up to three facts, that make a scheme possible."""
    rng = Random(3)
    seen: dict[int, int] = {}
    for _ in range(150):
        case = possible_case(rng, rules, rng.choice([0.3, 0.5, 1.0]))
        for scheme in rules.schemes.values():
            assessment = assessed(scheme, case, TODAY)
            assert assessment is not None
            if assessment.verdict != "not_eligible":
                assert changes(assessment) == ()
                continue
            marks = plain_rules.conditions(case)[scheme.id]
            if sum(mark is False for mark in marks.values()) > 2 and scheme.id == "tpme":
                continue  # trying three facts of twelve takes too long; the next test proves those sets sound
            movable = [fact for fact in facts_of(scheme) if fact in case and fact in WILL | TIME]
            alone = plain_rules.conditions({"legal_form": case.get("legal_form")})[scheme.id]
            if alone.get("form", alone.get("legal_person")) is not False:
                movable = [fact for fact in movable if fact != "legal_form"]  # No form is left that is not refused.
            expected = tried(scheme.id, case, movable, rules)
            got = {frozenset(str(fact) for fact in facts) for facts in changes(assessment)}
            assert got == expected, (scheme.id, case)
            for facts in got:
                seen[len(facts)] = seen.get(len(facts), 0) + 1
    assert seen.keys() >= {1, 2}


def test_every_wish_really_flips_the_verdict(rules: Rulebook) -> None:
    """With the values that are told, the scheme is possible; with one of them left as it is, it is not."""
    rng = Random(4)
    told = 0
    for _ in range(1_500):
        case = possible_case(rng, rules)
        for scheme in rules.schemes.values():
            assessment = assessed(scheme, case, TODAY)
            assert assessment is not None
            for facts in changes(assessment):
                assert set(facts) <= WILL | TIME
                changed: dict[str, Any] = {}
                for target in targets(assessment, case, facts):
                    value = target.values[0]
                    shift = {"above": 1, "below": -1}.get(target.relation, 0)
                    changed[target.fact.id] = value + shift if isinstance(value, int | float) and shift else value
                    assert "{" not in target.text().of("ar")
                assert verdict(scheme.id, moved(case, changed)) != "not_eligible", (scheme.id, facts, case)
                for fact in facts:
                    less = {other: value for other, value in changed.items() if other != fact}
                    assert verdict(scheme.id, moved(case, less)) == "not_eligible"
                told += 1
    assert told > 500


def test_another_form_is_a_new_enterprise(rules: Rulebook) -> None:
    """Who changes the form starts its age anew, and is never told to change a form that nothing refuses."""
    assert [len(facts) for facts in wished(rules, "mourafaka", legal_form="company", age_years=9)] == [1]
    assert wished(rules, "power_export_first", legal_form="individual", best_turnover=300_000) == [
        ["عندما يصل رقم المعاملات في سنة واحدة إلى: مليون درهم (100 مليون سنتيم)."]
    ]


def wished(rules: Rulebook, scheme: str, **case: Any) -> list[list[str]]:
    """Return what would make a scheme possible, in Arabic."""
    assessment = assessed(rules.schemes[scheme], case, TODAY)
    assert assessment is not None
    return [[target.text().of("ar") for target in targets(assessment, case, facts)] for facts in changes(assessment)]


def test_names_the_threshold(rules: Rulebook) -> None:
    """A project of 600,000 dirhams would do at 1 million, and 60 million below 50."""
    least = "لو كانت كلفة المشروع على الأقل: مليون درهم (100 مليون سنتيم)."
    assert wished(rules, "tpme", investment=600_000) == [[least]]
    assert wished(rules, "tpme", investment=60_000_000) == [
        ["لو كانت كلفة المشروع أقل من: 50 مليون درهم (5 ملايير سنتيم)."]
    ]


def test_works_shares_out_in_dirhams_and_persons(rules: Rulebook) -> None:
    """The tenth of own money and the jobs by million are told for the project at hand, whole persons at least."""
    case = {**COMPANY, "investment": 1_400_000, "own_funds": 150_000, "new_jobs": 2}
    assert wished(rules, "tpme", **case) == [
        ["لو كانت كلفة المشروع على الأكثر: 1.333.333,33 درهم."],
        ["لو كان عدد مناصب الشغل القارة على الأقل: 3."],
    ]
    short = {**COMPANY, "investment": 1_000_000, "own_funds": 50_000}
    assert wished(rules, "tpme", **short) == [["لو كان المال الخاص على الأقل: 100 ألف درهم (10 ملايين سنتيم)."]]


def test_tells_time_as_time_and_never_backwards(rules: Rulebook) -> None:
    """Practice of eight years may wait to be ten; an enterprise of six years is never told to be younger."""
    assert wished(rules, "rna_maalem", practice_years=8) == [["عندما تصل سنوات الممارسة إلى: 10 سنوات."]]
    assert wished(rules, "intelaka", last_turnover=20_000_000, age_years=1) == []
    assert wished(rules, "mourafaka", legal_form="cooperative", age_years=6) == []
    assert wished(rules, "intelaka", age_years=6, exports_to_africa=False) == [["لو كان التصدير موجها إلى إفريقيا."]]


def test_names_every_form_that_would_do(rules: Rulebook) -> None:
    """A legal form that would do is named, the sure one first; what a person is by trade is never to be changed."""
    (target,) = wished(rules, "tpme", legal_form="auto_entrepreneur")
    assert target == [
        "بمؤسسة جديدة صفتها: شركة / تعاونية / مجموعة ذات نفع اقتصادي / جمعية. "
        "عمرها يحسب من تأسيسها، فاسألوا هل يحسب نشاطكم السابق."
    ]
    assert wished(rules, "mda_exporters", activity="trade_only") == []
