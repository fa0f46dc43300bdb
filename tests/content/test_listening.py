"""What who listens is told is held when it is read: its names, its signs, and how long its sentences are."""

import re
import shutil
from pathlib import Path

import pytest

from bot.content.library import load
from bot.conversation.library import Library
from bot.eligibility.facts import OneOf
from bot.message import in_each_language
from tests.program import ROOT

_FILE = Path("flows") / "listening.yaml"


def _kinds(tmp_path: Path, line: str, new: str) -> tuple[list[str], list[str]]:
    """Return the errors and the warnings about the file with one of its lines written otherwise."""
    for folder in ("faq", "flows"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text, times = re.subn(line, new, (ROOT / _FILE).read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert times == 1, "the content has no such line any more"
    (tmp_path / _FILE).write_text(text, "utf-8")
    _, mistakes = load(tmp_path, proving=False)
    errors, warnings = (
        [one.kind for one in found if one.where.file == str(_FILE)] for found in (mistakes.errors, mistakes.warnings)
    )
    return errors, warnings


@pytest.mark.parametrize(
    ("line", "new", "kind"),
    [
        (r"^    caravan: 🚐$", "    caravan: bus", "sign_unfit"),
        (r"^    caravan: 🚐$", "    caravan: 🚐🚐🚐🚐🚐🚐🚐", "sign_unfit"),
        (r"^    caravan: 🚐$", "    caravan: 🪪", "sign_unfit"),
        (r"^    caravan: 🚐$", "    caravan: 🌍", "sign_twice"),
        (r"cooperative: 👥, company: 🏢", "cooperative: 👥, company: 👥", "sign_twice"),
        (r"^    caravan: 🚐$", "    caravans: 🚐", "key_unknown"),
        (r"cooperative: 👥, company: 🏢", "cooperatives: 👥, company: 🏢", "key_unknown"),
        (r"^  caravan:$", "  caravans:", "flow_unknown"),
        (r"^  best_turnover:$", "  worst_turnover:", "fact_unknown"),
        (r"\{tpme_ceiling\}", "{tpme_floor}", "amount_unknown"),
        (r"هو منح وليس قرضا\.", "هو منح وليس قرضا ولا هبة ولا سلفة ولا ضمانة ولا شيئا آخر من ذلك.", "heard_long"),
    ],
)
def test_what_is_wrong_is_told(line: str, new: str, kind: str, tmp_path: Path) -> None:
    """Words in place of a sign, one sign for two choices, a name that nothing has, a long sentence: each is refused."""
    errors, _ = _kinds(tmp_path, line, new)
    assert kind in errors


def test_a_choice_without_a_sign_is_told(tmp_path: Path) -> None:
    """It goes by its number, and the check says so."""
    errors, warnings = _kinds(tmp_path, r"^    caravan_missed: ⏰\n", "")
    assert errors == []
    assert warnings == ["sign_missing"]


def test_everything_has_a_sign(library: Library) -> None:
    """Every flow, scheme, region, question, and option of a question has a sign in the content as it is."""
    signs = library.listening.signs
    wanted = {f"flows:{flow}" for flow in library.flows} | {f"schemes:{scheme}" for scheme in library.schemes}
    wanted |= {f"regions:{number}" for number in range(1, 13)} | {f"facts:{fact}" for fact in library.facts}
    wanted |= {
        f"options:{fact.id}.{option.id}"
        for fact in library.facts.values()
        if isinstance(fact.kind, OneOf)
        for option in fact.kind.options
    }
    assert wanted <= signs.keys()


def test_only_the_first_screen_is_told(library: Library) -> None:
    """The few words stand in place of all screens of a flow: the others say nothing to who listens."""
    first, second, *_ = library.flows["investment_who"].steps
    assert getattr(first, "heard", None) is not None
    assert getattr(second, "heard", None) == in_each_language(lambda _: "")


def test_without_the_file_all_is_told_as_it_is(tmp_path: Path) -> None:
    """A content that has no such file goes live: whoever listens goes by numbers, and hears every word."""
    for folder in ("faq", "flows"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / _FILE).unlink()
    library, mistakes = load(tmp_path, proving=False)
    assert library is not None, mistakes.errors
    assert library.listening.signs == {}
