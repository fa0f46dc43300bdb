"""What is deleted by its age: what goes, what stays, and that nobody waits for it."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.message import Language, PersonId, Reply
from bot.storage import (
    Retention,
    Store,
    Unreadable,
    close_case,
    keep_unread,
    open_cases,
    person_of,
    prune,
    unread_things,
)
from bot.storage.codes import keep_sheet
from bot.storage.counts import count
from bot.storage.identity import IDLE
from tests.reception.room import Guide, update

_DAY = 24 * 3600.0
_BACK: dict[Language, Reply] = {"ar": Reply("back"), "fr": Reply("back")}


def _rows(connection: Connection) -> dict[str, int]:
    tables = ("inbox", "outbox", "unread", "cases", "case_messages", "people", "conversations", "questions")
    counted = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in tables}
    return {table: rows for table, rows in counted.items() if rows}


async def _pruned(guide: Guide, ages: Retention | None = None) -> dict[str, int]:
    return await prune(guide.store, ages or Retention(facts=0), guide.clock().timestamp(), rest=0)


async def _sent(store: Store) -> None:
    """Have everything sent that waits."""
    await store.write(lambda connection: connection.execute(text("UPDATE outbox SET state = 'sent', address = ''")))


async def test_messages_go_after_ninety_days(store: Store) -> None:
    """Messages and replies are deleted 90 days later; where the person stands, and what nobody could answer, stays."""
    guide = Guide(store)
    await guide.heard(update(1, "ask something"), update(2), update(3, "boom"))
    await _sent(store)
    guide.clock.forward(89 * _DAY)
    await guide.heard(update(4))
    await _sent(store)
    assert await _pruned(guide) == {}
    guide.clock.forward(2 * _DAY)
    assert await _pruned(guide) == {"messages": 3, "replies": 3}
    assert await store.read(_rows) == {"inbox": 1, "outbox": 1, "people": 1, "conversations": 1, "questions": 1}
    await guide.heard(update(5))
    assert await _said(store) == ["3:hello", "4:hello"]


async def _said(store: Store) -> list[str]:
    rows = await store.read(lambda c: c.execute(text("SELECT reply FROM outbox ORDER BY id")).scalars().all())
    return [row.partition('"text":"')[2].partition('"')[0] for row in rows]


async def test_message_delivered_again_within_a_week_counts_once(store: Store) -> None:
    """With the shortest age there may be, a message that comes again after seven days counts once."""
    guide = Guide(store)
    await guide.heard(update(1))
    await _sent(store)
    guide.clock.forward(7 * _DAY)
    assert await _pruned(guide, Retention(messages=8, facts=0)) == {}
    await guide.heard(update(1))
    assert await _said(store) == ["1:hello"]


async def test_what_waits_is_never_deleted(store: Store) -> None:
    """What still waits to be attended or sent stays, however old it is."""
    guide = Guide(store)
    await guide.reception.accept([update(1)])
    guide.clock.forward(500 * _DAY)
    assert await _pruned(guide) == {}
    guide.attends()
    guide.clock.forward(500 * _DAY)
    assert await _pruned(guide) == {"messages": 1}
    assert (await store.read(_rows))["outbox"] == 1


async def test_open_case_keeps_what_it_needs(store: Store) -> None:
    """As long as a case is open its person can be answered; once it is closed it goes with the rest."""
    guide = Guide(store)
    await guide.heard(update(1, "person help me"))
    await _sent(store)
    guide.clock.forward(500 * _DAY)
    assert await _pruned(guide) == {}
    [case] = await store.read(open_cases)
    await store.write(partial(close_case, case=case.id, notice=_BACK, now=guide.clock().timestamp()))
    await _sent(store)
    guide.clock.forward(89 * _DAY)
    assert await _pruned(guide) == {"messages": 1, "replies": 1}
    guide.clock.forward(2 * _DAY)
    assert await _pruned(guide) == {"replies": 1, "cases": 1}
    assert await store.read(_rows) == {"people": 1, "conversations": 1}


async def test_unread_things_go_after_thirty_days(store: Store) -> None:
    """What nobody could read goes after 30 days."""
    guide = Guide(store)
    for number in range(3):
        thing = Unreadable("chat", f"u{number}", "kind", b"x")
        await store.write(partial(keep_unread, things=[thing], now=guide.clock().timestamp()))
        guide.clock.forward(15 * _DAY)
    assert await _pruned(guide) == {"unread": 1}
    assert len(await store.read(unread_things)) == 2


async def test_sheets_go_after_a_year(store: Store) -> None:
    """A sheet that was given goes after 12 months, whatever an office made of it."""
    guide = Guide(store)
    for code in ("ABCDEFG", "HJKLMNP"):
        now = guide.clock().timestamp()
        await store.write(partial(keep_sheet, code=code, told="{}", person=PersonId("p"), now=now))
        guide.clock.forward(200 * _DAY)
    assert await _pruned(guide) == {"sheets": 1}
    assert (
        await store.read(lambda connection: connection.execute(text("SELECT code FROM sheets")).scalar()) == "HJKLMNP"
    )


async def test_zero_days_are_for_ever(store: Store) -> None:
    """With 0 days nothing is deleted by its age."""
    guide = Guide(store)
    await guide.heard(update(1))
    await store.write(partial(keep_unread, things=[Unreadable("chat", "u", "kind", b"x")], now=0.0))
    guide.clock.forward(10_000 * _DAY)
    assert await _pruned(guide, Retention(0, 0, facts=0)) == {}


async def test_who_lost_their_number_goes_with_their_messages(store: Store) -> None:
    """A person whose number passed to somebody else is deleted with the last of their messages."""
    guide = Guide(store)
    mine = replace(update(1, address="212600000001"), alias="212600000001")
    await guide.heard(mine)
    guide.clock.forward(IDLE + 1)
    await guide.heard(replace(mine, external_id="m2"))
    await _sent(store)
    assert (await store.read(_rows))["people"] == 2
    guide.clock.forward(60 * _DAY)
    assert await _pruned(guide) == {"messages": 1, "replies": 1, "people": 1}
    assert await store.read(partial(person_of, channel="chat", address="212600000001")) is not None


async def test_forgotten_person_goes_with_the_last_trace(store: Store) -> None:
    """The digests that stay of a forgotten person go too in the end."""
    guide = Guide(store)
    await guide.heard(update(1), update(2, "forget"))
    await _sent(store)
    guide.clock.forward(91 * _DAY)
    await _pruned(guide)
    assert await store.read(_rows) == {}


async def test_pruning_holds_nobody_up(store: Store) -> None:
    """While tens of thousands of rows are deleted, whoever writes waits for one small batch at most."""
    guide = Guide(store)

    def filled(connection: Connection) -> None:
        row = {"raw": b"x" * 500, "at": 1.0}
        rows = [{**row, "mark": number.to_bytes(8, "big")} for number in range(10_000)]
        connection.execute(
            text(
                "INSERT INTO inbox (channel, mark, address, person, raw, received, state, attempts)"
                " VALUES ('chat', :mark, '1', 'p', :raw, :at, 'done', 1)"
            ),
            rows,
        )

    await store.write(filled)
    pruning = asyncio.create_task(_pruned(guide))
    longest, writes = 0.0, 0
    clock = asyncio.get_running_loop().time
    while not pruning.done():
        begun = clock()
        await store.write(partial(count, happened={("2026-11-23", "flow", "x"): 1}))
        longest = max(longest, clock() - begun)
        writes += 1
    assert await pruning == {"messages": 10_000}
    assert writes > 50
    # Generous to a busy machine: all of it in one go takes longer than that on any.
    assert longest < 2.0


@pytest.mark.parametrize("number", [0, 1, 200, 201])
async def test_every_batch_is_looked_at(store: Store, number: int) -> None:
    """As many as a batch, one more and none: all that is old goes, nothing else does."""
    things = [Unreadable("chat", f"u{n}", "kind", b"x") for n in range(number)]
    await store.write(partial(keep_unread, things=things, now=0.0))
    now = 40 * _DAY
    await store.write(partial(keep_unread, things=[Unreadable("chat", "new", "kind", b"x")], now=now))
    gone = await prune(store, Retention(facts=0), now, rest=0)
    assert gone.get("unread", 0) == number
    assert len(await store.read(unread_things)) == 1


async def test_answers_of_whoever_stays_away_go(store: Store) -> None:
    """After the quiet time a conversation holds nothing that was told; one that goes on, or waits for staff, stays."""
    guide = Guide(store)
    await guide.heard(
        update(1, "listen", address="0601"), update(2, address="0602"), update(3, "person", address="0603")
    )
    guide.clock.forward(29 * _DAY)
    await guide.heard(update(4, address="0602"))
    await _sent(store)
    assert await _pruned(guide, Retention(facts=30)) == {}
    guide.clock.forward(2 * _DAY)
    assert await _pruned(guide, Retention(facts=0)) == {}
    assert await _pruned(guide, Retention(facts=30)) == {"answers": 1}
    assert await _pruned(guide, Retention(facts=30)) == {}
    trails = await store.read(
        lambda c: c.execute(
            text("SELECT n.address, v.state FROM conversations v JOIN identifiers n ON n.person = v.person")
        ).all()
    )
    assert {address: '"trail":[]' in state for address, state in trails} == {"0601": True, "0602": False, "0603": False}
    # How they are told things stays; which language of Morocco they hear tells of them.
    (emptied,) = (state for address, state in trails if address == "0601")
    assert '"listening":true' in emptied
    assert '"shi"' not in emptied
    await guide.heard(update(5, address="0601"))
    assert (await _said(store))[-1] == "1:hello"
