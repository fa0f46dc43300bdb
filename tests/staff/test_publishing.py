"""A draft becomes a release, an undone one is as if it had not been, and nobody's work is written over."""

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.files import Files, digest, files_read
from bot.content.keeping import FolderKeep
from bot.content.library import learnt, load, phrasings_of
from bot.content.reading import Mistakes, Where
from bot.content.releases import ContentMistakesError, Shelf, library_of
from bot.conversation.library import Library
from bot.staff.change_words import told_change
from bot.staff.drafts import (
    ConflictError,
    Drafts,
    applied_draft,
    changes_between,
    needs_second,
)
from bot.staff.editing import AddItem, Edit, Remove, SetValue, edited, value_at
from bot.staff.examination import examined, examined_apart
from bot.staff.publishing import (
    ChangedMeanwhileError,
    History,
    NothingChangedError,
    SecondPersonError,
    copy_room,
    merged_lines,
    put_back_room,
)
from bot.staff.ready import ReadyReleases
from bot.staff.replay import PastQuestion
from bot.storage import Store
from bot.storage.review import past_questions, sample_sure
from tests.program import content_day, copied
from tests.staff.test_questions import _ask

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
TODAY = content_day()
OFFICES, CARAVAN, RULES, EXPORT = (
    "flows/offices.yaml", "flows/caravan.yaml", "flows/power_export_first/rules.yaml", "faq/export.yaml",
)  # fmt: skip
PHONE = SetValue(OFFICES, ("brce-2", "phone"), "05 36 00 00 00")
STATION = AddItem(CARAVAN, ("stations",), {"city": {"ar": "تزنيت", "fr": "Tiznit"}, "on": "2026-12-05"})
AMOUNT = SetValue(RULES, ("amounts", "export_turnover_craft", "from", "2027-01-01"), 800_000)
PHRASING = AddItem(EXPORT, ("export.support-rate", "phrasings", "darija"), "شحال كيعطيو ف الميزان ديال البرا")
ANSWER = SetValue(EXPORT, ("export.support-rate", "answer", "ar"), "تساهم الدولة إلى حدود {export_support_rate}.")


def passes(_before: Files, _after: Files) -> Mistakes:
    """Find nothing wrong: what the check finds is shown elsewhere."""
    return Mistakes()


class Room:
    """A copy of the content with its drafts and its history."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drafts = Drafts(root / "var" / "staff")
        self.history = History(root, root / "var" / "staff")

    def draft(self, *edits: Edit, author: str = "fatima") -> int:
        number = self.drafts.begin(author, "لأن السند تغير", NOW).number
        self.drafts.add(number, files_read(self.root), edits)
        return number

    def at(self, edit: Edit) -> object:
        return value_at((self.root / edit.file).read_bytes(), edit.at)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Return a room of its own for a test to write in."""
    return Room(copied(tmp_path))


def test_a_draft_is_published_and_undone(room: Room) -> None:
    """A release has a number, who, when and why, and changes one line; undoing it is a release that takes it back."""
    before = files_read(room.root)
    number = room.draft(PHONE)
    assert files_read(room.root) == before
    release = room.history.publish(room.drafts.get(number), "fatima", NOW, passes)
    assert (release.by, release.why, release.at[:10]) == ("fatima", "لأن السند تغير", "2026-11-29")
    assert room.at(PHONE) == "05 36 00 00 00"
    assert release.release == digest(files_read(room.root))
    assert [told_change(one).of("ar") for one in room.history.changes(release.number)] == [
        "brce-2: أضيف الهاتف: «05 36 00 00 00»"
    ]
    undone = room.history.undo(release.number, "said", "خطأ", NOW, passes)
    assert undone.number == release.number + 1
    assert undone.undoes == release.number
    assert files_read(room.root) == before
    with pytest.raises(NothingChangedError):
        room.history.undo(release.number, "said", "خطأ", NOW, passes)


