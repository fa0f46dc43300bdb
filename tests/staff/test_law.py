"""A change of law, told before it is published: amounts, texts, examples, edges, and what people were told."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.content.files import Files, files_read
from bot.conversation.conversation import FLOW, Answer, Conversation
from bot.conversation.library import Library
from bot.faq.measuring import Gold
from bot.staff.drafts import Drafts
from bot.staff.editing import AddItem, Edit, SetValue, edited
from bot.staff.effects import CheckedCase
from bot.staff.examination import Examination, examined
from bot.staff.gold import GoldRegister
from bot.storage import Store, introduce, person_of
from bot.storage.review import told_facts
from bot.storage.tables import encoded
from tests.program import ROOT, content_day, copied
from tests.staff.room import Room, checked, opened_room, worked_out

TODAY = content_day()
RULES = "flows/tpme/rules.yaml"
LEAST = SetValue(RULES, ("amounts", "tpme_least_investment", "from", "2027-01-01"), 2_000_000)
SMALL = CheckedCase({"legal_form": "company", "investment": 1_500_000}, ["eligibility_investment"], 3)


def law_of(edit: Edit, *cases: CheckedCase) -> Examination:
    """Return what an edit of the content as it is would do."""
    before = files_read(ROOT)
    after: Files = {**before, edit.file: edited(before[edit.file], [edit])}
    return examined(before, after, TODAY, cases=cases)


def test_a_changed_amount_is_told_with_all_that_it_moves() -> None:
    """Old and new in words from which day, each text that says it, each example and verdict that becomes another."""
    told = law_of(LEAST, SMALL, CheckedCase({"investment": 1_500_000}, ["menu"], 9))
    assert told.errors, "its examples are still those of the old amount"
    law = told.law
    assert law is not None
    (amount,) = law.amounts
    assert (amount.day, amount.name) == (date(2027, 1, 1), "tpme_least_investment")
    assert [one.of("ar") if one else "" for one in (amount.before, amount.after)] == ["مليون درهم", "2 مليون درهم"]
    places = {(one.place, one.about) for one in law.words if not one.is_spelt}
    assert {("answer", "tpme.min-investment"), ("step", "investment_who"), ("verdict", "tpme")} <= places
    said = next(one for one in law.words if one.about == "investment_who")
    assert "2 مليون درهم" in said.after.of("ar")
    assert "2 مليون درهم" not in said.before.of("ar")
    assert {(one.before, one.after) for one in law.examples} == {("perhaps", "not_eligible")}
    assert ("tpme_least_investment", 1_000_000.0, 2_000_000.0) in {
        (one.amount, one.before, one.after) for one in told.edges
    }
    # Who only looked at the menu was told nothing of it.
    assert (law.cases, [(one.times, one.before, one.after) for one in law.verdicts]) == (
        3, [(3, "perhaps", "not_eligible")],
    )  # fmt: skip


def test_a_number_that_is_spelt_out_is_told_apart() -> None:
    """A text that says the old amount in figures of its own does not change with it: it is to be looked at."""
    law = law_of(SetValue(RULES, ("amounts", "tpme_ceiling", "from", "2025-07-03"), 25)).law
    assert law is not None
    assert all("{tpme_ceiling}" not in one.before.of("ar") for one in law.words)
    for one in law.words:
        assert (one.before == one.after) == one.is_spelt, one.about


def test_a_draft_of_words_has_no_law() -> None:
    """What changes no rule moves no law, and no conversation is looked at for it."""
    assert law_of(SetValue("flows/caravan.yaml", ("source", "read"), "2026-11-24")).law is None


@pytest.fixture
def desk(tmp_path: Path, library: Library) -> Iterator[tuple[Room, Store]]:
    """A staff room over content of the test's own, with two people who were checked for the aid to investment."""
    root = tmp_path / "root"
    root.mkdir()
    copied(root, is_ready=True)
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    with opened_room(store, library, root) as room:
        now = room.clock.seconds
        for address, sum_ in (("a", 1_500_000), ("b", 1_500_000), ("c", 9_000_000)):
            _checked(store, address, sum_, now - 86400)
        yield room, store
    store.close()


def _checked(store: Store, address: str, sum_: int, now: float) -> None:
    """Let somebody be checked for the aid to investment."""
    trail = (Answer(FLOW, "eligibility_investment"), Answer("legal_form", "company"), Answer("investment", sum_))

    def told(at: Any) -> None:
        introduce(at, [("web", address, None)], now)
        person = person_of(at, "web", address)
        at.execute(
            text("UPDATE conversations SET state = :state, updated = :now WHERE person = :person"),
            {"state": encoded(Conversation(trail=trail)), "now": now, "person": person},
        )

    store.write_now(told)


