"""What is in view on small phones, in the real guide: the answer's beginning and its first choice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser import Opened

pytestmark = pytest.mark.browser

_SCREENS: list[ViewportSize] = [
    {"width": 320, "height": 640},
    {"width": 360, "height": 640},
    {"width": 360, "height": 740},
    {"width": 412, "height": 800},
]
#: How people come to the commonest screens: what they say, in order; what is tapped has `tap:` before its label.
WAYS = {
    "a check's question": ["حنا تعاونية ديال الزربية فتازناخت، بغينا نصدرو واش عندنا الحق فالدعم"],
    "an office": ["فين المكتب ديال أكادير"],
    "an answer": ["شحال كيعطيو للتصدير"],
    "what was not understood": ["زعزع بعبع كعكع"],
    "the menu": ["القائمة"],
    "the caravan": ["القافلة"],
    "a region to be told of": ["علموني ملي تجي القافلة"],
    "the sheet": ["حنا تعاونية ديال الزربية فتازناخت، بغينا نصدرو واش عندنا الحق فالدعم", "الورقة ديالي"],
    "a long answer": ["شنو هو ميثاق الاستثمار الجديد وشكون كيستافد منو", "tap:المزيد"],
    "pictures": ["🔊"],
    "languages": ["🔊", "لغة السماع"],
    "a result": ["حنا تعاونية ديال الزربية فتازناخت، بغينا نصدرو واش عندنا الحق فالدعم", "tap:نعم", "tap:لا أعرف"],
}
#: Whether something to tap lies between the bar and the field; how much of the screen these two leave.
_IN_VIEW = """(e) => {
  const bar = document.querySelector('.bar').getBoundingClientRect();
  const say = document.querySelector('#say').getBoundingClientRect();
  const r = e.getBoundingClientRect();
  return r.top >= Math.max(0, bar.bottom) - 1 && r.bottom <= say.top + 1;
}"""
_ROOM = """() => (document.querySelector('#say').getBoundingClientRect().top
  - Math.max(0, document.querySelector('.bar').getBoundingClientRect().bottom)) / innerHeight"""


def said(page: Page, words: str) -> None:
    """Say or tap something as on a phone, and wait for the answer."""
    before = page.locator("#log .bubble").count()
    if words.startswith("tap:"):
        choices = page.locator("#log .bubble:last-child .choices button")
        wanted = choices.filter(has_text=words.removeprefix("tap:"))
        (wanted if wanted.count() else choices).first.tap()
    else:
        page.locator("#text").fill(words)
        page.locator("#say button").tap()
    page.locator("#log .bubble").nth(before + 1).wait_for()


def _first_choice(page: Page) -> Locator:
    return page.locator("#log .bubble:last-child .choices button").first


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_the_first_choice_is_in_view(opened: Opened, way: list[str]) -> None:
    """On each small screen the first choice is in view after each step, and the frame leaves most of the screen."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce")
    for words in way:
        said(page, words)
    for screen in _SCREENS:
        page.set_viewport_size(screen)
        page.reload()
        expect(_first_choice(page)).to_be_visible()
        assert _eventually(page, lambda: _first_choice(page).evaluate(_IN_VIEW)), screen
        assert page.evaluate(_ROOM) >= 0.6, screen


def _eventually(page: Page, holds: Callable[[], bool]) -> bool:
    """Return whether something holds within two seconds, looked at every frame."""
    for _ in range(100):
        if holds():
            return True
        page.evaluate("() => new Promise(requestAnimationFrame)")
    return False


def test_the_newest_answer_is_led_to(opened: Opened) -> None:
    """After a tap the answer's beginning is in view, the keyboard is closed, and the first choice is next."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce")
    for words in ("شحال كيعطيو للتصدير", "tap:المزيد", "فين المكتب ديال أكادير"):
        said(page, words)
        assert _eventually(page, lambda: _first_choice(page).evaluate(_IN_VIEW)), words
        assert page.evaluate("document.activeElement.name") == "choice"


def test_what_is_folded_is_one_tap_away(opened: Opened) -> None:
    """A text longer than the screen shows its beginning, and a tap shows the rest."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 480})
    said(page, "فين المكتب ديال أكادير")
    folded = page.locator("#log .folded").first
    expect(folded).to_be_visible()
    short = folded.locator(".text").evaluate("e => e.clientHeight")
    page.locator(".unfold").first.tap()
    expect(page.locator("#log .guide .text").nth(-2)).not_to_have_css("max-height", f"{short}px")
    assert page.locator("#log .guide .text").nth(-2).evaluate("e => e.scrollHeight - e.clientHeight") <= 1


