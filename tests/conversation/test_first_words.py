"""The language of the very first words."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told


@pytest.mark.parametrize(("text", "language"), [("Bonjour", "fr"), ("aide", "fr"), ("salam", "ar"), ("سلام", "ar")])
def test_a_greeting_is_answered_in_its_language(text: str, language: str, library: Library) -> None:
    """Whoever begins in French is welcomed in French."""
    assert told(text, Conversation(), library).replies[0].language == language


@pytest.mark.parametrize("text", ["merci", "ok merci", "merci beaucoup", "d'accord merci"])
def test_thanks_in_french_change_nothing_later(text: str, library: Library) -> None:
    """«merci» belongs to Darija too: the conversation stays in Arabic."""
    assert told(text, knowing({}, library, "menu"), library).replies[0].language == "ar"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        (
            "عندي 24 عام وبغيت نحل ورشة ديال الحدادة فبني ملال خاصني 100 مليون واش كاين لي يعاوني",
            "eligibility_investment",
        ),
        ("bghit n7el warcha d nejjara f agadir wach kayn li y3awenni", "eligibility_investment"),
        (
            "salam 3ndna cooperative dyal argan f agadir sadarna l almania 3am lifat wach kayn chi da3m",
            "eligibility_export",
        ),
    ],
)
def test_who_asks_who_could_help_them_is_shown_the_check_and_not_an_office(
    text: str, flow: str, library: Library
) -> None:
    """«واش كاين لي يعاوني» asks for a right, and not for the way to whoever helps."""
    assert told(text, Conversation(), library).conversation.flow == flow
