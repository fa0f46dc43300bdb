"""What whoever watches a running guide is told, and what its log holds."""

import json
import logging
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot import __version__
from bot.__main__ import main
from bot.commands.serving import JsonLines, TextLines
from bot.language.dates import moroccan_day
from bot.monitoring import Monitor
from bot.storage import SendOutcome, Store, Update, backlog, count, keep
from bot.storage.staff import add_account
from tests.phone import Phone
from tests.program import command, served, told


def test_a_running_guide_tells_how_it_is(root: Path) -> None:
    """It lives and is ready, and tells its version and its release; what was said to it is counted by channel."""
    with served(root, root / "var" / "watched.db") as guide:
        phone = Phone(guide)
        phone.open()
        phone.say(text="شنو هو ميثاق الاستثمار")
        status, page = guide.watched("/livez")
        assert status == 200
        alive = json.loads(page)
        assert (alive["alive"], alive["version"]) == (True, __version__)
        assert re.fullmatch("[0-9a-f]{12}", alive["release"])
        status, page = guide.watched("/readyz")
        seen = json.loads(page)
        assert (status, seen["ready"]) == (200, True)
        assert {"store", "content", "disk", "messages", "replies", "clock"} < seen.keys()
        assert seen["content"]["release"] == alive["release"]
        assert seen["disk"]["free_bytes"] > 0
        figures = guide.watched("/metrics")[1]
        came, left = (
            int(float(re.search(rf'dalil_messages_total{{channel="web",direction="{way}"}} (\S+)', figures)[1]))  # type: ignore[index]
            for way in ("in", "out")
        )
        assert came == 2
        assert left >= 2
        assert 'dalil_questions_total{zone="' in figures
        assert "process_resident_memory_bytes" in figures
        assert f'dalil_turn_seconds_count{{channel="web"}} {came:.1f}' in figures
        assert guide.watched("/")[0] == 404


