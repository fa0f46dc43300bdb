"""`dalil assess`, `compare` and `read`: the rules and the reading of messages, tried from standard input."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program import Told, told

_KEYS = ["verdict", "failed", "unknown", "confirm", "missing", "change", "estimate"]
_COOPERATIVE = {"legal_form": "cooperative", "activity": "craft_production", "province": "Laâyoune"}


def _lines(*cases: Any) -> str:
    return "\n".join(case if isinstance(case, str) else json.dumps(case) for case in cases)


@pytest.fixture(scope="module")
def assessed(root: Path) -> Told:
    """What is said of three cases."""
    company = {"legal_form": "company", "investment": 999_999, "province": None}
    return told("assess", "--json", root=root, typed=_lines({}, _COOPERATIVE, company))


def test_a_case_is_one_object(assessed: Told) -> None:
    """Each case has one line with all fourteen schemes, each with its verdict and what it rests on."""
    assert (assessed.status, assessed.err) == (0, "")
    assert len(assessed.lines) == 3
    for line in assessed.lines:
        assert len(line) == 16
        for found in line.values():
            assert list(found) == _KEYS
            assert found["verdict"] in {"eligible", "perhaps", "not_eligible"}
            for key in ("failed", "unknown", "confirm", "missing"):
                assert all(isinstance(name, str) for name in found[key])
            assert all(isinstance(fact, str) for facts in found["change"] for fact in facts)
            assert found["estimate"] is None or list(found["estimate"]) == ["low", "high"]


def test_a_threshold_decides(assessed: Told) -> None:
    """An investment one dirham below the least is refused, and the investment is named as what would change it."""
    nothing, _, company = assessed.lines
    assert all(found["verdict"] == "perhaps" for found in nothing.values())
    assert company["tpme"]["verdict"] == "not_eligible"
    assert any("investment" in facts for facts in company["tpme"]["change"])


def test_the_day_decides(root: Path) -> None:
    """Before 3 July 2025 there is no support for small enterprises; `compare` says what that changes."""
    before = told("assess", "--json", "--on", "2025-06-01", root=root, typed=_lines(_COOPERATIVE))
    assert before.status == 0
    assert before.lines[0].get("tpme") is None or before.lines[0]["tpme"]["verdict"] == "not_in_force"
    changed = told("compare", "--from", "2025-06-01", "--to", "2025-08-01", root=root, typed=_lines(_COOPERATIVE, {}))
    assert changed.status == 0
    assert len(changed.lines) == 2
    assert list(changed.lines[0]) == ["tpme"]
    same = told("compare", "--from", "2026-06-01", "--to", "2026-06-02", root=root, typed=_lines(_COOPERATIVE))
    assert same.lines == [{}]


def test_a_bad_case_does_not_stop_the_next(root: Path) -> None:
    """A case that cannot be taken has an error of its own, the next goes on, and in the end the status is 1."""
    bad: list[Any] = [
        {"investment": -1},
        {"investment": 10**15},
        {"investment": "much"},
        {"investment": True},
        {"legal_form": "bank"},
        {"legal_form": ["company"]},
        {"province": "Atlantis"},
        {"shoe_size": 42},
        '{"investment": NaN}',
        '{"investment": 1e999}',
        "not JSON",
        "[]",
        "3",
        "[" * 100_000,
        '{"legal_form": "\\ud800"}',
    ]
    said = told("assess", "--json", root=root, typed=_lines(*bad, _COOPERATIVE))
    assert (said.status, said.err) == (1, "")
    *errors, last = said.lines
    assert len(errors) == len(bad)
    for line, case in zip(errors, bad, strict=True):
        assert list(line) == ["error"], case
        assert list(line["error"]) == ["fact", "message"]
        assert line["error"]["message"]
    assert [line["error"]["fact"] for line in errors[:8]] == [next(iter(case)) for case in bad[:8]]
    assert len(last) == 16


@pytest.mark.parametrize(
    "args", [("assess", "--on", "soon"), ("compare", "--from", "2025-01-01", "--to", "31/12/2025")]
)
def test_a_bad_day_is_told(args: tuple[str, ...], root: Path) -> None:
    """A day that is none is told with an example, before any case is read."""
    said = told(*args, root=root, typed="{}")
    assert (said.status, said.out) == (2, "")
    assert "2025-07-03" in said.err


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("1,5 مليون درهم", "amounts", [{"value": 1_500_000}]),
        ("200 ألف درهم", "amounts", [{"value": 200_000}]),
        ("٢ مليون درهم", "amounts", [{"value": 2_000_000}]),
        ("خمسين ألف ريال", "amounts", [{"value": 2_500}]),
        ("20 مليون", "amounts", [{"readings": [200_000, 20_000_000]}]),
        ("3 سنين", "years", [3]),
    ],
)
def test_reads_numbers(spoken: dict[str, dict[str, Any]], text: str, key: str, value: object) -> None:
    """Money, counts and years are read as people write them; what has two readings has both."""
    assert spoken[text][key] == value


def test_reads_facts(spoken: dict[str, dict[str, Any]]) -> None:
    """Several facts of one message are taken at once."""
    facts = spoken["تعاونية، زربية، تازناخت"]["facts"]
    assert facts["legal_form"] == "cooperative"
    assert facts["province"] == "Ouarzazate"


def test_a_message_is_one_object(spoken: dict[str, dict[str, Any]]) -> None:
    """Each message has one line: its text, facts, amounts, counts and years."""
    assert len(spoken) == 8
    for line in spoken.values():
        assert list(line) == ["text", "facts", "amounts", "counts", "years"]
        assert all(list(one) in (["value"], ["readings"]) for one in line["amounts"])


@pytest.fixture(scope="module")
def spoken(root: Path) -> dict[str, dict[str, Any]]:
    """What is read in messages, by their text."""
    texts = ["1,5 مليون درهم", "200 ألف درهم", "٢ مليون درهم", "خمسين ألف ريال", "20 مليون", "3 سنين",
             "تعاونية، زربية، تازناخت", ""]  # fmt: skip
    said = told("read", "--json", root=root, typed="\n".join(texts) + "\n")
    assert (said.status, said.err) == (0, "")
    return {line["text"]: line for line in said.lines}


def test_each_line_of_an_estimate_has_its_sources(root: Path) -> None:
    """With `--sources` every amount and every line tells where it is written, when, and how sure that is."""
    case = {"investment": 2_000_000, "new_jobs": 8, "province": "Fès"}
    said = told("assess", "--json", "--sources", root=root, typed=_lines(case))
    sources = said.lines[0]["tpme"]["sources"]
    assert [line["part"] for line in sources["lines"]] == ["jobs", "territorial", "priority"]
    every = [*sources["lines"], *sources["amounts"].values()]
    cited = [source for one in every for source in one["sources"]]
    assert all(one["sources"] for one in every)
    assert all(list(source) == ["id", "url", "published", "read", "confidence"] for source in cited)
    assert sources["ceiling"][0]["id"] == "tpme-ceiling"
    assert all(sources["conditions"].values())
