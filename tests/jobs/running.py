"""Sets read and played, and the figures of what came of them."""

import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from tests.jobs import exchanges
from tests.jobs.people import Person
from tests.jobs.talking import Guide
from tests.jobs.wording import FACTS, Bank, provinces

#: Programs that answer at the same time.
_GUIDES = 2
_MOST_ENDS = 12

Result = dict[str, Any]
Task = Callable[[Guide], Result]


@dataclass(frozen=True, slots=True)
class JobSet:
    """What one file holds."""

    bank: Bank
    exchanges: tuple[dict[str, Any], ...]
    personas: tuple[dict[str, Any], ...]


def read_sets(paths: Iterable[Path], only: str = "") -> list[JobSet]:
    """Return the sets; raises `ValueError` for a fact or a province that there is not."""
    return [_read(path, only) for path in paths]


def _read(path: Path, only: str) -> JobSet:
    written = yaml.safe_load(path.read_text("utf-8"))
    personas = []
    for persona in written.get("jobs", []):
        truth = {**written.get("truth_defaults", {}), **(persona.get("truth") or {})}
        patience = persona.get("patience", written.get("patience", {}).get(persona["kind"], 25))
        unheard = (set(truth) | set(persona.get("unknown", []))) - FACTS
        place = truth.get("province")
        if unheard or (place and place not in provinces()):
            raise ValueError(f"{path}: {persona['id']}: no such fact or province: {unheard or place}")
        personas.append({**persona, "truth": truth, "patience": patience})
    cases = [case for group in written.get("groups", []) for case in exchanges.expanded(group)]

    def is_wanted(item: dict[str, Any]) -> bool:
        return bool(item["id"].startswith(only) or item["kind"].startswith(only))

    bank = Bank(written.get("bank") or {})
    return JobSet(bank, tuple(filter(is_wanted, cases)), tuple(filter(is_wanted, personas)))


def run(sets: Sequence[JobSet], on: date, *, people: int = 0, seed: int = 1) -> list[Result]:
    """Play everything on a day and return each result; with `people` so many conversations of each set."""
    tasks: list[Task] = []
    for at, jobs in enumerate(sets):
        for number, exchange in enumerate(jobs.exchanges):
            tasks.append(partial(exchanges.played, exchange=exchange, number=f"{at}-{number}"))
        for number in range((people or len(jobs.personas)) if jobs.personas else 0):
            turn, place = divmod(number, len(jobs.personas))
            tasks.append(partial(_play, persona=jobs.personas[place], bank=jobs.bank, seed=seed, number=turn))
    return _played(tasks, on)


def _play(guide: Guide, *, persona: dict[str, Any], bank: Bank, seed: int, number: int) -> Result:
    return Person(guide, persona, bank, seed, number).play()


def _played(tasks: Sequence[Task], on: date) -> list[Result]:
    waiting: queue.SimpleQueue[tuple[int, Task]] = queue.SimpleQueue()
    for numbered in enumerate(tasks):
        waiting.put(numbered)
    results: dict[int, Result] = {}
    failures: list[BaseException] = []

    def work() -> None:
        guide = Guide(on)
        try:
            while not failures:
                number, task = waiting.get_nowait()
                results[number] = task(guide)
        except queue.Empty:
            pass
        except BaseException as error:
            failures.append(error)
        finally:
            guide.close()

    threads = [threading.Thread(target=work) for _ in range(_GUIDES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [results[number] for number in range(len(tasks))]


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


class Figures:
    """What came of a run, in percent and in means."""

    def __init__(self, results: Iterable[Result]) -> None:
        results = list(results)
        self.exchanges = [result for result in results if result["what"] == "exchange"]
        self.jobs = [result for result in results if result["what"] == "job"]
        counts: Counter[str] = Counter()
        for job in self.jobs:
            counts.update(job["counts"])
        reached = [job["messages"] for job in self.jobs if job["reached"]]
        self.counts = counts
        self.values = {
            "exchanges": _share(sum(result["ok"] for result in self.exchanges), len(self.exchanges)),
            "success": _share(sum(job["ok"] for job in self.jobs), len(self.jobs)),
            "clean": _share(sum(job["clean"] for job in self.jobs), len(self.jobs)),
            "harm": _share(sum(job["harm"] for job in self.jobs), len(self.jobs)),
            "messages": median(reached) if reached else 0.0,
            "asked": counts["asked though told"] / max(1, len(self.jobs)),
        }

    def below(self, goals: str) -> list[str]:
        """Return the goals that are missed; of harm, messages and what is asked again there may be no more."""
        missed = []
        for goal in filter(None, goals.split(",")):
            name, _, limit = goal.partition("=")
            got = self.values[name]
            if got > float(limit) if name in ("harm", "messages", "asked") else got < float(limit):
                missed.append(f"{name} {got:.2f} ({limit})")
        return missed

    def report(self) -> str:
        """Return the figures by kind and register, the ends and what was seen, and one line of all."""
        lines = []
        for title, results in (("exchanges", self.exchanges), ("jobs", self.jobs)):
            if results:
                lines += [title, *_table(results)]
        ends = Counter(_end(job) for job in self.jobs if not job["ok"])
        if ends:
            lines.append("  ends: " + ", ".join(f"{end} {number}" for end, number in ends.most_common(_MOST_ENDS)))
        if self.counts:
            lines.append("  seen: " + ", ".join(f"{name} {number}" for name, number in self.counts.most_common()))
        value = self.values
        lines.append(
            f"exchanges {value['exchanges']:.1f} % of {len(self.exchanges)}; success {value['success']:.1f} % "
            f"clean {value['clean']:.1f} % harm {value['harm']:.1f} % of {len(self.jobs)}; "
            f"median {value['messages']:g} messages to the goal; {value['asked']:.2f} asked though told a job"
        )
        return "\n".join(lines)


def _end(job: Result) -> str:
    first: str = job["why"][0]
    return first.partition(":")[0].partition(",")[0]


def _table(results: Sequence[Result]) -> list[str]:
    rows: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        rows["kind", result["kind"]].append(result)
        rows["register", result["register"]].append(result)
    lines = []
    for (by, name), of_row in sorted(rows.items()):
        line = f"  {by:8} {name:22} n {len(of_row):4}  right {_share(sum(r['ok'] for r in of_row), len(of_row)):5.1f} %"
        if of_row[0]["what"] == "job":
            messages = [result["messages"] for result in of_row if result["reached"]]
            line += f"  clean {_share(sum(result['clean'] for result in of_row), len(of_row)):5.1f} %"
            line += f"  harm {_share(sum(result['harm'] for result in of_row), len(of_row)):4.1f} %"
            line += f"  messages {median(messages) if messages else '–':>4}"
        lines.append(line)
    return lines
