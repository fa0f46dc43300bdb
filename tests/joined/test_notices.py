"""Notices to who asked for them: each person once, whatever happens while they are sent; none to who said stop."""

import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels.printing import coming_stations
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.staff.notices import fault_of, replies
from bot.storage import Store
from bot.storage.notices import begin, planned, prefer_at, put_on_way, want, wanted_topics
from bot.storage.tables import encoded
from tests.program import command, copied, served, told
from tests.stores import opened, postgresql, url

__all__ = ["postgresql", "url"]

_PEOPLE = 10_000
_NOW = 1_796_000_000.0
#: A day on which the caravan was still to come to region 11.
_BEFORE = date(2025, 10, 1)
_WORDS = ("--ar", "القافلة في العيون يوم 5 دجنبر.", "--fr", "La caravane est à Laâyoune le 5 décembre.")


def _peopled(store: Store, people: int, channel: str = "telegram") -> None:
    """Let many people have written once, long ago, and want to be told of changes of a scheme."""
    rows = [
        {"person": f"p{one:05d}", "address": f"a{one:05d}", "channel": channel, "now": _NOW} for one in range(people)
    ]
    states = [
        {**row, "state": encoded(Conversation(language="fr" if number % 2 else "ar"))}
        for number, row in enumerate(rows)
    ]

    def written(connection: object) -> None:
        for sentence in (
            "INSERT INTO people (id, created) VALUES (:person, :now)",
            "INSERT INTO identifiers (channel, address, person) VALUES (:channel, :address, :person)",
            "INSERT INTO conversations (person, state, version, updated, place) VALUES (:person, :state, 0, :now, 1)",
            "INSERT INTO wanted (person, topic, created) VALUES (:person, 'scheme:tpme', :now)",
        ):
            connection.execute(text(sentence), states)  # type: ignore[attr-defined]

    store.write_now(written)


