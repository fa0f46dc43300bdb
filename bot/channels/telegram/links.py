"""Commands, and links that open the chat at an answer or at a flow, and what each of them chooses.

A link may only hold letters, digits, `-` and `_`, and at most 64 of them; the dot of an entry's id is written `__`.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.channels.limits import Telegram
from bot.message import LANGUAGES, ChoiceId

#: What each command chooses, in the order in which the platform lists them.
COMMANDS: Final[Mapping[str, ChoiceId]] = {
    "start": ChoiceId("do:start"),
    "menu": ChoiceId("do:menu"),
    "help": ChoiceId("do:ask"),
    **{language: ChoiceId(f"do:{language}") for language in LANGUAGES},
    "forget": ChoiceId("do:forget"),
}
#: What a link's payload begins with, and the kind of choice it stands for.
_KINDS: Final[Mapping[str, str]] = {"faq_": "faq:", "flow_": "to:"}
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(\S.*))?", re.DOTALL)


def commanded(text: str) -> ChoiceId | None:
    """Return what a command chooses; None where the text is no command of ours."""
    found = _COMMAND.fullmatch(text.strip())
    choice = None if found is None else COMMANDS.get(found[1].lower())
    if found is None or choice is None or not found[2]:
        return choice
    # Only /start has something to say after it; a sentence that begins with another command is a sentence.
    return linked(found[2].strip()) if found[1].lower() == "start" else None


def linked(payload: str) -> ChoiceId:
    """Return what a link's payload chooses; one that is none of ours opens the chat as any other would."""
    if _PAYLOAD.fullmatch(payload):
        for prefix, kind in _KINDS.items():
            name = payload.removeprefix(prefix).replace("__", ".")
            if payload.startswith(prefix) and name:
                return ChoiceId(f"{kind}{name}"[: Telegram.CALLBACK_DATA.most])
    return COMMANDS["start"]


def link(username: str, choice: ChoiceId) -> str | None:
    """Return the link that opens the bot's chat at `choice`, `faq:…` or `to:…`; None where no link can say it."""
    for prefix, kind in _KINDS.items():
        payload = prefix + choice.removeprefix(kind).replace(".", "__")
        if choice.startswith(kind) and _PAYLOAD.fullmatch(payload) and linked(payload) == choice:
            return f"https://t.me/{username.removeprefix('@')}?start={payload}"
    return None
