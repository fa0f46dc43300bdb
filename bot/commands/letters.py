"""Commands about what went astray: replies that never arrived, what nobody could read, what a flood left unanswered."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from bot.commands.configured import config_of
from bot.commands.content import written
from bot.commands.opening import opened
from bot.storage import DeadLetter, KeptUnread, Store, dead_letters, figures, send_again, unread_things

#: Characters of a reply or of something unread that a line shows.
_SHOWN = 70
#: Days of which floods are told.
_DAYS = 30

#: A day and a channel; how many people flooded it, and how many of their messages were not answered.
Floods = dict[tuple[str, str], tuple[int, int]]


def dead(args: Namespace) -> int:
    """List what went astray, or send one reply again."""
    with opened():
        store = Store(config_of(args).store)
    try:
        if args.what == "again":
            now = datetime.now(UTC).timestamp()
            return _again(args.number, store.write_now(lambda connection: send_again(connection, args.number, now)))
        letters, unread, floods = store.read_now(_astray)
        _list(letters, unread, is_json=args.json)
        _list_floods(floods, is_json=args.json)
        if not (letters or unread or floods or args.json):
            print("nothing went astray")
        return 0
    finally:
        store.close()


def _astray(connection: Connection) -> tuple[list[DeadLetter], list[KeptUnread], Floods]:
    return dead_letters(connection), unread_things(connection), _floods(connection, datetime.now(UTC).date())


def _floods(connection: Connection, today: date) -> Floods:
    counted = figures(connection, (today - timedelta(days=_DAYS)).isoformat(), today.isoformat())
    days = sorted({(day, about) for day, kind, about in counted if kind in {"flood", "unanswered"}}, reverse=True)
    return {
        (day, channel): (counted.get((day, "flood", channel), 0), counted.get((day, "unanswered", channel), 0))
        for day, channel in days
    }


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


def _list_floods(floods: Floods, *, is_json: bool) -> None:
    for (day, channel), (people, unanswered) in floods.items():
        if is_json:
            written({"channel": channel, "day": day, "floods": people, "unanswered": unanswered})
        else:
            print(f"flood  {channel}  {day}  by {people}, {unanswered} messages not answered")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
