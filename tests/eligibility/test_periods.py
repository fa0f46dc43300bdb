"""What has an end: after it nothing is decided by it, those who confirm are named, and the check tells of it before."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.content.ages import read_ages
from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.eligibility.assessment import assessed, estimated, explained, next_question
from bot.eligibility.case import assess_case
from bot.eligibility.scheme import Rulebook

FIRST = "flows/power_export_first/rules.yaml"
TPME = "flows/tpme/rules.yaml"
MAALEM = "flows/rna_maalem/rules.yaml"
LAST, AFTER = date(2026, 12, 31), date(2027, 1, 1)


def edited(content: Path, file: str, *changes: tuple[str, str]) -> Rulebook:
    """Return the rules after some edits of one file, none of which is a mistake."""
    path = content / file
    text = path.read_text("utf-8")
    for there, instead in changes:
        assert text.count(there) >= 1, there
        text = text.replace(there, instead, 1)
    path.write_text(text, "utf-8")
    mistakes = Mistakes()
    rules = read_rulebook(content, mistakes, proving=False)
    assert mistakes.errors == []
    assert rules is not None
    return rules


def told(rules: Rulebook, scheme: str, case: dict[str, Any], on: date) -> Any:
    """Return what one scheme says of a case on a day."""
    return assess_case(rules, case, on).get(scheme)


def test_an_amount_that_has_ended_decides_neither_yes_nor_no(content: Path) -> None:
    """The day after its end a threshold refuses nobody and admits nobody; the office of the scheme confirms."""
    ended = ("from: {2021-12-09: 10}\n", "from: {2021-12-09: 10}\n    until: 2026-12-31\n")
    rules = edited(content, MAALEM, ended)
    young, old = ({"activity": "craft_services", "practice_years": years} for years in (9.9, 10))
    assert told(rules, "rna_maalem", young, LAST)["failed"] == ["practice"]
    for case in (young, old):
        after = told(rules, "rna_maalem", case, AFTER)
        assert after["verdict"] == "perhaps"
        assert "practice" in after["confirm"]
    scheme = rules.schemes["rna_maalem"]
    assessment = assessed(scheme, old, AFTER)
    assert assessment is not None
    (practice,) = [one for one in explained(assessment, old) if one.condition.id == "practice"]
    assert practice.ended == LAST
    assert [who.id for who in practice.condition.confirmed_by] == [scheme.office.id]


def test_what_does_not_hang_on_the_ended_amount_still_decides(content: Path) -> None:
    """A turnover by itself enough is still enough where only the age of a new enterprise has ended, and asked for."""
    ended = ("    from: {2025-07-03: 3}\n", "    from: {2025-07-03: 3}\n    until: 2026-12-31\n")
    rules = edited(content, TPME, ended)
    enough, small = {"best_turnover": 3_000_000}, {"best_turnover": 500_000, "age_years": 20}
    assert told(rules, "tpme", small, LAST)["failed"] == ["turnover"]
    assert "turnover" not in told(rules, "tpme", enough, AFTER)["confirm"]
    assert "turnover" in told(rules, "tpme", small, AFTER)["confirm"]
    assert told(rules, "tpme", small, AFTER)["verdict"] == "perhaps"


def test_a_condition_that_has_ended_is_left_to_an_office(content: Path) -> None:
    """After its own end a condition refuses nobody, and is no longer asked about."""
    rules = edited(content, TPME, ("  independent:\n", "  independent:\n    until: 2026-12-31\n"))
    case = {"held_by_large": True}
    assert told(rules, "tpme", case, LAST)["failed"] == ["independent"]
    after = told(rules, "tpme", case, AFTER)
    assert (after["verdict"], "independent" in after["confirm"]) == ("perhaps", True)
    assert "held_by_large" in told(rules, "tpme", {}, LAST)["missing"]
    assert "held_by_large" not in told(rules, "tpme", {}, AFTER)["missing"]


def test_conditions_begin_and_are_repealed_by_themselves(content: Path) -> None:
    """A condition counts from its first day, and no more from the day on which a text takes it back."""
    rules = edited(
        content,
        TPME,
        ("  independent:\n", "  independent:\n    from: 2027-01-01\n"),
        ("  no_public_partner:\n", "  no_public_partner:\n    repealed: 2027-01-01\n"),
    )
    case = {"held_by_large": True, "public_partner": True}
    assert told(rules, "tpme", case, LAST)["failed"] == ["no_public_partner"]
    assert told(rules, "tpme", case, AFTER)["failed"] == ["independent"]


def test_an_amount_of_tomorrow_keeps_no_scheme_from_today(content: Path) -> None:
    """A condition of next year may go by an amount of next year; until then the scheme is judged without it."""
    amount = "amounts:\n  tpme_new:\n    title: {ar: جديد, fr: Nouveau}\n    unit: DH\n    from: {2027-01-01: 5}\n"
    amount += "    source: tpme-conditions\n"
    condition = "requires:\n  newer:\n    from: 2027-01-01\n    that:\n      investment: {at_least: tpme_new}\n"
    words = "    because: {ar: شرط جديد {tpme_new}., fr: Condition nouvelle.}\n    source: tpme-conditions\n"
    words = words.replace("شرط جديد {tpme_new}.", '"شرط جديد {tpme_new}."')
    rules = edited(content, TPME, ("amounts:\n", amount), ("requires:\n", condition + words))
    assert "newer" not in told(rules, "tpme", {"investment": 1}, LAST)["failed"]
    assert "newer" in told(rules, "tpme", {"investment": 1}, AFTER)["failed"]


def test_a_scheme_that_has_ended_is_perhaps_and_asks_nothing(content: Path) -> None:
    """After the last day on which a scheme was known to be there every condition is the office's to say."""
    until = ("in_force:\n  from: 2025-07-03\n", "in_force:\n  from: 2025-07-03\n  until: 2026-12-31\n")
    rules = edited(content, TPME, until)
    refused = {"legal_form": "none", "investment": 1}
    assert told(rules, "tpme", refused, LAST)["verdict"] == "not_eligible"
    after = told(rules, "tpme", refused, AFTER)
    assert (after["verdict"], after["failed"], after["missing"]) == ("perhaps", [], [])
    assert next_question(["tpme"], {}, rules, LAST) is not None
    assert next_question(["tpme"], {}, rules, AFTER) is None
    assessment = assessed(rules.schemes["tpme"], {}, AFTER)
    assert assessment is not None
    assert assessment.ended == LAST


