"""Commands by which the content is edited without an editor: drafts, what they change, publishing, and taking back."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.commands.configuration import config_of, keep_of, opened
from bot.commands.content import harmless, written
from bot.config import Config
from bot.content.files import Files, files_read
from bot.content.reading import Mistakes, in_order, read_text
from bot.content.releases import ContentMistakesError
from bot.faq.measuring import Gold
from bot.language.dates import moroccan_day
from bot.message import MAIN
from bot.staff.change_words import told_change
from bot.staff.drafts import ConflictError, Drafts, NoSuchDraftError, applied_draft, changes_between, needs_second
from bot.staff.editing import AddItem, Edit, Remove, SetValue, Spot, UneditableError
from bot.staff.effects import CheckedCase, LawEffects
from bot.staff.examination import (
    Examination,
    checked,
    examined_apart,
    on_changed_lines,
    touches_law,
)
from bot.staff.gold import gold_beside
from bot.staff.publishing import (
    ChangedMeanwhileError,
    History,
    NothingChangedError,
    PublishedRelease,
    SecondPersonError,
)
from bot.staff.ready import ReadyReleases
from bot.staff.replay import PastQuestion
from bot.storage import Store
from bot.storage.review import MOST_REPLAYED, past_questions, told_facts

#: Questions answered otherwise that a terminal shows.
_SHOWN = 50
#: Days whose verdicts are judged again by a changed law.
_DAYS = 90


def draft(args: Namespace) -> int:
    """List the drafts, or make, edit, show, check, approve or drop one."""
    config = config_of(args)
    drafts = Drafts(config.drafts_in)
    return _told(lambda: _draft(args, config, drafts))


def _draft(args: Namespace, config: Config, drafts: Drafts) -> int:
    match args.what:
        case "new":
            print(drafts.begin(_who(args), args.why, datetime.now(UTC)).number)
        case "set" | "add" | "remove":
            drafts.add(args.number, files_read(config.content), [_edit(args)])
            _show(config, drafts, args.number)
        case "show":
            _show(config, drafts, args.number)
        case "check":
            return _check(args, config, drafts)
        case "approve":
            drafts.approve(args.number, _who(args))
            print(f"draft {args.number} is approved")
        case "drop":
            drafts.drop(args.number)
        case _:
            for one in drafts.listed():
                print(f"{one.number:4}  {one.made:%Y-%m-%d %H:%M}  {one.author}  {one.why}  ({len(one.edits)})")
    return 0


def publish(args: Namespace) -> int:
    """Publish a draft and delete it."""
    config = config_of(args)
    drafts = Drafts(config.drafts_in)

    def doing() -> int:
        draft = drafts.get(args.number)
        ready = ReadyReleases(keep_of(config), config.drafts_in)

        def examined(before: Files, after: Files) -> Mistakes:
            today, gold = moroccan_day(datetime.now(UTC)), gold_beside(config.content)
            found = examined_apart(before, after, today, gold=gold, kept=ready.of(before, after))
            if found.made is not None:
                ready.put(after, found.made)
            return found.mistakes(allows_worse=bool(draft.worse_allowed_by))

        release = History(config.content, config.drafts_in, ready.hand_over).publish(
            draft, _who(args), datetime.now(UTC), examined
        )
        drafts.drop(args.number)
        return _made(release)

    return _told(doing)


def undo(args: Namespace) -> int:
    """Take back what a release changed."""
    config = config_of(args)

    def looked_at(before: Files, after: Files) -> Mistakes:
        mistakes = checked(before, after, moroccan_day(datetime.now(UTC)))[1]
        for note in on_changed_lines(before, after, mistakes.warnings):
            print(f"!  {note.where.file}:{note.where.line}: {note.message}\n    {note.remedy}")
        return mistakes

    def doing() -> int:
        try:
            return _made(_history(config).undo(args.number, _who(args), args.why, datetime.now(UTC), looked_at))
        except KeyError:
            print(f"there is no release {args.number}; `dalil releases` lists them", file=sys.stderr)
            return 1

    return _told(doing)


def releases(args: Namespace) -> int:
    """List the releases, the newest first; what was changed at the files by hand is noted first."""
    history = _history(config_of(args))
    history.catch_up(datetime.now(UTC))
    for one in history.listed():
        if args.json:
            told = {"number": one.number, "at": one.at, "by": one.by or None, "why": one.why, "release": one.release}
            written({**told, "undoes": one.undoes, "commit": one.commit or None, "files": list(one.changed)})
        else:
            undone = f"  ↶ {one.undoes}" if one.undoes else ""
            print(f"{one.number:4}  {one.at[:16]}  {one.by or '(by hand)'}  {one.why}{undone}  {' '.join(one.changed)}")
    return 0


def sources(args: Namespace) -> int:
    """List the sources that did not answer when they were last asked for; with --check ask for all of them first.

    1 where one does not answer, so that who runs it by a timer is told.
    """
    config = config_of(args)
    # Only who asks the sources loads what asks.
    from bot.staff.reachability import AskedSources, addresses, asked  # noqa: PLC0415

    kept = AskedSources(config.drafts_in)
    if args.check:
        urls = addresses(files_read(config.content))
        today = moroccan_day(datetime.now(UTC))
        kept.keep(asyncio.run(asked(urls, today, {one.url: one for one in kept.listed()})))
    away = kept.away()
    for one in away:
        print(f"{one.since}  {one.told:8}  {one.url}  ({', '.join(one.about[:3])})")
    print(f"{len(kept.listed())} asked for, {len(away)} did not answer", file=sys.stderr)
    return 1 if away else 0


def _history(config: Config) -> History:
    return History(config.content, config.drafts_in)


def _who(args: Namespace) -> str:
    if not args.who.strip():
        print("say who does it: --as NAME", file=sys.stderr)
        raise SystemExit(2)
    return str(args.who.strip())


def _made(release: PublishedRelease) -> int:
    commit = f", commit {release.commit[:12]}" if release.commit else ""
    print(f"release {release.number}: {release.release}{commit}")
    return 0


def _edit(args: Namespace) -> Edit:
    at: Spot = tuple(int(step) if step.isdecimal() else step for step in args.place.split("/") if step)
    if args.what == "remove":
        return Remove(args.file, at)
    value = _value(args.value)
    return SetValue(args.file, at, value) if args.what == "set" else AddItem(args.file, at, value)


def _value(told: str | None) -> Any:
    """Return what was typed, read as a content file is read; a text of several lines from standard input as it is."""
    if told is None:
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    document = read_text("", told, Mistakes())
    return document.value if document is not None else told


def _show(config: Config, drafts: Drafts, number: int) -> None:
    before = files_read(config.content)
    changes = changes_between(before, applied_draft(before, drafts.get(number)))
    for change in changes:
        print(told_change(change).of(MAIN))
    if needs_second(changes):
        print("law or money: a second person publishes it, or approves it (`dalil draft approve`)")


def _check(args: Namespace, config: Config, drafts: Drafts) -> int:
    before = files_read(config.content)
    after = applied_draft(before, drafts.get(args.number))
    today = moroccan_day(datetime.now(UTC))
    cases = _cases(config) if touches_law(before, after) else []
    result = examined_apart(before, after, today, _asked(config, today), _gold(config), cases)
    for mistake in result.errors:
        print(f"✗ {mistake.where.file}:{mistake.where.line}: {mistake.message}\n    {mistake.remedy}")
    _tell(result)
    return 1 if result.errors or result.worse else 0


def _tell(result: Examination) -> None:
    for one in result.gold:
        mark = "✗" if one in result.worse else "ok"
        print(f"{mark:>3}  {one.register}: {one.before} % → {one.after} % right at first")
    looked = result.looked_at
    proved = f"{looked.examples} examples, {looked.edges} thresholds, {looked.mended} mended questions"
    print(f"     looked at: {proved}, {looked.gold} of {looked.gold_there} gold questions; no transcripts")
    for edge in result.edges:
        print(f"     {edge.scheme}: {edge.fact} turns at {edge.amount}: {edge.before} → {edge.after}")
    if result.law is not None:
        _tell_law(result.law)
    if not result.errors:
        print(f"of {result.asked} questions of {_DAYS} days {result.otherwise_times} would be answered otherwise")
        if result.unasked:
            print(f"there was no time for {result.unasked} others")
    for other in result.otherwise[:_SHOWN]:
        before, after = f"{other.zone_before} {other.entry_before}", f"{other.zone_after} {other.entry_after}"
        print(f"{other.times:4}  {harmless(other.text)}\n        {before} → {after}")


def _tell_law(law: LawEffects) -> None:
    """Tell what a change of law moves: amounts, who says them, examples, and what people would have been told."""
    for amount in law.amounts:
        before, after = (one.of(MAIN) if one else "-" for one in (amount.before, amount.after))
        print(f"     {amount.scheme}: {amount.name} from {amount.day}: {before} → {after}")
    for text in law.words:
        spelt = "  (spells the old amount out itself: look at it)" if text.is_spelt else ""
        print(f"     {text.place} {text.about}  {text.file}:{text.line}{spelt}")
    for example in law.examples:
        was, becomes = example.before or "-", example.after or "-"
        print(f"     example {example.number} of {example.scheme} from {example.day}: {was} → {becomes}")
    changed = sum(one.times for one in law.verdicts)
    print(
        f"of {law.cases} kept cases that were checked for it in {_DAYS} days, {changed} would be told another verdict"
    )
    for one in law.verdicts:
        print(f"{one.times:4}  {one.scheme} from {one.day}: {one.before or '-'} → {one.after or '-'}")


def _cases(config: Config) -> list[CheckedCase]:
    """Return the facts that people told lately, as far as they are kept, without whose they are."""
    since = datetime.now(UTC).timestamp() - _DAYS * 86400
    with opened():
        store = Store(config.store)
    try:
        return [CheckedCase(*one) for one in store.read_now(lambda at: told_facts(at, since))]
    finally:
        store.close()


def _asked(config: Config, today: date) -> list[PastQuestion]:
    """Return the questions of the last days that are kept, without who asked."""
    first = today - timedelta(days=_DAYS)
    with opened():
        store = Store(config.store)
    try:
        return [PastQuestion(*one) for one in store.read_now(lambda at: past_questions(at, first, MOST_REPLAYED))]
    finally:
        store.close()


def _gold(config: Config) -> list[Gold]:
    return gold_beside(config.content)


def _told(doing: Callable[[], int]) -> int:
    """Do it; tell what keeps it from being done in a sentence."""
    try:
        return doing()
    except NoSuchDraftError as error:
        print(f"there is no draft {error}; `dalil draft` lists them", file=sys.stderr)
    except UneditableError as error:
        print(f"this edit does not fit the file: {error}", file=sys.stderr)
    except ConflictError as error:
        for one in error.conflicts:
            place = "/".join(map(str, one.edit.at))
            print(f"{one.edit.file} {place} was changed meanwhile: it is {one.now!r} now", file=sys.stderr)
    except SecondPersonError as error:
        print("law or money: a second person, not the author, publishes or approves this:", file=sys.stderr)
        for change in error.changes:
            print(f"  {told_change(change).of(MAIN)}", file=sys.stderr)
    except PermissionError:
        print("the author cannot approve a draft of their own", file=sys.stderr)
    except ChangedMeanwhileError as error:
        print(f"changed meanwhile, nothing was written: {error}", file=sys.stderr)
    except NothingChangedError:
        print("nothing would change", file=sys.stderr)
    except ContentMistakesError as error:
        for mistake in in_order(error.mistakes.errors):
            print(f"✗ {mistake.where.file}:{mistake.where.line}: {mistake.message}\n    {mistake.remedy}")
    return 1
