"""Commands that read the content's files: `check` tells every mistake in them, `draw` shows a flow.

`stale` tells what is to be looked after on a day, `recordings` which answers can be heard.
"""

import contextlib
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.recordings import Recordings, UnusableRecordingError, voice_of
from bot.commands.configuration import config_of, keep_of, with_store
from bot.commands.content import day_of, folder_of, loaded, tell, written
from bot.config import Config
from bot.content.answers import read_mended
from bot.content.changes import check_changes
from bot.content.files import files_read, release_of
from bot.content.flows import mermaid
from bot.content.library import load
from bot.content.reading import ContentError, Mistakes, in_order
from bot.content.releases import last_files, opened_release
from bot.content.stale import STALENESS, Staleness, StaleThing, stale_things
from bot.conversation.audible import all_audible
from bot.conversation.flow import steps_within
from bot.conversation.library import Library
from bot.faq.entries import REGISTERS
from bot.language.dates import moroccan_day


def check(args: Namespace) -> int:
    """Check the content; 1 when it cannot go live."""
    root = folder_of(args)
    library, mistakes = load(root, today=moroccan_day(datetime.now(UTC)), like=_learnt(config_of(args), root))
    on_channels = Mistakes()
    # Only who checks loads the channels.
    from bot.channels.checking import check_channels  # noqa: PLC0415

    check_channels(root, library, moroccan_day(datetime.now(UTC)), on_channels)
    mistakes.errors += on_channels.errors
    config = config_of(args)
    if config.kept_in is not None:
        # Beside another database nothing is opened for a check; the guide at work compares there.
        with contextlib.suppress(OSError):
            today = moroccan_day(datetime.now(UTC))
            check_changes(last_files(keep_of(config)), files_read(root), today, mistakes)
    if mistakes.errors:
        library = None
    if args.all:
        mistakes.warnings += on_channels.warnings
    if args.json:
        written(_report(root, library, mistakes))
    else:
        tell(mistakes)
        if library is not None:
            cut = library.matcher.calibration
            print(
                f"release {library.release}: {len(library.entries)} entries, {len(library.flows)} flows, "
                f"{len(library.schemes)} schemes, {len(library.offices)} offices; "
                f"zones: sure from {cut.sure:.2f}, unsure from {cut.unsure:.2f}"
            )
    return 1 if library is None else 0


def _learnt(config: Config, root: Path) -> list[Library]:
    """Return the release that is live where questions that staff mended are asked again: what it learnt is not anew."""
    if config.kept_in is None or not read_mended(root, Mistakes()):
        return []
    live = opened_release(keep_of(config).last())
    return [] if live is None else [live.library]


def _report(root: Path, library: Library | None, mistakes: Mistakes) -> dict[str, object]:
    return {
        "release": library.release if library else release_of(root),
        "entries": [
            {
                "id": entry.id,
                "languages": list(entry.answer.wordings),
                "phrasings": {register: len(entry.phrasings[register]) for register in REGISTERS},
                "sources": len(entry.sources),
                "checked": entry.checked.isoformat(),
                "confidence": entry.confidence,
            }
            for entry in (library.entries.values() if library else ())
        ],
        "flows": [
            {"id": flow.id, "steps": len(steps_within(flow.steps))}
            for flow in (library.flows.values() if library else ())
        ],
        "offices": len(library.offices) if library else 0,
        "schemes": list(library.schemes) if library else [],
        "errors": [_plain_mistake(mistake) for mistake in in_order(mistakes.errors)],
        "warnings": [_plain_mistake(mistake) for mistake in mistakes.warnings],
    }


def _plain_mistake(mistake: ContentError) -> dict[str, object]:
    where = mistake.where
    return {"file": where.file, "line": where.line, "message": mistake.message, "remedy": mistake.remedy}


def draw(args: Namespace) -> int:
    """Draw a flow as Mermaid; 1 when there is none of that name."""
    library = loaded(args)
    flow = library.flows.get(args.flow)
    if flow is None:
        print(f"there is no flow {args.flow!r}; there are: {', '.join(library.flows)}", file=sys.stderr)
        return 1
    sys.stdout.write(mermaid(flow, library, args.language))
    return 0


_TITLES: dict[Staleness, str] = {
    "ended": "ended: said so to people since, and to be confirmed",
    "ends_soon": "ends soon",
    "read_long_ago": "read, or published, too long ago for its kind (flows/ages.yaml)",
    "weak_source": "weak source: one source, or not certain",
    "contact_empty": "contact of an office that is not known",
}


def stale(args: Namespace) -> int:
    """List what is stale, of some regions where told; 0 whether or not there is any, for it may wait."""
    on = day_of(args.on) if args.on else moroccan_day(datetime.now(UTC))
    found = stale_things(folder_of(args), on)
    regions = set(args.region or ())
    if args.who is not None:
        # Only who asks for somebody's opens a database.
        from bot.storage.staff import account  # noqa: PLC0415

        somebody = with_store(args, lambda connection: account(connection, args.who))
        if somebody is None:
            print(f"there is no account {args.who}; `dalil staff` lists them", file=sys.stderr)
            return 1
        regions |= set(somebody.regions)
    if regions:
        found = [thing for thing in found if thing.region in regions]
    if args.json:
        for thing in found:
            written(_plain_thing(thing))
        return 0
    for what in STALENESS:
        listed = [thing for thing in found if thing.what == what]
        if listed:
            print(f"{_TITLES[what]}: {len(listed)}")
        for thing in listed:
            print(f"  {thing.where.file}:{thing.where.line}  {thing.about}{_thing_told(thing)}")
    counted = ", ".join(f"{sum(thing.what == what for thing in found)} {what}" for what in STALENESS)
    print(f"on {on.isoformat()}: {counted}")
    return 0


def _thing_told(thing: StaleThing) -> str:
    region = f"  region {thing.region}" if thing.region is not None else ""
    day = f"  {thing.day.isoformat()}" if thing.day is not None else ""
    match thing.what:
        case "ended" | "ends_soon":
            return f"{day} ({thing.days} days){region}"
        case "read_long_ago":
            return f"{day} ({thing.days} days over, {thing.kind}){region}"
        case "weak_source" | "contact_empty":
            return f"  {thing.detail}{region}"


def _plain_thing(thing: StaleThing) -> dict[str, object]:
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


def recordings(args: Namespace) -> int:
    """List the recordings, those that are out of date too; or keep one."""
    config = config_of(args)
    library = loaded(args)
    kept, on = Recordings(config.content), moroccan_day(datetime.now(UTC))
    if args.file is None:
        for entry, language, standing in kept.listed(library, on):
            if args.json:
                written({"entry": entry, "language": language, "standing": standing})
            else:
                print(f"{standing:6} {entry}.{language}")
        return 0
    if args.entry not in all_audible(library):
        print("--entry names an answer by its id in faq/, flow.NAME or question.NAME", file=sys.stderr)
        return 2
    try:
        path = kept.keep(voice_of(args.file.read_bytes()), args.entry, args.language, library, on)
    except (OSError, UnusableRecordingError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path} is played before its words from now on, until its text changes")
    return 0
