"""No page of the staff room shows a name of the files where a clerk reads: every id and key is told in words."""

import re
from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page
from pydantic import BaseModel

from bot.content import answers, places
from bot.content.answers import MENDED
from bot.content.files import files_read
from bot.content.library import load
from bot.content.reading import Mistakes, read
from bot.content.rules_shapes import RulesShape
from bot.conversation.library import Library
from bot.faq.entries import REGISTERS
from bot.message import CONFIDENCES, LANGUAGES
from bot.staff.change_words import conflict_told, filled_name, titles_drafted, told_change, without_keys
from bot.staff.chips import chips
from bot.staff.drafts import ContentChange, Drafts, EditConflict
from bot.staff.editing import AddItem, Edit, SetValue
from bot.staff.forms import braced_names
from bot.staff.frame import staff_words
from bot.staff.sentence_pages import FILES
from bot.staff.titles import audit_told, titles_of
from bot.storage.staff import ROLES
from tests.browser import browser, chromium
from tests.program import ROOT, content_day
from tests.staff.room import Room
from tests.staff.test_browser import _DESK, Opens, opens, room

__all__ = ["browser", "chromium", "opens", "room"]

_NEW = {
    "id": "workshop.paint", "question": {"ar": "هل يوجد دعم لصباغة الورشة؟", "fr": "Quoi ?"},
    "phrasings": {"darija": ["واش كاين دعم لصباغة الورشة"], "arabizi": ["da3m sbagha"]},
    "answer": {"ar": "لا نعرف.", "fr": "Non."}, "checked": "2026-11-20", "confidence": "official",
    "until": "2027-06-01", "see": ["menu", "caravan.what"],
    "sources": [{"url": "https://mda.gov.ma/contact", "read": "2026-11-20", "published": "2026-11", "says": "-"}],
}  # fmt: skip
_EXAMPLE = {
    "given": {"legal_form": "company", "investment": 1_500_000, "held_by_large": False}, "on": "2026-12-31",
    "expect": {"verdict": "not_eligible", "failed": ["turnover"], "met": ["branch"]},
}  # fmt: skip
#: A draft with a change of each kind that forms make, and of the rules that hands make.
_EDITS: tuple[Edit, ...] = (
    AddItem("faq/workshop.yaml", (), _NEW),
    SetValue(MENDED, ("شنو ندير لصباغة الورشة",), "workshop.paint"),
    SetValue(MENDED, ("شحال كتبقى القافلة",), "caravan.stations"),
    SetValue("faq/caravan.yaml", ("caravan.what", "confidence"), "press"),
    SetValue("flows/offices.yaml", ("brce-2", "phone"), "05 28"),
    SetValue("flows/offices.yaml", ("brce-2", "confidence"), "press"),
    AddItem("flows/caravan.yaml", ("stations",), {"city": {"ar": "تزنيت", "fr": "Tiznit"}, "on": "2027-12-05"}),
    SetValue("flows/indh/rules.yaml", ("amounts", "indh_most_support", "from", "2027-01-01"), 3_000_000),
    SetValue("flows/tpme/rules.yaml", ("amounts", "tpme_least_investment", "from", "2027-01-01"), 2_000_000),
    AddItem("flows/tpme/rules.yaml", ("examples",), _EXAMPLE),
    SetValue("flows/tpme/rules.yaml", ("requires", "turnover", "until"), "2027-01-01"),
    SetValue("flows/phrases.yaml", ("welcome", "ar"), "مرحبا بكم."),
)

#: What is read on a page: everything but names of the files that stand small beside what they are called.
_READ = """() => {
  for (const one of document.querySelectorAll("main details")) one.open = true;
  const copy = document.querySelector("main").cloneNode(true);
  const unread = ".raw, script, textarea, [lang=fr], [dir=auto], [aria-hidden], .bubble";
  for (const one of copy.querySelectorAll(unread)) one.remove();
  for (const one of copy.querySelectorAll("*")) one.append(" ");
  return copy.textContent;
}"""
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*")
#: An address, and words of a French text that somebody wrote.
_WRITTEN = re.compile(r"https?://\S+|«[^«»]*[A-Za-zÀ-ÿ']+[ ,]+[A-Za-zÀ-ÿ{][^«»]*»")
#: Pages of one kind that are looked at.
_OF_A_KIND = 3


