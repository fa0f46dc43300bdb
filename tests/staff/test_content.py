"""Content changed in forms: a draft, its difference in words, the check, publishing, a second person, undoing."""

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.content.files import files_read
from bot.content.folder import NOT_ENTRIES
from bot.content.library import load
from bot.content.reading import Mistakes, read
from bot.message import Text
from bot.staff.change_words import told_change, without_keys
from bot.staff.chips import broken_names
from bot.staff.drafts import ContentChange, Drafts, applied_draft
from bot.staff.editing import AddItem, Remove, SetValue
from bot.staff.forms import (
    FormError,
    amount_edit,
    entry_edits,
    lines,
    need_whole_names,
    new_entry,
    office_edits,
    station_edit,
)
from bot.staff.frame import staff_words
from bot.staff.publishing import History
from tests.staff.room import Answered, Room, checked

_ENTRY = "caravan.what"


def _form(page: Answered) -> dict[str, str]:
    """Return the form of an answer as a browser would send it."""
    given = {"base": page.field("base"), "entry": page.field("entry")}
    for name, words in re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>\n?(.*?)</textarea>', page.body, re.DOTALL):
        given[name] = html.unescape(words)
    for name, value in re.findall(r'<input id="([a-z_]+)" name="[a-z_]+"[^>]*value="([^"]*)"', page.body):
        given[name] = html.unescape(value)
    chosen = re.search(r'<option value="([a-z]+)" selected', page.body)
    return given | {"confidence": chosen[1] if chosen else ""}


def test_a_folder_that_cannot_be_written_is_told(desk: tuple[Room, Path]) -> None:
    """Where no draft can be kept the page says so, and what to do; it is told as no fault of the page."""
    room, _ = desk
    clerk = room.clerk("nadia", "publisher")
    form = _form(clerk.get(f"/staff/content/{_ENTRY}"))
    form["answer_ar"] = form["answer_ar"].rstrip() + "\nاسألوا عنها."
    # Not even root makes a file there.
    drafts = room.frame.parts.folder / "drafts"
    if drafts.exists():
        drafts.rename(drafts.with_name("put aside"))
    drafts.symlink_to("/sys/kernel")
    try:
        told = clerk.post(f"/staff/content/{_ENTRY}", **form)
    finally:
        drafts.unlink()
        if drafts.with_name("put aside").exists():
            drafts.with_name("put aside").rename(drafts)
    assert told.status == 503
    assert "لا يقبل الكتابة" in told.body


def test_an_answer_is_mended_published_and_taken_back(desk: tuple[Room, Path]) -> None:
    """From the search to the files and back: a form not touched changes nothing, one word changes one line."""
    room, root = desk
    clerk = room.clerk("fatima", "publisher")
    assert f"/staff/content/{_ENTRY}" in clerk.get(f"/staff/content?q={quote('شنو هي القافلة')}").body
    before = (root / "faq/caravan.yaml").read_text("utf-8")
    page = clerk.get(f"/staff/content/{_ENTRY}")
    form = _form(page)
    same = clerk.post(f"/staff/content/{_ENTRY}", **form)
    assert (same.status, "لم تغيروا شيئا" in same.body) == (422, True)
    form["answer_ar"] = form["answer_ar"].rstrip() + "\nاسألوا عنها في دار الصانع."
    form["phrasings_darija"] += "\nالقافلة ديال الحرفيين آش كتعني بالضبط"
    assert clerk.post(f"/staff/content/{_ENTRY}", **form).location == "/staff/drafts/mine"
    path = clerk.get("/staff/drafts/mine").location
    assert (root / "faq/caravan.yaml").read_text("utf-8") == before
    body = checked(clerk, path)
    assert "الفحص جيد" in body, body
    assert "القافلة ديال الحرفيين" in body
    published = clerk.post(f"{path}/publish")
    assert published.status == 200, published.body
    after = (root / "faq/caravan.yaml").read_text("utf-8")
    gone = [line for line in before.splitlines() if line not in after.splitlines()]
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert (gone, len(new)) == ([], 2)
    taken, _ = load(root, proving=False)
    assert taken is not None
    match = taken.matcher.match("القافلة ديال الحرفيين آش كتعني")
    assert (match.zone, match.ranked[0][0]) == ("sure", _ENTRY)
    numbers = re.findall(r'action="/staff/releases/(\d+)/undo"', clerk.get("/staff/drafts").body)
    undone = clerk.post(f"/staff/releases/{numbers[0]}/undo")
    assert undone.status == 200, undone.body
    assert (root / "faq/caravan.yaml").read_text("utf-8") == before
    did = clerk.get("/staff/accounts")
    assert did.status == 403


