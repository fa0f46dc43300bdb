"""The words of the page: their names, and the wording in `flows/page.yaml`.

A name is added here and there together: the page refuses to start with one missing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.content.reading import Mistakes
from bot.content.texts import group_read, texts_named
from bot.message import Text

#: Every word of the page, by its name.
PageWords = Mapping[str, Text]

#: All the names the page needs.
WORDS: Final = frozenset(
    {
        # The bar at the top and the head of the page.
        "title",
        "description",
        "skip",
        "menu",
        "hear",
        "other_language",
        # Above and around the conversation.
        "privacy",
        "my_data",
        "leave",
        "leave_asks",
        "leave_agrees",
        "left",
        "first_step",
        "hint",
        "log",
        "guide_says",
        "staff_says",
        "you_said",
        "received",
        "choices",
        "more",
        "share",
        "download",
        "listen",
        "offline",
        "earlier",
        "empty",
        # Writing and sending.
        "message",
        "placeholder",
        "send",
        "location",
        "locating",
        "location_sent",
        "location_failed",
        "speak",
        "speaking",
        "speak_failed",
        "write_first",
        "sending",
        "not_sent",
        "not_taken",
        # When a page cannot be shown.
        "too_long",
        "too_many",
        "other_site",
        "not_found",
        "failed",
        "back_to_chat",
    }
)


def missing(words: PageWords) -> list[str]:
    """Return the names that `words` lacks, in alphabetical order."""
    return sorted(WORDS - words.keys())


_FILE = Path("flows") / "page.yaml"


def read_page(root: Path, mistakes: Mistakes | None = None) -> dict[str, Text]:
    """Return the wording of each name; what cannot be read is left out and noted."""
    noted = Mistakes() if mistakes is None else mistakes
    document = group_read(root, _FILE, noted)
    return {} if document is None else texts_named(document, sorted(WORDS), noted)
