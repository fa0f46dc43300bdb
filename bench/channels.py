"""Messages per CPU-second of the whole guide on WhatsApp and on Telegram, beside what bots are usually made with.

`python -m bench.channels [--people N]`. The program itself runs in a process of its own on one core, on the real
content, with SQLite `synchronous=FULL`; people and platforms (the strict stand-ins of the tests) run in another process
on another core. A message is a webhook over HTTP, kept, answered 200, attended, its answer sent over HTTP and recorded.
The CPU time is that of all the process's threads, and of nothing else; how fast the core was at that moment is told
beside it (`bench.machine.reference`). The platforms' limits (30 and 80 messages a second) are lifted, for they are no
cost of ours.
"""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import uvloop

from bench.channel_load import Load, Met, platform
from bench.channel_rivals import PATH, RIVALS
from bench.channel_script import CONVERSATION, Step, kept, played
from bench.channel_wire import Wire
from bench.machine import named, reference

ROOT = Path(__file__).parent.parent
#: People whose conversations are timed, and those before them who make everything ready.
PEOPLE, FIRST = 2000, 400
#: Messages that each of the latter write: nobody has to rest for having been sent more at once.
BURST = 3
#: Those of the others: they are slower.
RIVAL_PEOPLE = 500
AT_ONCE = 128
#: Requests a second, and for how long.
RATE, SECONDS = 500.0, 12
#: What is aimed at: messages per CPU-second, sent, and kept with their answers alone.
TARGETS = {"whatsapp": 1800, "telegram": 1800}
KEPT = 4000
#: How the rows are called in which the channel may send nothing: from the webhook to the answer that is kept.
UNSENT = ", kept, not sent"
_ADDRESS = re.compile(r"http://([\w.:]+):(\d+)")


@dataclass(slots=True)
class Program:
    """What is measured: a program that listens."""

    pid: int
    host: str
    port: int
    path: str


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--people", type=int, default=PEOPLE)
    words.add_argument("--only", help="only this row")
    told = words.parse_args()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) > 1:
        # Threads that NumPy and others begin are to keep off the measured core too.
        os.sched_setaffinity(0, cores[1:])
    core = cores[0] if len(cores) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        for name in ("faq", "flows"):
            shutil.copytree(ROOT / name, content / name)
        print(f"{len(CONVERSATION)} messages a conversation, {AT_ONCE} people waiting at any time")
        print(f"{'':24} {'messages/':>10} {'messages/':>10} {'':>6} {'webhook to 200':>20} {'reply':>9}")
        print(f"{'':24} {'CPU-second':>10} {'second':>10} {'lost':>6} {'p50':>10} {'p99':>9} {'p50':>9}")
        for channel in ("whatsapp", "telegram"):
            steps = played(channel, content)
            rows = [
                f"guide, {channel}",
                f"{channel}{UNSENT}",
                *(name for name, (_, on) in RIVALS.items() if on == channel),
            ]
            for name in rows:
                if told.only and told.only not in name:
                    continue
                uvloop.run(_row(name, channel, steps, Path(folder), core, told.people))
    print("The guide keeps every message and reply on disk before it is answered 200 and before it is sent;")
    print(f"{', '.join(RIVALS)} keep nothing on disk, and answer 200 first.")


async def _row(name: str, channel: str, steps: list[Step], folder: Path, core: int | None, people: int) -> None:
    is_ours, is_unsent = name not in RIVALS, name.endswith(UNSENT)
    if not is_ours and find_spec(RIVALS[name][0].partition(".")[0]) is None:
        print(f"{name:24} not installed")
        return
    async with platform(channel, hears=not is_unsent) as there:
        if is_ours:
            serving = _guide(channel, there.base, folder, core, per_second=0.1 if is_unsent else 100_000)
        else:
            people = min(people, RIVAL_PEOPLE)
            serving = _rival(name, there.base, steps, folder, core)
        # Not in the event loop: what starts may ask the platform who it is.
        program = await asyncio.to_thread(serving.__enter__)
        try:
            wire = Wire(program.host, program.port)
            load = Load(there, wire, program.path, steps, hears=not is_unsent)
            await load.at_once(FIRST, AT_ONCE, BURST)
            await _until_idle(program.pid)
            loops = [await asyncio.to_thread(_reference, core)]
            before = _cpu(program.pid)
            met = await load.at_once(people, AT_ONCE)
            await _until_idle(program.pid)
            at_least = (KEPT if is_unsent else TARGETS[channel]) if is_ours else None
            _line(name, met, _cpu(program.pid) - before, at_least)
            loops.append(await asyncio.to_thread(_reference, core))
            print(f"{'':24} the reference loop took {loops[0]:.2f} s before and {loops[1]:.2f} s after")
            if there.wrong():
                print(f"{'':24} {there.wrong()} calls were refused")
            if is_ours and not is_unsent:
                met = await load.a_second(int(RATE * SECONDS / len(steps)), RATE)
                await _until_idle(program.pid)
                _line(f"  {RATE:.0f} a second", met, None, None, at_most=0.020)
            wire.close()
        finally:
            await asyncio.to_thread(serving.__exit__, None, None, None)


