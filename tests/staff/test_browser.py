"""The staff room in a real browser, on a phone and on a desk, in Arabic: each page, and the tasks of a day in taps."""

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.conversation.library import Library
from bot.storage import Store, count
from bot.storage.staff import set_regions
from tests.browser import browser, chromium, serious_findings
from tests.staff.people import of, writes
from tests.staff.room import PASSWORD, Room, opened_room
from tests.staff.test_cases import _texts
from tests.staff.test_questions import _PAINT, _ask

pytestmark = pytest.mark.browser
__all__ = ["browser", "chromium"]

_PHONE: ViewportSize = {"width": 360, "height": 740}
_DESK: ViewportSize = {"width": 1280, "height": 800}
#: Where screenshots are kept, for whoever wants to look at them.
_SHOTS = os.environ.get("STAFF_SHOTS", "")
_ADDRESS = re.compile(r"\W")
_BAD = re.compile(r"Content.Security.Policy|Refused to|TypeError|ReferenceError|SyntaxError|Uncaught", re.IGNORECASE)


@pytest.fixture
def room(tmp_path: Path, library: Library) -> Iterator[Room]:
    """A staff room with a morning's work in it."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    with opened_room(store, library) as opened:
        # A browser has a clock of its own.
        opened.clock.at = opened.clock.at.fromtimestamp(time.time(), opened.clock.at.tzinfo)
        now, place = opened.clock.seconds, library.roles.place
        tiznit = next(one.id for one in library.gazetteer.places.values() if one.name.of("ar") == "تيزنيت")
        words = "السلام، صدرت العام الماضي وأريد أن أعرف أين وصل ملفي"
        writes(store, "212600", words, now - 5 * 3600, channel="whatsapp", facts={place: tiznit})
        writes(store, "b", "Bonjour, je veux parler à quelqu'un de la subvention", now - 600, language="fr")
        writes(store, "c", "بغيت نهضر مع شي واحد", now - 60)
        _ask(store, (_PAINT[0], 7), (_PAINT[1], 2), ("زرافة خضراء فالسطح", 1), day=opened.clock.at.date().isoformat())
        day = opened.clock.at.date().isoformat()
        told = {
            ("message", "web"): 1_234, ("message", "whatsapp"): 840, ("question", "sure"): 700,
            ("question", "none"): 80, ("entry", "export.support-rate"): 141, ("office", "9"): 33, ("case", ""): 6,
        }  # fmt: skip
        store.write_now(lambda at: count(at, {(day, kind, about): n for (kind, about), n in told.items()}))
        opened.account("fatima", "admin")
        yield opened
    store.close()


@dataclass(slots=True)
class Hand:
    """Somebody at a page, whose taps and keystrokes are counted."""

    page: Page
    taps: int = 0
    keys: int = 0

    def tap(self, what: Any) -> None:
        """Tap something."""
        self.taps += 1
        what.click()

    def type(self, what: Any, words: str) -> None:
        """Type into a field."""
        self.keys += len(words)
        what.fill(words)

    @property
    def seconds(self) -> float:
        """How long it takes at two seconds a tap and three keys a second: somebody who is not used to it."""
        return 2.0 * self.taps + self.keys / 3.0


Opens = Callable[..., Hand]


@pytest.fixture
def opens(browser: Browser, room: Room) -> Iterator[Opens]:
    """Return a function that opens the staff room, signed in, on a screen; nothing may go against the page's policy."""
    contexts, complaints = [], []

    def opened(size: ViewportSize = _PHONE, *, signs_in: bool = True, name: str = "fatima", **options: Any) -> Hand:
        context = browser.new_context(viewport=size, locale="ar-MA", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if _BAD.search(message.text) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{room.port}/staff")
        hand = Hand(page)
        if signs_in:
            hand.type(page.locator("#name"), name)
            hand.type(page.locator("#password"), PASSWORD)
            hand.tap(page.locator("button.go"))
            expect(page.locator("nav.tabs")).to_be_visible()
        return hand

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


#: What is looked at: every page, and what must stand on it.
_PAGES = (
    ("/staff/cases", "ناس ينتظرون جوابا"),
    ("/staff/cases/1", "جوابكم"),
    ("/staff/saved", "أجوبة جاهزة"),
    ("/staff/counter", "رمز الورقة"),
    ("/staff/notices", "إعلام من طلب أن نعلمه"),
    ("/staff/notices/new?topic=caravan%3A6", "انظروا قبل الإرسال"),
    ("/staff/posts?opens=r11&mark=nov1&telegram=DalilBot", "start=door_r11-nov1"),
    ("/staff/questions", "أسئلة لم نعرف جوابها"),
    ("/staff/questions/marked", "ما عالجناه"),
    ("/staff/samples", "هل أجاب الدليل"),
    ("/staff/content?q=caravan", "ابحثوا عن جواب"),
    ("/staff/content/caravan.what", "كيف يسأل الناس"),
    ("/staff/content/new", "جواب جديد"),
    ("/staff/offices", "المكاتب"),
    ("/staff/offices/brce-2", "الهاتف"),
    ("/staff/studio", "تسجيل الأجوبة بالصوت"),
    ("/staff/studio/caravan.what?language=shi", "اقرؤوا هذا النص"),
    ("/staff/stations", "محطة جديدة"),
    ("/staff/amounts", "القيمة الجديدة"),
    ("/staff/drafts", "ما نشر"),
    ("/staff/stale", "ما يحتاج تحيينا"),
    ("/staff/figures", "الأرقام"),
    ("/staff/me", "تغيير كلمة السر"),
    ("/staff/accounts", "الحسابات"),
    ("/staff/audit", "سجل الأعمال"),
    ("/figures", "أرقام الدليل"),
)
#: Whether anything is wider than the screen, smaller than a finger, or without a name for who cannot see it.
LOOK = """() => {
  const wrong = [];
  const told = (one) => one.outerHTML.slice(0, 90);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) wrong.push("wider than the screen: " + wide);
  const tapped = "button, a.button, a.chip, nav a, input:not([type=hidden]), select, summary";
  for (const one of document.querySelectorAll(tapped)) {
    const box = one.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.height < 44) wrong.push("small: " + told(one) + " " + box.height);
    const name = one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.[0]?.textContent;
    if (!name) wrong.push("without a name: " + told(one));
  }
  for (const one of document.querySelectorAll("textarea"))
    if (!one.labels?.length && !one.getAttribute("aria-label")) wrong.push("without a label: " + told(one));
  if (document.querySelectorAll("h1").length !== 1) wrong.push("headings of a page: more or less than one");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) wrong.push("twice: #" + id);
  return wrong;
}"""


@pytest.mark.parametrize("size", [_PHONE, _DESK], ids=["phone", "desk"])
def test_each_page_fits_its_screen(opens: Opens, room: Room, size: ViewportSize) -> None:
    """Every page, in both languages, fits a phone and a desk: targets for fingers, one heading, nothing against it."""
    hand = opens(size)
    origin = f"http://127.0.0.1:{room.port}"
    for language in ("ar", "fr"):
        for path, words in _PAGES:
            hand.page.goto(origin + path)
            if path in {"/staff/questions", "/staff/stale"}:
                expect(hand.page.locator("main .card").first).to_be_visible(timeout=30_000)
            if language == "ar":
                expect(hand.page.locator("main")).to_contain_text(words)
            if _SHOTS:
                name = f"{_ADDRESS.sub('-', path.strip('/'))}-{language}-{size['width']}.png"
                hand.page.screenshot(path=str(Path(_SHOTS) / name), full_page=True)
            assert hand.page.evaluate(LOOK) == [], (path, language)
            assert serious_findings(hand.page) == [], (path, language)
        if language == "ar":
            hand.page.goto(f"{origin}/staff/me")
            hand.page.get_by_role("button", name="Français").click()
            expect(hand.page.locator("html")).to_have_attribute("dir", "ltr")


def test_ones_own_regions_come_first_on_a_phone(opens: Opens, room: Room) -> None:
    """With regions of one's own both lists fit 360 pixels in Arabic and French, and the axe has nothing against them.

    What is of no one region, as an answer that ends soon, is seen without asking for all regions.
    """
    room.store.write_now(lambda at: set_regions(at, "fatima", [9, 2], "test", room.clock.seconds))
    page = opens().page
    for language, mine, everybodys in (
        ("ar", "جهاتي", "ما ليس لجهة واحدة"),
        ("fr", "Mes régions", "Pour toutes les régions"),
    ):
        if language == "fr":
            page.locator("header.bar button[lang=fr]").click()
            expect(page.locator("html")).to_have_attribute("lang", "fr")
        for path in ("/staff/cases", "/staff/stale"):
            page.goto(f"http://127.0.0.1:{room.port}{path}")
            expect(page.get_by_role("link", name=mine)).to_have_attribute("aria-current", "true")
            if path == "/staff/stale":
                expect(page.get_by_role("heading", name=everybodys)).to_be_visible(timeout=60_000)
                ends = page.locator("details[open] a[href='/staff/content/workshop.experience']")
                expect(ends).to_be_visible()
            if _SHOTS:
                page.screenshot(path=str(Path(_SHOTS) / f"regions{_ADDRESS.sub('-', path)}-{language}.png"))
            assert page.evaluate(LOOK) == [], (path, language)
            assert serious_findings(page) == [], (path, language)


def test_a_person_is_answered(opens: Opens, room: Room) -> None:
    """From sign-in to an answer on its way: who waits longest is the first line; under two minutes, sent once."""
    hand = opens()
    page = hand.page
    hand.tap(page.locator("a.case").first)
    hand.type(page.locator("#text"), "ملفكم عند اللجنة. اتصلوا بالمكتب يوم الخميس.")
    hand.tap(page.get_by_role("button", name="إرسال", exact=True))
    expect(page.locator(".held")).to_be_visible()
    expect(page.locator(".held .clock")).to_have_text(re.compile(r"^0:[0-5]\d$"))
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / "held-360.png"), full_page=True)
    hand.tap(page.get_by_role("button", name="إرسال الآن"))
    expect(page.locator(".bubble.staff")).to_have_count(1)
    assert _texts(room, "212600", "whatsapp") == ["ملفكم عند اللجنة. اتصلوا بالمكتب يوم الخميس."]
    assert (hand.taps, hand.keys < 100, hand.seconds < 120) == (4, True, True)


