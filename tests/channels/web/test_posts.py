"""What a browser posts, read into messages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.incoming import LONGEST_TEXT
from bot.channels.web.messages import first_update, update
from bot.channels.web.messages import read as read_web
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Said, Sent

_ADDRESS = "a" * 32
_NONCE = "n" * 16


def _read(**fields: str) -> Content:
    return read_web(update(_ADDRESS, _NONCE, fields)[1], PersonId("p")).content


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"text": "  السلام عليكم "}, Said("السلام عليكم")),
        ({"choice": "to:office"}, Chose(ChoiceId("to:office"))),
        ({"choice": "an:old:menu", "text": "x"}, Chose(ChoiceId("an:old:menu"))),
        ({"lat": "27.15", "lon": "-13.2"}, Located(27.15, -13.2)),
        ({"choice": "", "text": "3"}, Said("3")),
        ({}, Said("")),
    ],
)
def test_reads_a_form(fields: dict[str, str], content: Content) -> None:
    """A form is a tapped choice, a position or a text, in this order."""
    assert _read(**fields) == content


@pytest.mark.parametrize("lat", ["", "north", "nan", "inf", "-1e999", "91", "9" * 5000])
def test_refuses_a_position_nowhere(lat: str) -> None:
    """A position that is nowhere on the earth is taken as something that cannot be read."""
    assert _read(lat=lat, lon="-7") == Sent("other")
    assert _read(lat="33") == Sent("other")


def test_keeps_a_long_text_to_a_length() -> None:
    """Ten thousand characters are cut to a length that the conversation still finds too long."""
    assert _read(text="ا" * 10_000) == Said("ا" * LONGEST_TEXT)


def test_drops_what_cannot_be_shown() -> None:
    """Control characters and marks that turn the direction of the page are dropped; lines stay."""
    assert _read(text="a\x00b\x1b\u202ec\r\nd\ud800") == Said("abc\nd")
    assert _read(text="\x00\u2066") == Said("")
    assert _read(choice="to:\x00مكتب") == Chose(ChoiceId("to:????"))
    assert _read(choice="x" * 500) == Chose(ChoiceId("x" * 64))


@given(st.binary() | st.from_type(object).map(lambda thing: repr(thing).encode()))
def test_never_raises_on_bytes(raw: bytes) -> None:
    """Whatever is stored, reading it gives a message."""
    assert read_web(raw, PersonId("p")).channel == "web"


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "text", "choice", "lat", "lon"]), inner),
)


@given(_json)
def test_never_raises_on_json(value: object) -> None:
    """JSON of any shape gives a message whose text can be stored."""
    message = read_web(json.dumps(value).encode(), PersonId("p"))
    message.external_id.encode("utf-8")
    if isinstance(message.content, Said):
        assert "\x00" not in message.content.text
        message.content.text.encode("utf-8")


def test_reads_deeply_nested_json() -> None:
    """JSON nested deeper than can be read is an empty text."""
    assert read_web(b"[" * 60_000, PersonId("p")).content == Said("")


def test_names_a_message_by_its_form_and_content() -> None:
    """The same form sent twice is one message; another content, form or person is another."""
    once = update(_ADDRESS, _NONCE, {"text": "x", "after": "3"})[0]
    assert once == update(_ADDRESS, _NONCE, {"after": "9", "text": "x"})[0]
    others = [
        update(_ADDRESS, _NONCE, {"text": "y"})[0],
        update(_ADDRESS, "m" * 16, {"text": "x"})[0],
        update("b" * 32, _NONCE, {"text": "x"})[0],
        first_update(_ADDRESS)[0],
    ]
    assert len({once, *others}) == 5
    assert first_update(_ADDRESS) == first_update(_ADDRESS)
