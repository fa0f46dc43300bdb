"""The guide's own sentences, stations and what is not its subject, changed in forms that touch only their own lines."""

import html
import re
from pathlib import Path

from bot.content.files import files_read
from bot.conversation.library import Library
from bot.staff.drafts import Drafts, applied_draft
from bot.staff.editing import value_at
from bot.staff.forms import new_entry
from tests.staff.room import Answered, Room


def changed_lines(room: Room, root: Path) -> tuple[list[str], list[str]]:
    """Return the lines that the only draft takes away, and those that it adds."""
    files = files_read(root)
    (draft,) = Drafts(room.frame.parts.folder).listed()
    gone: list[str] = []
    new: list[str] = []
    for name, held in applied_draft(files, draft).items():
        before, after = (one.decode().splitlines() for one in (files[name], held))
        gone += [line for line in before if line not in after]
        new += [line for line in after if line not in before]
    return gone, new


def _texts(page: Answered) -> dict[str, str]:
    found = re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>\n?(.*?)</textarea>', page.body, re.DOTALL)
    return {"base": page.field("base"), **{name: html.unescape(words) for name, words in found}}


def test_a_sentence_is_found_and_changed(desk: tuple[Room, Path]) -> None:
    """A sentence of the guide is found by its words; what is changed is its line, and a broken name is refused."""
    room, root = desk
    clerk = room.clerk("fatima", "editor")
    found = clerk.get("/staff/sentences?q=anything_else")
    assert "/staff/sentences/phrases/anything_else" in found.body
    form = _texts(clerk.get("/staff/sentences/phrases/web_instead"))
    assert "{address}" in form["answer_ar"]
    broken = clerk.post("/staff/sentences/phrases/web_instead", **{**form, "answer_ar": "الدليل على الويب: {adress}"})
    assert (broken.status, "{address}" in broken.body) == (422, True)
    told = clerk.post("/staff/sentences/phrases/web_instead", **{**form, "answer_ar": "الدليل على الويب: {address}"})
    assert told.location == "/staff/drafts/mine"
    assert changed_lines(room, root) == (
        ['  ar: "يمكنكم أيضا متابعة الدليل على الويب: {address}"'], ['  ar: "الدليل على الويب: {address}"'],
    )  # fmt: skip
    late = clerk.post("/staff/sentences/phrases/web_instead", **{**form, "answer_ar": "{address}"})
    assert late.status == 409
    for path in ("phrases/no_such", "guide/menu", "caravan/source"):
        assert clerk.get(f"/staff/sentences/{path}").status == 404


def test_a_station_ends_or_is_taken_away(desk: tuple[Room, Path]) -> None:
    """A station is given its last day, another is taken away; whoever saw an older list is told so."""
    room, root = desk
    clerk = room.clerk("fatima", "editor")
    bases = re.findall(r'name="base" value="([0-9a-f]+)"', clerk.get("/staff/stations").body)
    assert clerk.post("/staff/stations/0", base=bases[0], do="end", until="2026-12-31").status == 303
    assert clerk.post("/staff/stations/1", base=bases[1], do="remove").status == 303
    assert clerk.post("/staff/stations/1", base=bases[1], do="remove").status == 409
    assert clerk.post("/staff/stations/0", base=bases[0], do="end", until="").status == 409
    gone, new = changed_lines(room, root)
    assert (gone, len(new)) == (["  - city: {ar: الدار البيضاء, fr: Casablanca}"], 1)
    (draft,) = Drafts(room.frame.parts.folder).listed()
    held = applied_draft(files_read(root), draft)["flows/caravan.yaml"]
    assert str(value_at(held, ("stations", 0, "until"))) == "2026-12-31"


def test_what_is_not_ours_needs_no_source(desk: tuple[Room, Path], library: Library) -> None:
    """A subject that is not the guide's is listed and added without a source, and leads to the menu."""
    room, _ = desk
    clerk = room.clerk("fatima", "editor")
    off = next(one for one in library.entries.values() if one.off_topic)
    assert f"/staff/content/{off.id}" in clerk.get("/staff/content?off=1").body
    fields = {
        "subject": off.subject, "name": "horoscope", "question_ar": "ما هو برجي؟", "question_fr": "Mon horoscope ?",
        "answer_ar": "الأبراج ليست من مهام هذا الدليل.", "answer_fr": "L'horoscope n'est pas notre affaire.",
        "phrasings_darija": "شنو هو البرج ديالي", "checked": "2026-11-23", "confidence": "uncertain",
    }  # fmt: skip
    added = new_entry(fields, library.entries, (), {off.subject})
    assert (added.value["sources"], added.value["see"]) == ([], ["menu"])
    clerk.get("/staff/content/new")
    assert clerk.post("/staff/content/new", **fields).location == "/staff/drafts/mine"
