"""Updates handed to the rest of the program, the same for those that are posted to us and those that we fetch."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.channels.telegram.updates import Blocking, Incoming, Item, Moved, Passed, Unread


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the channel needs of the rest of the program. What is awaited returns once all of it is kept."""

    #: Messages to be answered; one that came before changes nothing.
    accept: Callable[[Sequence[Incoming]], Awaitable[None]]
    #: Persons who stopped the bot or let it write again; for the figures, as sending finds out by itself.
    blocking: Callable[[Sequence[Blocking]], Awaitable[None]]
    #: Chats that have another id from now on.
    moved: Callable[[Sequence[Moved]], Awaitable[None]]
    #: What could not be read, to be kept as it came and shown to staff; one that came before changes nothing.
    unread: Callable[[Sequence[Unread]], Awaitable[None]]


async def kept(items: Sequence[Item], rooms: Rooms) -> list[Incoming]:
    """Return the messages among `items` once everything is kept; what `rooms` raises goes on."""
    messages: list[Incoming] = []
    blocking: list[Blocking] = []
    moved: list[Moved] = []
    unread: list[Unread] = []
    for item in items:
        match item:
            case Incoming():
                messages.append(item)
            case Blocking():
                blocking.append(item)
            case Moved():
                moved.append(item)
            case Unread():
                unread.append(item)
            case Passed():
                pass
            case _:
                assert_never(item)
    # First who is who, so that what they write is theirs.
    if moved:
        await rooms.moved(moved)
    if messages:
        await rooms.accept(messages)
    if unread:
        await rooms.unread(unread)
    if blocking:
        await rooms.blocking(blocking)
    return messages
