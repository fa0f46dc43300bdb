"""Codes: of a sheet, at the counter and in the chat, and of a conversation that moves to another channel."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import bot.app
from bot.app import Guide, built
from bot.config import Config
from bot.content.keeping import FolderKeep
from bot.content.releases import Shelf
from bot.conversation.codes import LETTERS, spelled, typed_code
from bot.message import Reply
from bot.storage import Update
from bot.storage.codes import MOST_TRIES, kept_sheet, mark_sheet, sheet_marks
from tests.program import ROOT, told

_SAID = ("شركة صغيرة ديال الفخار فآسفي، مشروع ديال 2 مليون درهم، واش عندي الحق في دعم الاستثمار", "نعم")
_NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


class _Talk:
    """People who write to one guide; its clock stands still until it is set."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self._written = 0

    def said(self, who: str, *lines: str) -> list[Reply]:
        """Return the replies to the last line."""
        replies: list[Reply] = []
        for line in lines:
            self._written += 1
            replies = self.guide.reception.answer_now(Update("terminal", f"m{self._written}", who, line.encode()))
        return replies


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The present moment, which a test may set."""
    held = [_NOW]
    monkeypatch.setattr(bot.app, "now", lambda: held[0])
    return held


@pytest.fixture
def talk(tmp_path: Path, moment: list[datetime]) -> Iterator[_Talk]:
    """Return a guide in this process, with a database of its own."""
    config = Config(store=f"sqlite:///{tmp_path / 'dalil.db'}", content=ROOT, reload_every=0.0)
    guide = built(config, Shelf(ROOT, FolderKeep(ROOT / "var")))
    yield _Talk(guide)
    guide.store.close()


def _code(replies: list[Reply]) -> str:
    document = replies[-1].document
    assert document is not None
    return str(json.loads(document.told)["code"])


def _answers(replies: list[Reply]) -> list[str]:
    document = replies[-1].document
    assert document is not None
    return [value for _, value in json.loads(document.told)["answers"]]


def test_a_sheet_is_found_by_its_code(talk: _Talk, tmp_path: Path) -> None:
    """At the counter a code shows the sheet as it was given; what the office notes is counted and told later."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))
    assert len(code) == 8
    assert set(code) <= set(LETTERS)
    store = ("--store", f"sqlite:///{tmp_path / 'dalil.db'}")
    shown = told("counter", spelled(code), "--json", *store, root=ROOT)
    assert json.loads(shown.out)["sheet"]["answers"]
    assert json.loads(shown.out)["mark"] == "given"
    assert told("counter", code, "--mark", "missing", *store, root=ROOT).status == 2
    noted = told("counter", code, "--mark", "missing", "--note", "شهادة الضريبة", *store, root=ROOT)
    assert "missing" in noted.out
    assert "شهادة الضريبة" in talk.said("b", code.lower())[0].text
    pdf = tmp_path / "given.pdf"
    assert told("counter", code, "--pdf", str(pdf), *store, root=ROOT).status == 0
    assert pdf.read_bytes().startswith(b"%PDF")


def test_a_code_says_nothing_of_who(talk: _Talk) -> None:
    """What is kept of a sheet names nobody, and goes with whoever has us forget them."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))
    rows = talk.guide.store.read_now(lambda reading: reading.execute(text("SELECT * FROM sheets")).all())
    people = talk.guide.store.read_now(lambda reading: reading.execute(text("SELECT id FROM people")).scalars().all())
    assert not any(person in str(rows) for person in people)
    talk.said("a", "امسح معطياتي")
    assert talk.guide.store.read_now(lambda reading: kept_sheet(reading, code, _NOW.timestamp())) is None


def test_who_comes_back_hears_what_has_changed(talk: _Talk) -> None:
    """With the code somebody hears whether the results are still the same, and goes on with its answers."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))
    same = talk.said("b", code)
    assert "لم يتغير شيء" in same[0].text
    assert "شركة" in _answers(talk.said("b", "الورقة ديالي"))


def test_what_has_changed_is_named(talk: _Talk) -> None:
    """A verdict that is another today is told with what it was."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))

    def older(connection: object) -> None:
        told_before = kept_sheet(connection, code, _NOW.timestamp())  # type: ignore[arg-type]
        assert told_before is not None
        changed = json.loads(told_before.sheet.told)
        changed["standings"][0][1] = "not_eligible"
        changed["standings"][0][2:] = [None, None]
        connection.execute(  # type: ignore[attr-defined]
            text("UPDATE sheets SET told = :told"), {"told": json.dumps(changed)}
        )

    talk.guide.store.write_now(older)
    heard = talk.said("b", code)[0].text
    assert "تغير هذا" in heard
    assert "⛔" in heard
    assert "❔" in heard


def test_the_year_is_over(talk: _Talk) -> None:
    """After twelve months a code leads to nothing."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))
    later = (_NOW + timedelta(days=366)).timestamp()
    assert talk.guide.store.read_now(lambda reading: kept_sheet(reading, code, later)) is None


def test_guessing_is_stopped(talk: _Talk, moment: list[datetime]) -> None:
    """After a few wrong codes none of that person is looked up for an hour, not even a right one."""
    code = _code(talk.said("a", *_SAID, "الورقة ديالي"))
    for number in range(MOST_TRIES):
        assert "لم نجد هذا الرمز" in talk.said("b", f"BCDF-GHJ{LETTERS[number]}")[0].text
    assert "انتظروا ساعة" in talk.said("b", code)[0].text
    moment[0] += timedelta(hours=2)
    assert "لم يتغير شيء" in talk.said("b", code)[0].text


@pytest.mark.parametrize("word", ["بغيت نصدر", "drhm", "chkrnn", "ABCDEF", "123456", ""])
def test_words_are_no_codes(word: str) -> None:
    """What people type is a code only where it can be nothing else; a word of the same letters is still a word."""
    typed = typed_code(word)
    assert typed is None or not typed.is_sure


def test_counts_what_became_of_sheets(talk: _Talk) -> None:
    """How many came, were complete or were sent elsewhere is counted, without who."""
    codes = [_code(talk.said(who, *_SAID, "الورقة ديالي")) for who in "abc"]
    now = _NOW.timestamp()
    talk.guide.store.write_now(lambda writing: mark_sheet(writing, codes[0], "came", "", "x", now))
    talk.guide.store.write_now(lambda writing: mark_sheet(writing, codes[1], "complete", "", "x", now))
    counted = talk.guide.store.read_now(lambda reading: sheet_marks(reading, now - 9, now + 9))
    assert counted == {"came": 1, "complete": 1, "given": 1}


def test_goes_on_elsewhere_once(talk: _Talk, moment: list[datetime]) -> None:
    """A conversation goes on on another channel by its code, once and for a quarter of an hour."""
    talk.said("a", *_SAID)
    code = next(word for word in talk.said("a", "نكمل فواتساب")[0].text.replace(".", " ").split() if word.isupper())
    assert len(code) == 6
    taken = talk.said("b", code)
    assert "نكمل محادثتكم هنا" in taken[0].text
    assert "شركة" in _answers(talk.said("b", "الورقة ديالي"))
    assert "لم نجد هذا الرمز" in talk.said("c", code)[0].text
    again = next(word for word in talk.said("a", "نكمل فواتساب")[0].text.replace(".", " ").split() if word.isupper())
    moment[0] += timedelta(minutes=16)
    assert "لم نجد هذا الرمز" in talk.said("d", again)[0].text
