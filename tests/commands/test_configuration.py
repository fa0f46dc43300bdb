"""`config.yaml`: what floods and ages may be."""

from pathlib import Path

import pytest

from bot.config import ConfigError, FloodConfig, KeepConfig, load
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
        "keep: {questions: 3}",
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, said: str) -> None:
    """A value that cannot be is told with its line; messages are kept for longer than platforms deliver again."""
    with pytest.raises(ConfigError, match=r"config\.yaml:1"):
        _loaded(tmp_path, said)
