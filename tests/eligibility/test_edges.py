"""Where verdicts turn: each cliff has a source, words and rule agree, and no other reading sees it elsewhere."""

import json
import re
from datetime import date
from itertools import combinations, product
from pathlib import Path
from typing import Any, cast

import pytest

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.eligibility.assessment import explained
from bot.eligibility.conditions import Compared, leaves
from bot.eligibility.edges import Edge, SchemeEdges, edges_of, sources_of
from bot.eligibility.scheme import Rulebook, Scheme
from bot.language.wording import day
from bot.message import LANGUAGES
from tests.eligibility import plain_rules
from tests.eligibility.cases import COMPANY, TODAY, possible, values
from tests.program import ROOT, told

#: What a condition may say in digits without an amount: the years that a text counts, and the year of a source.
_NO_AMOUNT = re.compile(r"آخر 3 سنوات|3 dernières années|\b20\d\d\b")

#: A few values of facts that have many, at each side of what the law asks.
_SOME: dict[str, list[Any]] = {
    "investment": [999_999, 1_000_000, 2_000_000, 50_000_000],
    "own_funds": [99_999, 100_000, 200_000, 6_000_000],
    "new_jobs": [1, 2, 3, 80],
    "age_years": [1, 3, 4, 11],
    "best_turnover": [500_000, 1_000_000, 2_000_000],
    "last_turnover": [0, 500_000, 1_000_000, 11_000_000],
    "practice_years": [2.9, 3, 10],
    "province": ["Fès", "Tanger-Assilah", "Rabat"],
}
#: What makes the rest good where a company is not what a scheme is for.
_AMPLE: dict[str, dict[str, Any]] = {
    id_: {"legal_form": "cooperative"} for id_ in ("mourafaka", "tahfiz_niswa", "moazara", "rna_cooperative")
}


@pytest.fixture(scope="module")
def found(rules: Rulebook) -> dict[str, SchemeEdges]:
    """The edges of every scheme."""
    return {id_: one for id_, scheme in rules.schemes.items() if (one := edges_of(scheme, TODAY)) is not None}


def edges(found: dict[str, SchemeEdges]) -> list[tuple[Scheme, Edge]]:
    """Return every edge with its scheme."""
    return [(one.scheme, edge) for one in found.values() for edge in one.edges]


def test_every_threshold_is_shown_on_all_its_sides(rules: Rulebook, found: dict[str, SchemeEdges]) -> None:
    """Whatever a rule compares with an amount is shown below, at, above and unknown; all are cliffs."""
    for id_, scheme in rules.schemes.items():
        compared = {
            (condition.id, leaf.fact, str(leaf.amount))
            for condition in scheme.conditions
            for leaf in leaves(condition.that)
            if isinstance(leaf, Compared)
        }
        for part in scheme.estimate.parts if scheme.estimate else ():
            compared |= {(part.id, str(part.by), band.amount) for band in part.bands if band.amount}
        shown = {(edge.about, edge.fact, str(edge.amount.name)): edge for edge in found[id_].edges}
        assert shown.keys() == compared
        for edge in shown.values():
            assert [case.place for case in edge.cases] == ["below", "at", "above", "unknown"]
            assert edge.is_cliff, (id_, edge.fact)
    assert len(edges(found)) == 23


def test_no_cliff_is_without_a_source(found: dict[str, SchemeEdges]) -> None:
    """Where one dirham more or less decides, it is written somewhere, with the day it was read and how sure it is."""
    for scheme, edge in edges(found):
        cited = sources_of(edge, scheme)
        assert edge.amount.sources, (scheme.id, edge.amount.name)
        assert all((source.url or source.title) and source.read and source.confidence for source in cited)


def test_the_words_name_the_number_that_the_rule_compares_with(found: dict[str, SchemeEdges]) -> None:
    """What a person is told at a cliff holds the very number of the rule, in each language, and none of its own."""
    for scheme, edge in edges(found):
        if not edge.is_condition:
            continue
        condition = next(one for one in scheme.conditions if one.id == edge.about)
        for case in edge.cases:
            assert case.explained is not None
            for language in LANGUAGES:
                words = case.explained.because.of(language)
                assert edge.amount.text().of(language) in words, (scheme.id, edge.amount.name, language)
        for language in LANGUAGES:
            template = _NO_AMOUNT.sub("", re.sub(r"\{\w+\}", "", condition.because.of(language)))
            assert not re.search(r"\d", template), (scheme.id, condition.id, template)


