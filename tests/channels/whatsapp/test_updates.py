import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.incoming import Incoming, Moved, NotJsonError, Passed, Preference, ReplyStatus
from bot.channels.whatsapp.updates import Albums, read, updates
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Said, Sent
from bot.storage import Unreadable
from tests.standins.graph import NUMBER_ID, batch, message, value, words

_AT = 1_795_424_400.0
_USER = "MA.13491208655302741918"
_NUMBER = "212600000001"
_CLOSED = ReplyStatus("failed", None, "w", "131047 outside_24h_window")


def _content(kind: str, told: Any) -> Content:
    return read(json.dumps(message("m", kind, told, _AT)).encode(), PersonId("p")).content


@pytest.mark.parametrize(
    ("kind", "told", "content"),
    [
        ("text", {"body": "  السلام عليكم\r\nشحال؟ "}, Said("السلام عليكم\nشحال؟")),
        ("text", {"body": "x" * 9000}, Said("x" * 5000)),
        ("text", {"body": "a\x00b\u202ec\ud800"}, Said("abc")),
        ("interactive", {"button_reply": {"id": "to:office", "title": "x"}}, Chose(ChoiceId("to:office"))),
        ("interactive", {"list_reply": {"id": "a:x:1", "title": "x"}}, Chose(ChoiceId("a:x:1"))),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow"}}, Sent("form")),
        ("interactive", None, Sent("other")),
        ("button", {"payload": "do:menu", "text": "القائمة"}, Chose(ChoiceId("do:menu"))),
        ("button", {"payload": "القائمة", "text": "القائمة"}, Said("القائمة")),
        ("location", {"latitude": 27.15, "longitude": -13.2}, Located(27.15, -13.2)),
        ("location", {"latitude": "north", "longitude": 3}, Sent("other")),
        ("location", {"latitude": 91, "longitude": 3}, Sent("other")),
        ("location", {"latitude": float("nan"), "longitude": 3}, Sent("other")),
        ("location", {"latitude": True, "longitude": 3}, Sent("other")),
        ("audio", {"id": "1", "voice": True}, Sent("voice")),
        ("image", {"id": "1", "caption": "x"}, Sent("photo")),
        ("video", {"id": "1"}, Sent("video")),
        ("document", {"id": "1"}, Sent("document")),
        ("sticker", {"id": "1"}, Sent("sticker")),
        ("contacts", [{"name": {}}], Sent("contact")),
        ("order", {"catalog_id": "1"}, Sent("order")),
        ("a kind of next year", {"x": 1}, Sent("other")),
        ("request_welcome", None, Chose(ChoiceId("do:start"))),
        ("edit", {"original_message_id": "m0", "message": {"type": "text", "text": {"body": "شحال"}}}, Said("شحال")),
        ("edit", {"message": {"type": "edit", "edit": {}}}, Sent("other")),
    ],
)  # fmt: skip
def test_reads_each_kind(kind: str, told: Any, content: Content) -> None:
    """Texts, taps and positions are read; of everything else only what kind of thing it is."""
    assert _content(kind, told) == content


def test_a_batch_is_taken_apart() -> None:
    """Every message and every status of a batch is an item of its own, in the order they came in."""
    status = {"id": "wamid.s", "status": "delivered", "biz_opaque_callback_data": "7"}
    body = batch(
        [
            value(words("m1", "a", _AT, from_=_NUMBER), words("m2", "b", _AT, from_=_NUMBER), wa_id=_NUMBER),
            value(words("m3", "c", _AT, from_="33600000002"), statuses=[status]),
        ],
        in_one_entry=False,
    )
    items = updates(body)
    assert [item.external_id for item in items if isinstance(item, Incoming)] == ["m1", "m2", "m3"]
    assert items[-1] == ReplyStatus("delivered", 7, "wamid.s")


def test_one_bad_message_takes_no_neighbour_with_it() -> None:
    """Of a batch with messages that nobody can read the good ones go on, and the bad ones are kept as they came."""
    odd: list[Any] = [None, "text", 7, [], {}, {"type": "text"}, {"id": {"x": 1}, "from": ["212"], "type": 9}]
    told = value(wa_id=_NUMBER, user_id=_USER)
    told["messages"] = [words("m1", "a", _AT, from_=_NUMBER), *odd, words("m2", "b", _AT, from_="33600000002")]
    items = updates(batch([told]))
    assert len(items) == len(odd) + 2
    assert [item.external_id for item in items if isinstance(item, Incoming)] == ["m1", "m2"]
    unread = [item for item in items if isinstance(item, Unreadable)]
    assert [json.loads(item.raw) for item in unread] == odd
    assert len({item.external_id for item in unread}) == len(odd)
    assert [item.external_id for item in updates(batch([told])) if isinstance(item, Unreadable)] == [
        item.external_id for item in unread
    ]


