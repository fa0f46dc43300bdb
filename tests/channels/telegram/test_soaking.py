"""Telegram over ways in and out that fail: updates told again, late, out of order; sendings refused, cut and slow."""

import asyncio
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.conversation.library import Library
from tests.channels.soaking import MENU, Soak, counted
from tests.channels.telegram.guide import Guide, Trouble, working
from tests.standins.botapi import Fault
from tests.stores import until

_LOST = Fault("cut_after")
#: What becomes of sending; of an answer that gets lost nobody can know, and the reply is sent again.
_SENDING = (
    Fault(status=500), Fault(status=502), Fault("page"), Fault("cut"), _LOST, Fault(retry_after=1),
    Fault(retry_after=3), Fault("slow", seconds=0.2),
)  # fmt: skip
_FETCHING = (Fault(status=502), Fault("cut"), Fault("cut_after"), Fault("page"), Fault("slow", seconds=0.1))
_KEEPING: tuple[Trouble, ...] = ("unkept", "unheard", "late", "unheard")


@pytest.fixture(params=["polling", "webhook"])
async def guide(request: pytest.FixtureRequest, tmp_path: Path, library: Library) -> AsyncIterator[Guide]:
    """Give the guide at work, once by each way of getting updates."""
    how: Literal["polling", "webhook"] = request.param
    async with working(tmp_path, library, how, counted) as started:
        yield started


async def test_flaky_ways_in_and_out(guide: Guide) -> None:
    """Each person gets every reply in order: once, and again only where the answer to its sending was lost."""
    soak = Soak(guide, range(100, 125), 8)
    api = guide.api
    api.repeats, api.shuffle = 1, soak.chance
    did: dict[int, list[str]] = {person: [] for person in soak.people}
    before: list[dict[str, Any]] = []
    lost = 0
    for turn, people in soak.rounds():
        guide.troubles.extend(soak.some(_KEEPING, 0.5))
        api.fail("getUpdates", *soak.some(_FETCHING))
        for _ in range(6):
            faults = soak.some(_SENDING)
            lost += faults.count(_LOST)
            api.fail("sendMessage", *faults)
        for person in people:
            before.append(_done(guide, person, turn, did[person]))
            if soak.happens(0.15):
                await asyncio.sleep(0.002)
        # Told again under the same number, and under a new one, as after a quiet week.
        api.tell_again(*soak.some(before, 0.1))
        for update in soak.some(before, 0.1):
            api.tell(**{kind: told for kind, told in update.items() if kind != "update_id"})
        await until(lambda: not api.pending, 20)
    await soak.sent()
    lost -= api.faults["sendMessage"].count(_LOST)
    for person, said in did.items():
        told = [text for text, _ in groupby(api.chat(person).texts)]
        assert told == [f"{number}:{what}" for number, what in enumerate(said, 1)]
    assert sum(len(api.chat(person).texts) for person in soak.people) == len(before) + lost
    assert lost
    assert api.refused == []
    # It was trouble enough.
    assert len(guide.troubles) < len(_KEEPING)
    assert api.posted[503] or not api.webhook


def _done(guide: Guide, person: int, turn: int, did: list[str]) -> dict[str, Any]:
    """Let a person tap what is below their latest answer, if it is there, or write; return what is told of it."""
    if guide.api.chat(person).labels and (person + turn) % 3 == 0:
        did.append(MENU.id)
        return guide.api.taps(person, MENU.label)
    did.append(str(turn))
    return guide.api.says(person, str(turn))
