"""Updates told apart and read into messages."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.incoming import Arrival, Blocking, Incoming, Moved, NotJsonError, Passed, TappedButton
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.updates import THANKING, topic_of, updates
from bot.channels.telegram.updates import read as read_telegram
from bot.channels.telegram.words import COMMANDS
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped, TappedAside, meaning
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Said, Sent
from bot.storage import Unreadable
from tests.channels.telegram.conftest import recorded
from tests.channels.telegram.examples import BLOCKED, CHAT, MEANINGS, MOVED, PASSED, UNBLOCKED, message, tap, update

_WHO = PersonId("p")


def _item(told: Any) -> Arrival:
    [item] = updates(json.dumps(told).encode())
    return item


def _incoming(told: Any) -> Incoming:
    item = _item(told)
    assert isinstance(item, Incoming), item
    return item


@pytest.mark.parametrize(("told", "content"), MEANINGS.values(), ids=MEANINGS)
def test_reads_what_people_send(told: dict[str, Any], content: Content) -> None:
    """Words, commands, links, taps and positions are read; everything else is named by its kind."""
    item = _incoming(told)
    read = read_telegram(item.raw, _WHO)
    assert (item.address, read.content) == ("123", content)
    assert read.external_id == item.external_id


@pytest.mark.parametrize("told", recorded())
def test_reads_what_was_recorded(told: dict[str, Any]) -> None:
    """Every recorded update is a message that is answered."""
    assert read_telegram(_incoming(told).raw, _WHO).content in {Said("Hi there"), Sent("voice"), Sent("photo")}


@pytest.mark.parametrize(("what", "told"), PASSED.items(), ids=PASSED)
def test_passes_over_what_needs_nothing(what: str, told: dict[str, Any]) -> None:
    """Edits, channels, groups and service messages are nobody's question."""
    assert _item(told) == Passed(what)


def test_notes_who_stopped_the_bot() -> None:
    """A person who stops the bot, or starts it again, is noted; so is a chat that has another id."""
    assert [_item(BLOCKED), _item(UNBLOCKED)] == [Blocking("123", True), Blocking("123", False)]
    assert _item(MOVED) == Moved("-55", "-10055")
    assert _item(update(chat={"id": -10055, "type": "supergroup"}, migrate_from_chat_id=-55)) == Moved("-55", "-10055")


def test_tells_a_tap() -> None:
    """A tap tells how to acknowledge it, what was on the button and below which message it stood."""
    assert _incoming(tap()).tap == TappedButton("4382", "المكتب", 6)
    assert _incoming(update(text="x")).tap is None


def test_counts_a_message_once() -> None:
    """The same message told again under another number is the same; another token's message never is."""
    first = _incoming(update(text="x"))
    assert _incoming({**update(text="x"), "update_id": 9}).external_id == first.external_id
    assert _incoming({"update_id": 1, "message": {**message(text="x"), "date": 1790000001}}) != first
    assert _incoming(update(text="x", number=8)).external_id != first.external_id
    assert _incoming(tap(query_id="1")).external_id != _incoming(tap(query_id="2")).external_id


def test_takes_an_album_for_one_message() -> None:
    """Ten pictures sent together are answered with one sentence."""
    album = [_incoming(update(number=number, photo=[], media_group_id="55")) for number in range(1, 11)]
    assert len({one.external_id for one in album}) == 1


def test_keeps_no_name_and_no_number() -> None:
    """What is kept of an update holds no name, no phone number and nothing that we said ourselves."""
    quoted = update(text="x", reply_to_message=message(3, text="quoted"), contact={"phone_number": "+2126"})
    kept = _incoming(quoted).raw + _incoming(tap()).raw
    for told in (b"Fatima", b"fatima", b"quoted", b"+2126", b"inline_keyboard"):
        assert told not in kept
    assert "Fatima" not in repr(_incoming(update(text="Fatima")))


def test_opens_every_answer_and_flow_by_a_link(library: Library) -> None:
    """Every command means something in the content, and every answer and flow of it can be opened by a link."""
    for choice in COMMANDS.values():
        assert meaning(choice, library) is not None
    for entry in library.entries:
        _opens("faq_" + entry.replace(".", "__"), Tapped("faq", entry), library)
    for flow in library.flows:
        _opens(f"flow_{flow}", Tapped("to", flow), library)


def _opens(payload: str, tap: Tapped, library: Library) -> None:
    assert len(payload) <= TelegramLimits.DEEP_LINK.most
    read = read_telegram(_incoming(update(text=f"/start {payload}")).raw, _WHO)
    assert isinstance(read.content, Chose)
    assert meaning(read.content.choice, library) == tap


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        ({"text": "  a\x00b\u202ec\r\nd \ud800"}, Said("abc\nd")),
        ({"text": "ا" * 6000}, Said("ا" * 5000)),
        ({"text": "/START"}, Chose(ChoiceId("do:start"))),
        ({"text": "/menu من فضلك"}, Said("/menu من فضلك")),
        ({"text": "/start " + "x" * 65}, Chose(ChoiceId("do:start"))),
        ({"text": 7}, Sent("other")),
        ({"location": {"latitude": 91, "longitude": 0}}, Sent("other")),
        ({"location": {"latitude": float("nan"), "longitude": 0}}, Sent("other")),
        ({"location": {"latitude": True, "longitude": 0}}, Sent("other")),
        ({"location": "here"}, Sent("other")),
        ({"venue": {"location": {"latitude": 30, "longitude": -9}}}, Located(30, -9)),
        ({}, Sent("other")),
    ],
)
def test_takes_what_is_odd(sent: dict[str, Any], content: Content) -> None:
    """Odd texts are cleaned and cut; odd positions and empty messages are something not read."""
    assert read_telegram(_incoming(update(**sent)).raw, _WHO).content == content


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"update_id": 1},
        {"update_id": 1, "new_kind": {}},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"chat": {"id": "123", "type": "private"}}},
        {"update_id": 1, "callback_query": {"id": 5, "data": "x"}},
        {"update_id": 1, "callback_query": {"id": "5", "data": "x"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 5}}},
    ],
)
def test_keeps_what_it_cannot_read(told: Any) -> None:
    """An update that is none is kept as it came, for staff, and is the same when it comes again."""
    item = _item(told)
    assert isinstance(item, Unreadable)
    assert json.loads(item.raw) == told
    assert _item(told) == item


