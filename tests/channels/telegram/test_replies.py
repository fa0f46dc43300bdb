"""Replies written as calls: as they are, within every limit, and decoded by another implementation."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.channels.telegram.replies import NARROW, WIDE, lint, write
from bot.channels.telegram.words import lint_words
from bot.channels.text import length
from bot.conversation import choices
from bot.conversation.library import Library
from bot.message import LANGUAGES, Choice, ChoiceId, Language, Reply
from tests.channels.telegram.conftest import words
from tests.channels.telegram.decoding import decoded
from tests.standins.botapi_chat import plain
from tests.standins.botapi_limits import wrongs


def _written(reply: Reply) -> list[dict[str, Any]]:
    return [dict(call.params) for call in write(reply, "123", words())]


def _choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(ChoiceId(f"a:x:{number}"), label) for number, label in enumerate(labels, 1))


def _rows(params: dict[str, Any]) -> list[list[str]]:
    return [[plain(button["text"]) for button in row] for row in params["reply_markup"]["inline_keyboard"]]


_PREVIEW = {"is_disabled": True}


@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        pytest.param(Reply("مرحبا"), [{"chat_id": 123, "text": "مرحبا", "link_preview_options": _PREVIEW}], id="text"),
        pytest.param(
            Reply("هل صدرتم؟", _choices("نعم", "لا", "لا أعرف بعد ولكن أريد أن أعرف")),
            [
                {
                    "chat_id": 123,
                    "text": "هل صدرتم؟",
                    "link_preview_options": _PREVIEW,
                    "reply_markup": {
                        "inline_keyboard": [
                            # Read from the right: yes first.
                            [{"text": "لا", "callback_data": "a:x:2"}, {"text": "نعم", "callback_data": "a:x:1"}],
                            [{"text": "لا أعرف بعد ولكن أريد أن أعرف", "callback_data": "a:x:3"}],
                        ]
                    },
                }
            ],
            id="arabic choices",
        ),
        pytest.param(
            Reply("Exportez-vous ?", _choices("Oui", "Non"), "fr"),
            [
                {
                    "chat_id": 123,
                    "text": "Exportez-vous ?",
                    "link_preview_options": _PREVIEW,
                    "reply_markup": {
                        "inline_keyboard": [
                            [{"text": "Oui", "callback_data": "a:x:1"}, {"text": "Non", "callback_data": "a:x:2"}]
                        ]
                    },
                }
            ],
            id="french choices",
        ),
        pytest.param(
            Reply("أين أنتم؟", _choices("اختيار الجهة"), asks_location=True),
            [
                {
                    "chat_id": 123,
                    "text": "أين أنتم؟",
                    "link_preview_options": _PREVIEW,
                    "reply_markup": {"inline_keyboard": [[{"text": "اختيار الجهة", "callback_data": "a:x:1"}]]},
                },
                {
                    "chat_id": 123,
                    "text": "أو شاركوا موقعكم بالزر الذي في الأسفل.",
                    "reply_markup": {
                        "keyboard": [[{"text": "مشاركة موقعي الآن", "request_location": True}]],
                        "resize_keyboard": True,
                        "one_time_keyboard": True,
                    },
                },
            ],
            id="location",
        ),
        pytest.param(
            Reply("", _choices("نعم"), "fr"),
            [
                {
                    "chat_id": 123,
                    "text": "Choisissez :",
                    "link_preview_options": _PREVIEW,
                    "reply_markup": {"inline_keyboard": [[{"text": "نعم", "callback_data": "a:x:1"}]]},
                }
            ],
            id="choices alone",
        ),
        pytest.param(Reply("  "), [], id="nothing"),
    ],
)
def test_writes_a_reply(reply: Reply, calls: list[dict[str, Any]]) -> None:
    """A reply is one message with its choices below; the position's button comes in a message of its own."""
    assert _written(reply) == calls


def test_isolates_latin_and_numbers() -> None:
    """Inside Arabic a number or a Latin word is kept in its own direction, in texts and on buttons."""
    [params] = _written(Reply("اتصلوا على 05 28 89 11 22 أو mcinet.gov.ma", _choices("دعم TPME", "5 000 درهم")))
    assert "\u206805 28 89 11 22\u2069" in params["text"]
    assert "\u2068mcinet.gov.ma\u2069" in params["text"]
    texts = [button["text"] for row in params["reply_markup"]["inline_keyboard"] for button in row]
    assert texts == ["\u20685 000\u2069 درهم", "دعم \u2068TPME\u2069"]