def test_a_repealed_scheme_is_gone(content: Path) -> None:
    """A scheme that a text took back is there until the day before, and on that day no more."""
    repealed = ("in_force:\n  from: 2025-07-03\n", "in_force:\n  from: 2025-07-03\n  repealed: 2027-01-01\n")
    rules = edited(content, TPME, repealed)
    assert told(rules, "tpme", {}, LAST) is not None
    assert told(rules, "tpme", {}, AFTER) is None


CALL = """call:
  from: 2026-12-01
  until: 2026-12-31
  because:
    ar: باب الترشيح مفتوح من {from} إلى {until}.
    fr: L'appel est ouvert du {from} au {until}.
  confirm: maison_artisan
  source: mda-call
requires:
"""


@pytest.mark.parametrize(
    ("on", "stands", "ended"),
    [(date(2026, 11, 30), "confirm", None), (date(2026, 12, 1), "met", None), (LAST, "met", None),
     (AFTER, "confirm", LAST)],
)  # fmt: skip
def test_a_call_is_open_between_its_days(content: Path, on: date, stands: str, ended: date | None) -> None:
    """Before its first day and after its last a call is not taken as open: who announces the next one is named."""
    rules = edited(content, "flows/rna_artisan/rules.yaml", ("requires:\n", CALL))
    assessment = assessed(rules.schemes["rna_artisan"], {}, on)
    assert assessment is not None
    call = explained(assessment, {})[-1]
    assert (call.condition.id, call.where, call.ended) == ("call", stands, ended)
    assert call.because.of("ar") == "باب الترشيح مفتوح من 1 دجنبر 2026 إلى 31 دجنبر 2026."
    assert [who.id for who in call.condition.confirmed_by] == ["maison_artisan"]


def test_an_estimate_tells_that_what_it_goes_by_has_ended(content: Path) -> None:
    """An estimate is still told after the end of its shares, with the day until which they were known."""
    ended = ("    from: {2025-07-03: 30}\n", "    from: {2025-07-03: 30}\n    until: 2026-12-31\n")
    rules = edited(content, TPME, ended)
    case: dict[str, Any] = {"investment": 2_000_000, "new_jobs": 8, "province": "Fès"}
    for on, end in ((LAST, None), (AFTER, LAST)):
        assessment = assessed(rules.schemes["tpme"], case, on)
        assert assessment is not None
        estimate = estimated(assessment, case)
        assert estimate is not None
        assert (estimate.low, estimate.high, estimate.ended) == (300_000, 500_000, end)


