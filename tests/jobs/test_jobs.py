"""What whole conversations of invented people are held to, over several draws. `make jobs` plays more of them."""

from datetime import date
from pathlib import Path
from typing import Final

from tests.jobs.running import Figures, read_sets, run

_HERE: Final = Path(__file__).parent
_ON: Final = date(2026, 11, 28)
#: What is reached, less a margin for another draw: docs/measured.md has the figures.
_GOALS: Final = "success=95,clean=85,harm=0,messages=8,asked=0.12,exchanges=97"
#: Everybody once, and a few of each set with other wordings and habits.
_DRAWS: Final = ((1, 0), (7, 5))


def test_people_reach_their_goal() -> None:
    """People of every region, craft and register get what they came for, asked little twice, and nobody is harmed."""
    sets = read_sets(sorted(_HERE.glob("people*.yaml")), "")
    results = [one for seed, people in _DRAWS for one in run(sets, _ON, people=people, seed=seed)]
    results += run(read_sets([_HERE / "exchanges_tellers.yaml"], ""), _ON, people=0, seed=1)
    figures = Figures(results)
    assert not figures.below(_GOALS), figures.report()
