"""The names of the words the page shows; the words themselves are content (`flows/page.yaml`).

A name is added here and there together: the page refuses to start with one missing.
"""

from collections.abc import Mapping
from typing import Final

from bot.message import Text

#: Every word of the page, by its name.
Words = Mapping[str, Text]

#: All the names the page needs.
WORDS: Final = frozenset(
    {
        # The bar at the top and the head of the page.
        "title",
        "description",
        "skip",
        "menu",
        "other_language",
        # Above and around the conversation.
        "privacy",
        "hint",
        "log",
        "guide_says",
        "staff_says",
        "you_said",
        "choices",
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


def missing(words: Words) -> list[str]:
    """Return the names that `words` lacks, in alphabetical order."""
    return sorted(WORDS - words.keys())
