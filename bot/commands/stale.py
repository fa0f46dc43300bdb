"""`stale`: what of the content is to be looked after on a day, as a table or as JSON lines."""

from argparse import Namespace
from datetime import UTC, datetime

from bot.commands.content import day_of, folder_of, written
from bot.content.stale import STALENESS, Staleness, StaleThing, stale_things
from bot.language.dates import moroccan_day

_TITLES: dict[Staleness, str] = {
    "ended": "ended: said so to people since, and to be confirmed",
    "ends_soon": "ends soon",
    "read_long_ago": "read, or published, too long ago for its kind (flows/ages.yaml)",
    "weak_source": "weak source: one source, or not certain",
    "contact_empty": "contact of an office that is not known",
}


def stale(args: Namespace) -> int:
    """List what is stale; 0 whether or not there is any, for it may wait."""
    on = day_of(args.on) if args.on else moroccan_day(datetime.now(UTC))
    found = stale_things(folder_of(args), on)
    if args.json:
        for thing in found:
            written(_plain(thing))
        return 0
    for what in STALENESS:
        listed = [thing for thing in found if thing.what == what]
        if listed:
            print(f"{_TITLES[what]}: {len(listed)}")
        for thing in listed:
            print(f"  {thing.where.file}:{thing.where.line}  {thing.about}{_told(thing)}")
    counted = ", ".join(f"{sum(thing.what == what for thing in found)} {what}" for what in STALENESS)
    print(f"on {on.isoformat()}: {counted}")
    return 0


def _told(thing: StaleThing) -> str:
    region = f"  region {thing.region}" if thing.region is not None else ""
    day = f"  {thing.day.isoformat()}" if thing.day is not None else ""
    match thing.what:
        case "ended" | "ends_soon":
            return f"{day} ({thing.days} days){region}"
        case "read_long_ago":
            return f"{day} ({thing.days} days over, {thing.kind}){region}"
        case "weak_source" | "contact_empty":
            return f"  {thing.detail}{region}"


def _plain(thing: StaleThing) -> dict[str, object]:
    return {
        "file": thing.where.file,
        "line": thing.where.line,
        "region": thing.region,
        "what": thing.what,
        "about": thing.about,
        "kind": thing.kind or None,
        "day": thing.day.isoformat() if thing.day else None,
        "days": thing.days,
        "detail": thing.detail or None,
    }
