"""Several files in one chat: the head of a cooperative checks for it, then for a member or a second project.

Each file has its own answers and a nickname of the person's choosing; one is open, the others are put aside whole.
"""

from dataclasses import replace

from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, File
from bot.conversation.events import Turn
from bot.conversation.saying import Teller, preceded
from bot.conversation.walk import Position, position

#: Files kept at most: beyond it the one put aside first is dropped.
MOST = 8


def asked(before: Conversation, teller: Teller) -> Turn:
    """Ask for the nickname of a new file."""
    menu = choices.do("menu", teller.library.phrases.menu, before.language)
    return teller.shown(replace(before, naming=True), (teller.library.phrases.name_the_file,), (menu,))


def opened(name: str, before: Conversation, teller: Teller) -> Turn:
    """Put the open file aside and begin a new one under its nickname."""
    aside = File(before.name or teller.library.phrases.first_file.of(before.language), before.trail)
    fresh = replace(before, name=name, others=(*before.others, aside)[-MOST:], trail=(), naming=False, asking=None)
    roles = teller.library.roles
    told = teller.library.phrases.file_opened.filled(name=name)
    return preceded(told, teller.moved(fresh.answered(FLOW, roles.menu).answered(FLOW, roles.check), None))


def listed(before: Conversation, here: Position, teller: Teller) -> Turn:
    """List the files put aside."""
    say = teller.library.phrases
    if not before.others:
        return teller.again(before, here, say.no_other_file)
    files = tuple(choices.file(number, file.name) for number, file in enumerate(before.others))
    return teller.shown(
        replace(before, astray=True), (say.which_file,), (*files, choices.do("menu", say.menu, before.language))
    )


def taken_up(number: str, before: Conversation, teller: Teller) -> Turn:
    """Open a file again where it was left, and put the present one aside."""
    say = teller.library.phrases
    index = int(number)
    if index >= len(before.others):
        return teller.missed(before, position(before, teller.library, teller.on), "old_button")
    chosen = before.others[index]
    aside = File(before.name or say.first_file.of(before.language), before.trail)
    others = (*before.others[:index], aside, *before.others[index + 1 :])
    after = replace(before, name=chosen.name, trail=chosen.trail, others=others, asking=None, naming=False)
    there = position(after, teller.library, teller.on)
    return teller.standing(after, (say.file_opened.filled(name=chosen.name), *there.screens[-1:]), there)
