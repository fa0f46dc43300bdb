"""One person who floods: slowed down, told once, in order, and nobody else waits."""

import asyncio
import json
import tempfile
import threading
import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.conversation.conversation import Conversation
from bot.conversation.events import QuestionAsked, Turn
from bot.message import Message, Said
from bot.reception import Allowance, Respond
from bot.storage import FloodStanding, Store, figures, keep, person_of
from tests.properties import examples
from tests.reception.room import Guide, respond, update
from tests.stores import opened, until

#: Ten at once, then one a second; twenty wait.
FEW = Allowance(messages=10, seconds=10, waiting=20)


def _told(connection: Connection) -> dict[str, list[str]]:
    """Return what everyone was told, by the address they first wrote from."""
    rows = connection.execute(text("SELECT person, min(address) FROM identifiers GROUP BY person")).all()
    names = {row[0]: row[1] for row in rows}
    told: dict[str, list[str]] = {}
    for person, reply in connection.execute(text("SELECT person, reply FROM outbox ORDER BY place")):
        told.setdefault(names.get(person, "?"), []).append(json.loads(reply)["text"])
    return told


def _states(connection: Connection) -> dict[str, int]:
    rows = connection.execute(text("SELECT state, count(*) FROM inbox GROUP BY state"))
    return {row[0]: row[1] for row in rows}


def _answers(count: int, first: int = 1) -> list[str]:
    return [f"{number}:hello" for number in range(first, first + count)]


async def test_who_taps_fast_is_never_slowed_down(store: Store) -> None:
    """A person who taps as fast as anybody can, for minutes, has every answer at once and is told nothing."""
    guide = Guide(store, allowance=Allowance())
    async with guide.at_work(delivers=False):
        for number in range(200):
            await guide.hears(update(number, str(number)))
            # Three taps in two seconds, and a while to read now and then.
            guide.clock.forward(0.66 if number % 20 else 10)
    told = (await store.read(_told))["0600"]
    assert [words.split(":")[1] for words in told] == [str(number) for number in range(200)]


async def test_flood_is_slowed_down_and_told_once(store: Store) -> None:
    """Who writes more than their allowance is told so once, and has the rest of their answers one by one, in order."""
    guide = Guide(store, allowance=FEW)
    async with guide.at_work(delivers=False):
        await guide.hears(update(0, "french"), *(update(number) for number in range(1, 25)))
        french = ["1:french", *_answers(9, 2), "slowed-fr"]
        assert await store.read(_told) == {"0600": french}
        guide.clock.forward(1)

        async def one_more() -> bool:
            return await store.read(_told) == {"0600": [*french, "11:hello"]}

        await until(one_more)
    for served in range(2, 16):
        guide.clock.forward(1)
        guide.attends()
        assert store.read_now(_told) == {"0600": french + _answers(served, 11)}
    assert await store.read(_states) == {"done": 25}


async def test_new_flood_is_told_of_again(store: Store) -> None:
    """Once the person has rested, a flood is a new one; until then they are not told again."""
    guide = Guide(store, allowance=FEW)
    await guide.reception.accept([update(number) for number in range(12)])
    guide.attends()
    guide.clock.forward(2)
    guide.attends()
    # Everything is answered, but the allowance is not whole: it goes on being the same flood.
    await guide.reception.accept([update(number) for number in range(12, 15)])
    guide.attends()
    guide.clock.forward(3)
    guide.attends()
    once = [*_answers(10), "slowed-ar", *_answers(5, 11)]
    assert store.read_now(_told) == {"0600": once}
    guide.clock.forward(60)
    await guide.reception.accept([update(number) for number in range(20, 31)])
    guide.attends()
    assert store.read_now(_told) == {"0600": [*once, *_answers(10, 16), "slowed-ar"]}
    today = guide.clock().date().isoformat()
    assert store.read_now(partial(figures, first=today, last=today))[today, "flood", "chat"] == 2


