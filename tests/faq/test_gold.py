"""The guide understands no worse than it was recorded to."""

import json
from pathlib import Path

import pytest

from bot.commands.gold import read_blind
from bot.conversation.library import Library
from bot.faq.measuring import Judged, by, calibrated, figures, judged, off_topic_answered
from bot.staff.gold import read_gold

HERE = Path(__file__).parent
#: How far a figure may fall below the recorded one, in points.
SLACK = 1.0
#: Figures of fewer questions than this move by more than a point with a single one.
FEWEST = 100


@pytest.fixture(scope="module")
def results(library: Library) -> list[Judged]:
    """What every gold question is taken for."""
    return judged(read_gold(HERE), library.matcher)


def test_no_figure_falls_below_the_recorded_one(results: list[Judged]) -> None:
    """Top-1, top-3, answered and right when answered stay within a point of what was recorded, for every register."""
    recorded = json.loads((HERE / "recorded.json").read_text("utf-8"))["figures"]
    now = {"all": figures(results)} | {
        f"register {name}": figures(some) for name, some in by(results, "register").items()
    }
    for name, one in now.items():
        if one.count < FEWEST:
            continue
        for figure in ("top_1", "top_3", "answered", "right_when_answered"):
            assert getattr(one, figure) >= recorded[name][figure] - SLACK, (name, figure)


def test_no_figure_over_blind_questions_falls(library: Library) -> None:
    """Questions that nobody mended anything on are understood no worse than was recorded, nor answered more wrongly."""
    recorded = json.loads((HERE / "recorded.json").read_text("utf-8"))["figures"]
    ours = frozenset(id_ for id_, entry in library.entries.items() if not entry.off_topic)
    unseen = judged(read_blind(HERE, "measure"), library.matcher)
    now = figures(unseen)
    assert now.count >= 150
    for figure in ("top_1", "top_3", "answered", "right_when_answered"):
        assert getattr(now, figure) >= recorded["blind measure"][figure] - SLACK, figure
    assert off_topic_answered(unseen, ours) == 0


def test_the_blind_halves_are_apart_from_what_is_learnt(library: Library) -> None:
    """No blind question is a phrasing or a gold question, and both halves ask in every register."""
    known = {text for entry in library.entries.values() for texts in entry.phrasings.values() for text in texts}
    known |= {one.text for one in read_gold(HERE)}
    halves = [list(read_blind(HERE, half)) for half in ("measure", "mend")]
    for half in halves:
        assert not known & {one.text for one in half}
        assert {one.register for one in half} == {"darija", "msa", "arabizi", "french", "noisy"}
    assert not {one.text for one in halves[0]} & {one.text for one in halves[1]}


def test_questions_that_are_not_ours_are_seldom_answered(results: list[Judged], library: Library) -> None:
    """At most two off-topic questions in a hundred get one of our answers directly."""
    ours = frozenset(id_ for id_, entry in library.entries.items() if not entry.off_topic)
    assert (off_topic_answered(results, ours) or 0) <= 2


def test_the_gold_set_is_large_and_unseen(library: Library) -> None:
    """The gold set has at least 600 questions of ours and 200 others, none of them a phrasing."""
    gold = list(read_gold(HERE))
    phrasings = {text for entry in library.entries.values() for texts in entry.phrasings.values() for text in texts}
    assert sum(bool(one.entries) for one in gold) >= 600
    assert sum(not one.entries for one in gold) >= 200
    assert {entry for one in gold for entry in one.entries} <= set(library.entries)
    assert sum(one.text in phrasings for one in gold) <= len(gold) // 50


def test_the_calibration_answers_what_is_mostly_right(results: list[Judged], library: Library) -> None:
    """Cut on the gold set, what is answered directly is right at least 96 times in a hundred."""
    off_topic = frozenset(id_ for id_, entry in library.entries.items() if entry.off_topic)
    cut = calibrated(results, off_topic)
    assert cut.unsure <= cut.sure
    sure = [one for one in results if one.gold.entries and cut.zone(one.match.evidence) == "sure"]
    assert sum(one.is_right for one in sure) >= 0.96 * len(sure) > 0