def test_a_case_comes_with_a_sound(opens: Opens, room: Room) -> None:
    """Whoever turned the sound on hears that somebody new waits, without loading the page."""
    page = opens(_DESK, permissions=["notifications"]).page
    # What the browser's own notice is given; it is shown all the same.
    page.evaluate("""() => {
      const Real = Notification;
      window.Notification = class extends Real {
        constructor(title) { super(title); document.body.dataset.told = title; }
      };
    }""")
    page.locator("#bell").click()
    expect(page.locator("#bell")).to_have_attribute("aria-pressed", "true")
    writes(room.store, "new", "بغيت نهضر مع شي واحد", room.clock.seconds + 5)
    expect(page.locator("body")).to_have_attribute("data-rang", re.compile(r"\d+"), timeout=20_000)
    expect(page.locator("body")).to_have_attribute("data-told", "شخص جديد ينتظر جوابا")
    expect(page.locator("a.case")).to_have_count(4)


def test_text_is_not_lost_with_the_session(opens: Opens, room: Room) -> None:
    """A session that ends while somebody writes: the words wait behind the sign-in and are sent after it."""
    page = opens().page
    page.locator("a.case").last.click()
    page.locator("#text").fill("جواب طويل كتبته بعناية")
    room.clock.pass_by(hours=3)
    expect(page.locator("#over")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="إرسال", exact=True).click()
    page.locator("#name").fill("fatima")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.go").click()
    expect(page.locator("textarea[name=text]")).to_have_value("جواب طويل كتبته بعناية")
    page.locator("button.go").click()
    expect(page.locator(".held")).to_contain_text("جواب طويل كتبته بعناية")


