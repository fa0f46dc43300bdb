"""Verdicts, explanations, estimates, dates and refused values."""

from datetime import date
from typing import Any

import pytest

from bot.eligibility.assessment import assessed, estimated, explained
from bot.eligibility.case import assess_case, compared
from bot.eligibility.scheme import Rulebook, amounts_on
from tests.eligibility.cases import COMPANY, TODAY

FIRST_DAY = date(2025, 7, 3)


def test_a_company_that_meets_every_published_condition_is_eligible(rules: Rulebook) -> None:
    """With everything met the register says yes; where an office confirms or little is published, perhaps at best."""
    verdicts = {id_: told["verdict"] for id_, told in assess_case(rules, COMPANY, TODAY).items()}  # type: ignore[index]
    assert {id_ for id_, verdict in verdicts.items() if verdict == "eligible"} == {"rna_artisan"}
    assert verdicts["tpme"] == "perhaps"


def test_a_cooperative_is_left_to_the_cri(rules: Rulebook) -> None:
    """What an office must confirm is never taken as met: a cooperative with everything else met is "perhaps"."""
    told: Any = assess_case(rules, {**COMPANY, "legal_form": "cooperative"}, TODAY)["tpme"]
    assert (told["verdict"], told["confirm"], told["missing"]) == ("perhaps", ["legal_person", "branch"], [])


def test_two_facts_that_fail_are_both_named(rules: Rulebook) -> None:
    """A verdict names every condition that fails, not the first one only."""
    told: Any = assess_case(rules, {**COMPANY, "investment": 600_000, "cnss_in_order": False}, TODAY)["tpme"]
    assert told["failed"] == ["investment_size", "in_order"]


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [
        ({"province": "Fès", "investment": 2_000_000, "new_jobs": 8}, 300_000, 500_000),
        ({"province": "Errachidia", "investment": 1_500_000, "new_jobs": 18}, 375_000, 450_000),
        ({"province": "Marrakech", "investment": 3_000_000, "own_funds": 300_000, "new_jobs": 5}, 0, 300_000),
        ({"province": "Essaouira", "investment": 1_000_000, "new_jobs": 2}, 150_000, 250_000),
        (
            {
                "province": "Marrakech",
                "activity": "tourism",
                "investment": 4_000_000,
                "own_funds": 400_000,
                "new_jobs": 4,
            },
            0,
            400_000,
        ),
    ],
)
def test_worked_examples(rules: Rulebook, case: dict[str, Any], low: int, high: int) -> None:
    """The worked examples of the dossier come out to the dirham."""
    told: Any = assess_case(rules, {**COMPANY, **case}, TODAY)["tpme"]
    assert (told["verdict"], told["unknown"], told["confirm"]) == ("perhaps", [], ["branch"])
    assert told["estimate"] == {"low": low, "high": high}


def test_no_estimate_out_of_reach_or_without_a_cost(rules: Rulebook) -> None:
    """There is no estimate for a scheme that is out of reach, nor for a project whose cost is not known."""
    out: Any = assess_case(rules, {**COMPANY, "new_jobs": 1}, TODAY)["tpme"]
    assert (out["verdict"], out["estimate"]) == ("not_eligible", None)
    unknown: Any = assess_case(rules, {**COMPANY, "investment": None}, TODAY)["tpme"]
    assert (unknown["verdict"], unknown["estimate"]) == ("perhaps", None)


def test_estimate_is_told_line_by_line(rules: Rulebook) -> None:
    """Each grant has its own share and its own dirhams, and the ceiling says when it cut the sum."""
    case = {**COMPANY, "province": "Errachidia", "investment": 1_500_000, "new_jobs": 18}
    assessment = assessed(rules.schemes["tpme"], case, TODAY)
    assert assessment is not None
    estimate = estimated(assessment, case)
    assert estimate is not None
    assert [(line.part.id, line.low_share, line.high_share, line.low, line.high) for line in estimate.lines] == [
        ("jobs", 10, 10, 150_000, 150_000),
        ("territorial", 15, 15, 225_000, 225_000),
        ("priority", 0, 10, 0, 150_000),
    ]
    assert (estimate.ceiling, estimate.low, estimate.high) == (30, 375_000, 450_000)
    assert "30%" in estimate.words.of("ar")


