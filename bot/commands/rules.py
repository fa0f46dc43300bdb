"""Commands about the rules: `assess` checks cases, `compare` two days, `read` shows what a message is understood as."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime

from bot.commands.configuration import config_of
from bot.commands.content import day_of, lines, loaded, written
from bot.content.comparison import Difference, differences
from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.conversation.hearing.told_facts import heard
from bot.eligibility.case import assess_case, compared, sources_of_case
from bot.eligibility.scheme import Rulebook
from bot.language import numbers
from bot.language.dates import moroccan_day


def assess(args: Namespace) -> int:
    """Assess each case; 1 when a line could not be taken."""
    on = day_of(args.on) if args.on else moroccan_day(datetime.now(UTC))
    rules = _rules(args)
    told = sources_of_case if args.sources else assess_case
    return _each_case(lambda raw: told(rules, raw, on))


def compare(args: Namespace) -> int:
    """Tell what changes between two days, or, of days named by options, for each case; 1 when a line is no case."""
    named = args.days or [args.before, args.after]
    if len(named) != 2 or None in named:
        print("compare DATE DATE tells what changes; --from DATE --to DATE compares cases", file=sys.stderr)
        return 2
    before, after = map(day_of, named)
    rules = _rules(args)
    if args.days:
        _tell(differences(config_of(args).content, rules, before, after), is_json=args.json)
        return 0
    return _each_case(lambda raw: compared(rules, raw, before, after))


def _tell(found: list[Difference], *, is_json: bool) -> None:
    for one in found:
        told = {"subject": one.subject, "about": one.about, "from": one.before, "to": one.after}
        if is_json:
            written({**told, "file": one.where.file, "line": one.where.line})
        else:
            changed = f"{one.before or '-'} -> {one.after or '-'}"
            print(f"{one.subject:10}{one.about}: {changed}  {one.where.file}:{one.where.line}")
    if not found and not is_json:
        print("nothing changes")


def _each_case(told: Callable[[object], dict[str, object]]) -> int:
    status = 0
    for line in lines():
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            answer: dict[str, object] = {"error": {"fact": "", "message": "the line is not JSON"}}
        else:
            answer = told(raw)
        written(answer)
        status = status or int("error" in answer)
    return status


def _rules(args: Namespace) -> Rulebook:
    mistakes = Mistakes()
    rules = read_rulebook(config_of(args).content, mistakes, proving=False)
    if rules is None or mistakes.errors:
        raise SystemExit("the rules cannot be read: run `dalil check`")
    return rules


def read(args: Namespace) -> int:
    """Show what each message is understood as; nothing is stored."""
    library = loaded(args)
    year = moroccan_day(datetime.now(UTC)).year
    for text in lines():
        amounts = numbers.amounts(text)
        years = numbers.years(text)
        written(
            {
                "text": text,
                "facts": dict(heard(text, library)),
                "amounts": [
                    {"value": _plain(one.readings[0])}
                    if len(one.readings) == 1
                    else {"readings": [_plain(value) for value in one.readings]}
                    for one in amounts
                ],
                "counts": [_plain(value) for one in numbers.counts(text) for value in one.readings],
                "years": [
                    year - one.year if isinstance(one, numbers.Since) else _plain(one.readings[0]) for one in years
                ],
            }
        )
    return 0


def _plain(number: float) -> float:
    """Return a whole number without its fraction."""
    return int(number) if number == int(number) else number