def test_law_and_money_want_a_second_person(room: Room) -> None:
    """Contacts, stations, phrasings and words are one person's; an amount, or a figure in an answer, is two's."""
    files = files_read(room.root)
    said = str(value_at(files[EXPORT], ANSWER.at))
    reworded = replace(ANSWER, value=said.replace("مساهمة", "مشاركة"))
    assert reworded.value != said
    figure = replace(ANSWER, value="تصل مساهمة الدولة إلى 70 % من المصاريف.\n")
    one_persons: list[Edit] = [PHONE, STATION, PHRASING, reworded]
    for edit in [*one_persons, AMOUNT, figure]:
        after = applied_draft(files, room.drafts.get(room.draft(edit)))
        assert needs_second(changes_between(files, after)) == (edit not in one_persons), edit
    number = room.draft(AMOUNT)
    with pytest.raises(SecondPersonError):
        room.history.publish(room.drafts.get(number), "fatima", NOW, passes)
    with pytest.raises(PermissionError):
        room.drafts.approve(number, "fatima")
    approved = room.drafts.approve(number, "said")
    assert room.history.publish(approved, "fatima", NOW, passes).approved_by == "said"
    assert room.history.publish(room.drafts.get(room.draft(replace(AMOUNT, value=900_000))), "said", NOW, passes)


def test_an_approval_is_of_what_was_read(room: Room) -> None:
    """What is added to a draft after its approval was read by nobody."""
    number = room.draft(AMOUNT)
    room.drafts.approve(number, "said")
    assert room.drafts.add(number, files_read(room.root), [PHONE]).approved_by == ""


def test_two_editors_of_one_place_see_each_other(room: Room) -> None:
    """Who saves second is told what the first one wrote, also where that was written by hand; other places go on."""
    first, second = room.draft(PHONE), room.draft(replace(PHONE, value="05 36 11 11 11"))
    other = room.draft(STATION)
    room.history.publish(room.drafts.get(first), "fatima", NOW, passes)
    with pytest.raises(ConflictError) as told:
        room.history.publish(room.drafts.get(second), "said", NOW, passes)
    (conflict,) = told.value.conflicts
    assert (conflict.now, conflict.wanted) == ("05 36 00 00 00", "05 36 11 11 11")
    by_hand = (room.root / CARAVAN).read_text("utf-8").replace("# The stations", "# All stations")
    (room.root / CARAVAN).write_text(by_hand, "utf-8")
    room.history.publish(room.drafts.get(other), "said", NOW, passes)
    assert (room.root / CARAVAN).read_text("utf-8").startswith("# All stations")
    hand = room.history.listed()[1]
    assert (hand.by, list(hand.changed)) == ("", [CARAVAN])


def test_the_same_edit_twice_is_no_conflict(room: Room) -> None:
    """Two who make the very same edit agree; an item is not added twice."""
    first, second = room.draft(PHONE, STATION), room.draft(PHONE)
    room.history.publish(room.drafts.get(first), "fatima", NOW, passes)
    with pytest.raises(NothingChangedError):
        room.history.publish(room.drafts.get(second), "said", NOW, passes)
    with pytest.raises(ConflictError):
        room.drafts.add(room.draft(), files_read(room.root), []) and room.history.publish(
            replace(room.drafts.get(first), author="said"), "said", NOW, passes
        )


def test_undoing_leaves_what_came_after(room: Room) -> None:
    """A release in the middle is taken back alone; where a later one changed its lines, nothing is done but told."""
    first = room.history.publish(room.drafts.get(room.draft(PHONE)), "fatima", NOW, passes)
    other = SetValue(OFFICES, ("brce-1", "phone"), "05 39 00 00 00")
    room.history.publish(room.drafts.get(room.draft(other)), "fatima", NOW, passes)
    room.history.undo(first.number, "said", "خطأ", NOW, passes)
    assert room.at(other) == "05 39 00 00 00"
    again = room.history.publish(room.drafts.get(room.draft(PHONE)), "fatima", NOW, passes)
    room.history.publish(room.drafts.get(room.draft(replace(PHONE, value="05 36 22 22 22"))), "fatima", NOW, passes)
    with pytest.raises(ChangedMeanwhileError):
        room.history.undo(again.number, "said", "خطأ", NOW, passes)
    assert room.at(PHONE) == "05 36 22 22 22"


