"""What changes between two days with nobody editing anything."""

from datetime import date
from pathlib import Path

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.content.stale import differences
from tests.program import ROOT, told

MAALEM = "flows/rna_maalem/rules.yaml"


def test_a_law_that_begins_brings_its_scheme_amounts_and_verdicts() -> None:
    """On 3 July 2025 the enterprise scheme begins, with its amounts, conditions and examples; nothing the day after."""
    rules = read_rulebook(ROOT, Mistakes(), proving=False)
    assert rules is not None
    found = differences(ROOT, rules, date(2025, 7, 2), date(2025, 7, 3))
    assert ("scheme", "tpme", None, "in force") in {(one.subject, one.about, one.before, one.after) for one in found}
    assert ("amount", "tpme_ceiling", None, "30") in {(one.subject, one.about, one.before, one.after) for one in found}
    assert any(one.subject == "example" and one.after == "not_eligible" for one in found)
    assert differences(ROOT, rules, date(2025, 7, 3), date(2025, 7, 4)) == []


def test_a_station_and_an_end_are_told() -> None:
    """Stations whose day has come and answers whose end is past are told where they stand."""
    rules = read_rulebook(ROOT, Mistakes(), proving=False)
    assert rules is not None
    day = differences(ROOT, rules, date(2025, 10, 20), date(2025, 10, 21))
    stations = [one for one in day if one.subject == "station"]
    assert [(one.about, one.where.file) for one in stations] == [("Laâyoune", "flows/caravan.yaml")]
    ends = {one.about for one in differences(ROOT, rules, date(2026, 12, 31), date(2027, 1, 1)) if one.subject == "end"}
    assert "finance.tahfiz" in ends


def test_an_end_and_a_new_amount_are_told_with_the_examples_they_turn(tmp_path: Path) -> None:
    """A new amount turns the examples between it and the old one; an end leaves its condition to an office."""
    for file in (ROOT / "flows").rglob("*"):
        if file.is_file() and file.suffix in {".yaml", ".csv"}:
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    path = tmp_path / MAALEM
    text = path.read_text("utf-8")
    value = "    from: {2021-12-09: 10}\n"
    assert value in text
    path.write_text(text.replace(value, "    from: {2021-12-09: 10, 2027-01-01: 8}\n    until: 2027-12-31\n"), "utf-8")
    rules = read_rulebook(tmp_path, Mistakes(), proving=False)
    assert rules is not None
    new = differences(tmp_path, rules, date(2026, 12, 31), date(2027, 1, 1))
    assert ("maalem_least_practice", "10", "8") in {(one.about, one.before, one.after) for one in new}
    assert any(one.subject == "example" and (one.before, one.after) == ("not_eligible", "perhaps") for one in new)
    end = differences(tmp_path, rules, date(2027, 12, 31), date(2028, 1, 1))
    told_ends = {(one.subject, one.about, one.before, one.after) for one in end}
    assert ("condition", "rna_maalem/practice", "decides", "an office says") in told_ends


def test_the_command_tells_both_days(root: Path) -> None:
    """The command tells the differences in words and as JSON; one day alone is refused with what to write."""
    said = told("compare", "2025-07-02", "2025-07-03", "--json", root=root)
    assert said.status == 0
    assert list(said.lines[0]) == ["subject", "about", "from", "to", "file", "line"]
    assert "tpme" in told("compare", "2025-07-02", "2025-07-03", root=root).out
    assert told("compare", "2026-06-01", "2026-06-02", root=root).out == "nothing changes\n"
    assert told("compare", "2025-07-02", root=root).status == 2
