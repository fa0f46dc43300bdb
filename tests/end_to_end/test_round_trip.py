"""A question that nobody answered, from the chat through the staff room and back, while the guide runs."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.content.answers import MENDED
from bot.content.files import files_read
from bot.staff.editing import value_at
from tests.browser import phones
from tests.program import Served, told

pytestmark = pytest.mark.browser

_QUESTION = "واش كاين شي دعم لصباغة الحيوط ديال الدار"
_PASSWORD = "خبز وزيت وأتاي"


def _said(page: Page, words: str) -> str:
    """Say something in the chat and return all that was answered to it."""
    asked = page.locator("#log .bubble.mine")
    count = asked.count()
    page.locator("#text").fill(words)
    page.keyboard.press("Enter")
    expect(asked).to_have_count(count + 1, timeout=20_000)
    answers = asked.nth(count).locator("xpath=following-sibling::*[contains(@class, 'guide')]")
    expect(answers.first).to_be_visible(timeout=20_000)
    return "\n".join(answers.all_inner_texts())


def _signed_in(page: Page, guide: Served) -> None:
    page.goto(f"{guide.address}/staff")
    page.locator("#name").fill("fatima")
    page.locator("#password").fill(_PASSWORD)
    page.locator("button.go").click()
    expect(page.locator("nav.tabs")).to_be_visible()


def test_from_a_question_nobody_answered_to_its_answer(browser: Browser, edited: Served, tmp_path: Path) -> None:
    """Asked in vain, put to an answer in three taps, published, and answered in the same chat without a restart."""
    account = ("staff", "add", "fatima", "--role", "publisher", "--store", edited.store)
    assert told(*account, typed=_PASSWORD + "\n", root=edited.root).status == 0
    with phones(browser, edited.address, 40) as opens:
        chat = opens()
        chat.evaluate("window.stayed = true")
        before = _said(chat, _QUESTION)
        staff = opens()
        _signed_in(staff, edited)
        staff.get_by_role("link", name="الأسئلة", exact=True).click()
        staff.locator("a.case", has_text=_QUESTION).click()
        answer = staff.locator("main li.card").first
        answer.locator("summary").click()
        promised = answer.locator(".bubble .text").inner_text().strip().splitlines()[0]
        assert promised not in before
        answer.get_by_role("button", name="نعم، هذا جوابه").click()
        expect(staff.locator("#groups")).not_to_contain_text(_QUESTION)
        staff.get_by_role("link", name="افتحوا المسودة وانشروها").click()
        expect(staff.locator("#examination .note.good")).to_be_visible(timeout=90_000)
        staff.get_by_role("button", name="نشر", exact=True).click()
        expect(staff.locator("main")).to_contain_text("نشرت", timeout=90_000)
        for _ in range(60):
            if edited.log().count("event=release") > 1 or promised in _said(chat, _QUESTION):
                break
            chat.wait_for_timeout(1000)
        assert promised in _said(chat, _QUESTION)
        assert chat.evaluate("window.stayed === true")
        held = value_at(files_read(edited.root)[MENDED], ())
        assert list(held) == [_QUESTION]
        assert told("check", root=edited.root).status == 0
        _holds(edited, tmp_path / "later", held[_QUESTION])


def _holds(guide: Served, later: Path, entry: str) -> None:
    """Take the phrasing away, as a later edit may: the check says which question is no longer understood, and where.

    In a copy: the guide at work would make a release of it meanwhile.
    """
    for name in ("faq", "flows"):
        shutil.copytree(guide.root / name, later / name)
    file = later / "faq" / f"{entry.partition('.')[0]}.yaml"
    text = file.read_text("utf-8")
    file.write_text(re.sub(rf"^ +- {re.escape(_QUESTION)}\n", "", text, flags=re.MULTILINE), "utf-8")
    assert file.read_text("utf-8") != text
    checked = told("check", root=later)
    assert checked.status == 1
    assert f"{MENDED}:3" in checked.out + checked.err
    assert _QUESTION in checked.out + checked.err