@pytest.mark.parametrize("kind", ["text", "system", "sticker"])
def test_a_group_is_passed_over(kind: str) -> None:
    """What is said in a group is answered to nobody, as on Telegram."""
    told = {**message("m", kind, {"body": "سلام"}, _AT, from_=_NUMBER), "group_id": "120363@g.us"}
    assert updates(batch([value(told, wa_id=_NUMBER)])) == [Passed("group")]


@pytest.mark.parametrize(
    ("who", "contact", "address", "alias"),
    [
        ({"from_": _NUMBER, "from_user_id": _USER}, {"wa_id": _NUMBER, "user_id": _USER}, _USER, _NUMBER),
        ({"from_": _NUMBER}, {"wa_id": _NUMBER, "user_id": _USER}, _USER, _NUMBER),
        ({"from_user_id": _USER}, {"user_id": _USER}, _USER, None),
        ({}, {"user_id": _USER}, _USER, None),
        # A number that is the only name is told as one: it can pass to somebody else.
        ({"from_": _NUMBER}, {"wa_id": _NUMBER}, _NUMBER, _NUMBER),
        ({"from_": _NUMBER}, {}, _NUMBER, _NUMBER),
        # Argentina and Mexico: the platform writes the number in two ways.
        ({"from_": "5491122334455"}, {"wa_id": "541122334455"}, "541122334455", "541122334455"),
        # Someone else's contact is not the sender's.
        ({"from_": _NUMBER, "from_user_id": _USER}, {"wa_id": "33600000002", "user_id": "FR.2"}, _USER, _NUMBER),
    ],
)
def test_finds_who_wrote(who: dict[str, str], contact: dict[str, str], address: str, alias: str | None) -> None:
    """A person goes by the business-scoped user id where one is told, by the WhatsApp id where not."""
    told: dict[str, Any] = {**value(words("m", "a", _AT, **who)), **({"contacts": [contact]} if contact else {})}
    (item,) = updates(batch([told]))
    assert isinstance(item, Incoming)
    assert (item.address, item.alias, item.written) == (address, alias, _AT)


def test_each_of_a_batch_is_its_own_sender() -> None:
    """Two persons in one batch stay two, each with the contact that is theirs."""
    told = value(words("m1", "a", _AT, from_="1", from_user_id="MA.1"), words("m2", "b", _AT, from_="2"))
    told["contacts"] = [{"wa_id": "2", "user_id": "MA.2"}, {"wa_id": "1", "user_id": "MA.1"}, "broken"]
    first, second = updates(batch([told]))
    assert isinstance(first, Incoming)
    assert isinstance(second, Incoming)
    assert [(first.address, first.alias), (second.address, second.alias)] == [("MA.1", "1"), ("MA.2", "2")]


def test_what_identifies_a_person_is_not_shown() -> None:
    """Printed or logged, a message tells no number, no name and no word of anyone."""
    (item,) = updates(batch([value(words("m", "my words", _AT, from_=_NUMBER), wa_id=_NUMBER, user_id=_USER)]))
    assert _NUMBER not in repr(item)
    assert _USER not in repr(item)
    assert "my words" not in repr(item)


def test_what_is_for_another_number_is_passed_over() -> None:
    """Of two numbers of one account each guide answers its own."""
    told = value(words("m", "a", _AT, from_=_NUMBER))
    assert isinstance(updates(batch([told]), NUMBER_ID)[0], Incoming)
    assert updates(batch([told]), "other") == [Passed("other_number")]


@pytest.mark.parametrize("kind", ["reaction", "revoke"])
def test_some_things_want_no_answer(kind: str) -> None:
    """A thumb up, or a message taken back, is no question."""
    assert updates(batch([value(message("m", kind, {"message_id": "x"}, _AT, from_=_NUMBER))])) == [Passed(kind)]


