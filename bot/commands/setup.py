"""Commands that set the platforms up: `doctor` looks at everything and changes nothing, `connect` makes a bot ready."""

import asyncio
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Final, assert_never

from bot.channels.finding import Finding
from bot.commands.configuration import config_of
from bot.config import Config, place
from bot.content.library import load
from bot.content.reading import Mistakes
from bot.credentials import (
    WHATSAPP_APP_SECRET,
    WHATSAPP_TOKEN,
    WHATSAPP_VERIFY_TOKEN,
    Credentials,
    MissingSecretError,
)
from bot.storage import NewerStoreError, Store, StoreError, UnopenedStoreError, figures
from bot.storage.schema import made

#: Days of which the doctor tells what was turned away.
_DAYS: Final = 7
#: What a refusal can mean besides a stranger at the door.
_MEANS: Final[Mapping[str, str]] = {
    "wrong_secret": "If Telegram's own messages are among them: dalil connect telegram",
    "no_secret": "If Telegram's own messages are among them: dalil connect telegram",
    "wrong_signature": "If WhatsApp's own messages are among them, DALIL_WHATSAPP_APP_SECRET is not the app's.",
    "wrong_verify_token": "If it was Meta, DALIL_WHATSAPP_VERIFY_TOKEN is not what was typed there.",
}
_AIOGRAM: Final = Finding("problem", "aiogram is not installed.", "Run: make telegram")


def doctor(args: Namespace) -> int:
    """Look at everything and say what to do; 1 when something is wrong."""
    config = config_of(args)
    found = [_content(config), *_database(config)]
    _say(found)
    for is_on, name, examine in (
        (config.telegram.is_on, "telegram", _telegram),
        (config.whatsapp.is_on, "whatsapp", _whatsapp),
    ):
        if is_on:
            told = examine(config, Credentials())
            found += told
            _say(told, f"{name}: ")
        else:
            print(f"  -  {name} is off")
    return 1 if any(one.is_problem for one in found) else 0


def connect(args: Namespace) -> int:
    """Set a Telegram bot's webhook, commands and descriptions; 1 when something is wrong."""
    config = config_of(args)
    if not config.telegram.is_on:
        where = place(args.root, "telegram", "on")
        found = [Finding("problem", "Telegram is off: nothing was set.", f"Write `on: true` under `telegram`: {where}")]
    elif find_spec("aiogram") is None:
        found = [_AIOGRAM]
    else:
        found = _connected(config, Credentials())
    _say(found)
    return 1 if any(one.is_problem for one in found) else 0


def _say(found: Sequence[Finding], before: str = "") -> None:
    for one in found:
        mark = "✗" if one.is_problem else "ok"
        print(f"{mark:>3}  {before}{one.what}")
        if one.remedy:
            print(f"       → {one.remedy}")
    sys.stdout.flush()


def _content(config: Config) -> Finding:
    library, mistakes = load(config.content, proving=False)
    if library is None:
        return Finding("problem", f"The content has {len(mistakes.errors)} mistakes.", "Run: dalil check")
    return Finding("ok", f"The content is release {library.release}.")


def _database(config: Config) -> list[Finding]:
    """Return how far the database is made, and what it counted; it is neither made nor changed."""
    try:
        match made(config.store):
            case "not_yet":
                return [Finding("ok", "The database is not made yet: it is made at the first `dalil run`.")]
            case "older":
                what = "The database is older than the program: it is brought up to date at the next `dalil run`."
                return [Finding("ok", what)]
            case "newest":
                return [Finding("ok", "The database opens."), *_refused(config)]
            case other:
                assert_never(other)
    except (NewerStoreError, StoreError, UnopenedStoreError) as error:
        return [Finding("problem", str(error), "Look at `store` in config.yaml.")]


def _refused(config: Config) -> list[Finding]:
    """Return what was turned away of late, by channel and reason: no fault of ours, but the operator may know it."""
    today = datetime.now(UTC).date()
    first = (today - timedelta(days=_DAYS - 1)).isoformat()
    store = Store(config.store)
    try:
        counted = store.read_now(lambda connection: figures(connection, first, today.isoformat()))
    finally:
        store.close()
    refused: Counter[str] = Counter()
    for (_, kind, about), times in counted.items():
        if kind == "refused":
            refused[about] += times
    return [
        Finding("ok", f"Refused in {_DAYS} days: {about}, {times} times.", _MEANS.get(about.split()[-1], ""))
        for about, times in sorted(refused.items())
    ]


def _finding_secrets(asked: Callable[[], Coroutine[object, object, list[Finding]]]) -> list[Finding]:
    """Return what is found, or the secrets that must be there first."""
    try:
        return asyncio.run(asked())
    except MissingSecretError as error:
        told = (line.partition("; ") for line in str(error).splitlines())
        return [Finding("problem", what, remedy or "See docs/.") for what, _, remedy in told]


def _telegram(config: Config, credentials: Credentials) -> list[Finding]:
    if find_spec("aiogram") is None:
        return [_AIOGRAM]
    from bot.channels.telegram.line import Line  # noqa: PLC0415
    from bot.channels.telegram.setup import examined  # noqa: PLC0415
    from bot.joined.telegram import secrets  # noqa: PLC0415

    told = config.telegram

    async def asked() -> list[Finding]:
        token, secret = secrets(told, credentials)
        way = Line(token, base=told.base)
        try:
            return await examined(way, url=told.address, secret=secret, base=told.base)
        finally:
            await way.close()

    return _finding_secrets(asked)


def _connected(config: Config, credentials: Credentials) -> list[Finding]:
    from bot.channels.telegram.line import Line  # noqa: PLC0415
    from bot.channels.telegram.setup import connected  # noqa: PLC0415
    from bot.content.channel_words import read_telegram  # noqa: PLC0415
    from bot.joined.telegram import secrets  # noqa: PLC0415

    words = read_telegram(config.content, Mistakes())
    if words is None:
        return [Finding("problem", "flows/telegram.yaml has mistakes.", "Run: dalil check")]
    told = config.telegram

    async def asked() -> list[Finding]:
        token, secret = secrets(told, credentials)
        way = Line(token, base=told.base)
        try:
            return await connected(way, words, url=told.address, secret=secret)
        finally:
            await way.close()

    return _finding_secrets(asked)


def _whatsapp(config: Config, credentials: Credentials) -> list[Finding]:
    from bot.channels import whatsapp  # noqa: PLC0415
    from bot.channels.whatsapp.setup import Setting, examined  # noqa: PLC0415

    told = config.whatsapp

    async def asked() -> list[Finding]:
        token, *known = credentials.secrets(WHATSAPP_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN)
        account = whatsapp.Account(told.number_id, token, told.base, told.version)
        secrets = whatsapp.Secrets(*known)
        template = whatsapp.Template(told.template, told.template_codes) if told.template else None
        return await examined(Setting(account, secrets, told.address, told.account_id, template))

    return _finding_secrets(asked)