async def test_nobody_else_waits(store: Store) -> None:
    """Five thousand messages of one person before and between those of others delay these by one group."""
    guide = Guide(store, allowance=FEW)
    flood = [update(f"x{number}", address="flood") for number in range(5000)]
    others = [update(f"o{number}", address=f"07{number}") for number in range(100)]
    await guide.reception.accept([*flood[:4000], *others[:50], *flood[4000:], *others[50:]])
    # The first group is everybody's who wrote among the first four thousand, a few of the flood's among them.
    guide.reception.attend_now()
    told = store.read_now(_told)
    assert {address for address in told if address != "flood"} == {f"07{number}" for number in range(50)}
    # One more meets the end of the flood's allowance and puts all of it aside; the rest are the others'.
    guide.reception.attend_now()
    assert store.read_now(_states) == {"done": 60, "held": 20, "unanswered": 4970, "waiting": 50}
    assert guide.attends() == 1
    told = store.read_now(_told)
    assert told.pop("flood") == [*_answers(10), "slowed-ar"]
    assert told == {f"07{number}": ["1:hello"] for number in range(100)}


async def test_a_hundred_accounts_keep_nobody_out(store: Store) -> None:
    """A hundred accounts write forty messages each, within what they may: who writes after them is answered at once."""
    guide = Guide(store, allowance=Allowance())
    flood = [update(f"x{count}-{number}", address=f"06{number}") for number in range(100) for count in range(40)]
    await guide.reception.accept(flood)
    # Until the first have had an answer nobody can know who floods.
    guide.reception.attend_now()
    for number in range(20):
        guide.clock.forward(0.05)
        await guide.reception.accept([update(f"o{number}", address=f"07{number}")])
        guide.reception.attend_now()
        assert store.read_now(_told).get(f"07{number}") == ["1:hello"], number
    told = store.read_now(_told)
    assert max(map(len, told.values())) < 30
    guide.attends()
    told = store.read_now(_told)
    assert all(told[f"06{number}"] == _answers(40) for number in range(100))


async def test_one_person_who_writes_within_their_allowance_keeps_nobody_out(store: Store) -> None:
    """Sixty messages of one person, which they may write at once, are not all attended before somebody else's one."""
    guide = Guide(store, allowance=Allowance(messages=100, seconds=100))
    await guide.reception.accept([update(f"x{number}", address="0600") for number in range(90)])
    await guide.reception.accept([update("o", address="0700")])
    guide.reception.attend_now()
    told = store.read_now(_told)
    assert told["0700"] == ["1:hello"]
    assert 0 < len(told["0600"]) < 10
    guide.attends()
    assert store.read_now(_told)["0600"] == _answers(90)