def test_an_independent_reading_sees_the_same_cliffs(rules: Rulebook, found: dict[str, SchemeEdges]) -> None:
    """Each case beside a threshold has the verdict and the sum that the plain second implementation gives it."""
    categories = {province.id: province.category for province in rules.terms.provinces.values()}
    for scheme, edge in edges(found):
        for case in edge.cases:
            theirs: Any = plain_rules.assessed(dict(case.known), categories)[scheme.id]
            assert case.assessment.verdict == theirs["verdict"], (scheme.id, edge.fact, case.place)
            if case.explained is not None:
                assert (edge.about in theirs["failed"]) == (case.explained.where == "failed")


def test_only_the_threshold_decides(found: dict[str, SchemeEdges]) -> None:
    """On the good side of a threshold nothing else fails; on the bad side nothing but its condition does."""
    for _, edge in edges(found):
        for case in edge.cases:
            failed = {one.condition.id for one in explained(case.assessment, case.known) if one.where == "failed"}
            assert failed <= {edge.about}, (edge.fact, case.place, failed)


def test_pairs_turn_a_condition_together(found: dict[str, SchemeEdges]) -> None:
    """Of two facts in a pair each decides for one value of the other, and none of the two for both."""
    pairs = [pair for one in found.values() for pair in one.pairs]
    named = {(pair.condition.id, *pair.facts) for pair in pairs}
    assert {
        ("turnover", "activity", "best_turnover"),
        ("turnover", "age_years", "best_turnover"),
        ("own_money", "investment", "own_funds"),
        ("jobs", "activity", "new_jobs"),
        ("in_order", "cnss_in_order", "tax_in_order"),
        ("form", "legal_form", "province"),
        ("training", "craft_diploma", "practice_years"),
    } <= named
    for pair in pairs:
        (one, two), (three, four) = pair.states
        assert (one != three) != (two != four)
        assert (one != two) != (three != four)


def test_any_two_facts_that_turn_a_verdict_together_are_told(rules: Rulebook, found: dict[str, SchemeEdges]) -> None:
    """Across all conditions: whatever the second reading sees two facts turn together is among the pairs told."""
    categories = {province.id: province.category for province in rules.terms.provinces.values()}

    def verdict(case: dict[str, Any], scheme: str) -> str:
        return str(plain_rules.assessed(case, categories)[scheme]["verdict"])

    for id_, one in found.items():
        told_pairs = {pair.facts for pair in one.verdict_pairs}
        names = [name for name in rules.facts if name in one.scheme.hangs_on()]
        for first, second in combinations(names, 2):
            some = [_SOME.get(name) or values(rules.facts[name], rules) for name in (first, second)]
            table = {
                (a, b): verdict({**COMPANY, **_AMPLE.get(id_, {}), first: a, second: b}, id_)
                for a, b in product(*some)
                if possible({**COMPANY, **_AMPLE.get(id_, {}), first: a, second: b})
            }
            turning = any(
                _turns_together(table, one_, two, three, four)
                for (one_, two), (three, four) in product(combinations(some[0], 2), combinations(some[1], 2))
            )
            assert not turning or (first, second) in told_pairs, (id_, first, second)
    assert {pair.facts for pair in found["tpme"].verdict_pairs if pair.kind == "either"} >= {
        ("activity", "new_jobs"),
        ("age_years", "best_turnover"),
        ("investment", "own_funds"),
        ("investment", "new_jobs"),
    }


def _turns_together(table: dict[tuple[Any, Any], str], one: Any, two: Any, three: Any, four: Any) -> bool:
    """Return whether of four verdicts one alone differs: neither fact turns them by itself."""
    corners = [table.get(corner) for corner in ((one, three), (one, four), (two, three), (two, four))]
    return None not in corners and sorted(map(corners.count, set(corners))) == [1, 3]


