"""The commands of posters and posts: ways in to the guide for one region, counted by their names."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.channels.posters import Addresses, Poster, PosterPrinter, mark_of, post, read_poster_words, region_of
from bot.channels.words import needed
from bot.commands.configuration import config_of, keep_of
from bot.content.releases import loaded
from bot.conversation.library import Library
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.offices.offices import Station


def poster(args: Namespace) -> int:
    """Draw a poster as PDF, or print the text of a post."""
    config = config_of(args)
    library, _ = loaded(config.content, keep_of(config))
    if library is None:
        print("the content has mistakes: `dalil check` tells them", file=sys.stderr)
        return 1
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