async def test_more_than_can_be_answered_is_counted(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Of thousands the first are answered in their turn; of the rest nothing is kept but a count for staff."""
    guide = Guide(store, allowance=FEW)
    async with guide.at_work(delivers=False):
        await guide.hears(*(update(number, f"hello {number}") for number in range(3000)))
    for _ in range(40):
        guide.clock.forward(1)
        guide.attends()
    told = store.read_now(_told)["0600"]
    assert told == [
        *(f"{number + 1}:hello {number}" for number in range(10)),
        "slowed-ar",
        *(f"{number + 1}:hello {number}" for number in range(10, 30)),
    ]
    kept = await store.read(
        lambda connection: connection.execute(text("SELECT sum(length(raw)) FROM inbox WHERE state = 'unanswered'"))
    )
    assert kept.scalar() == 0
    today = guide.clock().date().isoformat()
    counted = await store.read(partial(figures, first=today, last=today))
    assert counted[today, "unanswered", "chat"] == 2970
    assert caplog.text.count("event=flood") == 1
    assert caplog.text.count("event=unanswered channel=chat messages=2970") == 1
    assert "0600" not in caplog.text
    # Delivered again, none of it counts again.
    await guide.reception.accept([update(number, f"hello {number}") for number in range(3000)])
    guide.clock.forward(100)
    guide.attends()
    assert store.read_now(_told)["0600"] == told


async def test_nothing_waits_where_nothing_may(store: Store) -> None:
    """With no room to wait, what is beyond the allowance goes unanswered, and the next message in time is answered."""
    guide = Guide(store, allowance=Allowance(messages=10, seconds=10, waiting=0))
    await guide.heard(*(update(number) for number in range(15)))
    assert store.read_now(_states) == {"done": 10, "unanswered": 5}
    guide.clock.forward(2)
    await guide.heard(update(15), update(16))
    assert store.read_now(_states) == {"done": 12, "unanswered": 5}
    assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar", *_answers(2, 11)]}


async def test_nobody_waits_for_what_was_put_aside(store: Store) -> None:
    """A page that waits for its answer is let go when the message is put aside, at once."""
    guide = Guide(store, allowance=FEW)
    async with guide.at_work(delivers=False):
        async with asyncio.timeout(5):
            await guide.hears(*(update(number) for number in range(11)))
        assert await store.read(_states) == {"done": 10, "held": 1}


async def test_messages_delivered_again_after_an_outage(store: Store) -> None:
    """What one person wrote in a week and is delivered at once after an outage is answered at once."""
    guide = Guide(store, allowance=Allowance())
    await guide.reception.accept([update(number) for number in range(60)])
    guide.attends()
    assert store.read_now(_told) == {"0600": _answers(60)}


async def test_restart_goes_on_with_a_flood(url: str) -> None:
    """A program that starts again goes on where the last one stopped: nothing fresh, nothing told again, in order."""
    with opened(url) as store:
        guide = Guide(store, allowance=FEW)
        clock = guide.clock
        await guide.reception.accept([update(number) for number in range(20)])
        guide.attends()
    for served in range(1, 11):
        with opened(url) as store:
            guide = Guide(store, allowance=FEW)
            guide.clock.time = clock.time
            guide.clock.forward(served)
            if served == 5:
                await guide.reception.accept([update(number) for number in range(20, 22)])
            guide.attends()
            assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar", *_answers(served, 11)]}


async def test_limit_taken_away_lets_everyone_go(store: Store) -> None:
    """When the limit is turned off, what was put aside is answered at once, in order with what came since."""
    guide = Guide(store, allowance=FEW)
    await guide.reception.accept([update(number) for number in range(20)])
    guide.attends()
    await guide.reception.accept([update(number) for number in range(20, 25)])
    freed = Guide(store)
    freed.attends()
    assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar", *_answers(15, 11)]}


async def test_forgetting_is_no_way_round(store: Store) -> None:
    """Who has themselves forgotten again and again has one allowance all the same."""
    guide = Guide(store, allowance=FEW)
    await guide.reception.accept([update(number, "forget") for number in range(40)])
    guide.attends()
    assert store.read_now(_states) == {"done": 10, "held": 20, "unanswered": 10}
    for _ in range(3):
        guide.clock.forward(1)
        guide.attends()
    assert store.read_now(_states) == {"done": 13, "held": 17, "unanswered": 10}
    told = store.read_now(
        lambda connection: [row[0] for row in connection.execute(text("SELECT reply FROM outbox ORDER BY id"))]
    )
    assert sum("slowed" in reply for reply in told) <= 1
    assert sum("forget" in reply for reply in told) == 13
    addresses = store.read_now(
        lambda connection: connection.execute(
            text("SELECT DISTINCT address FROM inbox WHERE state IN ('done', 'unanswered') AND id < 14")
        ).scalars().all()
    )  # fmt: skip
    assert addresses == [""]


async def test_messages_that_fail_in_a_flood(store: Store) -> None:
    """A message of a flood that cannot be attended gets the honest sentence in its turn, and the next ones go on."""
    guide = Guide(store, allowance=FEW)
    words = ["hello"] * 10 + ["boom", "hello"]
    await guide.reception.accept([update(number, said) for number, said in enumerate(words)])
    guide.attends()
    for _ in range(2):
        guide.clock.forward(1)
        guide.attends()
    assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar", "sorry-ar", "11:hello"]}


async def test_one_by_one_after_an_error_of_the_database(store: Store) -> None:
    """When a group cannot be stored it is found out one by one which, and a flood in it is slowed down all the same."""

    def poisonous(before: Conversation, message: Message, now: datetime) -> Turn:
        turn = respond(before, message, now)
        if message.external_id == "m10":
            return replace(turn, events=(QuestionAsked("x", (), None),))  # type: ignore[arg-type]
        return turn

    guide = Guide(store, allowance=FEW, respond=poisonous)
    await guide.reception.accept([update(number) for number in range(15)])
    assert guide.attends(most=1) > 10
    assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar"]}
    guide.clock.forward(1)
    async with guide.at_work(delivers=False):
        await until(lambda: store.read_now(_told)["0600"][-1] == "sorry-ar")
    guide.clock.forward(1)
    guide.attends()
    assert store.read_now(_told) == {"0600": [*_answers(10), "slowed-ar", "sorry-ar", "11:hello"]}


async def test_two_programs_slow_one_person_down(url: str) -> None:
    """Two programs on one database give a person one allowance, tell them once, and keep their order."""
    with opened(url) as one, opened(url) as other:
        first, second = Guide(one, allowance=FEW), Guide(other, allowance=FEW)
        async with first.at_work(delivers=False), second.at_work(delivers=False):
            for number in range(30):
                await (first, second)[number % 2].reception.accept([update(number), update(f"o{number}", address="07")])
                first.clock.forward(0.1)
                second.clock.time = first.clock.time
            assert await first.reception.settled("chat", "m29")

            async def all_done() -> bool:
                first.clock.forward(0.5)
                second.clock.time = first.clock.time
                return await one.read(_states) == {"done": 60}

            await until(all_done, 20)
        told = await one.read(_told)
    for address in ("0600", "07"):
        assert [words for words in told[address] if words != "slowed-ar"] == _answers(30)
        assert told[address].count("slowed-ar") == 1


def test_no_limit_is_no_limit() -> None:
    """With 0 messages nobody is ever slowed down."""
    none = Allowance(messages=0)
    standing = FloodStanding()
    for _ in range(1000):
        assert none.is_open(standing, 5.0)
        standing = none.attended(standing, 5.0)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 25), st.sampled_from([0.0, 0.3, 1.0, 4.0, 30.0])),
        min_size=1,
        max_size=25,
    )
)
def test_whoever_keeps_to_their_allowance_is_answered_at_once(came: list[tuple[str, int, float]]) -> None:
    """Whatever others send: who keeps within the allowance waits for nothing, and everyone's order holds."""
    with tempfile.TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'x.db'}") as store:
        guide = Guide(store, allowance=FEW)
        sent = dict.fromkeys("abcd", 0)
        left = dict.fromkeys("abcd", float(FEW.messages))
        has_flooded: set[str] = set()
        for who, count, pause in came:
            guide.clock.forward(pause)
            for one in left:
                left[one] = min(FEW.messages, left[one] + pause / FEW.share)
            left[who] -= count
            if left[who] < 0:
                has_flooded.add(who)
            batch = [update(f"{who}{sent[who] + number}", str(sent[who] + number), who) for number in range(count)]
            sent[who] += count
            store.write_now(partial(keep, updates=batch, now=guide.clock().timestamp()))
            guide.attends()
            told = store.read_now(_told)
            for one in set(left) - has_flooded:
                assert told.get(one, []) == [f"{number + 1}:{number}" for number in range(sent[one])]
        for one in has_flooded:
            answers = [words for words in told[one] if words != "slowed-ar"]
            assert "slowed-ar" in told[one]
            # In order, each once; only what came beyond the most that may wait is left out.
            numbers = [int(words.split(":")[1]) for words in answers]
            assert numbers == sorted(set(numbers))
            assert [int(words.split(":")[0]) for words in answers] == list(range(1, len(answers) + 1))
        _is_consistent(store)


