"""How well and how fast questions find their answer, beside what could be installed instead, in one run.

Two tests: ArBanking77 (77 close intents of a bank, in Moroccan Darija and in standard Arabic), which nobody here wrote
or tuned on, and our FAQ with its gold questions. Each contender runs in a process of its own, on one thread.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from random import Random

import numpy as np

from bench.contenders import CONTENDERS, Contender, Phrasing
from bench.machine import named
from bot.language.folding import folded

ROOT = Path(__file__).parent.parent
DARIJA = ROOT.parent / "shared" / "recorded" / "darija"
#: Questions of each bank test, and tweets that must be refused.
QUESTIONS = 1_000
TWEETS = 500
#: Share of true questions that the cut for off-topic ones must let through.
KEPT = 0.95
#: What a contender's process prints before its results.
_MARK = "results: "


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the labels that answer it, and the register it is counted under."""

    text: str
    labels: frozenset[str]
    register: str


@dataclass(frozen=True, slots=True)
class Test:
    """What is learned and what is asked."""

    name: str
    phrasings: list[Phrasing]
    asked: list[Asked]


def _rows(name: str) -> list[Phrasing]:
    """Return the labels and texts of a recorded file; a text that was there before is left out: half would give it."""
    seen: dict[str, Phrasing] = {}
    with (DARIJA / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            seen.setdefault(folded(row["text"]), (row["label"], row["text"]))
    return list(seen.values())


def _bank() -> Iterator[Test]:
    moroccan = _rows("arbanking77-moroccan.csv")
    by_label: dict[str, list[Phrasing]] = {}
    for row in moroccan:
        by_label.setdefault(row[0], []).append(row)
    rng = Random(77)
    for rows in by_label.values():
        rng.shuffle(rows)

    def asked(rows: list[Phrasing]) -> list[Asked]:
        chosen = rng.sample(rows, min(QUESTIONS, len(rows)))
        return [Asked(text, frozenset([label]), "darija") for label, text in chosen]

    halves = [row for rows in by_label.values() for row in rows[: len(rows) // 2]]
    twenty = [row for rows in by_label.values() for row in rows[:20]]
    for name, learned in (("half of the Moroccan", halves), ("20 Moroccan a class", twenty)):
        known = set(learned)
        yield Test(name, learned, asked([row for row in moroccan if row not in known]))
    yield Test("standard Arabic only", _rows("arbanking77-msa.csv"), asked(moroccan))


def _ours() -> Iterator[Test]:
    from bot.content.library import load, phrasings_of
    from bot.staff.gold import read_gold

    library, _ = load(ROOT, proving=False)
    if library is None:
        sys.exit("the content has mistakes: run `dalil check`")
    entries = list(library.entries.values())
    asked = [
        Asked(gold.text, gold.entries, gold.register) for gold in read_gold(ROOT / "tests" / "faq") if gold.entries
    ]
    yield Test("our FAQ", list(phrasings_of(entries)), asked)
    # Arabizi against Arabic letters alone. A bank test transliterated by rule would be our own skeleton read backwards.
    arabic = [
        (str(entry.id), text)
        for entry in entries
        for text in (entry.question.of("ar"), *entry.phrasings["darija"], *entry.phrasings["msa"])
    ]
    yield Test("our FAQ, Arabic letters only", arabic, [one for one in asked if one.register == "arabizi"])


def tests() -> list[Test]:
    """Return every test there is data for, our own first."""
    return [*_ours(), *(_bank() if DARIJA.exists() else ())]


def _tweets() -> list[str]:
    if not DARIJA.exists():
        return []
    lines = (DARIJA / "afrisenti-ary.tsv").read_text("utf-8").splitlines()[1:]
    return Random(77).sample([line.rpartition("\t")[0] for line in lines], TWEETS)


def _memory() -> float:
    """Return the resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _measured(contender: Contender) -> None:
    """Print a contender's figures for each test, as JSON."""
    known, off_topic = tests(), _tweets()
    results: dict[str, dict[str, float]] = {}
    for test in known:
        before = _memory()
        began = time.process_time()
        rank = contender.learn(test.phrasings)
        learned = time.process_time() - began
        rank(test.asked[0].text)
        first: dict[str, list[bool]] = {}
        third: list[bool] = []
        scores: list[float] = []
        took: list[float] = []
        for one in test.asked:
            began = time.process_time()
            ranked = rank(one.text)
            took.append((time.process_time() - began) * 1e3)
            first.setdefault(one.register, []).append(bool(ranked) and ranked[0][0] in one.labels)
            third.append(any(label in one.labels for label, _ in ranked))
            scores.append(ranked[0][1] if ranked else -np.inf)
        cut = np.quantile(scores, 1 - KEPT, method="lower")
        refused = [not ranked or ranked[0][1] < cut for ranked in map(rank, off_topic)]
        results[test.name] = {
            **{f"top-1 {register}": 100 * sum(right) / len(right) for register, right in first.items()},
            "top-1": 100 * sum(map(sum, first.values())) / len(test.asked),
            "top-3": 100 * float(np.mean(third)),
            "refused": 100 * sum(refused) / len(refused) if refused else float("nan"),
            "median": float(np.median(took)),
            "p99": float(np.quantile(took, 0.99)),
            "learned": learned,
            # Later tests find the packages loaded.
            "memory": _memory() - before,
        }
    print(_MARK + json.dumps(results))


def _size(packages: Sequence[str]) -> float:
    """Return what packages take on disk, in megabytes; raise `PackageNotFoundError` where one is missing."""
    return (
        sum(
            Path(str(file.locate())).stat().st_size
            for package in packages
            for file in files(package) or ()
            if Path(str(file.locate())).is_file()
        )
        / 1e6
    )


def _installed(contender: Contender) -> bool:
    try:
        for package in contender.packages:
            version(package)
    except PackageNotFoundError:
        return False
    return True


def _run(contender: Contender) -> dict[str, dict[str, float]] | str:
    """Return the figures of a contender, or why there are none."""
    if not _installed(contender):
        return "not installed"
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "bench.matching", contender.name],
        capture_output=True,
        text=True,
        env=os.environ | one_thread,
        cwd=ROOT,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(_MARK):
            results: dict[str, dict[str, float]] = json.loads(line.removeprefix(_MARK))
            return results
    return f"failed: {(done.stderr.strip().splitlines() or ['no word'])[-1]}"


def _table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[str, dict[str, float] | str]]) -> None:
    print(f"\n{title}\n{'':36}" + "".join(f"{head:>10}" for head, _ in columns))
    for name, found in rows:
        told = found if isinstance(found, str) else "".join(f"{found[key]:10.1f}" for _, key in columns)
        print(f"{name:36}{told}", flush=True)


