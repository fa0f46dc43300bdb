"""The few words this channel needs of its own; the words themselves are content."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.message import Text


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and sentences that stand around the guide's replies here, and what the bot's page says."""

    #: The button that shares the position.
    share_location: Text
    #: The sentence that brings this button.
    share_prompt: Text
    #: What stands above choices that have no text of their own.
    rest: Text
    #: What an empty chat shows, at most 512 characters, and the line of the bot's page, at most 120.
    description: Text
    about: Text
    #: What each of `COMMANDS` does, at most 256 characters; one without words is not listed.
    commands: Mapping[str, Text]
