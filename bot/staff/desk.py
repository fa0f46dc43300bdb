"""What the staff room does by itself: sends answers kept back and notices, gives cases back, tells who waits long.

Every program that serves does it; what is to be done is taken by one of them, whichever writes first.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

from sqlalchemy import Connection

from bot.conversation.library import Library
from bot.message import Language, PersonId, Reply
from bot.staff.notices import RuleWatch, send_some
from bot.storage import Store, StoreError
from bot.storage.desk import has_due, return_cases, send_held, tell_late

log: Final = logging.getLogger(__name__)

#: Seconds between two looks for answers to be sent, and for cases that wait.
_LOOK: Final = 1.0
_ROUND: Final = 30.0


async def work_at_desk(
    store: Store,
    now: Callable[[], float],
    nobody_yet: Callable[[], Mapping[Language, Reply]],
    put_on_way: Callable[[PersonId], object],
    library: Callable[[], Library],
) -> None:
    """Do it for ever; `nobody_yet` is said to who has waited for nearly a day."""
    goes_round, rules = monotonic(), RuleWatch(library)
    while True:
        await asyncio.sleep(_LOOK)
        try:
            people = await sent_now(store, now())
            people += await send_some(store, library(), now())
            await rules.look(store, now())
            if monotonic() >= goes_round:
                goes_round = monotonic() + _ROUND
                people += await store.write(lambda at: _go_round(at, nobody_yet(), now()))
        except StoreError as error:
            log.error("event=desk_failed error=%s", error.kind)
            continue
        for person in people:
            put_on_way(person)


async def sent_now(store: Store, now: float) -> list[PersonId]:
    """Send what was kept back long enough; return to whom. Nothing is written where there is nothing to send."""
    if not await store.read(lambda at: has_due(at, now)):
        return []
    return await store.write(lambda at: send_held(at, now))


def _go_round(connection: Connection, sentence: Mapping[Language, Reply], now: float) -> list[PersonId]:
    return_cases(connection, now)
    return tell_late(connection, sentence, now)
