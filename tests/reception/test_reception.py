import asyncio
import json
import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.conversation.conversation import Conversation
from bot.conversation.events import QuestionAsked, Turn
from bot.message import Message, Reply
from bot.storage import (
    FromPerson,
    Store,
    ToPerson,
    Unreadable,
    Update,
    keep_unread,
    open_cases,
    person_of,
    transcript,
    unanswered_questions,
    unread_things,
)
from bot.storage.counts import figures
from bot.storage.tables import stored_conversation
from tests.reception.room import Guide, respond, trail, update
from tests.stores import opened, until


async def _said_to(store: Store, address: str) -> list[str]:
    def told(connection: Connection) -> list[str]:
        rows = connection.execute(
            text(
                "SELECT o.reply FROM outbox o JOIN identifiers i ON i.person = o.person"
                " WHERE i.address = :a ORDER BY o.id"
            ),
            {"a": address},
        )
        return [json.loads(row[0])["text"] for row in rows]

    return await store.read(told)


async def _stands(store: Store, address: str) -> Conversation:
    state = await store.read(
        lambda connection: connection.execute(
            text("SELECT c.state FROM conversations c JOIN identifiers i ON i.person = c.person WHERE i.address = :a"),
            {"a": address},
        ).scalar()
    )
    assert state is not None
    return stored_conversation(state)


async def test_message_changes_the_conversation_and_is_answered(store: Store) -> None:
    """A message that came is attended: the conversation goes on by one answer, and a reply is on its way."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1))
    assert (await _stands(store, "0600")).trail == trail("m1")
    assert await _said_to(store, "0600") == ["1:hello"]


async def test_message_delivered_again_counts_once(store: Store) -> None:
    """A platform may deliver a message many times, in one batch or days later: it counts once."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1), update(1), update(2))
        await asyncio.gather(*(guide.hears(update(2)) for _ in range(20)))
        await guide.hears(update(1))
    assert (await _stands(store, "0600")).trail == trail("m1", "m2")


async def test_batch_of_many_people_is_answered_in_the_order_of_each(store: Store) -> None:
    """A batch that mixes messages of many people is answered to each in the order of their own."""
    guide = Guide(store)
    batch = [update(f"{n}-{person}", str(n), f"06{person}") for n in range(5) for person in range(30)]
    async with guide.at_work(delivers=False):
        await guide.hears(*batch)
    for person in range(30):
        assert await _said_to(store, f"06{person}") == [f"{n + 1}:{n}" for n in range(5)]


