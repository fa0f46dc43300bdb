"""Replies that wait for their person to write, and what platforms tell of replies by their numbers alone."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select

from bot.message import PersonId
from bot.storage import (
    SendOutcome,
    StatusTold,
    Store,
    came_back,
    is_new,
    last_heard,
    note_statuses,
    reopen,
    was_put_off,
)
from bot.storage.files import mark
from bot.storage.outbox import Departure, due, mark_departures, record
from bot.storage.pruning import MESSAGES, old
from bot.storage.tables import identifiers, inbox, outbox, people

_NOW = 1_795_424_400.0
_HOUR = 3600.0
_OUTSIDE = "131047 outside_24h_window"
_INVITED = f"{_OUTSIDE} template_sent"
_ADDRESS = "212600000001"
_PERSON = PersonId("p")
_FAILED = StatusTold("whatsapp", "failed", 1, "theirs", _OUTSIDE)
_AGAIN = StatusTold("whatsapp", "failed", 1, "theirs", _OUTSIDE, again_after=0.0)


def _meet(connection: Connection) -> None:
    """Know a person who wrote an hour ago."""
    named = {"channel": "whatsapp", "address": _ADDRESS, "person": _PERSON}
    connection.execute(insert(people).values(id=_PERSON, created=_NOW - _HOUR))
    connection.execute(insert(identifiers).values(**named, is_lent=True))
    rest = {"raw": b"{}", "received": _NOW - _HOUR, "state": "done", "attempts": 1}
    connection.execute(insert(inbox).values(**named, mark=mark(connection, "whatsapp", "m1"), **rest))


def _answer(connection: Connection, **columns: Any) -> None:
    """Answer the person's message."""
    made = {"person": _PERSON, "channel": "whatsapp", "address": _ADDRESS, "inbox_id": 1, "who": "guide", "place": 1}
    rest = {"reply": "{}", "created": _NOW, "state": "waiting", "due": _NOW, "attempts": 0}
    connection.execute(insert(outbox).values(**{**made, **rest, **columns}))


def _state(connection: Connection, number: int = 1) -> tuple[str, str | None, str]:
    row = connection.execute(select(outbox).where(outbox.c.id == number)).one()
    return row.state, row.status, row.address


@pytest.fixture
def connected(store: Store) -> Store:
    """Give a store that knows a person and the answer that waits for them."""
    store.write_now(_meet)
    store.write_now(_answer)
    return store


def _noted(store: Store, *told: StatusTold) -> tuple[str, str | None, str]:
    store.write_now(partial(note_statuses, told=told, now=_NOW))
    return store.read_now(_state)


def _departed(store: Store) -> None:
    [reply] = store.read_now(partial(due, channel="whatsapp", busy=(), most=9, now=_NOW + 4000))
    store.write_now(partial(mark_departures, departures=[Departure(reply, "whatsapp")], now=_NOW))


def _sent(store: Store, name: str = "theirs") -> None:
    _departed(store)
    _recorded(store, name)


def _recorded(store: Store, name: str = "theirs") -> None:
    store.write_now(partial(record, outcomes=[SendOutcome(1, "whatsapp", "sent", name)], now=_NOW))


def test_what_waits_for_a_person_is_due_when_they_write(connected: Store) -> None:
    """Only what was put off because of the window, at this address, becomes due when its person writes."""
    later: dict[str, Any] = {"due": _NOW + 900}
    connected.write_now(lambda connection: connection.execute(outbox.update().values(**later, error=_INVITED)))
    connected.write_now(partial(_answer, **later, error="131056 pair_rate", person="q"))
    connected.write_now(partial(_answer, **later, error=_INVITED, person="r", address="212600000002"))
    connected.write_now(partial(_answer, **later, error=_INVITED, person="s", channel="telegram"))
    reopened = partial(reopen, channel="whatsapp", addresses=[_ADDRESS], reason=_OUTSIDE, now=_NOW)
    connected.write_now(reopened)
    found = connected.read_now(partial(due, channel="whatsapp", busy=(), most=9, now=_NOW))
    assert [one.id for one in found] == [1]


def test_a_number_is_believed_about_its_own_channel(connected: Store) -> None:
    """What a platform tells by our number changes nothing of another channel's reply with that number."""
    assert _noted(connected, StatusTold("telegram", "read", 1), StatusTold("telegram", "failed", 1)) == (
        "waiting",
        None,
        _ADDRESS,
    )
    assert _noted(connected, StatusTold("whatsapp", "read", 1)) == ("sent", "read", "")


