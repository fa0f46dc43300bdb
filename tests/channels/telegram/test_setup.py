"""Setting a bot up, and looking it over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram
from telegram.constants import SUPPORTED_WEBHOOK_PORTS, BotCommandLimit, BotDescriptionLimit

from bot.channels.telegram.api import TelegramBot
from bot.channels.telegram.replies import ALLOWED
from bot.channels.telegram.setup import PORTS, address_mistake, connected, examined
from bot.channels.telegram.words import COMMANDS
from tests.channels.telegram.conftest import words
from tests.standins.botapi import SECRET, TOKEN, BotApi, Fault, running

_URL = "https://guide.example/telegram"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Give the platform."""
    async with running() as started:
        yield started


@pytest.fixture
async def line(api: BotApi) -> AsyncIterator[TelegramBot]:
    """Give the way to it."""
    made = TelegramBot(TOKEN, base=api.base, patience=1)
    yield made
    await made.close()


async def test_connects_a_webhook(api: BotApi, line: TelegramBot) -> None:
    """Connecting sets webhook, commands and descriptions, and then there is nothing wrong."""
    found = await connected(line, words(), url=_URL, secret=SECRET)
    assert [one.kind for one in found] == ["ok"] * 4
    assert api.webhook["secret_token"] == SECRET
    assert tuple(api.webhook["allowed_updates"]) == ALLOWED
    for language in ("", "ar", "fr"):
        listed = [telegram.BotCommand.de_json(one, None) for one in api.settings["commands", language]]
        assert [one.command for one in listed] == list(COMMANDS)
        assert all(1 <= len(one.description) <= BotCommandLimit.MAX_DESCRIPTION for one in listed)
        assert len(api.settings["description", language]) <= BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
        assert len(api.settings["short_description", language]) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    assert api.settings["commands", "ar"] != api.settings["commands", "fr"]
    assert [one for one in await examined(line, url=_URL, secret=SECRET) if one.is_problem] == []
    assert SECRET not in str(found)


async def test_connects_without_an_address(api: BotApi, line: TelegramBot) -> None:
    """Without an address a webhook that was set is taken away, and updates are fetched."""
    api.webhook = {"url": _URL}
    assert [one.kind for one in await connected(line, words())] == ["ok"] * 4
    assert api.webhook == {}
    assert [one for one in await examined(line) if one.is_problem] == []


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://guide.example/x", "https://"),
        ("guide.example", "https://"),
        ("https://guide.example:9000/x", "port 9000"),
        ("https://guide.example:x/", "cannot be read"),
    ],
)
async def test_refuses_an_address_the_platform_would_not_take(
    api: BotApi, line: TelegramBot, url: str, what: str
) -> None:
    """An address that Telegram does not post to is told with what to do, before anything is set."""
    [found] = await connected(line, words(), url=url, secret=SECRET)
    assert what in found.what
    assert found.remedy
    assert api.got == []


def test_knows_the_ports() -> None:
    """The ports are those that python-telegram-bot knows too."""
    assert sorted(PORTS) == sorted(SUPPORTED_WEBHOOK_PORTS)
    assert address_mistake("https://guide.example:8443/telegram") is None


async def test_needs_a_secret(api: BotApi, line: TelegramBot) -> None:
    """A webhook without a secret is not set."""
    [found] = await connected(line, words(), url=_URL)
    assert "secret" in found.what
    assert api.webhook == {}


async def test_tells_a_wrong_token(api: BotApi) -> None:
    """A token that no bot has is told as such, and does not stand in what is told."""
    token = "123456789:" + "x" * 35
    line = TelegramBot(token, base=api.base, patience=1)
    [found] = await examined(line)
    await line.close()
    assert "no bot" in found.what
    assert "BotFather" in found.remedy
    assert token not in str(found)


async def test_tells_when_nobody_answers() -> None:
    """A platform that cannot be reached is told with what to look at."""
    line = TelegramBot(TOKEN, base="http://127.0.0.1:9", patience=1)
    [found] = await examined(line)
    await line.close()
    assert "not_connected" in found.what
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("there", "told", "told_also"),
    [
        ({}, {}, "Telegram has no webhook"),
        ({"url": "https://old.example/x"}, {}, "Telegram posts to 'https://old.example/x'"),
        ({"url": _URL, "allowed_updates": ["message"]}, {}, "does not post all the updates"),
        (
            {"url": _URL, "allowed_updates": list(ALLOWED)},
            {"last_error_date": 1_790_000_000, "last_error_message": "Wrong response from the webhook: 403 Forbidden"},
            "could not post an update at 2026-09-21 14:13 UTC",
        ),
    ],
)
async def test_finds_what_is_wrong_with_the_webhook(
    api: BotApi, line: TelegramBot, there: dict[str, Any], told: dict[str, Any], told_also: str
) -> None:
    """A webhook that is missing, elsewhere, incomplete or failing is told with what to do."""
    await connected(line, words(), url=_URL, secret=SECRET)
    api.webhook, api.last_error = there, told
    now = datetime.fromtimestamp(1_790_000_600, UTC)
    [problem] = [one for one in await examined(line, url=_URL, secret=SECRET, now=lambda: now) if one.is_problem]
    assert told_also in problem.what
    assert problem.remedy


async def test_finds_what_else_is_wrong(api: BotApi, line: TelegramBot) -> None:
    """Missing commands, many waiting updates and a webhook nobody wants are each told."""
    api.webhook = {"url": _URL, "allowed_updates": list(ALLOWED)}
    api.pending = [{"update_id": number} for number in range(101)]
    problems = [one.what for one in await examined(line) if one.is_problem]
    assert len(problems) == 3
    api.fail("getMe", Fault(retry_after=3))
    [found] = await examined(line)
    assert "429 flood" in found.what
    api.fail("setMyCommands", Fault(status=400, description="Bad Request: BOT_COMMAND_INVALID"))
    assert [one.kind for one in await connected(line, words())] == ["ok", "problem", "ok", "ok"]
