"""Where messages cost more than was meant, the welcome names the web chat."""

from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Message, PersonId, Said
from tests.transcripts.playing import TODAY


def test_only_the_welcome_names_the_web(library: Library) -> None:
    """The address stands at the end of the first thing said, and nowhere else; no message more is sent for it."""
    hello = Message("whatsapp", PersonId("p"), "1", Said("سلام"))
    plain = respond(Conversation(), hello, library, TODAY)
    offered = respond(Conversation(), hello, library, TODAY, web_instead="https://example.org")
    assert offered.replies[0].text.startswith(plain.replies[0].text)
    assert offered.replies[0].text.endswith("https://example.org")
    assert offered.replies[1:] == plain.replies[1:]
    assert offered.conversation == plain.conversation
    again = respond(offered.conversation, hello, library, TODAY, web_instead="https://example.org")
    assert again == respond(offered.conversation, hello, library, TODAY)
