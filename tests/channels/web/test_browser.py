"""The page in a real browser, on a phone's screen, with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from bot.message import Located, Reply
from tests.browser import Opened
from tests.channels.web.conftest import Site

pytestmark = pytest.mark.browser

#: Measures every text that can be seen: the smallest font in pixels, and each thing to tap that is too low.
_MEASURES = """() => {
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const texts = [...document.querySelectorAll('body *')].filter(e => seen(e) &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
  const low = [...document.querySelectorAll('button, textarea')].filter(seen)
    .map(e => [e.textContent.trim(), e.getBoundingClientRect().height, e.getBoundingClientRect().width])
    .filter(([_, height, width]) => height < 44 || width < 44);
  return {
    font: Math.min(...[...texts, ...document.querySelectorAll('textarea')]
      .map(e => parseFloat(getComputedStyle(e).fontSize))),
    low: low,
    overflow: document.documentElement.scrollWidth - innerWidth,
    outside: [...document.querySelectorAll('button, .text, textarea, h1')].filter(seen)
      .filter(e => { const r = e.getBoundingClientRect(); return r.left < -0.5 || r.right > innerWidth + 0.5; })
      .filter(e => !e.closest('.skip')).map(e => e.textContent.trim()),
  };
}"""

#: Contrast of each visible text with what lies behind it, where that is one colour; WCAG 2.2, 1.4.3.
_CONTRAST = """() => {
  const rgb = (c) => (c.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c.length && (c.length < 4 || c[3] > 0.99)) return c; }
    return [255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push([e.textContent.trim().slice(0, 30), (a + 0.05) / (b + 0.05)]);
  }
  return poor;
}"""


def _last_text(page: Page) -> str:
    return page.locator("#log .bubble").last.locator(".text").inner_text()


def _stays(page: Page) -> Callable[[], bool]:
    """Return a function that tells whether the page was never loaded anew since."""
    page.evaluate("window.stayed = true")
    return lambda: page.evaluate("window.stayed === true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_fits_a_phone(opened: Opened, script: bool, scheme: str, language: str) -> None:
    """On 360 pixels nothing overflows, no text is below 18 px, nothing to tap below 44 px, and all contrasts hold."""
    page = opened(java_script_enabled=script, color_scheme=scheme)
    if language == "fr":
        page.get_by_role("button", name="Français").click()
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
    for said in ("بغيت نصدر الزربية", "لعيون"):
        page.locator("#text").fill(said)
        page.locator("#say button").click()
        expect(page.locator("#log .mine").last).to_contain_text(said)
    for step in ("welcome", "office"):
        if step == "office":
            page.locator("#log button[value='to:office']").first.click()
            expect(page.locator("#log .bubble").last).to_contain_text("أين")
        measures = page.evaluate(_MEASURES)
        assert measures["font"] >= 18
        assert measures["low"] == []
        assert measures["overflow"] <= 0
        assert measures["outside"] == []
        assert page.evaluate(_CONTRAST) == []


@pytest.mark.parametrize("script", [True, False])
def test_leads_to_an_office(opened: Opened, site: Site, script: bool) -> None:
    """A person taps the office, writes the town and reads the answer, with JavaScript and without."""
    page = opened(java_script_enabled=script)
    page.get_by_role("button", name="أقرب مكتب إلي").click()
    expect(page.locator("#log .bubble").last).to_contain_text("أين توجد ورشتكم")
    page.get_by_label("رسالتكم").fill("لعيون")
    page.get_by_role("button", name="إرسال").click()
    expect(page.locator("#log .bubble").last).to_contain_text("العيون")
    expect(page.get_by_role("link", name="05 28 89 11 22")).to_have_attribute("href", "tel:0528891122")
    assert site.memory.mine() == ["أقرب مكتب إلي", "لعيون"]


def test_never_reloads_with_javascript(opened: Opened) -> None:
    """With JavaScript a choice, a message and another language come without loading the page anew."""
    page = opened()
    stays = _stays(page)
    page.get_by_role("button", name="أقرب مكتب إلي").click()
    expect(page.locator("#log .bubble")).to_have_count(3)
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
    expect(page).to_have_title("Guide artisan")
    page.get_by_label("Votre message").fill("Bonjour")
    page.keyboard.press("Enter")
    expect(page.locator("#log .bubble").last).to_contain_text("Bonjour")
    assert stays()


def test_works_by_keyboard_alone(opened: Opened, site: Site) -> None:
    """The first tab leads past the bar to the field; Enter sends, and the focus is in the field again."""
    page = opened()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="إلى خانة الكتابة مباشرة")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("salam")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("3likom")
    page.keyboard.press("Enter")
    expect(page.locator("#log .bubble").last).to_contain_text("وصلني")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("")
    assert site.memory.mine() == ["salam\n3likom"]


def test_shows_the_focus(opened: Opened) -> None:
    """Whatever the keyboard reaches has an outline of at least two pixels."""
    page = opened()
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(outline.removesuffix("px")) >= 2


def test_reads_well_aloud(opened: Opened) -> None:
    """The conversation is a polite live region; the field and the choices have names without their numbers."""
    page = opened()
    log = page.get_by_role("log", name="المحادثة")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("textbox", name="رسالتكم", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="القافلة", exact=True)).to_be_visible()
    expect(page.locator("#log .guide .text").first).to_contain_text("الدليل:")
    page.get_by_label("رسالتكم").fill("Bonjour")
    page.keyboard.press("Enter")
    expect(log.locator(".mine .text")).to_have_attribute("dir", "auto")
    expect(log.locator(".guide .text").last).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("#log .guide .text").last).to_have_attribute("lang", "fr")
    expect(page.locator("#log .guide .text").last).to_have_attribute("dir", "ltr")


def test_numbers_only_the_last_choices(opened: Opened) -> None:
    """The last choices are large and numbered; older ones stay to be tapped, without a number that counts no more."""
    page = opened()
    expect(page.locator(".number").first).to_have_text("1")
    expect(page.locator(".number").first).to_be_visible()
    large = page.locator("button[value='to:trade']").first
    before = large.bounding_box()
    page.get_by_label("رسالتكم").fill("سلام")
    page.keyboard.press("Enter")
    expect(page.locator("#log .bubble")).to_have_count(3)
    expect(page.locator(".number").first).to_be_hidden()
    after = large.bounding_box()
    assert before
    assert after
    assert after["height"] < before["height"]
    assert after["width"] < before["width"]
    large.click()
    expect(page.locator("#log .mine").last).to_contain_text("to:trade")


def test_shares_a_location(opened: Opened, site: Site) -> None:
    """The location button shows when the guide asks for a place, and sends the place to a hundred metres."""
    page = opened(geolocation={"latitude": 27.150412, "longitude": -13.199134}, permissions=["geolocation"])
    expect(page.get_by_role("button", name="مشاركة موقعي")).to_be_hidden()
    page.get_by_role("button", name="أقرب مكتب إلي").click()
    page.get_by_role("button", name="مشاركة موقعي").click()
    expect(page.locator("#log .bubble").last).to_contain_text("العيون")
    expect(page.locator("#log .mine").last).to_contain_text("أرسلت موقعي")
    assert site.memory.places == [Located(27.15, -13.199)]
    expect(page.get_by_role("button", name="مشاركة موقعي")).to_be_hidden()


def test_goes_on_without_a_location(opened: Opened) -> None:
    """Where the location is not given, a kind sentence asks for the town, and the field has the focus."""
    page = opened(permissions=[])
    page.get_by_role("button", name="أقرب مكتب إلي").click()
    page.get_by_role("button", name="مشاركة موقعي").click()
    expect(page.get_by_role("status")).to_contain_text("اكتبوا اسم المدينة")
    expect(page.locator("#text")).to_be_focused()


def test_offers_no_location_without_javascript(opened: Opened) -> None:
    """Without JavaScript there is no button that could do nothing."""
    page = opened(java_script_enabled=False)
    page.get_by_role("button", name="أقرب مكتب إلي").click()
    expect(page.locator("#log .bubble").last).to_contain_text("أين")
    expect(page.locator(".locate")).to_be_hidden()


def test_loses_nothing_when_the_network_is_gone(opened: Opened, site: Site) -> None:
    """Without network a message stays visible with a kind sentence, survives a reload, and is sent once in the end."""
    page = opened(service_workers="block")  # What it lets through, a route of the page does not see.
    page.route("**/say", lambda route: route.abort())
    page.get_by_label("رسالتكم").fill("هل تصلكم هذه؟")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_contain_text("هل تصلكم هذه؟")
    expect(page.get_by_role("status")).to_contain_text("رسالتكم محفوظة")
    page.reload()
    expect(page.locator("#waiting")).to_contain_text("هل تصلكم هذه؟")
    assert site.memory.mine() == []
    page.unroute("**/say")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#log .mine")).to_contain_text("هل تصلكم هذه؟")
    expect(page.locator("#waiting")).to_be_empty()
    expect(page.get_by_role("status")).to_be_empty()
    assert site.memory.mine() == ["هل تصلكم هذه؟"]


def test_counts_a_message_once_whose_answer_was_lost(opened: Opened, site: Site) -> None:
    """When the guide took a message but its answer was lost on the way, sending it again does not count it twice."""
    page = opened(service_workers="block")

    def loses_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/say", loses_the_answer, times=1)
    page.get_by_label("رسالتكم").fill("مرة واحدة")
    page.keyboard.press("Enter")
    expect(page.locator("#log .mine")).to_have_count(1)
    expect(page.locator("#waiting")).to_be_empty()
    assert site.memory.mine() == ["مرة واحدة"]


def test_keeps_a_draft(opened: Opened) -> None:
    """What is being written survives a reload."""
    page = opened()
    page.locator("#text").press_sequentially("نصف جملة")
    page.reload()
    expect(page.locator("#text")).to_have_value("نصف جملة")


def test_counts_a_double_tap_once(opened: Opened, site: Site) -> None:
    """A double tap on a choice and a double press of the send button count once."""
    page = opened()
    page.get_by_role("button", name="القافلة").dblclick()
    expect(page.locator("#log .mine")).to_have_count(1)
    page.get_by_label("رسالتكم").fill("سؤال")
    page.get_by_role("button", name="إرسال").dblclick()
    expect(page.locator("#log .mine")).to_have_count(2)
    assert len(site.memory.mine()) == 2


def test_double_tap_counts_once_without_javascript(opened: Opened, site: Site) -> None:
    """Without JavaScript, too, a double tap counts once."""
    page = opened(java_script_enabled=False)
    page.get_by_role("button", name="القافلة").dblclick()
    expect(page.locator("#log .mine").first).to_be_visible()
    page.reload()
    assert len(site.memory.mine()) == 1


def test_asks_for_words_first(opened: Opened, site: Site) -> None:
    """Sending nothing tells kindly what to do, and sends nothing."""
    page = opened()
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_role("status")).to_contain_text("اكتبوا شيئا")
    assert site.memory.mine() == []


def test_gives_back_what_was_too_long(opened: Opened, site: Site) -> None:
    """A message that is too large comes back into the field, with a kind sentence."""
    page = opened()
    page.locator("#text").fill("ا" * 20_000)
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_role("status")).to_contain_text("طويلة جدا")
    assert len(page.locator("#text").input_value()) == 20_000
    assert site.memory.mine() == []


def test_shows_news_of_the_staff(opened: Opened, site: Site) -> None:
    """An answer of the staff arrives by itself, once, in every tab."""
    page = opened()
    second = page.context.new_page()
    second.goto(site.address)
    stays = _stays(page)
    site.memory.tell(Reply("معكم سلمى من دار الصانع."))
    for tab in (page, second):
        tab.bring_to_front()
        expect(tab.locator("#log .bubble").last).to_contain_text("سلمى")
        expect(tab.locator("#log .bubble")).to_have_count(2)
    assert stays()


def test_shows_the_new_answer(opened: Opened) -> None:
    """After sending, the person's own message and the beginning of the answer are on the screen, below the bar."""
    page = opened(reduced_motion="reduce")
    for word in ("واحد", "جوج", "تلاتة"):
        page.get_by_label("رسالتكم").fill(word)
        page.keyboard.press("Enter")
        expect(page.locator("#log .mine").last).to_contain_text(word)
        expect(page.locator("#log .bubble").last).to_contain_text("وصلني: " + word)
    expect(page.locator("#log .mine").last).to_be_in_viewport(ratio=1)
    expect(page.locator("#log .bubble").last.locator(".text")).to_be_in_viewport(ratio=1)
    assert _last_text(page).endswith("تلاتة")


def test_moves_nothing_for_those_who_ask(opened: Opened) -> None:
    """Who prefers reduced motion sees none."""
    page = opened(reduced_motion="reduce")
    page.get_by_role("button", name="القافلة").click()
    expect(page.locator("#log .bubble")).to_have_count(3)
    assert page.evaluate("document.getAnimations().length") == 0