def main() -> None:
    """Print a table for each test: right answer first and among three, off-topic refused, and what it costs."""
    if len(sys.argv) > 1:
        _measured(next(one for one in CONTENDERS if one.name == sys.argv[1]))
        return
    print(named())
    if not DARIJA.exists():
        print("ArBanking77 and AfriSenti are not here (../shared/recorded/darija): only our own FAQ")
    found = [(contender, _run(contender)) for contender in CONTENDERS]
    for test in tests():
        registers = list(dict.fromkeys(one.register for one in test.asked))
        each = [(register, f"top-1 {register}") for register in registers] if len(registers) > 1 else []
        columns = [*each, ("top-1 %", "top-1"), ("top-3 %", "top-3"), ("refused %", "refused"), ("median ms", "median")]
        rows = [(contender.name, run if isinstance(run, str) else run[test.name]) for contender, run in found]
        _table(f"{test.name}: {len(test.phrasings)} phrasings, {len(test.asked)} questions", columns, rows)
    print(
        f"\ncost on our FAQ\n{'':36}{'median ms':>10}{'p99 ms':>10}{'learn s':>10}{'memory MB':>10}{'install MB':>11}"
    )
    for contender, run in found:
        if isinstance(run, str):
            print(f"{contender.name:36}{run}")
            continue
        cost = run["our FAQ"]
        cells = "".join(f"{cost[key]:10.2f}" for key in ("median", "p99", "learned", "memory"))
        print(f"{contender.name:36}{cells}{_size(contender.packages):11.1f}")
    print(
        f"refused: of {TWEETS} tweets, below the score that lets {KEPT:.0%} of the questions through; ms and s of CPU"
    )


if __name__ == "__main__":
    main()