def _count(store: Store, sentence: str) -> int:
    return int(store.read_now(lambda reading: reading.execute(text(sentence)).scalar_one()))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a release that is ready to start with: a command need not read and train."""
    return copied(tmp_path_factory.mktemp("notices"), is_ready=True)


@pytest.fixture
def kept(ready: Path, tmp_path: Path) -> Iterator[Store]:
    """Return an empty database beside the release."""
    made = Store(f"sqlite:///{ready / 'var' / f'{tmp_path.name}.db'}")
    yield made
    made.close()


def _to(kept: Store) -> tuple[str, str]:
    return "--store", kept.url.render_as_string()


def test_ten_thousand_people_each_once(kept: Store, ready: Path) -> None:
    """A notice to 10,000 people, killed half-way and gone on with, is on its way to each of them once."""
    _peopled(kept, _PEOPLE)
    to = (*_to(kept), "--waiting", "1000000")
    sending = subprocess.Popen(
        command("notify", "--topic", "scheme:tpme", *_WORDS, "--yes", *to, root=ready),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while _count(kept, "SELECT count(*) FROM notice_sent") < _PEOPLE / 4:
        assert sending.poll() is None
    sending.send_signal(signal.SIGKILL)
    sending.wait()
    before = _count(kept, "SELECT count(*) FROM outbox")
    assert 0 < before < _PEOPLE
    number = _count(kept, "SELECT max(id) FROM notices")
    again = told("notify", "--resume", str(number), *to, root=ready)
    assert again.status == 0, again
    assert f"{_PEOPLE:,}  sent" in again.out
    assert _count(kept, "SELECT count(*) FROM outbox") == _PEOPLE
    assert _count(kept, "SELECT count(DISTINCT person) FROM outbox") == _PEOPLE
    assert _count(kept, "SELECT count(*) FROM outbox WHERE reply LIKE '%caravane est%'") == _PEOPLE / 2
    # Going on with what has ended sends nothing more.
    assert told("notify", "--resume", str(number), *to, root=ready).status == 0
    assert _count(kept, "SELECT count(*) FROM outbox") == _PEOPLE


def test_answers_do_not_wait_behind_notices(kept: Store, library: Library) -> None:
    """A few are put on their way at a time, and who unsubscribed meanwhile is not told any more."""
    _peopled(kept, 300)
    notice = kept.write_now(lambda writing: begin(writing, "scheme:tpme", {"ar": "خبر", "fr": "nouvelle"}, _NOW))
    words = replies(notice.topic, notice.wordings, library)
    assert kept.write_now(lambda writing: len(put_on_way(writing, notice, words, _NOW))) == 100
    kept.write_now(lambda writing: prefer_at(writing, "telegram", "a00299", is_stopped=True))
    while kept.write_now(lambda writing: put_on_way(writing, notice, words, _NOW)):
        pass
    assert _count(kept, "SELECT count(*) FROM outbox") == 299


def test_every_notice_says_why_and_how_to_stop(library: Library) -> None:
    """Below the words stand why they come and a choice that ends them."""
    for reply in replies("scheme:tpme", {"ar": "خبر", "fr": "nouvelle"}, library).values():
        assert [choice.id for choice in reply.choices] == ["scheme:tpme", "do:quiet", "do:menu"]
        assert library.phrases.notice_why.of(reply.language) in reply.text


def test_tells_whom_it_would_reach(kept: Store, ready: Path) -> None:
    """Before anything is sent one sees the words, how many it reaches on each channel, and the templates it needs."""
    _peopled(kept, 3, "whatsapp")
    plan = kept.read_now(lambda reading: planned(reading, "scheme:tpme", _NOW))
    assert (plan.by_channel, plan.by_template, plan.unreachable) == ({"whatsapp": 3}, 3, 0)
    to = _to(kept)
    shown = told("notify", "--topic", "scheme:tpme", *_WORDS, *to, root=ready)
    assert "القافلة في العيون" in shown.out
    assert "nothing was sent" in shown.out
    assert _count(kept, "SELECT count(*) FROM outbox") == 0
    assert "3  scheme:tpme" in told("notify", *to, root=ready).out


@pytest.mark.parametrize("topic", ["caravan:13", "caravan:x", "scheme:none", "x", "caravan:"])
def test_a_topic_of_nobody_is_refused(topic: str, library: Library) -> None:
    """A topic that nobody can have asked for, and a notice without its words, are refused before anything is kept."""
    assert fault_of(topic, ("خبر", "nouvelle"), library, _BEFORE) == "topic"
    assert fault_of("caravan:11", ("خبر", " "), library, _BEFORE) == "languages"
    assert fault_of("caravan:11", ("خبر", "nouvelle"), library, _BEFORE) is None


def test_a_station_in_the_past_is_not_announced(library: Library, kept: Store, ready: Path) -> None:
    """On its day a station may be announced, the day after nobody is sent there, from the command line either."""
    words = ("خبر", "nouvelle")
    (station,) = coming_stations(11, library, _BEFORE)
    assert station.on is not None
    assert fault_of("caravan:11", words, library, station.on) is None
    assert fault_of("caravan:11", words, library, station.on + timedelta(days=1)) == "past"
    # A region that the caravan never came to has nothing to be announced; one whose day was not published may have.
    assert fault_of("caravan:12", words, library, _BEFORE) == "past"
    assert fault_of("caravan:6", words, library, station.on + timedelta(days=1)) is None
    refused = told("notify", "--topic", "caravan:11", *_WORDS, "--yes", *_to(kept), root=ready)
    assert refused.status == 2
    assert "no station of the caravan is to come" in refused.err


@pytest.mark.parametrize("words", ["", "  ", "ن" * 5000, "خبر\u202e خبر", "خ\u0000بر"])
def test_bad_words_are_refused(words: str, library: Library) -> None:
    """Empty words, 5,000 characters and signs that turn the direction are no notice; braces are only braces."""
    assert fault_of("caravan:11", (words, "nouvelle"), library, _BEFORE)
    assert fault_of("caravan:11", ("خبر", words), library, _BEFORE)
    assert replies("scheme:tpme", {"ar": "{place} {x}", "fr": "{0}"}, library)["ar"].text.startswith("{place} {x}\n")


def test_on_both_databases(url: str) -> None:
    """What is wanted is kept once, and a notice goes out, on SQLite and on PostgreSQL."""
    with opened(url) as made:
        _peopled(made, 3)
        for _ in range(2):
            made.write_now(lambda writing: want(writing, "p00001", "caravan:11", _NOW))  # type: ignore[arg-type]
        assert made.read_now(wanted_topics) == {"caravan:11": 1, "scheme:tpme": 3}
        plan = made.read_now(lambda reading: planned(reading, "scheme:tpme", _NOW))
        assert plan.by_channel == {"telegram": 3}


def _until(store: Store, sentence: str, wanted: int, patience: float = 60.0) -> None:
    """Wait until a statement counts so many."""
    ends = time.monotonic() + patience
    while _count(store, sentence) != wanted:
        assert time.monotonic() < ends, sentence
        time.sleep(0.1)


def test_a_running_guide_sends_and_proposes(tmp_path: Path) -> None:
    """A guide that runs sends what staff decided, to each once, and proposes a notice when a rules file is changed."""
    root = copied(tmp_path, is_ready=True)
    config = root / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("reload_every: 5", "reload_every: 0.2"), "utf-8")
    path = root / "var" / "running.db"
    with opened(f"sqlite:///{path}") as kept:
        _peopled(kept, 250, "web")
        with served(root, path):
            _until(kept, "SELECT CASE WHEN count(*) > 0 THEN 1 ELSE 0 END FROM rules_seen", 1)
            kept.write_now(lambda at: begin(at, "scheme:tpme", {"ar": "خبر", "fr": "nouvelle"}, _NOW, state="sending"))
            _until(kept, "SELECT count(*) FROM notices WHERE state = 'sent'", 1)
            assert _count(kept, "SELECT count(*) FROM outbox") == 250
            assert _count(kept, "SELECT count(DISTINCT person) FROM outbox") == 250
            rules = root / "flows/tpme/rules.yaml"
            words = rules.read_text("utf-8")
            assert "Extrait des statuts" in words
            rules.write_text(words.replace("Extrait des statuts", "Copie des statuts", 1), "utf-8")
            _until(kept, "SELECT count(*) FROM notices WHERE state = 'proposed' AND topic = 'scheme:tpme'", 1)
            assert _count(kept, "SELECT count(*) FROM outbox") == 250