def _is_consistent(store: Store) -> None:
    """Hold what stands with a conversation to be what the inbox says, and nobody to be told twice in one flood."""
    rows = store.read_now(
        lambda connection: connection.execute(
            text(
                "SELECT c.held, (SELECT count(*) FROM inbox i WHERE i.person = c.person AND i.state = 'held')"
                " FROM conversations c"
            )
        ).all()
    )
    assert all(held == counted and held <= FEW.waiting for held, counted in rows)


async def test_forgotten_person_of_a_flood_is_nobody(store: Store) -> None:
    """In the middle of a flood a person can have themselves forgotten: nothing of what was answered is left."""
    guide = Guide(store, allowance=FEW)
    await guide.reception.accept([update(number) for number in range(10)])
    await guide.reception.accept([update(10, "forget"), update(11, "later")])
    guide.attends()
    before = await store.read(partial(person_of, channel="chat", address="0600"))
    for _ in range(2):
        guide.clock.forward(1)
        guide.attends()
    assert await store.read(partial(person_of, channel="chat", address="0600")) not in {None, before}
    assert store.read_now(_told) == {"?": ["11:forget"], "0600": ["1:later"]}


async def test_who_sends_once_is_not_behind_who_sends_much(store: Store) -> None:
    """Of what waits, each person's first message is attended before anybody's second, and a person's in their order."""
    attended: list[str] = []

    def noting(conversation: Conversation, message: Message, now: datetime) -> Turn:
        attended.append(message.content.text if isinstance(message.content, Said) else "")
        return respond(conversation, message, now)

    room = Guide(store, respond=noting).reception
    await room.accept([*(update(number, f"much{number}", "0600") for number in range(9)), update(9, "once", "0601")])
    await room.accept([update(10, "twice1", "0602"), update(11, "twice2", "0602")])
    while room.attend_now():
        pass
    assert attended[:3] == ["much0", "once", "twice1"]
    assert attended[3:5] == ["much1", "twice2"]
    assert attended[5:] == [f"much{number}" for number in range(2, 9)]