def test_what_is_undone_is_checked_as_of_today(desk: tuple[Room, Path]) -> None:
    """A release taken back long after brings no station of last year again: the check says so, nothing moves."""
    room, root = desk
    clerk = room.clerk("fatima", "publisher")
    history, drafts = History(root, room.frame.parts.folder), Drafts(room.frame.parts.folder)
    number = drafts.begin("fatima", "محطة قديمة", room.clock()).number
    drafts.add(number, files_read(root), [Remove("flows/caravan.yaml", ("stations", "سلا"))])
    release = history.publish(drafts.get(number), "fatima", room.clock(), lambda *_: Mistakes())
    before = files_read(root)
    clerk.get("/staff/drafts")
    told = clerk.post(f"/staff/releases/{release.number}/undo")
    assert told.status == 409
    assert "لم يعد صحيحا اليوم" in told.body
    assert "flows/caravan.yaml" in told.body
    assert files_read(root) == before


def test_money_needs_a_second_person(desk: tuple[Room, Path]) -> None:
    """An amount from a day on: its author cannot approve or publish it alone, a second person reads it first."""
    room, root = desk
    fatima, said = room.clerk("fatima", "publisher"), room.clerk("said", "publisher")
    given = {"base_tpme": fatima.get("/staff/amounts").field("base_tpme")}
    unchosen = fatima.post("/staff/amounts", **given, amount="", value="1 200 000", **{"from": "2027-01-01"})
    assert (unchosen.status, "اختاروا المبلغ الذي يتغير" in unchosen.body) == (422, True)
    assert 'value="1 200 000"' in unchosen.body
    given |= {"amount": "tpme tpme_least_turnover", "value": "1 200 000", "from": "2027-01-01"}
    assert fatima.post("/staff/amounts", **given).status == 303
    path = fatima.get("/staff/drafts/mine").location
    refused = fatima.post(f"{path}/publish")
    assert (refused.status, "موظف ثان" in refused.body) == (409, True)
    assert fatima.post(f"{path}/approve").status == 409
    assert said.post(f"{path}/approve").location == path
    assert "said" in fatima.get(path).body
    assert "1_200_000" not in (root / "flows/tpme/rules.yaml").read_text("utf-8")


def test_amounts_are_chosen_and_told_by_what_they_are_called(desk: tuple[Room, Path]) -> None:
    """A clerk reads the title of an amount in their language, with its scheme; its name in the files is beside it."""
    room, _ = desk
    clerk = room.clerk("fatima", "clerk")
    page = clerk.get("/staff/amounts")
    options = dict(re.findall(r'<option value="([a-z_ ]+)">([^<]+)</option>', page.body))
    assert options["tpme tpme_least_turnover"] == "أدنى رقم معاملات (مليون درهم)"
    assert not [told for told in options.values() if "_" in told]
    given = {"base_tpme": page.field("base_tpme"), "amount": "tpme tpme_least_turnover", "value": "1 200 000"}
    assert clerk.post("/staff/amounts", **given, **{"from": "2027-01-01"}).status == 303
    shown = checked(clerk, clerk.get("/staff/drafts/mine").location)
    title = room.frame.parts.library().schemes["tpme"].title.of("ar")
    assert f"أدنى رقم معاملات ({title})" in shown.partition("</h1>")[0]
    told = "أضيف المبلغ ابتداء من يوم (01/01/2027): «1,2 مليون درهم»"
    assert f'<li class="card">أدنى رقم معاملات ({title}): {told}' in shown
    assert "المبلغ «أدنى رقم معاملات" in shown, "what is wrong with it names it the same"
    assert "tpme_least_turnover" not in re.sub(r'<code class="raw" dir="ltr">[a-z_]+</code>', "", shown)
    assert f"أدنى رقم معاملات ({title})" in clerk.get("/staff/drafts").body
    clerk.post("/staff/language", language="fr", to="/staff/amounts")
    assert "Chiffre d&#39;affaires minimal (1 million de dirhams)" in clerk.get("/staff/amounts").body
    assert "Emplois minimaux par million de dirhams" in clerk.get("/staff/rules/tpme").body


