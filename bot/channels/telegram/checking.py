"""What this channel has against a reply of the content, told before anyone is sent it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.channels.limits import Telegram, length
from bot.channels.problems import Problem
from bot.channels.splitting import cut
from bot.channels.telegram.keyboards import WIDE, labelled
from bot.channels.telegram.links import COMMANDS
from bot.channels.telegram.replies import texts
from bot.channels.telegram.words import Words
from bot.message import Choice, Language

_TEXT: Final = Telegram.TEXT.most
_DATA: Final = Telegram.CALLBACK_DATA.most


def lint(
    text: str, choices: Sequence[Choice], language: Language, words: Words, *, asks_location: bool = False
) -> list[Problem]:
    """Return what a person would miss of such a reply here, or find less handy; none for one that fits.

    The keyboard that shares the position has a message of its own, so `asks_location` changes nothing here.
    """
    found: list[Problem] = []
    labels = labelled(choices)
    if len(texts(text, labels, words.rest.of(language))) > 1:
        found.append(Problem("text_parted", text, length(text), _TEXT))
    for choice in choices:
        if len(choice.id.encode()) > _DATA:
            found.append(Problem("id_long", choice.id, len(choice.id.encode()), _DATA))
        if len(choice.short) > WIDE:
            found.append(Problem("short_long", choice.short, len(choice.short), WIDE, cut(choice.short, WIDE)))
        elif len(choice.label) > WIDE and not choice.short:
            found.append(Problem("label_cut", choice.label, len(choice.label), WIDE, cut(choice.label, WIDE)))
    often = Counter(one.label for one in labels)
    return found + [Problem("labels_equal", one.label, len(one.label), WIDE) for one in labels if often[one.label] > 1]


def equal(choices: Sequence[Choice]) -> list[Problem]:
    """Return the labels whose buttons would look the same, in whatever list two of them stand.

    One that is numbered has another number there, and stands whole in the text.
    """
    labels = [one.label for choice in choices for one in labelled((choice,)) if not one.line]
    often = Counter(labels)
    return [
        Problem("labels_equal", choice.label, length(choice.label), WIDE)
        for choice in choices
        for one in labelled((choice,))
        if not one.line and often[one.label] > 1
    ]


def lint_words(words: Words) -> list[Problem]:
    """Return which of the channel's own words are too long for where they stand."""
    limits = [
        (words.share_location, WIDE),
        (words.share_prompt, _TEXT),
        (words.description, Telegram.DESCRIPTION.most),
        (words.about, Telegram.SHORT_DESCRIPTION.most),
        *((words.commands[name], Telegram.COMMAND_DESCRIPTION.most) for name in COMMANDS if name in words.commands),
    ]
    return [
        Problem("label_long", label, length(label), most, cut(label, most, length))
        for text, most in limits
        for label in text.every()
        if length(label) > most
    ]
