"""Commands of the staff: what was not answered, and the people who asked for a person."""

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.commands.configured import config_of
from bot.commands.content import written
from bot.commands.opening import opened
from bot.content.flows import read_phrases
from bot.content.kept import load_kept
from bot.content.reading import Mistakes
from bot.message import LANGUAGES, Language, Reply
from bot.storage import NoSuchCaseError, Store, answer_case, close_case, open_cases, unanswered_questions

T = TypeVar("T")


def questions(args: Namespace) -> int:
    """List what was asked and is not surely answered by today's content either, most asked first."""
    config = config_of(args)
    library, _ = load_kept(config.content, config.kept_in)
    asked = _with_store(args, unanswered_questions)
    if library is not None:
        asked = [one for one in asked if library.matcher.match(one.text).zone != "sure"]
    for one in asked:
        if args.json:
            written(
                {
                    "text": one.text,
                    "count": one.times,
                    "zone": one.zone,
                    "chosen": one.chosen or None,
                    "entries": list(one.best),
                    "last": one.last.isoformat(),
                }
            )
        else:
            print(f"{one.times:4}  {one.zone:7} {one.text}  [{' '.join(one.best)}]")
    if not asked and not args.json:
        print("every question so far was surely answered")
    return 0


def cases(args: Namespace) -> int:
    """List the open cases, answer one, or close one."""
    now = datetime.now(UTC).timestamp()
    try:
        match args.what:
            case "answer":
                words = " ".join(args.text).strip()
                if not words:
                    print("the answer is empty", file=sys.stderr)
                    return 2
                _with_store(args, lambda connection: answer_case(connection, args.number, words, now))
                print(f"sent to case {args.number}")
            case "close":
                notice = _closing(args)
                _with_store(args, lambda connection: close_case(connection, args.number, notice, now))
                print(f"case {args.number} is closed; the guide answers again")
            case _:
                _list(args)
    except NoSuchCaseError:
        print(f"there is no open case {args.number}; `dalil cases` lists them", file=sys.stderr)
        return 1
    return 0


def _list(args: Namespace) -> None:
    listed = _with_store(args, open_cases)
    for case in listed:
        if args.json:
            said = [{"who": one.who, "text": one.text, "at": one.at.isoformat()} for one in case.messages]
            written({"number": case.id, "channel": case.channel, "opened": case.opened.isoformat(), "messages": said})
            continue
        print(f"case {case.id}  {case.channel}  since {case.opened:%Y-%m-%d %H:%M}")
        for one in case.messages:
            print(f"    {one.who}: {one.text}")
    if not listed and not args.json:
        print("no open case")


def _closing(args: Namespace) -> dict[Language, Reply]:
    config = config_of(args)
    mistakes = Mistakes()
    phrases = read_phrases(config.content, mistakes)
    if phrases is None:
        raise SystemExit("flows/phrases.yaml cannot be read: run `dalil check`")
    return {language: Reply(phrases.back_from_person.of(language), (), language) for language in LANGUAGES}


def _with_store(args: Namespace, work: Callable[[Connection], T]) -> T:
    with opened():
        store = Store(config_of(args).store)
    try:
        return store.write_now(work)
    finally:
        store.close()
