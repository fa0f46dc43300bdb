"""Commands of who runs the guide: `doctor` looks at everything and changes nothing, `connect` makes a bot ready.

The others are about the store as a whole: back it up, restore it, move it to PostgreSQL.
"""

import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Final, assert_never

from sqlalchemy import Connection, make_url

from bot.channels.channel import Finding
from bot.channels.listing import CHANNELS
from bot.channels.telegram import TelegramChannel
from bot.commands.configuration import config_of, keep_of, opened
from bot.commands.connections import descriptors
from bot.config import Config, place, sqlite_file, store_address
from bot.content.files import files_read
from bot.content.keeping import FolderKeep
from bot.content.releases import last_good, opened_release, release_name
from bot.credentials import (
    Credentials,
)
from bot.language.dates import moroccan_day
from bot.monitoring import LONGEST_WAIT
from bot.staff.publishing import copy_room, put_back_room
from bot.storage import (
    Backlog,
    NewerStoreError,
    Store,
    StoreError,
    UnopenedStoreError,
    backlog,
    figures,
    newest,
    open_to_others,
)
from bot.storage.copying import Copied, UncopiedError, back_up, contents, move, restore
from bot.storage.counts import CountKey
from bot.storage.schema import made
from bot.storage.staff import has_accounts

#: Days of which the doctor tells what was turned away.
_DAYS: Final = 7
#: Fewer descriptors than that are used up by a busy hour.
_FEW_DESCRIPTORS: Final = 4096
#: Bytes below which the operator is told to make room.
_LITTLE_ROOM: Final = 1_000_000_000
#: Seconds that the clock may be behind what was kept last.
_DRIFT: Final = 60.0
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
    found = [_content(config), *_database(config), _descriptors(), *_privacy(config)]
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


def _release_kept(config: Config) -> str | None:
    """Return the release of the files as they are where it is kept ready in a folder: what is kept was good."""
    if config.kept_in is None:
        return None
    try:
        held = files_read(config.content)
    except OSError:
        return None
    good = opened_release(FolderKeep(config.kept_in).taken(release_name(held)))
    return good.library.release if good else None


def _content(config: Config) -> Finding:
    if (kept := _release_kept(config)) is not None:
        return Finding("ok", f"The content is release {kept}.")
    # Only where no release of these very files is kept ready is what reads them loaded.
    from bot.content.library import load  # noqa: PLC0415

    library, mistakes = load(config.content, proving=False)
    if library is None:
        live = last_good(keep_of(config))
        meanwhile = f" The guide answers from the last good release, {live}." if live else ""
        return Finding("problem", f"The content has {len(mistakes.errors)} mistakes.{meanwhile}", "Run: dalil check")
    return Finding("ok", f"The content is release {library.release}.")


def _privacy(config: Config) -> list[Finding]:
    """Return what law 09-08 wants told to people and nobody wrote; a problem where people can reach the guide."""
    told = {"controller": config.privacy.controller, "contact": config.privacy.contact, "cndp": config.privacy.cndp}
    missing = [f"privacy.{name}" for name, value in told.items() if not value]
    if not missing:
        return [Finding("ok", "People are told who answers for what is kept of them.")]
    is_open = bool(config.web.address) or config.telegram.is_on or config.whatsapp.is_on
    what = f"People cannot be told who answers for what is kept of them: {', '.join(missing)}."
    return [Finding("problem" if is_open else "ok", what, "Write them in config.yaml: docs/privacy.md")]


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
                return [Finding("ok", "The database opens."), *_private(config), *_kept(config)]
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


def _kept(config: Config) -> list[Finding]:
    """Return what the database tells of how the guide has been: what waits, what went astray, what was turned away."""
    now = datetime.now(UTC)
    today = moroccan_day(now)
    first = (today - timedelta(days=_DAYS - 1)).isoformat()

    def read(connection: Connection) -> tuple[Backlog, float | None, dict[CountKey, int], bool]:
        counted = figures(connection, first, today.isoformat())
        return backlog(connection, now.timestamp()), newest(connection), counted, has_accounts(connection)

    store = Store(config.store)
    try:
        waiting, latest, counted, has_staff = store.read_now(read)
    finally:
        store.close()
    totals: Counter[tuple[str, str]] = Counter()
    for (_, kind, about), times in counted.items():
        totals[kind, about] += times
    return [
        *_waiting(waiting),
        *_room(config),
        _clock(now, latest),
        *_dead(totals),
        *_refused(totals),
        *(_editable(config) if has_staff else ()),
    ]


def _waiting(waiting: Backlog) -> list[Finding]:
    replies = sum(lane.waiting for lane in waiting.lanes)
    kinds = (
        ("messages", waiting.messages, waiting.oldest_message, "Is the guide running? Its log says what it fails at."),
        ("replies", replies, waiting.oldest_reply, "Does the platform answer? The log says event=send_failed and why."),
    )
    return [
        Finding("problem", f"{number} {name} wait, the oldest for {oldest:.0f} seconds.", remedy)
        if oldest > LONGEST_WAIT
        else Finding("ok", f"{number} {name} wait.")
        for name, number, oldest, remedy in kinds
    ]


