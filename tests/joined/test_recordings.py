"""Answers that can be heard: played before their words, and not once their text has changed."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from shutil import copytree

import pytest

from bot.app import Guide, built
from bot.channels.recordings import MOST_BYTES, Recordings, UnusableRecordingError, text_spoken
from bot.config import Config
from bot.content.keeping import FolderKeep
from bot.content.releases import Shelf
from bot.conversation.audible import all_audible, audible_in, spoken
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import EntryAnswered, NotRecorded, Turn
from bot.conversation.library import Library
from bot.conversation.showing import Passage
from bot.conversation.turn import respond
from bot.language.dates import moroccan_day
from bot.message import ChoiceId, Chose, Document, Message, PersonId, Reply, Text
from bot.storage import Update
from tests.program import ROOT

_DAY = date(2026, 11, 29)
_NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
#: A second of a tone.
_SOUND = (ROOT / "tests/staff/sounds/voice.ogg").read_bytes()


@pytest.fixture
def entry(library: Library) -> str:
    """Return an answer of this content."""
    return next(name for name, one in library.entries.items() if not one.off_topic)


def test_plays_until_the_text_changes(tmp_path: Path, library: Library, entry: str) -> None:
    """A recording stands before the answer it speaks; one whose text is another today is listed and not played."""
    kept = Recordings(tmp_path)
    path = kept.keep(_SOUND, entry, "ar", library, _DAY)
    turn = Turn(Conversation(), (Reply("نعم"), Reply("ثم")), (EntryAnswered(entry, False),))
    heard = kept.with_recording(turn, library, _DAY)
    assert heard.replies[0].document == Document("recording", path.name, "")
    assert heard.replies[1].document is None
    assert kept.sound(Document("recording", path.name, "")) == _SOUND
    assert list(kept.listed(library, _DAY)) == [(entry, "ar", "kept")]
    path.with_name(path.name + ".digest").write_text("0" * 32)
    assert kept.with_recording(turn, library, _DAY) == turn
    assert list(kept.listed(library, _DAY)) == [(entry, "ar", "stale")]


def test_what_is_not_answered_is_not_heard(tmp_path: Path, library: Library, entry: str) -> None:
    """A turn without an answer, one in another language, and one that has a document already, stay as they are."""
    kept = Recordings(tmp_path)
    kept.keep(_SOUND, entry, "ar", library, _DAY)
    sheet = Document("sheet", "a.pdf", "{}")
    for turn in (
        Turn(Conversation(), (Reply("نعم"),)),
        Turn(Conversation("fr"), (Reply("Oui", language="fr"),), (EntryAnswered(entry, False),)),
        Turn(Conversation(), (Reply("نعم", document=sheet),), (EntryAnswered(entry, False),)),
        Turn(Conversation(), (), (EntryAnswered(entry, False),)),
    ):
        assert kept.with_recording(turn, library, _DAY) == turn


def test_in_the_language_that_was_chosen(tmp_path: Path, library: Library, entry: str) -> None:
    """Who chose Tachelhit hears it where it was recorded, else Darija; nobody hears what they did not choose."""
    kept = Recordings(tmp_path)

    def heard(person: Conversation) -> str | None:
        turn = Turn(person, (Reply("نعم"),), (EntryAnswered(entry, False),))
        document = kept.with_recording(turn, library, _DAY).replies[0].document
        return document.name if document else None

    kept.keep(_SOUND, entry, "shi", library, _DAY)
    assert heard(Conversation(hears="shi")) == f"{entry}.shi.ogg"
    assert heard(Conversation()) is None
    kept.keep(_SOUND, entry, "ary", library, _DAY)
    assert heard(Conversation(hears="shi")) == f"{entry}.shi.ogg"
    assert heard(Conversation(hears="rif")) == f"{entry}.ary.ogg"
    assert heard(Conversation()) == f"{entry}.ary.ogg"
    assert kept.recorded(library, _DAY) == {entry: frozenset({"shi", "ary"})}


def test_what_is_heard_is_known_without_looking_again(tmp_path: Path, library: Library, entry: str) -> None:
    """What lies in the folder is looked up once, and again when a recording came or went, or on another day."""
    kept = Recordings(tmp_path)
    assert kept.recorded(library, _DAY) == {}
    kept.keep(_SOUND, entry, "ary", library, _DAY)
    folder = tmp_path / "faq" / "audio"
    os.utime(folder, (1, 1))
    known = kept.recorded(library, _DAY)
    assert known == {entry: frozenset({"ary"})}
    assert kept.recorded(library, _DAY) is known
    kept.path(entry, "ary").unlink()
    assert kept.recorded(library, _DAY) == {}


def test_speaks_the_plain_words(tmp_path: Path, library: Library) -> None:
    """What is to be spoken is an answer's plain words; a recording of its whole words is played all the same."""
    entry = next(name for name, one in library.entries.items() if one.plain is not None and not one.off_topic)
    plain, whole = (
        library.filled(text, _DAY).of("ar")
        for text in (library.entries[entry].plain or Text({}), library.entries[entry].answer)
    )
    assert text_spoken(entry, "shi", library, _DAY) == plain
    kept = Recordings(tmp_path)
    path = kept.keep(_SOUND, entry, "shi", library, _DAY)
    for words, standing in ((plain, "kept"), (whole, "kept"), ("شيء آخر", "stale")):
        path.with_name(path.name + ".digest").write_text(blake2b(words.encode(), digest_size=16).hexdigest())
        assert kept.standing(entry, "shi", library, _DAY) == standing