@pytest.mark.parametrize("size", [100, 200])
def test_large_letters_leave_room(opened: Opened, size: int) -> None:
    """With letters twice as large, the conversation still has most of a 360 × 640 screen."""
    page = opened(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate(
        f"document.documentElement.style.fontSize = '{1.125 * size}%'; window.dispatchEvent(new Event('resize'))"
    )
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate(_ROOM) >= 0.6


#: The words of which a part is outside what shows them: the screen, a button, a box that hides what is too much for it.
#: What is only read out, and what is folded behind a button, is left out.
_CLIPPED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), cut = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, within = node.parentElement;
    if (!node.data.trim() || within.closest('.unseen, .skip, .folded .text, .printed, script')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const part of range.getClientRects()) {
      if (part.width < 2) continue;
      let left = 0, right = innerWidth, top = -Infinity, bottom = Infinity;
      for (let box = within; box; box = box.parentElement) {
        const hides = getComputedStyle(box).overflowX !== 'visible' && box !== document.documentElement;
        if (box.tagName !== 'BUTTON' && !hides) continue;
        const edge = box.getBoundingClientRect();
        left = Math.max(left, edge.left), right = Math.min(right, edge.right);
        top = Math.max(top, edge.top), bottom = Math.min(bottom, edge.bottom);
      }
      const sees = getComputedStyle(within).clipPath === 'none' && getComputedStyle(within).position !== 'absolute';
      const slack = part.height / 4;
      const isWide = part.left < left - 1 || part.right > right + 1;
      const isTall = part.top < top - slack || part.bottom > bottom + slack;
      if (sees && (isWide || isTall)) cut.push(node.data.trim().slice(0, 40));
    }
  }
  return cut;
}"""


@pytest.mark.parametrize("way", ["a check's question", "an answer", "an office", "a result", "pictures", "languages"])
def test_large_letters_cut_nothing_off(opened: Opened, way: str) -> None:
    """With letters twice as large nothing is wider than a small screen, no word is cut, each choice can be tapped."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce")
    for words in WAYS[way]:
        said(page, words)
    for screen in _SCREENS:
        page.set_viewport_size(screen)
        page.reload()
        page.evaluate("document.documentElement.style.fontSize = '225%'; window.dispatchEvent(new Event('resize'))")
        # A phone shows more than its width where something is wider than that.
        width = screen["width"]
        assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        assert page.evaluate(_CLIPPED) == [], screen
        for choice in page.locator("#log .bubble:last-child .choices button").all():
            choice.tap(trial=True)


def test_words_that_are_cut_are_seen(opened: Opened) -> None:
    """What looks for cut words finds them: in a button that hides them, and beside the screen."""
    page = opened(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 640})
    label = page.locator("#log .bubble:last-child .choices .label").first
    assert page.evaluate(_CLIPPED) == []
    label.evaluate(
        "e => { e.style.display = 'block'; e.style.cssText += 'overflow:hidden;width:1rem;white-space:nowrap'; }"
    )
    assert label.inner_text()[:4] in str(page.evaluate(_CLIPPED))