def test_a_person_who_changes_number_stays_the_same() -> None:
    """The platform tells the old name and the new one, whichever kinds of names they are."""
    system = {"body": "x", "type": "user_changed_number", "wa_id": "212600000009"}
    assert updates(batch([value(message("m", "system", system, _AT, from_=_NUMBER))])) == [
        Moved(_NUMBER, "212600000009", is_number=True, external_id="m")
    ]
    system = {"body": "x", "type": "user_changed_user_id", "user_id": "MA.9"}
    assert updates(batch([value(message("m", "system", system, _AT, from_user_id=_USER))])) == [
        Moved(_USER, "MA.9", is_number=False, external_id="m")
    ]
    # With both names told, what changed is changed: the number does not lead to a user id that is another's.
    told = message("m", "system", system, _AT, from_user_id=_USER, from_=_NUMBER)
    assert updates(batch([value(told)])) == [Moved(_USER, "MA.9", is_number=False, external_id="m")]


@pytest.mark.parametrize(
    ("told", "item"),
    [
        ({"status": "sent"}, ReplyStatus("sent", None, "w")),
        ({"status": "played", "biz_opaque_callback_data": "12"}, ReplyStatus("read", 12, "w")),
        ({"status": "read", "biz_opaque_callback_data": "12.1"}, Passed("part")),
        ({"status": "failed", "biz_opaque_callback_data": "12.1"}, ReplyStatus("failed", 12, None, "unknown")),
        ({"status": "failed", "errors": [{"code": 131047, "title": "+2"}]}, _CLOSED),
        ({"status": "delivered", "biz_opaque_callback_data": "another program's"}, ReplyStatus("delivered", None, "w")),
        ({"status": "delivered", "biz_opaque_callback_data": "9" * 30}, ReplyStatus("delivered", None, "w")),
        ({"status": "warming up"}, Passed("status")),
        ({"status": ["sent"]}, Passed("status")),
    ],
)  # fmt: skip
def test_reads_statuses(told: dict[str, Any], item: ReplyStatus | Passed) -> None:
    """A status goes by the outbox's number, and tells of a failure its code alone."""
    assert updates(batch([value(statuses=[{"id": "w", **told}])])) == [item]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"\xff", b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000]
)
def test_refuses_what_is_no_json(body: bytes) -> None:
    """A body that is no JSON object is refused as a whole."""
    with pytest.raises(NotJsonError):
        updates(body)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"object": "whatsapp_business_account"}, "body"),
        ({"entry": {"changes": []}}, "body"),
        ({"entry": None}, "body"),
        ({"entry": [{"changes": "all"}]}, "entry"),
        ({"entry": [{"changes": [[]]}]}, "change"),
        ({"entry": [{"changes": [{"value": {"messages": {"id": "m"}}}]}]}, "messages"),
        ({"entry": [{"changes": [{"value": {"statuses": "read"}}]}]}, "statuses"),
        ({"entry": [{"changes": [{"field": "flows", "value": {}}]}]}, "field_flows"),
    ],
)
def test_keeps_what_has_another_shape(told: dict[str, Any], why: str) -> None:
    """A body, an entry or a change of another shape than the platform's is kept for staff, and not passed over."""
    (item,) = updates(json.dumps(told).encode())
    assert isinstance(item, Unreadable)
    assert item.why == why


def test_a_number_beyond_all_bounds_costs_itself_alone() -> None:
    """A number of five thousand digits, which Python refuses to read, takes no good message with it."""
    told = value(words("m1", "a", _AT, from_=_NUMBER), words("m2", "b", _AT, from_=_NUMBER))
    body = batch([told]).replace(b'"m1"', b"9" * 5000)
    items = updates(body)
    assert [read(item.raw, PersonId("p")).content for item in items if isinstance(item, Incoming)] == [
        Said("a"),
        Said("b"),
    ]


def test_knows_whose_an_unread_thing_is() -> None:
    """What cannot be read tells all the people it names, so that it can be erased when one of them is forgotten."""
    change = {"field": "history", "value": {"threads": [{"id": 1, "messages": [{"from": "212600000001"}]}]}}
    change["value"]["contacts"] = [{"wa_id": 212600000002, "user_id": "MA.9"}, {"wa_id": ["?"]}, {"wa_id": "a b"}]  # type: ignore[index]
    (item,) = updates(json.dumps({"entry": [{"changes": [change]}]}).encode())
    assert isinstance(item, Unreadable)
    assert set(item.addresses) == {"212600000001", "212600000002", "MA.9"}