def test_what_has_ended_is_not_heard(tmp_path: Path, library: Library) -> None:
    """An answer that was known to hold until a day is not heard after it: its recording does not say so."""
    entry, until = next((name, one.until) for name, one in library.entries.items() if one.until is not None)
    kept = Recordings(tmp_path)
    kept.keep(_SOUND, entry, "ary", library, until)
    assert kept.standing(entry, "ary", library, until) == "kept"
    assert kept.standing(entry, "ary", library, until + timedelta(days=1)) == "stale"


_NO_VOICES = {
    "empty": b"",
    "mp3": b"ID3\x03mp3",
    "wav": b"RIFF....WAVEfmt ",
    "another stream": (ROOT / "tests/staff/sounds/vorbis.ogg").read_bytes(),
    "no audio": b"%PDF-1.7",
    "too large": _SOUND + bytes(MOST_BYTES),
    "cut off": _SOUND[:-90],
    "only its head": _SOUND[:200],
}


@pytest.mark.parametrize("sound", _NO_VOICES.values(), ids=list(_NO_VOICES))
def test_keeps_only_what_plays(tmp_path: Path, library: Library, entry: str, sound: bytes) -> None:
    """A file that is no Ogg with Opus, or is too large for a platform, is refused, and the one before it stays."""
    kept = Recordings(tmp_path)
    kept.keep(_SOUND, entry, "ar", library, _DAY)
    with pytest.raises(UnusableRecordingError):
        kept.keep(sound, entry, "ar", library, _DAY)
    assert list(kept.listed(library, _DAY)) == [(entry, "ar", "kept")]


@pytest.mark.parametrize("name", ["../config.yaml", "/etc/passwd", "a.ar.ogg/../../x", "none.ar.ogg", "", "x.ar.ogg\n"])
def test_reads_no_other_file(tmp_path: Path, name: str) -> None:
    """Whatever name a document has, nothing but a recording of this content is read."""
    (tmp_path / "config.yaml").write_text("secret")
    assert Recordings(tmp_path).sound(Document("recording", name, "")) == b""


@pytest.fixture
def guide(tmp_path: Path, library: Library) -> Iterator[Guide]:
    """Return a guide whose content has recordings of every answer, in Arabic."""
    for folder in ("faq", "flows"):
        copytree(ROOT / folder, tmp_path / folder)
    kept, today = Recordings(tmp_path), moroccan_day(datetime.now(UTC))
    for entry in library.entries:
        kept.keep(_SOUND, entry, "ar", library, today)
    config = Config(store=f"sqlite:///{tmp_path / 'dalil.db'}", content=tmp_path, reload_every=0.0)
    made = built(config, Shelf(tmp_path, FolderKeep(ROOT / "var")))
    yield made
    made.store.close()


