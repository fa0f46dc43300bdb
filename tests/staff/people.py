"""People who wrote and ask for a person, as the store has them after their turns."""

from dataclasses import replace
from typing import Any

from sqlalchemy import text

from bot.conversation.conversation import Answer, Conversation
from bot.message import Language, PersonId, Reply
from bot.storage import Store, introduce, person_of
from bot.storage.cases import open_or_add
from bot.storage.outbox import ADD_REPLY, reply_row
from bot.storage.tables import encoded, inbox


def writes(
    store: Store,
    address: str,
    words: str,
    now: float,
    *,
    channel: str = "web",
    language: Language = "ar",
    facts: dict[str, Any] | None = None,
) -> int:
    """Let somebody write to staff, and return the number of their case."""

    def wrote(at: Any) -> int:
        introduce(at, [(channel, address, None)], now)
        person = person_of(at, channel, address)
        assert person is not None
        place = int(now * 1_000_000)
        conversation = replace(
            Conversation(language), with_person=True, trail=tuple(Answer(*one) for one in (facts or {}).items())
        )
        at.execute(
            inbox.insert().values(
                channel=channel, mark=f"{address}{now}{words}".encode()[:60], address=address, person=person, raw=b"",
                received=now, state="done", attempts=1, kind="said", said=words, place=place,
            )
        )  # fmt: skip
        row = reply_row(person, (channel, address), encoded(Reply("جواب الدليل")), place + 1, now)
        ADD_REPLY.run(at, [row])
        at.execute(
            text("UPDATE conversations SET state = :state, place = :place WHERE person = :person"),
            {"state": encoded(conversation), "place": place + 1, "person": person},
        )
        at.execute(text("UPDATE outbox SET state = 'sent', address = '' WHERE person = :p"), {"p": person})
        open_or_add(at, person, words, now)
        return int(
            at.execute(text("SELECT max(id) FROM cases WHERE person = :p AND state = 'open'"), {"p": person}).scalar()
        )

    return store.write_now(wrote)


def of(store: Store, address: str, channel: str = "web") -> PersonId:
    """Return who has an address."""
    found = store.read_now(lambda at: person_of(at, channel, address))
    assert found is not None
    return found