async def test_who_costs_more_has_less(store: Store) -> None:
    """Three times as dear turns use an allowance up three times as fast; one that took for ever counts as six."""
    spent = [0.0]

    def dear(conversation: Conversation, message: Message, now: datetime) -> Turn:
        turn = respond(conversation, message, now)
        words = message.content.text if isinstance(message.content, Said) else ""
        spent[0] += {"dear": 0.015, "endless": 30.0}.get(words, 0.001)
        return turn

    guide = Guide(store, allowance=FEW, respond=dear, spent=lambda: spent[0])
    await guide.heard(*(update(number, "dear", "0600") for number in range(12)))
    await guide.heard(*(update(f"o{number}", "hello", "0601") for number in range(10)))
    await guide.heard(*(update(f"e{number}", "endless", "0602") for number in range(3)))
    told = store.read_now(_told)
    assert told["0600"] == [*(f"{number}:dear" for number in range(1, 5)), "slowed-ar"]
    assert told["0601"] == _answers(10)
    assert told["0602"] == ["1:endless", "2:endless", "slowed-ar"]
    # One more turn of theirs three seconds later, not one a second.
    for _ in range(3):
        guide.clock.forward(1)
        guide.attends()
    assert store.read_now(_told)["0600"][5:] == ["5:dear"]
    guide.clock.forward(1)
    guide.attends()
    assert len(store.read_now(_told)["0600"]) == 6


async def test_one_dear_turn_of_a_person_in_a_group(store: Store) -> None:
    """Who sends the longest texts one after the other has one of them in a group: others wait for one, not for all."""
    attended: list[str] = []

    def slow(conversation: Conversation, message: Message, now: datetime) -> Turn:
        attended.append(message.content.text if isinstance(message.content, Said) else "")
        ends = time.monotonic() + (0.02 if attended[-1].startswith("dear") else 0.0)
        while time.monotonic() < ends:
            pass
        return respond(conversation, message, now)

    room = Guide(store, respond=slow).reception
    await room.accept([update(number, f"dear{number}", "0600") for number in range(9)])
    room.attend_now()
    assert attended == ["dear0"]
    await room.accept([update(9, "hello", "0601")])
    room.attend_now()
    assert attended == ["dear0", "dear1", "hello"]
    while room.attend_now():
        pass
    assert attended[3:] == [f"dear{number}" for number in range(2, 9)]


async def test_whatever_else_waits_for_threads_stands_before_no_turn(store: Store) -> None:
    """While documents are drawn and drafts are read in all threads of the event loop, messages are answered."""
    guide, ends = Guide(store), threading.Event()
    async with guide.at_work(delivers=False):
        others = [asyncio.create_task(asyncio.to_thread(ends.wait)) for _ in range(100)]
        try:
            async with asyncio.timeout(10):
                await guide.hears(update(1))
        finally:
            ends.set()
            await asyncio.gather(*others)
    assert await store.read(_told) == {"0600": ["1:hello"]}