def test_a_source_is_moved_and_taken_away_in_its_form() -> None:
    """Another address wants the day it was read; the last source of an answer stays; nothing else is touched."""
    sources = [{"url": "https://a.ma/1", "read": "2026-11-01"}, {"url": "https://b.ma/2", "read": "2026-11-02"}]
    texts = {name: {"ar": "نص", "fr": "texte"} for name in ("question", "answer")}
    raw = {**texts, "sources": sources}
    same = {f"{name}_{language}": words for name, both in texts.items() for language, words in both.items()}
    same |= {f"source_{n}_{key}": one[key] for n, one in enumerate(sources) for key in ("url", "read")}
    file, entry = "faq/export.yaml", "export.x"
    assert list(entry_edits(entry, raw, same)) == []
    moved = same | {"source_1_url": "https://b.ma/3", "source_1_read": "2026-11-20"}
    assert list(entry_edits(entry, raw, moved)) == [
        SetValue(file, (entry, "sources", 1, "url"), "https://b.ma/3"),
        SetValue(file, (entry, "sources", 1, "read"), "2026-11-20"),
    ]
    with pytest.raises(FormError, match="form_source_read"):
        list(entry_edits(entry, raw, same | {"source_1_url": "https://b.ma/3"}))
    assert list(entry_edits(entry, raw, same | {"source_0_drop": "1"})) == [Remove(file, (entry, "sources", 0))]
    both = same | {"source_0_drop": "1", "source_1_drop": "1"}
    with pytest.raises(FormError, match="form_source"):
        list(entry_edits(entry, raw, both))
    new = {"source_url": "https://c.ma/4", "source_read": "2026-11-20", "source_says": "x"}
    kinds = [type(one) for one in entry_edits(entry, raw, both | new)]
    assert kinds == [AddItem, Remove, Remove]


def test_a_source_that_moved_is_drafted_by_its_line(desk: tuple[Room, Path]) -> None:
    """A clerk who found where a page went changes its address in the form; a second person reads it, as law."""
    room, root = desk
    clerk = room.clerk("fatima", "clerk")
    page = clerk.get(f"/staff/content/{_ENTRY}")
    form = _form(page)
    form |= dict(re.findall(r'name="(source_0_(?:url|read))"[^>]* value="([^"]*)"', page.body))
    assert form["source_0_url"].startswith("https://")
    form |= {"source_0_url": "https://mda.gov.ma/autre-page", "source_0_read": "2026-11-22"}
    assert clerk.post(f"/staff/content/{_ENTRY}", **form).location == "/staff/drafts/mine"
    drafts = Drafts(room.frame.parts.folder)
    changed = applied_draft(files_read(root), drafts.listed()[0])["faq/caravan.yaml"].decode().splitlines()
    before = (root / "faq/caravan.yaml").read_text("utf-8").splitlines()
    assert len([line for line in changed if line not in before]) <= 2
    assert len(changed) == len(before)
    assert "قانون أو مال" in clerk.get(clerk.get("/staff/drafts/mine").location).body


def test_too_few_phrasings_are_told_while_they_are_typed(desk: tuple[Room, Path]) -> None:
    """Beside each field: how many there are, how many publishing asks for, how many help; as the check counts them."""
    room, _ = desk
    clerk = room.clerk("fatima", "editor")

    def told(body: str) -> dict[str, str]:
        found = re.findall(r'<p id="few_([a-z]+)"[^>]*>(.*?)</p>', body)
        return {register: re.sub("<[^>]+>", "", words) for register, words in found}

    empty = told(clerk.get("/staff/content/new").body)
    assert empty["darija"] == "عدد الصيغ: 0. لا ينشر الجواب بأقل من 4."
    typed = {"subject": "workshop", "question_ar": "هل؟", "phrasings_darija": "واش\nواش \n\nعلاش\nفين\nشكون"}
    drawn = clerk.post("/staff/content/preview", **typed, phrasings_arabizi="", phrasings_msa="", phrasings_french="")
    assert drawn.body.count('hx-swap-oob="true"') == 4
    assert told(drawn.body) == {
        "darija": "عدد الصيغ: 4. بعدد 8 يفهم الدليل أكثر.",
        "msa": "عدد الصيغ: 1. بعدد 5 يفهم الدليل أكثر.",
        "arabizi": "عدد الصيغ: 0. لا ينشر الجواب بأقل من 1.",
        "french": "عدد الصيغ: 0. لا ينشر الجواب بأقل من 1.",
    }
    there = told(clerk.get(f"/staff/content/{_ENTRY}").body)
    assert all("✓" in words or "يفهم الدليل أكثر" in words for words in there.values())
    assert told(clerk.post("/staff/content/preview", answer_ar="جملة", names="").body) == {}, "a sentence has none"
    off = told(clerk.post("/staff/content/preview", entry="off.weather", phrasings_darija="a\nb\nc\nd").body)
    assert off["darija"] == "عدد الصيغ: 4 ✓"


