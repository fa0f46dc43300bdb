"""The channel's words as they are in the content, and what others recorded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.telegram.words import TelegramWords
from bot.message import Text
from tests.standins.botapi_limits import DESCRIPTION, RECORDED

ROOT = Path(__file__).parents[3]


@cache
def words() -> TelegramWords:
    """Return the channel's words, as the content has them."""
    told = yaml.safe_load((ROOT / "flows" / "telegram.yaml").read_text("utf-8"))
    commands = {name: Text(text) for name, text in told.pop("commands").items()}
    return TelegramWords(commands=commands, **{name: Text(text).changed(str.strip) for name, text in told.items()})


def recorded() -> list[Any]:
    """Return every recorded update with its name; one that says why where there are none."""
    found = [
        pytest.param(told, id=f"{path.stem}-{name}")
        for path in sorted(RECORDED.rglob("*.json"))
        # What is described is no update.
        if path != DESCRIPTION
        for name, told in json.loads(path.read_text("utf-8")).items()
    ]
    return found or [pytest.param({}, marks=pytest.mark.skip(reason=f"{RECORDED} is not on this machine"))]