def _noting(attended: list[str]) -> Respond:
    """Return a turn that notes whose message it is, and what its number is."""

    def noting(conversation: Conversation, message: Message, now: datetime) -> Turn:
        attended.append(message.external_id)
        return respond(conversation, message, now)

    return noting


#: What somebody says who floods: longer than people's questions are.
_STORY = "story " * 50


async def test_long_text_is_attended_by_itself(store: Store) -> None:
    """All short messages are answered before a long one's turn begins, and each long one alone, the oldest first."""
    attended: list[str] = []
    room = Guide(store, respond=_noting(attended)).reception
    await room.accept([update("long1", _STORY, "0600"), update("a", address="0601"), update("long2", _STORY, "0602")])
    await room.accept([update("b", address="0603"), update("c", address="0604")])
    groups = []
    while True:
        before, has_more = len(attended), room.attend_now()
        groups.append(attended[before:])
        if not has_more:
            break
    assert [group for group in groups if group] == [["ma", "mb", "mc"], ["mlong1"], ["mlong2"]]


async def test_long_text_waits_for_one_group_of_short_ones(store: Store) -> None:
    """However many short messages come without an end, each second group is a long text's; of each person in order."""
    attended: list[str] = []
    room = Guide(store, respond=_noting(attended), allowance=Allowance()).reception
    await room.accept([update(f"long{number}", _STORY, f"06{number % 2}") for number in range(4)])
    await room.accept([update("after0", address="060"), update("after1", address="061")])
    groups = []
    for number in range(12):
        # Whoever writes now has used nothing of their allowance.
        await room.accept([update(f"{number}-{one}", address=f"07{number}-{one}") for one in range(3)])
        before = len(attended)
        room.attend_now()
        groups.append(attended[before:])
    assert groups[1:8:2] == [["mlong0"], ["mlong1"], ["mlong2"], ["mlong3"]]
    assert all(len(group) >= 3 for group in (*groups[:8:2], *groups[8:]))
    assert attended.index("mafter0") > attended.index("mlong2")
    assert attended.index("mafter1") > attended.index("mlong3")
    while room.attend_now():
        pass
    assert len(attended) == 6 + 12 * 3


async def test_two_programs_leave_no_long_text(url: str) -> None:
    """Where two programs share the database each of them attends the long texts too, while short ones never end."""
    attended: list[str] = []
    with opened(url) as one, opened(url) as other:
        programs = [Guide(store, respond=_noting(attended)).reception for store in (one, other)]
        await programs[0].accept([update(f"long{number}", _STORY, f"06{number}") for number in range(3)])
        for number in range(16):
            await programs[number % 2].accept([update(number, address=f"07{number}")])
            programs[number % 2].attend_now()
        assert [message for message in attended if "long" in message] == ["mlong0", "mlong1", "mlong2"]
        assert len(attended) == 3 + 16


async def test_many_who_flood_keep_nobody_waiting(store: Store) -> None:
    """Who has used least of their allowance comes first: others do not wait for dear texts, be they of many people."""
    attended: list[str] = []

    def slow(conversation: Conversation, message: Message, now: datetime) -> Turn:
        attended.append(message.content.text if isinstance(message.content, Said) else "")
        ends = time.monotonic() + (0.02 if attended[-1] == "dear" else 0.0)
        while time.monotonic() < ends:
            pass
        return respond(conversation, message, now)

    room = Guide(store, respond=slow, allowance=Allowance(), group_seconds=0.05).reception
    people = [f"06{person:02}" for person in range(8)]
    await room.accept([update(f"{at}-{again}", "dear", at) for again in range(5) for at in people])
    while len(attended) < len(people):
        room.attend_now()
    before = len(attended)
    await room.accept([update("o", "hello", "0700")])
    room.attend_now()
    assert attended[before] == "hello"
    while room.attend_now():
        pass
    assert attended.count("dear") == 5 * len(people)