@pytest.mark.parametrize("size", [100, 200])
def test_a_second_fast_tap_is_the_first(opened: Opened, size: int) -> None:
    """A finger that taps twice chooses once, also where the answer has moved another choice under it meanwhile."""
    page = opened(has_touch=True, is_mobile=True, reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate(
        f"document.documentElement.style.fontSize = '{1.125 * size}%'; window.dispatchEvent(new Event('resize'))"
    )
    page.clock.set_fixed_time("2026-11-30T10:00:00Z")
    mine = page.locator("#log .mine")
    before = page.locator("#log .bubble").count()
    _a_choice_under_the_finger(page)
    page.touchscreen.tap(250, 250)
    expect(page.locator("#log .bubble")).to_have_count(before + 2)
    _a_choice_under_the_finger(page)
    page.touchscreen.tap(250, 250)
    # A key is no finger: it counts at once, and nothing came between.
    _first_choice(page).press("Enter")
    expect(page.locator("#log .bubble")).to_have_count(before + 4)
    assert mine.count() == 2


def _a_choice_under_the_finger(page: Page) -> None:
    """Scroll until a choice of the last message is where the finger taps."""
    page.evaluate("document.querySelector('main').style.paddingBottom = '200vh'")
    under = """() => {
      for (const one of document.querySelectorAll('#log .bubble:last-child .choices button')) {
        const edge = one.getBoundingClientRect();
        if (edge.left > 240 || edge.right < 260) continue;
        window.scrollBy(0, edge.top + edge.height / 2 - 250);
        return one.contains(document.elementFromPoint(250, 250));
      }
    }"""
    assert _eventually(page, lambda: bool(page.evaluate(under)))


def test_can_be_installed(opened: Opened) -> None:
    """The browser itself finds nothing that keeps the page from being installed on a phone."""
    page = opened(has_touch=True, is_mobile=True)
    page.evaluate("() => navigator.serviceWorker.ready")
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' browser keeps nothing, as in a private window: that alone it may say.
    assert [one["errorId"] for one in told if one["errorId"] != "in-incognito"] == []


def test_opens_without_a_connection(opened: Opened) -> None:
    """Who was there before can read the last answer without a connection, and is told that there is none."""
    page = opened(has_touch=True, is_mobile=True)
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()
    said(page, "فين المكتب ديال أكادير")
    office = page.locator("#log .guide", has_text="مكتبكم هو")
    expect(office).to_be_visible()
    assert _eventually(page, lambda: page.evaluate("async () => !!(await (await caches.open('page')).match('/')).body"))
    page.context.set_offline(True)
    page.goto(page.url)
    expect(office).to_be_visible()
    expect(page.locator("#state")).to_contain_text("لا يوجد اتصال")
    page.context.set_offline(False)


def test_a_link_opens_its_answer(opened: Opened) -> None:
    """Who opens the address of an answer reads it at once; the address is then the chat's, and opens nothing twice."""
    page = opened()
    home = page.url
    page.goto(f"{home}faq/export.support-rate")
    answers = page.locator("#log .bubble.guide")
    expect(answers.last).to_contain_text("80%")
    count = answers.count()
    assert page.url == home
    page.reload()
    expect(answers).to_have_count(count)


def test_a_link_opens_its_flow(opened: Opened) -> None:
    """Who opens the address of a flow is in it at once, and the address is the chat's again."""
    page = opened()
    home = page.url
    page.goto(f"{home}flow/caravan")
    expect(page.locator("#log .bubble.guide").last).to_contain_text("العيون")
    assert page.url == home


def test_an_answer_can_be_sent_on(opened: Opened) -> None:
    """Below an answer a link opens WhatsApp with its words; on paper stand the answer, the address and the day."""
    page = opened()
    _said_by_key(page, "شحال كيعطيو للتصدير")
    link = page.locator("#log .bubble:last-child .send-on a")
    assert (link.get_attribute("href") or "").startswith("https://wa.me/?text=%D8%AA%D8%B5%D9%84")
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text(page.url.rstrip("/"))
    expect(page.locator("#say")).to_be_hidden()
    expect(page.locator("#log .bubble.guide").last.locator(".text")).to_be_visible()


def _said_by_key(page: Page, words: str) -> None:
    before = page.locator("#log .bubble").count()
    page.locator("#text").fill(words)
    page.keyboard.press("Enter")
    page.locator("#log .bubble").nth(before + 1).wait_for()


def test_the_sheet_is_downloaded(opened: Opened) -> None:
    """Who asks for the sheet downloads it from the page; another browser does not find it at the same address."""
    page = opened()
    _said_by_key(page, "حنا تعاونية ديال الزربية فتازناخت، بغينا نصدرو واش عندنا الحق فالدعم")
    _said_by_key(page, "الورقة ديالي")
    link = page.locator("#log .document a").last
    with page.expect_download() as fetched:
        link.click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF")
    assert fetched.value.suggested_filename == "dalil-warqa.pdf"
    other = opened()
    address = other.url.rstrip("/") + str(link.get_attribute("href"))
    assert other.request.get(address).status == 404
