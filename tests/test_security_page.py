"""What the pages on security and privacy say is held, is held by tests and files that are there."""

import ast
import re

import pytest

from tests.program import ROOT

_FILE = re.compile(r"`([\w./-]+/[\w./-]+|[\w.-]+\.(?:py|md|lock|toml|yaml))(?:::(\w+))?`")


def _tests_of(path: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def _is_there(path: str, test: str) -> bool:
    return (ROOT / path).exists() and (not test or test in _tests_of(path))


@pytest.mark.parametrize("page", ["docs/security.md", "docs/privacy.md", "SECURITY.md"])
def test_what_holds_it_is_there(page: str) -> None:
    """Each file and each test that a page names in code marks exists."""
    text = re.sub(r"`/[\w/<>]+`", "", (ROOT / page).read_text("utf-8"))
    named = _FILE.findall(text)
    assert page == "SECURITY.md" or len(named) > 5
    assert [one for one in named if not _is_there(*one)] == []


@pytest.mark.parametrize(("page", "least"), [("docs/security.md", 30), ("docs/privacy.md", 8)])
def test_each_line_names_what_holds_it(page: str, least: int) -> None:
    """No line of a table promises what nothing holds: each names a test, or a file where no test can."""
    lines = [line for line in (ROOT / page).read_text("utf-8").splitlines() if line.startswith("| ")]
    promised = [line for line in lines if not line.startswith(("| ASVS", "| kind", "|---"))]
    assert len(promised) >= least
    assert [line for line in promised if not _FILE.search(line.rsplit("|", 2)[-2])] == []


def test_a_wrong_name_is_seen() -> None:
    """A test that was renamed, and a file that was moved, are missed."""
    assert _is_there("tests/test_security_page.py", "test_a_wrong_name_is_seen")
    assert not _is_there("tests/test_security_page.py", "test_of_another_name")
    assert not _is_there("tests/moved.py", "")
