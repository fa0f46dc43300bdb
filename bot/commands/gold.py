"""`gold`: how well questions are understood, over the gold set; `--calibrate` cuts the zones on it."""

import json
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.commands.configuration import config_of
from bot.commands.content import loaded, written
from bot.content.answers import FILE, check_mended, read_mended
from bot.content.answers import written as calibration_text
from bot.content.library import matcher_of, phrasings_of
from bot.content.reading import Mistakes
from bot.conversation.library import Library
from bot.faq.matcher import Matcher
from bot.faq.measuring import (
    Figures,
    Gold,
    Judged,
    by,
    calibrated,
    confusions,
    cross_validated,
    figures,
    judged,
    off_topic_answered,
)
from bot.faq.vectors import SHARE, is_installed
from bot.staff.gold import read_gold

_CONFUSIONS = 15


def read_blind(folder: Path, half: str) -> Iterator[Gold]:
    """Yield the questions written before anyone looked at a phrasing: the half `measure` or the half `mend`.

    The gold set was mended on question by question, so it says how well the known is understood. Of these, only the
    half `mend` may be looked at to find faults; nothing is ever mended, cut or weighed on the half `measure`.
    """
    for line in (folder / "blind.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if one["half"] == half:
            entries = [one["entry"], *one.get("also", [])] if "entry" in one else []
            yield Gold(one["text"], one["register"], frozenset(entries))


def gold(args: Namespace) -> int:
    """Print the figures over the gold set."""
    library = loaded(args)
    try:
        questions = list(read_gold(args.set))
        blind = {half: list(read_blind(args.set, half)) for half in ("mend", "measure")}
    except FileNotFoundError as error:
        raise SystemExit(f"there is no gold set here: {error.filename}") from None
    matcher = _weighed(library, args.semantic)
    results = judged(questions, matcher)
    off_topic = frozenset(id_ for id_, entry in library.entries.items() if entry.off_topic)
    unseen = {half: judged(some, matcher) for half, some in blind.items()}
    if args.calibrate:
        # The gold set was mended on; the zones are cut on questions nobody mended as well, never on `measure`.
        calibration = replace(calibrated([*results, *unseen["mend"]], off_topic), semantic=matcher.calibration.semantic)
        path = config_of(args).content / FILE
        asked = f"{len(questions)} gold and {len(blind['mend'])} blind questions"
        comment = f"How sure a match must be. Written by `dalil gold --calibrate` on {asked}."
        path.write_text(calibration_text(calibration, comment), "utf-8")
        print(f"wrote {path}: sure from {calibration.sure:.2f}, unsure from {calibration.unsure:.2f}")
        return 0
    ours = frozenset(library.entries) - off_topic
    report = {
        "all": figures(results),
        **{f"register {name}": figures(some) for name, some in by(results, "register").items()},
        **{f"subject {name}": figures(some) for name, some in by(results, "subject").items()},
    }
    report |= {f"blind {half}": figures(some) for half, some in unseen.items()}
    report |= {f"blind {name}": figures(some) for name, some in by(unseen["measure"], "register").items()}
    answered = off_topic_answered(results, ours)
    if args.phrasings:
        report["phrasings left out"] = figures(_left_out(library, matcher))
    otherwise = Mistakes()
    mended = read_mended(config_of(args).content, otherwise)
    check_mended(mended, library.entries, matcher, otherwise)
    if args.json:
        held = {"count": len(mended), "otherwise": [one.message for one in otherwise.errors]}
        plain = {name: _plain(one) for name, one in report.items()}
        written({"figures": plain, "off_topic_answered": answered, "mended": held})
        return 1 if otherwise.errors else 0
    print(f"{'':22} {'count':>6} {'top-1':>6} {'top-3':>6} {'answered':>9} {'right when answered':>20}")
    for name, one in report.items():
        print(
            f"{name:22} {one.count:6} {one.top_1!s:>6} {one.top_3!s:>6} {one.answered!s:>9}"
            f" {one.right_when_answered!s:>20}"
        )
    print(f"off-topic answered directly: {answered} %")
    print("worst confusions (meant, taken for, times):")
    for meant, taken, times in confusions(results, _CONFUSIONS):
        print(f"  {meant} → {taken}  {times}")
    print(f"questions mended by staff: {len(mended)}, understood otherwise now: {len(otherwise.errors)}")
    for wrong in otherwise.errors:
        print(f"  {wrong.where.file}:{wrong.where.line}: {wrong.message}")
    return 1 if otherwise.errors else 0


def _weighed(library: Library, is_semantic: bool | None) -> Matcher:
    """Return the matcher with the meaning of sentences weighed or not; as the content has it where nothing is said."""
    calibration = library.matcher.calibration
    if is_semantic is None or is_semantic == bool(calibration.semantic):
        return library.matcher
    if is_semantic and not is_installed():
        raise SystemExit("the extra `semantic` is not installed: `make semantic`")
    calibration = replace(calibration, semantic=SHARE if is_semantic else 0.0)
    return matcher_of(library.entries, library.matcher.lexicon, calibration)


def _left_out(library: Library, matcher: Matcher) -> list[Judged]:
    """Return what each phrasing of ours is taken for by the matcher that never saw it."""
    phrasings = phrasings_of(library.entries.values())
    matches = cross_validated(phrasings, matcher)
    return [
        Judged(Gold(text, "", frozenset([entry])), match)
        for (entry, text), match in zip(phrasings, matches, strict=True)
        if not library.entries[entry].off_topic
    ]


def _plain(one: Figures) -> dict[str, object]:
    return {
        "count": one.count,
        "top_1": one.top_1,
        "top_3": one.top_3,
        "answered": one.answered,
        "right_when_answered": one.right_when_answered,
    }
