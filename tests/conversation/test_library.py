"""The content that every test is given, made once and kept, is what the files say."""

from bot.content.library import learnt, load
from bot.conversation.library import Library
from tests.program import ROOT


def test_what_is_kept_is_what_the_files_say(library: Library) -> None:
    """Read anew, the files of this checkout hold the same values, and the matcher would learn the same."""
    anew, mistakes = load(ROOT, proving=False)
    assert anew is not None, mistakes.errors
    for part in (
        "release",
        "roles",
        "flows",
        "facts",
        "schemes",
        "phrases",
        "wishes",
        "entries",
        "offices",
        "stations",
    ):
        assert getattr(library, part) == getattr(anew, part), part
    assert learnt(library) == learnt(anew)
