"""Commands of a regional office: the sheet of a code at its counter, posters and posts that lead to the guide."""

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.channels.printing import (
    Addresses,
    Poster,
    PosterPrinter,
    Printer,
    mark_of,
    post,
    read_poster_words,
    read_sheet_words,
    region_of,
)
from bot.channels.text import needed
from bot.commands.configuration import config_of, opened
from bot.commands.content import loaded, written
from bot.conversation.codes import CounterMark, spelled, typed_code
from bot.conversation.library import Library
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.message import Document
from bot.offices.places import Station
from bot.storage import Store
from bot.storage.codes import KeptSheet, count_try, kept_sheet, mark_sheet, may_try

#: Whose tries the command's are.
_WHO: Final = "counter"
#: The marks that need to say more: which paper, where to.
_NEED_NOTE: Final = frozenset({"missing", "elsewhere"})


def counter(args: Namespace) -> int:
    """Show the sheet of a code, or note what the office made of it; as PDF too where a file is named."""
    typed = typed_code(args.code)
    if typed is None:
        print("a code has eight letters, as KTRP-MXQD", file=sys.stderr)
        return 2
    mark: CounterMark | None = args.mark
    if mark in _NEED_NOTE and not args.note:
        print(f"--mark {mark} needs --note: which paper is missing, or where the person was sent", file=sys.stderr)
        return 2
    config = config_of(args)
    now = datetime.now(UTC).timestamp()
    with opened():
        store = Store(config.store)
        try:
            if not store.read_now(partial(may_try, who=_WHO, now=now)):
                print("too many wrong codes were tried: wait an hour", file=sys.stderr)
                return 1
            if mark is not None:
                marking = partial(mark_sheet, code=typed.code, mark=mark, note=args.note, by=_WHO, now=now)
                store.write_now(marking)
            kept = store.read_now(partial(kept_sheet, code=typed.code, now=now))
            if kept is None:
                store.write_now(partial(count_try, who=_WHO, now=now))
                print(f"no sheet has the code {spelled(typed.code)}", file=sys.stderr)
                return 1
        finally:
            store.close()
    if args.pdf is not None:
        printer = Printer(needed(read_sheet_words, config.content), config.web.address)
        args.pdf.write_bytes(printer.pdf(Document("sheet", args.pdf.name, kept.sheet.told)))
    _tell(kept, typed.code, is_json=args.json)
    return 0


def _tell(kept: KeptSheet, code: str, *, is_json: bool) -> None:
    told = json.loads(kept.sheet.told)
    marked = kept.marked.isoformat() if kept.marked else None
    if is_json:
        made = {"mark": kept.sheet.mark, "note": kept.sheet.note, "marked": marked, "by": kept.by}
        written({"code": code, "given": kept.created.isoformat(), **made, "sheet": told})
        return
    print(f"{spelled(code)}  given {kept.created:%Y-%m-%d}  {kept.sheet.mark}  {kept.sheet.note}".rstrip())
    for name, value in told["answers"]:
        print(f"  {name}: {value}")
    for scheme in told["schemes"]:
        print(f"  [{scheme['verdict']}] {scheme['title']}  {scheme['total']}".rstrip())
        for paper in scheme["papers"]:
            print(f"      - {paper}")
    for line in told["office"]:
        print(f"  {line}")


def poster(args: Namespace) -> int:
    """Draw a poster as PDF, or print the text of a post."""
    config = config_of(args)
    library = loaded(args)
    to = Addresses(args.whatsapp, args.telegram, args.web or config.web.address)
    if to.are_none:
        print(
            "nowhere to lead to: give --whatsapp, --telegram or --web, or web.address in config.yaml", file=sys.stderr
        )
        return 2
    station = None
    if args.station:
        station = _station(args.station, library)
        if station is None:
            names = ", ".join(one.city.of("fr") for one in library.stations)
            print(f"no station is called {args.station}; flows/caravan.yaml has: {names}", file=sys.stderr)
            return 2
        if fault := _fault(station, args.region, library):
            print(fault, file=sys.stderr)
            return 2
    made = Poster(args.region, args.mark or mark_of(station, "poster" if args.file else "post"), station)
    words = needed(read_poster_words, config.content)
    if args.file is None:
        print(post(made, to, words, library, args.language))
    else:
        args.file.write_bytes(PosterPrinter(words, to, library).pdf(made, args.paper, args.language))
        print(f"{args.file}: who comes by it is counted as {made.door} (`dalil figures`)")
    return 0


def _fault(station: Station, region: int, library: Library) -> str:
    """Return why nobody is to be led to a station; empty where they may be."""
    if station.on is not None and station.on < moroccan_day(datetime.now(UTC)):
        return f"the caravan was in {station.city.of('fr')} on {station.on}: a station in the past has no poster"
    if region_of(station, library) not in {region, None}:
        return f"{station.city.of('fr')} is not in region {region}"
    return ""


def _station(name: str, library: Library) -> Station | None:
    """Return the station whose city is called so, in either language."""
    sought = folded(name)
    return next((one for one in library.stations if sought in {folded(wording) for wording in one.city.every()}), None)