def test_reads_a_message_nested_deeply() -> None:
    """A message with something nested very deeply in it is kept, and its neighbours go on."""
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    told = value(message("m1", "text", deep, _AT, from_=_NUMBER), words("m2", "b", _AT, from_=_NUMBER))
    assert [item.external_id for item in updates(batch([told])) if isinstance(item, Incoming)] == ["m1", "m2"]


_names = st.sampled_from(
    "object entry changes value field messages statuses contacts errors metadata id from from_user_id user_id wa_id"
    " type text body interactive list_reply button_reply button payload location latitude longitude system customer"
    " edit message timestamp status biz_opaque_callback_data code phone_number_id".split()
)
_leaves = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text()
    | st.sampled_from(["messages", "text", "system", "user_changed_number", "failed", "edit", "location"])
)  # fmt: skip
_json = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=6))


@settings(deadline=None)
@given(_json)
def test_never_raises_on_json(told: Any) -> None:
    """JSON of any shape gives a message whose text can be stored."""
    came = read(json.dumps(told).encode(), PersonId("p"))
    came.external_id.encode("utf-8")
    if isinstance(came.content, Said):
        came.content.text.encode("utf-8")
    try:
        items = updates(json.dumps(told).encode())
    except NotJsonError:
        assert not isinstance(told, dict)
        return
    for item in items:
        if isinstance(item, Incoming):
            assert read(item.raw, PersonId("p")).channel == "whatsapp"
            assert item.address.isascii()


@given(st.binary())
def test_never_raises_on_bytes(raw: bytes) -> None:
    """Whatever is stored, reading it gives a message."""
    assert read(raw, PersonId("p")).channel == "whatsapp"


@settings(deadline=None)
@given(st.lists(_json, max_size=3), st.lists(_json, max_size=3), st.lists(_json, max_size=3), _json)
def test_never_loses_a_neighbour(before: list[Any], after: list[Any], contacts: list[Any], broken: Any) -> None:
    """A good message is read as if it were alone, whatever stands around it in the batch."""
    told = value()
    good = words("good", "شحال", _AT, from_user_id=_USER)
    told |= {"messages": [*before, good, *after], "contacts": contacts, "statuses": broken}
    body = json.loads(batch([told]))
    body["entry"] = [broken, {"changes": [broken, *body["entry"][0]["changes"]]}, *after]
    mine = [
        item for item in updates(json.dumps(body).encode()) if isinstance(item, Incoming) and item.external_id == "good"
    ]
    assert mine
    assert mine[0].address == _USER
    assert read(mine[0].raw, PersonId("p")).content == Said("شحال")


@pytest.mark.parametrize("kind", ["edit", "pin", "poll", "pool"])
def test_a_mended_typing_error_is_not_answered(kind: str) -> None:
    """What the platform calls unsupported because something was changed, pinned or voted is nobody's question."""
    told = message("m1", "unsupported", {"type": kind}, _AT, from_=_NUMBER)
    assert updates(batch([value(told, wa_id=_NUMBER)])) == [Passed("unsupported")]
    other = message("m1", "unsupported", {"type": "event"}, _AT, from_=_NUMBER)
    [item] = updates(batch([value(other, wa_id=_NUMBER)]))
    assert isinstance(item, Incoming)
    assert read(item.raw, PersonId("p")).content == Sent("other")


def test_news_of_a_community_is_not_answered() -> None:
    """Service messages of a community are silent."""
    told = message("m1", "community_link_update", {"x": 1}, _AT, from_=_NUMBER)
    assert updates(batch([value(told, wa_id=_NUMBER)])) == [Passed("community")]


def _change(field: str, **told: Any) -> bytes:
    inside = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, **told}
    change = {"id": "1", "changes": [{"field": field, "value": inside}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [change]}).encode()


def test_a_person_with_a_new_user_id_stays_the_same_person() -> None:
    """The field `user_id_update` moves a person from the user id before to the one of today, once."""
    after = "MA.99999208655302741918"
    told = {"wa_id": _NUMBER, "user_id": {"previous": _USER, "current": after}, "timestamp": "1795424400"}
    [item] = updates(_change("user_id_update", user_id_update=[told]), NUMBER_ID)
    assert item == Moved(_USER, after, external_id=f"user_id_update.{_USER}.{after}.1795424400")
    broken = {"wa_id": _NUMBER, "user_id": 7}
    [unread] = updates(_change("user_id_update", user_id_update=[broken]), NUMBER_ID)
    assert isinstance(unread, Unreadable)