def test_whatever_is_written_of_an_answer_or_an_office_its_form_opens(desk: tuple[Room, Path]) -> None:
    """Of the answers, and of the offices, one of each shape: with and without every key, its own and its sources'."""
    room, root = desk
    clerk = room.clerk("fatima", "editor")
    shapes: dict[object, str] = {}
    for path in sorted((root / "faq").glob("*.yaml")):
        document = read(root, path, Mistakes())
        assert document is not None
        for entry in document.value if isinstance(document.value, list) else ():
            if "id" in entry:
                listed = entry.get("sources", ())
                of_sources = frozenset(frozenset(one) for one in listed)
                shapes.setdefault(
                    (path.name == "off_topic.yaml", frozenset(entry), of_sources), f"content/{entry['id']}"
                )
    offices = read(root, root / "flows/offices.yaml", Mistakes())
    assert offices is not None
    for office in offices.value:
        shapes.setdefault(frozenset(office), f"offices/{office['id']}")
    assert len(shapes) > 20
    for path_shown in shapes.values():
        assert clerk.get(f"/staff/{path_shown}").status == 200, path_shown


def test_an_office_is_given_its_telephone(desk: tuple[Room, Path]) -> None:
    """Offices whose contacts nobody knows come first; what is typed is drafted, a form changed meanwhile is told."""
    room, _ = desk
    clerk = room.clerk("fatima", "editor")
    offices = re.findall(r"/staff/offices/([a-z0-9_-]+)", clerk.get("/staff/offices").body)
    page = clerk.get(f"/staff/offices/{offices[0]}")
    given = {"base": page.field("base"), "phone": "05 28 84 20 11", "confidence": "official"}
    assert clerk.post(f"/staff/offices/{offices[0]}", **given).location == "/staff/drafts/mine"
    late = clerk.post(f"/staff/offices/{offices[0]}", **{**given, "phone": "05 28 84 20 12"})
    assert (late.status, "05 28 84 20 12" in late.body) == (409, True)
    assert clerk.post(f"{clerk.get('/staff/drafts/mine').location}/publish").status == 403
    assert clerk.post(f"{clerk.get('/staff/drafts/mine').location}/drop").location == "/staff/drafts"
    assert clerk.get("/staff/drafts/mine").location == "/staff/drafts"


def test_preview_is_the_channels_own(desk: tuple[Room, Path]) -> None:
    """While it is typed an answer is shown as each channel sends it, and each phrasing with what it is taken for."""
    room, _ = desk
    clerk = room.clerk("fatima", "editor")
    clerk.get("/staff/me")
    fields = {"entry": _ENTRY, "answer_ar": "سطر <script>alert(1)</script>\n" + "ا" * 5000, "answer_fr": "Une ligne"}
    drawn = clerk.post("/staff/content/preview", **fields, phrasings_darija="شنو هي القافلة الوطنية ديال الصناع")
    assert drawn.status == 200
    assert "<script>" not in drawn.body
    assert re.search(r"واتساب · عدد الرسائل: <bdi>\d</bdi>", drawn.body)
    assert "تفهم لهذا الجواب" in drawn.body
    # On the web with what follows, and on each of the two platforms in full.
    assert drawn.body.count("Une ligne") == 3
    assert clerk.post("/staff/content/preview", entry="no.such", answer_ar="{tpme_least_turnover}").status == 200


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\u202eabc\u2066", "ا" * 100_000, "{no_such_amount}"])
def test_bad_input_ends_in_a_sentence(desk: tuple[Room, Path], words: str) -> None:
    """Whatever is typed into a form is drafted as letters or refused in a sentence; the room goes on."""
    room, root = desk
    clerk = room.clerk("fatima", "editor")
    form = _form(clerk.get(f"/staff/content/{_ENTRY}"))
    answered = clerk.post(f"/staff/content/{_ENTRY}", **{**form, "answer_ar": words, "question_ar": words[:200]})
    assert answered.status in {303, 422}
    shown = clerk.get(clerk.get("/staff/drafts/mine").location)
    assert shown.status == 200
    assert "<script>alert" not in shown.body
    assert "\u202e" not in shown.body
    assert load(root, proving=False)[0] is not None


