"""What the check tells those who write the rules: each mistake at its line, and no rule goes live with one."""

import re
from pathlib import Path

import pytest

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook

TPME = "flows/tpme/rules.yaml"
FIRST = "flows/power_export_first/rules.yaml"
MAALEM = "flows/rna_maalem/rules.yaml"
FACTS = "flows/facts.yaml"
#: A file, what stands there, what a writer puts instead, and what of it the message names, at the line of `marked`.
SPOILT = {
    "a condition without a source": (
        MAALEM,
        "    source: rna\npapers:",
        "papers:",
        "attestation",
        "  attestation:",
    ),
    "an amount written as a number": (
        TPME,
        "own_share: {at_least: tpme_least_own_share}",
        "own_share: {at_least: 0.1}",
        "0.1",
        "own_share: {at_least: 0.1}",
    ),
    "an example that fails": (
        MAALEM,
        "practice_years: 9.9}",
        "practice_years: 10.5}",
        "not_eligible",
        "    expect: {verdict: not_eligible, failed: [practice]}",
    ),
    "an estimate that is not so": (
        TPME,
        "{low: 375_000, high: 450_000}",
        "{low: 375_000, high: 525_000}",
        "525000",
        "high: 525_000",
    ),
    "a threshold with nothing above it": (
        MAALEM,
        "  - given: {activity: craft_services, practice_years: 10.1}\n"
        "    expect: {verdict: perhaps, met: [activity, practice], confirm: [attestation]}\n",
        "",
        "maalem_least_practice",
        "  practice:",
    ),
    "a condition that can never matter": (
        MAALEM,
        "  practice:\n    that:\n      practice_years: {at_least: maalem_least_practice}",
        "  practice:\n    that:\n      some: [{practice_years: {at_least: maalem_least_practice}}, "
        "{practice_years: {below: maalem_least_practice}}]",
        "practice",
        "  practice:",
    ),
    "a fact nobody has": (
        TPME,
        "held_by_large: {is: no}",
        "held_by_giant: {is: no}",
        "held_by_giant",
        "held_by_giant:",
    ),
    "an amount nobody has": (
        TPME,
        "investment: {at_least: tpme_least_investment, below: tpme_most_investment}",
        "investment: {at_least: tpme_least, below: tpme_most_investment}",
        "tpme_least",
        "at_least: tpme_least,",
    ),
    "an amount named in words": (TPME, "إلى حدود {tpme_ceiling}", "إلى حدود {tpme_roof}", "tpme_roof", "{tpme_roof}"),
    "an amount named in a question": (FACTS, "{tpme_large_share} من", "{tpme_share} من", "tpme_share", "{tpme_share}"),
    "a source nobody has": (MAALEM, "    source: rna\nrequires", "    source: rma\nrequires", "rma", "source: rma"),
    "an option nobody has": (TPME, "legal_form: {is: company}", "legal_form: {is: sarl}", "sarl", "{is: sarl}"),
    "an office nobody has": (FIRST, "  confirm: brce\n  source", "  confirm: brc\n  source", "brc", "  confirm: brc\n"),
    "a comparison of what is no number": (
        TPME,
        "activity: {is: tourism}",
        "activity: {at_least: tpme_least_jobs}",
        "activity",
        "activity: {at_least",
    ),
    "a condition of an unknown kind": (
        TPME,
        "public_partner: {is: no}",
        "public_partner: no",
        "",
        "public_partner: no",
    ),
    "a condition an example makes up": (TPME, "confirm: [branch]}", "confirm: [branche]}", "branche", "[branche]"),
    "a question no rule needs": (
        FACTS,
        "craft_diploma:\n  kind",
        "shoe_size:\n  kind: yes_no\n  name: {ar: م, fr: p}\n  ask: {ar: م, fr: p}\n  why: {ar: م, fr: p}\n"
        "  plain: {ar: م, fr: p}\n  changeable: no\n  effort: 1\ncraft_diploma:\n  kind",
        "shoe_size",
        "shoe_size:",
    ),
    "a label too long to show": (
        FACTS,
        "{ar: فلاحة, fr: Agriculture}",
        "{ar: فلاحة وتربية المواشي والدواجن, fr: A}",
        "24",
        "    agriculture:",
    ),
    "a word for two options": (
        FACTS,
        "        - سارل\n",
        "        - تعاونية\n",
        "تعاونية",
        "        - تعاونية\n        - لاسوسيتي",
    ),
    "a word for yes and for no": (
        FACTS,
        "      - مختلطة\n",
        "      - نسائية\n",
        "نسائية",
        "    no:\n      - رجال",
    ),
    "an implied option nobody has": (
        FACTS,
        "implies: {activity: craft_production}",
        "implies: {activity: crafts}",
        "activity",
        "implies: {activity: crafts}",
    ),
    "a change without words": (
        FACTS,
        "    no:\n      ar: بدون دبلوم في الحرفة.\n      fr: Sans diplôme du métier.\n",
        "",
        "craft_diploma",
        "  wish:\n    yes:\n      ar: بعد الحصول على دبلوم",
    ),
    "an amount without a day": (
        MAALEM,
        "from: {2021-12-09: 10}",
        "from: {}",
        "maalem_least_practice",
        "  maalem_least",
    ),
    "a misspelt key": (
        MAALEM,
        "    because:\n      ar: الممارسة",
        "    becuase:\n      ar: الممارسة",
        "becuase",
        "becuase",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_mistake_is_told_at_its_line(content: Path, name: str) -> None:
    """A writer is told the file, the line and what is wrong, in Arabic."""
    file, there, instead, named, marked = SPOILT[name]
    path = content / file
    text = path.read_text("utf-8")
    assert there in text
    spoilt = text.replace(there, instead, 1)
    path.write_text(spoilt, "utf-8")
    mistakes = Mistakes()
    read_rulebook(content, mistakes)
    line = spoilt[: spoilt.index(marked)].count("\n") + 1
    found = [(error.where.file, error.where.line, error.message) for error in mistakes.errors]
    assert any(where == file and at == line and named in message for where, at, message in found), (line, found)
    for error in mistakes.errors:
        assert re.search("[ء-ي]", error.message)
        assert re.search("[ء-ي]", error.remedy)
        assert not re.search(r"\{\w+\}", error.message.replace("{value}", ""))


def test_a_scheme_nobody_lists_is_told(content: Path) -> None:
    """A rules file whose scheme is not in `schemes.yaml` would never be used, so it is a mistake."""
    path = content / "flows/schemes.yaml"
    path.write_text(path.read_text("utf-8").replace("    - rna_maalem\n", ""), "utf-8")
    mistakes = Mistakes()
    read_rulebook(content, mistakes)
    assert any("rna_maalem" in error.message for error in mistakes.errors)


def test_a_missing_file_is_told(content: Path) -> None:
    """A scheme that is listed needs its file."""
    (content / MAALEM).unlink()
    mistakes = Mistakes()
    read_rulebook(content, mistakes)
    assert [error.where.file for error in mistakes.errors] == [MAALEM]


def test_without_proving_the_rules_are_the_same(content: Path) -> None:
    """Commands that only assess read the same rules without running the examples."""
    quick, proved = (read_rulebook(content, Mistakes(), proving=proving) for proving in (False, True))
    assert quick == proved
