"""The web chat: one page for cheap phones, Arabic first, that works without JavaScript and better with it.

Nothing here keeps anything: what is posted goes out through `Rooms`, and what is shown comes from there.
"""

from bot.channels.page_words import WORDS
from bot.channels.web.bubbles import Bubble, write
from bot.channels.web.crowd import Crowd
from bot.channels.web.pages import Rooms, app
from bot.channels.web.posts import CHANNEL, read

__all__ = ["CHANNEL", "WORDS", "Bubble", "Crowd", "Rooms", "app", "read", "write"]