@pytest.mark.parametrize("body", [b"", b"{", b"7", b'"x"', b"\xff", b"[" * 100_000])
def test_refuses_what_is_no_json(body: bytes) -> None:
    """A body that is neither an update nor a list of them is refused."""
    with pytest.raises(NotJsonError):
        updates(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from(
    "message callback_query my_chat_member chat id type from text location latitude venue photo data entities date"
    " message_id reply_markup inline_keyboard new_chat_member status migrate_to_chat_id media_group_id update_id"
    " callback_data private".split()
)
_ODD = st.recursive(
    _JSON | st.just("private") | st.just(123),
    lambda inner: st.dictionaries(_NAMES, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@given(st.lists(_ODD | _JSON, max_size=4), st.integers(0, 4))
def test_never_loses_a_neighbour(odd: list[Any], at: int) -> None:
    """Whatever stands beside a good message in a batch, the good one is read."""
    batch = [*odd[:at], update(text="سلام"), *odd[at:]]
    items = updates(json.dumps(batch).encode())
    assert len(items) == len(batch)
    good = items[min(at, len(odd))]
    assert isinstance(good, Incoming)
    for item in items:
        if isinstance(item, Incoming):
            assert read_telegram(item.raw, _WHO).external_id or item.external_id
    assert read_telegram(good.raw, _WHO).content == Said("سلام")


@given(st.binary() | _ODD.map(lambda thing: json.dumps(thing).encode()))
def test_never_raises_on_bytes(raw: bytes) -> None:
    """Whatever is stored, reading it gives a message."""
    assert read_telegram(raw, _WHO).channel == "telegram"


def test_knows_whose_an_unread_thing_is() -> None:
    """What cannot be read tells whose it is, so that it can be erased when the person is forgotten."""
    told = {"update_id": 1, "callback_query": {"id": 7, "from": {"id": 55}, "message": {"chat": {"id": "66"}}}}
    item = _item(told)
    assert isinstance(item, Unreadable)
    assert set(item.addresses) == {"55", "66"}


def test_a_number_beyond_all_bounds_costs_itself_alone() -> None:
    """A number of five thousand digits, which Python refuses to read, takes no good update with it."""
    body = json.dumps([update(text="x"), {"update_id": 0, "message": 1}, update(text="y")]).encode()
    items = updates(body.replace(b'"message": 1', b'"message": ' + b"1" * 5000))
    assert [type(item) for item in items] == [Incoming, Unreadable, Incoming]


def test_a_corrected_question_is_asked_again() -> None:
    """A text that was edited is another message than before, and the same one however often it is told."""
    first = update(text="شحال")
    told = {"update_id": 9, "edited_message": {**first["message"], "text": "شحال خاصني", "edit_date": 1790000009}}
    before, after = _incoming(first), _incoming(told)
    assert read_telegram(after.raw, _WHO).content == Said("شحال خاصني")
    assert before.external_id != after.external_id == _incoming(told).external_id


def test_a_topic_is_kept() -> None:
    """What is written in a topic of the chat is answered there, a tap too."""
    assert _incoming(update(text="سلام", message_thread_id=77, is_topic_message=True)).topic == 77
    tapped = _incoming(tap(message={"message_id": 6, "chat": CHAT, "date": 0, "message_thread_id": 77}))
    assert (tapped.topic, topic_of(tapped.raw)) == (77, 77)
    assert topic_of(b"") is None


@pytest.mark.parametrize("sign", sorted(THANKING))
def test_a_sign_below_an_answer_is_thanks(sign: str, library: Library) -> None:
    """Whoever sets a thankful sign below an answer has thanked; taking it away is silent."""
    reaction = {
        "chat": CHAT,
        "message_id": 5,
        "date": 1790000009,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": sign}],
    }
    item = _incoming({"update_id": 9, "message_reaction": reaction})
    content = read_telegram(item.raw, _WHO).content
    assert content == Said(sign)
    assert library.words.said_by_signs(sign) == "thanks"
    taken_away = {**reaction, "old_reaction": reaction["new_reaction"], "new_reaction": []}
    assert _item({"update_id": 9, "message_reaction": taken_away}) == Passed("reaction")


@pytest.mark.parametrize("payload", ["faq_export__gone", "flow_gone"])
def test_a_link_that_means_nothing_any_more_opens_the_menu(payload: str, library: Library) -> None:
    """Whoever follows the link of an answer that was taken away is shown the menu, and is told of no old button."""
    content = read_telegram(_incoming(update(text=f"/start {payload}")).raw, _WHO).content
    assert isinstance(content, Chose)
    assert meaning(content.choice, library) == TappedAside("menu")
