"""The language of the very first words."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told


@pytest.mark.parametrize(("text", "language"), [("Bonjour", "fr"), ("aide", "fr"), ("salam", "ar"), ("سلام", "ar")])
def test_a_greeting_is_answered_in_its_language(text: str, language: str, library: Library) -> None:
    """Whoever begins in French is welcomed in French."""
    assert told(text, Conversation(), library).replies[0].language == language


def test_a_french_word_later_changes_nothing(library: Library) -> None:
    """«merci» belongs to Darija too: the conversation stays in Arabic."""
    assert told("merci", knowing({}, library, "menu"), library).replies[0].language == "ar"
