"""The counter: a code that somebody brings, the sheet as it was given, what the office made of it, and the figures."""

import csv
import html
import io
import json
from typing import Any

import pytest
from sqlalchemy import text

from bot.conversation.codes import spelled
from bot.conversation.conversation import Conversation
from bot.conversation.events import SheetGiven
from bot.conversation.library import Library
from bot.conversation.sheet import sheet_of
from bot.language.dates import moroccan_day
from bot.message import PersonId
from bot.storage.codes import keep_sheet
from tests.staff.people import of, writes
from tests.staff.room import Clerk, Room

_CODE = "KTRPMXQD"


def _given(room: Room, library: Library, code: str = _CODE, who: str = "0612345678") -> PersonId:
    """Give somebody a sheet with this code, and return who has it."""
    writes(room.store, who, "سلام", room.clock.seconds, channel="whatsapp")
    person = of(room.store, who, "whatsapp")
    conversation = Conversation("ar").answered("legal_form", "company").answered("last_turnover", 900_000)
    sheet = sheet_of(conversation, library, moroccan_day(room.clock.at), code)
    given = SheetGiven(code, sheet.document().told)
    room.store.write_now(lambda at: keep_sheet(at, given.code, given.told, person, room.clock.seconds))
    return person


def _ask(clerk: Clerk, code: str = spelled(_CODE)) -> str:
    answered = clerk.post("/staff/counter", sheet=code)
    assert answered.status == 200, answered.body
    return html.unescape(answered.body)


def test_a_code_shows_the_sheet_as_it_was_given(room: Room, library: Library) -> None:
    """Typed in any case and spacing, a code shows answers, verdicts and papers, and nothing of who has it."""
    person = _given(room, library)
    clerk = room.clerk("fatima", "adviser")
    sheet = json.loads(room.store.read_now(lambda at: at.execute(text("SELECT told FROM sheets")).scalar_one()))
    for typed in ("KTRP-MXQD", "ktrpmxqd", " ktrp mxqd "):
        body = _ask(clerk, typed)
        assert all(value in body for _, value in sheet["answers"])
        assert all(scheme["title"] in body for scheme in sheet["schemes"])
        assert "0612345678" not in body
        assert person not in body
    pdf = clerk.ask("POST", "/staff/counter/pdf", {"csrf": clerk.csrf, "sheet": "nothing"})
    assert pdf.status == 422


def test_the_sheet_is_printed_again(room: Room, library: Library) -> None:
    """The PDF is drawn from what stands under the code."""
    _given(room, library)
    clerk = room.clerk("fatima", "adviser")
    _ask(clerk)
    told = {"csrf": clerk.csrf, "sheet": _CODE}
    headers, body = clerk.raw("POST", "/staff/counter/pdf", told)
    assert headers["content-type"] == "application/pdf"
    assert body.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("fields", "mark", "note"),
    [
        ({"mark": "came"}, "came", ""),
        ({"mark": "complete", "missing_note": "left in another field"}, "complete", ""),
        ({"mark": "missing", "paper_0": "1", "missing_note": "شهادة الضريبة"}, "missing", "، شهادة الضريبة"),
        ({"mark": "missing", "missing_note": " {what} \u202e{x}\u0000  <b> "}, "missing", "{what} {x} <b>"),
        ({"mark": "elsewhere", "elsewhere_note": "المركز الجهوي للاستثمار"}, "elsewhere", "المركز الجهوي للاستثمار"),
    ],
)
def test_what_the_office_made_of_it_is_noted(
    room: Room, library: Library, fields: dict[str, str], mark: str, note: str
) -> None:
    """A mark is kept with who noted it; braces, markup and what turns a text are harmless; the audit has the code."""
    _given(room, library)
    clerk = room.clerk("fatima", "adviser")
    _ask(clerk)
    noted = clerk.post("/staff/counter/mark", sheet=_CODE, **fields)
    assert noted.status == 200, noted.body
    row = room.store.read_now(lambda at: at.execute(text("SELECT mark, note, by FROM sheets")).one())
    assert (row.mark, row.by) == (mark, "fatima")
    assert row.note.endswith(note)
    assert row.note.count("،") == note.count("،")
    did = room.store.read_now(
        lambda at: at.execute(text("SELECT did, about FROM staff_audit ORDER BY id DESC")).first()
    )
    assert did is not None
    assert tuple(did) == (f"sheet_{mark}", "KTRP-MXQD")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "counter_which"),
        ({"mark": "given"}, "counter_which"),
        ({"mark": "missing", "missing_note": " \u200f "}, "counter_missing_what"),
        ({"mark": "missing", "paper_99": "1"}, "counter_missing_what"),
        ({"mark": "elsewhere"}, "counter_elsewhere_what"),
        ({"mark": "elsewhere", "elsewhere_note": "م" * 5000}, "counter_long"),
    ],
)
def test_a_mark_that_says_too_little_is_refused(
    room: Room, library: Library, fields: dict[str, str], word: str
) -> None:
    """Which paper is missing and where somebody was sent has to be said, in few words; nothing is noted otherwise."""
    _given(room, library)
    clerk = room.clerk("fatima", "adviser")
    _ask(clerk)
    refused = clerk.post("/staff/counter/mark", sheet=_CODE, **fields)
    assert refused.status == 422
    assert room.frame.words("ar")[word] in refused.body
    assert room.store.read_now(lambda at: at.execute(text("SELECT mark FROM sheets")).scalar_one()) == "given"


