"""What writers are told is there for every kind of mistake, in Arabic, with everything it needs filled in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.shaping import _KINDS
from tests.content.conftest import WORDINGS
from tests.program import ROOT

_NAME = re.compile(r"\{(\w+)\}")
_ARABIC = re.compile(r"[\u0621-\u064a]{2}")
#: The functions that note a mistake, by the name they are called by.
_NOTING = {"add", "warn", "_wrong"}


@dataclass(frozen=True, slots=True)
class Noted:
    """A place in the program that notes a mistake."""

    where: str
    kind: str
    values: frozenset[str]
    #: Values are handed on that cannot be seen here.
    has_more: bool


def _noted() -> Iterator[Noted]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if path.parent.name != "content" and path.name != "config.py":
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
                continue
            match call.args[0]:
                case ast.Constant(value=str(kind)) if call.func.attr in _NOTING and len(call.args) > 1:
                    values = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
                    more = any(keyword.arg is None for keyword in call.keywords)
                    yield Noted(f"{path.name}:{call.lineno}", kind, values, more)
                case _:
                    pass


def test_every_kind_has_its_words() -> None:
    """Every kind of mistake that the program notes has a sentence and a remedy."""
    noted = list(_noted())
    assert len(noted) > 60
    assert {one.kind for one in noted} - WORDINGS.keys() == set()
    assert set(_KINDS.values()) | {"wrong_value"} <= WORDINGS.keys()


def test_every_word_is_filled_in() -> None:
    """Every name in braces is given by whoever notes the mistake."""
    for one in _noted():
        wording = WORDINGS[one.kind]
        needed = set(_NAME.findall(wording["message"] + wording["remedy"])) - {"value"}
        assert one.has_more or needed <= one.values, f"{one.where} gives {one.kind} no {needed - one.values}"


def test_words_are_arabic() -> None:
    """What is wrong and what to do are both told in Arabic, each as a sentence."""
    for kind, wording in WORDINGS.items():
        assert wording.keys() == {"message", "remedy"}, kind
        for sentence in wording.values():
            assert _ARABIC.search(sentence), kind


def test_no_words_are_left_over() -> None:
    """No wording is kept for a mistake that nothing notes any more."""
    program = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    unused = {kind for kind in WORDINGS if f'"{kind}"' not in program and not kind.startswith("threshold_")}
    assert unused == set()
