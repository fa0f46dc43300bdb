"""Questions nobody answered surely: together by likeness, most asked first, without who, each marked in three taps."""

import random
import re
import time
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from bot.content.answers import MENDED
from bot.content.files import files_read
from bot.language.folding import folded
from bot.staff.drafts import Drafts, applied_draft
from bot.staff.editing import AddItem, SetValue, value_at
from bot.staff.likeness import grouped
from bot.storage import Store
from bot.storage.review import WEEKLY, judge_sample, open_questions, sample_sure, sampled_weeks, samples_for, week_of
from bot.storage.tables import questions
from tests.program import ROOT
from tests.staff.room import Clerk, Room


def _ask(store: Store, *asked: tuple[str, int], day: str = "2026-11-23", zone: str = "unsure") -> None:
    """Keep questions as often as told."""

    def keep(at: Any) -> None:
        for words, times in asked:
            row = {
                "text": words, "folded": folded(words), "zone": zone, "best": "export.support-rate", "language": "ar",
                "day": day, "asker": "somebody",
            }  # fmt: skip
            for _ in range(times):
                at.execute(questions.insert().values(**row))

    store.write_now(keep)


def _opened(clerk: Clerk, path: str = "/staff/questions") -> str:
    """Return the list once it is made."""
    for _ in range(200):
        page = clerk.get(path)
        assert page.status == 200
        if "نجمع الأسئلة" not in page.body:
            return page.body
        time.sleep(0.05)
    raise AssertionError


_PAINT = ("واش كاين شي دعم لصباغة الحيوط ديال الدار", "واش كاين دعم لصباغة حيوط الدار ديالي")


def test_alike_questions_are_one_and_the_most_asked_first(store: Store) -> None:
    """Spellings and near wordings stand as one question; what is asked most comes first, by week."""
    _ask(store, (_PAINT[0], 3), ("بشحال الكيلو ديال الحوت اليوم", 4))
    _ask(store, (_PAINT[1], 2), day="2026-11-16")
    groups = grouped(store.read_now(open_questions))
    assert [(group.times, len(group.questions)) for group in groups] == [(5, 2), (4, 1)]
    assert groups[0].weeks == {"2026-11-23": 3, "2026-11-16": 2}
    other = ("كيفاش ندير باش نشري تيليفون جديد", "فين كاين شي محل ديال الحلويات")
    assert len(grouped(store.read_now(open_questions))) == 2
    _ask(store, *((words, 1) for words in other))
    assert len(grouped(store.read_now(open_questions))) == 4


def test_a_question_is_marked_in_three_taps(room: Room) -> None:
    """The list, the question, what it is: it is gone for all its spellings, and comes back when that was a slip."""
    _ask(room.store, (_PAINT[0], 3), (_PAINT[1], 1), ("زرافة خضراء فالسطح", 1))
    clerk = room.clerk("fatima", "editor")
    mark = re.search(r'href="/staff/questions/([0-9a-f]{16})"', _opened(clerk))
    assert mark
    page = clerk.get(f"/staff/questions/{mark[1]}")
    assert "somebody" not in page.body
    assert page.body.count('value="belongs"') == 3
    entry = re.search(r'name="about" value="([a-z-]+\.[a-z0-9-]+)"', page.body)
    assert entry
    marked = clerk.post(f"/staff/questions/{mark[1]}", mark="belongs", about=entry[1], shown=page.field("shown"))
    assert marked.location == "/staff/questions"
    drafted = Drafts(room.frame.parts.folder).mine("fatima")
    assert drafted is not None
    held = [one.edit.at[0] for one in drafted.edits if one.edit.file == MENDED]
    assert held == [_PAINT[0], _PAINT[1]]
    phrased = [one.edit for one in drafted.edits if isinstance(one.edit, AddItem)]
    assert [(one.at[0], one.value) for one in phrased] == [(entry[1], words) for words in held]
    draft = clerk.get(clerk.get("/staff/drafts/mine").location)
    assert _PAINT[0] in draft.body
    left = _opened(clerk)
    assert left.count("/staff/questions/") - left.count("/staff/questions/marked") == 1
    _ask(room.store, (_PAINT[1], 5))
    assert _PAINT[1] not in _opened(clerk)
    listed = clerk.get("/staff/questions/marked")
    assert clerk.post("/staff/questions/unmark", folded=listed.field("folded")).status == 303
    assert _opened(clerk).count("/staff/questions/") == left.count("/staff/questions/") + 1
    after = applied_draft(files_read(ROOT), Drafts(room.frame.parts.folder).get(drafted.number))
    assert len(value_at(after[MENDED], ())) == 1


