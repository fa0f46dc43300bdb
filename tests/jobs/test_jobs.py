"""What whole conversations of invented people are held to, over several draws. `make jobs` plays more of them."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from tests.jobs.running import Figures, read_sets, run

_HERE: Final = Path(__file__).parent
_ON: Final = date(2026, 11, 28)
#: What is reached, less a margin for another draw: docs/measured.md has the figures.
_GOALS: Final = "success=95,clean=80,harm=0,messages=8,asked=0.2"


@pytest.mark.parametrize("seed", [1, 7])
def test_people_reach_their_goal(seed: int) -> None:
    """People of every region, craft and register get what they came for, asked little twice, and nobody is harmed."""
    results = run(read_sets(sorted(_HERE.glob("people*.yaml")), ""), _ON, people=0, seed=seed)
    figures = Figures(results)
    assert not figures.below(_GOALS), figures.report()
