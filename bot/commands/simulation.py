"""`dalil simulate`: invented people at the real guide, on a store thrown away; what it bears and where they end."""

import asyncio
import json
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec

from bot.app import built, running
from bot.commands.configuration import config_of, opened
from bot.config import Config, sqlite_file, store_address
from bot.content.keeping import FolderKeep
from bot.content.releases import ContentMistakesError, Shelf
from bot.language.dates import moroccan_day
from bot.simulation.crowd import Coverage, CrowdOutcome, SimulatedChannel, SimulatedCrowd, percentile
from bot.simulation.people import People, PeopleError, read_people
from bot.storage import Backlog, Store, backlog, figures
from bot.storage.copying import contents, dropped

#: Signs of a whole progress bar, and lines of each list in the report.
_BAR: Final = 30
_LISTED: Final = 12
#: Seconds that recording what was sent may take at the end.
_RECORDING: Final = 10.0


def simulate(args: Namespace) -> int:
    """Have people talk to the guide; 1 where a message was lost or failed, or fewer had success than were to."""
    config = config_of(Namespace(**{name: value for name, value in vars(args).items() if name != "store"}))
    with tempfile.TemporaryDirectory(prefix="dalil-simulation-") as folder:
        kept_in = config.kept_in or Path(folder)
        try:
            shelf = Shelf(config.content, FolderKeep(kept_in))
            people = read_people(shelf.library, args.set)
        except (ContentMistakesError, PeopleError) as error:
            print(error, file=sys.stderr)
            return 1
        with opened(), _thrown_away(args, Path(folder)) as store:
            config = msgspec.structs.replace(config, store=store, reload_every=0.0)
            outcome, coverage, left, counted = asyncio.run(_talked(config, shelf, people, args))
    told = _told(outcome, coverage, left, counted)
    print(json.dumps(told, ensure_ascii=False) if args.json else _report(outcome, coverage, told, is_whole=args.all))
    is_well = not (outcome.lost or outcome.failed or told["waiting"] or any(told["uncounted"].values()))
    return 0 if is_well and outcome.success * 100 >= args.goal else 1


@contextmanager
def _thrown_away(args: Namespace, folder: Path) -> Iterator[str]:
    """Yield the address of an empty store that is gone afterwards; leave where the one named is not empty."""
    named = getattr(args, "store", None)
    if named is None:
        yield f"sqlite:///{folder / 'simulation.db'}"
        return
    address = store_address(args.root, named)
    path = sqlite_file(address)
    if path.exists() if path is not None else any(contents(address).values()):
        print("the store of a simulation is deleted afterwards: name one that is empty", file=sys.stderr)
        raise SystemExit(1)
    try:
        yield address
    finally:
        dropped(address)


async def _talked(
    config: Config, shelf: Shelf, people: People, args: Namespace
) -> tuple[CrowdOutcome, Coverage, Backlog, Mapping[str, int]]:
    channel = SimulatedChannel()
    guide = built(config, shelf, beside=(channel,))
    now = datetime.now(UTC)
    coverage = Coverage(shelf.library, moroccan_day(now))
    async with running(guide, config):
        crowd = SimulatedCrowd(people, channel, guide.reception, coverage, args.seed)
        bar = _Bar(args.people)
        outcome = await crowd.lives(args.people, args.rate, bar.shows)
        bar.ends()
        day = moroccan_day(datetime.now(UTC)).isoformat()
        first = moroccan_day(now).isoformat()
        left = await _settled(guide.store)
        counts = await guide.store.read(lambda connection: figures(connection, first, day))
    counted = Counter({"message": 0, "reply": 0})
    for (_, kind, about), times in counts.items():
        if about == channel.name and kind in counted:
            counted[kind] += times
    return outcome, coverage, left, counted


async def _settled(store: Store) -> Backlog:
    """Return what still waits, once that is nothing or some seconds are over: what was sent last is being recorded."""
    ends = monotonic() + _RECORDING
    while True:
        left = await store.read(lambda connection: backlog(connection, datetime.now(UTC).timestamp()))
        if not (left.messages or left.held or left.lanes) or monotonic() > ends:
            return left
        await asyncio.sleep(0.05)