def test_the_pairs_have_the_verdicts_of_the_assessment(found: dict[str, SchemeEdges]) -> None:
    """Of a pair no fact turns the verdict alike whatever the other says, and the conditions that turn are named."""
    for one in found.values():
        ids = [condition.id for condition in one.scheme.conditions_on(TODAY)]
        for pair in one.verdict_pairs:
            (a, b), (c, d) = pair.verdicts
            assert len({a, b, c, d}) > 1
            assert pair.conditions
            assert set(pair.conditions) <= set(ids)


@pytest.fixture(scope="module")
def printed(root: Path) -> tuple[str, str]:
    """Return the day on which docs/edges.md was printed, and what the command prints for that day now."""
    page = (ROOT / "docs/edges.md").read_text("utf-8")
    found = re.search(r"(\d{1,2}) (\w+) (20\d\d) · Règles", page)
    assert found is not None, "docs/edges.md tells no day: run `make edges`"
    months = [day(date(2000, month, 1)).of("ar").split()[1] for month in range(1, 13)]
    on = date(int(found[3]), months.index(found[2]) + 1, int(found[1])).isoformat()
    return on, told("edges", "--on", on, root=root, typed="").out


def test_the_printed_page_is_that_of_the_rules(printed: tuple[str, str]) -> None:
    """docs/edges.md says what the rules say on the day it was printed: after a change `make edges` prints it again."""
    page = (ROOT / "docs/edges.md").read_text("utf-8")
    assert printed[1] == page, "docs/edges.md is not what the rules say: run `make edges`"


def test_who_confirms_is_named(found: dict[str, SchemeEdges]) -> None:
    """Every condition that an office may have to confirm is listed, with who; so is what is confirmed of everybody."""
    for one in found.values():
        assert all(whom for _, whom in one.confirmed)
    assert [condition.id for condition in found["power_export_first"].undecided] == ["age"]
    assert [condition.id for condition in found["tpme"].unasked] == ["turnover"]


def test_an_amount_of_another_day_is_the_edge_of_that_day(content: Path) -> None:
    """From the first day of a new amount the edge is there, and the day before where it was."""
    path = content / "flows/rna_maalem/rules.yaml"
    text = path.read_text("utf-8").replace("{2021-12-09: 10}", "{2021-12-09: 10, 2027-01-01: 8}")
    path.write_text(text, "utf-8")
    rules = cast("Rulebook", read_rulebook(content, Mistakes(), proving=False))
    for on, years in ((date(2026, 12, 31), 10), (date(2027, 1, 1), 8)):
        one = edges_of(rules.schemes["rna_maalem"], on)
        assert one is not None
        assert [case.facts.get("practice_years") for case in one.edges[0].cases] == [
            years - 0.1,
            years,
            years + 0.1,
            None,
        ]


def test_the_report_is_told_as_json_page_and_text(root: Path, tmp_path: Path, printed: tuple[str, str]) -> None:
    """The command tells one scheme or all, by the rules of a day, in three forms with the same sentences."""
    on, markdown = printed
    said = told("edges", "--json", "--scheme", "tpme", "--on", on, root=root, typed="")
    assert said.status == 0
    (scheme,) = said.lines[0]["schemes"]
    least = next(edge for edge in scheme["edges"] if edge["amount"] == "tpme_least_investment")
    assert [case["verdict"] for case in least["cases"]] == ["not_eligible", "perhaps", "perhaps", "perhaps"]
    assert least["cases"][0]["facts"] == {"investment": 999_999}
    page = tmp_path / "edges.html"
    assert told("edges", "--html", str(page), "--on", on, root=root, typed="").status == 0
    sentence = json.loads(json.dumps(least["cases"][0]["told"]["ar"])).splitlines()[0]
    assert sentence in page.read_text("utf-8")
    assert sentence in markdown
    assert told("edges", "--scheme", "lottery", root=root, typed="").status == 1
    assert told("edges", "--json", "--scheme", "tpme", "--on", "2025-01-01", root=root, typed="").status == 1
