"""One message as the page shows it.

Inside Arabic every run of Latin letters or digits is isolated, or the browser would show a phone number or a year range
from the wrong end. Text is escaped here and nowhere else.
"""

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.channels.isolating import is_arabic, runs
from bot.message import MAIN, Choice, Language, Reply


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message in the conversation; `id` grows with time over both sides, and `mine` is true of the person's own.

    A position that was sent is shown in words, not as numbers: its bubble has `is_location` and needs no text.
    """

    id: int
    mine: bool
    text: str
    choices: tuple[Choice, ...] = ()
    language: Language = MAIN
    asks_location: bool = False
    is_location: bool = False
    from_staff: bool = False


def write(reply: Reply, number: int, *, from_staff: bool = False) -> Bubble:
    """Return `reply` as the bubble `number`; a page has room for any text and any number of choices."""
    return Bubble(number, False, reply.text, reply.choices, reply.language, reply.asks_location, from_staff=from_staff)


def marked(text: str, *, linked: bool = False) -> Markup:
    """Return `text` escaped, its Latin and number runs isolated where it is Arabic.

    With `linked`, web addresses, shown without their scheme, and Moroccan phone numbers can be tapped: only for texts
    that are our own.
    """
    isolates = is_arabic(text)
    parts: list[Markup] = []
    end = 0
    for run in runs(text):
        shown = escape(run[0])
        match run.lastgroup if linked else None:
            case "url":
                shown = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(
                    run[0], run[0].partition("://")[2]
                )
            case "phone":
                digits = re.sub(r"[^0-9+]", "", run[0])
                shown = Markup('<a href="tel:{}">{}</a>').format(digits, run[0])
        parts.append(escape(text[end : run.start()]))
        parts.append(Markup('<bdi dir="ltr">{}</bdi>').format(shown) if isolates else shown)
        end = run.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
