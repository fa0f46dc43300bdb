"""What holds for the whole program, so that who arrives finds their way."""

import ast
import io
import re
import tokenize

from bench.house import BOT, LONGEST, modules, type_names

#: A letter of the Arabic script, or its code written out; marks and punctuation are none.
_ARABIC = re.compile(
    r"[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]|\\u06(?:[23]|4[1-9a])"
)


def test_one_public_type_name_means_one_thing() -> None:
    """A public type name stands for one thing in the whole program."""
    assert type_names() == {}


def test_no_module_is_longer_than_it_can_be_read() -> None:
    """No module has more than 400 lines: above that it has two subjects."""
    assert {path.relative_to(BOT).as_posix(): lines for path, lines in modules().items() if lines > LONGEST} == {}


def test_arabic_letters_stand_in_the_tables_of_language_alone() -> None:
    """A string with an Arabic letter stands in a table of `bot/language`; words for people stand in YAML."""
    found = []
    for path in modules():
        if path.is_relative_to(BOT / "language"):
            continue
        source = path.read_text("utf-8")
        docstrings = _docstrings(ast.parse(source))
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            is_text = token.type == tokenize.STRING and token.start[0] not in docstrings
            if is_text and _ARABIC.search(token.string):
                found.append(f"{path.relative_to(BOT)}:{token.start[0]}: {token.string}")
    assert found == []


def _docstrings(module: ast.Module) -> set[int]:
    """Return the lines on which docstrings begin."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(module) if isinstance(node, documented) and ast.get_docstring(node)]
    return {body[0].lineno for body in bodies}
