"""What an operator meets first: the help, a start, a stop, and what is said when it cannot start."""

import re
import shutil
import signal
import socket
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.phone import Phone
from tests.program import ROOT, copied, served, told
from tests.spoiling import line_of

COMMANDS = ["run", "chat", "check", "draw", "ask", "locate", "questions", "cases", "gold", "assess", "compare", "read"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["cases", "answer"], ["cases", "close"]])
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` tells what a command does and what each of its words is for."""
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert said.startswith("usage: dalil")
    listed = re.findall(r"^  (-{1,2}\w+|[A-Z]+\b)[^\n]*(\n {10,}\S|  +\S)", said, re.MULTILINE)
    assert listed
    if not command:
        assert [name for name in COMMANDS if not re.search(rf"^    {name} ", said, re.MULTILINE)] == []


def test_every_choice_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """No option of any command stands without words beside it."""
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        said = capsys.readouterr().out
        listed = said.partition("options:")[2]
        for option in re.findall(r"^  ((?:-|[A-Z]).*)$", listed, re.MULTILINE):
            at = listed.index(option) + len(option)
            assert re.search(r"\S  +\S", option) or re.match(r"\n {20,}\S", listed[at:]), (name, option)


@pytest.mark.parametrize(
    "args", [[], ["sing"], ["run", "--port", "70000"], ["run", "--port", "x"], ["cases", "answer", "0", "x"]]
)
def test_a_wrong_command_is_told(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command that is not there, or a number out of bounds, ends with 2 and the usage."""
    with pytest.raises(SystemExit) as left:
        main(args)
    assert left.value.code == 2
    assert "usage: dalil" in capsys.readouterr().err


def test_the_installed_command_is_the_same() -> None:
    """`dalil` and `python -m bot` are one program."""
    found = shutil.which("dalil", path=str(ROOT / ".venv" / "bin"))
    if found is None:
        pytest.skip("the program is not installed in .venv: make env")
    assert "from bot.__main__ import main" in Path(found).read_text("utf-8")


def test_a_broken_configuration_is_told_in_full(tmp_path: Path) -> None:
    """Every mistake in `config.yaml` is told at once, with its line, before anything is started."""
    (tmp_path / "config.yaml").write_text(
        "web:\n  host: 7\n  port: eighty\n  colour: blue\nstore:\nreload_every: -1\nstor: x\nweb:\n  port: 1\n", "utf-8"
    )
    said = told("run", root=tmp_path)
    assert (said.status, said.out) == (2, "")
    lines = said.err.splitlines()
    assert [int(line.split(":")[1]) for line in lines] == sorted(int(line.split(":")[1]) for line in lines)
    for words, names in (("stor: x", "stor"), ("reload_every", "reload_every"), ("store:", "store")):
        place = f"config.yaml:{line_of(tmp_path, 'config.yaml', words)}: "
        assert any(line.startswith(place) and f"«{names}»" in line for line in lines), (place, lines)
    assert any(line.startswith("config.yaml:8: ") for line in lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [("web: [1]\n", 1), ("- web\n", 1), ("web:\n  port: 70000\n", 2), ("store: 'x\n", 1), ("content:\n\n", 1)],
)
def test_each_mistake_of_the_configuration_has_its_line(tmp_path: Path, text: str, line: int) -> None:
    """A group that is none, a port that is none, a line that is no YAML and an empty value have their lines."""
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    said = told("questions", root=tmp_path)
    assert said.status == 2
    assert f"config.yaml:{line}: " in said.err
    assert "Traceback" not in said.err


def test_no_configuration_is_needed(root: Path, tmp_path: Path) -> None:
    """Without `config.yaml`, and with an empty one, everything is as usual."""
    assert told("--content", root, "draw", "menu", root=tmp_path).status == 0
    (tmp_path / "config.yaml").write_text("# nothing\n", "utf-8")
    assert told("--content", root, "cases", root=tmp_path).out == "no open case\n"


def test_run_prints_its_address_and_stops_when_interrupted(root: Path) -> None:
    """`run` on port 0 takes a free port and prints its address; an interrupt ends it with 0."""
    with served(root, root / "var" / "started.db") as guide:
        assert guide.port > 0
        assert "مرحبا" in Phone(guide).open()
        assert guide.store.exists()


def test_run_stops_cleanly_when_it_is_terminated(root: Path) -> None:
    """SIGTERM, as systemd and containers send it, ends `run` as an interrupt does: put away, with 0."""
    with served(root, root / "var" / "terminated.db") as guide:
        assert "مرحبا" in Phone(guide).open()
        guide.process.send_signal(signal.SIGTERM)
        assert guide.process.wait(20) == 0
        # The database was closed: nothing is left to be taken over from its log.
        assert not guide.store.with_name(guide.store.name + "-wal").exists()


def test_a_taken_port_is_told(root: Path) -> None:
    """When another program listens there, `run` says so in one sentence and ends with 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = told("run", "--port", str(port), root=root)
    assert said.status == 1
    assert len(said.err.splitlines()) == 1
    assert f"127.0.0.1:{port}" in said.err
    assert f"make run PORT={port + 1}" in said.err
    assert "Address already in use)" in said.err


@pytest.mark.parametrize("store", ["config.yaml", "postgresql://dalil:secret@127.0.0.1:1/dalil", "nosuch://x"])
def test_a_database_that_does_not_open_is_told(root: Path, store: str) -> None:
    """A file that is something else, a server that does not answer and an unknown kind are told without a secret."""
    said = told("questions", "--store", store, root=root)
    assert (said.status, said.out) == (1, "")
    assert "cannot be opened" in said.err
    assert "secret" not in said.err
    assert "Traceback" not in said.err


def test_the_terminal_talks(root: Path) -> None:
    """`chat` greets, answers each line and ends with the input; numbers choose, and a place has its office."""
    said = told("chat", "--store", root / "var" / "talk.db", root=root, typed="4\nلعيون\n\n😀\n\xff\n")
    assert (said.status, said.err) == (0, "")
    assert "  1. " in said.out
    assert "المديرية الجهوية للتجارة والصناعة" in said.out
    assert said.out.count("› ") == 6


def test_the_terminal_ends_at_once(root: Path) -> None:
    """Without any input the terminal greets and ends, and nobody is kept."""
    said = told("chat", "--store", root / "var" / "nobody.db", root=root)
    assert said.status == 0
    assert "مرحبا" in said.out
    assert not (root / "var" / "nobody.db").exists()


def test_a_guide_whose_content_was_spoiled_answers_from_the_last_good_release(tmp_path: Path) -> None:
    """With mistakes in the content, and in the page's own words, a start tells them and answers as it did before."""
    root = copied(tmp_path, is_ready=True)
    store = root / "var" / "dalil.db"
    for file in ("faq/about.yaml", "flows/page.yaml"):
        (root / file).write_text("question: &q [*q]\n", "utf-8")
    with served(root, store) as guide:
        phone = Phone(guide)
        assert phone.open()
        log = guide.log()
    assert "event=content_refused" in log
    assert "faq/about.yaml:1: " in log
    said = told("doctor", root=root)
    assert said.status == 1
    assert "from the last good release" in said.out