async def test_message_that_fails_costs_itself_alone(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A message that our own fault cannot answer gets an honest sentence; its neighbours are answered as ever."""
    guide = Guide(store)
    with caplog.at_level(logging.INFO):
        async with guide.at_work(delivers=False):
            await guide.hears(
                update(1, "french"), update(2, "boom"), update(3), update(4, "boom", "0700"), update(5, address="0800")
            )
    assert await _said_to(store, "0600") == ["1:french", "sorry-fr", "2:hello"]
    assert await _said_to(store, "0700") == ["sorry-ar"]
    assert await _said_to(store, "0800") == ["1:hello"]
    assert (await _stands(store, "0600")).trail == trail("m1", "m3")
    failed = await store.read(
        lambda connection: connection.execute(text("SELECT error FROM inbox WHERE state = 'failed'")).scalars().all()
    )
    assert failed == ["ZeroDivisionError"] * 2
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert sum("event=message_failed" in line for line in told) == 2
    assert not any("boom" in line or "0600" in line for line in told)


async def test_message_that_cannot_be_read_costs_itself_alone(store: Store) -> None:
    """A malformed message in a batch is kept as it came, and the good ones go on."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1), Update("chat", "m2", "0600", b"\xff{"), update(3))
    assert await _said_to(store, "0600") == ["1:hello", "sorry-ar", "2:hello"]
    raw = await store.read(
        lambda connection: connection.execute(text("SELECT raw FROM inbox WHERE state = 'failed'")).scalar()
    )
    assert raw is not None
    assert bytes(raw) == b"\xff{"


async def test_words_that_no_database_keeps_cost_nobody_anything(store: Store) -> None:
    """Null characters and lone surrogates in what people write neither stop nor lose anything."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1, "ask \0 what"), update(2, "\ud800"), update(3))
    assert (await _stands(store, "0600")).trail == trail("m1", "m3")
    assert (await store.read(unanswered_questions))[0].text == " what"


async def test_turn_that_the_database_refuses_is_found_and_told(store: Store) -> None:
    """When the database refuses what one message led to, that one gets the honest sentence and no other suffers."""

    def poisonous(before: Conversation, message: Message, now: datetime) -> Turn:
        turn = respond(before, message, now)
        if turn.replies[0].text.endswith("poison"):
            return replace(turn, events=(QuestionAsked("x", (), None),))  # type: ignore[arg-type]
        return turn

    guide = Guide(store, respond=poisonous)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1), update(2, "poison", "0700"), update(3), update(4, address="0700"))
    assert await _said_to(store, "0600") == ["1:hello", "2:hello"]
    assert await _said_to(store, "0700") == ["sorry-ar", "1:hello"]


async def test_waiting_messages_are_attended_after_a_restart(url: str) -> None:
    """What was taken in and not answered before the program ended is answered when it starts again."""
    with opened(url) as store:
        await Guide(store).reception.accept([update(1), update(2)])
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work(delivers=False):
            assert await guide.reception.settled("chat", "m2")
        assert await _said_to(store, "0600") == ["1:hello", "2:hello"]


async def test_order_holds_when_messages_come_from_all_sides(store: Store) -> None:
    """However many requests come at once, each person's messages are answered one after the other, none twice."""
    guide = Guide(store)

    async def talks(person: int) -> None:
        for number in range(10):
            await guide.reception.accept([update(f"{person}-{number}", str(number), f"p{person}")])

    async with guide.at_work(delivers=False):
        await asyncio.gather(*(talks(person) for person in range(25)))
        for person in range(25):
            assert await guide.reception.settled("chat", f"m{person}-9")
    for person in range(25):
        assert await _said_to(store, f"p{person}") == [f"{n + 1}:{n}" for n in range(10)]


async def test_two_programs_share_the_work(url: str) -> None:
    """Two programs on one database attend every message once, in the order of its person."""
    with opened(url) as one, opened(url) as other:
        first, second = Guide(one), Guide(other)

        async def talks(person: int) -> None:
            for number in range(10):
                guide = (first, second)[(person + number) % 2]
                await guide.reception.accept([update(f"{person}-{number}", str(number), f"p{person}")])

        async with first.at_work(delivers=False), second.at_work(delivers=False):
            await asyncio.gather(*(talks(person) for person in range(20)))
            for person in range(20):
                assert await second.reception.settled("chat", f"m{person}-9")
        for person in range(20):
            assert await _said_to(one, f"p{person}") == [f"{n + 1}:{n}" for n in range(10)]


async def test_transcript_is_what_was_said_on_both_sides(store: Store) -> None:
    """The transcript tells in order what was said and answered; a tapped choice is shown by its label."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(
            update(1, "menu"), update(2, "", choice="go:export"), update(3, "three"), update(4, "", choice="go:export")
        )
        await guide.hears(update(5, "", choice="go:gone"))
    person = await store.read(lambda connection: person_of(connection, "chat", "0600"))
    assert person is not None
    shown = await store.read(lambda connection: transcript(connection, person))
    assert [
        (bubble.kind, bubble.text) if isinstance(bubble, FromPerson) else (bubble.who, bubble.reply.text)
        for bubble in shown
    ] == [
        ("said", "menu"),
        ("guide", "menu"),
        ("chose", "Export"),
        ("guide", "2:"),
        ("said", "three"),
        ("guide", "3:a"),
        ("guide", "3:b"),
        ("guide", "3:c"),
        ("chose", "Export"),
        ("guide", "4:"),
        ("guide", "5:"),
    ]
    ids = [bubble.id for bubble in shown]
    assert ids == sorted(set(ids))
    later = await store.read(lambda connection: transcript(connection, person, after=ids[5]))
    assert [bubble.id for bubble in later] == ids[6:]
    assert [b.id for b in await store.read(lambda connection: transcript(connection, person, most=3))] == ids[-3:]


async def test_person_who_is_forgotten(store: Store) -> None:
    """Who asks to be forgotten leaves no words, no address and no case behind, and is new when they write again."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1, "secret-one", "0661234567"), update(2, "ask secret-question", "0661234567"))
        await guide.hears(update(3, "other", "0700"))
    person = await store.read(lambda connection: person_of(connection, "chat", "0661234567"))
    assert person is not None
    async with guide.at_work():
        await guide.hears(update(4, "forget", "0661234567"), update(5, "again", "0661234567"))
        await until(lambda: {"3:forget", "1:again"} <= set(guide.platform.texts("0661234567")))
    assert await store.read(lambda connection: person_of(connection, "chat", "0661234567")) not in {None, person}
    assert (await _stands(store, "0661234567")).trail == trail("m5")
    assert (await _stands(store, "0700")).trail == trail("m3")
    kept = await store.read(
        lambda connection: [
            tuple(row)
            for table in ("inbox", "outbox", "people", "conversations", "identifiers", "cases", "case_messages")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            if person in row
        ]
    )
    assert not any(words in str(kept) for words in ("secret", "0661234567"))
    assert await store.read(unanswered_questions) == []
    async with guide.at_work(delivers=False):
        await guide.hears(update(1, "secret-one", "0661234567"))
    assert (await _stands(store, "0661234567")).trail == trail("m5")


async def test_what_could_not_be_read_is_forgotten_too(store: Store) -> None:
    """With a person goes what came from them and could not be read, by whichever of their names it tells."""
    guide = Guide(store)
    await guide.heard(replace(update(1, address="MA.1"), alias="212600000001"))
    things = [
        Unreadable("chat", "u1", "kind", b"mine", ("212600000001",)),
        Unreadable("chat", "u2", "kind", b"mine", ("212600000009", "MA.1")),
        Unreadable("chat", "u3", "kind", b"of one whose name begins alike", ("MA.12",)),
        Unreadable("other", "u4", "kind", b"elsewhere", ("MA.1",)),
        Unreadable("chat", "u5", "kind", b"nobody knows whose"),
    ]
    await store.write(lambda connection: keep_unread(connection, things, guide.clock().timestamp()))
    await guide.heard(replace(update(2, "forget", "MA.1"), alias="212600000001"))
    left = [thing.raw for thing in await store.read(unread_things)]
    assert left == [b"nobody knows whose", b"elsewhere", b"of one whose name begins alike"]


async def test_case_of_a_forgotten_person_is_closed(store: Store) -> None:
    """A case goes when its person asks to be forgotten."""

    def forgetful(before: Conversation, message: Message, now: datetime) -> Turn:
        return respond(replace(before, with_person=False), message, now)

    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1, "person my secret"))
    guide = Guide(store, respond=forgetful)
    async with guide.at_work(delivers=False):
        await guide.hears(update(2, "forget"))
    assert await store.read(open_cases) == []
    assert await store.read(lambda c: c.execute(text("SELECT count(*) FROM case_messages")).scalar()) == 0