def test_guessing_at_the_counter_is_stopped(room: Room, library: Library) -> None:
    """After twenty wrong codes a clerk waits an hour, for the right one too; what cannot be a code does not count."""
    _given(room, library)
    clerk = room.clerk("fatima", "adviser")
    for typed in ("", "KTRP", "بغيت", "ABCD-EFGH", "K" * 5000):
        assert clerk.post("/staff/counter", sheet=typed).status == 422
    for one in "BCDFGHJKLMNPQRSTVWXZ":
        assert clerk.post("/staff/counter", sheet=f"BBBBBBB{one}").status == 404
    assert clerk.post("/staff/counter", sheet=_CODE).status == 429
    assert clerk.post("/staff/counter/mark", sheet=_CODE, mark="came").status == 429
    assert _ask(room.clerk("said", "adviser"))
    room.clock.pass_by(minutes=61)
    assert _ask(clerk)


def test_a_sheet_of_more_than_a_year_is_as_none(room: Room, library: Library) -> None:
    """After twelve months a code is answered as one that never was."""
    _given(room, library)
    room.clock.pass_by(days=366)
    assert room.clerk("fatima", "adviser").post("/staff/counter", sheet=_CODE).status == 404


def test_visits_are_counted(room: Room, library: Library) -> None:
    """The way ends at the office: sheets brought there, and what became of them; below five none is told."""
    clerk = room.clerk("fatima", "admin")
    for number, one in enumerate("BCDFGHJ"):
        code = f"KTRPMXQ{one}"
        _given(room, library, code, f"06000000{number}")
        _ask(clerk, code)
        if number != 6:
            assert clerk.post("/staff/counter/mark", sheet=code, mark="complete").status == 200
    way = room.frame.words("ar")
    told = clerk.get("/staff/figures.csv").body.removeprefix("\ufeff")
    counts = {row[1]: row[2] for row in csv.reader(io.StringIO(told)) if len(row) > 2}
    assert counts[way["way_visited"]] == "6"
    assert counts[way["counter_complete"]] == "6"
    assert counts[way["counter_given_mark"]] == "<5"
    assert way["way_visited"] in clerk.get("/staff/figures").body


def test_what_changed_since_is_told_at_the_counter(room: Room, library: Library) -> None:
    """A verdict that is another today stands above the sheet with what it was."""
    _given(room, library)

    def older(at: Any) -> None:
        told = json.loads(at.execute(text("SELECT told FROM sheets")).scalar_one())
        then = told["standings"][0]
        then[1:] = ["not_eligible" if then[1] != "not_eligible" else "eligible", None, None]
        at.execute(text("UPDATE sheets SET told = :told"), {"told": json.dumps(told)})

    clerk = room.clerk("fatima", "adviser")
    assert room.frame.words("ar")["counter_same"] in _ask(clerk)
    room.store.write_now(older)
    assert room.frame.words("ar")["counter_changed"] in _ask(clerk)