class _Bar:
    """How far it is, on a line of its own that is written again and again; nothing where nobody looks."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._is_seen = sys.stderr.isatty()

    def shows(self, outcome: CrowdOutcome) -> None:
        """Write the line."""
        if not self._is_seen:
            return
        done = outcome.people / self._people
        bar = "█" * int(done * _BAR)
        a_second = outcome.messages / outcome.seconds if outcome.seconds else 0.0
        shown = f"{outcome.people:,} of {self._people:,} people, {a_second:,.0f} messages a second "
        sys.stderr.write(f"\r{bar:░<{_BAR}} {done:4.0%}  {shown}")
        sys.stderr.flush()

    def ends(self) -> None:
        """Leave the line."""
        if self._is_seen:
            sys.stderr.write("\n")


def _told(outcome: CrowdOutcome, coverage: Coverage, left: Backlog, counted: Mapping[str, int]) -> dict[str, Any]:
    """Return all that is told, ready for JSON; times in milliseconds."""
    times = {"kept": outcome.kept, "answered": outcome.answered}
    kinds: dict[str, Counter[str]] = {}
    for (kind, end), number in sorted(outcome.ends.items()):
        kinds.setdefault(kind, Counter())[end] += number
    return {
        "people": outcome.people,
        "messages": outcome.messages,
        "replies": outcome.replies,
        "lost": outcome.lost,
        "failed": outcome.failed,
        "waiting": left.messages + left.held + sum(lane.waiting for lane in left.lanes),
        "uncounted": {
            "messages": outcome.messages - counted["message"],
            "replies": outcome.replies - counted["reply"],
        },
        "seconds": round(outcome.seconds, 2),
        "cpu_seconds": round(outcome.cpu, 2),
        "messages_a_second": round(outcome.messages / outcome.seconds, 1) if outcome.seconds else 0.0,
        "messages_a_cpu_second": round(outcome.messages / outcome.cpu, 1) if outcome.cpu else 0.0,
        "milliseconds": {
            name: {f"p{percent}": round(percentile(values, percent) * 1000, 1) for percent in (50, 95, 99, 100)}
            for name, values in times.items()
        },
        "success": round(outcome.success, 4),
        "ends": kinds,
        "dead_ends": [
            {"flow": end.flow, "asked": end.asked, "sent": end.sent, "why": end.why, "times": times}
            for end, times in outcome.dead_ends.most_common()
        ],
        "steps": list(coverage.steps),
        "steps_never_reached": coverage.steps_left(),
        "entries": list(coverage.entries),
        "entries_never_reached": coverage.entries_left(),
    }


def _report(outcome: CrowdOutcome, coverage: Coverage, told: dict[str, Any], *, is_whole: bool) -> str:
    most = None if is_whole else _LISTED
    lines = [
        f"{outcome.people:,} people, {outcome.messages:,} messages, {outcome.replies:,} replies"
        f" in {outcome.seconds:.1f} s: {told['messages_a_second']:,} messages a second,"
        f" {told['messages_a_cpu_second']:,} a CPU-second of guide and people",
        f"lost {outcome.lost}, failed {outcome.failed}, still waiting {told['waiting']},"
        f" not in the figures {sum(told['uncounted'].values())}",
    ]
    for name, values in (("kept", outcome.kept), ("answered", outcome.answered)):
        shown = ", ".join(f"p{percent} {percentile(values, percent) * 1000:,.1f} ms" for percent in (50, 95, 99))
        lines.append(f"{name}: {shown}, at most {percentile(values, 100) * 1000:,.0f} ms")
    lines.append(f"success {outcome.success:.1%}")
    kinds = sorted({kind for kind, _ in outcome.ends})
    for kind in kinds:
        ends = Counter({end: times for (of, end), times in outcome.ends.items() if of == kind})
        lines.append(f"  {kind:10} {ends.total():5}  " + ", ".join(f"{end} {n}" for end, n in ends.most_common()))
    where = Counter[tuple[str, str, str]]()
    example: dict[tuple[str, str, str], str] = {}
    for end, times in outcome.dead_ends.items():
        where[end.flow, end.asked, end.why] += times
        example.setdefault((end.flow, end.asked, end.why), end.sent)
    lines.append(f"dead ends {where.total()}")
    for (flow, asked, why), times in where.most_common(most):
        lines.append(f"  {times:4}  {flow or '-'} {asked or '-'} {why}: {example[flow, asked, why]}")
    for name, (reached, all_of), left in (
        ("steps", coverage.steps, coverage.steps_left()),
        ("entries", coverage.entries, coverage.entries_left()),
    ):
        lines.append(f"{name} reached {reached} of {all_of}; never:")
        lines += [f"  {one}" for one in left[:most]]
        if most is not None and len(left) > most:
            lines.append(f"  and {len(left) - most} more: --all lists them")
    return "\n".join(lines)