def test_what_the_check_refuses_is_not_written(room: Room) -> None:
    """A draft with a mistake changes no file, and what is saved during the check is not written over."""
    before = files_read(room.root)

    def refuses(_before: Files, _after: Files) -> Mistakes:
        mistakes = Mistakes()
        mistakes.add("file_missing", Where(OFFICES, 1))
        return mistakes

    def interrupted(_before: Files, _after: Files) -> Mistakes:
        path = room.root / OFFICES
        path.write_bytes(path.read_bytes() + b"# by hand\n")
        return Mistakes()

    draft = room.drafts.get(room.draft(PHONE))
    with pytest.raises(ContentMistakesError):
        room.history.publish(draft, "fatima", NOW, refuses)
    assert files_read(room.root) == before
    with pytest.raises(ChangedMeanwhileError):
        room.history.publish(draft, "fatima", NOW, interrupted)
    assert b"# by hand" in (room.root / OFFICES).read_bytes()


def test_a_release_cut_off_is_finished(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that ends between two files of a release leaves what the next one finishes."""
    draft = room.drafts.get(room.draft(PHONE, STATION))
    put = Path.replace
    left = [5]

    def ends(path: Path, target: Path) -> Path:
        if target.suffix == ".yaml":
            left[0] -= 5
            if left[0] < 0:
                raise KeyboardInterrupt
        return put(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", ends)
        with pytest.raises(KeyboardInterrupt):
            room.history.publish(draft, "fatima", NOW, passes)
    assert not room.history.listed()[0].is_done
    room.history.catch_up(NOW)
    assert room.history.listed()[0].is_done
    assert room.at(PHONE) == "05 36 00 00 00"
    assert value_at((room.root / CARAVAN).read_bytes(), ("stations", "تزنيت", "on")) == "2026-12-05"


def test_each_release_is_a_commit(room: Room) -> None:
    """In a checkout of git a release is a commit of its files alone, by whoever published it."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(room.root), "-c", "user.name=x", "-c", "user.email=x@localhost", *words]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    git("init", "-q")
    git("add", "faq", "flows")
    git("commit", "-qm", "Begin")
    (room.root / "flows/ages.yaml").write_bytes((room.root / "flows/ages.yaml").read_bytes() + b"# mine\n")
    release = room.history.publish(room.drafts.get(room.draft(PHONE)), "فاطمة", NOW, passes)
    assert release.commit == git("rev-parse", "HEAD").strip()
    assert git("show", "--name-only", "--format=%an %s", "HEAD").split("\n") == [
        f"فاطمة Publish release {release.number}: لأن السند تغير", "", OFFICES, "",
    ]  # fmt: skip
    assert "flows/ages.yaml" in git("status", "--porcelain")


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (b"a\nB\nc\nd", b"a\nb\nc\nD", b"a\nB\nc\nD"),
        (b"x\na\nb\nc\nd", b"a\nb\nc", b"x\na\nb\nc"),
        (b"a\nB\nc\nd", b"a\nX\nc\nd", None),
        (b"a\nb\nnew\nc\nd", b"a\nb\nother\nc\nd", None),
        (b"a\nb\nc\nd", b"a\nc\nd", b"a\nc\nd"),
    ],
)
def test_lines_are_merged_only_where_they_do_not_touch(ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    """What two changed in different lines is both; in the same lines, or at the same place, it is nobody's to guess."""
    assert merged_lines(b"a\nb\nc\nd", ours, theirs) == merged


def test_an_examination_tells_what_people_would_hear(room: Room) -> None:
    """Past questions that a new phrasing answers otherwise are told, and how often they came."""
    files = files_read(room.root)
    said = "طوموبيل زرقا فالبرا شحال فيها من بوكاديو"
    after = applied_draft(files, room.drafts.get(room.draft(replace(PHRASING, value=said))))
    told = examined(files, after, TODAY, [PastQuestion(said, 3), PastQuestion("شنو هي القافلة", 5)])
    assert told.errors == []
    assert told.asked == 8
    assert [(one.text, one.times, one.entry_after) for one in told.otherwise] == [(said, 3, "export.support-rate")]
    assert told.unasked == 0
    assert (told.looked_at.examples > 100, told.looked_at.edges > 20, told.looked_at.gold) == (True, True, 0)
    assert "%" in told.said_after["export.support-rate"]["ar"]


def test_nothing_is_learnt_again_for_other_words_of_an_answer(room: Room) -> None:
    """What a matcher learns from is the same before and after an edit, unless a phrasing is another."""
    held = (room.root / EXPORT).read_bytes()
    before, _ = load(room.root, proving=False)
    assert before is not None
    for edit, is_same in ((replace(ANSWER, value="لا نعرف بعد.\n"), True), (PHRASING, False)):
        (room.root / EXPORT).write_bytes(edited(held, [edit]))
        after, mistakes = load(room.root, proving=False)
        assert after is not None, mistakes.errors
        assert before.entries != after.entries
        assert (learnt(before) == learnt(after)) is is_same


def test_of_phrasings_that_were_learnt_before_only_new_ones_are_read(room: Room) -> None:
    """A new phrasing takes over what the texts beside it hold; with another word in the lexicon all are read anew."""
    before, _ = load(room.root, proving=False)
    assert before is not None
    before.matcher.train()
    lexicon = "faq/lexicon.yaml"
    concept = next(iter(value_at((room.root / lexicon).read_bytes(), ())))
    for edit, is_known in ((PHRASING, True), (AddItem(lexicon, (concept,), "زعلوكبيط"), False)):
        held = (room.root / edit.file).read_bytes()
        (room.root / edit.file).write_bytes(edited(held, [edit]))
        after, mistakes = load(room.root, proving=False, like=[before])
        assert after is not None, mistakes.errors
        texts = {text for _, text in phrasings_of(after.entries.values())}
        taken_over = set(after.matcher._known)
        assert texts - taken_over == ({PHRASING.value} if is_known else texts)
        (room.root / edit.file).write_bytes(held)


def test_what_is_kept_of_questions_is_asked_again(store: Store) -> None:
    """Of the last days each spelling that was not surely answered, as often as it came, and the sample of sure ones."""
    for words, day, times in (("صباغة الدار", "2026-11-20", 3), ("زرافة", "2026-08-01", 9), ("فران", "2026-10-01", 1)):
        _ask(store, (words, times), day=day)
    store.write_now(lambda at: sample_sure(at, "2026-11-16", "شحال الدعم", "export.support-rate", "ar", "x"))
    store.write_now(lambda at: sample_sure(at, "2026-03-02", "قديم", "export.support-rate", "ar", "x"))
    first = date(2026, 8, 31)
    asked = store.read_now(lambda at: past_questions(at, first, 10))
    assert asked == [("شحال الدعم", 1), ("صباغة الدار", 3), ("فران", 1)]
    assert store.read_now(lambda at: past_questions(at, first, 2)) == asked[:2]


def test_an_examination_tells_mistakes(room: Room) -> None:
    """An amount without examples is refused, one that leaps has to be meant, and a new station is not long past."""
    files = files_read(room.root)
    leap = SetValue(RULES, ("amounts", "export_turnover_other", "from", "2025-05-28"), "150.000")
    late = replace(STATION, value={"city": {"ar": "تزنيت", "fr": "Tiznit"}, "on": "2025-12-05"})
    told = examined(files, applied_draft(files, room.drafts.get(room.draft(AMOUNT, leap, late))), TODAY)
    assert {"change_old", "amount_leaps", "station_past"} <= {one.kind for one in told.errors}


@pytest.fixture
def ready(tmp_path: Path) -> Room:
    """Return a room whose content is a release already, as at an operator's second start."""
    return Room(copied(tmp_path, is_ready=True))


def test_what_is_undone_while_a_release_is_made_is_not_live(ready: Room) -> None:
    """Published, changed again while the guide makes its release, undone: what is live is what the files say."""
    shelf = Shelf(ready.root, FolderKeep(ready.root / "var"))
    begun = shelf.library.release
    release = ready.history.publish(ready.drafts.get(ready.draft(PHONE)), "fatima", NOW, passes)
    middle = (ready.root / OFFICES).read_bytes()
    made = Shelf._read

    def undone_meanwhile(self: Shelf) -> object:
        good = made(self)
        if (ready.root / OFFICES).read_bytes() == middle:
            ready.history.undo(release.number, "said", "خطأ", NOW, passes)
        return good

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Shelf, "_read", undone_meanwhile)
        shelf.look()
    shelf.look()
    assert shelf.library.release == begun == digest(files_read(ready.root))
    again = Shelf(ready.root, FolderKeep(ready.root / "var"))
    assert again.library.release == begun
    assert again.is_current


