"""What a check reads twice is worked out once, and told each time as if it had been read anew."""

import contextvars
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.reading import Mistakes, YamlDocument, read
from bot.content.remembering import once, remembering


def _alone(does: Callable[[], object]) -> None:
    """Do something as a program does that remembers nothing yet, whatever the tests around it do."""
    contextvars.Context().run(does)


def _read(path: Path) -> tuple[YamlDocument | None, list[str]]:
    mistakes = Mistakes()
    return read(path.parent, path, mistakes), [one.kind for one in mistakes.errors]


def test_a_file_is_read_once_while_it_is_the_same(tmp_path: Path) -> None:
    """In the block the same letters are the same document; one letter more, and the file is read anew."""

    def reads() -> None:
        path = tmp_path / "one.yaml"
        path.write_text("a: 1\n", "utf-8")
        assert _read(path)[0] is not _read(path)[0]
        with remembering():
            first, _ = _read(path)
            assert _read(path)[0] is first
            path.write_text("a: 2\n", "utf-8")
            second, _ = _read(path)
            assert second is not None
            assert second.value == {"a": 2}
        assert _read(path)[0] is not second

    _alone(reads)


def test_a_mistake_is_told_each_time(tmp_path: Path) -> None:
    """What is wrong in a file that is remembered is told to everybody who reads it, once each."""

    def reads() -> None:
        path = tmp_path / "one.yaml"
        path.write_text("a: 1\na: 2\n", "utf-8")
        with remembering():
            assert [_read(path)[1] for _ in range(3)] == [["key_twice"]] * 3
            path.write_text("a: [\n", "utf-8")
            assert [_read(path) for _ in range(2)] == [(None, ["indent_wrong"])] * 2

    _alone(reads)


def test_a_block_within_another_knows_what_that_one_knows() -> None:
    """What was worked out within is known around it; what raises is worked out again."""

    def works() -> None:
        with remembering():
            with remembering():
                assert once("a", lambda: 1) == 1
            assert once("a", lambda: 2) == 1
            with pytest.raises(ValueError, match="x"):
                once("b", lambda: int("x"))
            assert once("b", lambda: 3) == 3
        assert once("a", lambda: 4) == 4

    _alone(works)
