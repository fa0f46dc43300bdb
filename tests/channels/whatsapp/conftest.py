"""The channel's words as they are in the content, and what others recorded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.whatsapp.windows import Windows
from bot.channels.whatsapp.words import WhatsAppWords
from bot.message import Text
from tests.standins.schemas import RECORDED

ROOT = Path(__file__).parents[3]


@cache
def words() -> WhatsAppWords:
    """Return the channel's words, as the content has them."""
    told = yaml.safe_load((ROOT / "flows" / "whatsapp.yaml").read_text("utf-8"))
    return WhatsAppWords(**{name: Text(told[name]) for name in ("open_list", "more_rows", "rest", "or_number")})


def recorded() -> list[Any]:
    """Return every recorded webhook with its name; one that says why where there are none."""
    if not RECORDED.is_dir():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"{RECORDED} is not on this machine"))]
    found = []
    for path in sorted(RECORDED.rglob("*.json")):
        for name, told in json.loads(path.read_text("utf-8")).items():
            found.append(pytest.param(told if "entry" in told else _whole(told), id=f"{path.stem}-{name}"))
    return found


def _whole(value: dict[str, Any]) -> dict[str, Any]:
    """Return a value, kept alone, in the webhook that it came in."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


def open_windows(now: float) -> Windows:
    """Return windows that are open for whoever has not written too long ago."""

    async def heard(_address: str) -> float | None:
        return now

    return Windows(lambda: now, heard)
