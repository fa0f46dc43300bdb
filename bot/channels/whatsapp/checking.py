"""What this channel has against a reply of the content, told before anyone is sent it."""

from collections import Counter
from collections.abc import Sequence

from bot.channels.limits import WhatsApp, length
from bot.channels.problems import Problem
from bot.channels.splitting import cut
from bot.channels.whatsapp.labels import button_label, buttons, title
from bot.channels.whatsapp.replies import contents
from bot.channels.whatsapp.words import Words
from bot.message import Choice, Language, Reply


def lint(
    text: str, choices: Sequence[Choice], language: Language, words: Words, *, asks_location: bool = False
) -> list[Problem]:
    """Return what a person would miss of such a reply here, or find less handy; none for one that fits."""
    found: list[Problem] = []
    reply = Reply(text, tuple(choices), language, asks_location)
    if len(contents(reply, words)) > 1:
        most = (WhatsApp.BODY if choices or asks_location else WhatsApp.TEXT).most
        found.append(Problem("text_parted", text, length(text), most))
    if not choices or asks_location:
        return found
    for choice in choices:
        if length(choice.id) > WhatsApp.ROW_ID.most:
            found.append(Problem("id_long", choice.id, length(choice.id), WhatsApp.ROW_ID.most))
    if buttons(choices) is not None:
        return found
    if len(choices) <= WhatsApp.BUTTONS.most:
        most = WhatsApp.BUTTON_LABEL.most
        found += [
            Problem("list_for_buttons", choice.label, length(choice.label), most, cut(choice.label, most, length))
            for choice in choices
            if button_label(choice) is None
        ]
    for choice in choices:
        found += _of_row(choice)
    found += equal(choices)
    if len(choices) > WhatsApp.ROWS.most:
        found.append(Problem("list_paged", text, len(choices), WhatsApp.ROWS.most))
    return found


def _of_row(choice: Choice) -> list[Problem]:
    found: list[Problem] = []
    most = WhatsApp.ROW_TITLE.most
    if length(choice.short) > most:
        found.append(Problem("short_long", choice.short, length(choice.short), most, cut(choice.short, most, length)))
    size = length(choice.label)
    if size > WhatsApp.ROW_DESCRIPTION.most:
        proposed = cut(choice.label, WhatsApp.ROW_DESCRIPTION.most, length)
        found.append(Problem("label_long", choice.label, size, WhatsApp.ROW_DESCRIPTION.most, proposed))
    elif size > most and not 0 < length(choice.short) <= most:
        found.append(Problem("label_cut", choice.label, size, most, cut(choice.label, most, length)))
    return found


def equal(choices: Sequence[Choice]) -> list[Problem]:
    """Return the labels whose rows would have the same title, in whatever list two of them stand."""
    titles = [title(choice) for choice in choices]
    often = Counter(titles)
    return [
        Problem("labels_equal", choice.label, length(choice.label), WhatsApp.ROW_TITLE.most)
        for choice, name in zip(choices, titles, strict=True)
        if often[name] > 1
    ]


def lint_words(words: Words) -> list[Problem]:
    """Return which of the channel's own words are too long for where they stand."""
    limits = ((words.open_list, WhatsApp.LIST_BUTTON.most), (words.more_rows, WhatsApp.ROW_TITLE.most))
    return [
        Problem("label_long", label, length(label), most, cut(label, most, length))
        for text, most in limits
        for label in text.every()
        if length(label) > most
    ]