async def test_address_of_ours_stays_after_forgetting(store: Store) -> None:
    """A browser's own random key stays after forgetting, with nothing behind it but the confirmation."""
    guide = Guide(store, own_addresses=frozenset({"chat"}))
    async with guide.at_work(delivers=False):
        await guide.hears(update(1), update(2, "forget"))
    person = await store.read(lambda connection: person_of(connection, "chat", "0600"))
    assert person is not None
    [shown] = await store.read(lambda connection: transcript(connection, person))
    assert isinstance(shown, ToPerson)
    assert shown.reply.text == "2:forget"
    assert await _stands(store, "0600") == Conversation()


async def test_forgotten_words_are_not_in_the_file(url: str) -> None:
    """What SQLite was made to forget is not to be found in its file either."""
    if not url.startswith("sqlite"):
        pytest.skip("about SQLite's file")
    with opened(url) as store:
        guide = Guide(store)
        async with guide.at_work(delivers=False):
            await guide.hears(update(1, "verysecretword"), update(2, "forget"))
    file = Path(url.removeprefix("sqlite:///"))
    assert b"verysecretword" not in file.read_bytes()
    assert not file.with_name(file.name + "-wal").exists()


async def test_questions_are_counted_without_who_asked(store: Store) -> None:
    """Questions that were not surely answered are listed, most asked first, whatever their spelling."""
    guide = Guide(store)
    async with guide.at_work(delivers=False):
        await guide.hears(update(1, "ask Chiffre?"), update(2, "ask export", "0700"))
        await guide.hears(update(3, "ask CHIFFRE", "0700"), update(4, "choose chiffre", "0700"))
    asked = await store.read(unanswered_questions)
    assert [(one.text, one.times, one.zone, one.best, one.chosen) for one in asked] == [
        ("CHIFFRE", 2, "unsure", ("export.turnover", "charters.what"), "export.turnover"),
        ("export", 1, "unsure", ("export.turnover", "charters.what"), ""),
    ]
    counts = await store.read(lambda connection: figures(connection, "2026-11-23", "2026-11-23"))
    assert counts["2026-11-23", "question", "unsure"] == 3
    assert counts["2026-11-23", "message", "chat"] == 4


async def test_terminal_is_answered_at_once(store: Store) -> None:
    """The terminal is answered without an event loop, each line once."""
    guide = Guide(store)
    told: list[Reply] = await asyncio.to_thread(guide.reception.answer_now, update(1, "three"))
    assert [reply.text for reply in told] == ["1:a", "1:b", "1:c"]
    assert await asyncio.to_thread(guide.reception.answer_now, update(1, "three")) == []