def test_people_are_not_shown_the_figures(root: Path) -> None:
    """Where the web chat is, there is nothing to watch; and where one watches, there is no chat."""
    with served(root, root / "var" / "apart.db") as guide:
        for page in ("/metrics", "/livez", "/readyz"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(guide.address + page)


def test_a_store_that_does_not_write_is_not_ready(root: Path) -> None:
    """A store that refuses what is written makes the guide live and not ready, until it writes again."""
    with served(root, root / "var" / "refusing.db") as guide, closing(sqlite3.connect(guide.store)) as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON counts BEGIN SELECT RAISE(ABORT, 'full'); END")
        database.commit()
        status, page = guide.watched("/readyz")
        seen = json.loads(page)
        assert (status, seen["ready"], seen["store"]["well"]) == (503, False, False)
        assert guide.watched("/livez")[0] == 200
        assert 'dalil_check{check="store"} 0.0' in guide.watched("/metrics")[1]


def test_a_taken_monitor_port_costs_nobody_an_answer(root: Path) -> None:
    """When the port to watch at is taken, people are answered all the same, and the log says that nobody can watch."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (root / "config.yaml").write_text(f"monitor: {{port: {taken.getsockname()[1]}}}\n", "utf-8")
        line = command("run", "--port", "0", "--store", root / "var" / "unwatched.db", root=root)
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stderr
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address
            with urlopen(address[0]) as page:
                assert page.status == 200
            process.terminate()
            log = process.stderr.read()
    assert "event=monitor_off" in log
    assert "reason=Address_already_in_use" in log


async def test_what_waits_is_told_with_its_age(tmp_path: Path) -> None:
    """Messages nobody attends are told, with the age of the oldest; after a minute that is not well."""
    now = datetime(2026, 11, 29, 9, tzinfo=UTC)
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    try:
        kept = [Update("web", str(number), "a", b"x") for number in range(3)]
        store.write_now(lambda connection: keep(connection, kept, now.timestamp()))
        later = now + timedelta(seconds=90)
        monitor = Monitor(store, release=lambda: "r", now=lambda: later, kept_in=tmp_path, steady=lambda: 0.0)
        sight = await monitor.sight()
        waits = next(check for check in sight.checks if check.name == "messages")
        assert (waits.is_well, waits.seen["waiting"], waits.seen["oldest_seconds"]) == (False, 3, 90.0)
        assert sight.is_ready
        assert store.read_now(lambda connection: backlog(connection, now.timestamp())).oldest_message == 0.0
        # A probe is no figure.
        assert not sight.counted
    finally:
        store.close()


async def test_a_clock_that_is_set_is_told(tmp_path: Path) -> None:
    """A clock that was set by an hour while the guide ran is not well; one that goes on steadily is."""
    began = datetime(2026, 11, 29, 9, tzinfo=UTC)
    wall, steady = began, 0.0
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    try:
        monitor = Monitor(store, release=lambda: "r", now=lambda: wall, kept_in=tmp_path, steady=lambda: steady)

        async def is_well() -> bool:
            return next(check.is_well for check in (await monitor.sight()).checks if check.name == "clock")

        wall, steady = began + timedelta(hours=2), 7200.0
        assert await is_well()
        wall, steady = began + timedelta(hours=3, seconds=5), 7205.0
        assert not await is_well()
    finally:
        store.close()


async def test_what_became_of_replies_is_counted(tmp_path: Path) -> None:
    """A reply sent counts with how late it was; one put off for its pace is no failure."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    try:
        monitor = Monitor(store, release=lambda: "r", now=lambda: datetime.now(UTC), kept_in=None)
        monitor.note_sending(SendOutcome(1, "telegram", "sent"), 0.2)
        monitor.note_sending(SendOutcome(2, "telegram", "later"), 0.2)
        monitor.note_sending(SendOutcome(3, "telegram", "later", failed=True), 0.2)
        monitor.note_sending(SendOutcome(4, "telegram", "dead"), 0.2)
        figures = (await monitor.metrics()).decode()
    finally:
        store.close()
    assert 'dalil_messages_total{channel="telegram",direction="out"} 1.0' in figures
    assert 'dalil_send_failures_total{channel="telegram",when="later"} 1.0' in figures
    assert 'dalil_send_failures_total{channel="telegram",when="never"} 1.0' in figures
    assert 'dalil_delivery_lag_seconds_bucket{channel="telegram",le="0.25"} 1.0' in figures


def _record(message: str, *, fails: bool = False) -> logging.LogRecord:
    error = None
    if fails:
        try:
            raise ValueError("what somebody wrote")
        except ValueError:
            error = sys.exc_info()
    return logging.LogRecord("bot.room", logging.ERROR, "room.py", 1, message, (), error)


def test_the_log_is_an_event_a_line() -> None:
    """As text a line is a time, a level and `key=value`; as JSON the same fields stand in an object."""
    event = "event=send_failed channel=telegram attempts=2"
    assert re.fullmatch(rf"20\S+Z ERROR {event}", TextLines().format(_record(event)))
    line = json.loads(JsonLines().format(_record(event)))
    assert line.items() >= {"event": "send_failed", "channel": "telegram", "attempts": "2", "level": "error"}.items()
    assert json.loads(JsonLines().format(_record("flows/a.yaml:3: خطأ")))["message"] == "flows/a.yaml:3: خطأ"


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_an_error_is_told_without_its_words(lines: logging.Formatter) -> None:
    """An error that holds what somebody wrote is told by its kind and its line alone, on one line."""
    told_line = lines.format(_record("event=failed", fails=True))
    assert "ValueError" in told_line
    assert "test_watching.py:" in told_line
    assert "somebody" not in told_line
    assert "\n" not in told_line


def test_the_version_is_told() -> None:
    """`dalil --version` tells which program this is, as pyproject.toml does."""
    assert told("--version").out == f"dalil {__version__}\n"


def test_the_doctor_tells_what_waits_and_what_went_astray(root: Path) -> None:
    """Messages that nobody attends, a clock behind what was kept, replies given up, and the room left are told."""
    path = root / "var" / "sick.db"
    store = Store(f"sqlite:///{path}")
    ago, ahead = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    try:
        store.write_now(lambda connection: keep(connection, [Update("web", "1", "a", b"x")], ago.timestamp()))
        day = moroccan_day(datetime.now(UTC)).isoformat()
        store.write_now(lambda connection: count(connection, {(day, "dead", "telegram"): 3}))
        well = told("doctor", "--store", path, root=root).out
        store.write_now(lambda connection: keep(connection, [Update("web", "2", "a", b"x")], ahead.timestamp()))
        behind = told("doctor", "--store", path, root=root).out
    finally:
        store.close()
    assert re.search(r"✗  1 messages wait, the oldest for 36\d\d seconds", well)
    assert "0 replies wait." in well
    assert "Given up in 7 days: 3 replies on telegram." in well
    assert "GB are free" in well
    assert "The clock is not behind" in well
    assert re.search(r"clock is 3[56]\d\d seconds behind", behind)


def test_the_doctor_tells_whether_staff_can_edit(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is a staff room, and content or drafts cannot be written by who runs the guide, that is a problem."""
    path = root / "var" / "edited.db"
    line = ["--root", str(root), "doctor", "--store", str(path)]
    store = Store(f"sqlite:///{path}")
    try:
        main(line)
        assert "Staff can" not in capsys.readouterr().out
        store.write_now(lambda at: add_account(at, "amina", "editor", "digest", "test", 0.0))
        main(line)
        assert "ok  Staff can edit" in capsys.readouterr().out
        monkeypatch.setattr(os, "access", lambda place, _mode: Path(place).name != "faq")
        assert main(line) == 1
    finally:
        store.close()
    assert re.search(r"✗  Staff cannot edit: this account may not write in \S+/faq\.", capsys.readouterr().out)
