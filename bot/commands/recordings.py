"""The command of recordings: which answers can be heard, which are out of date, and a new one kept."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.channels.recordings import Recordings, UnusableRecordingError
from bot.commands.configuration import config_of, keep_of
from bot.commands.content import written
from bot.content.releases import loaded
from bot.language.dates import moroccan_day


def recordings(args: Namespace) -> int:
    """List the recordings, those that are out of date too; or keep one."""
    config = config_of(args)
    library, _ = loaded(config.content, keep_of(config))
    if library is None:
        print("the content has mistakes: `dalil check` tells them", file=sys.stderr)
        return 1
    kept, on = Recordings(config.content), moroccan_day(datetime.now(UTC))
    if args.file is None:
        for entry, language, standing in kept.listed(library, on):
            if args.json:
                written({"entry": entry, "language": language, "standing": standing})
            else:
                print(f"{standing:6} {entry}.{language}")
        return 0
    if args.entry not in library.entries:
        print("--entry names an answer, by its id in faq/", file=sys.stderr)
        return 2
    try:
        path = kept.keep(args.file.read_bytes(), args.entry, args.language, library, on)
    except (OSError, UnusableRecordingError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path} is played before the answer from now on, until its text changes")
    return 0