def test_a_dropped_draft_mends_nothing(room: Room) -> None:
    """A question put to an answer in a draft that is dropped stands among those that nobody answered again."""
    _ask(room.store, (_PAINT[0], 3))
    clerk = room.clerk("fatima", "editor")
    path = re.search(r'href="(/staff/questions/[0-9a-f]{16})"', _opened(clerk))
    assert path
    other = next(one.id for one in room.frame.parts.library().entries.values() if one.off_topic)
    assert clerk.post(path[1], mark="not_ours", about=other).status == 303
    assert _PAINT[0] not in _opened(clerk)
    assert clerk.post(clerk.get("/staff/drafts/mine").location + "/drop").status == 303
    assert _PAINT[0] in _opened(clerk)


def test_a_new_answer_holds_its_question(room: Room) -> None:
    """The form that a question leads to has it as a phrasing, where its script belongs, and holds it once saved."""
    _ask(room.store, ("wach kayn da3m l sbagha", 1))
    clerk = room.clerk("fatima", "editor")
    path = re.search(r'href="(/staff/questions/[0-9a-f]{16})"', _opened(clerk))
    assert path
    form = clerk.get(clerk.post(path[1], mark="new").location)
    asked = form.field("asked")
    assert re.search(rf'name="phrasings_arabizi"[^>]*>\n?{re.escape(asked)}</textarea>', form.body)
    texts = {f"{name}_{language}": "x" for name in ("question", "answer") for language in ("ar", "fr")}
    saved = clerk.post(
        "/staff/content/new", subject="export", name="paint", asked=asked, phrasings_arabizi=asked,
        source_url="https://example.org", source_read="2026-11-23", checked="2026-11-23", **texts,
    )  # fmt: skip
    assert saved.status == 303
    drafted = Drafts(room.frame.parts.folder).mine("fatima")
    assert drafted is not None
    assert [one.edit for one in drafted.edits][1:] == [SetValue(MENDED, (asked,), "export.paint")]


def test_a_mark_must_be_one_of_ours(room: Room) -> None:
    """A question is put to an entry that is there, an off-topic one only as another office's; nothing else is taken."""
    _ask(room.store, (_PAINT[0], 1))
    clerk = room.clerk("fatima", "editor")
    path = re.search(r'href="(/staff/questions/[0-9a-f]{16})"', _opened(clerk))
    assert path
    library = room.frame.parts.library()
    ours = next(one.id for one in library.entries.values() if not one.off_topic)
    other = next(one.id for one in library.entries.values() if one.off_topic)
    wrong = [("belongs", "no.such"), ("belongs", other), ("not_ours", ours), ("burn", ""), ("", "")]
    for fields in ({"mark": mark, "about": about} for mark, about in wrong):
        assert clerk.post(path[1], **fields).status == 400, fields
    assert clerk.post(path[1], mark="not_ours", about=other).status == 303
    assert clerk.get(path[1]).status == 404