@pytest.mark.parametrize(("choice", "is_stopped"), [("stop", True), ("resume", False)])
def test_what_a_person_wants_unasked_is_read(choice: str, is_stopped: bool) -> None:
    """The field `user_preferences` says who wants nothing that they did not ask for, by every name of theirs."""
    told = {"wa_id": _NUMBER, "category": "marketing_messages", "value": choice, "timestamp": 1795424400}
    contacts = [{"wa_id": _NUMBER, "user_id": _USER}]
    [item] = updates(_change("user_preferences", user_preferences=[told], contacts=contacts))
    assert item == Preference(_USER, _NUMBER, is_stopped)


def test_a_batch_is_in_the_order_in_which_it_was_written() -> None:
    """Messages of a batch come in any order; they are taken by their time, and statuses keep their places."""
    told = [words(f"m{second}", "x", _AT + second, from_=_NUMBER) for second in (5, 1, 3)]
    status = {"id": "w", "status": "sent", "timestamp": "1", "recipient_id": _NUMBER}
    items = updates(batch([value(told[0], statuses=[status], wa_id=_NUMBER), value(*told[1:], wa_id=_NUMBER)]))
    assert [item.external_id for item in items if isinstance(item, Incoming)] == ["m1", "m3", "m5"]
    assert isinstance(items[1], ReplyStatus)


def test_a_user_id_that_is_none_does_not_hide_the_number() -> None:
    """A user id that no platform would make is passed over where there is a number, and is better than nothing."""
    [item] = updates(batch([value(words("m1", "x", _AT, from_=_NUMBER, from_user_id="undefined"))]))
    assert isinstance(item, Incoming)
    assert (item.address, item.alias) == (_NUMBER, _NUMBER)
    [alone] = updates(batch([value(words("m1", "x", _AT, from_user_id="undefined"))]))
    assert isinstance(alone, Incoming)
    assert alone.address == "undefined"


def test_an_album_counts_once() -> None:
    """Six pictures sent together are one message to be answered; a file beside them, and a picture later, another."""

    def sent(number: int, kind: str, after: float) -> Incoming:
        told = message(f"m{number}", kind, {"id": str(number)}, _AT + after, from_=_NUMBER)
        [item] = updates(batch([value(told, wa_id=_NUMBER)]))
        assert isinstance(item, Incoming)
        return item

    album = {sent(number, "image" if number % 2 else "video", number / 3).external_id for number in range(6)}
    assert len(album) == 1
    assert sent(7, "document", 1).external_id not in album
    assert sent(8, "image", 60).external_id not in album


def test_an_album_over_the_full_minute_counts_once() -> None:
    """Pictures that follow the first one within a minute are of its album, also when the clock's minute has changed."""
    albums = Albums()

    def sent(number: int, after: float, who: str = _NUMBER) -> str:
        # Fifty-eight seconds into a minute.
        told = message(f"m{number}", "image", {"id": str(number)}, _AT + 58 + after, from_=who)
        [item] = map(albums.joined, updates(batch([value(told, wa_id=who)])))
        assert isinstance(item, Incoming)
        return item.external_id

    assert _AT % 60 == 0
    album = {sent(number, number) for number in range(6)}
    assert len(album) == 1
    assert sent(6, 4, "212600000002") not in album
    assert sent(7, 61) not in album
    # Delivered again, it is the same one; words are nobody's album.
    assert sent(3, 62) == sent(7, 61)
    [said] = updates(batch([value(words("m9", "x", _AT, from_=_NUMBER), wa_id=_NUMBER)]))
    assert albums.joined(said) is said


@pytest.mark.parametrize(
    ("pricing", "counted"),
    [
        ({"billable": True, "pricing_model": "PMP", "category": "utility"}, "utility billable"),
        ({"billable": False, "pricing_model": "PMP", "category": "service"}, "service free"),
        ({"category": "of +212600000000"}, "unknown free"),
        (None, ""),
    ],
)  # fmt: skip
def test_what_a_message_costs_is_read_from_its_status(pricing: Any, counted: str) -> None:
    """A status tells the category of a message and whether it is billed."""
    told = {"id": "w", "status": "sent", "timestamp": "1", "recipient_id": _NUMBER, "pricing": pricing}
    [item] = updates(batch([value(statuses=[told])]))
    assert isinstance(item, ReplyStatus)
    assert item.pricing == counted
