"""The examples of a changed amount: proposed with the results of the rules, taken by a clerk, written line by line."""

import difflib
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.content.files import Files, files_read, laid_out
from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.staff.editing import SetValue, edited, value_at
from bot.staff.examples import example_edits, proposed_examples
from bot.staff.forms import FormError
from tests.browser import browser, chromium, serious_findings
from tests.program import ROOT
from tests.staff.room import PASSWORD, Answered, Clerk, Room, checked, worked_out

__all__ = ["browser", "chromium"]

RULES = "flows/tpme/rules.yaml"


def changed(scheme: str, amount: str, day: str, value: float) -> tuple[str, Files, Files]:
    """Return the file of a scheme, and all files before and after an amount of it is another."""
    file, before = f"flows/{scheme}/rules.yaml", files_read(ROOT)
    edit = SetValue(file, ("amounts", amount, "from", day), value)
    return file, before, {**before, file: edited(before[file], [edit])}


@pytest.mark.parametrize(
    ("scheme", "amount", "value"),
    [
        ("tpme", "tpme_least_investment", 2_000_000),  # a threshold of a condition
        ("tpme", "tpme_least_jobs", 2.5),  # of a number that is a ratio
        ("tpme", "tpme_jobs_above_2", 6),  # of an estimate
        ("tpme", "tpme_priority", 12),  # a share of it
        ("tpme", "tpme_ceiling", 29),
        ("power_export_first", "export_turnover_craft", 900_000),
        ("mourafaka", "mourafaka_most_age", 3),
        ("rna_artisan", "rna_least_practice", 4),
    ],
)
def test_what_is_proposed_is_all_that_the_check_asks_for(scheme: str, amount: str, value: float) -> None:
    """With every example taken the rules hold, old and new are shown, no line is another, nothing more is asked."""
    file, before, after = changed(scheme, amount, "2027-01-01", value)
    proposed = proposed_examples(before, after)
    assert {one.is_old for one in proposed} == {True, False}
    assert all(one.on < date(2027, 1, 1) if one.is_old else one.on >= date(2027, 1, 1) for one in proposed)
    edits = example_edits(after, [(number, one, one.verdict) for number, one in enumerate(proposed)])
    taken = {**after, file: edited(after[file], edits)}
    mistakes = Mistakes()
    with laid_out(taken) as root:
        read_rulebook(root, mistakes)
    assert [one.message for one in mistakes.errors] == []
    assert proposed_examples(before, taken) == []
    was, becomes = (held[file].decode().splitlines() for held in (after, taken))
    assert all(line[:1] != "-" for line in list(difflib.unified_diff(was, becomes, n=0))[2:])


def test_both_sides_of_the_old_and_the_new_threshold_are_shown() -> None:
    """Just below and at the old amount on its last day, just below, at and above the new one on its first."""
    _, before, after = changed("tpme", "tpme_least_investment", "2027-01-01", 2_300_000)
    beside = {
        (one.on.isoformat(), one.given["investment"], one.verdict)
        for one in proposed_examples(before, after)
        if len(one.given) == 1
    }
    assert {
        ("2026-12-31", 999_999, "not_eligible"), ("2026-12-31", 1_000_000, "perhaps"),
        ("2027-01-01", 2_299_999, "not_eligible"), ("2027-01-01", 2_300_000, "perhaps"),
        ("2027-01-01", 2_300_001, "perhaps"),
    } <= beside  # fmt: skip


def test_a_corrected_amount_corrects_its_examples() -> None:
    """Where the amount of a day was wrong there is no old one: what stood there is given its right result."""
    file, before, after = changed("tpme", "tpme_priority", "2025-07-03", 11)
    proposed = proposed_examples(before, after)
    assert proposed
    assert all(not one.is_old and one.stands_at is not None for one in proposed)
    edits = example_edits(after, [(number, one, one.verdict) for number, one in enumerate(proposed)])
    taken = {**after, file: edited(after[file], edits)}
    assert len(value_at(taken[file], ("examples",))) == len(value_at(before[file], ("examples",)))
    mistakes = Mistakes()
    with laid_out(taken) as root:
        read_rulebook(root, mistakes)
    assert mistakes.errors == []


def test_a_result_that_the_rules_do_not_give_is_not_written() -> None:
    """Whoever holds another result for the law's is told so: either the amount is wrong or what they hold."""
    _, before, after = changed("tpme", "tpme_least_investment", "2027-01-01", 2_000_000)
    one = next(one for one in proposed_examples(before, after) if one.verdict == "not_eligible")
    with pytest.raises(FormError, match="example_otherwise"):
        example_edits(after, [(7, one, "eligible")])