def test_what_todays_content_answers_is_not_shown(room: Room) -> None:
    """A question that was not understood once and is today stands in no list."""
    entry = room.frame.parts.library().entries["export.support-rate"]
    _ask(room.store, (entry.phrasings["darija"][0], 9), (_PAINT[0], 1))
    body = _opened(room.clerk("fatima"))
    assert entry.phrasings["darija"][0] not in body
    assert _PAINT[0] in body


def test_words_of_strangers_are_only_shown(room: Room) -> None:
    """Script tags and signs that turn the text are shown as letters, or not at all."""
    _ask(room.store, ("<script>alert(1)</script> واش \u202e كاين", 1))
    clerk = room.clerk("fatima")
    body = _opened(clerk)
    path = re.search(r'href="(/staff/questions/[0-9a-f]{16})"', body)
    assert path
    for shown in (body, clerk.get(path[1]).body, clerk.get(f"{path[1]}?q=<script>").body):
        assert "<script>alert" not in shown
        assert "\u202e" not in shown


def test_each_sure_answer_has_the_same_chance(store: Store) -> None:
    """Of a week's sure answers twenty are kept, whenever they came; another week has its own."""
    for number in range(300):
        store.write_now(lambda at, n=number: sample_sure(at, "2026-11-16", f"q{n}", "a.b", "ar", "x"))  # type: ignore[misc]
    store.write_now(lambda at: sample_sure(at, "2026-11-23", "later", "a.b", "ar", "x"))
    kept = store.read_now(lambda at: samples_for(at, "fatima", "2026-11-23"))
    assert len(kept) == WEEKLY
    numbers = [int(one.text[1:]) for one in kept]
    assert max(numbers) > 100
    assert store.read_now(lambda at: samples_for(at, "fatima", "2026-11-30"))[-1].text == "later"


def test_two_judge_without_seeing_each_other(room: Room) -> None:
    """Each sure answer is judged by two, each once; the page tells nobody what the other said before both have."""
    week = week_of(date(2026, 11, 23) - timedelta(days=7))
    for number in range(3):
        words = f"شحال كتعطي الدولة {number}"
        room.store.write_now(lambda at, w=words: sample_sure(at, week, w, "export.support-rate", "ar", "x"))  # type: ignore[misc]
    clerks = [room.clerk(name, "editor") for name in ("fatima", "said", "third")]
    for turn, clerk in enumerate(clerks[:2]):
        for number in range(3):
            page = clerk.get("/staff/samples")
            path = re.search(r'action="(/staff/samples/\d+)"', page.body)
            assert path
            assert clerk.post(path[1], is_right="yes" if number == 0 or turn == 0 else "no").status == 303
            assert clerk.post(path[1], is_right="no").status == 303
        assert "لا شيء للمراقبة" in clerk.get("/staff/samples").body
    assert "لا شيء للمراقبة" in clerks[2].get("/staff/samples").body
    [found] = room.store.read_now(sampled_weeks)
    assert (found.kept, found.right, found.wrong, found.split) == (3, 1, 0, 2)
    assert room.store.read_now(lambda at: at.execute(text("SELECT count(*) FROM sample_marks")).scalar()) == 6
    first = room.store.read_now(lambda at: at.execute(text("SELECT min(id) FROM samples")).scalar())
    room.store.write_now(lambda at: judge_sample(at, first or 0, "third", True, 0.0))
    assert room.store.read_now(lambda at: at.execute(text("SELECT count(*) FROM sample_marks")).scalar()) == 6


def test_ten_thousand_questions_are_grouped_in_seconds(store: Store) -> None:
    """However many questions there are, all of them are in one group each."""
    chance = random.Random(5)
    words = [f"كلمة{n}" for n in range(400)]
    told = [" ".join(chance.choices(words, k=chance.randint(3, 8))) for _ in range(2_000)]
    _ask(store, *((one, 1) for one in told))
    groups = grouped(store.read_now(open_questions))
    assert sum(group.times for group in groups) == 2_000
    assert sum(len(group.questions) for group in groups) == len({folded(one) for one in told})
