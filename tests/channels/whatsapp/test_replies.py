from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.replies import rows, write
from bot.conversation.conversation import Conversation
from bot.conversation.tapping import rest_of_list
from bot.message import Choice, ChoiceId, Chose, Reply, Said
from tests.channels.whatsapp.conftest import words
from tests.channels.whatsapp.decoding import decoded
from tests.standins.graph import Got
from tests.standins.graph_limits import wrongs

_USER = "MA.13491208655302741918"


def _choice(id_: str, label: str, short: str = "") -> Choice:
    return Choice(ChoiceId(id_), label, short)


def _written(text: str, *choices: Choice, asks_location: bool = False, language: Any = "ar") -> list[dict[str, Any]]:
    return write(Reply(text, choices, language, asks_location), _USER, 7, words())


def test_writes_a_text() -> None:
    """A text goes as it is, its Latin and number runs isolated, to a business-scoped user id by its own field."""
    assert _written("الميثاق 2025-2027 يبدأ.") == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient": _USER,
            "type": "text",
            "text": {"body": "الميثاق \u20682025-2027\u2069 يبدأ.", "preview_url": False},
            "biz_opaque_callback_data": "7",
        }
    ]


def test_writes_to_a_number() -> None:
    """A WhatsApp id goes into the field that is for numbers."""
    (message,) = write(Reply("سلام"), "212600000001", 8, words())
    assert message["to"] == "212600000001"
    assert "recipient" not in message


def test_writes_buttons() -> None:
    """Up to three short labels are buttons, in reading order; a long label gives way to its short one."""
    (message,) = _written(
        "هل سبق لك أن صدرت؟",
        _choice("a:exported:yes", "نعم"),
        _choice("a:exported:no", "لا، لم يسبق لي ذلك أبدا من قبل", "لا"),
        _choice("do:unknown", "لا أعرف"),
    )
    assert message["interactive"] == {
        "type": "button",
        "body": {"text": "هل سبق لك أن صدرت؟"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "a:exported:yes", "title": "نعم"}},
                {"type": "reply", "reply": {"id": "a:exported:no", "title": "لا"}},
                {"type": "reply", "reply": {"id": "do:unknown", "title": "لا أعرف"}},
            ]
        },
    }


def test_writes_a_list() -> None:
    """More choices are a list; a label too long for its row stands whole in the small print below."""
    (message,) = _written(
        "ماذا تريد؟",
        _choice("to:trade", "ميثاق التجارة الخارجية"),
        _choice("to:who", "لمن هذا الدعم المخصص للاستثمار؟", "لمن هذا الدعم؟"),
        _choice("faq:x", "ما رقم المعاملات المطلوب لدعم التصدير؟"),
        _choice("do:menu", "القائمة"),
    )
    assert message["interactive"] == {
        "type": "list",
        "body": {"text": "ماذا تريد؟"},
        "action": {
            "button": "الاختيارات",
            "sections": [
                {
                    "rows": [
                        {"id": "to:trade", "title": "ميثاق التجارة الخارجية"},
                        {"id": "to:who", "title": "لمن هذا الدعم؟", "description": "لمن هذا الدعم المخصص للاستثمار؟"},
                        {
                            "id": "faq:x",
                            "title": "ما رقم المعاملات…",
                            "description": "ما رقم المعاملات المطلوب لدعم التصدير؟",
                        },
                        {"id": "do:menu", "title": "القائمة"},
                    ]
                }
            ],
        },
    }


def test_asks_for_the_location_in_one_message() -> None:
    """The location has a button of its own; the other choices are numbered in the same message."""
    (message,) = _written(
        "أين ورشتك؟", _choice("do:regions", "اختيار الجهة"), _choice("do:unknown", "لا أعرف"), asks_location=True
    )
    assert message["interactive"]["type"] == "location_request_message"
    assert message["interactive"]["action"] == {"name": "send_location"}
    text = message["interactive"]["body"]["text"].replace("\u2068", "").replace("\u2069", "")
    assert text == "أين ورشتك؟\n\nأو اكتبوا رقم الاختيار:\n1. اختيار الجهة\n2. لا أعرف"
    assert wrongs(message) == []


