"""`config.yaml`: what each key may be, and how what it may not be is told."""

import re
from argparse import Namespace
from pathlib import Path

import pytest

from bot.commands.configuration import config_of
from bot.config import Config, ConfigError, FloodConfig, KeepConfig, Key, keys, load
from bot.content.reading import Mistakes, read
from tests.program import ROOT


def _loaded(folder: Path, words: str) -> tuple[FloodConfig, KeepConfig]:
    (folder / "config.yaml").write_text(words, "utf-8")
    config = load(folder)
    return config.flood, config.keep


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    """Without a word about them, floods are slowed down and old things deleted; our own file says the same."""
    assert _loaded(tmp_path, "") == (FloodConfig(60, 60.0, 100), KeepConfig(90.0, 30.0))
    ours = load(ROOT)
    assert (ours.flood, ours.keep) == (FloodConfig(), KeepConfig())


def test_zero_turns_off(tmp_path: Path) -> None:
    """0 messages are no limit, 0 days are for ever."""
    said = "flood: {messages: 0}\nkeep: {messages: 0, unread: 0}\n"
    assert _loaded(tmp_path, said) == (FloodConfig(0, 60.0, 100), KeepConfig(0.0, 0.0))


@pytest.mark.parametrize(
    "address",
    [
        "https://api.test:99999",
        "https://api.test:0",
        "https://api.test:x",
        "https://a..test",
        "https://[",
        "https://u@h",
    ],
)
@pytest.mark.parametrize("key", ["telegram: {base: '%s'}", "whatsapp: {base: '%s'}", "telegram: {address: '%s/tg'}"])
def test_addresses_that_cannot_be_asked_are_told(tmp_path: Path, key: str, address: str) -> None:
    """An address whose host or port cannot be is told with its line, before anything is asked there."""
    with pytest.raises(ConfigError, match=r"config\.yaml:2"):
        _loaded(tmp_path, f"# here\n{key % address}\n")
    _loaded(tmp_path, key % "https://api.test:8443")


@pytest.mark.parametrize(
    "said",
    [
        "flood: {messages: many}",
        "flood: {messages: 1.5}",
        "flood: {messages: -1}",
        "flood: {seconds: 0}",
        "flood: {waiting: yes}",
        "flood: 5",
        "keep: {messages: 7}",
        "keep: {messages: 7.9}",
        "keep: {unread: -1}",
        "keep: {answers: 3}",
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, said: str) -> None:
    """A value that cannot be is told with its line; messages are kept for longer than platforms deliver again."""
    with pytest.raises(ConfigError, match=r"config\.yaml:1"):
        _loaded(tmp_path, said)


def _with(folder: Path, key: Key, value: object) -> Config:
    """Return the configuration where one key is written."""
    words = str(value)
    for depth, name in enumerate(reversed(key.path)):
        words = f"{name}: {words}" if depth == 0 else f"{name}: {{{words}}}"
    (folder / "config.yaml").write_text(words + "\n", "utf-8")
    return load(folder)


NUMBERS = [key for key in keys() if key.type in {int, float}]


@pytest.mark.parametrize("key", NUMBERS, ids=lambda key: key.name)
def test_each_number_has_bounds_of_its_own(tmp_path: Path, key: Key) -> None:
    """A number is taken at its bounds; beyond them it is refused with its key, its line and what is allowed."""
    least, most = key.meta.ge, key.meta.le
    assert least is not None
    assert most is not None
    for fits in (least, most, key.example):
        _with(tmp_path, key, fits)
    for beyond in (least - 1, most + 1, "many", "true", ""):
        with pytest.raises(ConfigError) as told:
            _with(tmp_path, key, beyond)
        assert "config.yaml:1: " in str(told.value)
        assert f"«{key.name}»" in str(told.value)
        assert f"{least:_}" in str(told.value)
        assert f"{most:_}" in str(told.value)


def test_a_large_bound_of_a_flood_is_a_number(tmp_path: Path) -> None:
    """70,000 messages from one address are a number like any other: only ports end at 65,535."""
    assert _loaded(tmp_path, "flood: {from_address: 70000}")[0].from_address == 70_000


@pytest.mark.parametrize(("said", "names"), [("flood: {mesages: 5}", "messages"), ("wep: {port: 1}", "web")])
def test_a_misspelt_key_is_told_with_the_one_that_was_meant(tmp_path: Path, said: str, names: str) -> None:
    """A key that nearly is one of ours is told with ours; another with all that may stand there."""
    with pytest.raises(ConfigError, match=f"«{names}»"):
        _loaded(tmp_path, said)
    with pytest.raises(ConfigError, match="messages, seconds, waiting, from_address"):
        _loaded(tmp_path, "flood: {colour: blue}")


def test_the_documentation_has_an_example_of_every_key(tmp_path: Path) -> None:
    """The file of docs/configuration.md holds every key, is taken as it stands, and tells the bounds of each number."""
    example = (ROOT / "docs" / "configuration.md").read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "config.yaml").write_text(example, "utf-8")
    load(tmp_path)
    document = read(tmp_path, tmp_path / "config.yaml", Mistakes())
    assert document is not None
    lines = example.splitlines()
    for key in keys():
        assert key.path in document.lines, key.name
        comment = lines[document.lines[key.path] - 1].partition("#")[2]
        assert comment, key.name
        if key in NUMBERS and key.name != "keep.messages":
            assert {f"{key.meta.ge:_}", f"{key.meta.le:_}"} <= set(re.findall(r"[0-9_.]*[0-9]", comment)), key.name


def test_the_environment_tells_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a database, which holds a password, is taken from the environment or from a file that it names."""
    args = Namespace(root=tmp_path, content=None)
    assert config_of(args).store.startswith("sqlite:///")
    monkeypatch.setenv("DALIL_STORE", "postgresql://dalil:word@127.0.0.1/dalil")
    assert config_of(args).store == "postgresql://dalil:word@127.0.0.1/dalil"
    (tmp_path / "address").write_text("other.db\n", "utf-8")
    monkeypatch.setenv("DALIL_STORE", "")
    monkeypatch.setenv("DALIL_STORE_FILE", str(tmp_path / "address"))
    assert config_of(args).store == f"sqlite:///{tmp_path / 'other.db'}"
    # What is typed goes before it.
    assert config_of(Namespace(root=tmp_path, content=None, store="typed.db")).store.endswith("/typed.db")


def test_a_store_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the file with the address is gone the command ends with a sentence, and takes no other store instead."""
    monkeypatch.setenv("DALIL_STORE_FILE", str(tmp_path / "gone"))
    with pytest.raises(SystemExit) as left:
        config_of(Namespace(root=tmp_path, content=None))
    assert left.value.code == 2
    assert "DALIL_STORE_FILE names cannot be read" in capsys.readouterr().err
