"""What someone is told who writes for the first time."""

from typing import Literal

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.phrases import NOT_READ
from bot.conversation.turn import respond
from bot.message import Content, Language, Message, PersonId, Said, Sent
from tests.conversation.asked import NOW


def _first(content: Content, language: Language, library: Library) -> Turn:
    return respond(Conversation(language), Message("test", PersonId("p"), "1", content), library, NOW)


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document"])
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_first_message_that_is_no_text_is_welcomed_and_told_of(
    kind: Literal["sticker", "voice", "photo", "document"], language: Language, library: Library
) -> None:
    """Who begins with a voice note, a picture or a file is welcomed, told it cannot be read, and shown the menu."""
    turn, greeted = _first(Sent(kind), language, library), _first(Said("سلام"), language, library)
    said = "\n\n".join(reply.text for reply in turn.replies)
    welcome, not_readable = (
        text.of(language).strip() for text in (library.phrases.welcome, library.phrases.miss(NOT_READ[kind]))
    )
    assert said.startswith(f"{welcome}\n\n{not_readable}\n\n")
    assert said.count(not_readable) == 1
    shown, menu = ([choice.id for choice in one.replies[-1].choices] for one in (turn, greeted))
    # Who speaks rather than writes may not read: pictures and numbers are offered them before the menu.
    assert shown == (["do:listen", *menu] if kind == "voice" else menu)
    assert turn.conversation.trail == greeted.conversation.trail


@pytest.mark.parametrize("text", ["سلام", "", "asdkjh qwlekj", "/start"])
def test_a_first_message_of_words_is_not_told_of_what_cannot_be_read(text: str, library: Library) -> None:
    """The welcome of a text, even of one that means nothing, says nothing of voices and pictures."""
    turn = _first(Said(text), "ar", library)
    assert turn.replies[0].text.startswith(library.phrases.welcome.of("ar").strip())
    sentences = [library.phrases.miss(why).of("ar").strip() for why in NOT_READ.values()]
    assert not any(sentence in reply.text for sentence in sentences for reply in turn.replies)
