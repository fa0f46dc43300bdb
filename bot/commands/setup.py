"""Commands that set the platforms up: `doctor` looks at everything and changes nothing, `connect` makes a bot ready."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from bot.channels.channel import Finding
from bot.channels.listing import CHANNELS
from bot.channels.telegram import TelegramChannel
from bot.commands.configuration import config_of, keep_of
from bot.commands.connections import descriptors
from bot.config import Config, place, sqlite_file
from bot.content.library import load
from bot.content.releases import last_good
from bot.credentials import (
    Credentials,
)
from bot.language.dates import moroccan_day
from bot.storage import NewerStoreError, Store, StoreError, UnopenedStoreError, figures, open_to_others
from bot.storage.schema import made

#: Days of which the doctor tells what was turned away.
_DAYS: Final = 7
#: Fewer descriptors than that are used up by a busy hour.
_FEW_DESCRIPTORS: Final = 4096
#: What a refusal can mean besides a stranger at the door.
_MEANS: Final[Mapping[str, str]] = {
    "wrong_secret": "If Telegram's own messages are among them: dalil connect telegram",
    "no_secret": "If Telegram's own messages are among them: dalil connect telegram",
    "wrong_signature": "If WhatsApp's own messages are among them, DALIL_WHATSAPP_APP_SECRET is not the app's.",
    "wrong_verify_token": "If it was Meta, DALIL_WHATSAPP_VERIFY_TOKEN is not what was typed there.",
}


def doctor(args: Namespace) -> int:
    """Look at everything and say what to do; 1 when something is wrong."""
    config = config_of(args)
    found = [_content(config), *_database(config), _descriptors()]
    _say(found)
    for channel in CHANNELS:
        if channel.is_on(config):
            findings = channel.doctor(config, Credentials())
            found += findings
            _say(findings, f"{channel.name}: ")
        else:
            print(f"  -  {channel.name} is off")
    return 1 if any(one.is_problem for one in found) else 0


def connect(args: Namespace) -> int:
    """Set a Telegram bot's webhook, commands and descriptions; 1 when something is wrong."""
    config = config_of(args)
    if not config.telegram.is_on:
        where = place(args.root, "telegram", "on")
        found = [Finding("problem", "Telegram is off: nothing was set.", f"Write `on: true` under `telegram`: {where}")]
    else:
        found = TelegramChannel().connect(config, Credentials())
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
        live = last_good(keep_of(config))
        meanwhile = f" The guide answers from the last good release, {live}." if live else ""
        return Finding("problem", f"The content has {len(mistakes.errors)} mistakes.{meanwhile}", "Run: dalil check")
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
                return [Finding("ok", "The database opens."), *_private(config), *_refused(config)]
            case other:
                assert_never(other)
    except (NewerStoreError, StoreError, UnopenedStoreError) as error:
        return [Finding("problem", str(error), "Look at `store` in config.yaml.")]


def _descriptors() -> Finding:
    """Return whether this account may have as many connections open as people wait."""
    number = descriptors()
    if number < _FEW_DESCRIPTORS:
        what = f"This account may open {number} files and connections: no more pages can wait for news."
        return Finding("problem", what, "Raise it: ulimit -n 16384, or LimitNOFILE=16384 in the systemd unit")
    return Finding("ok", f"{number} files and connections may be open.")


def _private(config: Config) -> list[Finding]:
    """Return what other accounts of the machine may read of what people said."""
    database = sqlite_file(config.store)
    if database is None:
        return []
    readable = open_to_others(database)
    if not readable:
        return [Finding("ok", "Only this account of the machine can read the database.")]
    names = " ".join(str(path) for path in readable)
    return [Finding("problem", "Other accounts of this machine can read the database.", f"chmod go= {names}")]


def _refused(config: Config) -> list[Finding]:
    """Return what was turned away of late, by channel and reason: no fault of ours, but the operator may know it."""
    today = moroccan_day(datetime.now(UTC))
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