@pytest.mark.parametrize(
    ("told", "broken", "nearest"),
    [
        ("من {tpme_ceiling} إلى {a_b}", [], ""),
        ("من {tpme_celing}", ["{tpme_celing}"], "tpme_ceiling"),
        ("من {tpme_ceiling", ["{tpme_ceiling"], "tpme_ceiling"),
        ("من tpme_ceiling}", ["tpme_ceiling}"], "tpme_ceiling"),
        ("من {\u200btpme_ceiling\u200f}", [], ""),
        ("من {}", ["{}"], ""),
        ("{30 %}", ["{30 %}"], ""),
    ],
)
def test_a_name_is_whole_or_refused(told: str, broken: list[str], nearest: str) -> None:
    """What stands in braces is a name that there is, or is told with the nearest; invisible marks are none of it."""
    found = broken_names(told, {"tpme_ceiling", "a_b"})
    assert [one.told for one in found] == broken
    assert [one.nearest for one in found] == ([nearest] if broken else [])
    if broken:
        with pytest.raises(FormError):
            need_whole_names(told, {"tpme_ceiling", "a_b"})


def test_forms_say_what_is_missing() -> None:
    """A form that cannot be meant is refused by the name of a sentence, before any file is touched."""
    raw: dict[str, Any] = {
        "question": {"ar": "س", "fr": "q"},
        "answer": {"ar": "ج\n", "fr": "r\n"},
        "phrasings": {"darija": ["واش"]},
    }
    same = {f"{name}_{language}": raw[name][language] for name in ("question", "answer") for language in ("ar", "fr")}
    same |= {"phrasings_darija": "واش"}
    assert list(entry_edits("a.b", raw, same)) == []
    for fields, why in (
        ({**same, "answer_ar": " "}, "form_empty"),
        ({**same, "phrasings_darija": ""}, "form_last_phrasing"),
        ({**same, "phrasings_darija": "ا" * 400}, "form_phrasing_long"),
        ({**same, "checked": "29/11/2026"}, "form_day"),
    ):
        with pytest.raises(FormError, match=why):
            list(entry_edits("a.b", raw, fields))
    for fields, why in (
        ({}, "form_subject"),
        ({"subject": "a"}, "form_incomplete"),
        ({"subject": "a", "name": "B ب"}, "form_name"),
        ({"subject": "a", "name": "b"}, "form_name_taken"),
        ({"subject": "a", "name": "c"}, "form_incomplete"),
    ):
        with pytest.raises(FormError, match=why):
            new_entry(fields, {"a.b": None})
    with pytest.raises(FormError, match="form_both_languages"):
        station_edit({"city_ar": "تيزنيت"})
    assert amount_edit("tpme", "x", {"value": "150 000", "from": "2027-01-01"}).value == 150_000
    assert amount_edit("tpme", "x", {"value": "150.000", "from": "2027-01-01"}).value == "150.000"
    assert lines(" a \n\n b  c \na") == ["a", "b c"]


def test_a_new_answer_is_put_under_a_subject_by_its_name(desk: tuple[Room, Path]) -> None:
    """Each subject is offered by a name of its own, none is chosen by itself, and no field is idle."""
    room, root = desk
    page = room.clerk("fatima", "editor").get("/staff/content/new").body
    offered = dict(re.findall(r'<option value="([a-z_]*)">([^<]+)</option>', page.partition("</select>")[0]))
    subjects = {
        "off" if path.stem == "off_topic" else path.stem
        for path in (root / "faq").glob("*.yaml")
        if path.name not in NOT_ENTRIES
    }
    assert offered.keys() == {"", *subjects}
    words = staff_words()
    assert all(f"subject_{name}" in words and offered[name] == words[f"subject_{name}"].of("ar") for name in subjects)
    assert len(set(offered.values())) == len(offered)
    assert 'name="plain_ar"' not in page
    assert 'name="answer_ar"' in page


