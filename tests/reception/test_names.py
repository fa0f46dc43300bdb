"""Who is who on a platform that tells two names: one of a person's own, and a number that can pass to a stranger."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.message import Language, PersonId, Reply
from bot.storage import (
    FromPerson,
    NoSuchCaseError,
    Store,
    Update,
    answer_case,
    close_case,
    dead_letters,
    move,
    open_cases,
    person_of,
    send_again,
    transcript,
)
from bot.storage.identity import IDLE
from bot.storage.tables import stored_conversation
from tests.reception.room import Guide, trail, update

NUMBER, OTHER_NUMBER = "212600000001", "212600000002"
OWN, OTHER_OWN = "MA.1", "MA.2"
#: What a person with these names writes: both told, only their own, only the number.
BOTH, ALONE, BARE = (OWN, NUMBER), (OWN, None), (NUMBER, NUMBER)


def _from(number: int, who: tuple[str, str | None], words: str = "hello") -> Update:
    address, alias = who
    return replace(update(number, words, address), alias=alias)


async def _person(store: Store, address: str) -> PersonId | None:
    return await store.read(partial(person_of, channel="chat", address=address))


async def _knows(store: Store, address: str) -> list[str]:
    """Return the messages that the conversation of an address remembers."""
    person = await _person(store, address)
    state = await store.read(
        lambda connection: connection.execute(
            text("SELECT state FROM conversations WHERE person = :person"), {"person": person}
        ).scalar()
    )
    return [] if state is None else [str(answer.value) for answer in stored_conversation(state).trail]


async def _in_turn(store: Store, *came: tuple[str, str | None], apart: float = 60.0) -> Guide:
    """Attend messages m1, m2… in this order, so far apart."""
    guide = Guide(store)
    for number, who in enumerate(came, 1):
        await guide.heard(_from(number, who))
        guide.clock.forward(apart)
    return guide


@pytest.mark.parametrize(
    "came",
    [
        (BOTH, BOTH, BOTH),
        (BOTH, ALONE, BARE),
        (BOTH, BARE, ALONE),
        (BARE, BOTH, ALONE),
        (BARE, BARE, BOTH),
        (ALONE, BOTH, BARE),
        (ALONE, ALONE, BOTH),
    ],
)
async def test_one_person_whichever_name_is_told(store: Store, came: tuple[tuple[str, str | None], ...]) -> None:
    """Whichever of a person's names is told and whichever is missing, they go on where they stood."""
    await _in_turn(store, *came)
    assert await _knows(store, came[-1][0]) == ["m1", "m2", "m3"]
    assert await store.read(_people) == 1


def _people(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM people")).scalar() or 0)


async def test_two_names_first_told_apart(store: Store) -> None:
    """Who wrote under each name before the platform told them together is one person, with the messages of both."""
    await _in_turn(store, ALONE, BARE, BOTH)
    person = await _person(store, NUMBER)
    assert person is not None
    assert person == await _person(store, OWN)
    shown = await store.read(partial(transcript, person=person))
    assert sum(isinstance(bubble, FromPerson) for bubble in shown) == 3
    # The conversation is the one under their own name.
    assert await _knows(store, OWN) == ["m1", "m3"]
    assert await store.read(_people) == 1


async def test_number_told_with_another_own_name_is_anothers(store: Store) -> None:
    """A known number told with another user id has passed on: a stranger starts fresh, the first keeps theirs."""
    await _in_turn(store, BOTH, (OTHER_OWN, NUMBER), BARE, ALONE)
    assert await _knows(store, OTHER_OWN) == ["m2", "m3"]
    assert await _knows(store, OWN) == ["m1", "m4"]
    assert await _person(store, NUMBER) == await _person(store, OTHER_OWN)


async def test_number_passes_on_in_one_batch(store: Store) -> None:
    """The same holds when both are told in one batch."""
    guide = Guide(store)
    await guide.reception.accept([_from(1, BOTH), _from(2, (OTHER_OWN, NUMBER)), _from(3, BOTH)])
    guide.attends()
    assert await _knows(store, OWN) == ["m1", "m3"]
    assert await _knows(store, OTHER_OWN) == ["m2"]


async def test_new_number_of_a_person(store: Store) -> None:
    """Who writes under their user id with another number is the same person; the number before is theirs no more."""
    await _in_turn(store, BOTH, (OWN, OTHER_NUMBER), (OTHER_NUMBER, OTHER_NUMBER), BARE)
    assert await _knows(store, OWN) == ["m1", "m2", "m3"]
    assert await _knows(store, NUMBER) == ["m4"]


async def test_number_of_two_people_joins_nobody(store: Store) -> None:
    """A person with a number of their own who then writes from another's is not made one with them."""
    await _in_turn(store, BARE, (OTHER_OWN, OTHER_NUMBER), (OTHER_OWN, NUMBER))
    assert await _knows(store, OTHER_OWN) == ["m2", "m3"]
    assert await store.read(_people) == 2


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        # Only the number is known, or told: after so long it may be another's.
        (BARE, BARE, False),
        (BARE, BOTH, False),
        (BOTH, BARE, False),
        # A person's own name never passes on.
        (BOTH, BOTH, True),
        (BOTH, ALONE, True),
        (ALONE, BOTH, True),
    ],
)
async def test_after_a_long_silence(
    store: Store, before: tuple[str, str | None], after: tuple[str, str | None], is_same: bool
) -> None:
    """After 45 days of silence a number alone is no longer taken for the same person's; a user id always is."""
    guide = await _in_turn(store, before, apart=IDLE - 1)
    await guide.heard(_from(2, before))
    assert await _knows(store, before[0]) == ["m1", "m2"]
    guide.clock.forward(IDLE + 1)
    await guide.heard(_from(3, after))
    assert await _knows(store, after[0]) == (["m1", "m2", "m3"] if is_same else ["m3"])


