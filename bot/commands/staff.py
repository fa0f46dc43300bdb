"""Commands about what the database holds: questions, cases, figures, and what went astray."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Connection

from bot.channels.whatsapp import meter
from bot.channels.whatsapp.meter import tariff
from bot.commands.configuration import config_of, keep_of, with_store
from bot.commands.content import harmless, written
from bot.config import Config
from bot.content.guide import read_phrases
from bot.content.reading import Mistakes
from bot.content.releases import loaded
from bot.language.dates import moroccan_day
from bot.message import LANGUAGES, Language, Reply
from bot.storage import (
    DeadLetter,
    KeptUnread,
    NoSuchCaseError,
    answer_case,
    close_case,
    dead_letters,
    open_cases,
    send_again,
    unanswered_questions,
    unread_things,
)
from bot.storage import (
    figures as counts_between,
)

T = TypeVar("T")

#: Characters of a reply or of something unread that a line shows.
_SHOWN: Final = 70
#: Days of which floods are told.
_DAYS: Final = 30

#: A day and a channel; how many people flooded it, and how many of their messages were not answered.
Floods = dict[tuple[str, str], tuple[int, int]]


def questions(args: Namespace) -> int:
    """List what was asked and is not surely answered by today's content either, most asked first."""
    config = config_of(args)
    library, _ = loaded(config.content, keep_of(config))
    asked = with_store(args, unanswered_questions)
    if library is not None:
        asked = [question for question in asked if library.matcher.match(question.text).zone != "sure"]
    for question in asked:
        if args.json:
            written(
                {
                    "text": question.text,
                    "count": question.times,
                    "zone": question.zone,
                    "chosen": question.chosen or None,
                    "entries": list(question.best),
                    "last": question.last.isoformat(),
                }
            )
        else:
            print(f"{question.times:4}  {question.zone:7} {_line(question.text)}  [{' '.join(question.best)}]")
    if not asked and not args.json:
        print("every question so far was surely answered")
    return 0


def cases(args: Namespace) -> int:
    """List the open cases, answer one, or close one."""
    now = datetime.now(UTC).timestamp()
    try:
        match args.what:
            case "answer":
                words = _typed(args.text)
                if not words:
                    print("the answer is empty", file=sys.stderr)
                    return 2
                with_store(args, lambda connection: answer_case(connection, args.number, words, now))
                print(f"sent to case {args.number}")
            case "close":
                notice = _closing(args)
                with_store(args, lambda connection: close_case(connection, args.number, notice, now))
                print(f"case {args.number} is closed; the guide answers again")
            case _:
                _list_cases(args)
    except NoSuchCaseError:
        print(f"there is no open case {args.number}; `dalil cases` lists them", file=sys.stderr)
        return 1
    return 0


def _list_cases(args: Namespace) -> None:
    listed = with_store(args, open_cases)
    for case in listed:
        if args.json:
            messages = [{"who": said.who, "text": said.text, "at": said.at.isoformat()} for said in case.messages]
            written(
                {"number": case.id, "channel": case.channel, "opened": case.opened.isoformat(), "messages": messages}
            )
            continue
        print(f"case {case.id}  {case.channel}  since {case.opened:%Y-%m-%d %H:%M}")
        for said in case.messages:
            for line in quoted(said.who, said.text):
                print(line)
    if not listed and not args.json:
        print("no open case")


def _typed(words: Sequence[str]) -> str:
    """Return the words of an answer; without any, or for `-`, what standard input holds to its end.

    Words typed as arguments stand in the shell's history and can be read by every account of the machine meanwhile.
    """
    if words and words != ["-"]:
        return " ".join(words).strip()
    if sys.stdin.isatty():
        print("write the answer, then Ctrl+D on a line of its own:", file=sys.stderr)
    return sys.stdin.buffer.read().decode("utf-8", "replace").strip()


def quoted(who: str, text: str) -> Iterator[str]:
    """Yield the lines of what somebody said, each behind who said it: none can be taken for a line of ours."""
    for line in harmless(text).split("\n"):
        yield f"    {who:<6} │ {line}"


def _closing(args: Namespace) -> dict[Language, Reply]:
    config = config_of(args)
    mistakes = Mistakes()
    phrases = read_phrases(config.content, mistakes)
    if phrases is None:
        raise SystemExit("flows/phrases.yaml cannot be read: run `dalil check`")
    return {language: Reply(phrases.back_from_person.of(language), (), language) for language in LANGUAGES}


def dead(args: Namespace) -> int:
    """List what went astray, or send one reply again."""
    if args.what == "again":
        now = datetime.now(UTC).timestamp()
        return _again(args.number, with_store(args, lambda connection: send_again(connection, args.number, now)))
    letters, unread, floods = with_store(args, _astray)
    _list_astray(letters, unread, is_json=args.json)
    _list_floods(floods, is_json=args.json)
    if not (letters or unread or floods or args.json):
        print("nothing went astray")
    return 0


def _astray(connection: Connection) -> tuple[list[DeadLetter], list[KeptUnread], Floods]:
    return dead_letters(connection), unread_things(connection), _floods(connection, moroccan_day(datetime.now(UTC)))


def _floods(connection: Connection, today: date) -> Floods:
    counted = counts_between(connection, (today - timedelta(days=_DAYS)).isoformat(), today.isoformat())
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


def _list_astray(letters: Sequence[DeadLetter], unread: Sequence[KeptUnread], *, is_json: bool) -> None:
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
        print(f"letter {letter.id}  {letter.channel}  {letter.created:%Y-%m-%d %H:%M}  {_line(letter.reason)}{gone}")
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


def _line(text: str) -> str:
    return " ".join(harmless(text).split())


def _short(text: str) -> str:
    line = _line(text)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def figures(args: Namespace) -> int:
    """Tell how often what happened, and what WhatsApp cost where it is on."""
    month = _month(args.month)
    if month is None:
        print("the month is written as 2026-11", file=sys.stderr)
        return 2
    config = config_of(args)
    days = with_store(args, lambda connection: counts_between(connection, *meter.days(month)))
    happened: Counter[tuple[str, str]] = Counter()
    for (_, kind, about), times in days.items():
        happened[kind, about] += times
    for (kind, about), times in sorted(happened.items()):
        if args.json:
            written({"kind": kind, "about": about, "count": times})
        else:
            print(f"{times:8,}  {kind:18} {about}")
    if not happened and not args.json:
        print(f"nothing happened in {month:%Y-%m}")
    if config.whatsapp.is_on:
        _cost(meter.use(days, month, tariff(config.whatsapp)), config, as_json=args.json)
    return 0


def _month(written_month: str | None) -> date | None:
    if written_month is None:
        return moroccan_day(datetime.now(UTC)).replace(day=1)
    try:
        return date.fromisoformat(f"{written_month}-01")
    except ValueError:
        return None


def _cost(use: meter.Use, config: Config, *, as_json: bool) -> None:
    currency = config.whatsapp.currency
    if as_json:
        figures_of_use = {"messages": use.messages, "free_left": use.free_left, "paid": use.paid, "cost": use.cost}
        written({"meter": {**figures_of_use, "budget": use.budget, "currency": currency, "by_flow": dict(use.by_flow)}})
        return
    budget = "no budget is set" if use.budget is None else f"the budget is {use.budget:,.2f} {currency}"
    print(
        f"WhatsApp: {use.messages:,} messages, {use.paid:,} beyond the free ones ({use.free_left:,} left):"
        f" {use.cost:,.2f} {currency}; {budget}"
    )
    for flow, messages in use.by_flow.items():
        print(f"{messages:8,}  {flow}")
