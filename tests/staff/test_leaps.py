"""An amount that becomes more than three times as much: asked in words where it is typed, confirmed, in the log."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.content.changes import leaps_left, leaps_made
from bot.content.files import Files, files_read
from bot.staff.drafts import Drafts, applied_draft
from bot.staff.editing import AddItem, Edit, SetValue, edited
from bot.staff.examination import examined
from bot.staff.leaps import confirming_edits
from bot.storage.staff import audit
from tests.browser import browser, chromium, serious_findings
from tests.program import ROOT, content_day
from tests.staff.room import PASSWORD, Clerk, Room
from tests.staff.test_browser import LOOK

__all__ = ["browser", "chromium"]

INDH = "flows/indh/rules.yaml"
AT = ("amounts", "indh_most_support")
GIVEN = {"amount": "indh indh_most_support", "value": "3 000 000", "from": "2027-01-01"}


def changed(*edits: Edit) -> tuple[Files, Files]:
    """Return the file of a scheme before and after some edits of it."""
    held = files_read(ROOT)[INDH]
    return {INDH: held}, {INDH: edited(held, edits)}


def confirmed(clerk: Clerk, room: Room, **fields: str) -> tuple[str, str]:
    """Save an amount that leaps, confirm what is asked, and return the mark of it and where that leads."""
    given = GIVEN | fields | {"base_indh": clerk.get("/staff/amounts").field("base_indh")}
    asked = clerk.post("/staff/amounts", **given)
    assert (asked.status, asked.field("value")) == (422, given["value"])
    mark = asked.field("leap")
    assert clerk.post("/staff/amounts", **given, leap="0" * 16).status == 422
    return mark, clerk.post("/staff/amounts", **given, leap=mark).location


def test_a_leap_is_what_the_day_before_or_the_same_day_said() -> None:
    """A new day leaps beside the one before it, a day rewritten beside itself; confirmed it is left to nobody."""
    far = SetValue(INDH, (*AT, "from", "2027-01-01"), 3_000_000)
    before, after = changed(far)
    (leap,) = leaps_made(before, after)
    assert [one.text().of("ar") for one in leap.sides()] == ["300 ألف درهم", "3 ملايين درهم"]
    assert leaps_left(before, after) == [leap]
    (edit,) = confirming_edits(after, [leap])
    _, confirmed_now = changed(far, edit)
    assert leaps_left(before, confirmed_now) == []
    # Who leaps again on a day that is confirmed is asked again.
    _, again = changed(far, edit, SetValue(INDH, (*AT, "from", "2027-01-01"), 30_000_000))
    assert [one.after for one in leaps_made(confirmed_now, again)] == [30_000_000, 30_000_000]
    rewritten = changed(SetValue(INDH, (*AT, "from", "2019-01-01"), 30_000))
    assert [(one.before, one.after) for one in leaps_left(*rewritten)] == [(300_000, 30_000)]
    near = changed(SetValue(INDH, (*AT, "from", "2027-01-01"), 900_000))
    assert leaps_made(*near) == leaps_left(*near) == []


def test_a_confirmed_day_is_added_to_those_there() -> None:
    """Whatever days are confirmed already stay; a day is confirmed once."""
    first = SetValue(INDH, (*AT, "confirmed"), ["2019-01-01"])
    second = SetValue(INDH, (*AT, "from", "2027-01-01"), 3_000_000)
    before, after = changed(first, second)
    (edit,) = confirming_edits(after, leaps_left(before, after))
    assert isinstance(edit, AddItem)
    whole = edited(after[INDH], [edit])
    assert b"confirmed: [2019-01-01, 2027-01-01]" in whole
    assert list(confirming_edits({INDH: whole}, leaps_made(before, after))) == []


def test_the_form_asks_whether_a_leap_is_meant(desk: tuple[Room, Path]) -> None:
    """Nothing is saved before the box is ticked for these very figures; then the check asks no more, two publish."""
    room, root = desk
    clerk = room.clerk("fatima", "publisher")
    page = clerk.get("/staff/amounts")
    asked = clerk.post("/staff/amounts", **GIVEN, base_indh=page.field("base_indh"))
    assert asked.status == 422
    assert "كان <bdi>300 ألف درهم</bdi>، ويصبح <bdi>3 ملايين درهم</bdi>" in asked.body
    assert clerk.get("/staff/drafts/mine").location == "/staff/drafts"
    _, location = confirmed(clerk, room)
    assert location == "/staff/drafts/mine"
    draft = Drafts(room.frame.parts.folder).listed()[0]
    files = files_read(root)
    told = examined(files, applied_draft(files, draft), content_day())
    assert "amount_leaps" not in {one.kind for one in told.errors}
    lines = [one for one in room.store.read_now(lambda at: list(audit(at))) if one.did == "leap_confirmed"]
    assert [(one.who, one.about) for one in lines] == [("fatima", "indh_most_support 2027-01-01: 300,000 → 3,000,000")]
    refused = clerk.post(f"/staff/drafts/{draft.number}/publish")
    assert (refused.status, "موظف ثان" in refused.body) == (409, True)
    # Other figures are asked anew, also on a day that is confirmed.
    mark, _ = confirmed(clerk, room, value="30 000 000")
    assert mark != confirmed(clerk, room, value="3 000")[0]


def test_a_leap_that_came_otherwise_is_confirmed_on_the_page_of_its_draft(desk: tuple[Room, Path]) -> None:
    """Its author may, and who publishes; who neither wrote nor publishes may not, and not what was not shown."""
    room, root = desk
    clerk, other, said = room.clerk("fatima", "editor"), room.clerk("nadia", "editor"), room.clerk("said", "publisher")
    drafts = Drafts(room.frame.parts.folder)
    number = drafts.begin("fatima", "indh", room.clock()).number
    drafts.add(number, files_read(root), [SetValue(INDH, (*AT, "from", "2027-01-01"), 3_000_000)])
    path = f"/staff/drafts/{number}"
    shown = said.get(path).body
    assert "كان <bdi>300 ألف درهم</bdi>، ويصبح <bdi>3 ملايين درهم</bdi>" in shown
    mark = shown.partition('name="leap" value="')[2][:16]
    assert "/leaps" not in other.get(path).body
    assert other.post(f"{path}/leaps", leap=mark).status == 403
    assert clerk.get(path).body.count("أصحح المبلغ") == 1
    drafts.add(number, files_read(root), [SetValue(INDH, (*AT, "from", "2027-01-01"), 6_000_000)])
    stale = said.post(f"{path}/leaps", leap=mark)
    assert (stale.status, "لم يؤكد شيء" in stale.body) == (409, True)
    fresh = stale.body.partition('name="leap" value="')[2][:16]
    assert said.post(f"{path}/leaps", leap=fresh).location == path
    assert drafts.get(number).edits[-1].edit == SetValue(INDH, (*AT, "confirmed"), ["2027-01-01"])
    assert "/leaps" not in said.get(path).body
    assert said.post("/staff/drafts/999/leaps", leap=mark).status == 404


@pytest.mark.browser
def test_a_leap_on_a_phone(desk: tuple[Room, Path], browser: Browser) -> None:
    """A nought too many is seen where it was typed, and one tap says that it was meant; the page has no barriers."""
    room, _ = desk
    room.account("fatima", "editor")
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar-MA", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{room.port}/staff/sign-in?to=/staff/amounts")
    page.locator("#name").fill("fatima")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.go").click()
    page.locator("#amount").select_option("indh indh_most_support")
    page.locator("#value").fill("3000000")
    page.locator("#from").fill("2027-01-01")
    page.get_by_role("button", name="حفظ في المسودة").click()
    expect(page.locator("#leaps")).to_contain_text("300 ألف درهم")
    expect(page.locator("#amount")).to_have_value("indh indh_most_support")
    assert serious_findings(page) == []
    assert page.evaluate(LOOK) == []
    page.get_by_label("نعم، هذا هو المبلغ في النص القانوني").check()
    page.get_by_role("button", name="حفظ في المسودة").click()
    expect(page.locator("h1")).to_contain_text("مسودة", timeout=60_000)
    expect(page.locator("#leaps")).to_have_count(0)
    context.close()
