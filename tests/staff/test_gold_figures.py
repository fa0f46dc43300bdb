"""How well gold questions are understood is measured once for each way of learning."""

from pathlib import Path

from bot.content.files import files_read
from bot.conversation.library import Library
from bot.faq.measuring import Gold
from bot.staff.gold import measured
from bot.staff.ready import ReadyReleases
from tests.program import ROOT


def test_gold_figures_are_measured_once(tmp_path: Path) -> None:
    """What was measured of one way of learning is known again for the next draft; the oldest figures are forgotten."""
    ready = ReadyReleases(None, tmp_path)
    assert ready.figured() == {}
    ready.remember({"mark": {"darija": 91.5, "french": 96.0}})
    ready.remember({})
    assert ReadyReleases(None, tmp_path).figured() == {"mark": {"darija": 91.5, "french": 96.0}}
    for number in range(8):
        ready.remember({f"later {number}": {"darija": float(number)}})
    assert "mark" not in ready.figured()
    assert list(ready.figured()) == [f"later {number}" for number in range(8)]
    (tmp_path / "releases" / "measured.json").write_text("{", "utf-8")
    assert ready.figured() == {}


def test_a_known_figure_is_not_measured_again(library: Library) -> None:
    """The same phrasings and the same gold questions have one mark; another question among them is another mark."""
    files = files_read(ROOT)
    gold = [Gold("شحال كتعطي الدولة ف التصدير", "darija", frozenset({"export.support-rate"}))]
    mark, shares = measured(files, library, gold, {})
    assert set(shares) == {"darija"}
    assert measured(files, library, gold, {mark: {"darija": 12.5}}) == (mark, {"darija": 12.5})
    again = [Gold("combien donne l'État", "french", frozenset({"export.support-rate"}))]
    assert measured(files, library, again, {mark: {"darija": 12.5}})[0] != mark
