"""The staff guide: every command in it runs, every picture in it is there and made by the tasks' test, and small."""

import re
import shlex
from pathlib import Path
from typing import cast

from bot.staff.frame import staff_words, tabs
from bot.storage.staff import Role
from tests.program import ROOT, told

_GUIDE = (ROOT / "docs" / "staff-guide.ar.md").read_text("utf-8")
#: Largest picture, in bytes: staff read the guide over a telephone too.
_LARGEST = 40_000


def _commands() -> list[list[str]]:
    """Return the commands of the guide in their order, without what is said beside them."""
    blocks = re.findall(r"```sh\n(.*?)```", _GUIDE, re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines() if line.strip()]


def test_each_command_of_the_guide_runs(tmp_path: Path) -> None:
    """What the guide has staff type does what it says, in the order in which it stands there."""
    store = tmp_path / "guide.db"
    commands = _commands()
    assert len(commands) >= 10
    for program, *words in commands:
        assert program == ".venv/bin/dalil"
        ran = told(*words, *(() if words[0] in {"check", "stale"} else ("--store", store)))
        assert ran.status == 0, (words, ran.err)
        assert ran.out.strip() or words[0] in {"cases", "questions"}, words


def test_each_picture_of_the_guide_is_there() -> None:
    """The guide shows the pictures that the tasks' test makes: all of them, each with words for who cannot see it."""
    shown = re.findall(r"!\[([^\]]+)\]\(staff/([a-z-]+\.png)\)", _GUIDE)
    pictures = {path.name: path.stat().st_size for path in (ROOT / "docs" / "staff").glob("*.png")}
    assert {name for _, name in shown} <= pictures.keys()
    assert all(words.strip() for words, _ in shown)
    assert max(pictures.values()) <= _LARGEST
    made = (ROOT / "tests" / "staff" / "test_tasks.py").read_text("utf-8")
    for name in pictures:
        task, _, place = name.removesuffix(".png").partition("-")
        assert f'"{task}"' in made, name
        assert f'picture("{place}")' in made, name


def test_who_is_made_by_the_guide_finds_every_page_that_it_names() -> None:
    """The guide's own command makes an account with the tab of each of its eight tasks, and of each week's work."""
    (role,) = {words[words.index("--role") + 1] for _, *words in _commands() if words[:2] == ["staff", "add"]}
    words = staff_words()
    seen = {words[word].of("ar") for _, word in tabs(cast("Role", role))}
    named = set(re.findall(r"اضغطوا «([^»]+)»", _GUIDE)) & {words[word].of("ar") for _, word in tabs("admin")}
    assert len(named) >= 3
    weekly = set(re.findall(r"^- \*\*([^:]+):\*\*", _GUIDE, re.MULTILINE))
    assert named | weekly <= seen
