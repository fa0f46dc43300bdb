"""Whatever is renamed in the content, the check tells that something leaned on its old name."""

import re
import shutil
from pathlib import Path

import pytest

from bot.content.library import load
from tests.program import ROOT

#: A kind of name, the file that gives it, the line that does, and what it is renamed to there alone.
RENAMED = {
    "a source": ("flows/sources.yaml", r"^decree-2-25-342:", "decree-renamed:"),
    "an authority": ("flows/authorities.yaml", r"^cri:", "cri_renamed:"),
    "a fact": ("flows/facts.yaml", r"^legal_form:", "legal_form_renamed:"),
    "an option": ("flows/facts.yaml", r"^    cooperative:", "    cooperative_renamed:"),
    "an amount": ("flows/tpme/rules.yaml", r"^  tpme_least_turnover:", "  tpme_renamed:"),
    "a place": ("flows/places.csv", r"^region-1,", "region-renamed,"),
    "a phrase": ("flows/phrases.yaml", r"^welcome:", "welcome_renamed:"),
    "a landmark": ("flows/guide.yaml", r"^menu:", "menu_renamed:"),
}
#: Flows and schemes are named by their folders.
FOLDERS = {"a flow": "flows/office", "a flow that others lead to": "flows/eligibility_all", "a scheme": "flows/tpme"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the content that is the test's own."""
    for folder in ("faq", "flows"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("kind", RENAMED)
def test_a_renamed_part_is_missed(kind: str, copy: Path) -> None:
    """With its name changed where it is given alone, the content does not go live, and something is told elsewhere."""
    name, line, new = RENAMED[kind]
    file = copy / name
    text, times = re.subn(line, new, file.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert times == 1, "the content has no such line any more"
    file.write_text(text, "utf-8")
    library, mistakes = load(copy)
    assert library is None
    assert mistakes.errors


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_renamed_folder_is_missed(kind: str, copy: Path) -> None:
    """A flow or a scheme by another name is missed by what leads to it."""
    folder = copy / FOLDERS[kind]
    folder.rename(folder.with_name(f"{folder.name}_renamed"))
    library, mistakes = load(copy)
    assert library is None
    assert mistakes.errors


def test_a_renamed_entry_is_missed(copy: Path) -> None:
    """An entry that another one points to is missed under its old name."""
    texts = [path.read_text("utf-8") for path in (copy / "faq").glob("*.yaml")]
    pointed = {name for text in texts for name in re.findall(r"^    - (\w+\.[\w-]+)$", text, re.MULTILINE)}
    for path in sorted((copy / "faq").glob("*.yaml")):
        text = path.read_text("utf-8")
        name = next((name for name in re.findall(r"^- id: ([\w.-]+)$", text, re.MULTILINE) if name in pointed), None)
        if name is not None:
            path.write_text(text.replace(f"- id: {name}\n", f"- id: {name}-renamed\n"), "utf-8")
            break
    else:
        pytest.fail("no entry points to another")
    library, mistakes = load(copy)
    assert library is None
    assert any(name in mistake.message for mistake in mistakes.errors)