def _line(name: str, met: Met, cpu: float | None, at_least: int | None, at_most: float | None = None) -> None:
    webhook, reply = sorted(met.webhook), sorted(met.reply) or [0.0]
    each = f"{met.messages / cpu:10,.0f}" if cpu else f"{'':10}"
    p99 = webhook[len(webhook) * 99 // 100]
    target = f"  at least {at_least:,}" if at_least else f"  p99 at most {at_most * 1000:.0f} ms" if at_most else ""
    over = (at_least and cpu and met.messages / cpu < at_least) or (at_most and p99 > at_most)
    print(
        f"{name:24} {each} {met.messages / met.seconds:10,.0f} {met.lost + met.refused:6}"
        f" {webhook[len(webhook) // 2] * 1000:7.1f} ms {p99 * 1000:6.1f} ms {reply[len(reply) // 2] * 1000:6.0f} ms"
        f"{target}{'  MISSED' if over else ''}",
        flush=True,
    )


@contextmanager
def _guide(channel: str, base: str, folder: Path, core: int | None, per_second: float) -> Iterator[Program]:
    """Run the guide as people run it, one channel on."""
    from tests.standins import botapi, graph

    if channel == "telegram":
        on = f"telegram: {{on: true, address: 'https://guide.test{PATH}', base: '{base}', per_second: {per_second}}}\n"
        secrets = {"DALIL_TELEGRAM_TOKEN": botapi.TOKEN, "DALIL_TELEGRAM_SECRET": botapi.SECRET}
    else:
        on = (
            f"whatsapp: {{on: true, address: 'https://guide.test{PATH}', base: '{base}', per_second: {per_second},"
            f" number_id: '{graph.NUMBER_ID}'}}\n"
        )
        secrets = {
            "DALIL_WHATSAPP_TOKEN": graph.TOKEN,
            "DALIL_WHATSAPP_APP_SECRET": graph.APP_SECRET,
            "DALIL_WHATSAPP_VERIFY_TOKEN": graph.VERIFY_TOKEN,
        }
    root = folder / f"guide-{channel}-{per_second:g}"
    root.mkdir()
    (root / "config.yaml").write_text(on, "utf-8")
    command = ["-m", "bot", "--root", str(root), "--content", str(folder / "content"), "run", "--port", "0"]
    with _process(command, folder / f"{channel}.log", core, secrets) as (process, first):
        found = _ADDRESS.search(first)
        if not found:
            raise SystemExit(
                "the guide did not start: run `dalil check`\n" + (folder / f"{channel}.log").read_text("utf-8")
            )
        yield Program(process.pid, found[1], int(found[2]), PATH)


@contextmanager
def _rival(name: str, base: str, steps: list[Step], folder: Path, core: int | None) -> Iterator[Program]:
    script = folder / f"{name}.json"
    script.write_text(kept(steps), "utf-8")
    command = ["-m", "bench.channel_rivals", name, base, str(script)]
    with _process(command, folder / f"{name}.log", core, {}) as (process, first):
        if not first.strip().isdigit():
            raise SystemExit(f"{name} did not start: {(folder / f'{name}.log').read_text('utf-8')[-2000:]}")
        yield Program(process.pid, "127.0.0.1", int(first), PATH)


@contextmanager
def _process(
    command: list[str], log: Path, core: int | None, environ: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run a Python program on one core; yield it and the first line that it prints."""
    with log.open("w") as errors:
        with _pinned(core):
            running = subprocess.Popen(
                [sys.executable, *command],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
                env={**os.environ, **environ, "PYTHONUNBUFFERED": "1"},
            )
        with running as process:
            assert process.stdout
            try:
                yield process, process.stdout.readline()
            finally:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()


@contextmanager
def _pinned(core: int | None) -> Iterator[None]:
    """Keep to one core for the block."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _reference(core: int | None) -> float:
    """Return how fast the measured core is at the moment."""
    with _pinned(core):
        return reference()


def _cpu(pid: int) -> float:
    """Return the CPU seconds of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


async def _until_idle(pid: int) -> None:
    """Return once the process does next to nothing: what it did for a message is part of the message."""
    ends = time.perf_counter() + 30
    before = _cpu(pid)
    while time.perf_counter() < ends:
        await asyncio.sleep(0.25)
        now = _cpu(pid)
        if now - before <= 0.02:
            return
        before = now


if __name__ == "__main__":
    print(named())
    main()