def test_what_was_examined_goes_live_as_it_was_made(ready: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release that examining a draft made is the guide's once it is published: nothing is read or learnt again."""
    keep = FolderKeep(ready.root / "var")
    releases = ReadyReleases(keep, ready.root / "var/staff")
    shelf = Shelf(ready.root, keep)
    before = files_read(ready.root)
    draft = ready.drafts.get(ready.draft(PHONE))
    after = applied_draft(before, draft)
    told = examined_apart(before, after, TODAY, kept=releases.of(before, after))
    assert told.errors == []
    assert told.made is not None
    releases.put(after, told.made)
    assert Shelf(ready.root, keep).library.release == digest(before), "what nobody published is not live"

    def never(_held: Files, _like: bytes | None = None) -> Mistakes:
        raise AssertionError

    history = History(ready.root, ready.root / "var/staff", releases.hand_over)
    history.publish(draft, "fatima", NOW, passes)
    with monkeypatch.context() as patched:
        patched.setattr("bot.content.releases.made_apart", never)
        shelf.look()
    assert shelf.is_current
    assert shelf.library.release == digest(after)
    made = library_of(after)
    assert isinstance(made, Library)
    assert (made.offices, made.entries, made.schemes) == (
        shelf.library.offices, shelf.library.entries, shelf.library.schemes,
    )  # fmt: skip
    (question,) = shelf.library.matcher.matches(["شحال كتخلص الدولة من مصاريف التصدير"])
    assert question.ranked[0][0] == "export.support-rate"
    copied_to = ready.root / "copy.tar.gz"
    copy_room(ready.root / "var/staff", copied_to)
    assert copied_to.stat().st_size < len(told.made) / 10, "what is made again is no part of a backup"


def test_a_copy_is_removed_by_an_edit(room: Room) -> None:
    """What is removed in a draft is seen by its change, and comes back by undoing."""
    edit = Remove(EXPORT, ("export.support-rate", "phrasings", "darija", "شحال كتخلص الدولة من مصاريف التصدير"))
    release = room.history.publish(room.drafts.get(room.draft(edit)), "fatima", NOW, passes)
    assert [one.after for one in room.history.changes(release.number)] == [None]


def test_drafts_and_releases_are_in_a_backup(room: Room, tmp_path: Path) -> None:
    """What waits and what was published comes back where nothing is; else nothing is written over."""
    room.history.publish(room.drafts.get(room.draft(PHONE)), "fatima", NOW, passes)
    waiting = room.draft(STATION)
    folder, copied_to = room.root / "var" / "staff", tmp_path / "a.backup.staff"
    assert copy_room(folder, copied_to) > 3
    assert copied_to.stat().st_mode & 0o077 == 0
    assert not put_back_room(copied_to, folder)
    back = tmp_path / "back"
    assert put_back_room(copied_to, back)
    assert Drafts(back).get(waiting) == room.drafts.get(waiting)
    assert History(room.root, back).listed() == room.history.listed()
    assert copy_room(tmp_path / "none", tmp_path / "none.staff") == 0
