"""A person's way through the web chat, from the question to the office, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Opened
from tests.program import Served, told

pytestmark = pytest.mark.browser

_CHARTER = "شنو هو ميثاق التجارة الخارجية"
_OFFICE = "المديرية الجهوية للتجارة والصناعة"


def _bubbles(page: Page) -> Locator:
    return page.locator("#log .bubble")


def _mine(page: Page) -> Locator:
    return page.locator("#log .bubble.mine")


def _last(page: Page) -> Locator:
    return page.locator("#log .bubble.guide").last


def _say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.get_by_role("button", name=re.compile("إرسال|Envoyer")).click()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_question_to_the_office(opened: Opened, script: bool) -> None:
    """A person asks what the foreign trade charter is, taps the office, writes «لعيون» and has the Laâyoune office."""
    page = opened(java_script_enabled=script)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(_last(page)).to_contain_text("بماذا نساعدكم")
    _say(page, _CHARTER)
    expect(_mine(page)).to_have_count(1)
    expect(_last(page)).to_contain_text("ميثاق التجارة الخارجية")
    expect(_last(page)).to_contain_text("2025")
    page.locator("header button[value='do:menu']").click()
    expect(_mine(page)).to_have_count(2)
    _last(page).get_by_role("button", name="مكاتب جهتي").click()
    expect(_mine(page)).to_have_count(3)
    _say(page, "لعيون")
    expect(_mine(page)).to_have_count(4)
    expect(page.locator("#log")).to_contain_text(_OFFICE)
    answer = page.locator("#log .bubble.guide", has_text=_OFFICE)
    expect(answer).to_contain_text("العيون")
    expect(_last(page).get_by_role("button").first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_in_french(opened: Opened, script: bool) -> None:
    """In French the same way ends at the same office, with the page turned left to right."""
    page = opened(java_script_enabled=script)
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    _last(page).get_by_role("button", name="Bureaux de ma région").click()
    expect(_mine(page)).to_have_count(1)
    _say(page, "Laayoune")
    expect(page.locator("#log")).to_contain_text("Bureau régional du commerce extérieur")
    expect(page.locator("#log")).to_contain_text("Laâyoune")


def test_a_shared_location_has_its_office(opened: Opened) -> None:
    """Who shares where they are, instead of writing it, has the office of that region."""
    page = opened(geolocation={"latitude": 27.1504, "longitude": -13.1991}, permissions=["geolocation"])
    _last(page).get_by_role("button", name="مكاتب جهتي").click()
    page.get_by_role("button", name="مشاركة موقعي").click()
    expect(page.locator("#log")).to_contain_text(_OFFICE)


def test_an_answer_of_staff_arrives_by_itself(opened: Opened, guide: Served) -> None:
    """What staff answer stands in the open page within seconds, without a reload, named as a person's."""
    page = opened()
    _say(page, "بغيت نهضر مع شي واحد")
    expect(_mine(page)).to_have_count(1)
    expect(_last(page)).to_contain_text("الموظفون")
    _say(page, "عندي سؤال على الزربية الواوزكيتية")
    expect(_mine(page)).to_have_count(2)
    page.evaluate("window.stayed = true")
    listed = told("cases", "--json", "--store", guide.store, root=guide.root).lines
    number = next(case["number"] for case in listed if "الواوزكيتية" in case["messages"][-1]["text"])
    assert told("cases", "answer", str(number), "مرحبا، معكم سلمى", "--store", guide.store, root=guide.root).status == 0
    said = page.locator("#log .bubble.staff")
    expect(said).to_contain_text("معكم سلمى")
    expect(said).to_contain_text("شخص من الفريق")
    assert told("cases", "close", str(number), "--store", guide.store, root=guide.root).status == 0
    expect(page.locator("#log .bubble.guide:not(.staff)").last).to_contain_text("الدليل")
    expect(_bubbles(page).last).not_to_have_class(re.compile("staff"))
    assert page.evaluate("window.stayed === true")


def test_two_tabs_are_one_conversation(opened: Opened) -> None:
    """Two tabs of one person show one conversation: what is said in one stands once in both."""
    first = opened()
    second = first.context.new_page()
    second.set_default_timeout(20_000)
    second.goto(first.url)
    _say(first, _CHARTER)
    expect(_mine(second)).to_have_count(1)
    _say(second, "لعيون")
    expect(_mine(first)).to_have_count(2)
    for page in (first, second):
        page.reload()
        expect(_mine(page)).to_have_count(2)
        expect(_mine(page).first).to_contain_text("ميثاق")
    assert _bubbles(first).count() == _bubbles(second).count()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_counts_once(opened: Opened, script: bool) -> None:
    """A button pressed twice at once, and the page reloaded afterwards, are one message and one answer."""
    page = opened(java_script_enabled=script)
    page.get_by_role("button", name="مكاتب جهتي").dblclick(no_wait_after=True)
    expect(_mine(page)).to_have_count(1)
    expect(_last(page)).to_contain_text("؟")
    count = _bubbles(page).count()
    for _ in range(2):
        page.reload()
        expect(_bubbles(page)).to_have_count(count)
    assert _mine(page).count() == 1


def test_bad_input_has_one_kind_answer_each(opened: Opened) -> None:
    """Emoji, ten thousand letters, marks and SQL each have one answer with a way on, and nothing is shown as HTML."""
    page = opened()
    before = page.locator("#log .bubble.guide").count()
    for number, text in enumerate(("😀🧶", "ا" * 10_000, "<b>x</b><script>1</script>", "'; DROP TABLE people; --"), 1):
        _say(page, text)
        expect(_mine(page)).to_have_count(number)
        expect(page.locator("#log .bubble.guide")).to_have_count(before + number)
        assert _last(page).get_by_role("button").count() >= 1
    assert page.locator("#log b, #log script").count() == 0
