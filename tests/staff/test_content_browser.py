"""The pages of the content in a real browser: chips that cannot be broken, and what is drawn and played there."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import browser, chromium
from tests.staff.test_browser import _DESK, _PHONE, LOOK, Hand, Opens, opens, room

pytestmark = pytest.mark.browser
__all__ = ["browser", "chromium", "opens", "room"]

_SHOTS = os.environ.get("STAFF_SHOTS", "")
_CHIP = "{tpme_least_investment}"


def shot(page: Page, name: str) -> None:
    """Keep what a page looks like, for whoever wants to look at it."""
    if _SHOTS:
        page.screenshot(path=Path(_SHOTS) / f"{name}.png", full_page=True)


def opened(hand: Hand, path: str) -> Page:
    """Open a page of the staff room."""
    hand.page.goto(hand.page.url.partition("/staff")[0] + path)
    return hand.page


def test_chips_cannot_be_broken(opens: Opens) -> None:
    """An amount is shown by its value, comes from the list, goes whole, and what is typed into it stands behind it."""
    page = opened(opens(), "/staff/content/tpme.min-investment")
    field, sent = page.locator("#answer_ar"), page.locator("input[type=hidden][name=answer_ar]")
    raw = sent.input_value()
    assert _CHIP in raw
    text = field.input_value()
    label = "{مليون درهم"
    at = text.index(label)
    end = text.index("}", at) + 1
    assert _CHIP not in text
    expect(page.locator(".chip-field .mirror mark").first).to_be_attached()
    shot(page, "chips-360")
    # Half a chip is none: one backspace behind it takes it away whole, the rest stays as it is.
    field.evaluate(f"(one) => {{ one.focus(); one.setSelectionRange({end}, {end}); }}")
    page.keyboard.press("Backspace")
    assert field.input_value() == text[:at] + text[end:]
    assert sent.input_value() == raw.replace(_CHIP, "", 1)
    # From the list it comes back where the caret is.
    page.locator("[data-chips] summary").click()
    page.locator("#seek").fill("tpme_least_investment")
    page.locator("[data-chip=tpme_least_investment]").click()
    assert sent.input_value() == raw
    # What is typed into it goes behind it; the arrows step over it.
    field.evaluate(f"(one) => {{ one.focus(); one.setSelectionRange({at + 3}, {at + 3}); }}")
    page.keyboard.insert_text("س")
    assert sent.input_value() == raw.replace(_CHIP, _CHIP + "س", 1)
    field.evaluate(f"(one) => one.setSelectionRange({at}, {at})")
    page.keyboard.press("Delete")
    assert sent.input_value() == raw.replace(_CHIP, "س", 1)
    # A name that is pasted becomes a chip, one that is none is told at once, with the nearest.
    field.evaluate("(one) => { one.focus(); one.setSelectionRange(0, 0); }")
    page.keyboard.insert_text(_CHIP)
    assert field.input_value().startswith(label)
    page.keyboard.insert_text("{tpme_least_investmen}")
    expect(page.locator("#preview .note.bad")).to_contain_text("tpme_least_investment")
    page.locator("button.go.stick").click()
    expect(page.locator("[role=alert].bad")).to_contain_text("{tpme_least_investment}")
    wrong = page.evaluate(LOOK)
    assert wrong == [], wrong


def test_phrasings_are_counted_while_they_are_typed(opens: Opens) -> None:
    """What is missing stands beside the field that is typed in, and the caret stays where it is."""
    page = opened(opens(), "/staff/content/new")
    field, told = page.locator("#phrasings_darija"), page.locator("#few_darija")
    expect(told).to_have_text("عدد الصيغ: 0. لا ينشر الجواب بأقل من 4.")
    field.press_sequentially("واش كاين\nفين كاين\nشحال\n")
    expect(told).to_have_text("عدد الصيغ: 3. لا ينشر الجواب بأقل من 4.")
    field.press_sequentially("علاش")
    expect(told).to_have_text("عدد الصيغ: 4. بعدد 8 يفهم الدليل أكثر.")
    expect(field).to_be_focused()
    expect(field).to_have_value("واش كاين\nفين كاين\nشحال\nعلاش")
    expect(page.locator("#few_darija")).to_have_count(1)
    assert page.evaluate(LOOK) == []
    shot(page, "phrasings-360")


@pytest.mark.parametrize(("size", "french"), [(_PHONE, False), (_DESK, True)])
def test_flows_and_rules_are_drawn_and_played(opens: Opens, size: ViewportSize, *, french: bool) -> None:
    """Each page is read on a phone and at a desk, in both languages; what is played is kept nowhere."""
    page = opened(opens(size), "/staff/flows")
    name = "fr" if french else "ar"
    if french:
        page.locator(".bar form button").click()
    for path, shown in (
        ("/staff/flows", "a[href='/staff/rules/tpme']"),
        ("/staff/flows/eligibility_investment", "svg .box.do"),
        ("/staff/flows/caravan", "svg .way"),
        ("/staff/rules/power_export_first", ".logic li"),
        ("/staff/sentences?q=bienvenue", "a[href='/staff/sentences/phrases/welcome']"),
        ("/staff/sentences/phrases/web_instead", ".chip-field .mirror mark"),
        ("/staff/stations", "button[value=remove]"),
        ("/staff/content/caravan.what", "#source_0_read"),
        ("/staff/content?off=1", "a[href^='/staff/content/off.']"),
        ("/staff/play?on=2026-12-24", ".talk .bubble.guide"),
    ):
        opened_page = opened(Hand(page), path)
        page.evaluate("() => { for (const one of document.querySelectorAll('main details')) one.open = true; }")
        expect(opened_page.locator(shown).first).to_be_visible()
        shot(page, f"{path.strip('/').partition('?')[0].replace('/', '-')}-{name}")
        wrong = page.evaluate(LOOK)
        assert wrong == [], (path, wrong)
    page.locator("#say").fill("شنو هي القافلة")
    page.locator("button.go").click()
    expect(page.locator(".talk .bubble.theirs").last).to_have_text("شنو هي القافلة")
    page.locator("button[name=tap]").first.click()
    assert page.locator(".talk .bubble.guide").count() >= 3
    shot(page, f"played-{name}")
