"""A draft that would be refused has no button: why stands in its place, and where each mistake is mended."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.content.files import Files, files_read
from bot.staff.change_words import without_keys
from bot.staff.drafts import Drafts
from bot.staff.editing import AddItem, Edit, SetValue, edited
from bot.staff.examination import checked as library_checked
from bot.staff.mending import MendingPlace, mending_places
from tests.browser import browser, chromium, serious_findings
from tests.program import ROOT, content_day
from tests.staff.room import PASSWORD, Room, checked

__all__ = ["browser", "chromium"]

PHONE = SetValue("flows/offices.yaml", ("brce-2", "phone"), "05 28")
#: An edit that is wrong, and where that is mended.
WRONG: dict[str, tuple[Edit, MendingPlace | None]] = {
    "an office": (PHONE, MendingPlace("/staff/offices/brce-2", "mend_office", "brce-2")),
    "an answer": (
        SetValue("faq/caravan.yaml", ("caravan.what", "checked"), "2031-01-01"),
        MendingPlace("/staff/content/caravan.what", "mend_answer", "caravan.what")),
    "a station": (
        AddItem("flows/caravan.yaml", ("stations",), {"city": {"ar": "سلا", "fr": "Salé"}, "on": "2031-13-01"}),
        MendingPlace("/staff/stations", "mend_station")),
    "an amount": (
        SetValue("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from", "2027-01-01"), "1.2.3"),
        MendingPlace("/staff/amounts", "mend_amount")),
    "a leap": (
        SetValue("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from", "2027-01-01"), 3_000_000),
        MendingPlace("#leaps", "mend_leap")),
    "an example": (
        SetValue("flows/tpme/rules.yaml", ("amounts", "tpme_least_investment", "from", "2027-01-01"), 2_000_000),
        MendingPlace("/staff/examples", "to_examples")),
    "a sentence": (
        SetValue("flows/phrases.yaml", ("welcome", "ar"), "مرحبا {no_such_name}"),
        MendingPlace("/staff/sentences/phrases/welcome", "mend_sentence")),
    "what no form shows": (SetValue("flows/menu/flow.yaml", ("title", "ar"), "{no_such_name}"), None),
}  # fmt: skip


@pytest.mark.parametrize("slip", WRONG)
def test_each_mistake_leads_to_the_form_that_mends_it(slip: str) -> None:
    """An answer, an office, a station, an amount, its examples, a sentence: each to its own page, a flow to none."""
    edit, place = WRONG[slip]
    before = files_read(ROOT)
    after: Files = {**before, edit.file: edited(before[edit.file], [edit])}
    errors = [one for one in library_checked(before, after, content_day())[1].errors if one.where.file == edit.file]
    assert errors
    found = mending_places(errors, after)
    # A text of the file that a longer sum makes too long has no form.
    assert {found.get(one) for one in errors} - {None} == ({place} if place else set()), errors


def test_an_id_in_a_mistake_is_what_it_is_called() -> None:
    """Whether or not it stands in quotes, an answer is told by its question and an amount by its title."""
    titles = {"export.rate": "كم الدعم؟", "tpme_ceiling": "السقف"}
    assert without_keys("أعطاه الموظفون جواب export.rate، و«tpme_ceiling».", titles) == (
        "أعطاه الموظفون جواب «كم الدعم؟»، و«السقف»."
    )
    assert without_keys("انظروا faq/export.rate.yaml", titles) == "انظروا faq/export.rate.yaml"


def test_a_draft_with_a_mistake_has_no_button(desk: tuple[Room, Path]) -> None:
    """Its author is led to the form that mends it, a colleague is told whose it is; the server refuses as before."""
    room, root = desk
    clerk, said = room.clerk("fatima", "clerk"), room.clerk("said", "publisher")
    drafts = Drafts(room.frame.parts.folder)
    number = drafts.begin("fatima", "brce-2", room.clock()).number
    drafts.add(number, files_read(root), [PHONE])
    path = f"/staff/drafts/{number}"
    assert "/publish" not in clerk.get(path).body, "not before it was looked at"
    shown = checked(clerk, path)
    assert "/publish" not in shown
    assert "لا تنشر هذه المسودة بعد" in shown
    assert '<a class="button" href="/staff/offices/brce-2">صححوا المكتب: ' in shown
    theirs = checked(said, path)
    assert "كاتب المسودة يصححها" in theirs
    assert "/staff/offices/brce-2" not in theirs
    refused = clerk.post(f"{path}/publish")
    assert (refused.status, "في المسودة أخطاء" in refused.body) == (409, True)
    drafts.add(number, files_read(root), [SetValue("flows/offices.yaml", ("brce-2", "phone"), "05 28 84 20 11")])
    mended = checked(clerk, path)
    assert f'action="{path}/publish"' in mended
    assert "لا تنشر هذه المسودة بعد" not in mended


def test_who_would_be_refused_is_told_who_publishes(desk: tuple[Room, Path]) -> None:
    """The author of a change of money is sent to a second person, who has the button there; an editor too."""
    room, root = desk
    clerk, said, editor = room.clerk("fatima", "clerk"), room.clerk("said", "clerk"), room.clerk("nadia", "editor")
    drafts = Drafts(room.frame.parts.folder)
    number = drafts.begin("fatima", "indh", room.clock()).number
    value = SetValue("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from", "2027-01-01"), 310_000)
    drafts.add(number, files_read(root), [value])
    path = f"/staff/drafts/{number}"
    shown = checked(clerk, path)
    assert ("ينشرها موظف ثان" in shown, "/publish" in shown) == (True, False)
    shown = checked(editor, path)
    assert ("ينشرها زميل له دور النشر" in shown, "/publish" in shown) == (True, False)
    shown = checked(said, path)
    assert ("/approve" in shown, "/publish" in shown) == (True, True)
    said.post(f"{path}/approve")
    assert "/publish" in checked(clerk, path)


@pytest.mark.browser
def test_a_mistake_is_mended_by_its_link_on_a_phone(desk: tuple[Room, Path], browser: Browser) -> None:
    """The page of a wrong draft leads to the form, and once that is saved the button is there, without a reload."""
    room, root = desk
    room.account("fatima", "clerk")
    drafts = Drafts(room.frame.parts.folder)
    number = drafts.begin("fatima", "brce-2", room.clock()).number
    drafts.add(number, files_read(root), [PHONE])
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar-MA", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{room.port}/staff/sign-in?to=/staff/drafts/{number}")
    page.locator("#name").fill("fatima")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.go").click()
    expect(page.locator("#refusal")).to_be_visible(timeout=300_000)
    expect(page.get_by_role("button", name="نشر", exact=True)).to_have_count(0)
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="صححوا المكتب").click()
    expect(page.locator("#phone")).to_have_value("05 28")
    page.locator("#phone").fill("05 28 84 20 11")
    page.get_by_role("button", name="حفظ في المسودة").click()
    expect(page.get_by_role("button", name="نشر", exact=True)).to_be_visible(timeout=300_000)
    expect(page.locator("#refusal")).to_have_count(0)
    context.close()
