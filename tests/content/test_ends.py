"""What a person is told of something whose end is past, by a content that nobody has edited since."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.library import load
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Message, PersonId, Said

FIRST = "flows/power_export_first/rules.yaml"
CALLED = "flows/mda_exporters/rules.yaml"
CALL = """call:
  from: 2026-10-01
  until: 2026-12-31
  because:
    ar: باب الترشيح مفتوح من {from} إلى {until}.
    fr: L'appel est ouvert du {from} au {until}.
  confirm: maison_artisan
  source: mda-call
"""
BEFORE, AFTER = datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
ENDED = "كان هذا صالحا إلى 31 دجنبر 2026"


@pytest.fixture(scope="module")
def ending(root: Path) -> Library:
    """The content in which the threshold of craft and the support rate of export end with the year."""
    path = root / FIRST
    before = path.read_text("utf-8")
    text = before
    for value in ("    from: {2025-05-28: 1_000_000}\n", "    from: {2025-05-28: 80}\n"):
        assert value in text
        text = text.replace(value, f"{value}    until: 2026-12-31\n")
    path.write_text(text, "utf-8")
    try:
        library, mistakes = load(root, proving=False)
    finally:
        path.write_text(before, "utf-8")
    assert mistakes.errors == []
    assert library is not None
    return library


def said(library: Library, now: datetime, *contents: Said | Chose) -> str:
    """Return what the guide says last in a conversation."""
    conversation, words = Conversation(), ""
    for number, content in enumerate(contents):
        turn = respond(conversation, Message("test", PersonId("p"), str(number), content), library, now)
        conversation, words = turn.conversation, "\n".join(reply.text for reply in turn.replies)
    return words


def test_an_answer_that_names_an_ended_amount_says_so_at_midnight(ending: Library) -> None:
    """A minute before midnight in Morocco an answer stands as it is; at midnight it says until when it was so."""
    asked = (Said("سلام"), Chose(ChoiceId("faq:export.turnover-threshold")))
    assert ENDED not in said(ending, BEFORE, *asked)
    assert ENDED in said(ending, AFTER, *asked)


def test_whoever_asks_whether_it_is_still_so_is_told_first(ending: Library) -> None:
    """«واش باقي مفتوح؟» after a result is answered by the end of what it goes by, before midnight and after."""
    case = "تعاونية ديال الزربية، رقم المعاملات ديالنا 300 ألف درهم، عمرنا ما صدرنا"
    asked = (Said("سلام"), Said(case), Chose(ChoiceId("scheme:power_export_first")), Said("واش باقي مفتوح؟"))
    assert said(ending, BEFORE, *asked).startswith("نعم، حسب ما نعرف، إلى 31 دجنبر 2026.")
    assert said(ending, AFTER, *asked).startswith(ENDED)


def test_a_call_that_has_ended_says_so(root: Path) -> None:
    """A call with a last day is open until then; the day after, who asks whether it is still open is told it ended."""
    path = root / CALLED
    before = path.read_text("utf-8")
    path.write_text(before.replace("\nrequires:\n", f"\n{CALL}requires:\n", 1), "utf-8")
    try:
        library, mistakes = load(root, proving=False)
    finally:
        path.write_text(before, "utf-8")
    assert mistakes.errors == []
    assert library is not None
    asked = (Said("سلام"), Said("تعاونية ديال الزربية فتازناخت"), Chose(ChoiceId("scheme:mda_exporters")))
    still = (*asked, Said("واش باقي مفتوح؟"))
    assert said(library, BEFORE, *still).startswith("نعم، حسب ما نعرف، إلى 31 دجنبر 2026.")
    assert said(library, AFTER, *still).startswith(ENDED)


def test_a_result_that_goes_by_an_ended_amount_says_so(ending: Library) -> None:
    """A check refuses nobody by a threshold that has ended: the result says until when it was known."""
    case = "تعاونية ديال الزربية، رقم المعاملات ديالنا 300 ألف درهم، عمرنا ما صدرنا"
    asked = (Said("سلام"), Said(case), Chose(ChoiceId("scheme:power_export_first")))
    before, after = said(ending, BEFORE, *asked), said(ending, AFTER, *asked)
    assert ENDED not in before
    assert ENDED in after
