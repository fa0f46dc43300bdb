"""The few words this channel needs of its own; the words themselves are content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.channel import Problem
from bot.channels.text import are_too_long, longer_than
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.content.reading import Mistakes
from bot.content.texts import group_read, texts_named
from bot.message import Text

_FILE: Final = Path("flows") / "whatsapp.yaml"


@dataclass(frozen=True, slots=True)
class WhatsAppWords:
    """Labels and sentences that stand around the guide's replies here."""

    #: The button that opens a list, at most 20 characters.
    open_list: Text
    #: The last row of a list that goes on, at most 24 characters.
    more_rows: Text
    #: What stands above choices that have no text of their own.
    rest: Text
    #: What stands above choices that are numbered in the text, where the only button asks for the location.
    or_number: Text


def read_words(root: Path, mistakes: Mistakes) -> WhatsAppWords | None:
    """Return the words; None, with the mistakes noted, where something is wrong with them."""
    document = group_read(root, _FILE, mistakes)
    if document is None:
        return None
    names = ("open_list", "more_rows", "rest", "or_number")
    texts = texts_named(document, names, mistakes)
    if len(texts) < len(names):
        return None
    words = WhatsAppWords(**texts)
    return None if are_too_long(lint_words(words), document, mistakes) else words


def lint_words(words: WhatsAppWords) -> list[Problem]:
    """Return which of the channel's own words are too long for where they stand."""
    return longer_than(
        [(words.open_list, WhatsAppLimits.LIST_BUTTON.most), (words.more_rows, WhatsAppLimits.ROW_TITLE.most)]
    )