def test_the_page_of_a_draft_tells_it(desk: tuple[Room, Store]) -> None:
    """What a change of law moves stands on the draft's page, with how many were told otherwise and what is not kept."""
    room, store = desk
    kept = store.read_now(lambda at: told_facts(at, room.clock.seconds - 90 * 86400))
    assert sorted(times for _, _, times in kept) == [1, 2]
    clerk = room.clerk("fatima", "publisher")
    given = {"base_tpme": clerk.get("/staff/amounts").field("base_tpme")}
    given |= {"amount": "tpme tpme_least_investment", "value": "2 000 000", "from": "2027-01-01"}
    assert clerk.post("/staff/amounts", **given).status == 303
    body = checked(clerk, clerk.get("/staff/drafts/mine").location)
    assert "2 مليون درهم" in body
    assert re.search(r"من <bdi>3</bdi> حالة محفوظة.*تتغير نتيجة <bdi>2</bdi>", body), body
    assert "tpme.min-investment" in body or "faq/tpme.yaml" in body


def test_a_draft_is_played_on_a_day(desk: tuple[Room, Store]) -> None:
    """Who edits talks to their own draft as a person: the new words are heard there alone, and nothing is kept."""
    room, store = desk
    clerk = room.clerk("fatima", "editor")
    page = clerk.get("/staff/content/caravan.what")
    given = {"base": page.field("base"), "question_ar": "ما هي هذه القافلة يا ترى؟"}
    texts = re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>\n?(.*?)</textarea>', page.body, re.DOTALL)
    given |= {name: html.unescape(words) for name, words in texts}
    given |= {
        "question_fr": page.field("question_fr"),
        "checked": page.field("checked"),
        "answer_ar": "هذه كلمات المسودة.",
    }
    assert clerk.post("/staff/content/caravan.what", **given).status == 303
    assert "بمسودتكم" in worked_out(clerk, "/staff/play?on=2026-12-24", "نحضر مسودتكم").body
    talk = clerk.get("/staff/play?on=2026-12-24").field("talk")
    people = store.read_now(lambda at: at.execute(text("SELECT count(*) FROM people")).scalar())
    played = clerk.post("/staff/play", talk=talk, on="2026-12-24", say="شنو هي القافلة")
    assert "هذه كلمات المسودة" in played.body
    other = room.clerk("said", "editor")
    live = other.post("/staff/play", talk=talk, on="2026-12-24", say="شنو هي القافلة")
    assert "بالمحتوى المنشور" in live.body
    assert "هذه كلمات المسودة" not in live.body
    assert store.read_now(lambda at: at.execute(text("SELECT count(*) FROM people")).scalar()) == people
    # What a page carries is anybody's to change: what is none is the beginning.
    assert clerk.post("/staff/play", talk='[["say"]]', on="never", say="<script>alert(1)</script>").status == 200


def test_a_register_that_is_understood_worse_keeps_a_draft_back(desk: tuple[Room, Store]) -> None:
    """Worse figures stop publishing and are told; a second person may accept them, with a reason."""
    room, _ = desk
    root, drafts = room.frame.parts.root, Drafts(room.frame.parts.folder)
    gold = [{"text": "شنو هي القافلة الوطنية", "register": "darija", "entry": "export.support-rate"}]
    (root / "tests/faq").mkdir(parents=True)
    (root / "tests/faq/gold.jsonl").write_text("\n".join(map(json.dumps, gold)), "utf-8")
    (root / "tests/faq/gold_off_topic.jsonl").write_text("", "utf-8")
    fatima, said = room.clerk("fatima", "publisher"), room.clerk("said", "publisher")
    found = Examination([], [], gold=[GoldRegister("darija", 88.0, 87.5), GoldRegister("french", 90.0, 91.0)])
    assert [one.kind for one in found.mistakes().errors] == ["gold_worse"]
    assert found.mistakes(allows_worse=True).errors == []
    number = drafts.begin("fatima", "صيغة جديدة", room.clock()).number
    drafts.add(number, files_read(root), [SetValue("flows/caravan.yaml", ("source", "read"), "2026-11-22")])
    path = f"/staff/drafts/{number}"
    assert fatima.post(f"{path}/allow", why="لا بأس").status == 409
    assert said.post(f"{path}/allow", why=" ").status == 409
    assert said.post(f"{path}/allow", why="صيغة واحدة نادرة").location == path
    allowed = drafts.get(number)
    assert (allowed.worse_allowed_by, allowed.worse_why) == ("said", "صيغة واحدة نادرة")
    assert drafts.add(number, files_read(root), [LEAST]).worse_allowed_by == ""


def test_gold_questions_are_asked_before_publishing(desk: tuple[Room, Store]) -> None:
    """Where gold questions lie with the content they are asked of the words before and after, register by register."""
    room, _ = desk
    before = files_read(room.frame.parts.root)
    file = "faq/export.yaml"
    said = "شحال ديال الدولة فالقافلة ديال الصناعة"
    edit = AddItem(file, ("export.support-rate", "phrasings", "darija"), said)
    after = {**before, file: edited(before[file], [edit])}
    gold = [Gold(said, "darija", frozenset({"caravan.what"})), Gold(said, "msa", frozenset({"export.support-rate"}))]
    told = examined(before, after, TODAY, gold=gold)
    assert {one.register for one in told.gold} == {"darija", "msa"}
    assert next(one.after for one in told.gold if one.register == "msa") == 100.0
