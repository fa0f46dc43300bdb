"""Messages that are attended together: their turns are made here, in memory alone, and written by `attendance`.

What must not break: a turn that raises costs its own message and no other; a group ends after a moment, whatever is
sent, so that whoever writes meanwhile waits for little; a long text is attended by itself, so that no short one waits
for its turn; nothing here waits, reads or writes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, thread_time
from typing import Final

from bot.channels.channel import ReadUpdate
from bot.conversation.conversation import Conversation
from bot.conversation.events import Forgotten, Turn
from bot.message import MAIN, Language, Message, PersonId, Reply, Said
from bot.reception.floods import Slowed, SlowedGroup
from bot.storage import StoreError, Waiting
from bot.storage.tables import stored_conversation
from bot.storage.turns import TurnWriter

#: One turn, the content already bound.
Respond = Callable[[Conversation, Message, datetime], Turn]

#: Seconds from the beginning of a group in which a second message of somebody is begun: taps take a millisecond each,
#: and who sends the longest texts, one after the other, has one of them in a group.
_AGAIN: Final = 0.01
#: Characters of a text that is attended by itself: of 250 a turn costs half of what the dearest do, of 500 nearly as
#: much, and few questions of people are as long.
_LONG: Final = 200
#: What staff find in the case.
_STOPPED: Final = "A message (inbox {}) ended the program twice. It was set aside; the person was told so."


class ProgramStoppedError(Exception):
    """A message was begun twice, and each time the program ended before its turn did."""


@dataclass(slots=True)
class MessageGroup:
    """Messages that are attended together, and what is to be written of it."""

    now: datetime
    waiting: list[Waiting]
    #: Those of them that are set aside, without a turn.
    stoppers: frozenset[int]
    writing: TurnWriter
    slowing: SlowedGroup
    #: True when more may be waiting.
    has_more: bool
    #: A long text that the last group left to this one: it is attended now, or who writes it waited for ever.
    due: int | None = None
    #: How many of them were come to.
    reached: int = 0
    #: A long text that is left to the next group.
    left: int | None = None
    #: Each with the kind of its error, None for those that went well.
    attended: list[tuple[Waiting, str | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Attended:
    """What became of a group of messages: each with the kind of its error, None for those that went well."""

    messages: tuple[tuple[Waiting, str | None], ...]
    #: True when more may be waiting.
    is_full: bool
    #: Whose messages were put aside.
    slowed: tuple[Slowed, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnMaker:
    """Makes the turns of a group."""

    read: Mapping[str, ReadUpdate]
    respond: Respond
    #: What is said when a message could not be attended.
    sorry: Mapping[Language, Reply]
    #: Channels whose addresses are random keys of ours and need not be forgotten.
    own_addresses: frozenset[str]
    #: Turns that begin later than so many seconds after the first of their group are left to the next one.
    seconds: float
    #: Tells how many seconds the processor was at the work of this thread.
    spent: Callable[[], float] = thread_time

    def make(self, group: MessageGroup) -> None:
        """Make the turns of a group, in memory alone; those that do not come to it in time are left waiting."""
        known: dict[PersonId, Conversation] = {}
        met: set[PersonId] = set()
        chosen = self._chosen(group)
        group.has_more |= len(chosen) < len(group.waiting)
        group.waiting = [waiting for waiting, _ in chosen]
        begun = monotonic()
        for waiting, message in chosen:
            lasts = min(_AGAIN, self.seconds) if waiting.person in met else self.seconds
            if group.reached and monotonic() > begun + lasts:
                group.has_more = True
                break
            group.reached += 1
            met.add(waiting.person)
            is_attended = group.slowing.admits(waiting)
            before = known.get(waiting.person)
            try:
                before = stored_conversation(waiting.state) if before is None else before
                if waiting.id in group.stoppers:
                    raise ProgramStoppedError
                if not is_attended:
                    if group.slowing.is_news(waiting):
                        group.writing.say(waiting, group.slowing.slowing.notice[before.language])
                    continue
                if isinstance(message, Exception):
                    raise message
                spent = self.spent()
                turn = self.respond(before, message, group.now)
                group.slowing.charge(waiting, self.spent() - spent)
                group.writing.keep(waiting, before, message, turn)
            except Exception as error:
                group.writing.fail(waiting, kind_of(error), self.sorry[MAIN if before is None else before.language])
                group.attended.append((waiting, kind_of(error)))
                if isinstance(error, ProgramStoppedError):
                    group.writing.report(waiting, _STOPPED.format(waiting.id))
                continue
            known[waiting.person] = turn.conversation
            group.attended.append((waiting, None))
            if any(isinstance(event, Forgotten) for event in turn.events):
                if waiting.channel not in self.own_addresses:
                    group.slowing.forget(waiting)
                # Whoever writes next from the same address may be new: look again.
                group.has_more = True
                break

    def _chosen(self, group: MessageGroup) -> list[tuple[Waiting, Message | Exception]]:
        """Return what is attended together: the short messages, or one long text alone.

        Of one person nothing is chosen that comes after their long text.
        """
        short: list[tuple[Waiting, Message | Exception]] = []
        long: list[tuple[Waiting, Message | Exception]] = []
        wait: set[PersonId] = set()
        for waiting in group.waiting:
            message = self._read(waiting)
            if waiting.person in wait:
                continue
            if not isinstance(message, Message) or not _is_long(message):
                short.append((waiting, message))
                continue
            if waiting.id == group.due and waiting is group.waiting[0]:
                return [(waiting, message)]
            wait.add(waiting.person)
            long.append((waiting, message))
        chosen = short or long[:1]
        group.left = next((waiting.id for waiting, _ in long if short), None)
        return chosen

    def _read(self, waiting: Waiting) -> Message | Exception:
        """Return the message, or what kept it from being read."""
        try:
            return self.read[waiting.channel](waiting.raw, waiting.person)
        except Exception as error:
            return error


def _is_long(message: Message) -> bool:
    return isinstance(message.content, Said) and len(message.content.text) > _LONG


def kind_of(error: Exception) -> str:
    """Return what may be told of an error: never its words, which can hold a person's."""
    return error.kind if isinstance(error, StoreError) else type(error).__name__
