"""How well places are understood, measured on what people write: the gold set, and two that were never tuned on."""

import json
from collections import Counter
from pathlib import Path
from typing import Literal, assert_never

import pytest

from bot.offices.places import Gazetteer, NoPlace, Sure, Unsure
from tests.offices.conftest import ROOT

GOLD = ROOT / "tests" / "faq" / "gold_places.jsonl"
UNSEEN = Path(__file__).with_name("unseen_again.jsonl")

#: asked: the right region is among the choices; missed: nothing was read, and the person is asked for another name.
Outcome = Literal["right", "asked", "missed", "wrong"]


def judged(gazetteer: Gazetteer, path: Path, kind: str) -> tuple[Counter[Outcome], list[str]]:
    """Return the outcomes of one kind of the set's lines (`region`, `ask`, `none`), and what was read wrong."""
    outcomes: Counter[Outcome] = Counter()
    wrong = []
    for line in path.read_text("utf-8").splitlines():
        gold = json.loads(line)
        if kind == ("region" if gold["region"] else "ask" if gold["must_ask"] else "none"):
            outcome = outcome_of(gazetteer, gold["text"], gold["region"], must_ask=gold["must_ask"])
            outcomes[outcome] += 1
            if outcome == "wrong":
                wrong.append(gold["text"])
    return outcomes, wrong


def outcome_of(gazetteer: Gazetteer, text: str, region: int | None, *, must_ask: bool) -> Outcome:
    """Return what became of one line, `region` being None where a place is ambiguous or there is none."""
    match gazetteer.read(text):
        case Sure(place=place):
            return "right" if place.region == region else "wrong"
        case Unsure(choices=choices) as unsure:
            if region is not None and unsure.region is not None:
                return "right" if unsure.region == region else "wrong"
            if region is None:
                return "asked" if must_ask and unsure.region is None else "wrong"
            return "asked" if region in {choice.region for choice in choices} else "wrong"
        case NoPlace():
            return "missed"
        case reading:
            assert_never(reading)


@pytest.mark.parametrize(("path", "least"), [(GOLD, 0.97), (UNSEEN, 0.9)])
def test_a_place_that_is_named_leads_to_its_region(gazetteer: Gazetteer, path: Path, least: float) -> None:
    """Of the people who name their place, at least 97 in 100 are led to its region at once, and none to another."""
    outcomes, wrong = judged(gazetteer, path, "region")
    assert wrong == []
    assert outcomes["right"] / outcomes.total() >= least, outcomes


@pytest.mark.parametrize("path", [GOLD, UNSEEN])
def test_a_name_of_several_places_is_asked(gazetteer: Gazetteer, path: Path) -> None:
    """A name that is borne in several regions is never answered with an office: the person is asked which."""
    outcomes, wrong = judged(gazetteer, path, "ask")
    assert wrong == []
    assert outcomes.total() > 0


@pytest.mark.parametrize("path", [GOLD, UNSEEN])
def test_no_place_is_read_where_there_is_none(gazetteer: Gazetteer, path: Path) -> None:
    """An axe, a carpet of Rabat, a family name or an eye ailment is no place where someone works."""
    outcomes, wrong = judged(gazetteer, path, "none")
    assert wrong == []
    assert outcomes.total() > 0