def test_no_two_rows_have_the_same_title() -> None:
    """Labels that become equal when they are cut are numbered, each still whole in the small print."""
    listed = rows([_choice(f"f:{n}", f"ما هي الوثائق المطلوبة للاستفادة من البرنامج رقم {n}؟") for n in "1234"])
    assert [row.title for row in listed] == [
        "ما هي الوثائق المطلوبة…",
        "ما هي الوثائق… 2",
        "ما هي الوثائق… 3",
        "ما هي الوثائق… 4",
    ]
    assert len({row.description for row in listed}) == 4


def test_a_long_text_is_parted_at_a_sentence() -> None:
    """A text too long for what is tapped below it goes before, whole, and only its end stands above the buttons."""
    sentence = "هذه جملة طويلة عن ميثاق الاستثمار الذي صدر سنة 2022 ودخل حيز التنفيذ."
    text = " ".join([sentence] * 80)
    messages = _written(text, _choice("do:menu", "القائمة"))
    assert [message["type"] for message in messages] == ["text", "text", "interactive"]
    assert [message["biz_opaque_callback_data"] for message in messages] == ["7.1", "7.2", "7"]
    bodies = [messages[0]["text"]["body"], messages[1]["text"]["body"], messages[2]["interactive"]["body"]["text"]]
    plain = [body.replace("\u2068", "").replace("\u2069", "") for body in bodies]
    assert " ".join(plain) == text
    assert all(body.startswith("هذه") and body.endswith("التنفيذ.") for body in plain)
    assert len(bodies[2]) > 900


def test_pages_lead_through_every_choice() -> None:
    """Past ten choices the last row leads to the rest, and every choice is on exactly one page."""
    shown = tuple(_choice(f"a:place:{n}", f"الجهة رقم {n}") for n in range(1, 31))
    conversation = Conversation(shown=shown)
    reply: Reply = Reply("أي جهة؟", shown)
    seen: list[str] = []
    for _ in range(4):
        (message,) = write(reply, _USER, 7, words())
        listed = Got("", message).ids
        assert wrongs(message) == []
        if not listed[-1].startswith("page:"):
            seen += listed
            break
        seen += listed[:-1]
        reply = Reply("بقية الجهات", rest_of_list(_tap(listed[-1]), conversation.shown))
    assert seen == [choice.id for choice in shown]


@pytest.mark.parametrize("tapped", ["page:3:00000000", "page:99:00000000", "page:0:00000000", "page:x", "to:menu"])
def test_an_old_page_is_an_old_button(tapped: str) -> None:
    """A row that leads to choices no longer shown is left to the conversation, which says that it is old."""
    conversation = Conversation(shown=tuple(_choice(f"a:{n}", f"{n}") for n in range(12)))
    assert rest_of_list(_tap(tapped), conversation.shown) == ()
    assert rest_of_list(Said("page:1:x"), conversation.shown) == ()


def _tap(choice: str) -> Chose:
    return Chose(ChoiceId(choice))


_labels = st.text(
    st.sampled_from("ابتثج حخ دذ رز سش صض عغ فق كل من هوي ABC 123 +212 2025-2027 é😀. -/\n\u2068"),
    min_size=1,
    max_size=120,
).filter(str.strip)
_ids = st.from_regex(r"[a-z]{1,6}:[a-z0-9]{1,40}", fullmatch=True).map(ChoiceId)
_choices = st.lists(
    st.builds(Choice, _ids, _labels, _labels | st.just("")),
    max_size=25,
    unique_by=lambda choice: choice.id,
).map(tuple)  # fmt: skip
_texts = st.one_of(
    st.text(max_size=200),
    st.lists(_labels, min_size=1, max_size=12).map(" ".join),
    st.integers(1, 9000).map(lambda size: "ab 12. " * (size // 7) + "ا" * (size % 700)),
)


@settings(deadline=None)
@given(st.builds(Reply, _texts, _choices, st.sampled_from(["ar", "fr"]), st.booleans()))
def test_whatever_is_said_keeps_within_the_limits(reply: Reply) -> None:
    """Of any reply at all the platform takes every message, and no word of it is lost."""
    messages = write(reply, _USER, 7, words())
    assert bool(messages) == bool(reply.text.strip() or reply.choices or reply.asks_location)
    for message in messages:
        decoded(message)
    told = " ".join(
        message["text"]["body"] if message["type"] == "text" else message["interactive"]["body"]["text"]
        for message in messages
    )
    if reply.text.strip() and not any(len(word) > 900 for word in reply.text.split()):
        assert _words(told)[: len(_words(reply.text))] == _words(reply.text)


def _words(text: str) -> list[str]:
    return text.replace("\u2068", "").replace("\u2069", "").split()