def test_a_failure_of_an_earlier_sending_is_late(connected: Store) -> None:
    """A reply that was sent a second time did not fail with the first; one of its parts has no name to go by."""
    _sent(connected, "second")
    assert _noted(connected, StatusTold("whatsapp", "failed", 1, "first", "131026")) == ("sent", "sent", "")
    assert _noted(connected, StatusTold("whatsapp", "failed", 1, None, "131026")) == ("dead", "failed", "")


def test_failure_outside_the_window_waits_again(connected: Store) -> None:
    """A reply that the platform took and then found the window closed for waits again where the template may invite."""
    _sent(connected)
    assert not connected.read_now(partial(came_back, number=1, reason=_OUTSIDE))
    assert _noted(connected, _AGAIN) == ("waiting", None, _ADDRESS)
    assert connected.read_now(partial(came_back, number=1, reason=_OUTSIDE))
    # The same once more, and what else comes late about the sending that failed, changes nothing.
    assert _noted(connected, _FAILED, StatusTold("whatsapp", "sent", 1, "theirs"), _AGAIN) == (
        "waiting",
        None,
        _ADDRESS,
    )
    _sent(connected, "second")
    assert _noted(connected, _AGAIN) == ("sent", "sent", "")
    assert _noted(connected, StatusTold("whatsapp", "read", 1, "second")) == ("sent", "read", "")


def test_what_came_back_goes_out_once_its_person_writes(connected: Store) -> None:
    """A reply that came back is no longer held against the window when something was received since."""
    _sent(connected)
    _noted(connected, _AGAIN)
    connected.write_now(lambda connection: connection.execute(inbox.update().values(received=_NOW + 1)))
    assert not connected.read_now(partial(came_back, number=1, reason=_OUTSIDE))


def test_failure_without_a_template_ends(connected: Store) -> None:
    """Without a template such a reply is given up, and so is one to somebody who is not known any more."""
    _sent(connected)
    assert _noted(connected, _FAILED) == ("dead", "failed", "")
    connected.write_now(lambda connection: connection.execute(inbox.update().values(address="")))
    assert _noted(connected, _AGAIN) == ("dead", "failed", "")


def test_failure_that_comes_before_we_know(connected: Store) -> None:
    """A failure told while the sending is under way is not written over by our own "sent", final or passing."""
    _departed(connected)
    assert _noted(connected, _AGAIN) == ("waiting", None, _ADDRESS)
    _recorded(connected)
    assert connected.read_now(_state) == ("waiting", None, _ADDRESS)
    _departed(connected)
    final = StatusTold("whatsapp", "failed", 1, None, "131026")
    assert _noted(connected, final)[:2] == ("dead", "failed")
    _recorded(connected, "second")
    assert connected.read_now(_state) == ("dead", "failed", "")


def test_a_dead_reply_tells_no_address(connected: Store) -> None:
    """A reply that is given up keeps nothing of where its person is."""
    connected.write_now(partial(record, outcomes=[SendOutcome(1, "whatsapp", "dead", reason="131026")], now=_NOW))
    assert connected.read_now(_state) == ("dead", None, "")


def test_the_window_of_somebody_forgotten(connected: Store) -> None:
    """Who had us forget them is known by no name, and can still be told so: by the message that is answered."""
    heard = partial(last_heard, channel="whatsapp", address=_ADDRESS)
    assert connected.read_now(heard) == _NOW - _HOUR
    connected.write_now(lambda connection: connection.execute(delete(identifiers)))
    assert connected.read_now(heard) == _NOW - _HOUR
    _sent(connected)
    assert connected.read_now(heard) is None


def test_an_invitation_is_known_after_a_restart(connected: Store) -> None:
    """That a person was invited is seen from any reply to them that waits for it, or died of it within the day."""
    connected.write_now(_answer)
    asked = partial(was_put_off, number=2, reason=_INVITED, since=_NOW - 24 * _HOUR)
    assert not connected.read_now(asked)
    first = outbox.update().where(outbox.c.id == 1)
    connected.write_now(lambda connection: connection.execute(first.values(error=_INVITED)))
    assert connected.read_now(asked)
    connected.write_now(lambda connection: connection.execute(first.values(state="dead")))
    assert connected.read_now(asked)
    connected.write_now(lambda connection: connection.execute(first.values(created=_NOW - 25 * _HOUR)))
    assert not connected.read_now(asked)


def test_news_is_new_once(connected: Store) -> None:
    """The same news is known when it comes again, is nobody's message, and grows old with the messages."""
    told = partial(is_new, channel="whatsapp", external_id="s1", now=_NOW)
    assert [connected.write_now(told) for _ in range(3)] == [True, False, False]
    assert connected.write_now(partial(is_new, channel="whatsapp", external_id="s2", now=_NOW))
    assert len(connected.read_now(partial(old, kind=MESSAGES, before=_NOW + 1)).numbers) == 3
