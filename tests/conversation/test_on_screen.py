"""What is on the screen is part of the conversation: what was last told, by its id."""

import json
from collections.abc import Sequence

import pytest

from bot.conversation.conversation import Conversation, OnScreen
from bot.conversation.library import Library
from bot.storage.tables import encoded, stored_conversation
from tests.conversation.asked import COMPANY, knowing, told

_EXPORT = "eligibility_export"


def _after(words: Sequence[str], conversation: Conversation, library: Library) -> OnScreen | None:
    for said in words:
        conversation = stored_conversation(encoded(told(said, conversation, library).conversation))
    return conversation.on_screen


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["شنو هو ميثاق الاستثمار"], OnScreen("answer", "charters.investment")),
        (["شنو هو ميثاق الاستثمار", "شكرا"], OnScreen("answer", "charters.investment")),
        (["شنو هو ميثاق الاستثمار", "القائمة"], OnScreen("flow", "menu")),
        (["فين المكتب ديال أكادير"], OnScreen("office", "brce-9")),
        (["قروض ومنح صغيرة"], OnScreen("question", "legal_form")),
        (["قروض ومنح صغيرة", "شنو هو ميثاق الاستثمار"], OnScreen("answer", "charters.investment")),
        (["قروض ومنح صغيرة", "شنو هو ميثاق الاستثمار", "شركة"], OnScreen("question", "province")),
    ],
)
def test_what_was_last_told_is_kept(words: list[str], shown: OnScreen, library: Library) -> None:
    """An answer, an office, a flow or a question is on the screen until something else is told; thanks tell nothing."""
    menu = told("عاود", knowing({}, library, "eligibility"), library).conversation
    assert _after(words, menu, library) == shown


def test_a_result_and_one_scheme_of_it(library: Library) -> None:
    """A check of several schemes leaves its result, a check of one that scheme; a detail is the scheme it is about."""
    investment = knowing({**COMPANY, "new_jobs": 3}, library)
    assert _after(["غلطت، المناصب 10"], investment, library) == OnScreen("scheme", "tpme")
    export = knowing({**COMPANY, "exports_already": False, "craft": "wood"}, library, _EXPORT)
    assert _after(["غلطت، حنا تعاونية"], export, library) == OnScreen("result", _EXPORT)
    assert _after(["غلطت، حنا تعاونية", "تفاصيل كل برنامج", "1"], export, library) == OnScreen(
        "scheme", "power_export_first"
    )


def test_a_conversation_of_before_is_read(library: Library) -> None:
    """A row kept by the program of before, which knew the last answer alone, is read and goes on."""
    kept = json.loads(encoded(knowing(COMPANY, library)))
    del kept["on_screen"]
    conversation = stored_conversation(json.dumps({**kept, "subject": "tpme.what"}))
    assert conversation.on_screen is None
    assert told("شكرا", conversation, library).replies