def ready(clerk: Clerk) -> Answered:
    """Return the page of the examples once they were found."""
    return worked_out(clerk, "/staff/examples", "نبحث عن الأمثلة")


def fields(page: Answered) -> dict[str, str]:
    """Return the form of the examples as it is sent untouched."""
    told = dict(re.findall(r'<input id="(value_[^"]+)"[^>]* value="([^"]*)"', page.body))
    told |= dict.fromkeys(re.findall(r'name="(take_\d+)"', page.body), "1")
    for name, options in re.findall(r'<select id="(verdict_\d+)".*?>(.*?)</select>', page.body):
        told[name] = re.findall(r'value="(\w+)" selected', options)[0]
    return told | {"base": page.field("base")}


def test_a_clerk_takes_the_examples(desk: tuple[Room, Path]) -> None:
    """Saving a threshold leads to its examples; taken, perhaps with another number, they are in the draft and hold."""
    room, _ = desk
    clerk, said = room.clerk("fatima", "editor"), room.clerk("said", "publisher")
    page = clerk.get("/staff/amounts")
    given = {"amount": "tpme tpme_least_investment", "value": "2 000 000", "from": "2027-01-01"}
    given["base_tpme"] = page.field("base_tpme")
    assert clerk.post("/staff/amounts", **given).location == "/staff/examples"
    form = fields(ready(clerk))
    number = next(name for name, told in form.items() if name.startswith("value_") and told == "1999999")
    verdict = f"verdict_{number.split('_')[1]}"
    refused = clerk.post("/staff/examples", **form | {verdict: "perhaps"})
    assert refused.status == 422
    assert "القواعد تعطي نتيجة أخرى" in refused.body
    assert clerk.post("/staff/examples", **form | {number: "كثير"}).status == 422
    assert clerk.post("/staff/examples", **form | {"base": "x"}).status == 409
    assert clerk.post("/staff/examples", **form | {number: "1 500 000"}).location == "/staff/drafts/mine"
    path = clerk.get("/staff/drafts/mine").location
    assert "الفحص جيد" in checked(clerk, path)
    # The number that was changed left its place empty: that one is proposed again.
    left = fields(ready(clerk))
    assert [told for name, told in left.items() if name.startswith("value_")] == ["1999999"]
    # What somebody else drafted is theirs: only who wrote a draft is led to its examples.
    assert "لا تحتاج المسودة" in ready(said).body


def test_two_editors_of_one_amount_see_each_other_when_they_save(desk: tuple[Room, Path]) -> None:
    """Who saves an amount that was published otherwise meanwhile is told so, with what they typed still there."""
    room, root = desk
    clerk = room.clerk("fatima", "editor")
    page = clerk.get("/staff/amounts")
    given = {"amount": "indh indh_most_support", "value": "333 000", "from": "2027-01-01"}
    given["base_indh"] = page.field("base_indh")
    path = root / "flows/indh/rules.yaml"
    edit = SetValue("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from", "2027-03-01"), 320_000)
    path.write_bytes(edited(path.read_bytes(), [edit]))
    told = clerk.post("/staff/amounts", **given)
    assert told.status == 409
    assert "تغير هذا النص بعدما فتحتموه" in told.body
    assert told.field("value") == "333 000"
    again = given | {"base_indh": told.field("base_indh")}
    assert clerk.post("/staff/amounts", **again).location == "/staff/drafts/mine"


@pytest.mark.browser
def test_the_examples_on_a_phone(desk: tuple[Room, Path], browser: Browser) -> None:
    """An amount is changed and its examples taken with a few taps on a phone; the page is without barriers."""
    room, _ = desk
    room.account("fatima", "editor")
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar-MA", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{room.port}/staff/sign-in?to=/staff/amounts")
    page.locator("#name").fill("fatima")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.go").click()
    page.locator("#amount").select_option("mourafaka mourafaka_most_age")
    page.locator("#value").fill("3")
    page.locator("#from").fill("2027-01-01")
    page.get_by_role("button", name="حفظ في المسودة").click()
    take = page.get_by_role("button", name="نعم، هذه نتائج القانون")
    expect(take).to_be_visible(timeout=300_000)
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    take.click()
    expect(page.locator("#examination .note.good")).to_be_visible(timeout=300_000)
    context.close()