def ids(library: Library) -> set[str]:
    """Return every name of the files: of answers, flows, facts and options, schemes, conditions, amounts, sources."""
    found = {str(one) for one in (*library.entries, *library.flows, *library.facts, *library.schemes)}
    found |= {one.partition(".")[0] for one in library.entries}
    found |= {source.id for scheme in library.schemes.values() for one in scheme.amounts for source in one.sources}
    found |= {office.id for office in library.offices} | set(library.amounts(library.entries["caravan.what"].checked))
    for fact in library.facts.values():
        found |= {one.id for one in fact.options}
    for scheme in library.schemes.values():
        found |= {one.id for one in scheme.conditions} | {str(one.name) for one in scheme.amounts}
        found |= {source.id for condition in scheme.conditions for source in condition.sources}
    found |= {*CONFIDENCES, *REGISTERS, *ROLES, "eligible", "perhaps", "not_eligible", "met", "failed", "unknown"}
    return found | set(keys())


def keys() -> Iterator[str]:
    """Yield every key of the files."""

    def within(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, part in value.items():
                yield str(key)
                yield from within(part)
        elif isinstance(value, list):
            for part in value:
                yield from within(part)

    for path in sorted((ROOT / "flows").rglob("*.yaml")) + sorted((ROOT / "faq").glob("*.yaml")):
        yield from within(yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def kind(path: str) -> str:
    """Return the kind of a page: its address without what it is about."""
    known = r"/(content|offices|studio|rules|flows|cases|drafts|sentences)/(?!new|mine)[^?]+"
    return re.sub(r"\?.*|[0-9a-f]{8,}", "…", re.sub(known, r"/\1/…", path))


def walked(page: Page, origin: str, first: list[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield each page that links lead to, a few of each kind, with the Latin words read on it."""
    waiting, seen = list(first), set[str]()
    times: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        if path in seen or times.get(kind(path), 0) >= _OF_A_KIND or ".csv" in path or "/sound" in path:
            continue
        seen.add(path)
        times[kind(path)] = times.get(kind(path), 0) + 1
        page.goto(origin + path)
        # A link may lead back to the page that it stands on, which is drawn by its script after a second.
        page.locator("main [role=status]:has-text('ثوان')").wait_for(state="detached", timeout=300_000)
        for told in page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))"):
            if told.startswith("/staff"):
                waiting.append(urlsplit(told)._replace(fragment="").geturl())
        yield path, set(_TOKEN.findall(_WRITTEN.sub(" ", page.evaluate(_READ))))


@pytest.mark.browser
def test_no_page_reads_like_a_file(opens: Opens, room: Room, library: Library) -> None:
    """Whatever links lead to, with a draft of each kind of change: no id, no key in the Arabic that is read there."""
    known = {one for one in ids(library) if one.isascii() and not one.isdecimal()}
    drafts, files = Drafts(room.frame.parts.folder), files_read(ROOT)
    for why, edits in (("workshop.paint", _EDITS), ("brce-2", _EDITS[3:4])):
        drafts.add(drafts.begin("nadia", why, room.clock()).number, files, edits)
    page = opens(_DESK).page
    page.set_default_timeout(60_000)
    tabs = page.eval_on_selector_all("nav.tabs a", "all => all.map(one => one.getAttribute('href'))")
    pages = walked(page, f"http://127.0.0.1:{room.port}", ["/staff/me", "/staff/audit", *tabs])
    looked_at = {path: sorted(words & known) for path, words in pages}
    assert len(looked_at) > 40
    assert {path: words for path, words in looked_at.items() if words} == {}


def test_whatever_is_filled_into_a_sentence_has_a_name_in_words() -> None:
    """Each name in braces of the guide's own sentences is an amount, a statement, or called in both languages."""
    library = load(ROOT, proving=False)[0]
    assert library is not None
    known = {one.name for one in chips(library, content_day())}
    unnamed = set()
    for file in FILES:
        document = read(ROOT, ROOT / "flows" / f"{file}.yaml", Mistakes())
        for raw in document.value.values() if document is not None else ():
            if isinstance(raw, dict) and all(isinstance(raw.get(one), str) for one in LANGUAGES):
                unnamed |= {name for name in braced_names(raw) if name not in known and filled_name(name) is None}
    assert unnamed == set()


def test_what_the_log_is_about_is_told_in_words(library: Library) -> None:
    """An answer by its question, a role, a region, a recording by its language; what somebody wrote stays."""
    titles = titles_of(library, "ar")
    words = {name: told.of("ar") for name, told in staff_words().items()}
    question = library.entries["caravan.what"].question.of("ar")
    for did, about, told in (
        ("questions_belongs", "3 caravan.what", f"3 {question}"),
        ("account_added", "fatima editor", f"fatima – {words['role_editor']}"),
        ("sound_recorded", "caravan.what.shi", f"{question} – {words['spoken_shi']}"),
        ("notice_sent", "4 scheme:indh", f"4 {library.schemes['indh'].title.of('ar')}"),
        ("reply_saved", "caravan.what", "caravan.what"),
    ):
        assert audit_told(did, about, titles, words) == told
    amount = audit_told("leap_confirmed", "indh_most_support 2027-01-01: 1 → 9", titles, words)
    assert amount.startswith("أقصى دعم للمشروع (")


def test_a_change_is_told_without_a_name_of_the_files(library: Library) -> None:
    """A certainty, the answer a question is put to, what an answer leads to, an example: each by what it is called."""
    titles = titles_of(library, "ar", content_day())
    menu, caravan = library.flows["menu"].title.of("ar"), library.entries["caravan.what"].question.of("ar")
    question = library.entries["caravan.stations"].question.of("ar")
    put = ContentChange(MENDED, "شحال كتبقى القافلة", "mended", None, "caravan.stations")
    assert told_change(put, titles).of("ar") == f"شحال كتبقى القافلة: أضيف جواب هذا السؤال: «{question}»"
    new = ContentChange("faq/workshop.yaml", "workshop.paint", "entry", None, _NEW)
    told = told_change(new, titles).of("ar")
    assert "قوة السند: نص رسمي" in told
    assert f"ما يعرض بعده: {menu}، {caravan}" in told
    example = ContentChange("flows/tpme/rules.yaml", '{"given": …', "entry", None, _EXAMPLE)
    told = told_change(example, titles).of("ar")
    assert told.startswith(f"{library.schemes['tpme'].title.of('ar')}: أضيف المثال: «")
    assert "النتيجة: لا يستوفي" in told
    assert not re.search("[a-z]_[a-z]", told), told
    assert titles_drafted([new], "fr") == {"workshop.paint": "Quoi ?"}


def test_a_conflict_is_told_without_a_name_of_the_files(library: Library) -> None:
    """What stands there now and what is wanted are told as they are called, of a list only what is in the way."""
    titles = titles_of(library, "ar")
    edit = SetValue("faq/caravan.yaml", ("caravan.what", "confidence"), "press")
    told = conflict_told(EditConflict(edit, "official", "single", "press"), titles, {}, "ar")
    question = library.entries["caravan.what"].question.of("ar")
    assert (told.about, told.now, told.wanted) == (f"{question}: قوة السند", "سند واحد", "عدة صحف")
    city = {"city": {"ar": "سلا", "fr": "Salé"}}
    added = AddItem("flows/caravan.yaml", ("stations",), city)
    told = conflict_told(
        EditConflict(added, None, [city, {"city": {"ar": "فاس", "fr": "Fès"}}], city), titles, {}, "ar"
    )
    assert (told.about, told.now) == ("المحطات", "المدينة: سلا – Salé")
    gone = conflict_told(EditConflict(edit, "official", "\0", "press"), titles, {}, "ar")
    assert gone.now == "لا شيء"


def test_each_key_of_what_forms_and_rules_hold_has_words() -> None:
    """Whatever key of an answer, an office, a station or a scheme changes, there is a word for it in both languages."""

    def named(shape: Any) -> Iterator[str]:
        """Yield the keys of a shape and of those within it."""
        for name, held in shape.model_fields.items():
            yield held.alias or name
            waiting = [held.annotation]
            while waiting:
                inner = waiting.pop()
                if isinstance(inner, type) and issubclass(inner, BaseModel):
                    yield from named(inner)
                waiting += get_args(inner)

    shapes = (answers._Entry, places._Office, places._Caravan, RulesShape)
    assert {key for shape in shapes for key in named(shape) if without_keys(key) == key} == {"id"}