def test_what_is_typed_stays_when_the_page_is_loaded_again(opens: Opens) -> None:
    """A page that is loaded again has what was typed in it; once sent it is gone."""
    page = opens().page
    page.locator("a.case").first.click()
    page.locator("#text").press_sequentially("نصف جواب")
    page.reload()
    expect(page.locator("#text")).to_have_value("نصف جواب")
    page.get_by_role("button", name="إرسال", exact=True).click()
    expect(page.locator(".held")).to_be_visible()
    expect(page.locator("#text")).to_have_value("")


def test_a_double_click_sends_once(opens: Opens, room: Room) -> None:
    """Two quick clicks are one answer."""
    page = opens(_DESK).page
    page.locator("a.case").last.click()
    page.locator("#text").fill("مرحبا بكم")
    page.get_by_role("button", name="إرسال", exact=True).dblclick()
    expect(page.locator(".held")).to_have_count(1)
    page.get_by_role("button", name="إرسال الآن").click()
    expect(page.locator(".bubble.staff")).to_have_count(1)
    assert len(_texts(room, "c")) == 1
    assert of(room.store, "c")


def test_an_unanswered_question_in_three_taps(opens: Opens, room: Room) -> None:
    """The tab, the question, «yes, this is its answer»: three taps, and it is gone from the list."""
    hand = opens()
    page, before = hand.page, hand.taps
    hand.tap(page.get_by_role("link", name="الأسئلة", exact=True))
    hand.tap(page.locator("a.case").first)
    hand.tap(page.get_by_role("button", name="نعم، هذا جوابه").first)
    expect(page.locator("h1")).to_have_text("أسئلة لم نعرف جوابها")
    expect(page.locator("#groups")).not_to_contain_text(_PAINT[0])
    assert hand.taps - before == 3


def test_without_a_script(opens: Opens, room: Room) -> None:
    """Without JavaScript people are answered too: every step is a plain form."""
    page = opens(java_script_enabled=False).page
    page.locator("a.case").first.click()
    page.locator("#text").fill("مرحبا")
    page.get_by_role("button", name="إرسال", exact=True).click()
    page.get_by_role("button", name="إرسال الآن").click()
    assert _texts(room, "212600", "whatsapp") == ["مرحبا"]
