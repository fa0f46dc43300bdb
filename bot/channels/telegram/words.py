"""The channel's own words, its commands, and the links that open the chat at an answer or at a flow.

A link may only hold letters, digits, `-` and `_`, and at most 64 of them; the dot of an entry's id is written `__`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.channel import Problem
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.text import are_too_long, longer_than
from bot.content.reading import Mistakes
from bot.content.texts import group_read, texts_named
from bot.conversation.tapping import START, TapKind, Tapped, TappedAside, choice_id, linked_id
from bot.message import LANGUAGES, ChoiceId, Text

_FILE: Final = Path("flows") / "telegram.yaml"
_TEXTS: Final = ("share_location", "share_prompt", "rest", "description", "about")
#: What each command chooses, in the order in which the platform lists them.
COMMANDS: Final[Mapping[str, ChoiceId]] = {
    "start": START,
    "menu": choice_id(TappedAside("menu")),
    "listen": choice_id(TappedAside("listen")),
    "help": choice_id(TappedAside("ask")),
    **{language: choice_id(TappedAside(language)) for language in LANGUAGES},
    "forget": choice_id(TappedAside("forget")),
}
#: What a link's payload begins with, and the kind of choice it stands for.
_KINDS: Final[Mapping[str, TapKind]] = {"faq_": "faq", "flow_": "to", "door_": "door"}
_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{TelegramLimits.DEEP_LINK.most}}}")
_COMMAND = re.compile(
    rf"/([A-Za-z0-9_]{{1,{TelegramLimits.COMMAND.most}}})(?:@[A-Za-z0-9_]{{1,64}})?(?:\s+(\S.*))?", re.DOTALL
)


def commanded(text: str) -> ChoiceId | None:
    """Return what a command chooses, the menu where it is none of ours; None where the text is no command."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    if not found[2]:
        # Commands of other bots are typed too: whoever tries one is shown what there is.
        return COMMANDS.get(found[1].lower(), COMMANDS["menu"])
    # Only /start has something to say after it; a sentence that begins with another command is a sentence.
    return linked(found[2].strip()) if found[1].lower() == "start" else None


def linked(payload: str) -> ChoiceId:
    """Return what a link's payload chooses; one that is none of ours opens the chat as any other would."""
    if _PAYLOAD.fullmatch(payload):
        for prefix, kind in _KINDS.items():
            name = payload.removeprefix(prefix).replace("__", ".")
            if payload.startswith(prefix) and name:
                return linked_id(Tapped(kind, name))
    return COMMANDS["start"]


@dataclass(frozen=True, slots=True)
class TelegramWords:
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


def read_words(root: Path, mistakes: Mistakes) -> TelegramWords | None:
    """Return the words; None, with the mistakes noted, where something is wrong with them."""
    document = group_read(root, _FILE, mistakes)
    if document is None:
        return None
    texts = texts_named(document, _TEXTS, mistakes, beside=("commands",))
    commands: dict[str, Text] | None = None
    if isinstance(document.value.get("commands"), dict):
        # A command may be left out: it is then not listed.
        listed = [name for name in COMMANDS if name in document.value["commands"]]
        commands = texts_named(document, listed, mistakes, within=("commands",))
        if len(commands) < len(listed):
            return None
    elif "commands" in document.value:
        mistakes.add("not_a_group", document.where("commands"), key="commands")
    else:
        mistakes.add("key_missing", document.where(), key="commands")
    if len(texts) < len(_TEXTS) or commands is None:
        return None
    words = TelegramWords(**texts, commands=commands)
    return None if are_too_long(lint_words(words), document, mistakes) else words


def lint_words(words: TelegramWords) -> list[Problem]:
    """Return which of the channel's own words are too long for where they stand."""
    described = (words.commands[name] for name in COMMANDS if name in words.commands)
    return longer_than(
        [
            (words.share_location, TelegramLimits.WIDE_LABEL.most),
            (words.share_prompt, TelegramLimits.TEXT.most),
            (words.description, TelegramLimits.DESCRIPTION.most),
            (words.about, TelegramLimits.SHORT_DESCRIPTION.most),
            *((text, TelegramLimits.COMMAND_DESCRIPTION.most) for text in described),
        ]
    )