def _room(config: Config) -> list[Finding]:
    """Return how much room is left where conversations are kept; a database server's is its operator's to look at."""
    database = sqlite_file(config.store)
    if database is None:
        return []
    free = disk_usage(database.parent).free
    told = f"{free / 1_000_000_000:.1f} GB are free where conversations are kept."
    if free < _LITTLE_ROOM:
        return [Finding("problem", told, "Make room: below 64 MB nothing can be taken any more.")]
    return [Finding("ok", told)]


def _editable(config: Config) -> list[Finding]:
    """Return whether staff can edit: who runs the guide may write where drafts and content lie."""
    drafts = next(path for path in (config.drafts_in, *config.drafts_in.parents) if path.exists())
    closed = [str(path) for path in (drafts, config.content / "faq", config.content / "flows") if not _is_open(path)]
    if closed:
        what = f"Staff cannot edit: this account may not write in {', '.join(closed)}."
        return [Finding("problem", what, "Give it a content of its own: docs/running.md, «Install»")]
    return [Finding("ok", "Staff can edit: content and drafts may be written.")]


def _is_open(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _clock(now: datetime, latest: float | None) -> Finding:
    """Return whether the clock is behind what was written last."""
    behind = 0.0 if latest is None else latest - now.timestamp()
    if behind > _DRIFT:
        what = f"This machine's clock is {behind:.0f} seconds behind what was kept last."
        return Finding("problem", what, "Set it: timedatectl set-ntp true")
    return Finding("ok", "The clock is not behind what was kept.")


def _dead(totals: Mapping[tuple[str, str], int]) -> list[Finding]:
    """Return how many replies were given up of late; a few are people who blocked the guide."""
    given_up = sorted((about, times) for (kind, about), times in totals.items() if kind == "dead")
    return [
        Finding("ok", f"Given up in {_DAYS} days: {times} replies on {channel}.", "Look at them: dalil dead")
        for channel, times in given_up
    ] or [Finding("ok", f"No reply was given up in {_DAYS} days.")]


def _refused(totals: Mapping[tuple[str, str], int]) -> list[Finding]:
    """Return what was turned away of late, by channel and reason: no fault of ours, but the operator may know it."""
    return [
        Finding("ok", f"Refused in {_DAYS} days: {about}, {times} times.", _MEANS.get(about.split()[-1], ""))
        for (kind, about), times in sorted(totals.items())
        if kind == "refused"
    ]


#: What is told of a store in one line.
_TOLD = {"people": "people", "inbox": "messages", "outbox": "replies", "cases": "cases", "questions": "questions"}


def backup(args: Namespace) -> int:
    """Copy the store into a file; the guide may go on."""
    config = config_of(args)

    def done() -> int:
        copied = back_up(config.store, args.file, _progress)
        print(f"{args.file} holds {_line(copied)}. Its key is {args.file}.key: a backup is both files.")
        if copy_room(config.drafts_in, _room_of(args.file)):
            print(f"{_room_of(args.file)} holds the drafts and releases of the staff room.")
        return 0

    return _said(done)


def restored(args: Namespace) -> int:
    """Put a backup in the place of the store, after saying what that replaces."""
    config = config_of(args)

    def done() -> int:
        if not args.yes and not _is_agreed(config, args.file):
            print("nothing was changed")
            return 1
        copied = restore(args.file, config.store, _progress)
        print(f"The store holds {_line(copied)} now.")
        room = _room_of(args.file)
        if room.is_file():
            is_back = put_back_room(room, config.drafts_in)
            print(f"{config.drafts_in} " + ("holds its drafts again." if is_back else f"has drafts: {room} was left."))
        return 0

    return _said(done)


def _room_of(file: str | Path) -> Path:
    """Return where a backup keeps the drafts and releases of the staff room."""
    return Path(f"{file}.staff")


def moved(args: Namespace) -> int:
    """Copy a SQLite store into an empty database on PostgreSQL."""
    target = store_address(args.root, args.target) if args.target else config_of(args).store

    def done() -> int:
        copied = move(store_address(args.root, args.source), target, _progress)
        print(f"Moved {_line(copied)}. {args.source} stays as it was: start the guide on {make_url(target)}")
        return 0

    return _said(done)


def _said(done: Callable[[], int]) -> int:
    with opened():
        try:
            return done()
        except UncopiedError as error:
            print(error, file=sys.stderr)
            return 1


def _is_agreed(config: Config, file: Path) -> bool:
    """Say what a backup would replace, and ask; without a terminal the answer is no."""
    there = contents(config.store)
    if not any(there.values()):
        return True
    print(f"This replaces {_line(there)} by what {file} holds.")
    if not sys.stdin.isatty():
        print("Say --yes to do it.", file=sys.stderr)
        return False
    return input("Type yes to do it: ").strip() == "yes"


def _line(copied: Copied) -> str:
    return ", ".join(f"{copied.get(table, 0):,} {name}" for table, name in _TOLD.items())


def _progress(line: str) -> None:
    print(line, flush=True)