async def test_nothing_of_the_one_before_reaches_the_next(store: Store) -> None:
    """Whoever gets a number is sent nothing that was meant for the one before: no reply on its way, none of staff."""
    guide = await _in_turn(store, BARE)
    await guide.heard(_from(2, BARE, "person my secret"))
    guide.clock.forward(IDLE + 1)
    await guide.heard(_from(3, BARE))
    assert await store.read(open_cases) == []
    now = guide.clock().timestamp()
    back: dict[Language, Reply] = {"ar": Reply("back"), "fr": Reply("back")}
    with pytest.raises(NoSuchCaseError):
        await store.write(lambda connection: answer_case(connection, 1, "yes", now))
    with pytest.raises(NoSuchCaseError):
        await store.write(lambda connection: close_case(connection, 1, back, now))
    letters = await store.read(dead_letters)
    assert [(letter.reason, letter.can_be_sent) for letter in letters] == [("number_passed_on", False)] * 2
    assert not await store.write(lambda connection: send_again(connection, letters[0].id, now))
    waiting = await store.read(
        lambda connection: connection.execute(
            text("SELECT address, reply FROM outbox WHERE state = 'waiting' AND address <> ''")
        ).all()
    )
    assert [(address, "1:hello" in reply) for address, reply in waiting] == [(NUMBER, True)]


async def test_reply_to_a_number_that_passed_on_goes_to_the_own_name(store: Store) -> None:
    """What waits for somebody whose number passed on goes to their user id."""
    guide = Guide(store)
    await guide.heard(_from(1, BARE, "three"))
    await guide.heard(_from(2, BOTH))
    await guide.heard(_from(3, (OTHER_OWN, NUMBER)))
    addresses = await store.read(
        lambda connection: connection.execute(text("SELECT address FROM outbox ORDER BY id")).scalars().all()
    )
    assert addresses == [OWN, OWN, OWN, OWN, OTHER_OWN]


async def _moved(guide: Guide, before: str, after: str, *, is_number: bool = True) -> None:
    now = guide.clock().timestamp()
    await guide.store.write(lambda connection: move(connection, "chat", before, after, now, is_number=is_number))


async def test_platform_tells_of_a_new_number(store: Store) -> None:
    """A person of whom the platform tells a new number goes on under it, and the old one leads to nobody."""
    guide = await _in_turn(store, BARE)
    await _moved(guide, NUMBER, OTHER_NUMBER)
    await guide.heard(_from(2, (OTHER_NUMBER, OTHER_NUMBER)), _from(3, BARE))
    assert await _knows(store, OTHER_NUMBER) == ["m1", "m2"]
    assert await _knows(store, NUMBER) == ["m3"]


async def test_platform_tells_of_a_new_user_id(store: Store) -> None:
    """A person of whom the platform tells a new user id goes on under it and under their number."""
    guide = await _in_turn(store, BOTH)
    await _moved(guide, OWN, OTHER_OWN, is_number=False)
    await guide.heard(_from(2, (OTHER_OWN, NUMBER)), _from(3, BARE))
    assert await _knows(store, OTHER_OWN) == ["m1", "m2", "m3"]
    assert await _person(store, OWN) is None


async def test_new_number_was_somebodys(store: Store) -> None:
    """When the new number was another person's before, that person's answers stay apart from its new owner's."""
    guide = await _in_turn(store, BARE, (OTHER_NUMBER, OTHER_NUMBER))
    await _moved(guide, NUMBER, OTHER_NUMBER)
    await guide.heard(_from(3, (OTHER_NUMBER, OTHER_NUMBER)))
    assert await _knows(store, OTHER_NUMBER) == ["m1", "m3"]


async def test_new_number_after_a_long_silence(store: Store) -> None:
    """Whoever changes a number after a long silence may not be who had it: they start fresh."""
    guide = await _in_turn(store, BARE, apart=IDLE + 1)
    await _moved(guide, NUMBER, OTHER_NUMBER)
    await guide.heard(_from(2, (OTHER_NUMBER, OTHER_NUMBER)))
    assert await _knows(store, OTHER_NUMBER) == ["m2"]
    assert await _person(store, NUMBER) is None


async def test_what_waits_follows_the_person(store: Store) -> None:
    """What waits to be sent or attended when an address changes goes on under the new one."""
    guide = await _in_turn(store, BARE)
    await guide.reception.accept([_from(2, BARE)])
    await _moved(guide, NUMBER, OTHER_NUMBER)
    guide.attends()
    assert await _knows(store, OTHER_NUMBER) == ["m1", "m2"]
    addresses = await store.read(
        lambda connection: connection.execute(text("SELECT DISTINCT address FROM outbox")).scalars().all()
    )
    assert addresses == [OTHER_NUMBER]
    assert await _person(store, NUMBER) is None


async def test_stranger_to_the_platforms_news_is_nobody(store: Store) -> None:
    """News of somebody who never wrote keeps nothing."""
    guide = Guide(store)
    await _moved(guide, NUMBER, OTHER_NUMBER)
    assert await store.read(_people) == 0


async def test_other_channels_addresses_never_pass_on(store: Store) -> None:
    """An address without a lent name, a chat's or a browser's, leads to its person after years."""
    guide = await _in_turn(store, ("chat-1", None), apart=3 * 365 * 24 * 3600.0)
    await guide.heard(_from(2, ("chat-1", None)))
    assert await _knows(store, "chat-1") == [answer.value for answer in trail("m1", "m2")]