def test_explains_every_condition_with_its_source(rules: Rulebook) -> None:
    """Every condition is told in words with the day's amounts and where it is written, in the order of the file."""
    assessment = assessed(rules.schemes["tpme"], {"investment": 600_000}, TODAY)
    assert assessment is not None
    told = {line.condition.id: line for line in explained(assessment, {"investment": 600_000})}
    assert list(told) == [condition.id for condition in rules.schemes["tpme"].conditions]
    assert told["investment_size"].where == "failed"
    assert told["investment_size"].because.of("ar") == (
        "كلفة المشروع من مليون درهم (100 مليون سنتيم) إلى أقل من 50 مليون درهم من غير الضريبة. "
        "أعلنت معايير مخففة للمقاولات الناشئة، ولم نجد حدودها. اسألوا المركز الجهوي للاستثمار."
    )
    assert all(line.condition.sources for line in told.values())
    assert all("{" not in line.because.of("ar") + line.because.of("fr") for line in told.values())


def test_before_its_first_day_a_scheme_is_not_there(rules: Rulebook) -> None:
    """The enterprise scheme is in force from 3 July 2025, and absent on the day before."""
    before, after = date(2025, 7, 2), FIRST_DAY
    assert "tpme" not in assess_case(rules, COMPANY, before)
    assert len(assess_case(rules, COMPANY, before)) == len(rules.schemes) - 1
    assert "tpme" in assess_case(rules, COMPANY, after)
    assert compared(rules, COMPANY, before, after).keys() == {"tpme"}
    assert compared(rules, COMPANY, before, after)["tpme"]["from"] == {"verdict": "not_in_force"}  # type: ignore[index]
    assert compared(rules, COMPANY, after, TODAY) == {}


def test_amounts_have_names_and_words_on_a_day(rules: Rulebook) -> None:
    """Content names amounts; each is told with its unit, and has no value before its first day."""
    amounts = amounts_on(rules.schemes.values(), TODAY)
    assert amounts["tpme_ceiling"].text().of("ar") == "30%"
    assert amounts["export_least_age"].text().of("fr") == "2\u00a0ans"
    assert amounts["tpme_least_jobs"].text().of("ar") == "1,5"
    assert amounts["intelaka_most_credit"].text().of("ar") == "1,2 مليون درهم"
    assert "tpme_ceiling" not in amounts_on(rules.schemes.values(), date(2025, 7, 2))


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("investment", 10**15, "investment is a number from 0 to 10,000,000,000"),
        ("investment", -1, "investment is a number from 0 to 10,000,000,000"),
        ("investment", float("nan"), "investment is a number from 0 to 10,000,000,000"),
        ("investment", "مليون", "investment is a number"),
        ("investment", True, "investment is a number"),
        ("tax_in_order", 1, "tax_in_order is true or false"),
        ("legal_form", "sarl", "legal_form is one of: cooperative, company, auto_entrepreneur"),
        ("province", "Paris", "province is the French name"),
        ("shoe_size", 42, "there is no fact 'shoe_size'"),
        ("region", 1, "there is no fact 'region'"),
        ("legal_form", ["company"], "legal_form is one of"),
    ],
)
def test_a_value_that_does_not_fit_is_named(rules: Rulebook, fact: str, value: object, message: str) -> None:
    """A value out of bounds or of the wrong kind spoils its case with the fact's name and what it may be."""
    error: Any = assess_case(rules, {**COMPANY, fact: value}, TODAY)["error"]
    assert error["fact"] == fact
    assert error["message"].startswith(message)


def test_null_and_absent_are_the_same_unknown(rules: Rulebook) -> None:
    """A fact that is null is unknown like one that is not there, and can still be missing."""
    absent = assess_case(rules, {}, TODAY)
    assert assess_case(rules, dict.fromkeys(rules.facts), TODAY) == absent
    assert absent["rna_maalem"]["missing"] == ["activity", "practice_years"]  # type: ignore[index]


def test_a_case_that_is_no_object_is_refused(rules: Rulebook) -> None:
    """A line that holds something else than an object is an error of its own."""
    assert "error" in assess_case(rules, [1, 2], TODAY)


def test_papers_fit_the_legal_form(rules: Rulebook) -> None:
    """A company brings the trade register's certificate, a cooperative another proof of what it is."""
    scheme = rules.schemes["tpme"]
    company = [item.of("fr") for item in scheme.papers_for("company")]
    cooperative = [item.of("fr") for item in scheme.papers_for("cooperative")]
    assert any("modèle J" in item for item in company)
    assert not any("modèle J" in item for item in cooperative)
    assert len(scheme.papers_for(None)) > len(company)
