"""Texts in the languages that they have."""

import re
from pathlib import Path

import pytest

import bot
from bot import message
from bot.message import MAIN, Text, in_each_language, joined

#: Who may know which languages there are: the content, what words values, what hears the register, and the notices'
#: table, which has a column for each.
_KNOW = ("message.py", "content/", "language/wording.py", "language/register.py", "storage/notices.py")


def test_a_text_without_a_language_is_said_in_the_main_one() -> None:
    """Whoever reads a language that a sentence has not yet reads the Arabic one."""
    text = Text({MAIN: "سلام"})
    assert (text.of("fr"), text.every()) == ("سلام", ("سلام",))


def test_a_text_gives_its_own_language_to_each_wording() -> None:
    """Names are filled in and texts are put together language by language."""
    text = Text({"ar": "{what} هنا", "fr": "{what} ici"})
    assert text.filled(what=Text({"ar": "مكتب", "fr": "bureau"})).of("fr") == "bureau ici"
    assert joined(text, text, by=" / ").of("fr") == "{what} ici / {what} ici"
    assert in_each_language(str).of("ar") == "ar"


def test_equal_texts_are_one_key() -> None:
    """A text can be looked up by what it says, in whatever order its languages were written."""
    assert {Text({"ar": "ا", "fr": "a"}): 1}[Text({"fr": "a", "ar": "ا"})] == 1


def test_a_third_language_reaches_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one language more, what is put together has it too, from whatever parts have it."""
    monkeypatch.setattr(message, "LANGUAGES", ("ar", "fr", "zgh"))
    parts = Text({"ar": "ا", "fr": "a"}), Text({"ar": "ب", "fr": "b", "zgh": "ⴱ"})  # type: ignore[dict-item]
    assert joined(*parts, by=" ").of("zgh") == "ا ⴱ"  # type: ignore[arg-type]


def test_no_room_else_names_a_language() -> None:
    """Where a wording is taken from a text, the language is the conversation's and never named."""
    root = Path(bot.__file__).parent
    for path in root.rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(_KNOW):
            assert not re.search(r"\.(ar|fr)\b(?!\()", path.read_text("utf-8")), name
