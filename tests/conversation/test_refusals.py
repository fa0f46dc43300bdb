"""Who asked for an aid that is not now is told why in one line, with the number they said, before what is open."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation, Value
from bot.conversation.library import Library
from bot.eligibility.scheme import Scheme
from tests.conversation.asked import COMPANY, knowing, told

_COOPERATIVE: dict[str, Value] = {
    "legal_form": "cooperative",
    "activity": "craft_production",
    "craft": "carpets",
    "province": "azilal",
    "exports_already": False,
    "age_years": 6,
    "mostly_women": True,
}


def _first_line(text: str, before: Conversation, library: Library) -> str:
    return told(text, before, library).replies[0].text.split("\n")[0]


@pytest.mark.parametrize(
    ("turnover", "said"), [(180_000, "180 ألف درهم"), (600_000, "600 ألف درهم"), (900_000, "900 ألف درهم")]
)
def test_the_refused_aid_is_told_with_its_condition_and_the_number_said(
    turnover: int, said: str, library: Library
) -> None:
    """The threshold and what was told stand in the first line of the result; what is open follows."""
    before = knowing(
        {**_COOPERATIVE, "last_turnover": turnover, "best_turnover": turnover}, library, "eligibility_export"
    )

    result = told("عاود", before, library).replies[0].text

    first, *rest = result.split("\n")
    assert first.startswith("⛔")
    assert "مليون درهم" in first
    assert said in first
    assert any(line.startswith("❔") for line in rest)


def test_it_is_told_in_french_too(library: Library) -> None:
    """Whoever reads French is told the same."""
    before = knowing(
        {**_COOPERATIVE, "last_turnover": 600_000, "best_turnover": 600_000}, library, "eligibility_export"
    )

    first = _first_line("répétez", replace(before, language="fr"), library)

    assert "pas maintenant" in first
    assert "600" in first


@pytest.mark.parametrize("turnover", [1_500_000, 3_000_000])
def test_who_is_not_refused_is_told_their_first_step(turnover: int, library: Library) -> None:
    """Nothing is said of a refusal where the aid that was asked for is within reach."""
    before = knowing(
        {**_COOPERATIVE, "last_turnover": turnover, "best_turnover": turnover}, library, "eligibility_export"
    )

    assert not _first_line("عاود", before, library).startswith("⛔")


def test_what_is_out_of_reach_is_named(library: Library) -> None:
    """A number of other programmes alone says nothing: the first of them stand by name."""
    facts: dict[str, Value] = {**COMPANY, **_COOPERATIVE, "last_turnover": 180_000, "best_turnover": 180_000}
    before = knowing(
        {**facts, "investment": 200_000, "practice_years": 20, "craft_diploma": False, "exports_to_africa": False},
        library,
        "eligibility_all",
    )

    result = told("عاود", before, library).replies[-1].text

    refused = [line for line in result.split("\n") if line.startswith("⛔")]
    named = [one for one in library.schemes.values() if any(_is_in(one, line) for line in refused)]
    assert len(named) > 2


def _is_in(scheme: Scheme, line: str) -> bool:
    return (scheme.short or scheme.title).of("ar") in line