def test_a_telephone_is_taken_as_people_type_it_or_refused_at_once() -> None:
    """Arabic figures, points and the code of the country are one number; eight figures are none, in the form itself."""
    for typed in ("٠٥ ٢٨ ٨٤ ٢٠ ١١", "05.28.84.20.11", "+212 528-842011", "0528842011"):
        (edit,) = office_edits("brce-2", {}, {"phone": typed})
        assert isinstance(edit, SetValue)
        assert edit.value == "05 28 84 20 11"
        assert list(office_edits("brce-2", {"phone": "05 28 84 20 11"}, {"phone": typed})) == []
    with pytest.raises(FormError) as refused:
        list(office_edits("brce-2", {}, {"phone": "٠٥٢٨٨٤٢٠"}))
    assert refused.value.why == "form_phone"


def test_the_easier_words_of_an_answer_are_changed_with_it() -> None:
    """The answer in easier words has fields of its own: both languages, or none, which takes it away."""
    texts = {name: {"ar": f"{name} عربي", "fr": f"{name} français"} for name in ("question", "answer", "plain")}
    given = {f"{name}_{language}": words for name, both in texts.items() for language, words in both.items()}
    entry = "export.support-rate"
    assert list(entry_edits(entry, texts, given)) == []
    (changed,) = entry_edits(entry, texts, given | {"plain_ar": "أسهل"})
    assert changed == SetValue("faq/export.yaml", (entry, "plain", "ar"), "أسهل\n")
    without = {name: both for name, both in texts.items() if name != "plain"}
    (added,) = entry_edits(entry, without, given)
    assert (added.at, added.value) == ((entry, "plain"), {"ar": "plain عربي\n", "fr": "plain français\n"})  # type: ignore[union-attr]
    assert list(entry_edits(entry, texts, given | {"plain_ar": "", "plain_fr": ""})) == [
        Remove("faq/export.yaml", (entry, "plain"))
    ]
    with pytest.raises(FormError):
        list(entry_edits(entry, texts, given | {"plain_fr": ""}))


def test_a_change_and_a_mistake_are_told_without_the_keys_of_files() -> None:
    """An office by its name, an amount by its value, a station in words; what somebody wrote in a text stays."""
    phone = ContentChange("flows/offices.yaml", "brce-2", "source_url", "قديم", "https://mda.gov.ma")
    assert told_change(phone, {"brce-2": "المكتب"}).of("ar") == (
        "المكتب: رابط السند كان «قديم» ويصبح «https://mda.gov.ma»"
    )
    city = {"city": {"ar": "تيزنيت", "fr": "Tiznit"}, "on": "2026-12-19"}
    station = told_change(ContentChange("flows/caravan.yaml", "تيزنيت", "entry", None, city)).of("ar")
    assert station == "تيزنيت: أضيف العنصر: «المدينة: تيزنيت – Tiznit، التاريخ: 19/12/2026»"
    said = ContentChange("faq/export.yaml", "export.x", "answer/ar", "{rate} من المصاريف", "لا نعرف")
    assert told_change(said, values={"rate": Text({"ar": "80%", "fr": "80 %"})}).of("ar") == (
        "export.x: الجواب (بالعربية) كان «80% من المصاريف» ويصبح «لا نعرف»"
    )
    assert without_keys("قيمة «phone» غير مقبولة: «on peut». صحح السنة في on.") == (
        "قيمة «الهاتف» غير مقبولة: «on peut». صحح السنة في «التاريخ»."
    )
    new = ContentChange(
        "faq/about.yaml", "about.x", "entry", None, {"id": "about.x", "question": {"ar": "هل؟", "fr": "?"}}
    )
    assert told_change(new).of("ar").startswith("هل؟: أضيف العنصر: «السؤال: هل؟ – ?»")
    assert without_keys("انظروا flows/answer.yaml") == "انظروا flows/answer.yaml"