def test_the_check_tells_of_ends_sixty_days_before(content: Path) -> None:
    """Sixty days before an end the check tells it with its line; a day earlier it does not."""
    edited(
        content,
        TPME,
        ("    from: {2025-07-03: 30}\n", "    from: {2025-07-03: 30}\n    until: 2027-12-31\n"),
        ("  independent:\n", "  independent:\n    until: 2027-12-31\n"),
        ("in_force:\n  from: 2025-07-03\n", "in_force:\n  from: 2025-07-03\n  until: 2027-12-31\n"),
        ("requires:\n", CALL.replace("2026", "2027")),
    )
    written = (content / TPME).read_text("utf-8").splitlines()
    lines = [at for at, line in enumerate(written, 1) if "  until: 2027" in line]
    for days, expected in ((61, []), (60, lines)):
        mistakes = Mistakes()
        ages = read_ages(content, mistakes, date(2027, 12, 31) - timedelta(days=days))
        read_rulebook(content, mistakes, proving=False, ages=ages)
        assert mistakes.errors == []
        assert sorted(warning.where.line for warning in mistakes.warnings) == expected


BAD = {
    "an end before its beginning": (
        TPME, "    from: {2025-07-03: 30}\n", "    from: {2025-07-03: 30}\n    until: 2025-07-02\n", "2025-07-02",
    ),
    "a scheme that ends before it begins": (
        TPME, "in_force:\n  from: 2025-07-03\n", "in_force:\n  from: 2025-07-03\n  until: 2024-01-01\n", "2024-01-01",
    ),
    "a Hijri day": (MAALEM, "from: {2021-12-09: 10}", "from: {1443-05-04: 10}", "2021-12-09"),
    "a Hijri end": (TPME, "  independent:\n", "  independent:\n    until: 1448-09-01\n", "2027-02-08"),
    "an Amazigh day": (FIRST, "  from: 2025-05-28\namounts", "  from: 2975-05-28\namounts", "2025-05-28"),
    "a day in words": (FIRST, "  from: 2025-05-28\namounts", "  from: 28 ماي 2025\namounts", "2025-05-28"),
    "a day the other way about": (FIRST, "  from: 2025-05-28\namounts", "  from: 28/05/2025\namounts", "2025-05-28"),
    "two values of one day": (MAALEM, "{2021-12-09: 10}", "{2021-12-09: 10, 2021-12-09: 12}", "2021-12-09"),
    "a source without a day": ("flows/sources.yaml", "  read: 2026-11-23\n", "", "read"),
    "a source published after it was read": (
        "flows/sources.yaml", "  published: 2025-06\n", "  published: 2027-06\n", "2027-06",
    ),
    "a source of a kind nobody knows": ("flows/sources.yaml", "  kind: practice\n", "  kind: rumour\n", "rumour"),
    "an example that the edit makes false": (
        MAALEM, "from: {2021-12-09: 10}", "from: {2021-12-09: 10, 2026-01-01: 5}", "not_eligible",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_days_are_told_with_their_line_and_remedy(content: Path, name: str) -> None:
    """What is wrong with a day is told with its file and line, and the remedy names what would be right."""
    file, there, instead, named = BAD[name]
    path = content / file
    text = path.read_text("utf-8")
    assert there in text
    path.write_text(text.replace(there, instead, 1), "utf-8")
    mistakes = Mistakes()
    read_rulebook(content, mistakes, ages=read_ages(content, mistakes))
    assert {error.where.file for error in mistakes.errors} == {file}
    assert any(named in error.message + error.remedy for error in mistakes.errors), mistakes.errors
    assert all(error.where.line > 1 for error in mistakes.errors)


def test_all_bad_days_are_told_at_once(content: Path) -> None:
    """A writer with many mistakes is told of all of them the first time."""
    wrong = ["an end before its beginning", "a scheme that ends before it begins", "a source without a day",
             "a source of a kind nobody knows", "two values of one day"]  # fmt: skip
    for name in wrong:
        file, there, instead, _ = BAD[name]
        path = content / file
        path.write_text(path.read_text("utf-8").replace(there, instead, 1), "utf-8")
    mistakes = Mistakes()
    read_rulebook(content, mistakes, proving=False, ages=read_ages(content, mistakes))
    said = "\n".join(error.message + error.remedy for error in mistakes.errors)
    assert all(BAD[name][3] in said for name in wrong)