def test_a_question_is_answered_aloud(guide: Guide) -> None:
    """Whoever asks hears the answer, and reads it below."""
    (first, *_) = guide.reception.answer_now(Update("terminal", "1", "a", "شحال كيعطيو للتصدير".encode()))
    assert first.document is not None
    assert first.document.kind == "recording"
    assert first.document.media_type == "audio/ogg"


def test_another_language_is_one_tap_away(tmp_path: Path, library: Library) -> None:
    """Through the whole guide: an answer is heard in Darija, one tap tells it in Tachelhit, and so is the next one."""
    for folder in ("faq", "flows"):
        copytree(ROOT / folder, tmp_path / folder)
    kept, today = Recordings(tmp_path), moroccan_day(datetime.now(UTC))
    for entry in library.entries:
        for language in ("ary", "shi"):
            kept.keep(_SOUND, entry, language, library, today)
    config = Config(store=f"sqlite:///{tmp_path / 'dalil.db'}", content=tmp_path, reload_every=0.0)
    guide = built(config, Shelf(tmp_path, FolderKeep(ROOT / "var")))

    def heard(number: int, said: str) -> tuple[str, list[str]]:
        *_, last = replies = guide.reception.answer_now(Update("terminal", str(number), "a", said.encode()))
        document = next((one.document for one in replies if one.document is not None), None)
        return (document.name if document else "", [choice.id for choice in last.choices])

    try:
        first, choices = heard(1, "شحال كيعطيو للتصدير")
        assert first.endswith(".ary.ogg")
        assert "do:hear_shi" in choices
        again, _ = heard(2, str(choices.index("do:hear_shi") + 1))
        assert again == first.replace(".ary.", ".shi.")
        assert heard(3, "شحال كيعطيو للتصدير")[0] == again
    finally:
        guide.store.close()


def _walked(library: Library, *taps: str, listening: bool = True) -> Turn:
    """Return the last turn of somebody who taps these choices."""
    turn = Turn(Conversation(listening=listening).answered(FLOW, library.roles.menu), ())
    for tap in taps:
        turn = respond(turn.conversation, Message("web", PersonId("p"), "1", Chose(ChoiceId(tap))), library, _NOON)
    return turn


def test_who_listens_hears_what_a_flow_begins_with_and_what_is_asked(tmp_path: Path, library: Library) -> None:
    """Tapping through signs is heard as well: who reads the same screens is played nothing."""
    kept = Recordings(tmp_path)
    names = ("flow.foreign_trade_who", "question.exports_already")
    for name in names:
        kept.keep(_SOUND, name, "ary", library, _DAY)
    assert kept.recorded(library, _DAY) == {name: frozenset({"ary"}) for name in names}
    explained = ("to:foreign_trade", "to:foreign_trade_who")
    asked = ("to:eligibility_export", "a:activity:craft_production")
    for name, taps in zip(names, (explained, asked), strict=True):
        turn = kept.with_recording(_walked(library, *taps), library, _DAY)
        (heard,) = (reply for reply in turn.replies if reply.document is not None)
        assert heard.document == Document("recording", f"{name}.ary.ogg", "")
        assert Passage(spoken(name, library, _DAY)).words(turn.conversation) in heard.text
        read = _walked(library, *taps, listening=False)
        assert kept.with_recording(read, library, _DAY) == read


def test_everything_that_is_said_in_few_words_can_be_heard(library: Library) -> None:
    """Each flow that has few words, and each question a check begins with, is found where somebody who listens is."""
    names = set(all_audible(library))
    flows = [flow for flow in library.flows if f"flow.{flow}" in names]
    assert len(flows) > 20
    for flow in flows:
        turn = _walked(library, f"to:{flow}")
        shown = turn.conversation.on_screen
        audible = audible_in(turn, library, _DAY)
        assert audible is not None, flow
        is_asked = shown is not None and shown.kind == "question"
        assert audible[0] == (f"question.{shown.of}" if is_asked and shown is not None else f"flow.{flow}")


def test_what_who_listens_could_not_hear_is_told(library: Library) -> None:
    """What to record next is known by what people who listen came to and could not hear, in their language."""
    taps = ("to:foreign_trade", "to:foreign_trade_who")
    assert NotRecorded("flow.foreign_trade_who", "ary") in _walked(library, *taps).events
    assert not [event for event in _walked(library, *taps, listening=False).events if isinstance(event, NotRecorded)]
