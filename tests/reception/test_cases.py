import asyncio

import pytest
from sqlalchemy import text

from bot.message import Language, Reply
from bot.storage import NoSuchCaseError, Store, answer_case, close_case, open_cases, person_of
from tests.reception.room import Guide, update
from tests.stores import until

BACK: dict[Language, Reply] = {"ar": Reply("back-ar"), "fr": Reply("back-fr")}


async def test_case_from_asking_to_closing(store: Store) -> None:
    """Who asks for a person has a case: the guide is silent, staff read and answer, and give them back in the end."""
    guide = Guide(store)
    now = guide.clock().timestamp()
    async with guide.at_work():
        await guide.hears(update(1, "french"), update(2, "person I need help"), update(3, "are you there?"))
        [case] = await store.read(open_cases)
        assert [(said.who, said.text) for said in case.messages] == [
            ("person", "I need help"),
            ("person", "are you there?"),
        ]
        assert (case.channel, case.language) == ("chat", "fr")
        await store.write(lambda connection: answer_case(connection, case.id, "yes", now))
        guide.delivery.tell()
        await guide.hears(update(4, "thank you"))
        [case] = await store.read(open_cases)
        assert [said.who for said in case.messages] == ["person", "person", "staff", "person"]
        await store.write(lambda connection: close_case(connection, case.id, BACK, now))
        guide.delivery.tell()
        assert await store.read(open_cases) == []
        await guide.hears(update(5, "hello"))
        await until(lambda: len(guide.platform.got) == 5)
    assert guide.platform.texts("0600") == ["1:french", "2:person I need help", "yes", "back-fr", "3:hello"]
    for gone in (case.id, 99):
        with pytest.raises(NoSuchCaseError):
            await store.write(lambda connection, gone=gone: answer_case(connection, gone, "?", now))  # type: ignore[misc]


async def test_answer_of_staff_wakes_who_waits(store: Store) -> None:
    """A page that waits for news is woken when an answer of the staff has gone out, also from another program."""
    guide = Guide(store)
    async with guide.at_work():
        await guide.hears(update(1, "person help"))
        await until(lambda: len(guide.platform.got) == 1)
        person = await store.read(lambda connection: person_of(connection, "chat", "0600"))
        with guide.notices.watching(person) as watch:
            await store.write(lambda connection: answer_case(connection, 1, "yes", guide.clock().timestamp()))
            while guide.platform.texts("0600")[-1] != "yes":
                assert await watch.news(5)


async def test_asking_twice_is_one_case(store: Store) -> None:
    """A person has one open case at a time, however often they ask."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await asyncio.gather(*(guide.hears(update(n, f"person {n}")) for n in range(6)))
    assert await store.read(lambda connection: connection.execute(text("SELECT count(*) FROM cases")).scalar()) == 1
    [case] = await store.read(open_cases)
    assert len(case.messages) == 6
