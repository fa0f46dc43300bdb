"""What whoever looks after the content is told to look at, by file, line and region."""

from pathlib import Path
from typing import Any

import pytest

from bot.content.ages import read_ages
from bot.content.reading import Mistakes
from tests.program import ROOT, told

_KEYS = ["file", "line", "region", "what", "about", "kind", "day", "days", "detail"]


def things(on: str, root: Path) -> list[dict[str, Any]]:
    """Return what is stale on a day."""
    said = told("stale", "--json", "--on", on, root=root)
    assert (said.status, said.err) == (0, "")
    return said.lines


@pytest.fixture(scope="module")
def later(root: Path) -> list[dict[str, Any]]:
    """What is stale in February 2027."""
    return things("2027-02-01", root)


def test_each_thing_is_told_with_the_line_it_stands_on(later: list[dict[str, Any]]) -> None:
    """The line of an end holds the end, that of a reading the day it was read, that of a weak source its confidence."""
    keys = {"ended": "until:", "ends_soon": "until:", "weak_source": "confidence:", "contact_empty": "id:"}
    for thing in later:
        assert list(thing) == _KEYS
        line = (ROOT / thing["file"]).read_text("utf-8").splitlines()[thing["line"] - 1]
        if thing["what"] == "read_long_ago":
            assert thing["day"][:7] in line or thing["day"][:4] in line, thing
        else:
            assert keys[thing["what"]] in line, thing


def test_what_has_ended_comes_first(later: list[dict[str, Any]], root: Path) -> None:
    """The year's ends are past in February, and near in November; the same answers are told both times."""
    ended = [thing["about"] for thing in later if thing["what"] == "ended"]
    assert "finance.tahfiz" in ended
    assert [thing["what"] for thing in later[: len(ended)]] == ["ended"] * len(ended)
    before = [thing for thing in things("2026-11-29", root) if thing["what"] == "ends_soon"]
    assert set(ended) == {thing["about"] for thing in before}
    assert {thing["days"] for thing in before} == {32}


def test_a_kind_says_how_old_is_too_old(root: Path) -> None:
    """What was read of a call is old a day after its age, when what was read of a law that day is not."""
    ages = read_ages(ROOT, Mistakes())
    assert ages is not None
    assert ages.kinds["call"].days == 90
    old = {
        on: {thing["about"] for thing in things(on, root) if thing["what"] == "read_long_ago"}
        for on in ("2027-02-21", "2027-02-22")
    }
    assert "mda-call" not in old["2027-02-21"]
    assert "mda-call" in old["2027-02-22"]
    assert "decree-2-25-342" not in old["2027-02-22"]


def test_contacts_nobody_knows_are_told_by_region(later: list[dict[str, Any]]) -> None:
    """Each office without telephone or address is told with its region."""
    empty = [thing for thing in later if thing["what"] == "contact_empty"]
    assert {thing["detail"] for thing in empty} == {"phone", "address"}
    assert {thing["region"] for thing in empty} <= set(range(1, 13))
    assert all(thing["about"].endswith(f"-{thing['region']}") or thing["region"] for thing in empty)


def test_the_table_counts_what_it_lists(root: Path, later: list[dict[str, Any]]) -> None:
    """In words there is a line a thing, and the last line counts them."""
    said = told("stale", "--on", "2027-02-01", root=root)
    assert said.status == 0
    lines = said.out.splitlines()
    assert sum(line.startswith("  ") for line in lines) == len(later)
    assert lines[-1].startswith("on 2027-02-01: ")