def test_shows_a_long_label_whole() -> None:
    """A label wider than a phone is numbered and stands whole in the text; a short one or a short wording does not."""
    long = "ما رقم المعاملات المطلوب للاستفادة من دعم التصدير؟"
    listed = (
        Choice(ChoiceId("faq:a"), long),
        Choice(ChoiceId("faq:b"), long + " ب", "قصير"),
        *_choices("لا شيء من هذه"),
    )
    [params] = _written(Reply("أي سؤال؟", listed))
    assert plain(params["text"]) == f"أي سؤال؟\n\n1. {long}"
    assert _rows(params)[0][0].startswith("1. ما رقم المعاملات")
    assert _rows(params)[1] == ["لا شيء من هذه", "قصير"]
    assert all(len(label) <= WIDE for row in _rows(params) for label in row)


def test_parts_a_long_text() -> None:
    """A text beyond the limit is parted where a reader pauses, nothing is lost, the choices stand below the end."""
    text = "\n\n".join(f"الفقرة {number}. " + "كلمة أخرى. " * 60 for number in range(20))
    *before, last = _written(Reply(text, _choices("نعم"), asks_location=False))
    assert before
    assert not any("reply_markup" in params for params in before)
    assert "reply_markup" in last
    said = "".join(plain(params["text"]) for params in [*before, last])
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)
    assert all(length(params["text"]) <= MessageLimit.MAX_TEXT_LENGTH for params in [*before, last])


def test_survives_what_the_content_never_has() -> None:
    """A hundred and fifty choices and an id too long still make a message that the platform takes."""
    many = (Choice(ChoiceId("x" * 80), "ا"), *_choices(*(f"خيار {number}" for number in range(149))))
    [params] = _written(Reply("؟", many))
    assert wrongs("sendMessage", params) == []
    assert "150. خيار 148" in plain(params["text"])


def _of_the_library(library: Library, language: Language) -> Iterator[Reply]:
    """Return a reply for every entry, flow, fact and list of choices of the content."""
    for entry in library.entries.values():
        yield Reply(entry.answer.of(language), choices.after_answer(entry, library, language), language)
    entries = list(library.entries.values())
    for at in range(len(entries) - 3):
        yield Reply("؟", choices.entries(entries[at : at + 3], library, language), language)
    yield Reply("؟", choices.regions(library, language), language, asks_location=True)
    for fact in library.facts.values():
        yield Reply(fact.ask.of(language), choices._of_fact(fact, library, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_decodes_elsewhere(library: Library, language: Language) -> None:
    """Everything the content can say decodes in python-telegram-bot's and in aiogram's types, within their limits."""
    count = 0
    for reply in _of_the_library(library, language):
        assert not [
            one for one in lint(Reply(reply.text, tuple(reply.choices), language), words()) if one.kind == "id_long"
        ]
        for params in _written(reply):
            count += 1
            decoded(params)
    assert count > 200


_LABELS = st.text(min_size=1, max_size=80).filter(str.strip)
_CHOICES = st.lists(st.builds(Choice, st.from_regex(r"[a-z:._]{1,64}", fullmatch=True), _LABELS, st.text(max_size=40)))


@given(
    st.builds(
        Reply,
        st.text(max_size=300) | st.text("ابج. ؟\n", min_size=4000, max_size=9000),
        _CHOICES.map(tuple),
        st.sampled_from(LANGUAGES),
        st.booleans(),
    )
)
@settings(deadline=None)
def test_keeps_every_limit(reply: Reply) -> None:
    """Whatever is to be said, what is sent keeps every limit, and every choice is there once, in reading order."""
    calls = _written(reply)
    for params in calls:
        if plain(params["text"]).strip():
            assert wrongs("sendMessage", params) == []
    rows = [row for params in calls for row in params.get("reply_markup", {}).get("inline_keyboard", ())]
    read = [button["callback_data"] for row in rows for button in (row[::-1] if reply.language == "ar" else row)]
    assert read == [choice.id for choice in reply.choices][:100]
    assert all(len(row) == 1 or all(len(plain(button["text"])) <= NARROW for button in row) for row in rows)


def test_finds_what_a_person_would_miss() -> None:
    """The check tells of labels that are cut, equal or too long, and of texts in parts; the channel's words fit."""
    long = "ما رقم المعاملات المطلوب للاستفادة من دعم التصدير؟"
    listed = (*_choices("نعم", "نعم", long), Choice(ChoiceId("x" * 65), "لا", "ا" * 37))
    told = lint(Reply("ا " * 3000, listed), words())
    assert [one.kind for one in told] == [
        "text_parted",
        "label_cut",
        "id_long",
        "short_long",
        "labels_equal",
        "labels_equal",
    ]
    assert [one.is_error for one in told] == [False, False, True, True, True, True]
    assert told[1].proposed.endswith("…")
    assert lint(Reply("نعم؟", tuple(_choices("نعم", "لا")), "ar", True), words()) == []
    assert lint_words(words()) == []
