"""On which machine it was measured, and a line of the table."""

import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def named() -> str:
    """Return the machine's name, system, processor and cores, and how busy it is."""
    cores = os.cpu_count() or 1
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.node()}: {platform.platform()}, {_processor()}, {cores} cores{load}, "
        f"Python {platform.python_version()}"
    )


#: What a core is timed with: nothing but the interpreter.
_REFERENCE = """
import time
begun, found = time.process_time(), 0
for number in range(5_000_000):
    found += number * number % 7
print(time.process_time() - begun)
"""


def reference() -> float:
    """Return the CPU seconds of five million rounds of a loop, on the core that the caller keeps to.

    A rented core is not the same all day: ours was seen from 0.35 to 0.8. Figures are compared beside it.
    """
    told = subprocess.run([sys.executable, "-c", _REFERENCE], stdout=subprocess.PIPE, check=True)
    return float(told.stdout)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def head() -> None:
    """Print what the columns are."""
    print(f"{'':50} {'CPU':>9} {'wall':>9}")


def line(what: str, unit: str, cpu: float | None, wall: float | None, at_most: float | None = None) -> None:
    """Print one measurement; over the target only where neither the CPU nor the wall clock keeps it."""
    known = [value for value in (cpu, wall) if value is not None and not math.isnan(value)]
    shown = [f"{value:9,.2f}" if value in known else f"{'':9}" for value in (cpu, wall)]
    target = f"at most {at_most:,g}" if at_most is not None else ""
    over = "  OVER" if at_most is not None and min(known) > at_most else ""
    print(f"{what:50} {shown[0]} {shown[1]} {unit:4} {target}{over}", flush=True)


@dataclass(slots=True)
class Spent:
    """What a piece of work took, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Give what the work inside takes, once it is done."""
    took = Spent()
    wall, cpu = time.perf_counter(), time.process_time()
    yield took
    took.cpu, took.wall = time.process_time() - cpu, time.perf_counter() - wall
