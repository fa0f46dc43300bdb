"""Commands about what went astray: replies that never arrived, and what platforms sent that nobody could read."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.commands.configured import config_of
from bot.commands.content import written
from bot.commands.opening import opened
from bot.storage import DeadLetter, KeptUnread, Store, dead_letters, send_again, unread_things

#: Characters of a reply or of something unread that a line shows.
_SHOWN = 70


def dead(args: Namespace) -> int:
    """List what went astray, or send one reply again."""
    with opened():
        store = Store(config_of(args).store)
    try:
        if args.what == "again":
            now = datetime.now(UTC).timestamp()
            return _again(args.number, store.write_now(lambda connection: send_again(connection, args.number, now)))
        _list(*store.read_now(_astray), is_json=args.json)
        return 0
    finally:
        store.close()


def _astray(connection: Connection) -> tuple[list[DeadLetter], list[KeptUnread]]:
    return dead_letters(connection), unread_things(connection)


def _again(number: int, is_sent: bool) -> int:
    if not is_sent:
        print(f"there is no dead letter {number} that could be sent; `dalil dead` lists them", file=sys.stderr)
        return 1
    print(f"letter {number} is on its way again")
    return 0


def _list(letters: Sequence[DeadLetter], unread: Sequence[KeptUnread], *, is_json: bool) -> None:
    if is_json:
        for letter in letters:
            written(
                {
                    "number": letter.id,
                    "channel": letter.channel,
                    "reason": letter.reason,
                    "attempts": letter.attempts,
                    "at": letter.created.isoformat(),
                    "text": letter.reply.text,
                    "can_be_sent": letter.can_be_sent,
                }
            )
        for thing in unread:
            raw = thing.raw.decode("utf-8", "replace")
            written(
                {"channel": thing.channel, "unread": thing.why, "at": thing.received.isoformat(), "raw": raw},
            )
        return
    for letter in letters:
        gone = "" if letter.can_be_sent else "  (the person was forgotten)"
        print(f"letter {letter.id}  {letter.channel}  {letter.created:%Y-%m-%d %H:%M}  {letter.reason}{gone}")
        print(f"    {_short(letter.reply.text)}")
    for thing in unread:
        print(f"unread  {thing.channel}  {thing.received:%Y-%m-%d %H:%M}  {thing.why}")
        print(f"    {_short(thing.raw.decode('utf-8', 'replace'))}")
    if not letters and not unread:
        print("nothing went astray")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
