"""Eight tasks of a clerk's day on a phone, from signing in to what is live, each in about two minutes.

The time is reckoned, as keystroke-level models do (Card, Moran and Newell, 1980): 0.28 seconds a key, 1.1 a tap, 1.35 a
decision, of which there is one before every tap and every field, and one for signing in. To that comes what the program
itself takes of the processor, the taking up of the files by the running guide among it. Law and money want two people:
what both do is added up, and the check runs while the second signs in. `STAFF_PICTURES=docs/staff pytest
tests/staff/test_tasks.py` makes the pictures of the staff guide anew; with `-s` each task tells its line.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from bot.content.answers import MENDED
from bot.content.files import files_read
from bot.content.keeping import FolderKeep
from bot.content.reading import Mistakes
from bot.content.releases import loaded
from bot.conversation.library import Library
from bot.language.folding import folded
from bot.staff.drafts import Drafts
from bot.staff.editing import SetValue, value_at
from bot.staff.publishing import History
from bot.storage import Store
from bot.storage.review import mark_questions, marked_questions
from tests.browser import browser, chromium, serious_findings
from tests.program import copied
from tests.staff.people import writes
from tests.staff.room import PASSWORD, Room, opened_room
from tests.staff.test_browser import LOOK
from tests.staff.test_questions import _ask

pytestmark = pytest.mark.browser
__all__ = ["browser", "chromium"]

_PHONE: ViewportSize = {"width": 360, "height": 740}
#: Seconds of a key, a tap and a decision.
_KEY, _TAP, _DECISION = 0.28, 1.1, 1.35
#: Longest that a task may take by hand, so that with the program's part it is two minutes on an idle core (what that
#: takes differs by machine: it is told, not held), and how often the running guide looks at its files, in seconds.
_LONGEST_BY_HAND, _LOOK = 100.0, 5.0
_PICTURES = os.environ.get("STAFF_PICTURES", "")
_NEW = (
    "واش كاين شي دعم لصباغة الورشة", "واش كاين دعم لصباغة الورشة ديالي", "كاين شي دعم لصباغة الورشة",
    "شي دعم لصباغة الورشة واش كاين",
)  # fmt: skip
_MENDED = "شحال كتبقى القافلة فالبلاصة"
_AMOUNT = ("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from"))


@dataclass(slots=True)
class Clerk:
    """Somebody at a phone, whose taps, keys and decisions are counted, and what the program took meanwhile."""

    page: Page
    task: str
    taps: int = 0
    keys: int = 0
    decisions: int = 0
    program: float = field(default_factory=lambda: -_spent())
    is_done: bool = False

    def tap(self, what: Locator) -> None:
        """Decide on something and tap it."""
        self.decisions += 1
        self.taps += 1
        what.click()

    def type(self, field_id: str, words: str) -> None:
        """Tap a field and type into it."""
        self.decisions += 1
        self.taps += 1
        self.keys += len(words)
        self.page.locator(f"#{field_id}").fill(words)

    def type_on(self, field_id: str, words: str) -> None:
        """Tap the end of a field that holds something and type on."""
        self.type(field_id, self.page.locator(f"#{field_id}").input_value() + words)
        self.keys -= len(self.page.locator(f"#{field_id}").input_value()) - len(words)

    def paste(self, field_id: str, words: str) -> None:
        """Hold a finger on a field and paste an address that was copied elsewhere."""
        self.decisions += 1
        self.taps += 2
        self.page.locator(f"#{field_id}").fill(words)

    @property
    def by_hand(self) -> float:
        """Return the seconds of keys, taps and decisions."""
        return self.keys * _KEY + self.taps * _TAP + self.decisions * _DECISION

    def button(self, name: str) -> Locator:
        """Return the first button of a name."""
        return self.page.get_by_role("button", name=name, exact=True).first

    def link(self, name: str) -> Locator:
        """Return the first link of a name."""
        return self.page.get_by_role("link", name=name, exact=True).first

    def sign_in(self, name: str) -> None:
        """Sign in."""
        self.type("name", name)
        self.type("password", PASSWORD)
        self.tap(self.page.locator("button.go"))
        self.decisions = 1
        expect(self.page.locator("nav.tabs")).to_be_visible(timeout=60_000)

    def checked(self) -> None:
        """Wait until the draft was looked at; it must be good."""
        self.page.locator("#examination .note:not([role=status])").first.wait_for(timeout=300_000)
        assert self.page.locator("#examination .note.good").count(), self.page.locator("main").inner_text()

    def publish(self) -> None:
        """Wait for the check, and publish what is on the page of the draft."""
        self.checked()
        self.picture("publish")
        self.tap(self.button("نشر"))
        expect(self.page.locator("main")).to_contain_text("نشرت. رقمها", timeout=120_000)

    def done(self) -> None:
        """Stop counting."""
        self.program += _spent()
        self.is_done = True

    def picture(self, name: str) -> None:
        """Look at a page with axe, and keep a small picture of it where the guide's pictures are made."""
        assert serious_findings(self.page) == [], (self.task, name)
        if _PICTURES:
            # Few colours and no sizes but the phone's: a picture of some 15 KB.
            shot = Image.open(BytesIO(self.page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE, colors=32)
            shot.save(Path(_PICTURES) / f"{self.task}-{name}.png", optimize=True)

    def seconds(self, taking_up: float) -> float:
        """Return how long it took, with the taking up of the files."""
        return self.by_hand + self.program + taking_up


def _spent() -> float:
    """Return the seconds of the processor that this process and its ended children took."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


@dataclass(slots=True)
class Desk:
    """A staff room over content of its own, and the phones that open it."""

    room: Room
    root: Path
    browser: Browser
    clerks: list[Clerk] = field(default_factory=list)

    def clerk(self, task: str, name: str = "fatima") -> Clerk:
        """Return somebody who has just signed in for a task."""
        page = self.browser.new_context(viewport=_PHONE, locale="ar-MA", reduced_motion="reduce").new_page()
        page.set_default_timeout(300_000)
        page.goto(f"http://127.0.0.1:{self.room.port}/staff")
        clerk = Clerk(page, task)
        self.clerks.append(clerk)
        clerk.picture("sign-in") if task == "correct" else None
        clerk.sign_in(name)
        return clerk

    def second(self, first: Clerk) -> Clerk:
        """Have a second person read and publish what somebody just saved; what both did is theirs now."""
        expect(first.page.locator("#examination")).to_be_visible(timeout=60_000)
        first.done()
        second = self.clerk(first.task, "said")
        second.tap(second.link("الأجوبة"))
        second.tap(second.link("المسودات والنشر"))
        second.tap(second.page.locator("a.case").first)
        second.picture("draft")
        second.publish()
        second.done()
        second.program = first.program + max(0.0, second.program - second.by_hand)
        second.taps, second.keys = second.taps + first.taps, second.keys + first.keys
        second.decisions += first.decisions
        return second

    def live(self, file: str, at: tuple[str | int, ...]) -> Any:
        """Return what stands at a place of the files that are live."""
        return value_at(files_read(self.root)[file], at)


@pytest.fixture
def desk(tmp_path: Path, library: Library, browser: Browser) -> Iterator[Desk]:
    """Return a staff room with somebody who waits and questions that nobody answered."""
    root = tmp_path / "root"
    root.mkdir()
    copied(root, is_ready=True)
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    with opened_room(store, library, root) as room:
        room.clock.at = room.clock.at.fromtimestamp(time.time(), room.clock.at.tzinfo)
        day = room.clock.at.date().isoformat()
        writes(store, "a", "السلام، صدرت العام الماضي وأريد أن أعرف أين وصل ملفي", room.clock.seconds - 3600)
        _ask(store, (_NEW[0], 6), *((words, 2) for words in _NEW[1:]), (_MENDED, 5), day=day)
        room.account("fatima", "clerk")
        room.account("said", "clerk")
        yield Desk(room, root, browser)
    store.close()


def _correct(desk: Desk) -> Clerk:
    clerk = desk.clerk("correct")
    clerk.tap(clerk.link("الأجوبة"))
    clerk.type("q", "شنو هي القافلة")
    clerk.tap(clerk.page.locator("form[role=search] button"))
    clerk.picture("search")
    clerk.tap(clerk.page.locator('a[href="/staff/content/caravan.what"]'))
    clerk.type_on("answer_ar", "\nاسألوا عنها في دار الصانع.")
    clerk.type_on("answer_fr", "\nDemandez à la Maison de l'Artisan.")
    clerk.picture("form")
    clerk.tap(clerk.button("حفظ في المسودة"))
    clerk.publish()
    assert "دار الصانع" in desk.live("faq/caravan.yaml", ("caravan.what", "answer", "ar"))
    return clerk


def _question(desk: Desk) -> Clerk:
    clerk = desk.clerk("question")
    clerk.tap(clerk.link("الأسئلة"))
    clerk.tap(clerk.page.locator("a.case", has_text=_NEW[0]))
    clerk.tap(clerk.button("يحتاج جوابا جديدا"))
    # The tap on the list of subjects, which a browser without a screen does not open.
    clerk.tap(clerk.page.locator("#question_ar"))
    clerk.page.locator("#subject").select_option("workshop")
    clerk.type("question_ar", "هل يوجد دعم لصباغة الورشة؟")
    clerk.type("question_fr", "Une aide pour peindre l'atelier ?")
    clerk.type("answer_ar", "لا نعرف دعما لصباغة الورشة.")
    clerk.type("answer_fr", "Nous n'en connaissons pas.")
    clerk.type("phrasings_arabizi", "da3m sbaghat lwarcha")
    clerk.picture("form")
    clerk.paste("source_url", "https://mda.gov.ma/contact")
    clerk.tap(clerk.button("حفظ في المسودة"))
    second = desk.second(clerk)
    entry = "workshop.une-aide-pour-peindre-l-atelier"
    assert desk.live("faq/workshop.yaml", (entry, "phrasings", "darija"))
    assert set(desk.live(MENDED, ()).values()) == {entry}
    return second


def _phone(desk: Desk) -> Clerk:
    clerk = desk.clerk("phone")
    clerk.tap(clerk.link("الأجوبة"))
    clerk.tap(clerk.link("المكاتب"))
    clerk.picture("offices")
    first = clerk.page.locator('a[href^="/staff/offices/"]').first
    office = (first.get_attribute("href") or "").rpartition("/")[2]
    clerk.tap(first)
    clerk.type("phone", "05 28 84 20 11")
    clerk.paste("source_url", "https://mda.gov.ma/contact")
    clerk.type("source_date", "2026-11")
    clerk.picture("form")
    clerk.tap(clerk.button("حفظ في المسودة"))
    clerk.publish()
    assert desk.live("flows/offices.yaml", (office, "phone")) == "05 28 84 20 11"
    return clerk


def _station(desk: Desk) -> Clerk:
    clerk = desk.clerk("station")
    clerk.tap(clerk.link("الأجوبة"))
    clerk.tap(clerk.link("محطات القافلة"))
    clerk.type("city_ar", "تيزنيت")
    clerk.type("city_fr", "Tiznit")
    clerk.type("on", "2026-12-19")
    clerk.picture("form")
    clerk.tap(clerk.button("حفظ في المسودة"))
    clerk.publish()
    assert desk.live("flows/caravan.yaml", ("stations",))[-1]["on"] == "2026-12-19"
    return clerk


def _amount(desk: Desk) -> Clerk:
    """Money wants two: what both do is counted together, with a nought too many that is asked about and mended."""
    clerk = desk.clerk("amount")
    clerk.tap(clerk.link("الأجوبة"))
    clerk.tap(clerk.link("المبالغ"))
    clerk.tap(clerk.page.locator("#amount"))
    clerk.page.locator("#amount").select_option("indh indh_most_support")
    clerk.tap(clerk.page.locator("#amount"))
    now = list(desk.live(*_AMOUNT).values())[-1]
    # A slip that is made: one nought too many.
    clerk.type("value", str(int(now * 11)))
    clerk.type("from", "2027-01-01")
    clerk.picture("form")
    clerk.tap(clerk.button("حفظ في المسودة"))
    expect(clerk.page.locator("#leaps")).to_be_visible(timeout=60_000)
    clerk.page.locator("#leaps").evaluate("(one) => one.scrollIntoView({block: 'center'})")
    clerk.picture("leap")
    clerk.type("value", str(int(now * 1.1)))
    clerk.tap(clerk.button("حفظ في المسودة"))
    second = desk.second(clerk)
    assert desk.live(*_AMOUNT)["2027-01-01"] == int(now * 1.1)
    return second


def _person(desk: Desk) -> Clerk:
    clerk = desk.clerk("person")
    clerk.picture("list")
    clerk.tap(clerk.page.locator("a.case").first)
    clerk.type("text", "ملفكم عند اللجنة. اتصلوا بالمكتب يوم الخميس.")
    clerk.picture("case")
    clerk.tap(clerk.button("إرسال"))
    clerk.picture("held")
    clerk.tap(clerk.button("إرسال الآن"))
    expect(clerk.page.locator(".bubble.staff")).to_have_count(1, timeout=60_000)
    return clerk


def _mend(desk: Desk) -> Clerk:
    clerk = desk.clerk("mend")
    clerk.tap(clerk.link("الأسئلة"))
    clerk.picture("list")
    clerk.tap(clerk.page.locator("a.case", has_text=_MENDED))
    clerk.picture("question")
    clerk.tap(clerk.button("نعم، هذا جوابه"))
    clerk.tap(clerk.link("افتحوا المسودة وانشروها"))
    clerk.publish()
    assert _MENDED in desk.live(MENDED, ())
    return clerk


def _undo(desk: Desk) -> Clerk:
    """A release that mended a question is undone: it stands among those that nobody answered again."""
    folder, store = desk.room.frame.parts.folder, desk.room.store
    drafts, files = Drafts(folder), files_read(desk.root)
    number = drafts.begin("said", "caravan.stations", desk.room.clock()).number
    drafts.add(number, files, [SetValue(MENDED, (_MENDED,), "caravan.stations")])
    store.write_now(lambda at: mark_questions(at, [folded(_MENDED)], "belongs", "caravan.stations", "said", 0.0))
    History(desk.root, folder).publish(drafts.get(number), "said", desk.room.clock(), lambda *_: Mistakes())
    assert _MENDED in desk.live(MENDED, ())
    clerk = desk.clerk("undo")
    clerk.tap(clerk.link("الأجوبة"))
    clerk.tap(clerk.link("المسودات والنشر"))
    clerk.tap(clerk.page.locator("summary", has_text="إلغاء هذا التغيير").first)
    clerk.picture("release")
    clerk.tap(clerk.button("نعم، أرجعوا ما كان"))
    expect(clerk.page.locator("main")).to_contain_text("أرجع ما كان", timeout=300_000)
    assert clerk.page.evaluate(LOOK) == []
    assert serious_findings(clerk.page) == []
    assert _MENDED not in desk.live(MENDED, ())
    assert store.read_now(marked_questions) == []
    return clerk


_TASKS: tuple[tuple[str, Callable[[Desk], Clerk]], ...] = (
    ("correct an answer", _correct),
    ("add a question that people asked", _question),
    ("an office's telephone", _phone),
    ("a station", _station),
    ("an amount from a day on, two people", _amount),
    ("answer a person", _person),
    ("mend a question nobody answered", _mend),
    ("undo", _undo),
)


@cache
def _taking_up() -> float:
    """Return how long the running guide takes to take up an edit: its look at the files, and opening the release.

    The release was made where the draft was examined, which is the program's time of each task, and handed over.
    """
    with TemporaryDirectory(prefix="dalil-") as folder:
        root = copied(Path(folder), is_ready=True)
        keep = FolderKeep(root / "var")
        library, mistakes = loaded(root, keep)
        assert library is not None, mistakes.errors
        began = _spent()
        assert loaded(root, keep)[0] is not None
        return _LOOK + _spent() - began


@pytest.mark.parametrize(("name", "task"), _TASKS, ids=[name.replace(" ", "-") for name, _ in _TASKS])
def test_a_task_in_two_minutes(desk: Desk, name: str, task: Callable[[Desk], Clerk]) -> None:
    """Each of eight tasks, from signing in to what is live, takes a clerk with a phone no longer than it may."""
    clerk = task(desk)
    if not clerk.is_done:
        clerk.done()
    for one in desk.clerks:
        one.page.context.close()
    live = 0.0 if clerk.task == "person" else _taking_up()
    took = clerk.seconds(live)
    counted = f"{clerk.taps} taps, {clerk.keys} keys, {clerk.decisions} decisions: {clerk.by_hand:.0f} s by hand"
    sys.stdout.write(f"\n{name}: {counted}, {clerk.program:.1f} s the program, {live:.1f} s live: {took:.0f} s\n")
    assert clerk.by_hand <= _LONGEST_BY_HAND
