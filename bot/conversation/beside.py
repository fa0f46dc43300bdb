"""What is said beside an answer: that a number was hidden, that a text was long, that somebody is there to talk to.

A message leads to its turn first, and to nothing of this; then each rule of `_BESIDE` looks at the turn in order, adds
its sentence or its choice where it is its case, and gives the turn back as it is where it is not. What stands later in
the row is said above what was said before it. What must not break: no rule takes away what the answer says or offers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.conversation import choices
from bot.conversation.conversation import Conversation
from bot.conversation.events import Missed, Turn
from bot.conversation.helping import with_person_offered
from bot.conversation.saying import Teller, preceded, with_choice
from bot.conversation.tapping import gives_a_value, is_aside
from bot.language.personal import UNTAKEN
from bot.language.register import Register
from bot.message import Message, Sent, Text

#: Misses one after another from which on a person is offered.
_MISSES: Final = 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and where it was answered from."""

    #: As the person left it with their last message.
    left: Conversation
    #: As the message was answered: fitted to the content of today, in the language of the message.
    before: Conversation
    message: Message
    #: All words that somebody wrote, and what was read of them.
    text: str
    words: str
    #: The register that tells in which language to answer, where one does.
    spoken: Register | None
    now: datetime
    #: Why answers of theirs were left out, where the content has changed.
    why_changed: Text | None
    #: The address of the web chat that a welcome is to name, or empty.
    web_instead: str
    teller: Teller


def with_what_is_said_beside(turn: Turn, exchange: Exchange) -> Turn:
    """Return the turn with all that this exchange asks for beside the answer."""
    for rule in _BESIDE:
        turn = rule(turn, exchange)
    return turn


def _signs_offered(turn: Turn, exchange: Exchange) -> Turn:
    """Offer signs below a voice that was not heard: who speaks rather than writes may not read either."""
    if exchange.message.content != Sent("voice") or turn.conversation.listening:
        return turn
    listen = choices.do("listen", exchange.teller.library.phrases.listen, turn.conversation.language)
    return with_choice(listen, turn, first=True)


def _number_hidden(turn: Turn, exchange: Exchange) -> Turn:
    """Tell whoever wrote the number of a card or an account that it was not kept."""
    return preceded(exchange.teller.library.phrases.number_hidden, turn) if UNTAKEN in exchange.text else turn


def _misses_counted(turn: Turn, exchange: Exchange) -> Turn:
    """Keep misses and the time; from the second miss on, or where nothing fits, offer a person below."""
    missed = [event.why for event in turn.events if isinstance(event, Missed)]
    misses = exchange.before.misses + 1 if missed else 0
    told = with_person_offered(turn, exchange.teller) if misses >= _MISSES or "nothing_fits" in missed else turn
    return replace(told, conversation=replace(told.conversation, misses=misses, heard=exchange.now))


def _place_elsewhere_left(turn: Turn, exchange: Exchange) -> Turn:
    """Forget a place that was looked at, not lived in, once no office is looked for."""
    after = turn.conversation
    if after.elsewhere is None or exchange.teller.library.finds_an_office(after.flow):
        return turn
    return replace(turn, conversation=replace(after, elsewhere=None))


def _length_told(turn: Turn, exchange: Exchange) -> Turn:
    """Tell whoever wrote more than is read which part was."""
    is_whole = exchange.words == exchange.text
    return turn if is_whole else preceded(exchange.teller.library.phrases.too_long, turn)


def _change_told(turn: Turn, exchange: Exchange) -> Turn:
    """Tell whoever had begun before the content changed why they are asked again."""
    if exchange.why_changed is None or not exchange.before.trail:
        return turn
    return preceded(exchange.why_changed, turn)


def _web_named(turn: Turn, exchange: Exchange) -> Turn:
    """Name the web chat at the end of a welcome's first text, where messages cost money: no message more for it."""
    if not exchange.web_instead or not turn.replies or exchange.left.trail or exchange.left.shown:
        return turn
    first, *others = turn.replies
    address = exchange.teller.library.phrases.web_instead.filled(address=exchange.web_instead)
    named = replace(first, text=f"{first.text}\n\n{address.of(turn.conversation.language)}")
    return replace(turn, replies=(named, *others))


def _french_offered(turn: Turn, exchange: Exchange) -> Turn:
    """Offer French once to whoever writes Darija in Latin letters, not below what asks for a value."""
    after = turn.conversation
    if exchange.spoken != "arabizi" or after.french_offered or after.listening or not after.shown:
        return turn
    if any(gives_a_value(choice) or is_aside(choice, "unknown") for choice in after.shown):
        return turn
    offered = replace(turn, conversation=replace(after, french_offered=True))
    return with_choice(choices.do("fr", exchange.teller.library.phrases.in_french, after.language), offered)


#: What looks at each turn, in this order.
_BESIDE: Final[tuple[Callable[[Turn, Exchange], Turn], ...]] = (
    _signs_offered,
    _number_hidden,
    # Behind all that may be a miss, and before what is said above it.
    _misses_counted,
    _place_elsewhere_left,
    _length_told,
    _change_told,
    _web_named,
    # Last: it looks at the choices that are really shown.
    _french_offered,
)
